//! Long stretches of the log and of its tree, read in order and without
//! copying, for those who check all of it.

use std::ops::Range;

use rusqlite::params;
use rusqlite::types::ValueRef;

use super::{Db, StoreError};

/// An entry as it lies in the database, borrowed while it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Lying<'r> {
    /// Its place.
    pub index: u64,
    /// The public line.
    pub leaf: &'r [u8],
    /// The salt; none after an erasure.
    pub salt: Option<&'r [u8]>,
    /// The body; none after an erasure.
    pub body: Option<&'r [u8]>,
}

/// Walks the entries of a range, in order.
pub fn entries(
    db: &Db<'_>,
    range: &Range<u64>,
    mut see: impl FnMut(Lying<'_>),
) -> Result<(), StoreError> {
    let sql = "SELECT idx, leaf, salt, body FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
    let mut select = db.conn.prepare_cached(sql)?;
    let mut rows = select.query(params![range.start as i64, range.end as i64])?;
    while let Some(row) = rows.next()? {
        let bytes = |column| row.get_ref(column).map(as_bytes);
        see(Lying {
            index: row.get::<_, i64>("idx")? as u64,
            leaf: bytes("leaf")?.unwrap_or_default(),
            salt: bytes("salt")?,
            body: bytes("body")?,
        });
    }
    Ok(())
}

/// Walks the stored nodes of a level of the tree in a range, in order.
pub fn nodes(
    db: &Db<'_>,
    level: u8,
    range: &Range<u64>,
    mut see: impl FnMut(&[u8]),
) -> Result<(), StoreError> {
    let sql = "SELECT hash FROM tree_node WHERE level = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx";
    let mut select = db.conn.prepare_cached(sql)?;
    let mut rows = select.query(params![level, range.start as i64, range.end as i64])?;
    while let Some(row) = rows.next()? {
        see(as_bytes(row.get_ref("hash")?).unwrap_or_default());
    }
    Ok(())
}

/// The bytes of a text or a blob; of anything else nothing.
fn as_bytes(value: ValueRef<'_>) -> Option<&[u8]> {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => None,
    }
}
