//! Coming in by a provider of single sign-on, and whom its accounts let in.

use crate::domain::account::{Happening, Means};
use crate::domain::event::Event;
use crate::domain::ids::PersonId;
use crate::domain::person::{Deed, Role};
use crate::domain::time::{Timestamp, later};
use crate::domain::words::Name;
use crate::store::local::arrivals::{self, Arrival};
use crate::store::local::provider_accounts::{self as accounts, AccountKey};
use crate::store::local::sessions as rows;
use crate::store::{Tx, people};

use super::super::people::{SignedIn, hash_of};
use super::super::single_sign_on::{Arrived, Trouble};
use super::super::{Actor, Desk, DeskError, Pen};
use super::{Entered, HOUR, NotLinked, Whence, enter, hint, note, sessions};

/// What nobody is called by a provider is called.
const NAMELESS: &str = "Somebody new";
/// Older than any proof that is good for something grave, in milliseconds.
const LONG_AGO: i64 = 24 * HOUR;
/// No longer name of an account is kept, in characters.
const CALLED: usize = 200;

impl Arrived {
    fn key(&self) -> AccountKey<'_> {
        AccountKey {
            issuer: &self.provider.issuer,
            claim: &self.provider.claim,
            subject: &self.identity.subject,
        }
    }

    /// How the account is called, so that people know it again.
    fn called(&self) -> String {
        let named = self.identity.email.as_ref().or(self.identity.name.as_ref());
        let called = named.unwrap_or(&self.identity.subject);
        called.chars().take(CALLED).collect()
    }

    /// What is kept of it for the way out, sealed with a secret.
    fn arrival(&self, desk: &Desk, secret: &str) -> Arrival {
        Arrival {
            issuer: self.provider.issuer.clone(),
            hint: hint::seal(desk, secret, &self.hint),
        }
    }
}

/// Comes in as whoever the account is linked to; or, the first time, whose
/// address an admin named, if the provider vouches for it; or as somebody new,
/// where the configuration lets those in.
///
/// # Errors
/// When nobody here is known by the account.
pub fn by_provider(desk: &Desk, arrived: Arrived, whence: Whence) -> Result<Entered, Trouble> {
    let own = desk.clone();
    desk.act(Actor::Operator, Deed::ManagePeople, move |pen| {
        let Some(person) = person(pen, &arrived, &whence)? else {
            return Ok(Err(Trouble::Unknown));
        };
        if people::get(pen, person)?.gone {
            return Ok(Err(Trouble::Unknown));
        }
        accounts::used(pen.tx, arrived.key(), pen.at)?;
        go_on((&own, pen.tx), person, &arrived, &whence).map(Ok)
    })?
}

/// Who somebody is.
fn person(
    pen: &Pen<'_, '_>,
    arrived: &Arrived,
    whence: &Whence,
) -> Result<Option<PersonId>, DeskError> {
    let known = accounts::find(pen, arrived.key())?;
    if let Some(account) = &known
        && !people::get(pen, account.person)?.gone
    {
        return Ok(Some(account.person));
    }
    let email = arrived.identity.email.as_deref();
    let named = match email {
        Some(email) => accounts::named(pen, email)?,
        None => None,
    };
    let person = match (named, arrived.provider.join) {
        (Some(person), _) if arrived.identity.is_verified => {
            accounts::unname(pen.tx, email.unwrap_or_default(), person)?;
            person
        }
        (Some(_), _) => {
            // Not told to whoever asks: it would say which addresses are named.
            tracing::warn!(
                "an admin named the address of an account, and its provider does not vouch for it"
            );
            return Ok(None);
        }
        (None, Some(role)) if known.is_none() => join(pen, arrived, role)?,
        // Whoever left does not come back as somebody new by themselves.
        (None, _) => return Ok(None),
    };
    if let Some(account) = known {
        accounts::remove(pen.tx, account.id)?;
    }
    keep(pen, (arrived, person), (Actor::Operator, whence, ""))?;
    Ok(Some(person))
}

/// Makes a person of somebody new.
fn join(pen: &Pen<'_, '_>, arrived: &Arrived, role: Role) -> Result<PersonId, DeskError> {
    let identity = &arrived.identity;
    let email = identity.email.as_deref().unwrap_or_default();
    let before = email.split('@').next().unwrap_or_default();
    let names = [
        identity.name.as_deref().unwrap_or_default(),
        before,
        NAMELESS,
    ];
    let name = names.into_iter().find_map(|name| Name::parse(name).ok());
    let person = people::next(pen)?;
    pen.log(Event::PersonJoined {
        person,
        name: name.expect("the last of them is a name"),
        role,
    })?;
    Ok(person)
}

