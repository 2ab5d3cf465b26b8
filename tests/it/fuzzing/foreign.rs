//! Seeds of what people and programs bring: documents, files, requests.

use crate::capture::docx_builder::{docx, p};
use crate::capture::pdf_builder::PdfBuilder;

use super::seeds::put;

const PAGE: &str = r##"<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>The bridge</title><meta property="og:site_name" content="The City">
<meta name="author" content="A. Writer"><link rel="canonical" href="https://city.example/bridge">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
"headline":"The bridge","datePublished":"2021-05-04","author":[{"@type":"Person","name":"A. Writer"}],
"articleBody":"It rained. The bridge was opened in 1932."}</script><style>p{color:red}</style></head>
<body><nav><ul><li><a href="/">Home</a></li></ul></nav><article><h1>The bridge</h1>
<p>It rained&nbsp;twice. The <b>bridge</b> was opened<sup><a href="#n1">1</a></sup> in 1932.<br>Yes.</p>
<table><tr><th>Year<td>1932</table><ol><li>One<li>Two</ol><blockquote>“No.”</blockquote>
<pre>  as it
 is</pre><p hidden>not seen<p style="display:none">nor this<p>A paragraph that goes on for long
enough to be taken for the words of an article and not for its surroundings, with commas, and more.
</article><footer>© <img alt="a picture" src=x>&#x1F600;&amp;&lt;</footer><script>document.write(1)</script>"##;

const SAVED: &str = "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://city.example/\r\n\
Subject: =?utf-8?Q?The=20bridge?=\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/related; type=\"text/html\"; boundary=\"b--1\"\r\n\r\n\r\n\
----b--1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
Content-Location: https://city.example/\r\n\r\n<p>It was opened in 1932=2E The bridge=\r\n is long.\r\n\
----b--1\r\nContent-Type: text/css\r\nContent-Transfer-Encoding: base64\r\n\r\ncHt9\r\n----b--1--\r\n";

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_documents_are_written() {
    let windows = b"<meta charset=windows-1252><p>\x93No.\x94 caf\xe9<p>It was opened in 1932.";
    put("html", &[("page", PAGE.as_bytes()), ("windows", windows)]);
    put("plain", &[("saved", format!("\u{4}{SAVED}").as_bytes())]);
    put(
        "plain",
        &[
            ("markdown", b"\x00---\ntitle: \"The bridge\"\ndate: 2021-05-04\n---\n# A *bridge*\n\nIt [was](x) opened[^1].\n\n- one\n  1. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n[^1]: In 1932.\n<div>b</div>\n"),
            ("subrip", "\u{1}1\n00:00:01,000 --> 00:00:02,500\n<i>It rained.</i>\n\n2\n00:00:03,000 --> 00:00:04,000\n{\\an8}- It was opened\n- in 1932.\n".as_bytes()),
            ("webvtt", "\u{2}WEBVTT - talk\n\nSTYLE\n::cue{}\n\nNOTE no\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v Mayor>It was <00:01.500><c>opened</c></v>\n\n01:00:03.000 --> 01:00:04.000\nIt was opened in 1932.\n".as_bytes()),
            ("utf16", b"\x03\xff\xfeI\0t\0 \0r\0a\0i\0n\0e\0d\0.\0\r\0\n\0"),
        ],
    );
    let pages = PdfBuilder::new()
        .title("The bridge")
        .page(&[
            (50, 700, "It rained. The bridge was ope-"),
            (50, 688, "ned in 1932 (in May)."),
        ])
        .page(&[
            (50, 700, "One"),
            (300, 700, "Two"),
            (50, 680, "column"),
            (300, 680, "columns"),
        ]);
    let pages = pages.labels(&[(0, "r", ""), (1, "D", "A-")]).bytes();
    let scanned = PdfBuilder::new().scanned_page().bytes();
    put("pdf", &[("pages", &pages), ("scanned", &scanned)]);
    let first = |bytes: &[u8]| [&[1], bytes].concat();
    put(
        "pdf_picture",
        &[("pages", &first(&pages)), ("scanned", &first(&scanned))],
    );
    words();
}

