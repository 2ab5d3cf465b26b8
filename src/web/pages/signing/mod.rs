//! Signing with a passkey: what is signed is shown first, then the passkey is
//! asked. It needs a script, because only scripts can ask a passkey; the page
//! says so.

mod others;
mod passkeys;
mod sign;

pub(in crate::web) use others::{of_person, retire_for};
pub(super) use passkeys::Passkeys;
pub(in crate::web) use passkeys::{register, retire};
pub(super) use sign::begin;
pub(in crate::web) use sign::{show, submit};

use crate::desk::signing::Site;
use crate::desk::{DeskError, Rules};
use crate::domain::ids::PersonId;
use crate::domain::passkey::SigningRule;
use crate::store::{Db, signatures};
use crate::web::problem::Problem;

/// What a claim's page says about signing.
pub(super) struct Offer {
    rule: SigningRule,
    /// Whether whoever looks has a passkey in use.
    has_passkey: bool,
}

impl Offer {
    pub(super) fn of(db: &Db<'_>, rules: &Rules, me: PersonId) -> Result<Self, DeskError> {
        let rule = rules.signing;
        let mut has_passkey = false;
        if rule != SigningRule::Off {
            let known = signatures::list(db, me)?;
            has_passkey = known.iter().any(|known| known.retired.is_none());
        }
        Ok(Self { rule, has_passkey })
    }

    /// Whether a signature may be given.
    pub(super) fn may_sign(&self) -> bool {
        self.rule != SigningRule::Off && self.has_passkey
    }

    /// Whether whoever looks has to register a passkey first.
    pub(super) fn lacks_passkey(&self) -> bool {
        self.rule == SigningRule::Required && !self.has_passkey
    }

    /// Whether nothing counts without one.
    pub(super) fn must_sign(&self) -> bool {
        self.rule == SigningRule::Required
    }
}

/// A site where passkeys can be made, or why there is none.
fn named(site: Option<Site>) -> Result<Site, Problem> {
    site.ok_or_else(|| {
        Problem::bad_request(
            "this desk is reached by a number, and passkeys are made for names; set server.public_url in its configuration",
        )
    })
}
