//! Browsers from which somebody signed in before.

use rusqlite::params;

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// How many browsers of one person are known; the one that expires first makes
/// room.
const MOST: i64 = 20;

/// Knows a browser as somebody's until a moment.
pub fn know(
    tx: &Tx<'_>,
    token: TokenHash,
    person: PersonId,
    (now, until): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM known_browser WHERE expires_at <= ?1")?
        .execute([now.as_millis()])?;
    tx.conn
        .prepare_cached(
            "DELETE FROM known_browser WHERE token IN (SELECT token FROM known_browser
               WHERE person = ?1 ORDER BY expires_at DESC, token LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![person.get(), MOST - 1])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO known_browser (token, person, expires_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (token) DO UPDATE SET person = ?2, expires_at = ?3",
        )?
        .execute(params![token, person.get(), until.as_millis()])?;
    Ok(())
}

/// Whether a browser is known as that of whoever signs in with a name.
pub fn is_of_name(
    db: &Db<'_>,
    token: TokenHash,
    sign_in: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM known_browser JOIN account ON account.person = known_browser.person
               WHERE known_browser.token = ?1 AND known_browser.expires_at > ?3
                 AND account.sign_in = ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    Ok(select.exists(params![token, sign_in, now.as_millis()])?)
}

/// Whether a browser is known as anybody's.
pub fn is_known(db: &Db<'_>, token: TokenHash, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM known_browser WHERE token = ?1 AND expires_at > ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    Ok(select.exists(params![token, now.as_millis()])?)
}

/// Whether a browser is known as somebody's.
pub fn is_of(
    db: &Db<'_>,
    token: TokenHash,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM known_browser WHERE token = ?1 AND person = ?2 AND expires_at > ?3";
    let mut select = db.conn.prepare_cached(sql)?;
    Ok(select.exists(params![token, person.get(), now.as_millis()])?)
}

/// Forgets all browsers of somebody but one.
pub fn forget_others(tx: &Tx<'_>, person: PersonId, but: TokenHash) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM known_browser WHERE person = ?1 AND token <> ?2")?
        .execute(params![person.get(), but])?;
    Ok(())
}

/// Forgets all browsers of somebody.
pub fn forget_all(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM known_browser WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(())
}
