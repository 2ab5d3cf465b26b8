//! One-time links: the first set-up, and the way in for somebody new.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// What a link lets its bearer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Whom it signs in; nobody: it sets up the first admin.
    pub person: Option<PersonId>,
    /// Whether it works once only.
    pub single_use: bool,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Finds a link that still works at `now`.
pub fn find(db: &Db<'_>, token: TokenHash, now: Timestamp) -> Result<Option<Link>, StoreError> {
    let sql =
        "SELECT person, single_use, expires_at FROM link WHERE token = ?1 AND expires_at > ?2";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row(params![token, now.as_millis()], |row| {
            Ok(Link {
                person: crate::store::rows::id_option(row, "person")?,
                single_use: row.get("single_use")?,
                expires_at: crate::store::rows::moment(row, "expires_at")?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Makes a link.
pub fn put(tx: &Tx<'_>, token: TokenHash, link: &Link) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO link (token, person, single_use, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            token,
            link.person.map(PersonId::get),
            link.single_use,
            link.expires_at.as_millis()
        ])?;
    Ok(())
}

/// Takes a link out of use.
pub fn spend(tx: &Tx<'_>, token: TokenHash) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM link WHERE token = ?1")?
        .execute(params![token])?;
    Ok(())
}

/// Takes every set-up link out of use.
pub fn spend_set_up(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.conn
        .execute("DELETE FROM link WHERE person IS NULL", [])?;
    Ok(())
}

/// Takes every link of a person out of use.
pub fn spend_all(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .execute("DELETE FROM link WHERE person = ?1", [person.get()])?;
    Ok(())
}
