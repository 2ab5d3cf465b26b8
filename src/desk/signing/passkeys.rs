//! The passkeys that somebody has.

use crate::domain::event::Event;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::Deed;
use crate::store::people::{self, Person};
use crate::store::signatures::{self, Registered};

use super::super::sign_in::{self, Whence};
use super::super::{Actor, Desk, DeskError, Pen};

/// Somebody's passkeys, the newest first, retired ones too.
pub fn list(desk: &Desk, person: PersonId) -> Result<Vec<Registered>, DeskError> {
    desk.read(|db| Ok(signatures::list(db, person)?))
}

/// Somebody who works at the desk or did, and their passkeys.
///
/// # Errors
/// When there is no such person.
pub fn of_person(desk: &Desk, id: PersonId) -> Result<(Person, Vec<Registered>), DeskError> {
    let what = "person";
    desk.read(|db| {
        let person = people::find(db, id)?;
        let person = person.ok_or(DeskError::NoSuch { what, id: id.get() })?;
        Ok((person, signatures::list(db, id)?))
    })
}

/// Lets one of somebody's own passkeys sign no more. What it signed stays
/// signed.
///
/// # Errors
/// When the person has no such passkey in use.
pub fn retire(desk: &Desk, actor: Actor, entry: EntryIndex) -> Result<(), DeskError> {
    const OWN: &str = "passkey of yours in use with entry";
    desk.act(actor, Deed::Read, move |pen| match pen.by {
        Some(by) => put_away(pen, (by.person, entry), OWN),
        None => Err(missing(OWN, entry)),
    })
}

/// Lets a passkey of somebody else sign no more: they left, or lost the device
/// that it is on. What it signed stays signed.
///
/// # Errors
/// When the person has no such passkey in use.
pub fn retire_for(
    desk: &Desk,
    actor: Actor,
    named: (PersonId, EntryIndex),
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        put_away(pen, named, "passkey of theirs in use with entry")
    })
}

fn put_away(
    pen: &Pen<'_, '_>,
    (person, entry): (PersonId, EntryIndex),
    what: &'static str,
) -> Result<(), DeskError> {
    let all = signatures::list(pen, person)?;
    let mut used = all.into_iter().filter(|known| known.retired.is_none());
    let known = used.find(|known| known.entry == entry);
    let known = known.ok_or(missing(what, entry))?;
    let credential = known.passkey.credential;
    // What signs no more lets nobody in either, and its owner is told.
    let by = pen.by.map_or(Actor::Operator, Actor::Person);
    let place = (&Whence::default(), "");
    sign_in::forget((pen.tx, pen.at), (person, by), &credential, place)?;
    pen.log(Event::PasskeyRetired { person, credential })?;
    Ok(())
}

fn missing(what: &'static str, entry: EntryIndex) -> DeskError {
    DeskError::NoSuch {
        what,
        id: i64::try_from(entry.get()).unwrap_or(i64::MAX),
    }
}
