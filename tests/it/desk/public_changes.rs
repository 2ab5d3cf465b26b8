//! What changed in public: each claim by its newest entry, told the same by
//! the log and by the step that upgrades an older desk.

use citekeep::desk::{Desk, changes, publishing};
use citekeep::domain::ids::{ClaimId, SourceId};
use citekeep::domain::publication::CorrectionKind;
use citekeep::store::public_changes::{self, Window};
use citekeep::store::snapshots;
use rusqlite::Connection;

use crate::support::{TestDesk, desk, note};

const STEP: &str = include_str!("../../../db/migrations/0004_wire.sql");

fn changed(desk: &Desk) -> Vec<ClaimId> {
    let list = desk.read(|db| Ok(public_changes::list(db, Window::default(), 100)?));
    let list = list.expect("the changes");
    list.into_iter().map(|changed| changed.claim).collect()
}

fn correct(desk: &TestDesk, claim: ClaimId, kind: CorrectionKind) {
    let seen = desk.seen(claim);
    publishing::correct(&desk.desk, desk.editor, seen, kind, note("So it is.")).expect("corrected");
}

/// The words of a source change, and a colleague says that it does not matter.
fn dismiss(desk: &TestDesk, claim: ClaimId, source: SourceId) {
    let newest = desk.desk.read(|db| Ok(snapshots::newest(db, source)?));
    let newest = newest.expect("the newest").expect("a snapshot");
    let (claim, seen) = desk.seen(claim);
    let seen = (claim, seen, newest.snapshot.id);
    changes::dismiss(&desk.desk, desk.second, seen, note("A typing error.")).expect("judged");
}

#[test]
fn every_public_change_brings_a_claim_to_the_front_once() {
    let desk = desk();
    let (first, source) = desk.published();
    let (second, _) = desk.published();
    desk.claim("Nobody published this.");
    assert_eq!(changed(&desk.desk), [second, first]);
    let altered = "It rained. The bridge was opened in 1933. It rained again.";
    desk.snapshot(source, altered);
    assert_eq!(desk.state(first), "in_review, stale");
    assert_eq!(
        changed(&desk.desk),
        [first, second],
        "it is marked in public"
    );
    correct(&desk, second, CorrectionKind::Clarification);
    assert_eq!(changed(&desk.desk), [second, first]);
    dismiss(&desk, first, source);
    assert_eq!(changed(&desk.desk), [first, second], "the mark is gone");
    let (third, source) = desk.published();
    correct(&desk, third, CorrectionKind::Retraction);
    assert_eq!(changed(&desk.desk), [third, first, second]);
    correct(&desk, first, CorrectionKind::Clarification);
    // What is decided anew after a retraction is nobody's business yet.
    let snapshot = desk.snapshot(source, "The bridge was opened in 1934.");
    let citation = desk.cite(third, snapshot, "The bridge was opened in 1934.");
    desk.decide(third, "false", &[citation]).expect("a verdict");
    desk.snapshot(source, "The bridge was opened in 1935.");
    assert_eq!(desk.state(third), "in_review, stale");
    assert_eq!(changed(&desk.desk), [first, third, second]);
    desk.is_clean();
    // An older desk is upgraded to the same.
    let insert = STEP.find("INSERT INTO public_change").expect("the step");
    let end = STEP[insert..].find(';').expect("its end");
    let database = Connection::open(desk.data().join("desk.db")).expect("the database");
    let again = format!(
        "DELETE FROM public_change; {}",
        &STEP[insert..=insert + end]
    );
    database.execute_batch(&again).expect("upgraded");
    drop(database);
    desk.is_clean();
}
