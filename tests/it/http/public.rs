//! The public side: what strangers see and find, how others show it, and that
//! nothing unpublished comes out anywhere.

use std::io::Read;

use citekeep::desk::{Actor, claims, publishing, settings};
use citekeep::domain::claim::Claimant;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::sheet::DeskSheet;
use citekeep::domain::words::{Name, Policy, Statement};
use dom_query::Document;
use ureq::http::Response;

use crate::capture::pdf_builder::PdfBuilder;
use crate::support::http::Visitor;
use crate::support::program::{Program, citekeep};
use crate::support::{ClosedDesk, TestDesk, desk_of_today, note};

/// A desk that runs, for strangers.
struct Open {
    base: String,
    nobody: Visitor,
    _program: Program,
    _closed: ClosedDesk,
}

impl Open {
    fn serve(desk: TestDesk) -> Self {
        let closed = desk.close();
        let mut program = citekeep(&closed.data, &["serve"]);
        let base = program.address();
        Self {
            nobody: Visitor::nobody(&base),
            base,
            _program: program,
            _closed: closed,
        }
    }

    fn page(&self, path: &str) -> Document {
        let answer = self.nobody.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        Document::from(answer.body)
    }

    /// Asks with headers of one's own.
    fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Response<ureq::Body> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .new_agent();
        let mut request = agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.call().expect("an answer")
    }
}

fn header<'a>(answer: &'a Response<ureq::Body>, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn said(statement: &str, who: &str) -> claims::NewClaim {
    claims::NewClaim {
        statement: Statement::parse(statement).expect("a statement"),
        claimant: Some(Claimant {
            name: Name::parse(who).expect("a name"),
            role: None,
        }),
        made: claims::Made::default(),
    }
}

impl TestDesk {
    /// A published claim that nothing is cited for.
    fn publish_said(&self, statement: &str, who: &str, rating: &str) -> ClaimId {
        let new = said(statement, who);
        let claim = claims::open(&self.desk, self.researcher, new).expect("an open claim");
        let source = self.source("A report");
        let snapshot = self.snapshot(source, &format!("Page of {statement}"));
        let citation = self.cite(claim, snapshot, statement);
        self.decide(claim, rating, &[citation]).expect("a verdict");
        self.approve(claim).expect("an approval");
        self.publish(claim).expect("a publication");
        claim
    }

    fn correct(&self, claim: ClaimId, kind: CorrectionKind, words: &str) {
        let seen = self.seen(claim);
        publishing::correct(&self.desk, self.editor, seen, kind, note(words)).expect("corrected");
    }

    fn reword(&self, claim: ClaimId, statement: &str) {
        let statement = Statement::parse(statement).expect("a statement");
        let seen = self.seen(claim);
        claims::reword(&self.desk, self.researcher, seen, statement, None).expect("reworded");
    }
}

#[test]
fn the_head_of_a_verdict_tells_programs_what_it_is() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let open = Open::serve(desk);
    let page = open.page(&format!("/published/{claim}"));
    let meta = |selector: &str| {
        let found = page.select(selector);
        assert_eq!(found.length(), 1, "{selector}");
        found
            .attr("content")
            .or(found.attr("href"))
            .unwrap_or_default()
            .to_string()
    };
    let address = format!("{}/published/{claim}", open.base);
    assert_eq!(meta("meta[property='og:type']"), "article");
    assert_eq!(
        meta("meta[property='og:title']"),
        "The bridge opened in 1932."
    );
    assert_eq!(
        meta("meta[property='og:description']"),
        "True. The report says so."
    );
    assert_eq!(
        meta("meta[name='description']"),
        "True. The report says so."
    );
    assert_eq!(meta("meta[property='og:url']"), address);
    assert_eq!(meta("link[rel=canonical]"), address);
    assert_eq!(meta("meta[property='og:site_name']"), "Test desk");
    assert_eq!(meta("meta[property='og:image:width']"), "1200");
    assert_eq!(meta("meta[property='og:image:height']"), "630");
    assert!(meta("meta[property='og:image:alt']").contains("True"));
    assert_eq!(meta("meta[name='twitter:card']"), "summary_large_image");
    assert!(meta("meta[property='article:published_time']").ends_with('Z'));
    let picture = meta("meta[property='og:image']");
    assert!(
        picture.starts_with(&format!("{address}/card.png?v=")),
        "{picture}"
    );
    let oembed = meta("link[type='application/json+oembed']");
    let path = oembed
        .strip_prefix(&open.base)
        .expect("an address of the desk");
    assert_eq!(open.nobody.get(path).status, 200);
}

