//! Rows of the log as tiles have them: many neighbours in one query.

use std::ops::Range;

use rusqlite::params;

use crate::ledger::hash::Hash;

use super::{Db, StoreError};

/// Reads neighbouring nodes of the stored tree. One that is missing is an
/// error: whoever asks knows that the tree has them.
pub fn nodes(db: &Db<'_>, level: u8, places: Range<u64>) -> Result<Vec<Hash>, StoreError> {
    let wanted = places.end - places.start;
    let sql = "SELECT hash FROM tree_node WHERE level = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx";
    let mut select = db.conn.prepare_cached(sql)?;
    let range = params![level, places.start as i64, places.end as i64];
    let rows = select.query_map(range, |row| row.get(0).map(Hash::from_bytes))?;
    let found: Vec<Hash> = rows.collect::<Result<_, _>>()?;
    whole(found, wanted, "tree")
}

/// Reads the public lines of neighbouring entries. One that is missing is an
/// error.
pub fn leaves(db: &Db<'_>, places: Range<u64>) -> Result<Vec<String>, StoreError> {
    let wanted = places.end - places.start;
    let sql = "SELECT leaf FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
    let mut select = db.conn.prepare_cached(sql)?;
    let range = [places.start as i64, places.end as i64];
    let rows = select.query_map(range, |row| row.get(0))?;
    let found = rows.collect::<Result<_, _>>()?;
    whole(found, wanted, "log")
}

/// Refuses a row with gaps.
fn whole<T>(found: Vec<T>, wanted: u64, what: &'static str) -> Result<Vec<T>, StoreError> {
    if found.len() as u64 == wanted {
        return Ok(found);
    }
    let why = format!("{} of {wanted} neighbours are there", found.len());
    Err(StoreError::corrupt(what, why))
}
