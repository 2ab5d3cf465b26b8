//! Sessions begin, are renewed, and end.

use crate::domain::account::{Happening, Means};
use crate::domain::ids::PersonId;
use crate::domain::person::{Deed, Role};
use crate::domain::time::{Timestamp, later};
use crate::store::local::browsers;
use crate::store::local::security;
use crate::store::local::sessions::{self, Session};
use crate::store::{Db, Tx, people};

use super::super::error::unless_hindered;
use super::super::people::{OwnSession, SignedIn, hash_of};
use super::super::{Actor, Desk, DeskError};
use super::{Begun, HOUR, MINUTE, Whence, factors, hint, note};

/// How long a browser is known from which somebody signed in, in milliseconds.
const KNOWN: i64 = 90 * 24 * HOUR;
/// Of more wrong tries than this somebody who signs in is told.
const MANY_TRIES: u32 = 5;
/// No more of what a browser calls itself is kept.
const BROWSER: usize = 300;

/// Begins a session of somebody, within a write.
pub(super) fn begin(
    (desk, tx): (&Desk, &Tx<'_>),
    person: PersonId,
    means: Means,
    whence: &Whence,
) -> Result<Begun, DeskError> {
    let (secret, now) = (desk.draw_secret(), desk.now());
    let name = desk.draw_secret()[..16].to_owned();
    let session = Session {
        name: name.clone(),
        person,
        csrf: desk.draw_secret(),
        means,
        started_at: now,
        seen_at: now,
        proven_at: now,
        expires_at: later(now, desk.policy().whole),
        address: whence.address.clone(),
        browser: whence.browser.chars().take(BROWSER).collect(),
        renew: false,
    };
    sessions::start(tx, hash_of(&secret), &session, desk.policy().limits(now))?;
    let by = Actor::Person(people::get(tx, person)?.byline());
    if whence.tries >= MANY_TRIES {
        note(
            (tx, desk.now()),
            person,
            Happening::AfterTries,
            by,
            (whence, &name),
        )?;
    }
    let was_known = match &whence.known {
        Some(known) => browsers::is_of(tx, hash_of(known), person, now)?,
        None => false,
    };
    let known = whence.known.clone().filter(|_| was_known);
    let known = known.unwrap_or_else(|| desk.draw_secret());
    browsers::know(tx, hash_of(&known), person, (now, later(now, KNOWN)))?;
    if !was_known && !matches!(means, Means::Link | Means::LinkAndFactor) {
        note(
            (tx, desk.now()),
            person,
            Happening::NewBrowser,
            by,
            (whence, &name),
        )?;
    }
    let (person, way, address) = (person.get(), means.as_str(), whence.address.as_str());
    tracing::info!(person, way, address, "somebody came in");
    Ok(Begun {
        name,
        secret,
        known,
    })
}

/// Whether a browser is known as that of whoever signs in with a name.
pub fn knows_name(desk: &Desk, known: &str, sign_in: &str) -> Result<bool, DeskError> {
    let (hash, now) = (hash_of(known), desk.now());
    desk.read(|db| Ok(browsers::is_of_name(db, hash, sign_in.trim(), now)?))
}

/// Whether a browser is known as anybody's.
pub fn knows_browser(desk: &Desk, known: &str) -> Result<bool, DeskError> {
    let (hash, now) = (hash_of(known), desk.now());
    desk.read(|db| Ok(browsers::is_known(db, hash, now)?))
}

/// Whether a browser is known as somebody's.
pub fn knows(desk: &Desk, known: &str, person: PersonId) -> Result<bool, DeskError> {
    let (hash, now) = (hash_of(known), desk.now());
    desk.read(|db| Ok(browsers::is_of(db, hash, person, now)?))
}

/// Who is signed in by the secret of a session.
pub fn who(desk: &Desk, cookie: &str) -> Result<Option<SignedIn>, DeskError> {
    let (hash, limits) = (hash_of(cookie), desk.policy().limits(desk.now()));
    desk.read(|db| {
        let Some(session) = sessions::find(db, hash, limits)? else {
            return Ok(None);
        };
        let person = people::get(db, session.person)?;
        if person.gone {
            return Ok(None);
        }
        let own = own((desk, db), &session, person.role)?;
        Ok(Some(SignedIn {
            person,
            csrf: session.csrf,
            program: None,
            session: Some(own),
        }))
    })
}

/// Whether the session that asked is not over yet, whatever its secret is now.
pub fn lasts(desk: &Desk, me: &SignedIn) -> Result<bool, DeskError> {
    desk.read(|db| is_there(desk, db, me))
}

/// The same, at the moment of a look or of a write.
pub(super) fn is_there(desk: &Desk, db: &Db<'_>, me: &SignedIn) -> Result<bool, DeskError> {
    let (person, limits) = (me.person.id, desk.policy().limits(desk.now()));
    let mut all = sessions::list(db, person, limits)?.into_iter();
    let is_mine = |session: Session| session.name == me.session_name();
    Ok(!people::get(db, person)?.gone && all.any(is_mine))
}

/// What pages know of the session that asks.
fn own(
    (desk, db): (&Desk, &Db<'_>),
    session: &Session,
    role: Role,
) -> Result<OwnSession, DeskError> {
    let must = desk.policy().second_factor.binds(role);
    Ok(OwnSession {
        name: session.name.clone(),
        means: session.means,
        seen_at: session.seen_at,
        proven_at: session.proven_at,
        renew: session.renew,
        lacks_factor: must
            && session.means != Means::ProviderAndFactor
            && !factors::has_any(db, session.person)?,
        untold: security::untold(db, session.person, &session.name)?,
    })
}

/// Notes that a session is in use, and from where: once a minute, so that a
/// page that asks often does not write as often. A disk that takes nothing for a
/// while keeps nobody from reading, so the note is left out then.
pub fn seen(desk: &Desk, cookie: &str, last: Timestamp, address: String) -> Result<(), DeskError> {
    let (hash, now) = (hash_of(cookie), desk.now());
    if now.as_millis() - last.as_millis() < MINUTE {
        return Ok(());
    }
    let noted = desk
        .store()
        .write(move |tx| Ok(sessions::seen(tx, hash, now, &address)?));
    unless_hindered(noted)
}

/// Gives a session another secret; nothing where it is over, and while the disk
/// takes nothing.
pub fn renew(desk: &Desk, cookie: &str) -> Result<Option<String>, DeskError> {
    let (own, old, secret) = (desk.clone(), cookie.to_owned(), desk.draw_secret());
    let new = secret.clone();
    let renewed = desk
        .store()
        .write(move |tx| hint::renew((&own, tx), (&old, &new)));
    Ok(unless_hindered(renewed)?.then_some(secret))
}

/// Ends a session.
pub fn sign_out(desk: &Desk, cookie: &str) -> Result<(), DeskError> {
    let hash = hash_of(cookie);
    desk.store().write(move |tx| Ok(sessions::end(tx, hash)?))
}

/// The sessions of somebody that are not over, the last used first.
pub fn list(desk: &Desk, person: PersonId) -> Result<Vec<Session>, DeskError> {
    let limits = desk.policy().limits(desk.now());
    desk.read(|db| Ok(sessions::list(db, person, limits)?))
}

/// Ends a session of one's own by its name.
///
/// # Errors
/// When there is none of that name.
pub fn end_named(desk: &Desk, me: &SignedIn, name: String) -> Result<(), DeskError> {
    let person = me.person.id;
    desk.store().write(move |tx| {
        let ended = sessions::end_named(tx, person, &name)?;
        if ended {
            Ok(())
        } else {
            Err(DeskError::NoSession)
        }
    })
}

/// Ends all of somebody's own sessions but the one that asks, and knows no
/// browser of theirs any more but this one.
pub fn end_others(desk: &Desk, me: &SignedIn, whence: Whence) -> Result<(), DeskError> {
    let (person, name) = (me.person.id, me.session_name().to_owned());
    desk.store().write(move |tx| {
        sessions::end_others(tx, person, &name)?;
        Ok(browsers::forget_others(
            tx,
            person,
            hash_of(&whence.known.unwrap_or_default()),
        )?)
    })
}

/// Ends sessions of somebody, for an admin: one by its name, or all.
///
/// # Errors
/// When the actor may not, or nobody of that number works here.
pub fn end_all(
    desk: &Desk,
    actor: Actor,
    person: PersonId,
    name: Option<String>,
    whence: Whence,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        people::find(pen, person)?.ok_or(DeskError::NoSuch {
            what: "person",
            id: person.get(),
        })?;
        let ended = match name {
            Some(name) => usize::from(sessions::end_named(pen.tx, person, &name)?),
            None => {
                browsers::forget_all(pen.tx, person)?;
                sessions::end_all(pen.tx, person)?
            }
        };
        if ended > 0 {
            let kind = Happening::SessionsEnded;
            note((pen.tx, pen.at), person, kind, actor, (&whence, ""))?;
        }
        Ok(())
    })
}
