//! A clock that is set back.

use std::sync::Arc;

use citekeep::desk::{Actor, Desk, audit, people};
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::person::Role;
use citekeep::domain::time::Timestamp;
use citekeep::domain::words::Name;
use citekeep::store::log;

use crate::support::{Stopped, check, desk};

const HOUR: i64 = 3_600;

/// When somebody joined, by the log.
fn joined(desk: &Desk) -> Timestamp {
    let name = Name::parse("Somebody").expect("a name");
    people::join(desk, Actor::Operator, name, Role::Reader).expect("somebody new");
    let newest = desk.read(|db| {
        let newest = EntryIndex::new(log::size(db)? - 1);
        Ok(log::find_record(db, newest)?)
    });
    newest.expect("the log").expect("the entry").at
}

#[test]
fn times_in_the_log_do_not_step_back_with_a_clock_that_is_set_right() {
    let made = desk();
    let clock = Stopped::new();
    clock.pass(48 * HOUR);
    let desk = made.with_clock(Arc::<Stopped>::clone(&clock));
    let first = joined(&desk);
    for back in [1, 60, HOUR - 61] {
        clock.pass(-back);
        assert_eq!(joined(&desk), first, "after {back} seconds more");
    }
    clock.pass(HOUR);
    assert!(joined(&desk) >= first);
    audit::checkpoint(&desk).expect("a checkpoint");
    assert_eq!(check(&made.data()).findings, []);
}

/// It was wrong before, and what comes now is not wrong with it.
#[test]
fn a_clock_that_was_wrong_by_hours_is_followed() {
    let made = desk();
    let clock = Stopped::new();
    clock.pass(48 * HOUR);
    let desk = made.with_clock(Arc::<Stopped>::clone(&clock));
    let wrong = joined(&desk);
    clock.pass(-2 * HOUR);
    let right = joined(&desk);
    assert_eq!(wrong.as_millis() - right.as_millis(), 2 * HOUR * 1_000);
    audit::checkpoint(&desk).expect("a checkpoint");
    assert_eq!(check(&made.data()).findings, []);
}
