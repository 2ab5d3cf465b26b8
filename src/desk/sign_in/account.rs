//! Choosing a sign-in name and a password.

use crate::domain::account::{Happening, Means};
use crate::domain::event::Event;
use crate::domain::person::{Deed, Role};
use crate::domain::words::Name;
use crate::store::local::accounts::{self, Account};
use crate::store::local::{browsers, links, sessions as rows, steps};
use crate::store::people;

use super::super::people::{SignedIn, hash_of, look_at_link};
use super::super::{Actor, Desk, DeskError};
use super::{Begun, Credentials, NotLinked, Whence, note, passwords, sessions};

/// Makes the first admin with the set-up link, and signs them in.
///
/// # Errors
/// When the link was used before or is too old.
pub fn set_up_first_admin(
    desk: &Desk,
    secret: &str,
    (name, credentials): (Name, Credentials),
    whence: Whence,
) -> Result<Begun, DeskError> {
    if look_at_link(desk, secret)?.is_some() {
        return Err(DeskError::LinkSpent);
    }
    let (hash, own) = (hash_of(secret), desk.clone());
    let password = passwords::hash(desk, &credentials.password)?;
    desk.act(Actor::Operator, Deed::ManagePeople, move |pen| {
        links::find(pen, hash, pen.at)?.ok_or(DeskError::LinkSpent)?;
        links::spend_set_up(pen.tx)?;
        let person = people::next(pen)?;
        pen.log(Event::PersonJoined {
            person,
            name,
            role: Role::Admin,
        })?;
        let account = Account {
            person,
            sign_in: credentials.sign_in,
            password: Some(password),
        };
        accounts::put(pen.tx, &account)?;
        sessions::begin((&own, pen.tx), person, Means::Link, &whence)
    })
}

/// Chooses a sign-in name and a password, for oneself. Other sessions end, and
/// links stop working. Whoever did not come by a link gives the password that
/// they have.
///
/// # Errors
/// When that password is not right, or the name is somebody else's.
pub fn choose(
    desk: &Desk,
    who: &SignedIn,
    (credentials, current): (Credentials, &str),
    whence: Whence,
) -> Result<Begun, DeskError> {
    let person = who.person.id;
    if !desk
        .policy()
        .lets_alone(&credentials.sign_in, who.person.role)
    {
        return Err(NotLinked::ProvidersOnly.into());
    }
    let stored = desk.read(|db| Ok(accounts::find(db, person)?))?;
    let stored = stored.and_then(|account| account.password);
    if who.must_give_password()
        && let Some(stored) = &stored
        && !passwords::fits(desk, current, Some(stored))?
    {
        return Err(DeskError::WrongPassword);
    }
    let password = passwords::hash(desk, &credentials.password)?;
    let (own, who) = (desk.clone(), who.clone());
    desk.store().write(move |tx| {
        // Looked up again: while passwords were hashed an admin may have ended the
        // session, or another page of it chosen another password.
        let now = accounts::find(tx, person)?.and_then(|account| account.password);
        if !sessions::is_there(&own, tx, &who)? {
            return Err(DeskError::NoSession);
        }
        if now != stored {
            return Err(DeskError::WrongPassword);
        }
        let other = accounts::find_by_name(tx, &credentials.sign_in)?;
        if other.is_some_and(|other| other.person != person) {
            return Err(DeskError::BadSignIn);
        }
        let account = Account {
            person,
            sign_in: credentials.sign_in,
            password: Some(password),
        };
        accounts::put(tx, &account)?;
        rows::end_all(tx, person)?;
        links::spend_all(tx, person)?;
        steps::take_all(tx, person)?;
        let begun = sessions::begin((&own, tx), person, Means::Password, &whence)?;
        browsers::forget_others(tx, person, hash_of(&begun.known))?;
        let place = (&whence, begun.name.as_str());
        let kind = Happening::PasswordChosen;
        note((tx, own.now()), person, kind, who.actor(), place)?;
        Ok(begun)
    })
}
