//! Second factors: the code of an app, a passkey, and recovery codes for the
//! day on which both are lost.

use crate::domain::account::Happening;
use crate::domain::ids::PersonId;
use crate::domain::person::Deed;
use crate::domain::time::Timestamp;
use crate::store::local::{accounts, passkeys, recovery as codes, totp as apps};
use crate::store::{Db, Tx, people};

use super::super::people::{SignedIn, end_everything};
use super::super::{Actor, Desk, DeskError};
use super::{Whence, note, recovery, totp};

/// What somebody has to show beside a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    /// Whether they have a password at all.
    pub has_password: bool,
    /// Since when an app shows codes for them; none: none does.
    pub app_since: Option<Timestamp>,
    /// The passkeys that let them in, as browsers name them.
    pub passkeys: Vec<String>,
    /// How many recovery codes they have left.
    pub recovery: u64,
}

impl Factors {
    /// Whether there is one.
    pub fn any(&self) -> bool {
        self.app_since.is_some() || !self.passkeys.is_empty()
    }
}

/// An app that is to show codes, until the first one comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApp {
    /// The secret as people type it.
    pub secret: String,
    /// The address that the app reads from a picture.
    pub address: String,
}

/// What was shown as a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Code,
    Recovery,
}

/// What somebody has to show beside a password.
pub fn factors(desk: &Desk, person: PersonId) -> Result<Factors, DeskError> {
    desk.read(|db| {
        let allowed = passkeys::list(db, person)?.into_iter();
        let account = accounts::find(db, person)?;
        Ok(Factors {
            has_password: account.is_some_and(|account| account.password.is_some()),
            app_since: apps::find(db, person)?.and_then(|app| app.confirmed_at),
            passkeys: allowed.map(|known| known.credential.to_string()).collect(),
            recovery: codes::left(db, person)?,
        })
    })
}

pub(super) fn has_app(db: &Db<'_>, person: PersonId) -> Result<bool, DeskError> {
    Ok(apps::find(db, person)?.is_some_and(|app| app.confirmed_at.is_some()))
}

pub(super) fn has_any(db: &Db<'_>, person: PersonId) -> Result<bool, DeskError> {
    Ok(has_app(db, person)? || !passkeys::list(db, person)?.is_empty())
}

