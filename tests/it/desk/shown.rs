//! What tells whether strangers are shown something else than before.

use citekeep::desk::{Actor, claims, settings};
use citekeep::domain::ids::ClaimId;
use citekeep::domain::sheet::DeskSheet;
use citekeep::domain::words::{Name, Statement};
use citekeep::store::shown::{Moment, Reach};

use crate::support::{TestDesk, desk, open};

/// What is shown of two claims, and of all of them.
fn moments(desk: &TestDesk, claims: [ClaimId; 2]) -> [Moment; 3] {
    let [one, other] = claims.map(Reach::Claim);
    [one, other, Reach::Desk].map(|reach| desk.desk.store().shown().now(reach))
}

/// What an act changes: the first claim, the second, what tells of any.
fn check(desk: &TestDesk, claims: [ClaimId; 2], expected: [bool; 3], act: impl FnOnce()) {
    let before = moments(desk, claims);
    act();
    let after = moments(desk, claims);
    let changed: Vec<bool> = (before.iter().zip(&after)).map(|(a, b)| a != b).collect();
    assert_eq!(changed, expected);
}

#[test]
fn only_what_strangers_see_makes_public_answers_old() {
    let desk = desk();
    let (first, source) = desk.published();
    let (second, _) = desk.published();
    let both = [first, second];
    check(&desk, both, [false; 3], || {
        desk.claim("Nobody knows of this yet.");
    });
    check(&desk, both, [false; 3], || {
        let open = desk.claim("Nor of this.");
        let other = desk.source("Another report");
        let snapshot = desk.snapshot(other, "Nor of this.");
        let citation = desk.cite(open, snapshot, "Nor of this.");
        desk.decide(open, "true", &[citation]).expect("a verdict");
        desk.approve(open).expect("an approval");
    });
    check(&desk, both, [true, false, true], || {
        desk.snapshot(source, "The bridge was opened in 1934.");
    });
    check(&desk, both, [false, true, true], || {
        let statement = Statement::parse("The bridge was opened in May 1933.").expect("words");
        let seen = desk.seen(second);
        claims::reword(&desk.desk, desk.researcher, seen, statement, None).expect("reworded");
    });
    check(&desk, both, [true; 3], || {
        let sheet = DeskSheet::named(Name::parse("Another name").expect("a name"));
        settings::describe(&desk.desk, Actor::Operator, sheet).expect("described");
    });
}

#[test]
fn what_another_process_writes_makes_all_public_answers_old() {
    let desk = desk();
    let (first, _) = desk.published();
    let both = [first, first];
    desk.desk.keep_up().expect("read");
    check(&desk, both, [true; 3], || {
        let other = open(&desk.data()).expect("the same desk");
        let statement = Statement::parse("It was somebody else.").expect("words");
        let seen = desk.seen(first);
        claims::reword(&other, desk.researcher, seen, statement, None).expect("reworded");
        desk.desk.keep_up().expect("read");
    });
    check(&desk, both, [false; 3], || {
        desk.desk.keep_up().expect("read");
    });
}
