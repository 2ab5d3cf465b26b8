//! The reviewing view over HTTP: windows, views, the thread, what is blocked.

use citekeep::desk::citations::{self, NewCitation};
use citekeep::domain::citation::Stance;

use crate::support::http::{Answer, Visitor, hidden};
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today};

const WORDS: &str = "The bridge was opened in 1932.";

fn holds(answer: &Answer, words: &[&str]) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    for words in words {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
}

/// What the page lights as its own.
fn lit(answer: &Answer) -> &str {
    let after = answer.body.split("<mark class=\"own\">").nth(1);
    let words = after.and_then(|after| after.split("</mark>").next());
    words.unwrap_or_default()
}

#[test]
fn one_can_look_at_every_view_of_what_a_claim_rests_on() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let report = desk.source("The city's report");
    let filler = "Piers, cables and tolls, year after year.\n\n".repeat(1_000);
    let page = format!(
        "<title>Bridges</title><nav>Menu</nav><article><p>{}</p><p>{WORDS}</p><p>{}</p></article>",
        filler.replace("\n\n", "</p><p>"),
        filler.replace("\n\n", "</p><p>"),
    );
    let snapshot = desk.upload(report, "page.html", page.as_bytes());
    desk.cite(claim, snapshot, WORDS);
    let other = desk.claim("Somebody opened the bridge in 1932.");
    desk.cite(other, snapshot, "opened in 1932");
    let diary = desk.source("A diary");
    let pages = desk.snapshot(
        diary,
        "First page.\u{c}They opened it today.\u{c}Last page.",
    );
    desk.cite(claim, pages, "They opened it today.");
    let link = desk.link(desk.join(citekeep::domain::person::Role::Reader));
    let served = desk.serve();
    let me = served.enter(&link);

    let first = me.get("/claims/1");
    assert_eq!(lit(&first), WORDS);
    assert!(first.body.len() < 100_000, "{} bytes", first.body.len());
    holds(
        &first,
        &[
            "A little earlier",
            ">Later<",
            "href=\"/claims/2\" dir=\"auto\">Somebody opened",
            "These rest on the same words as citation 1",
            "<link rel=\"next\" href=\"/claims/2\">",
        ],
    );
    assert!(
        !first.body.contains("name=\"words\""),
        "a reader only reads"
    );
    for view in ["text", "visible"] {
        let shown = me.get(&format!("/claims/1?citation=1&view={view}"));
        assert_eq!(lit(&shown), WORDS, "{view}");
    }
    let raw = me.get("/claims/1?citation=1&view=raw");
    assert_eq!(lit(&raw), WORDS);
    holds(&raw, &["&#60;p&#62;", "Download", "text/html"]);
    let end = me.get("/claims/1?citation=1&at=999999999");
    holds(&end, &["Back to the words"]);
    assert_eq!(lit(&end), "");
    let second = me.get("/claims/1?citation=3");
    assert_eq!(lit(&second), "They opened it today.");
    holds(&second, &["Page 2 of 3", "Page before", "Next page"]);
    assert!(!second.body.contains("Last page."));
    let third = me.get("/claims/1?citation=3&page=3");
    holds(&third, &["Page 3 of 3", "Last page."]);
    for nonsense in [
        "citation=77&view=nonsense&at=-1&page=x",
        "view=page",
        "view=text-999",
        "from=state%3Dopen%26assignee%3Dx",
    ] {
        assert_eq!(me.get(&format!("/claims/1?{nonsense}")).status, 200);
    }
}

#[test]
fn the_chain_is_drawn_and_told() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let report = desk.source("The city's report");
    let assessment = desk.source_known_through("The assessment", Some(report));
    let snapshot = desk.snapshot(report, "The assessment says so. It rained.");
    let new = NewCitation {
        claim,
        source: Some(assessment),
        snapshot,
        text: None,
        quote: "The assessment says so.".to_owned(),
        near: None,
        stance: Stance::Supports,
    };
    citations::make(&desk.desk, desk.researcher, new).expect("a citation");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    holds(
        &me.get("/claims/1"),
        &[
            "aria-label=\"The assessment, as cited by The city&#39;s report\"",
            "report · primary · grade B2",
            ">as cited by</text>",
        ],
    );
}

#[test]
fn the_way_through_a_filtered_queue_is_kept() {
    let desk = desk_of_today();
    for at in 1..=4 {
        desk.claim(&format!("Claim number {at} of four."));
    }
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let me = served.enter(&link);
    let page = me.get("/claims/3?from=state%3Dopen");
    // What is equally urgent stands in the order in which it came.
    for link in [
        "<link rel=\"prev\" href=\"/claims/2?from=state%3Dopen\">",
        "<link rel=\"next\" href=\"/claims/4?from=state%3Dopen\">",
        "name=\"from\" value=\"state=open\"",
    ] {
        assert!(page.body.contains(link), "{link}");
    }
    let done = me.post(
        "/claims/3/plan",
        &[
            ("from", "state=open"),
            ("priority", "urgent"),
            ("due", "2031-03-01T12:30"),
        ],
    );
    assert_eq!(
        done.location.as_deref(),
        Some("/claims/3?from=state%3Dopen")
    );
    let page = me.get("/claims/3");
    holds(
        &page,
        &[
            "urgent priority",
            "1 March 2031, 12:30 UTC",
            "2031-03-01T12:30",
        ],
    );
    let wrong = [("priority", "high"), ("due", "tomorrow")];
    let refused = me.post("/claims/3/plan", &wrong);
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("write the date and the time of day, in UTC")
    );
    let cleared = me.post("/claims/3/plan", &[("priority", "normal"), ("due", "")]);
    assert_eq!(cleared.status, 303);
    let page = me.get("/claims/3").body;
    assert!(!page.contains("urgent priority") && page.contains("normal, no deadline"));
}