fn words() {
    let table = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let body = format!(
        "{}{table}{}",
        p("The bridge was opened in 1932."),
        p("“No.”")
    );
    let notes = format!("<w:footnote w:id=\"2\">{}</w:footnote>", p("In May."));
    let file = docx(&body).with("footnotes", &notes).build();
    put("docx", &[("report", &file)]);
    let document = br#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:pPr><w:pStyle w:val="H"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:t xml:space="preserve">The </w:t><w:tab/><w:sym w:font="Symbol" w:char="F0B7"/><w:br w:type="page"/><w:footnoteReference w:id="2"/></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:ins><w:r><w:t>bridge&#8217;s</w:t></w:r></w:ins><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>"#;
    let styles = br#"<w:styles xmlns:w="urn:w"><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:basedOn w:val="G"/><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="G"><w:basedOn w:val="H"/></w:style></w:styles>"#;
    let notes = br#"<w:footnotes xmlns:w="urn:w"><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t>In May.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let relations = br#"<Relationships><Relationship Id="r1" Type="x/styles" Target="styles.xml"/><Relationship Id="r2" Type="x/footnotes" Target="footnotes.xml"/></Relationships>"#;
    let whole = br#"<Relationships><Relationship Id="r" Type="x/officeDocument" Target="/word/document.xml"/><Relationship Id="p" Type="x/core-properties" Target="docProps/core.xml"/></Relationships>"#;
    let core = br#"<cp:coreProperties><dc:title>The bridge</dc:title><dc:creator>A. Writer</dc:creator><dcterms:created>2021-05-04T00:00:00Z</dcterms:created></cp:coreProperties>"#;
    let parts: [&[u8]; 6] = [document, styles, notes, relations, whole, core];
    put(
        "docx",
        &[("parts", &parts.join(&0xff)), ("document", document)],
    );
}

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_quotes_are_written() {
    let text = "It rained. The “bridge” was opened in 1932, on 4 May — govern-\nment. It rained again.\u{c}Page two: naïve ﬁne 😀.";
    let joined = |parts: &[&str]| {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        parts.join(&0xff)
    };
    put(
        "quote",
        &[
            ("exact", &joined(&[text, "opened in 1932"])),
            ("folded", &joined(&[text, "the \"bridge\" was opened", "z"])),
            ("twice", &joined(&[text, "It rained"])),
            (
                "alike",
                &joined(&[text, "the bridge was closed in 1931, on 4 May"]),
            ),
            ("across", &joined(&[text, "again. Page two: naive fine"])),
        ],
    );
    let newer = "It rained. The bridge was closed in 1933, on 4 May. It rained again. The “bridge” was opened in 1932.";
    put(
        "moved",
        &[
            ("altered", &joined(&[text, newer, "\u{0}\u{10}\u{12}"])),
            ("gone", &joined(&[text, "Nothing.", "\u{0}\u{20}\u{8}"])),
            ("same", &joined(&[text, text, "\u{0}\u{1}\u{50}"])),
        ],
    );
}

const DOSSIER: &str = r#"{"format":"citekeep","version":1,
"articles":[{"id":1,"title":"The story","url":"https://city.example/story","published":"2021-05-04","language":"en","notice":null,"content":{"utf8":"It rained. The bridge opened in 1932."}}],
"sources":[{"id":1,"title":"The report","kind":"report","publisher":"The city","published":"2021-05","directness":"primary","grade":{"reliability":"B","credibility":"2"},"origin":null,"url":null,"as_cited_by":null}],
"snapshots":[{"id":1,"source":1,"media_type":"text/plain","how":"pasted","url":null,"file_name":null,"notice":null,"content":{"utf8":"It rained. The bridge was opened in 1932."}},
{"id":2,"source":1,"media_type":"text/html","how":"uploaded","content":{"base64":"PHA+WWVzLg=="}}],
"claims":[{"id":1,"statement":"The bridge opened in 1932.","claimant":{"name":"The mayor","role":"Mayor"},"appearance":{"article":1,"quote":"The bridge opened in 1932.","near":11},"citations":[{"id":1,"snapshot":1,"quote":"The bridge was opened in 1932.","stance":"supports"}]}]}"#;

