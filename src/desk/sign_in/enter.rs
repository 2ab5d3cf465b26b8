//! Coming in: by a password, a link or a passkey, and by a second factor where
//! somebody has one.

use crate::domain::account::{Happening, Means};
use crate::domain::ids::PersonId;
use crate::domain::time::later;
use crate::store::local::arrivals::{self, Arrival};
use crate::store::local::steps::{self, Step};
use crate::store::local::{accounts, links, passkeys as allowed};
use crate::store::{Db, Tx, people};

use super::super::people::{hash_of, look_at_link};
use super::super::signing::Site;
use super::super::{Actor, Desk, DeskError};
use super::factors::{self, Shown};
use super::passkeys::{self, PasskeyAnswer};
use super::{Begun, Entered, HalfWay, MINUTE, NotLinked, Whence, hint, note, passwords, sessions};

/// How long a second factor may take, in milliseconds.
const STEP: i64 = 10 * MINUTE;

/// Comes in with a name and a password.
///
/// # Errors
/// One answer for every way to be wrong; it takes as long for a name that
/// nobody has.
pub fn by_password(
    desk: &Desk,
    (sign_in, password): (&str, &str),
    whence: Whence,
) -> Result<Entered, DeskError> {
    let address = whence.address.clone();
    heard(
        "password",
        &address,
        try_password(desk, (sign_in, password), whence),
    )
}

/// Notes for those who watch over the desk that somebody was not let in. What
/// they typed is not said: it may be a password in the wrong field.
pub(super) fn heard<T>(
    way: &str,
    address: &str,
    done: Result<T, DeskError>,
) -> Result<T, DeskError> {
    done.inspect_err(|error| tracing::info!(way, address, %error, "somebody was not let in"))
}

fn try_password(
    desk: &Desk,
    (sign_in, password): (&str, &str),
    whence: Whence,
) -> Result<Entered, DeskError> {
    let account = desk.read(|db| Ok(accounts::find_by_name(db, sign_in.trim())?))?;
    let stored = account
        .as_ref()
        .and_then(|account| account.password.clone());
    let fits = passwords::fits(desk, password, stored.as_deref())?;
    let refused = || match &desk.policy().only {
        Some(_) => NotLinked::ProvidersOrOne.into(),
        None => DeskError::NotSignedIn,
    };
    let (Some(account), Some(stored)) = (account.filter(|_| fits), stored) else {
        return Err(refused());
    };
    let person = account.person;
    let found = desk.read(|db| Ok(people::get(db, person)?))?;
    if found.gone || !desk.policy().lets_alone(&account.sign_in, found.role) {
        return Err(refused());
    }
    let fresh = match passwords::is_outdated(&stored) {
        true => Some(passwords::hash(desk, password)?),
        false => None,
    };
    let own = desk.clone();
    desk.store().write(move |tx| {
        // Looked up again: while it was hashed, its person may have chosen another,
        // which ends every session of the old one, or left.
        let now = accounts::find(tx, person)?.and_then(|account| account.password);
        if now.as_ref() != Some(&stored) || people::get(tx, person)?.gone {
            return Err(DeskError::NotSignedIn);
        }
        if let Some(fresh) = fresh {
            accounts::rehash(tx, person, &stored, &fresh)?;
        }
        first((&own, tx), person, Means::Password, &whence)
    })
}

/// Comes in with a link.
///
/// # Errors
/// When the link was used before or is too old.
pub fn by_link(desk: &Desk, secret: &str, whence: Whence) -> Result<Entered, DeskError> {
    let address = whence.address.clone();
    heard("link", &address, try_link(desk, secret, whence))
}

fn try_link(desk: &Desk, secret: &str, whence: Whence) -> Result<Entered, DeskError> {
    let person = look_at_link(desk, secret)?.ok_or(DeskError::LinkSpent)?.id;
    let (hash, own) = (hash_of(secret), desk.clone());
    desk.store().write(move |tx| {
        // Looked up again inside the transaction: of two who use one link at
        // once, one gets in.
        let link = links::find(tx, hash, own.now())?.ok_or(DeskError::LinkSpent)?;
        let entered = first((&own, tx), person, Means::Link, &whence)?;
        // One that works often is the demonstration's, whose people are nobody.
        if link.single_use {
            links::spend(tx, hash)?;
            let by = Actor::Person(people::get(tx, person)?.byline());
            let place = (&whence, entered.session());
            note((tx, own.now()), person, Happening::LinkUsed, by, place)?;
        }
        Ok(entered)
    })
}

