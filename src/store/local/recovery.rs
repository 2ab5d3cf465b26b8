//! Recovery codes: single-use, stored as hashes.

use rusqlite::params;

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::{Db, StoreError, Tx};

use super::TokenHash;

/// Gives somebody these codes in place of all earlier ones.
pub fn replace(tx: &Tx<'_>, person: PersonId, hashes: &[TokenHash]) -> Result<(), StoreError> {
    remove(tx, person)?;
    let mut insert = tx
        .conn
        .prepare_cached("INSERT INTO recovery_code (hash, person) VALUES (?1, ?2)")?;
    for hash in hashes {
        insert.execute(params![hash, person.get()])?;
    }
    Ok(())
}

/// Takes a code of a person, which is used once; whether it was one.
pub fn take(
    tx: &Tx<'_>,
    person: PersonId,
    hash: TokenHash,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let taken = tx
        .conn
        .prepare_cached(
            "UPDATE recovery_code SET used_at = ?3
             WHERE hash = ?1 AND person = ?2 AND used_at IS NULL",
        )?
        .execute(params![hash, person.get(), now.as_millis()])?;
    Ok(taken == 1)
}

/// How many codes somebody has left.
pub fn left(db: &Db<'_>, person: PersonId) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM recovery_code WHERE person = ?1 AND used_at IS NULL";
    let mut select = db.conn.prepare_cached(sql)?;
    let n: i64 = select.query_row([person.get()], |row| row.get(0))?;
    Ok(n as u64)
}

/// Forgets somebody's codes.
pub fn remove(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM recovery_code WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(())
}
