//! People join, change roles and leave, and get links to come in by.

use crate::domain::account::{Happening, Means};
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::PersonId;
use crate::domain::person::{Deed, Role};
use crate::domain::scope::{Scope, Scopes};
use crate::domain::time::{Timestamp, later};
use crate::domain::words::Name;
use crate::store::Tx;
use crate::store::local::TokenHash;
use crate::store::local::links::{self, Link};
use crate::store::local::security::SecurityEvent;
use crate::store::local::{accounts, browsers, provider_accounts, sessions, steps};
use crate::store::people::{self, Person};

use super::sign_in::{Whence, note};
use super::{Actor, Desk, DeskError};

const HOUR: i64 = 3_600_000;
/// How long the link of somebody new works, in milliseconds.
const INVITATION: i64 = 72 * HOUR;
/// How long a link works for somebody who lost the way in, in milliseconds.
const RESET: i64 = 24 * HOUR;

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
    /// The session that asks; none for a program.
    pub session: Option<OwnSession>,
}

/// The session that asks, as pages know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Names it to its person.
    pub name: String,
    /// How its person came in.
    pub means: Means,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
    /// When its person last showed who they are.
    pub proven_at: Timestamp,
    /// Whether its secret is to be renewed.
    pub renew: bool,
    /// Whether its person must have a second factor and has none.
    pub lacks_factor: bool,
    /// The newest of what happened with the person's way in that they were not
    /// told of.
    pub untold: Option<SecurityEvent>,
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
        Actor::Person(self.person.byline())
    }

    /// The name of the session that asks; empty for a program.
    pub fn session_name(&self) -> &str {
        self.session.as_ref().map_or("", |own| own.name.as_str())
    }

    /// Whether the person showed within `span` milliseconds before `now` who
    /// they are. A program has nobody who could.
    pub fn is_fresh(&self, now: Timestamp, span: i64) -> bool {
        let proven = self.session.as_ref().map(|own| own.proven_at);
        proven.is_none_or(|at| now.as_millis() - at.as_millis() < span)
    }

    /// Whether a new password wants the old one beside it: whoever came by a
    /// link has lost it, or never had one.
    pub fn must_give_password(&self) -> bool {
        let means = self.session.as_ref().map(|own| own.means);
        !matches!(means, Some(Means::Link | Means::LinkAndFactor))
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
    Ok((person, make_link(desk, Some(person), INVITATION)?))
}

/// Makes the link that sets up the first admin; earlier ones stop working.
pub fn make_set_up_link(desk: &Desk) -> Result<String, DeskError> {
    desk.store()
        .write(|tx| Ok::<_, DeskError>(links::spend_set_up(tx)?))?;
    make_link(desk, None, INVITATION)
}

/// Makes a new way in for somebody who lost theirs: a link that works once,
/// within a day. Their older links and their sessions end, whoever has those;
/// their second factors stay. Nothing of it is in the log: it changes no
/// judgement and no role.
pub fn make_sign_in_link(
    desk: &Desk,
    actor: Actor,
    person: PersonId,
    whence: Whence,
) -> Result<(Person, String), DeskError> {
    let found = desk.act(actor, Deed::ManagePeople, move |pen| {
        let found = people::find(pen, person)?.filter(|found| !found.gone);
        let found = found.ok_or(DeskError::NoSuch {
            what: "person at this desk",
            id: person.get(),
        })?;
        links::spend_all(pen.tx, person)?;
        end_everything(pen.tx, person)?;
        let at = (pen.tx, pen.at);
        note(at, person, Happening::LinkMade, actor, (&whence, ""))?;
        Ok(found)
    })?;
    Ok((found, make_link(desk, Some(person), RESET)?))
}

/// Makes a link that signs a person in, as often as it is opened: for the
/// demonstration only.
pub fn make_demo_link(desk: &Desk, person: PersonId) -> Result<String, DeskError> {
    let link = Link {
        person: Some(person),
        single_use: false,
        expires_at: later(desk.now(), INVITATION),
    };
    keep_link(desk, link)
}

fn make_link(desk: &Desk, person: Option<PersonId>, works: i64) -> Result<String, DeskError> {
    let link = Link {
        person,
        single_use: true,
        expires_at: later(desk.now(), works),
    };
    keep_link(desk, link)
}

fn keep_link(desk: &Desk, link: Link) -> Result<String, DeskError> {
    let secret = desk.draw_secret();
    let hash = hash_of(&secret);
    desk.store()
        .write(move |tx| Ok::<_, DeskError>(links::put(tx, hash, &link)?))?;
    Ok(secret)
}

/// Ends what somebody has of sessions, of half-way ones too, and no longer
/// knows their browsers.
pub(super) fn end_everything(tx: &Tx<'_>, person: PersonId) -> Result<(), DeskError> {
    sessions::end_all(tx, person)?;
    steps::take_all(tx, person)?;
    Ok(browsers::forget_all(tx, person)?)
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
    let (hash, now) = (hash_of(secret), desk.now());
    desk.read(|db| {
        let link = links::find(db, hash, now)?.ok_or(DeskError::LinkSpent)?;
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

/// Gives somebody another role; their sessions go on in it, each with another
/// secret from the next page on.
pub fn change_role(
    desk: &Desk,
    actor: Actor,
    person: PersonId,
    role: Role,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        keep_an_admin(&people::list(pen)?, person, Some(role))?;
        pen.log(Event::RoleChanged { person, role })?;
        sessions::renew_all(pen.tx, person)?;
        let place = (&Whence::default(), "");
        note(
            (pen.tx, pen.at),
            person,
            Happening::RoleChanged,
            actor,
            place,
        )
    })
}

/// Lets somebody go: they can no longer sign in, and what they did stays.
pub fn leave(desk: &Desk, actor: Actor, person: PersonId) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        keep_an_admin(&people::list(pen)?, person, None)?;
        pen.log(Event::PersonLeft { person })?;
        links::spend_all(pen.tx, person)?;
        // Their accounts stay theirs, and let nobody in: one that was unknown would
        // come in as somebody new, where the configuration lets those in.
        provider_accounts::unname_all(pen.tx, person)?;
        end_everything(pen.tx, person)
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

/// What is kept of a secret that only its bearer has.
pub(super) fn hash_of(secret: &str) -> TokenHash {
    *ContentHash::of(secret.as_bytes()).as_bytes()
}
