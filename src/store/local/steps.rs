//! Those who are half-way in: the first step is taken, the second factor has
//! yet to be shown.

use rusqlite::{OptionalExtension, params};

use crate::domain::account::Means;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::rows::{id, parsed};
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// Somebody who is half-way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Who.
    pub person: PersonId,
    /// How the first step was taken.
    pub means: Means,
    /// Until when the second may follow.
    pub expires_at: Timestamp,
}

/// How many steps wait for one person; the oldest make room.
const MOST: i64 = 10;

/// Keeps a step; what has expired goes.
pub fn put(tx: &Tx<'_>, token: TokenHash, step: &Step, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM sign_in_step WHERE expires_at <= ?1")?
        .execute([now.as_millis()])?;
    tx.conn
        .prepare_cached(
            "DELETE FROM sign_in_step WHERE token IN (SELECT token FROM sign_in_step
               WHERE person = ?1 ORDER BY expires_at DESC, token LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![step.person.get(), MOST - 1])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO sign_in_step (token, person, means, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            token,
            step.person.get(),
            step.means.as_str(),
            step.expires_at.as_millis()
        ])?;
    Ok(())
}

/// Finds a step that may still be followed by the second.
pub fn find(db: &Db<'_>, token: TokenHash, now: Timestamp) -> Result<Option<Step>, StoreError> {
    let sql = "SELECT person, means, expires_at FROM sign_in_step
               WHERE token = ?1 AND expires_at > ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row(params![token, now.as_millis()], |row| {
        Ok(Step {
            person: id(row, "person")?,
            means: parsed(row, "means")?,
            expires_at: crate::store::rows::moment(row, "expires_at")?,
        })
    });
    Ok(found.optional()?)
}

/// Takes a step away; whether there was one.
pub fn take(tx: &Tx<'_>, token: TokenHash) -> Result<bool, StoreError> {
    let gone = tx
        .conn
        .prepare_cached("DELETE FROM sign_in_step WHERE token = ?1")?
        .execute(params![token])?;
    Ok(gone == 1)
}

/// Takes every step of a person away.
pub fn take_all(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM sign_in_step WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(())
}
