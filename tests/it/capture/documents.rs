//! Word files, Markdown and subtitles as a reader sees them, and such files
//! made to hurt.

use std::time::{Duration, Instant};

use citekeep::capture;

use super::docx_builder::{Docx, bomb, docx, locked, p, r, understated, zip};

/// The text of a file that people read, or why there is none.
fn text_of(bytes: &[u8], name: &str) -> Result<String, String> {
    let document = capture::extract(bytes, Some(name)).map_err(|trouble| trouble.to_string())?;
    let main = document.main().expect("a document has a text");
    Ok(main.text.clone())
}

fn flaws_of(bytes: &[u8], name: &str) -> Vec<String> {
    let Ok(document) = capture::extract(bytes, Some(name)) else {
        return Vec::new();
    };
    document
        .main()
        .map_or_else(Vec::new, |main| main.flaws.clone())
}

fn check(file: Docx, expected: &str, flaws: &[&str]) {
    let bytes = file.build();
    assert_eq!(text_of(&bytes, "report.docx").as_deref(), Ok(expected));
    let found = flaws_of(&bytes, "report.docx");
    assert_eq!(found.len(), flaws.len(), "{found:?}");
    for (found, flaw) in found.iter().zip(flaws) {
        assert!(found.contains(flaw), "{found}: {flaw}");
    }
}

fn refused(bytes: &[u8], name: &str, reason: &str) {
    let begin = Instant::now();
    let trouble = text_of(bytes, name).expect_err("no text");
    assert!(trouble.contains(reason), "{trouble}");
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
}

const STYLES: &str = r#"
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Bullet"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Bullet2"><w:basedOn w:val="Bullet"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>"#;

fn styled(style: &str, words: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>",
        r(words)
    )
}

#[test]
fn paragraphs_headings_and_lists() {
    let body = [
        styled("H1", "1932"),
        p("The bridge &amp; the “road” opened."),
        "<w:p/>".to_owned(),
        styled("Bullet", "one"),
        styled("Bullet2", "two"),
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"Bullet\"/><w:numPr><w:numId w:val=\"0\"/></w:numPr></w:pPr>{}</w:p>",
            r("none")
        ),
        styled("Loop", "after"),
    ];
    check(
        docx(&body.concat()).with("styles", STYLES),
        "1932\n\nThe bridge & the “road” opened.\n\n- one\n- two\n\nnone\n\nafter\n",
        &[],
    );
}

#[test]
fn breaks_hyphens_and_symbols() {
    let body = r#"<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t xml:space="preserve">a </w:t><w:t> b </w:t><w:br/><w:t>c</w:t><w:tab/><w:t>d</w:t><w:lastRenderedPageBreak/><w:t>e</w:t></w:r><w:r><w:br w:type="page"/></w:r><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op so</w:t><w:softHyphen/><w:t>ft 13&#160;men </w:t><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t><w:sym w:font="Nobody" w:char="F041"/></w:r></w:p>"#;
    check(
        docx(body),
        "a b\nc\tde\n\nco\u{2011}op so\u{ad}ft 13\u{a0}men≥5\u{fffd}\n",
        &["symbols of picture fonts are not known; each stands as U+FFFD (1)"],
    );
}

#[test]
fn tables_keep_their_columns() {
    let cell = |inside: &str| format!("<w:tc><w:tcPr/>{inside}</w:tc>");
    let row = |cells: &[String]| format!("<w:tr><w:trPr/>{}</w:tr>", cells.concat());
    let inner = format!("<w:tbl>{}</w:tbl>", row(&[cell(&p("x")), cell(&p("y"))]));
    let table = [
        row(&[cell(&p("Year")), cell(&p("Killed")), cell(&p("Hurt"))]),
        row(&[cell(&p("1932")), cell("<w:p/>"), cell(&p("5"))]),
        row(&[
            cell(&(p("a") + &p("b"))),
            cell(&(inner + "<w:p/>")),
            cell(&p("c")),
        ]),
    ];
    let body = p("before") + &format!("<w:tbl><w:tblPr/>{}</w:tbl>", table.concat()) + &p("after");
    check(
        docx(&body),
        "before\n\nYear\tKilled\tHurt\n1932\t\t5\na\nb\nx\ty\tc\n\nafter\n",
        &[],
    );
}

