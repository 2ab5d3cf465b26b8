//! Tokens with which programs ask as somebody of the desk.
//!
//! A token stands for the person who made it and may do no more than that
//! person, and no more than its own role. Its secret is shown once; the store
//! keeps its hash. Nothing of it is in the log: what a program does is there,
//! with the person's name and the lesser role.

use crate::domain::ids::{PersonId, TokenId};
use crate::domain::person::{Deed, Role};
use crate::domain::scope::Scopes;
use crate::domain::time::{PartialDate, Timestamp, later};
use crate::domain::words::Name;
use crate::store::local::tokens::{self as rows, Token};
use crate::store::people::{self, Person};

use super::error::unless_hindered;
use super::people::{SignedIn, hash_of};
use super::{Actor, Desk, DeskError};

/// What every token begins with, so that a leaked one is known for what it is.
pub const PREFIX: &str = "ckp_";
/// How many tokens may be in use.
pub const MOST_TOKENS: u64 = 100;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How long tokens that no longer work are still listed, in milliseconds.
const REMEMBERED: i64 = 90 * DAY;
/// The longest that a token works, in days.
const LONGEST: i64 = 366;

/// Until when a token works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lasting {
    /// So many days from now.
    Days(u16),
    /// To the end of a day, in UTC.
    Until(PartialDate),
}

/// A token as somebody asks for it.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is called.
    pub name: Name,
    /// The most that it may do.
    pub role: Role,
    /// What it may be used for.
    pub scopes: Scopes,
    /// How long it works.
    pub lasting: Lasting,
}

/// Makes a token for whoever acts, and returns its secret, which nobody can
/// look up later.
///
/// # Errors
/// When it would be allowed too much or nothing, or would last too long, or
/// there are too many.
pub fn make(desk: &Desk, who: &SignedIn, new: NewToken) -> Result<String, DeskError> {
    if new.role > who.person.role {
        return Err(DeskError::TokenRole(who.person.role));
    }
    if new.scopes.is_empty() {
        return Err(DeskError::TokenScope);
    }
    let now = desk.now();
    let expires_at = end(now, &new.lasting).ok_or(DeskError::TokenDay)?;
    let secret = format!("{PREFIX}{}", desk.draw_secret());
    let hash = hash_of(&secret);
    let row = rows::New {
        name: new.name,
        person: who.person.id,
        role: new.role,
        scopes: new.scopes,
        made_at: now,
        expires_at,
    };
    desk.act(who.actor(), Deed::ManageDesk, move |pen| {
        rows::forget(pen.tx, later(now, -REMEMBERED))?;
        if rows::count_live(pen, now)? >= MOST_TOKENS {
            return Err(DeskError::TooManyTokens(MOST_TOKENS));
        }
        Ok(rows::put(pen.tx, hash, &row)?)
    })?;
    Ok(secret)
}

/// When a token ends that begins now; nothing for a day that cannot be.
fn end(now: Timestamp, lasting: &Lasting) -> Option<Timestamp> {
    let end = match lasting {
        Lasting::Days(days) => later(now, i64::from(*days) * DAY),
        Lasting::Until(day) => {
            let start: Timestamp = format!("{day}T00:00:00Z").parse().ok()?;
            later(start, DAY)
        }
    };
    let days = (end.as_millis() - now.as_millis()) / DAY;
    (end > later(now, DAY) && days <= LONGEST).then_some(end)
}

/// Takes a token out of use, whoever made it.
pub fn revoke(desk: &Desk, actor: Actor, token: TokenId) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManageDesk, move |pen| {
        if rows::get(pen, token)?.is_none() {
            return Err(DeskError::NoSuch {
                what: "token",
                id: token.get(),
            });
        }
        Ok(rows::revoke(pen.tx, token, pen.at)?)
    })
}

/// The tokens of the desk, newest first, each with who made it.
pub fn list(desk: &Desk) -> Result<Vec<(Token, Person)>, DeskError> {
    desk.read(|db| {
        let everybody = people::list(db)?;
        let maker = |id: PersonId| everybody.iter().find(|person| person.id == id).cloned();
        let tokens = rows::list(db)?.into_iter();
        let known = tokens.filter_map(|token| maker(token.person).map(|person| (token, person)));
        Ok(known.collect())
    })
}

/// How many tokens work now.
pub fn count_live(desk: &Desk) -> Result<u64, DeskError> {
    let now = desk.now();
    desk.read(|db| Ok(rows::count_live(db, now)?))
}

/// Who asks with a token: the person who made it, in the lesser of both
/// roles; nobody when it does not work, or the person has left.
pub fn who(desk: &Desk, secret: &str) -> Result<Option<SignedIn>, DeskError> {
    let is_formed = secret.strip_prefix(PREFIX).is_some_and(|rest| {
        rest.len() == 64 && rest.bytes().all(|digit| digit.is_ascii_hexdigit())
    });
    if !is_formed {
        return Ok(None);
    }
    let (hash, now) = (hash_of(secret), desk.now());
    let found = desk.read(|db| {
        let Some(token) = rows::find(db, hash)?.filter(|token| token.is_live(now)) else {
            return Ok(None);
        };
        let person = people::get(db, token.person)?;
        Ok((!person.gone).then_some((token, person)))
    })?;
    let Some((token, mut person)) = found else {
        return Ok(None);
    };
    note_use(desk, &token, now)?;
    person.role = person.role.min(token.role);
    Ok(Some(SignedIn {
        person,
        csrf: String::new(),
        program: Some(token.scopes),
        session: None,
    }))
}

/// Keeps when a token was used last: once a minute, so that a program that
/// asks often does not write as often. A disk that takes nothing for a while
/// keeps no program from reading.
fn note_use(desk: &Desk, token: &Token, now: Timestamp) -> Result<(), DeskError> {
    let fresh = |used: Timestamp| now.as_millis() - used.as_millis() < MINUTE;
    if token.used_at.is_some_and(fresh) {
        return Ok(());
    }
    let id = token.id;
    let noted = desk.store().write(move |tx| Ok(rows::used(tx, id, now)?));
    unless_hindered(noted)
}