/// What follows a first step: a session, or the question for a second factor.
pub(super) fn first(
    (desk, tx): (&Desk, &Tx<'_>),
    person: PersonId,
    means: Means,
    whence: &Whence,
) -> Result<Entered, DeskError> {
    if !factors::has_any(tx, person)? {
        return Ok(Entered::In(sessions::begin(
            (desk, tx),
            person,
            means,
            whence,
        )?));
    }
    let (secret, now) = (desk.draw_secret(), desk.now());
    let step = Step {
        person,
        means,
        expires_at: later(now, STEP),
    };
    steps::put(tx, hash_of(&secret), &step, now)?;
    Ok(Entered::HalfWay(half_way(tx, person, secret)?))
}

fn half_way(db: &Db<'_>, person: PersonId, step: String) -> Result<HalfWay, DeskError> {
    let passkeys = allowed::list(db, person)?.into_iter();
    Ok(HalfWay {
        step,
        has_app: factors::has_app(db, person)?,
        passkeys: passkeys.map(|known| known.credential.to_string()).collect(),
    })
}

/// Somebody who is half-way in: who, and what they can show.
///
/// # Errors
/// When they waited too long.
pub fn look_at_step(desk: &Desk, secret: &str) -> Result<(PersonId, HalfWay), DeskError> {
    let (hash, now) = (hash_of(secret), desk.now());
    desk.read(|db| {
        let step = steps::find(db, hash, now)?.ok_or(DeskError::StepGone)?;
        Ok((step.person, half_way(db, step.person, secret.to_owned())?))
    })
}

/// Comes in with a code of an app or a recovery code, after the first step.
///
/// # Errors
/// When the code is not right, was used before, or the first step is too long
/// ago.
pub fn by_second_factor(
    desk: &Desk,
    step: &str,
    typed: String,
    whence: Whence,
) -> Result<Begun, DeskError> {
    let (secret, own, address) = (step.to_owned(), desk.clone(), whence.address.clone());
    let done = desk.store().write(move |tx| {
        let hash = hash_of(&secret);
        let step = steps::find(tx, hash, own.now())?.ok_or(DeskError::StepGone)?;
        let shown = factors::take((&own, tx), step.person, &typed)?;
        let arrival = brought(tx, &secret)?;
        steps::take(tx, hash)?;
        let means = match (step.means, shown) {
            (Means::Link, _) => Means::LinkAndFactor,
            (Means::Provider, _) => Means::ProviderAndFactor,
            (_, Shown::Code) => Means::PasswordAndCode,
            (_, Shown::Recovery) => Means::PasswordAndRecovery,
        };
        let begun = sessions::begin((&own, tx), step.person, means, &whence)?;
        hand_on((&own, tx), &begun, arrival)?;
        if shown == Shown::Recovery {
            let by = Actor::Person(people::get(tx, step.person)?.byline());
            let kind = Happening::RecoveryUsed;
            // Told in every session: the codes become fewer.
            note((tx, own.now()), step.person, kind, by, (&whence, ""))?;
        }
        Ok(begun)
    });
    heard("second factor", &address, done)
}

/// By which provider somebody came half-way in, with the ID token as it came.
fn brought(tx: &Tx<'_>, step: &str) -> Result<Option<Arrival>, DeskError> {
    let arrival = arrivals::find_step(tx, hash_of(step))?;
    Ok(arrival.map(|arrival| Arrival {
        hint: hint::open(step, &arrival.hint).unwrap_or_default(),
        ..arrival
    }))
}

/// Notes by which provider a session began whose first step it was.
fn hand_on(
    (desk, tx): (&Desk, &Tx<'_>),
    begun: &Begun,
    brought: Option<Arrival>,
) -> Result<(), DeskError> {
    let Some(arrival) = brought else {
        return Ok(());
    };
    let hint = hint::seal(desk, &begun.secret, &arrival.hint);
    let arrival = Arrival { hint, ..arrival };
    Ok(arrivals::of_session(tx, &begun.name, &arrival)?)
}

/// Comes in with a passkey, which is as good as two factors: the device is one,
/// and whoever holds it was recognised by it. Where people come in by providers
/// alone it is a second factor, for whoever took the first step in this browser.
///
/// # Errors
/// When the passkey lets nobody in, or did not sign this challenge here and now.
pub fn by_passkey(
    desk: &Desk,
    (answer, step): (PasskeyAnswer, String),
    site: &Site,
    whence: Whence,
) -> Result<Begun, DeskError> {
    let checked = passkeys::check(desk, &answer, site);
    let person = heard("passkey", &whence.address, checked)?;
    let (own, address) = (desk.clone(), whence.address.clone());
    let done = desk.store().write(move |tx| {
        let found = people::get(tx, person)?;
        // Looked up again, as a password is: it may have been taken away just now.
        let lets_in = allowed::find(tx, answer.credential())?;
        if found.gone || lets_in.is_none_or(|passkey| passkey.person != person) {
            return Err(DeskError::WrongFactor);
        }
        let half = steps::find(tx, hash_of(&step), own.now())?;
        let arrival = match half.filter(|half| half.person == person) {
            Some(_) => brought(tx, &step)?,
            None => None,
        };
        let account = accounts::find(tx, person)?.map(|account| account.sign_in);
        let account = account.unwrap_or_default();
        if !own.policy().lets_alone(&account, found.role) && arrival.is_none() {
            return Err(NotLinked::ProvidersOnly.into());
        }
        allowed::used(tx, answer.credential(), own.now())?;
        steps::take_all(tx, person)?;
        let means = match arrival {
            Some(_) => Means::ProviderAndFactor,
            None => Means::Passkey,
        };
        let begun = sessions::begin((&own, tx), person, means, &whence)?;
        hand_on((&own, tx), &begun, arrival)?;
        Ok(begun)
    });
    heard("passkey", &address, done)
}
