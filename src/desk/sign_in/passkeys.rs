//! Passkeys that let their person in. They are those that sign verdicts: one
//! registration is for both, and what they sign tells the two apart.

use crate::domain::account::Happening;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::passkey::Octets;
use crate::domain::time::Timestamp;
use crate::ledger::assertion::{self, Asked, Assertion, PublicKey};
use crate::store::local::passkeys as allowed;
use crate::store::{Tx, signatures};

use super::super::people::SignedIn;
use super::super::signing::{Answer, Site};
use super::super::{Actor, Desk, DeskError};
use super::{Whence, factors, note};

/// What a passkey answered to a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAnswer {
    /// The challenge.
    pub challenge: String,
    /// The answer.
    pub answer: Answer,
}

impl PasskeyAnswer {
    pub(super) const fn credential(&self) -> &Octets {
        &self.answer.credential
    }
}

/// Whom a passkey lets in.
pub(super) fn check(
    desk: &Desk,
    answer: &PasskeyAnswer,
    site: &Site,
) -> Result<PersonId, DeskError> {
    let found = desk.read(|db| Ok(allowed::find(db, answer.credential())?))?;
    let is_here = |key: &crate::domain::passkey::Passkey| {
        key.rp_id == site.rp_id && key.origin == site.origin
    };
    let passkey = found.filter(is_here).ok_or(DeskError::WrongFactor)?;
    let key =
        PublicKey::from_spki(passkey.public_key.as_bytes()).map_err(|_| DeskError::WrongFactor)?;
    let assertion = Assertion {
        authenticator_data: answer.answer.authenticator_data.as_bytes(),
        client_data: answer.answer.client_data.as_bytes(),
        signature: answer.answer.signature.as_bytes(),
    };
    let asked = Asked {
        statement: answer.challenge.as_bytes(),
        origin: &site.origin,
        rp_id: &site.rp_id,
    };
    assertion::check(&assertion, &key, &asked).map_err(|_| DeskError::WrongFactor)?;
    // Taken last: what is wrong does not use a challenge up.
    if !desk.challenges.take(desk, &answer.challenge) {
        return Err(DeskError::StepGone);
    }
    Ok(passkey.person)
}

/// Lets one of somebody's own passkeys let them in.
///
/// # Errors
/// When the person has no such passkey in use.
pub fn allow(
    desk: &Desk,
    me: &SignedIn,
    entry: EntryIndex,
    whence: Whence,
) -> Result<(), DeskError> {
    let (own, me) = (desk.clone(), me.clone());
    desk.store().write(move |tx| {
        let credential = mine(tx, me.person.id, entry)?;
        let now = own.now();
        allowed::allow(tx, me.person.id, &credential, now)?;
        let place = (&whence, me.session_name());
        note(
            (tx, own.now()),
            me.person.id,
            Happening::PasskeyOn,
            me.actor(),
            place,
        )
    })
}

/// Lets one of somebody's own passkeys let nobody in any more.
///
/// # Errors
/// When the person has no such passkey, or has to have a second factor and
/// this is the last.
pub fn refuse(
    desk: &Desk,
    me: &SignedIn,
    entry: EntryIndex,
    whence: Whence,
) -> Result<(), DeskError> {
    let (own, me) = (desk.clone(), me.clone());
    desk.store().write(move |tx| {
        let credential = mine(tx, me.person.id, entry)?;
        forget(
            (tx, own.now()),
            (me.person.id, me.actor()),
            &credential,
            (&whence, me.session_name()),
        )?;
        factors::must_remain((&own, tx), &me)
    })
}

/// Lets a passkey let nobody in any more, and notes it if it did.
pub(in super::super) fn forget(
    (tx, at): (&Tx<'_>, Timestamp),
    (person, by): (PersonId, Actor),
    credential: &Octets,
    place: (&Whence, &str),
) -> Result<(), DeskError> {
    if allowed::refuse(tx, person, credential)? {
        note((tx, at), person, Happening::PasskeyOff, by, place)?;
    }
    Ok(())
}

fn mine(tx: &Tx<'_>, person: PersonId, entry: EntryIndex) -> Result<Octets, DeskError> {
    let all = signatures::list(tx, person)?.into_iter();
    let mut used = all.filter(|known| known.retired.is_none());
    let known = used.find(|known| known.entry == entry);
    let known = known.ok_or(DeskError::NoSuch {
        what: "passkey of yours in use with entry",
        id: entry.get() as i64,
    })?;
    Ok(known.passkey.credential)
}
