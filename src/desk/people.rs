//! People join, sign in, change roles and leave.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::PersonId;
use crate::domain::person::{Byline, Deed, Role};
use crate::domain::scope::{Scope, Scopes};
use crate::domain::time::Timestamp;
use crate::domain::words::Name;
use crate::store::local::TokenHash;
use crate::store::local::accounts::{self, Account};
use crate::store::local::links::{self, Link};
use crate::store::local::sessions::{self, Session};
use crate::store::people::{self, Person};

use super::{Actor, Desk, DeskError};

const HOUR: i64 = 3_600_000;
/// How long a session lasts, in milliseconds.
const SESSION: i64 = 12 * HOUR;
/// How long a link works, in milliseconds.
const LINK: i64 = 72 * HOUR;

/// Somebody who is signed in, as pages know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// The secret that every form of the session carries.
    pub csrf: String,
    /// What a program may do that asks with a token of the person: it has no
    /// forms and no account, and no cookie that another site could misuse.
    /// None for the person.
    pub program: Option<Scopes>,
}

impl SignedIn {
    /// Whether a program asks.
    pub const fn is_program(&self) -> bool {
        self.program.is_some()
    }

    /// Whether the person's role and, for a program, the token's scopes allow
    /// a deed.
    pub fn may(&self, deed: Deed) -> bool {
        let in_scope = self
            .program
            .is_none_or(|scopes| scopes.hold(Scope::of(deed)));
        in_scope && self.person.role.may(deed)
    }

    /// The person as an actor.
    pub const fn actor(&self) -> Actor {
        Actor::Person(Byline {
            person: self.person.id,
            role: self.person.role,
        })
    }
}

/// A sign-in name and a password, checked for form.
#[derive(Clone)]
pub struct Credentials {
    sign_in: String,
    password: String,
}

impl Credentials {
    /// Checks what somebody chose to sign in with.
    pub fn choose(sign_in: &str, password: &str) -> Result<Self, DeskError> {
        let sign_in = sign_in.trim();
        let fine = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
        if !(2..=64).contains(&sign_in.chars().count()) || !sign_in.chars().all(fine) {
            return Err(DeskError::BadSignIn);
        }
        if !(12..=200).contains(&password.chars().count()) {
            return Err(DeskError::WeakPassword);
        }
        Ok(Self {
            sign_in: sign_in.to_owned(),
            password: password.to_owned(),
        })
    }
}

/// Adds a person; the link signs them in once, to choose a password.
pub fn join(
    desk: &Desk,
    actor: Actor,
    name: Name,
    role: Role,
) -> Result<(PersonId, String), DeskError> {
    let person = desk.act(actor, Deed::ManagePeople, move |pen| {
        let person = people::next(pen)?;
        pen.log(Event::PersonJoined { person, name, role })?;
        Ok(person)
    })?;
    Ok((person, make_link(desk, Some(person), true)?))
}

/// Makes the link that sets up the first admin; earlier ones stop working.
pub fn make_set_up_link(desk: &Desk) -> Result<String, DeskError> {
    desk.store()
        .write(|tx| Ok::<_, DeskError>(links::spend_set_up(tx)?))?;
    make_link(desk, None, true)
}

/// Makes a new way in for somebody who lost theirs: a link that works once.
/// Their older links and their sessions end, whoever has those. Nothing of it
/// is in the log: it changes no judgement and no role.
pub fn make_sign_in_link(
    desk: &Desk,
    actor: Actor,
    person: PersonId,
) -> Result<(Person, String), DeskError> {
    let found = desk.act(actor, Deed::ManagePeople, move |pen| {
        let found = people::find(pen, person)?.filter(|found| !found.gone);
        let found = found.ok_or(DeskError::NoSuch {
            what: "person at this desk",
            id: person.get(),
        })?;
        links::spend_all(pen.tx, person)?;
        sessions::end_all(pen.tx, person)?;
        Ok(found)
    })?;
    let by = actor.byline().map(|by| by.person.get());
    tracing::warn!(person = person.get(), ?by, "a new sign-in link was made");
    Ok((found, make_link(desk, Some(person), true)?))
}

