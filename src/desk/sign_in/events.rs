//! What happened with people's ways in.

use crate::domain::account::Happening;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::local::security::{self, SecurityEvent};
use crate::store::{Tx, people};

use super::super::people::SignedIn;
use super::super::{Actor, Desk, DeskError};
use super::Whence;

/// Notes that something happened; in which session of the person, if in one.
pub(in super::super) fn note(
    (tx, at): (&Tx<'_>, Timestamp),
    person: PersonId,
    kind: Happening,
    by: Actor,
    (whence, session): (&Whence, &str),
) -> Result<(), DeskError> {
    let by = by.byline().map(|by| by.person);
    let event = SecurityEvent {
        id: 0,
        person,
        at,
        kind,
        by,
        session: session.to_owned(),
        address: whence.address.clone(),
        browser: whence.browser.clone(),
        told: false,
    };
    security::put(tx, &event)?;
    tracing::warn!(
        person = person.get(),
        kind = kind.as_str(),
        by = by.map(PersonId::get),
        "something happened with a way in"
    );
    Ok(())
}

/// What happened with somebody's way in before an event, the newest first; at
/// most a hundred.
pub fn happened(
    desk: &Desk,
    person: PersonId,
    before: Option<i64>,
) -> Result<Vec<SecurityEvent>, DeskError> {
    desk.read(|db| Ok(security::list(db, person, before, 100)?))
}

/// Notes that somebody knows what happened, up to an event.
pub fn know(desk: &Desk, me: &SignedIn, up_to: i64) -> Result<(), DeskError> {
    let (person, session) = (me.person.id, me.session_name().to_owned());
    desk.store()
        .write(move |tx| Ok(security::tell(tx, person, (&session, up_to))?))
}

/// Notes that whoever gave somebody's right password, or has their link, was
/// wrong with the second factor many times: its person is told.
pub fn tell_of_half_way(desk: &Desk, person: PersonId, whence: Whence) -> Result<(), DeskError> {
    let own = desk.clone();
    desk.store().write(move |tx| {
        let by = Actor::Person(people::get(tx, person)?.byline());
        let kind = Happening::HalfWayTries;
        note((tx, own.now()), person, kind, by, (&whence, ""))
    })
}
