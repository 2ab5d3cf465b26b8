//! Statements that somebody was shown and has not signed yet.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::{PersonId, VerdictId};
use crate::domain::time::Timestamp;
use crate::store::rows::{id_option, moment};
use crate::store::{Db, StoreError, Tx};

/// A statement that waits for a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Names it; nobody can foresee it.
    pub id: String,
    /// Who was shown it.
    pub person: PersonId,
    /// What is to be done, as the desk wrote it.
    pub intent: String,
    /// The number that is kept for a verdict.
    pub verdict: Option<VerdictId>,
    /// How many entries the log had.
    pub after: u64,
    /// What is signed, to the byte.
    pub statement: String,
    /// Until when it may be.
    pub expires: Timestamp,
}

/// How many statements wait for one person; the oldest make room.
const MOST: i64 = 20;

/// Keeps a statement; what has expired goes.
pub fn insert(tx: &Tx<'_>, prepared: &Prepared, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM prepared WHERE expires_at <= ?1")?
        .execute([now.as_millis()])?;
    tx.conn
        .prepare_cached(
            "DELETE FROM prepared WHERE id IN (SELECT id FROM prepared WHERE person = ?1
               ORDER BY expires_at DESC, id LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![prepared.person.get(), MOST - 1])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO prepared (id, person, intent, verdict, after, statement, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            prepared.id,
            prepared.person.get(),
            prepared.intent,
            prepared.verdict.map(VerdictId::get),
            prepared.after as i64,
            prepared.statement,
            prepared.expires.as_millis()
        ])?;
    Ok(())
}

/// Finds a statement that waits for a person and has not expired.
pub fn find(
    db: &Db<'_>,
    (id, person): (&str, PersonId),
    now: Timestamp,
) -> Result<Option<Prepared>, StoreError> {
    let sql = "SELECT id, person, intent, verdict, after, statement, expires_at FROM prepared
               WHERE id = ?1 AND person = ?2 AND expires_at > ?3";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row(params![id, person.get(), now.as_millis()], |row| {
        Ok(Prepared {
            id: row.get("id")?,
            person,
            intent: row.get("intent")?,
            verdict: id_option(row, "verdict")?,
            after: row.get::<_, i64>("after")? as u64,
            statement: row.get("statement")?,
            expires: moment(row, "expires_at")?,
        })
    });
    Ok(found.optional()?)
}

/// Takes a statement away: it was signed.
pub fn remove(tx: &Tx<'_>, id: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM prepared WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}
