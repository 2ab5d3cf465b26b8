//! Sessions: who is signed in.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: PersonId,
    /// The secret that forms of this session carry.
    pub csrf: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Finds a session that has not ended by `now`.
pub fn find(db: &Db<'_>, token: TokenHash, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT person, csrf, expires_at FROM session WHERE token = ?1 AND expires_at > ?2";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row(params![token, now.as_millis()], |row| {
            Ok(Session {
                person: crate::store::rows::id(row, "person")?,
                csrf: row.get("csrf")?,
                expires_at: crate::store::rows::moment(row, "expires_at")?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Starts a session, and forgets those that ended before `now`.
pub fn start(
    tx: &Tx<'_>,
    token: TokenHash,
    session: &Session,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM session WHERE expires_at <= ?1")?
        .execute([now.as_millis()])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO session (token, person, csrf, expires_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            token,
            session.person.get(),
            session.csrf,
            session.expires_at.as_millis()
        ])?;
    Ok(())
}

/// Ends one session.
pub fn end(tx: &Tx<'_>, token: TokenHash) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM session WHERE token = ?1")?
        .execute(params![token])?;
    Ok(())
}

/// Ends all sessions of a person.
pub fn end_all(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM session WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(())
}

/// How many sessions of each person have not ended by `now`; people without
/// one are left out.
pub fn count(db: &Db<'_>, now: Timestamp) -> Result<Vec<(PersonId, u64)>, StoreError> {
    let sql = "SELECT person, count(*) AS n FROM session WHERE expires_at > ?1
               GROUP BY person ORDER BY person LIMIT 1000";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([now.as_millis()], |row| {
        let person = crate::store::rows::id(row, "person")?;
        Ok((person, row.get::<_, i64>("n")? as u64))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}