#[test]
fn tracked_changes_stand_accepted() {
    let body = format!(
        "<w:p>{}<w:del>{}<w:r><w:delText>twelve</w:delText></w:r></w:del><w:ins>{}</w:ins></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p><w:p>{}</w:p>\
         <w:p><w:moveFrom>{}</w:moveFrom></w:p><w:p><w:moveTo>{}</w:moveTo></w:p>",
        r("They counted "),
        r("gone"),
        r("thirteen"),
        r("one "),
        r("line"),
        r("moved"),
        r("moved")
    );
    check(
        docx(&body),
        "They counted thirteen\n\none line\n\nmoved\n",
        &["tracked changes: text as if all were accepted"],
    );
}

#[test]
fn hidden_and_struck_text_and_comments() {
    let body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r>\
        <w:r><w:rPr><w:rStyle w:val=\"Secret\"/></w:rPr><w:t>no</w:t></w:r>\
        <w:r><w:rPr><w:rStyle w:val=\"Secret\"/><w:vanish w:val=\"0\"/></w:rPr><w:t>yes</w:t></w:r>\
        <w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>es</w:t></w:r>\
        <w:r><w:rPr><w:strike/></w:rPr><w:t>!</w:t></w:r><w:r><w:commentReference w:id=\"1\"/></w:r></w:p>";
    check(
        docx(body).with("styles", STYLES),
        "yeses!\n",
        &[
            "hidden text",
            "struck-through",
            "comments were left out (1)",
        ],
    );
}

#[test]
fn notes_stand_below_under_their_marks() {
    let reference = |kind: &str, id: u8| format!("<w:r><w:{kind}Reference w:id=\"{id}\"/></w:r>");
    let note =
        |kind: &str, id: u8, inside: &str| format!("<w:{kind} w:id=\"{id}\">{inside}</w:{kind}>");
    let body = format!(
        "<w:p>{}{}{}{}{}{}</w:p>",
        r("One"),
        reference("footnote", 7),
        r(" two"),
        reference("footnote", 3),
        reference("endnote", 2),
        reference("footnote", 99)
    );
    let footnotes = [
        "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>".to_owned(),
        note("footnote", 3, &p("Second.")),
        note("footnote", 7, &(p(" First.") + &p("More."))),
        note("footnote", 8, &p("Nobody asks.")),
    ];
    check(
        docx(&body)
            .with("footnotes", &footnotes.concat())
            .with("endnotes", &note("endnote", 2, &p("End."))),
        "One[1] two[2][i][3]\n\n[1] First.\n\nMore.\n\n[2] Second.\n\n[i] End.\n",
        &["notes are missing from the file (1)"],
    );
}

#[test]
fn fields_show_their_results() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let (begin, middle, end) = (mark("begin"), mark("separate"), mark("end"));
    let code = "<w:r><w:instrText>REF x</w:instrText></w:r>";
    let nested = format!("{begin}{code}{middle}{}{end}", r("no"));
    let field = format!("{begin}{code}{nested}{middle}{}{end}", r("page 4"));
    let simple = format!(
        "<w:fldSimple w:instr=\"DATE\">{}</w:fldSimple>",
        r(" today")
    );
    let link = format!("<w:hyperlink>{}</w:hyperlink>", r(" there"));
    let body = format!("<w:p>{}{field}{simple}{link}</w:p>", r("see "));
    check(docx(&body), "see page 4 today there\n", &[]);
    let open = format!("<w:p>{begin}{}</w:p>{}", r("one"), p("two"));
    check(docx(&open), "one\n\ntwo\n", &["a field never ends"]);
}

#[test]
fn text_boxes_are_read_once_after_their_paragraph() {
    let inside = |words: &str| format!("<w:txbxContent>{}</w:txbxContent>", p(words));
    let both = format!(
        "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:txbx>{}</wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox>{}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        inside("box"),
        inside("box")
    );
    let empty = format!(
        "<w:r><mc:AlternateContent><mc:Choice><wps:pic/></mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent></w:r>",
        inside("old")
    );
    let body = format!(
        "<w:p>{}{both}{}</w:p>{}<w:p>{empty}</w:p>",
        r("be"),
        r("fore"),
        p("after")
    );
    check(docx(&body), "before\n\nbox\n\nafter\n\nold\n", &[]);
}

#[test]
fn formulas_keep_their_signs() {
    let body = "<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>";
    check(docx(body), "1/2x^2\n", &[]);
}

