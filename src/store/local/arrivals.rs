//! By which provider of single sign-on a session, or somebody who is half-way
//! in, began.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// A provider, and what it wants to see again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Who issued the account.
    pub issuer: String,
    /// The ID token, sealed with the secret of whose row it is; empty: there is
    /// none, or none that could be opened.
    pub hint: String,
}

/// Notes by whom a session began.
pub fn of_session(tx: &Tx<'_>, name: &str, arrival: &Arrival) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE session SET issuer = ?2, hint = ?3 WHERE name = ?1")?
        .execute(params![name, arrival.issuer, arrival.hint])?;
    Ok(())
}

/// Keeps the ID token of a session whose secret is another one now.
pub fn sealed_anew(tx: &Tx<'_>, token: TokenHash, hint: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE session SET hint = ?2 WHERE token = ?1")?
        .execute(params![token, hint])?;
    Ok(())
}

/// Notes when the person of a session showed who they are, by its name.
pub fn shown(tx: &Tx<'_>, name: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE session SET proven_at = ?2 WHERE name = ?1")?
        .execute(params![name, at.as_millis()])?;
    Ok(())
}

/// Notes by whom somebody came half-way in.
pub fn of_step(tx: &Tx<'_>, token: TokenHash, arrival: &Arrival) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE sign_in_step SET issuer = ?2, hint = ?3 WHERE token = ?1")?
        .execute(params![token, arrival.issuer, arrival.hint])?;
    Ok(())
}

/// By whom somebody came half-way in; nothing where by no provider.
pub fn find_step(db: &Db<'_>, token: TokenHash) -> Result<Option<Arrival>, StoreError> {
    find(
        db,
        "SELECT issuer, hint FROM sign_in_step WHERE token = ?1 AND issuer <> ''",
        token,
    )
}

/// By whom a session began; nothing where by no provider.
pub fn find_session(db: &Db<'_>, token: TokenHash) -> Result<Option<Arrival>, StoreError> {
    find(
        db,
        "SELECT issuer, hint FROM session WHERE token = ?1 AND issuer <> ''",
        token,
    )
}

fn find(db: &Db<'_>, sql: &str, token: TokenHash) -> Result<Option<Arrival>, StoreError> {
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([token], |row| {
        Ok(Arrival {
            issuer: row.get("issuer")?,
            hint: row.get("hint")?,
        })
    });
    Ok(found.optional()?)
}

/// By which issuers sessions of somebody began: their names, and the issuers.
pub fn issuers(db: &Db<'_>, person: PersonId) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT name, issuer FROM session WHERE person = ?1 AND issuer <> '' LIMIT 100";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([person.get()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Ends the sessions of somebody that an issuer began, and what is half-way, but
/// for the session of a name.
pub fn end(tx: &Tx<'_>, person: PersonId, (issuer, but): (&str, &str)) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM session WHERE person = ?1 AND issuer = ?2 AND name <> ?3")?
        .execute(params![person.get(), issuer, but])?;
    tx.conn
        .prepare_cached("DELETE FROM sign_in_step WHERE person = ?1 AND issuer = ?2")?
        .execute(params![person.get(), issuer])?;
    Ok(())
}