/// The researcher, the second reviewer and the editor.
fn three(desk: TestDesk) -> (Served, [Visitor; 3]) {
    let links = [desk.researcher, desk.second, desk.editor].map(|who| desk.link(who));
    let served = desk.serve();
    let people = links.map(|link| served.enter(&link));
    (served, people)
}

#[test]
fn what_is_missing_is_named_with_who_may_do_it_and_where() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    desk.decide(claim, "unproven", &[]).expect("a verdict");
    let (_served, [researcher, second, _]) = three(desk);
    let page = second.get("/claims/1");
    holds(
        &page,
        &[
            "The verdict has 0 of 1 approvals.",
            "A reviewer other than Reviewer reads it and approves: Second reviewer or Editor.",
            "href=\"#judge\"",
        ],
    );
    let page = researcher.get("/claims/1");
    holds(&page, &["Nobody has said anything yet."]);
    assert!(
        !page.body.contains("href=\"#judge\""),
        "not for a researcher"
    );
}

#[test]
fn a_question_holds_publication_until_it_is_settled() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "It rained. The bridge was opened in 1932.");
    let citation = desk.cite(claim, snapshot, WORDS);
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    let (_served, [researcher, second, editor]) = three(desk);
    let empty = [("remark_kind", "question"), ("words", " ")];
    let refused = researcher.post("/claims/1/remarks", &empty);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("this may not be empty"));
    let asked = [
        ("remark_kind", "question"),
        ("words", "Which calendar?"),
        ("about", "1"),
    ];
    let asked = researcher.post("/claims/1/remarks", &asked);
    assert_eq!(asked.location.as_deref(), Some("/claims/1#remark-1"));
    let foreign = [("remark_kind", "note"), ("words", "x"), ("about", "99")];
    assert_eq!(researcher.post("/claims/1/remarks", &foreign).status, 422);

    let page = second.get("/claims/1");
    holds(
        &page,
        &[
            "open question",
            "about <a href=\"#citation-1\">",
            "href=\"#remark-1\"",
        ],
    );
    let seen = hidden(&page.body, "seen").expect("the entry").to_owned();
    let approved = second.post("/claims/1/approvals", &[("seen", &seen), ("opinion", "")]);
    assert_eq!(approved.status, 303);
    let page = editor.get("/claims/1").body;
    let seen = hidden(&page, "seen").expect("the entry").to_owned();
    let refused = editor.post("/claims/1/publications", &[("seen", &seen)]);
    assert_eq!(refused.status, 422);
    for words in [
        "Not published: The thread of this claim has 1 question open",
        "A question in the thread is open.",
        "href=\"#remark-1\"",
    ] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let answer = [
        ("remark_kind", "note"),
        ("words", "The same one."),
        ("answers", "1"),
        ("settle", "yes"),
    ];
    assert_eq!(second.post("/claims/1/remarks", &answer).status, 303);
    let again = second.post("/claims/1/remarks/1/settlement", &[]);
    assert_eq!(again.status, 422, "it is settled");
    let page = editor.get("/claims/1");
    holds(
        &page,
        &["Settled by", "The same one.", "question: Which calendar?"],
    );
    let seen = hidden(&page.body, "seen").expect("the entry").to_owned();
    let published = editor.post("/claims/1/publications", &[("seen", &seen)]);
    assert_eq!(published.status, 303, "{}", published.body);
}

#[test]
fn nothing_is_chosen_for_whoever_cites_and_what_is_in_use_for_whoever_decides() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "It rained. The bridge was opened in 1932.");
    desk.cite(claim, snapshot, WORDS);
    let link = desk.link(desk.reviewer);
    let served = desk.serve();
    let me = served.enter(&link);
    let page = me.get("/claims/1/citations/new?snapshot=1&quote=It+rained.");
    holds(&page, &["Found: exact"]);
    assert!(
        !page
            .body
            .contains("name=\"stance\" value=\"supports\" checked")
    );
    let cite = [("snapshot", "1"), ("quote", "It rained."), ("step", "save")];
    let refused = me.post("/claims/1/citations", &cite);
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("Choose what the words do to the claim.")
    );
    let page = me.get("/claims/1");
    holds(&page, &["name=\"citation\" value=\"1\" checked"]);
    let seen = hidden(&page.body, "seen").expect("the entry").to_owned();
    let bare = [
        ("seen", seen.as_str()),
        ("rating", "true"),
        ("rationale", "So it is."),
    ];
    let refused = me.post("/claims/1/verdicts", &bare);
    assert_eq!(refused.status, 422);
    assert!(
        !refused
            .body
            .contains("name=\"citation\" value=\"1\" checked"),
        "as it was sent"
    );
}