#[test]
fn a_first_page_weighs_less_than_100_kilobytes() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let open = Open::serve(desk);
    let path = format!("/published/{claim}");
    let page = open.page(&path);
    let mut bytes = open.nobody.get(&path).body.len();
    for part in page
        .select("link[rel=stylesheet], script[src], img[src]")
        .iter()
    {
        let path = part.attr("href").or(part.attr("src")).expect("an address");
        bytes += open.nobody.get(&path).body.len();
    }
    assert!(bytes < 100_000, "{bytes} bytes");
}

#[test]
fn strangers_keep_a_page_for_a_minute_and_then_ask_whether_it_changed() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.editor);
    let open = Open::serve(desk);
    let show = format!("/published/{claim}");
    let card = format!("{show}/card.png");
    let embed = format!("{show}/embed");
    let public = [
        "/published",
        "/corrections",
        "/about",
        "/about/people",
        "/scales",
        &show,
        &card,
        &embed,
    ];
    for path in public {
        let first = open.ask(path, &[]);
        assert_eq!(first.status(), 200, "{path}");
        assert_eq!(
            header(&first, "cache-control"),
            "public, max-age=60",
            "{path}"
        );
        let tag = header(&first, "etag").to_owned();
        assert!(tag.len() > 20, "{path}: {tag}");
        let mut again = open.ask(path, &[("if-none-match", &tag)]);
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(header(&again, "etag"), tag, "{path}");
        let body = again.body_mut().read_to_vec().expect("nothing");
        assert!(body.is_empty(), "{path}");
        let weak = open.ask(path, &[("if-none-match", &format!("\"x\", W/{tag}"))]);
        assert_eq!(weak.status(), 304, "{path}");
        let other = open.ask(path, &[("if-none-match", "\"another\"")]);
        assert_eq!(other.status(), 200, "{path}");
    }
    let me = Visitor::enter(&open.base, &link);
    let inside = me.get(&show);
    assert_eq!(inside.header("cache-control"), Some("no-store"));
    assert_eq!(open.nobody.get(&show).header("vary"), Some("Cookie"));
}

#[test]
fn the_card_is_a_picture_of_1200_by_630() {
    let desk = desk_of_today();
    let claim = desk.publish_said("پل در ۱۹۳۲ باز شد", "The mayor", "false");
    let (latin, _) = desk.published();
    let open = Open::serve(desk);
    for claim in [claim, latin] {
        let mut answer = open.ask(&format!("/published/{claim}/card.png"), &[]);
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-type"), "image/png");
        assert_eq!(
            header(&answer, "cross-origin-resource-policy"),
            "cross-origin"
        );
        let png = answer.body_mut().read_to_vec().expect("a picture");
        let (width, height, colours) = decoded(&png);
        assert_eq!((width, height), (1_200, 630));
        assert!(colours > 3, "{colours} different rows");
    }
}

/// Width and height of a PNG whose pixels can be read, and how many different
/// rows it has.
fn decoded(png: &[u8]) -> (u32, u32, usize) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "no PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
    let (width, height) = (number(16), number(20));
    let mut packed = Vec::new();
    let mut at = 8;
    while at + 8 <= png.len() {
        let length = number(at) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut pixels = Vec::new();
    let mut reader = flate2::read::ZlibDecoder::new(packed.as_slice());
    reader.read_to_end(&mut pixels).expect("pixels");
    assert_eq!(pixels.len() % height as usize, 0);
    let rows: std::collections::BTreeSet<&[u8]> =
        pixels.chunks(pixels.len() / height as usize).collect();
    (width, height, rows.len())
}