#[test]
fn content_controls_and_other_names_of_parts() {
    let body = format!(
        "<w:sdt><w:sdtPr><w:alias w:val=\"x\"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
        p("in")
    );
    check(docx(&body).strict(), "in\n", &[]);
    check(docx(&p("moved")).main("word/Document2.xml"), "moved\n", &[]);
}

#[test]
fn unknown_entities_stay_as_they_are() {
    check(
        docx(&p("a &boom; b &#12; c")),
        "a &boom; b \u{fffd} c\n",
        &["entities"],
    );
}

#[test]
fn a_broken_document_gives_the_text_before_the_break() {
    check(
        docx(&(p("whole") + "<w:p><w:r></w:p>" + &p("lost"))),
        "whole\n",
        &["breaks off"],
    );
    refused(&docx("</w:wrong>").build(), "a.docx", "damaged");
}

#[test]
fn deep_nesting() {
    let deep = "<w:sdt>".repeat(100_000);
    refused(&docx(&deep).build(), "a.docx", "nested more than 1000 deep");
    check(
        docx(&(p("top") + &deep)),
        "top\n",
        &["nested more than 1000 deep"],
    );
    let boxes = "<w:p><w:r><w:txbxContent>".repeat(300)
        + &p("in")
        + &"</w:txbxContent></w:r></w:p>".repeat(300);
    check(docx(&boxes), "in\n", &[]);
}

#[test]
fn zip_bomb() {
    let bomb = bomb(300);
    assert!(bomb.len() < 4 << 20);
    refused(&bomb, "a.docx", "unpacks to more than");
    // One that lies about its size is unpacked no further than that.
    let lying = text_of(&understated(bomb), "a.docx");
    assert!(lying.is_err() || lying.is_ok_and(|text| text.is_empty()));
    let lying = understated(docx(&p("x").repeat(1_000)).build());
    let read = text_of(&lying, "a.docx").unwrap_or_default();
    assert!(read.len() < 100);
}

#[test]
fn zip_of_many_entries() {
    let entries: Vec<_> = (0..10_001).map(|n| (n.to_string(), Vec::new())).collect();
    refused(&zip(&entries), "a.docx", "more than 10000 entries");
    let ends = [b"PK\x03\x04".to_vec(), b"PK\x05\x06".repeat(1_000_000)].concat();
    refused(&ends, "a.docx", "more than 10000 entries");
}

#[test]
fn zip_locked_with_a_password() {
    refused(
        &locked(docx(&p("x")).build()),
        "a.docx",
        "locked with a password",
    );
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let ole = [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(),
        &[0; 600],
        &name,
    ]
    .concat();
    refused(&ole, "a.docx", "password");
}

#[test]
fn zip_that_is_no_word_file() {
    let entry = |name: &str| vec![(name.to_owned(), b"<x/>".to_vec())];
    refused(&zip(&entry("photo.jpg")), "a.docx", "not a Word document");
    refused(&zip(&entry("xl/workbook.xml")), "a.xlsx", "Excel");
    refused(
        &zip(&entry("word/document.xml")),
        "a.docx",
        "not a Word document",
    );
}

#[test]
fn zip_cut_short_or_changed_anywhere() {
    let whole = docx(&p("The bridge opened in 1932.")).build();
    for cut in 0..whole.len() {
        let _ = text_of(&whole[..cut], "a.docx");
    }
    for at in 0..whole.len() {
        for bit in [0x01, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= bit;
            let _ = text_of(&changed, "a.docx");
        }
    }
}

#[test]
fn markdown_is_read_as_it_is_shown() {
    let markdown = "---\ntitle: T\n---\n# Head\n\nThe **bridge** [opened](https://a.example) in 1932.[^1]\n\n[^1]: So they say.\n";
    assert_eq!(
        text_of(markdown.as_bytes(), "notes.md").as_deref(),
        Ok("Head\n\nThe bridge opened in 1932.[1]\n\n[1] So they say.\n")
    );
}

#[test]
fn subtitles_read_on() {
    let srt = "1\n00:00:01,000 --> 00:00:02,000\nThe bridge opened\n\n2\n00:00:02,000 --> 00:00:03,000\nin 1932.\n";
    assert_eq!(
        text_of(srt.as_bytes(), "talk.srt").as_deref(),
        Ok("The bridge opened\nin 1932.\n")
    );
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>No &amp; no.\n";
    assert_eq!(
        text_of(vtt.as_bytes(), "talk.vtt").as_deref(),
        Ok("Ann: No & no.\n")
    );
}
