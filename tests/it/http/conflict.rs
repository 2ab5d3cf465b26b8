//! Two reviewers at one claim.

use dom_query::Document;

use crate::support::desk_of_today;
use crate::support::http::{Answer, hidden};

#[test]
fn the_second_of_two_reviewers_chooses_between_both_versions() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let (one, two) = (desk.link(desk.reviewer), desk.link(desk.second));
    let served = desk.serve();
    let (one, two) = (served.enter(&one), served.enter(&two));
    let page = format!("/claims/{claim}");
    let verdicts = format!("{page}/verdicts");
    let drawn = one.get(&page).body;
    let seen = hidden(&drawn, "seen").expect("the entry").to_owned();
    assert_eq!(hidden(&two.get(&page).body, "seen"), Some(seen.as_str()));
    let verdict = |words| {
        [
            ("seen", seen.as_str()),
            ("rating", "unproven"),
            ("rationale", words),
        ]
    };
    assert_eq!(one.post(&verdicts, &verdict("First words.")).status, 303);
    let answer = two.post(&verdicts, &verdict("Second & other words."));
    assert_eq!(answer.status, 409);
    let both = Document::from(answer.body.as_str());
    for (side, words, marked) in [
        ("[aria-labelledby=saved]", "First words.", "mark"),
        ("[aria-labelledby=mine]", "Second & other words.", "mark"),
    ] {
        let side = both.select(side);
        assert!(side.text().contains(words), "{words}: {}", answer.body);
        assert_eq!(side.select(marked).length(), 1, "what differs is marked");
    }
    let now = one.get(&page).body;
    assert!(!now.contains("other words"), "nothing was overwritten");

    // What the page offers, sent as it stands, saves the second version.
    let newer = hidden(&answer.body, "seen").expect("the newer entry");
    assert_ne!(newer, seen);
    let again = [
        ("seen", newer),
        ("rating", "unproven"),
        ("rationale", "Second & other words."),
    ];
    assert_eq!(two.post(&verdicts, &again).status, 303);
    let now = one.get(&page).body;
    assert!(now.contains("First words.") && now.contains("other words."));
}

/// A claim's addresses and forms keep the way back to the queue.
fn keeps_the_way_back(answer: &Answer, path: &str) {
    let page = Document::from(answer.body.as_str());
    let link = page.select(&format!("main a[href^='{path}?']"));
    let link = link.attr_or("href", "");
    assert!(
        link.ends_with("from=queue%3Dmine"),
        "{link}: {}",
        answer.body
    );
    let field = page.select("main form[method=post] [name=from]");
    let kept = field.attr("value").unwrap_or_else(|| field.text());
    assert_eq!(kept.trim(), "queue=mine", "{}", answer.body);
}

#[test]
fn the_way_back_to_the_queue_outlasts_a_conflict_and_a_wrong_field() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city report");
    desk.snapshot(source, "It was opened in 1932.");
    let (one, two) = (desk.link(desk.reviewer), desk.link(desk.second));
    let served = desk.serve();
    let (one, two) = (served.enter(&one), served.enter(&two));
    let page = format!("/claims/{claim}");
    let from = ("from", "queue=mine");
    let drawn = two.get(&format!("{page}?from=queue%3Dmine"));
    let seen = hidden(&drawn.body, "seen").expect("the entry").to_owned();
    let seen = ("seen", seen.as_str());
    let verdict = |words| [from, seen, ("rating", "unproven"), ("rationale", words)];

    let wrong = two.post(&format!("{page}/verdicts"), &verdict(""));
    assert_eq!(wrong.status, 422);
    let citing = format!("{page}/citations/new");
    keeps_the_way_back(&wrong, &citing);
    let first = one.post(&format!("{page}/verdicts"), &verdict("First words."));
    assert_eq!(first.location, Some(format!("{page}?from=queue%3Dmine")));
    let conflict = two.post(&format!("{page}/verdicts"), &verdict("Other words."));
    assert_eq!(conflict.status, 409);
    keeps_the_way_back(&conflict, &page);

    // And the steps of citing: a choice, words that are not there, the words.
    let step = one.get(&format!("{citing}?from=queue%3Dmine"));
    let choice = Document::from(step.body.as_str());
    let choice = choice.select("main li a").attr_or("href", "").to_string();
    assert_eq!(choice, format!("{citing}?snapshot=1&from=queue%3Dmine"));
    keeps_the_way_back(&one.get(&choice), &page);
    let cite = |quote| {
        let fields = [
            from,
            ("snapshot", "1"),
            ("quote", quote),
            ("stance", "supports"),
            ("step", "save"),
        ];
        one.post(&format!("{page}/citations"), &fields)
    };
    let nowhere = cite("It sank in 1933.");
    assert_eq!(nowhere.status, 422);
    keeps_the_way_back(&nowhere, &page);
    let cited = cite("It was opened in 1932.");
    assert_eq!(
        cited.location,
        Some(format!("{page}?from=queue%3Dmine#evidence"))
    );
    served.end();
}