#[test]
fn only_the_embed_may_be_framed_and_it_runs_nothing() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let open = Open::serve(desk);
    let embed = open.nobody.get(&format!("/published/{claim}/embed"));
    assert_eq!(embed.status, 200);
    let policy = embed.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("frame-ancestors *"), "{policy}");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("script"),
        "{policy}"
    );
    assert_eq!(embed.header("x-frame-options"), None);
    assert_eq!(
        embed.header("cross-origin-resource-policy"),
        Some("cross-origin")
    );
    let page = Document::from(embed.body.as_str());
    assert_eq!(page.select("script, form, iframe, img").length(), 0);
    assert_eq!(page.select("link[rel=stylesheet]").length(), 1);
    let style = page
        .select("link[rel=stylesheet]")
        .attr("href")
        .expect("a style");
    let style = open.nobody.get(&style);
    assert_eq!(
        style.header("cross-origin-resource-policy"),
        Some("cross-origin")
    );
    let links = page.select("a");
    assert!(links.length() >= 2);
    for link in links.iter() {
        assert_eq!(link.attr("target").as_deref(), Some("_blank"));
        assert_eq!(link.attr("rel").as_deref(), Some("noopener"));
        let href = link.attr("href").unwrap_or_default();
        assert_eq!(*href, *format!("{}/published/{claim}", open.base));
    }
    assert!(embed.body.contains("Rests on 1 source."), "{}", embed.body);
    for path in [
        "/published",
        "/about",
        "/corrections",
        "/oembed",
        &format!("/published/{claim}"),
    ] {
        let answer = open.nobody.get(path);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let resource = answer.header("cross-origin-resource-policy");
        assert_eq!(resource, Some("same-origin"), "{path}");
    }
}

#[test]
fn an_editor_elsewhere_is_told_how_to_embed() {
    let desk = desk_of_today();
    let claim = desk.publish_said("The bridge is \"old\" & <grey>", "The mayor", "true");
    let open = Open::serve(desk);
    let address = format!("{}/published/{claim}", open.base);
    let ask = |rest: &str| open.nobody.get(&format!("/oembed?url={address}{rest}"));
    let answer = ask("&format=json");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(told["version"], "1.0");
    assert_eq!(told["type"], "rich");
    assert_eq!(told["title"], "The bridge is \"old\" & <grey>");
    assert_eq!(told["provider_name"], "Test desk");
    assert_eq!(told["provider_url"], open.base);
    assert_eq!(told["width"], 600);
    assert_eq!(told["thumbnail_width"], 1_200);
    let html = told["html"].as_str().expect("HTML");
    let code = Document::from(html);
    let frame = code.select("iframe");
    assert_eq!(
        frame.attr("src").as_deref(),
        Some(format!("{address}/embed").as_str())
    );
    let sandbox = frame.attr("sandbox").expect("a sandbox").to_string();
    assert!(
        !sandbox.contains("scripts") && !sandbox.contains("same-origin"),
        "{sandbox}"
    );
    let title = frame.attr("title").expect("a title").to_string();
    assert!(title.ends_with("The bridge is \"old\" & <grey>"), "{title}");
    let page = open.page(&format!("/published/{claim}"));
    let shown = page.select("textarea[readonly]").text().to_string();
    assert_eq!(shown.trim(), html, "the page shows the same code");

    let small: serde_json::Value =
        serde_json::from_str(&ask("&maxwidth=320&maxheight=150").body).expect("JSON");
    assert_eq!(small["width"], 320);
    assert_eq!(small["height"], 150);
    let status = |path: &str| {
        let answer = open.nobody.get(path);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        assert!(
            told["detail"]
                .as_str()
                .is_some_and(|words| words.len() > 10),
            "{path}"
        );
        answer.status
    };
    assert_eq!(ask("&format=xml").status, 501);
    assert_eq!(status(&format!("/oembed?url={address}&format=xml")), 501);
    assert_eq!(status("/oembed"), 400);
    assert_eq!(
        status("/oembed?url=https://elsewhere.example/published/1"),
        400
    );
    assert_eq!(status(&format!("/oembed?url={address}&maxwidth=wide")), 400);
    assert_eq!(
        status(&format!("/oembed?url={}/published/999", open.base)),
        404
    );
}

