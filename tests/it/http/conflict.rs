//! Two reviewers at one claim.

use dom_query::Document;

use crate::support::desk_of_today;
use crate::support::http::{Visitor, hidden};
use crate::support::program::citekeep;

#[test]
fn the_second_of_two_reviewers_chooses_between_both_versions() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let (one, two) = (desk.link(desk.reviewer), desk.link(desk.second));
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let (one, two) = (Visitor::enter(&base, &one), Visitor::enter(&base, &two));
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
        ("[aria-labelledby=saved]", "First words.", "del"),
        ("[aria-labelledby=mine]", "Second & other words.", "ins"),
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