/// Makes a link that signs a person in, as often as it is opened: for the
/// demonstration only.
pub fn make_demo_link(desk: &Desk, person: PersonId) -> Result<String, DeskError> {
    make_link(desk, Some(person), false)
}

fn make_link(desk: &Desk, person: Option<PersonId>, single_use: bool) -> Result<String, DeskError> {
    let secret = desk.draw_secret();
    let token = token(&secret);
    let expires_at = later(desk.now(), LINK);
    desk.store().write(move |tx| {
        links::put(
            tx,
            token,
            &Link {
                person,
                single_use,
                expires_at,
            },
        )?;
        Ok::<_, DeskError>(())
    })?;
    Ok(secret)
}

/// Who signs in with a name.
pub fn with_sign_in(desk: &Desk, sign_in: &str) -> Result<Option<PersonId>, DeskError> {
    let account = desk.read(|db| Ok(accounts::find_by_name(db, sign_in)?))?;
    Ok(account.map(|account| account.person))
}

/// Whether the desk has somebody who can look after it.
pub fn has_admin(desk: &Desk) -> Result<bool, DeskError> {
    let everybody = desk.read(|db| Ok(people::list(db)?))?;
    Ok(everybody
        .iter()
        .any(|person| person.role == Role::Admin && !person.gone))
}

/// Who a link belongs to, without using it up; nobody for a set-up link.
pub fn look_at_link(desk: &Desk, secret: &str) -> Result<Option<Person>, DeskError> {
    let (token, now) = (token(secret), desk.now());
    desk.read(|db| {
        let link = links::find(db, token, now)?.ok_or(DeskError::LinkSpent)?;
        match link.person {
            Some(person) => {
                let person = people::get(db, person)?;
                if person.gone {
                    Err(DeskError::LinkSpent)
                } else {
                    Ok(Some(person))
                }
            }
            None => Ok(None),
        }
    })
}

/// Signs in with a link and returns the secret of the new session.
pub fn enter(desk: &Desk, secret: &str) -> Result<String, DeskError> {
    let person = look_at_link(desk, secret)?.ok_or(DeskError::LinkSpent)?;
    let (token, now) = (token(secret), desk.now());
    let (cookie, session) = new_session(desk, person.id);
    let cookie_token = self::token(&cookie);
    desk.store().write(move |tx| {
        // Looked up again inside the transaction: of two who use one link at
        // once, one gets in.
        let link = links::find(tx, token, now)?.ok_or(DeskError::LinkSpent)?;
        if link.single_use {
            links::spend(tx, token)?;
        }
        sessions::start(tx, cookie_token, &session, now)?;
        Ok::<_, DeskError>(())
    })?;
    Ok(cookie)
}

/// Makes the first admin with the set-up link, and signs them in.
pub fn set_up_first_admin(
    desk: &Desk,
    secret: &str,
    name: Name,
    credentials: Credentials,
) -> Result<String, DeskError> {
    if look_at_link(desk, secret)?.is_some() {
        return Err(DeskError::LinkSpent);
    }
    let (token, now) = (token(secret), desk.now());
    let password = hash_password(desk, &credentials.password)?;
    desk.act(Actor::Operator, Deed::ManagePeople, move |pen| {
        links::find(pen, token, now)?.ok_or(DeskError::LinkSpent)?;
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
        Ok(person)
    })
    .and_then(|person| start_session(desk, person))
}

/// Signs in with a name and a password and returns the session's secret.
///
/// # Errors
/// One answer for every way to be wrong; it takes as long for a name that
/// nobody has.
pub fn sign_in(desk: &Desk, sign_in: &str, password: &str) -> Result<String, DeskError> {
    let account = desk.read(|db| Ok(accounts::find_by_name(db, sign_in.trim())?))?;
    let stored = account
        .as_ref()
        .and_then(|account| account.password.clone());
    let Some(hash) = &stored else {
        // One hash is computed either way, so that the time tells nothing.
        hash_password(desk, password)?;
        return Err(DeskError::NotSignedIn);
    };
    let parsed = PasswordHash::new(hash).map_err(|_| DeskError::NotSignedIn)?;
    let fits = Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok();
    let Some(account) = account.filter(|_| fits) else {
        return Err(DeskError::NotSignedIn);
    };
    if desk.read(|db| Ok(people::get(db, account.person)?))?.gone {
        return Err(DeskError::NotSignedIn);
    }
    start_session(desk, account.person)
}

