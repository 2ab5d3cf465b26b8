//! How people get in: passwords, links, second factors, passkeys, and the
//! sessions that follow.
//!
//! Nothing of it is in the log, which is about judgements. What happened with
//! somebody's way in is noted beside it, for them and for admins.

mod account;
mod by_provider;
mod challenges;
mod confirm;
mod enter;
mod events;
mod factors;
mod hint;
mod linked;
mod passkeys;
mod passwords;
mod recovery;
mod sessions;
mod totp;

pub use self::account::{choose, set_up_first_admin};
pub use self::by_provider::{arrival, by_provider, link, prove};
pub(super) use self::challenges::Challenges;
pub use self::confirm::{Proof, confirm};
pub use self::enter::{by_link, by_passkey, by_password, by_second_factor, look_at_step};
pub(super) use self::events::note;
pub use self::events::{happened, know, tell_of_half_way};
pub use self::factors::{
    Factors, NewApp, confirm_app, factors, new_recovery_codes, propose_app, remove_app,
    remove_factors,
};
pub use self::linked::{
    Linked, NotLinked, issuers, linked, name_address, unlink, unlink_of, unname_address,
};
pub(super) use self::passkeys::forget;
pub use self::passkeys::{PasskeyAnswer, allow, refuse};
pub use self::passwords::Credentials;
pub use self::sessions::{
    end_all, end_named, end_others, knows, knows_browser, knows_name, lasts, list, renew, seen,
    sign_out, who,
};

use crate::domain::account::SecondFactorRule;
use crate::domain::person::Role;
use crate::domain::time::{Timestamp, later};
use crate::store::local::sessions::Limits;

use super::Desk;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// How long sessions last, and who must have a second factor. Spans are in
/// milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long a session lasts, used or not.
    pub whole: i64,
    /// How long it lasts without being used.
    pub idle: i64,
    /// For how long somebody who showed who they are may do grave things
    /// without showing it again.
    pub fresh: i64,
    /// Who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// Whether people come in by providers of single sign-on alone: the sign-in
    /// name of the one admin who may still come in without; none: whoever likes.
    pub only: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            whole: 12 * HOUR,
            idle: HOUR,
            fresh: 15 * MINUTE,
            second_factor: SecondFactorRule::Optional,
            only: None,
        }
    }
}

impl Policy {
    /// Whether whoever has this sign-in name and role may come in without a
    /// provider of single sign-on.
    pub fn lets_alone(&self, sign_in: &str, role: Role) -> bool {
        let is_kept = |kept: &String| kept.eq_ignore_ascii_case(sign_in) && role == Role::Admin;
        self.only.as_ref().is_none_or(is_kept)
    }

    /// Which sessions are over now.
    pub fn limits(&self, now: Timestamp) -> Limits {
        Limits {
            now,
            idle_since: later(now, -self.idle),
        }
    }
}

/// From where somebody asks to be let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whence {
    /// The network address, where it is known.
    pub address: String,
    /// What the browser calls itself.
    pub browser: String,
    /// What the browser was given when somebody signed in there before.
    pub known: Option<String>,
    /// How many wrong tries came before.
    pub tries: u32,
}

/// A session that has just begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Names the session to its person.
    pub name: String,
    /// The secret that its cookie carries.
    pub secret: String,
    /// What the browser is given to be known by, from here on or for longer.
    pub known: String,
}

/// Somebody who is half-way in and has to show a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfWay {
    /// The secret that the second form carries.
    pub step: String,
    /// Whether an app shows codes for them.
    pub has_app: bool,
    /// Their passkeys that let them in, as browsers name them.
    pub passkeys: Vec<String>,
}

/// What became of a first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// They are in.
    In(Begun),
    /// A second factor is asked for.
    HalfWay(HalfWay),
}

impl Entered {
    /// The name of the session, where one has begun.
    fn session(&self) -> &str {
        match self {
            Self::In(begun) => &begun.name,
            Self::HalfWay(_) => "",
        }
    }
}

impl Desk {
    /// The same desk, that lets people in by other rules.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = std::sync::Arc::new(policy);
        self
    }

    /// The rules by which people are let in.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What a passkey is to sign now so that its person is let in.
    pub fn challenge(&self) -> String {
        self.challenges.draw(self)
    }
}
