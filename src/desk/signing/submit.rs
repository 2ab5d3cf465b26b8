//! The second step: the passkey has answered.

use crate::domain::event::Event;
use crate::domain::ids::{ClaimId, EntryIndex};
use crate::domain::passkey::{Octets, Passkey, PersonalSignature, SigningRule};
use crate::domain::person::Deed;
use crate::ledger::assertion::{self, Asked};
use crate::store::local::prepared;
use crate::store::signatures;

use super::super::verdicts::take_back;
use super::super::{Actor, Desk, DeskError, Pen};
use super::NotSigned;
use super::prepare::{Intent, Prepared, Site, read};

/// What a passkey answered when it was asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The passkey.
    pub credential: Octets,
    /// `authenticatorData`.
    pub authenticator_data: Octets,
    /// `clientDataJSON`.
    pub client_data: Octets,
    /// The signature.
    pub signature: Octets,
}

/// What a passkey answered when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// `authenticatorData`, with the public key in it.
    pub authenticator_data: Octets,
    /// `clientDataJSON`.
    pub client_data: Octets,
}

/// What was done: the claim that it is about.
pub type Done = ClaimId;

/// Logs what somebody signed.
///
/// # Errors
/// When the statement is gone, what would be logged is not what was signed any
/// more, or the signature is not right.
pub fn sign(desk: &Desk, actor: Actor, id: String, answer: Answer) -> Result<Done, DeskError> {
    desk.act(actor, Deed::Read, move |pen| {
        let waiting = take(pen, &id)?;
        actor.must(waiting.intent.deed())?;
        if pen.rules.signing == SigningRule::Off {
            return Err(NotSigned::Off.into());
        }
        let claim = match &waiting.intent {
            Intent::Verdict { claim, .. }
            | Intent::Approval { claim, .. }
            | Intent::Dissent { claim, .. } => *claim,
            Intent::Passkey { .. } => return Err(NotSigned::Gone.into()),
        };
        let event = waiting.intent.event(pen, waiting.row.verdict)?;
        let after = waiting.row.after;
        if crate::domain::event::statement(after, pen.by, &event) != waiting.statement {
            return Err(NotSigned::Changed.into());
        }
        let signature = PersonalSignature {
            after,
            credential: answer.credential,
            authenticator_data: answer.authenticator_data,
            client_data: answer.client_data,
            signature: answer.signature,
        };
        check(pen, &waiting.statement, &signature)?;
        take_back(pen, &event)?;
        pen.log_signed(event, Some(signature))?;
        Ok(claim)
    })
}

/// Registers a passkey that somebody has just made, and returns its entry where
/// it is to let them in as well.
///
/// # Errors
/// When it was not made for this, is known already, or is of an unknown kind.
pub fn finish_registration(
    desk: &Desk,
    actor: Actor,
    id: String,
    made: NewPasskey,
    site: &Site,
) -> Result<Option<EntryIndex>, DeskError> {
    let site = site.clone();
    desk.act(actor, Deed::Read, move |pen| {
        let waiting = take(pen, &id)?;
        let (Some(by), Intent::Passkey { name, signs_in }) = (pen.by, waiting.intent) else {
            return Err(NotSigned::Gone.into());
        };
        let asked = Asked {
            statement: waiting.statement.as_bytes(),
            origin: &site.origin,
            rp_id: &site.rp_id,
        };
        let client_data = made.client_data.as_bytes();
        let data = made.authenticator_data.as_bytes();
        let created =
            assertion::created(client_data, data, &asked).map_err(NotSigned::Assertion)?;
        let credential = Octets::of(&created.credential).map_err(NotSigned::Octets)?;
        if signatures::find(pen, &credential)?.is_some() {
            return Err(NotSigned::Known.into());
        }
        let passkey = Passkey {
            person: by.person,
            name,
            credential,
            public_key: Octets::of(&created.key.to_spki()).map_err(NotSigned::Octets)?,
            rp_id: site.rp_id,
            origin: site.origin,
        };
        let appended = pen.log(Event::PasskeyRegistered { passkey })?;
        Ok(signs_in.then_some(appended.index))
    })
}

/// Takes a statement out of those that wait. Where what follows is refused, the
/// whole act is undone and it waits on.
fn take(pen: &Pen<'_, '_>, id: &str) -> Result<Prepared, DeskError> {
    let person = pen.by.ok_or(NotSigned::NotYours)?.person;
    let row = prepared::find(pen, (id, person), pen.at)?.ok_or(NotSigned::Gone)?;
    prepared::remove(pen.tx, id)?;
    read(row, Vec::new())
}

/// Holds a signature against the passkey that it names.
fn check(
    pen: &Pen<'_, '_>,
    statement: &str,
    signature: &PersonalSignature,
) -> Result<(), DeskError> {
    let known = signatures::find(pen, &signature.credential)?;
    let mine = known.filter(|known| {
        known.retired.is_none() && Some(known.passkey.person) == pen.by.map(|by| by.person)
    });
    let passkey = mine.ok_or(NotSigned::NotYours)?.passkey;
    super::verify(statement, signature, &passkey).map_err(NotSigned::Assertion)?;
    Ok(())
}