const REVIEW: &str = r##"{"@context":"https://schema.org","@graph":[{"@type":"ClaimReview","url":"/1","claimReviewed":"It opened in 1932.","author":{"@id":"#a"},"datePublished":"2021-05-04T10:00:00+02:00","reviewRating":{"ratingValue":"2","bestRating":5,"worstRating":1,"alternateName":["Mostly false"]},"itemReviewed":{"@type":"Claim","author":{"name":"The mayor"},"appearance":[{"url":"https://x.example/"}]}},{"@id":"#a","@type":"Organization","name":"Checks Weekly"},{"@type":"DataFeedItem","dateDeleted":"2021","item":{"@type":"ClaimReview"}}]}"##;

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_files_are_written() {
    put(
        "dossier",
        &[
            ("whole", DOSSIER.as_bytes()),
            ("kept", format!("{DOSSIER} ").as_bytes()),
        ],
    );
    let table = "claim;said by;role;url;date;quote;snapshot;source;stance\n\"The tunnel; it opened.\";The mayor;Mayor;https://x.example/;2021-05;The bridge was opened in 1932.;1;;supports\nThe tunnel; it opened.\nA wall fell.;;;;;It rained.;;1;context\n";
    let mapped = b"statement=What,quote=Words,source=No\xffNo,What,Words\n1,\"A wall \"\"fell\"\".\",It rained again.\n1,The bridge opened in 1932.,\n";
    put(
        "table",
        &[("guessed", table.as_bytes()), ("mapped", mapped)],
    );
    let rows = r#"{"total":2,"rows":[{"uri":"https://x.example/","text":"see","references":[],"target":[{"source":"https://x.example/","selector":[{"type":"RangeSelector","startContainer":"/p[1]"},{"type":"TextPositionSelector","start":4,"end":8},{"type":"TextQuoteSelector","exact":"yes.","prefix":"no. ","suffix":""}]}]},{"uri":"https://x.example/","references":["a"]}]}"#;
    put("records", &[("rows", rows.as_bytes())]);
    let page = format!("<p>words<script type=\"application/ld+json\">{REVIEW}</script>");
    put(
        "records",
        &[("feed", REVIEW.as_bytes()), ("page", page.as_bytes())],
    );
}

const CLAIM: &str =
    r#"{"statement":"A wall fell <zz>.","claimant":{"name":"The mayor","role":null}}"#;
const CITED: &str = r#"{"snapshot":1,"quote":"It rained","stance":"supports","near":30}"#;
const MARKED: &str = "statement=A+wall+fell+<zz>&claimant=&url=javascript:alert(1)&date=2021-05";
const SOURCE: &str = "title=<zz>&kind=report&publisher=P&directness=primary&reliability=B\
&credibility=2";

/// Requests: the operation, who asks with the numbers of the address, what
/// stands after `?`, headers and the body.
#[rustfmt::skip]
const REQUESTS: &[(&str, &[&str])] = &[
    ("list", &["GET /api/v1/claims", "\0", "limit=2&after=1&state=open"]),
    ("open", &["POST /api/v1/claims", "\0", "", "idempotency-key: a", CLAIM]),
    ("cite", &["POST /api/v1/claims/{claim}/citations", "\0", "", "", CITED]),
    ("reword", &["PUT /api/v1/claims/{claim}/wording", "\0", "", "if-match: \"1\"", CLAIM]),
    ("search", &["GET /search", "\u{1}", "q=%22bridge%22+<zz'\"&kind=claims&page=2"]),
    ("form", &["POST /claims", "\u{1}", "", "", MARKED]),
    ("source", &["POST /sources", "\u{1}", "", "", SOURCE]),
    ("cookie", &["GET /claims", "\u{2}", "", "cookie: citekeep=x; citekeep=\"y\"\naccept: text/html"]),
    ("bearer", &["GET /api/v1/me", "\u{2}", "", "authorization: Bearer ckp_x"]),
    ("public", &["GET /published", "\u{2}", "q=<zz&rating=true&after=1", "if-none-match: \"x\"\nrange: bytes=0-1"]),
    ("tile", &["GET /log/tile/{tile:.*}", "\u{2}0/000.p/5"]),
    ("log", &["GET /log", "\u{1}", "person=1&kind=x&from=2021-05-04&before=3"]),
];

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_requests_are_written() {
    for (name, parts) in REQUESTS {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        put("request", &[(name, &parts.join(&0xff))]);
    }
}
