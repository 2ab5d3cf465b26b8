//! Sessions: who is signed in, since when and from where.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::account::Means;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::rows::{id, moment, parsed};
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names the session to its person; it lets nobody in.
    pub name: String,
    /// Who.
    pub person: PersonId,
    /// The secret that forms of this session carry.
    pub csrf: String,
    /// How they came in.
    pub means: Means,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
    /// When its person last showed who they are.
    pub proven_at: Timestamp,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
    /// The address that it was used from last.
    pub address: String,
    /// What the browser called itself when it began.
    pub browser: String,
    /// Whether its secret is to be renewed.
    pub renew: bool,
}

/// Which sessions are over: those that ended, and those that nobody used.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The moment that it is.
    pub now: Timestamp,
    /// Those that were not used after this moment are over.
    pub idle_since: Timestamp,
}

/// How many sessions one person may have; the one that was used least recently
/// makes room.
pub const MOST: i64 = 20;

const SELECT: &str = "SELECT name, person, csrf, means, started_at, seen_at, proven_at, expires_at,
    address, browser, renew FROM session";

/// Finds a session that is not over.
pub fn find(db: &Db<'_>, token: TokenHash, limits: Limits) -> Result<Option<Session>, StoreError> {
    let sql = format!("{SELECT} WHERE token = ?1 AND expires_at > ?2 AND seen_at > ?3");
    let mut select = db.conn.prepare_cached(&sql)?;
    let (now, idle) = (limits.now.as_millis(), limits.idle_since.as_millis());
    let found = select.query_row(params![token, now, idle], row);
    Ok(found.optional()?)
}

/// Lists the sessions of a person that are not over, the last used first.
pub fn list(db: &Db<'_>, person: PersonId, limits: Limits) -> Result<Vec<Session>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE person = ?1 AND expires_at > ?2 AND seen_at > ?3
         ORDER BY seen_at DESC, name LIMIT 100"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let (now, idle) = (limits.now.as_millis(), limits.idle_since.as_millis());
    let rows = select.query_map(params![person.get(), now, idle], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Starts a session, forgets those that are over, and ends the one of its
/// person that was used least recently where they have too many.
pub fn start(
    tx: &Tx<'_>,
    token: TokenHash,
    session: &Session,
    limits: Limits,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM session WHERE expires_at <= ?1 OR seen_at <= ?2")?
        .execute([limits.now.as_millis(), limits.idle_since.as_millis()])?;
    tx.conn
        .prepare_cached(
            "DELETE FROM session WHERE token IN (SELECT token FROM session WHERE person = ?1
               ORDER BY seen_at DESC, token LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![session.person.get(), MOST - 1])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO session (token, name, person, csrf, means, started_at, seen_at,
               proven_at, expires_at, address, browser, renew)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            token,
            session.name,
            session.person.get(),
            session.csrf,
            session.means.as_str(),
            session.started_at.as_millis(),
            session.seen_at.as_millis(),
            session.proven_at.as_millis(),
            session.expires_at.as_millis(),
            session.address,
            session.browser,
            session.renew
        ])?;
    Ok(())
}

/// Notes that a session was used, and from where.
pub fn seen(
    tx: &Tx<'_>,
    token: TokenHash,
    now: Timestamp,
    address: &str,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE session SET seen_at = ?2, address = ?3 WHERE token = ?1")?
        .execute(params![token, now.as_millis(), address])?;
    Ok(())
}

/// Gives a session another secret; whether there was one.
pub fn renew(tx: &Tx<'_>, old: TokenHash, new: TokenHash) -> Result<bool, StoreError> {
    let changed = tx
        .conn
        .prepare_cached("UPDATE session SET token = ?2, renew = 0 WHERE token = ?1")?
        .execute(params![old, new])?;
    Ok(changed == 1)
}

/// Notes that the person of a session has shown who they are.
pub fn proven(tx: &Tx<'_>, token: TokenHash, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE session SET proven_at = ?2, seen_at = ?2 WHERE token = ?1")?
        .execute(params![token, now.as_millis()])?;
    Ok(())
}

/// Lets every session of a person have another secret from the next page on.
pub fn renew_all(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE session SET renew = 1 WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(())
}

/// Ends one session.
pub fn end(tx: &Tx<'_>, token: TokenHash) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM session WHERE token = ?1")?
        .execute(params![token])?;
    Ok(())
}

/// Ends one session of a person by its name; whether there was one.
pub fn end_named(tx: &Tx<'_>, person: PersonId, name: &str) -> Result<bool, StoreError> {
    let gone = tx
        .conn
        .prepare_cached("DELETE FROM session WHERE person = ?1 AND name = ?2")?
        .execute(params![person.get(), name])?;
    Ok(gone > 0)
}

/// Ends all sessions of a person but the one of a name; how many.
pub fn end_others(tx: &Tx<'_>, person: PersonId, but: &str) -> Result<usize, StoreError> {
    let gone = tx
        .conn
        .prepare_cached("DELETE FROM session WHERE person = ?1 AND name <> ?2")?
        .execute(params![person.get(), but])?;
    Ok(gone)
}

/// Ends all sessions of a person; how many.
pub fn end_all(tx: &Tx<'_>, person: PersonId) -> Result<usize, StoreError> {
    let gone = tx
        .conn
        .prepare_cached("DELETE FROM session WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(gone)
}

/// How many sessions of each person are not over; people without one are left
/// out.
pub fn count(db: &Db<'_>, limits: Limits) -> Result<Vec<(PersonId, u64)>, StoreError> {
    let sql = "SELECT person, count(*) AS n FROM session WHERE expires_at > ?1 AND seen_at > ?2
               GROUP BY person ORDER BY person LIMIT 1000";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map(
        [limits.now.as_millis(), limits.idle_since.as_millis()],
        |row| {
            let person = id(row, "person")?;
            Ok((person, row.get::<_, i64>("n")? as u64))
        },
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn row(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        name: row.get("name")?,
        person: id(row, "person")?,
        csrf: row.get("csrf")?,
        means: parsed(row, "means")?,
        started_at: moment(row, "started_at")?,
        seen_at: moment(row, "seen_at")?,
        proven_at: moment(row, "proven_at")?,
        expires_at: moment(row, "expires_at")?,
        address: row.get("address")?,
        browser: row.get("browser")?,
        renew: row.get("renew")?,
    })
}
