//! Tokens: what a program sends to be let in as somebody of the desk.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::ids::{PersonId, TokenId};
use crate::domain::person::Role;
use crate::domain::scope::Scopes;
use crate::domain::time::Timestamp;
use crate::domain::words::Name;
use crate::store::rows::{id, moment, moment_option, parsed};
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// A token as the desk knows it: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: TokenId,
    /// What it is called.
    pub name: String,
    /// Who made it, and whom it stands for.
    pub person: PersonId,
    /// The most that it may do.
    pub role: Role,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was used last, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was taken out of use.
    pub revoked_at: Option<Timestamp>,
}

impl Token {
    /// Whether it is neither revoked nor expired at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// What a new token is like.
#[derive(Debug, Clone)]
pub struct New {
    /// What it is called.
    pub name: Name,
    /// Who makes it.
    pub person: PersonId,
    /// The most that it may do.
    pub role: Role,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it is made.
    pub made_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

const SELECT: &str =
    "SELECT id, name, person, role, scopes, made_at, expires_at, used_at, revoked_at FROM token";

/// Finds a token by the hash of its secret, whether it still works or not.
pub fn find(db: &Db<'_>, hash: TokenHash) -> Result<Option<Token>, StoreError> {
    let sql = format!("{SELECT} WHERE hash = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row(params![hash], row).optional()?)
}

/// Finds a token by its number.
pub fn get(db: &Db<'_>, token: TokenId) -> Result<Option<Token>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([token.get()], row).optional()?)
}

/// Lists tokens, newest first, at most 500.
pub fn list(db: &Db<'_>) -> Result<Vec<Token>, StoreError> {
    let sql = format!("{SELECT} ORDER BY id DESC LIMIT 500");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Counts the tokens that work at `now`.
pub fn count_live(db: &Db<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM token WHERE revoked_at IS NULL AND expires_at > ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let n: i64 = select.query_row([now.as_millis()], |row| row.get(0))?;
    Ok(n as u64)
}

/// Keeps a new token.
pub fn put(tx: &Tx<'_>, hash: TokenHash, new: &New) -> Result<TokenId, StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO token (hash, name, person, role, scopes, made_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            hash,
            new.name.as_str(),
            new.person.get(),
            new.role.as_str(),
            new.scopes.to_string(),
            new.made_at.as_millis(),
            new.expires_at.as_millis()
        ])?;
    let id = tx.conn.last_insert_rowid();
    TokenId::new(id).map_err(|error| StoreError::corrupt("number", error))
}

/// Forgets tokens that were revoked or expired before `then`.
pub fn forget(tx: &Tx<'_>, then: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM token WHERE expires_at < ?1 OR revoked_at < ?1")?
        .execute([then.as_millis()])?;
    Ok(())
}

/// Takes a token out of use.
pub fn revoke(tx: &Tx<'_>, token: TokenId, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL")?
        .execute([token.get(), now.as_millis()])?;
    Ok(())
}

/// Notes that a token was used.
pub fn used(tx: &Tx<'_>, token: TokenId, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE token SET used_at = ?2 WHERE id = ?1")?
        .execute([token.get(), now.as_millis()])?;
    Ok(())
}

fn row(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: id(row, "id")?,
        name: row.get("name")?,
        person: id(row, "person")?,
        role: parsed(row, "role")?,
        scopes: parsed(row, "scopes")?,
        made_at: moment(row, "made_at")?,
        expires_at: moment(row, "expires_at")?,
        used_at: moment_option(row, "used_at")?,
        revoked_at: moment_option(row, "revoked_at")?,
    })
}
