//! Requests that must not be done twice, by the key that their sender chose.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, Tx};

/// What is known of a request that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// SHA-256 of its method, address and body.
    pub print: [u8; 32],
    /// What was answered: status and headers as JSON, and the body; none when
    /// the answer was lost, as by a crash after the deed.
    pub answer: Option<(String, Vec<u8>)>,
}

/// Finds what was done under somebody's key since a moment.
pub fn find(
    db: &Db<'_>,
    (person, key): (PersonId, &str),
    since: Timestamp,
) -> Result<Option<Done>, StoreError> {
    let sql = "SELECT print, answer, body FROM once WHERE person = ?1 AND key = ?2 AND at >= ?3";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row(params![person.get(), key, since.as_millis()], |row| {
        let head: Option<String> = row.get("answer")?;
        let body: Option<Vec<u8>> = row.get("body")?;
        Ok(Done {
            print: row.get("print")?,
            answer: head.map(|head| (head, body.unwrap_or_default())),
        })
    });
    Ok(found.optional()?)
}

/// Takes a key, and forgets those from before `since`. Whether it was free.
pub fn take(
    tx: &Tx<'_>,
    (person, key): (PersonId, &str),
    print: [u8; 32],
    (now, since): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM once WHERE at < ?1")?
        .execute([since.as_millis()])?;
    let taken = tx
        .conn
        .prepare_cached(
            "INSERT OR IGNORE INTO once (person, key, print, at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![person.get(), key, print, now.as_millis()])?;
    Ok(taken == 1)
}

/// Forgets all that was answered.
pub fn forget(tx: &Tx<'_>) -> Result<(), StoreError> {
    Ok(tx.conn.execute_batch("DELETE FROM once")?)
}

/// Keeps what was answered under a key, unless an answer is kept already.
pub fn answer(
    tx: &Tx<'_>,
    (person, key): (PersonId, &str),
    (head, body): (&str, &[u8]),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE once SET answer = ?3, body = ?4
             WHERE person = ?1 AND key = ?2 AND answer IS NULL",
        )?
        .execute(params![person.get(), key, head, body])?;
    Ok(())
}