/// Links an account, and notes it.
fn keep(
    pen: &Pen<'_, '_>,
    (arrived, person): (&Arrived, PersonId),
    (by, whence, session): (Actor, &Whence, &str),
) -> Result<(), DeskError> {
    accounts::put(pen.tx, arrived.key(), person, (&arrived.called(), pen.at))?;
    let kind = Happening::ProviderLinked;
    note((pen.tx, pen.at), person, kind, by, (whence, session))
}

/// What follows: a session, or the question for a second factor of the desk's.
fn go_on(
    (desk, tx): (&Desk, &Tx<'_>),
    person: PersonId,
    arrived: &Arrived,
    whence: &Whence,
) -> Result<Entered, DeskError> {
    let entered = if arrived.showed_two() {
        let means = Means::ProviderAndFactor;
        Entered::In(sessions::begin((desk, tx), person, means, whence)?)
    } else {
        enter::first((desk, tx), person, Means::Provider, whence)?
    };
    match &entered {
        Entered::In(begun) => {
            let arrival = arrived.arrival(desk, &begun.secret);
            arrivals::of_session(tx, &begun.name, &arrival)?;
            arrivals::shown(tx, &begun.name, shown_at(desk, arrived))?;
        }
        Entered::HalfWay(half) => {
            let arrival = arrived.arrival(desk, &half.step);
            arrivals::of_step(tx, hash_of(&half.step), &arrival)?;
        }
    }
    Ok(entered)
}

/// When somebody showed their provider who they are. One that does not say may
/// have let them through as the browser's owner: that is no proof for grave
/// acts.
fn shown_at(desk: &Desk, arrived: &Arrived) -> Timestamp {
    let now = desk.now();
    // What a provider says that is not known to ask anybody again says nothing.
    let said = arrived.identity.shown_at;
    let said = said.filter(|_| arrived.provider.tells_time);
    let said = said.and_then(|seconds| seconds.checked_mul(1_000));
    let said = said.and_then(|millis| Timestamp::from_millis(millis).ok());
    match said {
        Some(at) if at.as_millis() > now.as_millis() => now,
        Some(at) => at,
        None => later(now, -LONG_AGO),
    }
}

/// Links an account to whoever is signed in.
///
/// # Errors
/// When it lets somebody else in, or the session that asked is over.
pub fn link(
    desk: &Desk,
    (me, asked): (&SignedIn, &str),
    arrived: Arrived,
    whence: Whence,
) -> Result<(), Trouble> {
    if me.session_name() != asked || asked.is_empty() {
        return Err(Trouble::SignedOut);
    }
    let (me, by) = (me.clone(), me.actor());
    desk.act(by, Deed::Read, move |pen| {
        let person = me.person.id;
        if let Some(account) = accounts::find(pen, arrived.key())? {
            if account.person == person {
                return Ok(Ok(()));
            }
            if !people::get(pen, account.person)?.gone {
                return Ok(Err(Trouble::Taken));
            }
            // Somebody is back who had left.
            accounts::remove(pen.tx, account.id)?;
        }
        if accounts::list(pen, person)?.len() >= accounts::MOST {
            return Ok(Err(
                DeskError::from(NotLinked::TooMany(accounts::MOST)).into()
            ));
        }
        let place = (by, &whence, me.session_name());
        keep(pen, (&arrived, person), place)?;
        Ok(Ok(()))
    })?
}

/// Takes a provider's word that whoever asks is the person of the session, and
/// returns the session's new secret.
///
/// # Errors
/// When the account is not theirs, or the session that asked is over.
pub fn prove(
    desk: &Desk,
    (me, asked): (&SignedIn, &str),
    cookie: &str,
    arrived: Arrived,
) -> Result<String, Trouble> {
    if me.session_name() != asked || asked.is_empty() {
        return Err(Trouble::SignedOut);
    }
    let (secret, person, own) = (desk.draw_secret(), me.person.id, desk.clone());
    let (old, new) = (cookie.to_owned(), secret.clone());
    let done = desk.store().write(move |tx| {
        let account = accounts::find(tx, arrived.key())?;
        if account.is_none_or(|account| account.person != person) {
            return Ok(Err(Trouble::NotYours));
        }
        if !hint::renew((&own, tx), (&old, &new))? {
            return Ok(Err(Trouble::SignedOut));
        }
        accounts::used(tx, arrived.key(), own.now())?;
        rows::proven(tx, hash_of(&new), own.now())?;
        Ok::<_, DeskError>(Ok(()))
    })?;
    done.map(|()| secret)
}

/// By whom a session began, by its secret, with the ID token as it came; without
/// one where that cannot be opened.
pub fn arrival(desk: &Desk, cookie: &str) -> Result<Option<Arrival>, DeskError> {
    let hash = hash_of(cookie);
    let found = desk.read(|db| Ok(arrivals::find_session(db, hash)?))?;
    Ok(found.map(|arrival| Arrival {
        hint: hint::open(cookie, &arrival.hint).unwrap_or_default(),
        ..arrival
    }))
}
