//! A draft over HTTP: sentences are set aside and taken up, filters, and two
//! people who bring a revision.

use crate::support::desk_of_today;
use crate::support::http::{hidden, texts};

const STORY: &str = "The bridge opened in 1932. It is 503 metres long.\n\nEverybody loves it.";

#[test]
fn a_draft_is_covered_sentence_by_sentence() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let one = served.enter(&link);
    let added = one.post("/articles", &[("title", "A bridge"), ("text", STORY)]);
    assert_eq!(added.location.as_deref(), Some("/articles/1"));
    let page = one.get("/articles/1").body;
    assert!(page.contains("Nothing is marked yet"), "{page}");
    assert!(page.contains("3 sentences not looked at"), "{page}");

    let sentence = ("sentence", "opinion:51:70");
    let aside = |revision| one.post("/articles/1/asides", &[("revision", revision), sentence]);
    assert_eq!(aside("2").status, 409, "drawn from another revision");
    assert_eq!(aside("1").status, 303);
    let picked = [
        ("quote", "It is 503 metres"),
        ("near", "27"),
        ("reason", "common"),
    ];
    assert_eq!(one.post("/articles/1/asides", &picked).status, 303);
    assert_eq!(
        one.post("/articles/1/asides", &[("quote", "It")]).status,
        400
    );
    let page = one.get("/articles/1").body;
    assert!(
        page.contains("1 sentence not looked at · 2 set aside"),
        "{page}"
    );
    let claim = [
        ("article", "1"),
        ("quote", "opened in 1932"),
        ("statement", "It opened in 1932."),
    ];
    assert_eq!(one.post("/claims", &claim).status, 303);
    let page = one.get("/articles/1").body;
    assert!(
        page.contains("<strong>0 of 1</strong> checkable statement decided"),
        "{page}"
    );
    let lit = "href=\"/claims/1\" data-item>opened in 1932</a>";
    assert!(page.contains(lit), "{page}");
    assert!(one.get("/articles/1?show=undecided").body.contains(lit));
    assert!(!one.get("/articles/1?show=stale").body.contains(lit));
    assert_eq!(one.get("/articles/1?show=nonsense&part=99").status, 200);
}

#[test]
fn two_people_who_bring_a_revision_see_both() {
    let desk = desk_of_today();
    let (one, two) = (desk.link(desk.researcher), desk.link(desk.second));
    let served = desk.serve();
    let (one, two) = (served.enter(&one), served.enter(&two));
    one.post("/articles", &[("title", "A bridge"), ("text", STORY)]);
    let claim = [
        ("article", "1"),
        ("quote", "opened in 1932"),
        ("statement", "It opened in 1932."),
    ];
    assert_eq!(one.post("/claims", &claim).status, 303);
    let form = one.get("/articles/1/revisions/new").body;
    let seen = hidden(&form, "seen").expect("the revision").to_owned();
    let text = |text| {
        [
            ("seen", seen.as_str()),
            ("title", "A bridge"),
            ("text", text),
        ]
    };
    assert_eq!(one.post("/articles/1/revisions", &text(STORY)).status, 422);
    let theirs = "The bridge opened in 1933. It is 503 metres long.";
    let saved = one.post("/articles/1/revisions", &text(theirs));
    assert_eq!(
        saved.location.as_deref(),
        Some("/articles/1/changes?from=1&to=2")
    );
    let late = two.post(
        "/articles/1/revisions",
        &text("The bridge opened late. It is long."),
    );
    assert_eq!(late.status, 409);
    for words in ["Somebody was quicker", "opened late", "1933", "Researcher"] {
        assert!(late.body.contains(words), "{words}: {}", late.body);
    }
    assert_eq!(hidden(&late.body, "seen"), Some("2"));
    let changes = one.get("/articles/1/changes?from=1&to=2").body;
    assert!(
        changes.contains("Altered: other words stand in their place"),
        "{changes}"
    );
    let passage = one.get("/claims/1/passage").body;
    assert!(passage.contains("<ins>1933</ins>"), "{passage}");
    assert_eq!(one.post("/claims/1/passage", &[]).status, 303);
    assert_eq!(one.post("/claims/1/passage", &[]).status, 409);
    let print = one.get("/articles/1/print").body;
    assert!(print.contains("Article 1, revision 2"), "{print}");
    for path in [
        "/articles/1/revisions/9",
        "/articles/9/print",
        "/claims/9/passage",
    ] {
        assert_eq!(one.get(path).status, 404, "{path}");
    }
}

#[test]
fn headings_are_set_aside_by_one_click_and_only_those_that_were_shown() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let one = served.enter(&link);
    let story = "How it began\n\nThe bridge opened in 1932.\n\nThe mayor lied\n\nIt is 503 metres long.\n\nBy our reporter";
    one.post("/articles", &[("title", "A bridge"), ("text", story)]);
    let claim = [
        ("article", "1"),
        ("quote", "The mayor lied"),
        ("statement", "The mayor lied."),
    ];
    let proposed = texts(&one.get("/articles/1"), ".headings li");
    assert_eq!(proposed, ["How it began", "The mayor lied"]);
    assert_eq!(one.post("/claims", &claim).status, 303);
    let page = one.get("/articles/1");
    assert_eq!(texts(&page, ".headings li"), ["How it began"]);
    let aside = |seen| {
        one.post(
            "/articles/1/asides",
            &[("headings", "yes"), ("revision", seen)],
        )
    };
    assert_eq!(aside("2").status, 409);
    assert_eq!(aside("").status, 400);
    assert_eq!(aside("1").status, 303);
    let page = one.get("/articles/1");
    assert!(texts(&page, ".headings").is_empty(), "{}", page.body);
    let counted = "3 sentences not looked at · 1 set aside";
    assert!(page.body.contains(counted), "{}", page.body);
    assert_eq!(aside("1").status, 303, "nothing is left to set aside");
    served.end();
}