/// Chooses a sign-in name and a password, for oneself. Other sessions end.
pub fn choose_credentials(
    desk: &Desk,
    who: &SignedIn,
    credentials: Credentials,
) -> Result<String, DeskError> {
    let person = who.person.id;
    let password = hash_password(desk, &credentials.password)?;
    desk.store().write(move |tx| {
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
        sessions::end_all(tx, person)?;
        Ok(())
    })?;
    start_session(desk, person)
}

/// Who is signed in by the secret of a session.
pub fn who(desk: &Desk, cookie: &str) -> Result<Option<SignedIn>, DeskError> {
    let (token, now) = (token(cookie), desk.now());
    desk.read(|db| {
        let Some(session) = sessions::find(db, token, now)? else {
            return Ok(None);
        };
        let person = people::get(db, session.person)?;
        Ok((!person.gone).then_some(SignedIn {
            person,
            csrf: session.csrf,
            program: None,
        }))
    })
}

/// Ends a session.
pub fn sign_out(desk: &Desk, cookie: &str) -> Result<(), DeskError> {
    let token = token(cookie);
    desk.store().write(move |tx| Ok(sessions::end(tx, token)?))
}

/// Gives somebody another role; their sessions go on in it.
pub fn change_role(
    desk: &Desk,
    actor: Actor,
    person: PersonId,
    role: Role,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        keep_an_admin(&people::list(pen)?, person, Some(role))?;
        pen.log(Event::RoleChanged { person, role })?;
        Ok(())
    })
}

/// Lets somebody go: they can no longer sign in, and what they did stays.
pub fn leave(desk: &Desk, actor: Actor, person: PersonId) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        keep_an_admin(&people::list(pen)?, person, None)?;
        pen.log(Event::PersonLeft { person })?;
        links::spend_all(pen.tx, person)?;
        sessions::end_all(pen.tx, person)?;
        Ok(())
    })
}

fn keep_an_admin(
    everybody: &[Person],
    person: PersonId,
    role: Option<Role>,
) -> Result<(), DeskError> {
    if !everybody
        .iter()
        .any(|other| other.id == person && !other.gone)
    {
        return Err(DeskError::NoSuch {
            what: "person",
            id: person.get(),
        });
    }
    let others = everybody
        .iter()
        .any(|other| other.id != person && !other.gone && other.role == Role::Admin);
    if others || role == Some(Role::Admin) {
        Ok(())
    } else {
        Err(DeskError::LastAdmin)
    }
}

fn start_session(desk: &Desk, person: PersonId) -> Result<String, DeskError> {
    let (cookie, session) = new_session(desk, person);
    let (token, now) = (token(&cookie), desk.now());
    desk.store().write(move |tx| {
        sessions::start(tx, token, &session, now)?;
        Ok::<_, DeskError>(())
    })?;
    Ok(cookie)
}

fn new_session(desk: &Desk, person: PersonId) -> (String, Session) {
    let expires_at = later(desk.now(), SESSION);
    (
        desk.draw_secret(),
        Session {
            person,
            csrf: desk.draw_secret(),
            expires_at,
        },
    )
}

pub(super) fn later(now: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + millis).unwrap_or(now)
}

pub(super) fn token(secret: &str) -> TokenHash {
    *ContentHash::of(secret.as_bytes()).as_bytes()
}

fn hash_password(desk: &Desk, password: &str) -> Result<String, DeskError> {
    let mut salt = [0; 16];
    desk.world.rng.fill(&mut salt);
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|_| DeskError::WeakPassword)
}
