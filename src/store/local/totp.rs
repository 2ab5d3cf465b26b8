//! Secrets of apps that show codes.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::rows::moment_option;
use crate::store::{Db, StoreError, Tx};

/// What somebody's app has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totp {
    /// The secret that the app and the desk share.
    pub secret: Vec<u8>,
    /// When the first code came back; none: none did yet.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the last code that was taken.
    pub step: i64,
}

/// Finds somebody's secret, confirmed or not.
pub fn find(db: &Db<'_>, person: PersonId) -> Result<Option<Totp>, StoreError> {
    let sql = "SELECT secret, confirmed_at, step FROM totp WHERE person = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([person.get()], |row| {
        Ok(Totp {
            secret: row.get("secret")?,
            confirmed_at: moment_option(row, "confirmed_at")?,
            step: row.get("step")?,
        })
    });
    Ok(found.optional()?)
}

/// Keeps a secret that was shown and is not confirmed, in place of an earlier
/// one of that kind.
pub fn propose(tx: &Tx<'_>, person: PersonId, secret: &[u8]) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO totp (person, secret, confirmed_at, step) VALUES (?1, ?2, NULL, 0)
             ON CONFLICT (person) DO UPDATE SET secret = ?2 WHERE confirmed_at IS NULL",
        )?
        .execute(params![person.get(), secret])?;
    Ok(())
}

/// Notes that the code of a step came back for the first time.
pub fn confirm(tx: &Tx<'_>, person: PersonId, now: Timestamp, step: i64) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE totp SET confirmed_at = ?2, step = ?3 WHERE person = ?1")?
        .execute(params![person.get(), now.as_millis(), step])?;
    Ok(())
}

/// Takes the code of a step, unless one of that step or a later one was taken;
/// whether it was.
pub fn take(tx: &Tx<'_>, person: PersonId, step: i64) -> Result<bool, StoreError> {
    let taken = tx
        .conn
        .prepare_cached("UPDATE totp SET step = ?2 WHERE person = ?1 AND step < ?2")?
        .execute(params![person.get(), step])?;
    Ok(taken == 1)
}

/// Forgets somebody's secret; whether there was a confirmed one.
pub fn remove(tx: &Tx<'_>, person: PersonId) -> Result<bool, StoreError> {
    let was = find(tx, person)?.is_some_and(|totp| totp.confirmed_at.is_some());
    tx.conn
        .prepare_cached("DELETE FROM totp WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(was)
}
