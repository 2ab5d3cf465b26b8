//! The passkeys that somebody has.

use crate::domain::event::Event;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::Deed;
use crate::store::signatures::{self, Registered};

use super::super::{Actor, Desk, DeskError};

/// Somebody's passkeys, the newest first, retired ones too.
pub fn list(desk: &Desk, person: PersonId) -> Result<Vec<Registered>, DeskError> {
    desk.read(|db| Ok(signatures::list(db, person)?))
}

/// Lets one of somebody's own passkeys sign no more. What it signed stays
/// signed.
///
/// # Errors
/// When the person has no such passkey in use.
pub fn retire(desk: &Desk, actor: Actor, entry: EntryIndex) -> Result<(), DeskError> {
    desk.act(actor, Deed::Read, move |pen| {
        let missing = DeskError::NoSuch {
            what: "passkey of yours in use with entry",
            id: entry.get() as i64,
        };
        let Some(by) = pen.by else {
            return Err(missing);
        };
        let all = signatures::list(pen, by.person)?;
        let mut used = all.into_iter().filter(|known| known.retired.is_none());
        let known = used.find(|known| known.entry == entry).ok_or(missing)?;
        pen.log(Event::PasskeyRetired {
            person: by.person,
            credential: known.passkey.credential,
        })?;
        Ok(())
    })
}