#[test]
fn nothing_unpublished_comes_out() {
    let desk = desk_of_today();
    let hidden = desk.claim("The quarry is haunted.");
    let source = desk.source("A ledger");
    let snapshot = desk.snapshot(source, "They say the quarry is haunted.");
    let citation = desk.cite(hidden, snapshot, "the quarry is haunted");
    desk.decide(hidden, "true", &[citation]).expect("a verdict");
    // Published once, then reworded: the newer words are nobody's business.
    let reworded = desk.publish_said("The mill opened in 1840", "The miller", "true");
    desk.correct(reworded, CorrectionKind::Update, "A new paper was found.");
    desk.reword(reworded, "The mill burned in 1841");
    let open = Open::serve(desk);
    for path in [
        "",
        "/embed",
        "/card.png",
        "/citations/1/page",
        "/citations/1/picture",
    ] {
        let path = format!("/published/{hidden}{path}");
        assert_eq!(open.nobody.get(&path).status, 404, "{path}");
    }
    let oembed = format!("/oembed?url={}/published/{hidden}", open.base);
    assert_eq!(open.nobody.get(&oembed).status, 404);
    // A citation of one claim is not given out through another.
    let through = format!("/published/{reworded}/citations/{citation}/page");
    assert_eq!(open.nobody.get(&through).status, 404);
    for query in ["haunted", "quarry", "burned", "1841", "ledger"] {
        let page = open.page(&format!("/published?q={query}"));
        assert_eq!(page.select(".list > li").length(), 0, "{query}");
    }
    for query in ["mill", "1840", "opened+mill", "report", "true"] {
        let page = open.page(&format!("/published?q={query}"));
        assert_eq!(page.select(".list > li").length(), 1, "{query}");
    }
    let pages = [
        "/published",
        "/corrections",
        &format!("/published/{reworded}"),
    ];
    for path in pages {
        let body = open.nobody.get(path).body;
        assert!(body.contains("The mill opened in 1840"), "{path}");
        assert!(
            !body.contains("burned") && !body.contains("haunted"),
            "{path}"
        );
    }
    let show = open.nobody.get(&format!("/published/{reworded}")).body;
    assert!(
        show.contains("The miller"),
        "who said the published words is kept"
    );
    let people = open.nobody.get("/about/people").body;
    assert!(people.contains("Second reviewer"), "{people}");
}

#[test]
fn the_index_is_narrowed_and_walked() {
    let desk = desk_of_today();
    for at in 0..55 {
        let (rating, who) = if at % 5 == 0 {
            ("false", "A")
        } else {
            ("true", "B")
        };
        desk.publish_said(&format!("The bridge number {at} is closed"), who, rating);
    }
    let open = Open::serve(desk);
    let count = |path: &str| open.page(path).select(".list > li").length();
    let first = open.page("/published");
    assert_eq!(first.select(".list > li").length(), 50);
    let newest = first.select(".list > li .statement").first().text();
    assert_eq!(&*newest, "The bridge number 54 is closed");
    let next = first.select(".pager a").attr("href").expect("older ones");
    assert_eq!(count(&next), 5);
    assert_eq!(count("/published?rating=false"), 11);
    assert_eq!(count("/published?by=A&rating=false"), 11);
    assert_eq!(count("/published?by=A&rating=true"), 0);
    assert_eq!(count("/published?q=number+17"), 1);
    assert_eq!(count("/published?q=%22*%29"), 0);
    assert_eq!(count("/published?when=1999"), 0);
    let month = first.select("#when option").iter().nth(2).expect("a month");
    let month = month.attr("value").expect("its value");
    assert_eq!(count(&format!("/published?when={month}")), 50);
    assert_eq!(count(&format!("/published?when={}", &month[..4])), 50);
    let narrowed = open.page(&format!("/published?by=B&when={month}"));
    assert_eq!(narrowed.select(".list > li").length(), 44);
    assert_eq!(
        count("/published?when=soon"),
        50,
        "a date that is none is said to be"
    );
    assert!(
        open.nobody
            .get("/published?when=soon")
            .body
            .contains("was left out")
    );
}

