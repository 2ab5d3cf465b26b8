//! The pages that strangers read, and what they find.

use crate::capture::pdf_builder::PdfBuilder;

use super::*;

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
    let oembed = format!("/oembed?url={}/published/{hidden}", open.served.base);
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
    let linked = page.select(".list > li").first().select("p a").attr("href");
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