/// Takes a code of an app or a recovery code; each works once.
pub(super) fn take(
    (desk, tx): (&Desk, &Tx<'_>),
    person: PersonId,
    typed: &str,
) -> Result<Shown, DeskError> {
    let now = desk.now();
    let app = apps::find(tx, person)?.filter(|app| app.confirmed_at.is_some());
    let step = app.and_then(|app| totp::step_of(&app.secret, typed, now));
    if let Some(step) = step
        && apps::take(tx, person, step)?
    {
        return Ok(Shown::Code);
    }
    if let Some(hash) = recovery::hash(typed)
        && codes::take(tx, person, hash, now)?
    {
        return Ok(Shown::Recovery);
    }
    Err(DeskError::WrongFactor)
}

/// Draws a secret for an app of one's own, in place of one that was never
/// confirmed.
///
/// # Errors
/// When there is an app already.
pub fn propose_app(desk: &Desk, me: &SignedIn) -> Result<NewApp, DeskError> {
    let person = me.person.id;
    let mut secret = [0; totp::SECRET];
    desk.world.rng.fill(&mut secret);
    desk.store().write(move |tx| {
        if has_app(tx, person)? {
            return Err(DeskError::StepGone);
        }
        Ok(apps::propose(tx, person, &secret)?)
    })?;
    proposed(desk, me, &secret)
}

fn proposed(desk: &Desk, me: &SignedIn, secret: &[u8]) -> Result<NewApp, DeskError> {
    let account = desk.read(|db| Ok(accounts::find(db, me.person.id)?))?;
    let name = account.map_or_else(|| me.person.name.clone(), |account| account.sign_in);
    Ok(NewApp {
        secret: totp::base_32(secret),
        address: totp::address(secret, desk.sheet().name.as_str(), &name),
    })
}

/// Takes the first code of a new app, from which on codes are asked for, and
/// gives recovery codes, which are shown this once.
///
/// # Errors
/// When the code is not right: the same secret is shown again.
pub fn confirm_app(
    desk: &Desk,
    me: &SignedIn,
    typed: &str,
    whence: Whence,
) -> Result<Result<Vec<String>, NewApp>, DeskError> {
    let person = me.person.id;
    let app = desk.read(|db| Ok(apps::find(db, person)?))?;
    let app = app.filter(|app| app.confirmed_at.is_none());
    let app = app.ok_or(DeskError::StepGone)?;
    let now = desk.now();
    let Some(step) = totp::step_of(&app.secret, typed, now) else {
        return Ok(Err(proposed(desk, me, &app.secret)?));
    };
    let given = recovery::draw(desk);
    let hashes: Vec<_> = given
        .iter()
        .filter_map(|code| recovery::hash(code))
        .collect();
    let (own, me) = (desk.clone(), me.clone());
    desk.store().write(move |tx| {
        // The secret of which this is a code: another page may have drawn a new
        // one, or confirmed it, in the meantime.
        let is_still = apps::find(tx, person)?.is_some_and(|still| still == app);
        if !is_still {
            return Err(DeskError::StepGone);
        }
        apps::confirm(tx, person, now, step)?;
        codes::replace(tx, person, &hashes)?;
        let place = (&whence, me.session_name());
        note(
            (tx, own.now()),
            person,
            Happening::CodesOn,
            me.actor(),
            place,
        )
    })?;
    Ok(Ok(given))
}

/// Takes one's own app out of use.
///
/// # Errors
/// When somebody has to have a second factor and this is the last.
pub fn remove_app(desk: &Desk, me: &SignedIn, whence: Whence) -> Result<(), DeskError> {
    let (own, me) = (desk.clone(), me.clone());
    desk.store().write(move |tx| {
        if apps::remove(tx, me.person.id)? {
            let place = (&whence, me.session_name());
            note(
                (tx, own.now()),
                me.person.id,
                Happening::CodesOff,
                me.actor(),
                place,
            )?;
        }
        must_remain((&own, tx), &me)
    })
}

/// Refuses to be without a second factor where the desk wants one; without any,
/// recovery codes have nothing to recover.
pub(super) fn must_remain((desk, tx): (&Desk, &Tx<'_>), me: &SignedIn) -> Result<(), DeskError> {
    if has_any(tx, me.person.id)? {
        return Ok(());
    }
    if desk.policy().second_factor.binds(me.person.role) {
        return Err(DeskError::FactorNeeded);
    }
    Ok(codes::remove(tx, me.person.id)?)
}

/// Gives somebody new recovery codes in place of all earlier ones; they are
/// shown this once.
///
/// # Errors
/// When there is no second factor that could be lost.
pub fn new_recovery_codes(
    desk: &Desk,
    me: &SignedIn,
    whence: Whence,
) -> Result<Vec<String>, DeskError> {
    let given = recovery::draw(desk);
    let hashes: Vec<_> = given
        .iter()
        .filter_map(|code| recovery::hash(code))
        .collect();
    let (own, me) = (desk.clone(), me.clone());
    desk.store().write(move |tx| {
        if !has_any(tx, me.person.id)? {
            return Err(DeskError::NoFactor);
        }
        codes::replace(tx, me.person.id, &hashes)?;
        let place = (&whence, me.session_name());
        note(
            (tx, own.now()),
            me.person.id,
            Happening::RecoveryMade,
            me.actor(),
            place,
        )
    })?;
    Ok(given)
}

/// Takes all second factors of somebody away, for an admin whom they convinced
/// that they lost them. Their sessions end: whoever has what was lost may have
/// one. What the passkeys signed stays signed, and they sign on.
///
/// # Errors
/// When the actor may not, or nobody of that number works here.
pub fn remove_factors(
    desk: &Desk,
    actor: Actor,
    person: PersonId,
    whence: Whence,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        people::find(pen, person)?.ok_or(DeskError::NoSuch {
            what: "person",
            id: person.get(),
        })?;
        apps::remove(pen.tx, person)?;
        passkeys::refuse_all(pen.tx, person)?;
        codes::remove(pen.tx, person)?;
        end_everything(pen.tx, person)?;
        note(
            (pen.tx, pen.at),
            person,
            Happening::FactorsRemoved,
            actor,
            (&whence, ""),
        )
    })
}