#[test]
fn corrections_are_listed_and_a_retraction_is_told_everywhere() {
    let desk = desk_of_today();
    let clear = desk.publish_said("The mill opened in 1840", "The miller", "true");
    let wrong = desk.publish_said("The well is deep", "The smith", "false");
    desk.correct(
        clear,
        CorrectionKind::Clarification,
        "It is the upper mill.",
    );
    desk.correct(
        wrong,
        CorrectionKind::Retraction,
        "We measured another well.",
    );
    let open = Open::serve(desk);
    let page = open.page("/corrections");
    let notes: Vec<String> = page
        .select(".list > li .said")
        .iter()
        .map(|note| note.text().to_string())
        .collect();
    assert_eq!(
        notes,
        ["We measured another well.", "It is the upper mill."]
    );
    let linked = page.select(".list > li").first().select("a").attr("href");
    assert_eq!(
        linked.as_deref(),
        Some(format!("/published/{wrong}").as_str())
    );
    let embed = open.nobody.get(&format!("/published/{wrong}/embed")).body;
    assert!(embed.contains("Retracted."), "{embed}");
    assert!(!embed.contains("False"), "never the old rating: {embed}");
    let show = open.page(&format!("/published/{wrong}"));
    let told = show
        .select("meta[property='og:description']")
        .attr("content");
    assert!(told.is_some_and(|told| told.starts_with("Retracted")));
    assert!(show.select("#corrections").text().contains("another well"));
    assert_eq!(show.select(".judged s").text().to_string(), "False");
    let list = open.nobody.get("/published").body;
    assert!(list.contains("badge retracted"));
}

#[test]
fn the_method_says_what_the_desk_states_and_what_it_has_not() {
    let desk = desk_of_today();
    let plain = Open::serve(desk);
    let missing = plain.page("/about").select("#missing li").length();
    assert_eq!(missing, 10);
    let desk = desk_of_today();
    let mut sheet = DeskSheet::named(Name::parse("The Bridge Desk").expect("a name"));
    sheet.owner = Name::parse("Bridge Trust").ok();
    sheet.policies.funding = Policy::parse("Readers pay.\n\nNobody else.").ok();
    settings::describe(&desk.desk, Actor::Operator, sheet).expect("described");
    let open = Open::serve(desk);
    let page = open.page("/about");
    assert_eq!(page.select("#missing li").length(), 8);
    assert!(page.select("#funding").text().contains("Readers pay."));
    assert!(page.select("#desk").text().contains("Bridge Trust"));
    assert!(page.select(".contents a[href='#funding']").length() == 1);
    assert!(
        page.select("#eyes")
            .text()
            .contains("1 other person approves")
    );
    assert!(
        page.select("#key + p + pre")
            .text()
            .contains("test.example/desk+")
    );
}

#[test]
fn a_cited_page_of_a_pdf_is_shown_to_strangers() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let pdf = PdfBuilder::new()
        .page(&[(60, 700, "A preface that says little of any bridge.")])
        .page(&[(60, 700, "The bridge opened in 1932.")])
        .bytes();
    let snapshot = desk.upload(source, "report.pdf", &pdf);
    let citation = desk.cite(claim, snapshot, "The bridge opened in 1932.");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    let open = Open::serve(desk);
    let show = open.page(&format!("/published/{claim}"));
    let path = format!("/published/{claim}/citations/{citation}/page");
    assert_eq!(show.select(&format!("a[href='{path}']")).length(), 1);
    let page = open.page(&path);
    assert_eq!(page.select("rect.quoted").length(), 1);
    let picture = page.select("image").attr("href").expect("a picture");
    let mut answer = open.ask(&picture, &[]);
    assert_eq!(header(&answer, "content-type"), "image/png");
    let (width, _, _) = decoded(&answer.body_mut().read_to_vec().expect("a picture"));
    assert_eq!(width, 1_200);
}
