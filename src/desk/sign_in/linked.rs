//! Accounts at providers that let somebody in, and addresses whose account is
//! yet to come: to be seen and taken away, by their person and by admins.

use std::collections::BTreeMap;

use crate::domain::account::Happening;
use crate::domain::ids::PersonId;
use crate::domain::person::Deed;
use crate::store::local::provider_accounts::{self as rows, ProviderAccount};
use crate::store::local::{accounts, arrivals, passkeys};
use crate::store::{Db, people};

use super::super::people::SignedIn;
use super::super::{Actor, Desk, DeskError};
use super::{Whence, note};

/// No longer address is named, in bytes (RFC 5321, 4.5.3.1).
const LONGEST: usize = 254;

/// Why an account is not linked or unlinked, or somebody comes in by nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotLinked {
    /// People come in by providers of single sign-on alone.
    #[error(
        "at this desk you sign in with your account of single sign-on, and with nothing else; press its button"
    )]
    ProvidersOnly,
    /// The same for whoever gave a name and a password: whether these were right is
    /// not told, since nothing follows from it here and much may elsewhere.
    #[error(
        "at this desk people sign in with their account of single sign-on, and with nothing else; press its button, or, if you are the admin who may come in without it, check name and password"
    )]
    ProvidersOrOne,
    /// Nothing else lets somebody in.
    #[error("this is your only way in; choose a password or register a passkey first")]
    OnlyWayIn,
    /// Somebody has as many accounts or addresses as they may.
    #[error("{0} accounts or addresses is the most that one person may have; remove one first")]
    TooMany(usize),
    /// This is no address.
    #[error("write an address such as name@newsroom.example")]
    BadAddress,
}

/// What lets somebody in at providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The accounts.
    pub accounts: Vec<ProviderAccount>,
    /// The addresses whose first account is to be theirs.
    pub addresses: Vec<String>,
}

/// What lets somebody in at providers.
pub fn linked(desk: &Desk, person: PersonId) -> Result<Linked, DeskError> {
    desk.read(|db| {
        Ok(Linked {
            accounts: rows::list(db, person)?,
            addresses: rows::addresses(db, person)?,
        })
    })
}

/// By which issuers sessions of somebody began, by their names.
pub fn issuers(desk: &Desk, person: PersonId) -> Result<BTreeMap<String, String>, DeskError> {
    let found = desk.read(|db| Ok(arrivals::issuers(db, person)?))?;
    Ok(found.into_iter().collect())
}

/// Lets an account of one's own not let one in any more; other sessions that it
/// began end.
///
/// # Errors
/// When there is no such account, or it is the only way in.
pub fn unlink(desk: &Desk, me: &SignedIn, number: i64, whence: Whence) -> Result<(), DeskError> {
    let (me, by) = (me.clone(), me.actor());
    desk.act(by, Deed::Read, move |pen| {
        let person = me.person.id;
        let account = find(pen, person, number)?;
        let others = rows::list(pen, person)?.len() > 1;
        let own = accounts::find(pen, person)?;
        let has_password = own.is_some_and(|account| account.password.is_some());
        if !others && !has_password && passkeys::list(pen, person)?.is_empty() {
            return Err(NotLinked::OnlyWayIn.into());
        }
        rows::remove(pen.tx, number)?;
        arrivals::end(pen.tx, person, (&account.issuer, me.session_name()))?;
        let kind = Happening::ProviderUnlinked;
        note(
            (pen.tx, pen.at),
            person,
            kind,
            by,
            (&whence, me.session_name()),
        )
    })
}

/// Takes an account of somebody away, for an admin; the sessions that it began
/// end.
///
/// # Errors
/// When there is no such account.
pub fn unlink_of(
    desk: &Desk,
    actor: Actor,
    (person, number): (PersonId, i64),
    whence: Whence,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        let account = find(pen, person, number)?;
        rows::remove(pen.tx, number)?;
        arrivals::end(pen.tx, person, (&account.issuer, ""))?;
        let kind = Happening::ProviderUnlinked;
        note((pen.tx, pen.at), person, kind, actor, (&whence, ""))
    })
}

fn find(db: &Db<'_>, person: PersonId, number: i64) -> Result<ProviderAccount, DeskError> {
    let found = rows::find_own(db, person, number)?;
    found.ok_or(DeskError::NoSuch {
        what: "linked account",
        id: number,
    })
}

/// Names an address: the first account whose provider vouches for it is the
/// person's.
///
/// # Errors
/// When it is no address, or nobody of that number works here.
pub fn name_address(
    desk: &Desk,
    actor: Actor,
    (person, typed): (PersonId, &str),
    whence: Whence,
) -> Result<(), DeskError> {
    let address = parse(typed).ok_or(NotLinked::BadAddress)?;
    desk.act(actor, Deed::ManagePeople, move |pen| {
        let found = people::find(pen, person)?.filter(|found| !found.gone);
        found.ok_or(DeskError::NoSuch {
            what: "person at this desk",
            id: person.get(),
        })?;
        if rows::addresses(pen, person)?.len() >= rows::MOST {
            return Err(NotLinked::TooMany(rows::MOST).into());
        }
        rows::name(pen.tx, &address, (person, pen.at))?;
        let kind = Happening::AddressNamed;
        note((pen.tx, pen.at), person, kind, actor, (&whence, ""))
    })
}

/// Takes the name of an address back.
pub fn unname_address(
    desk: &Desk,
    actor: Actor,
    (person, address): (PersonId, String),
) -> Result<(), DeskError> {
    desk.act(actor, Deed::ManagePeople, move |pen| {
        Ok(rows::unname(pen.tx, &address, person)?)
    })
}

/// An address as providers write it, in small letters.
fn parse(typed: &str) -> Option<String> {
    let address = typed.trim().to_lowercase();
    let (before, domain) = address.rsplit_once('@')?;
    let is_plain = address
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control());
    let is_whole = !before.is_empty() && domain.contains('.') && address.len() <= LONGEST;
    (is_plain && is_whole).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_parts_and_small_letters() {
        assert_eq!(
            parse(" Ann@Example.org "),
            Some("ann@example.org".to_owned())
        );
        for odd in ["", "ann", "@example.org", "ann@example", "a nn@example.org"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
