//! The log: the one place that appends entries and reads them back.

use rusqlite::{OptionalExtension, params};

use crate::domain::event::Record;
use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
pub use crate::domain::leaf::{commitment as leaf_commitment, line as leaf_line};
use crate::domain::time::Timestamp;
use crate::ledger::hash::{Hash, commitment};
use crate::ledger::tree::{self, NodeSource};

use super::{Db, StoreError, Tx, projections, rows};

/// Sixteen random bytes that keep a short body from being guessed by its hash.
pub type Salt = [u8; 16];

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub index: EntryIndex,
    /// The public line.
    pub leaf: String,
    /// The salt; none after an erasure.
    pub salt: Option<Vec<u8>>,
    /// The body, canonical JSON; none after an erasure.
    pub body: Option<String>,
}

/// An entry just appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its place.
    pub index: EntryIndex,
    /// The salted commitment in its leaf.
    pub body: ContentHash,
}

/// Encodes a record as canonical JSON (RFC 8785).
pub fn encode(record: &Record) -> Result<String, StoreError> {
    serde_json_canonicalizer::to_string(record)
        .map_err(|error| StoreError::corrupt("record", error))
}

/// Decodes the body of an entry.
pub fn decode(body: &str) -> Result<Record, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::corrupt("entry", error))
}

/// Appends a record, brings the tree and the projections up to it.
pub fn append(tx: &Tx<'_>, record: &Record, salt: Salt) -> Result<Appended, StoreError> {
    let body = encode(record)?;
    let bound = ContentHash::from_bytes(*commitment(&salt, body.as_bytes()).as_bytes());
    let leaf = leaf_line(bound);
    let index = size(tx)?;
    tx.conn
        .prepare_cached("INSERT INTO entry (idx, leaf, salt, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![index as i64, leaf, salt, body])?;
    store_nodes(tx, index, Hash::leaf(leaf.as_bytes()))?;
    let index = EntryIndex::new(index);
    projections::apply(tx, index, record)?;
    tx.marks.note(tx, index, &record.event)?;
    Ok(Appended { index, body: bound })
}

fn store_nodes(tx: &Tx<'_>, size: u64, leaf: Hash) -> Result<(), StoreError> {
    let mut insert = tx
        .conn
        .prepare_cached("INSERT INTO tree_node (level, idx, hash) VALUES (?1, ?2, ?3)")?;
    for (level, index, hash) in tree::appended(size, leaf, &**tx)? {
        insert.execute(params![level, index as i64, hash.as_bytes()])?;
    }
    Ok(())
}

/// How many entries the log has.
pub fn size(db: &Db<'_>) -> Result<u64, StoreError> {
    let size: i64 = db
        .conn
        .prepare_cached("SELECT coalesce(max(idx) + 1, 0) FROM main.entry")?
        .query_row([], |row| row.get(0))?;
    Ok(size as u64)
}

/// When the newest entry was made; nothing where the log is empty.
pub fn newest_at(db: &Db<'_>) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT at FROM main.trail ORDER BY entry DESC LIMIT 1";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row([], |row| rows::moment(row, "at"))
        .optional()?;
    Ok(found)
}

/// The root of the first `size` entries, from the stored tree.
pub fn root(db: &Db<'_>, size: u64) -> Result<Hash, StoreError> {
    tree::root(size, db)
}

/// Finds one entry.
pub fn find(db: &Db<'_>, index: EntryIndex) -> Result<Option<Entry>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT idx, leaf, salt, body FROM entry WHERE idx = ?1")?
        .query_row([index.get() as i64], entry)
        .optional()?;
    Ok(found)
}

/// Reads what an entry says, or what an erasure left of it; nothing where there
/// is no such entry, or a body is gone without an erasure.
pub fn find_record(db: &Db<'_>, index: EntryIndex) -> Result<Option<Record>, StoreError> {
    let body: Option<Option<String>> = db
        .conn
        .prepare_cached("SELECT body FROM said WHERE idx = ?1")?
        .query_row([index.get() as i64], |row| row.get(0))
        .optional()?;
    body.flatten().as_deref().map(decode).transpose()
}

/// Walks all entries from `from` on, in order, in constant memory.
pub fn walk<E: From<StoreError>>(
    db: &Db<'_>,
    from: EntryIndex,
    mut see: impl FnMut(&Entry) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT idx, leaf, salt, body FROM entry WHERE idx >= ?1 ORDER BY idx";
    let mut select = db.conn.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = select
        .query([from.get() as i64])
        .map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        see(&entry(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// How many leaf hashes the stored tree has.
pub fn leaf_count(db: &Db<'_>) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(idx) + 1, 0) FROM tree_node WHERE level = 0";
    let count: i64 = db
        .conn
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    Ok(count as u64)
}

/// Finds a stored node of the tree; nothing where there is none or it is no
/// hash.
pub fn find_node(db: &Db<'_>, level: u8, index: u64) -> Result<Option<Hash>, StoreError> {
    let sql = "SELECT hash FROM tree_node WHERE level = ?1 AND idx = ?2";
    let bytes: Option<Vec<u8>> = db
        .conn
        .prepare_cached(sql)?
        .query_row(params![level, index as i64], |row| row.get(0))
        .optional()?;
    Ok(bytes
        .and_then(|bytes| bytes.try_into().ok())
        .map(Hash::from_bytes))
}

fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        index: EntryIndex::new(row.get::<_, i64>(0)? as u64),
        leaf: row.get(1)?,
        salt: row.get(2)?,
        body: row.get(3)?,
    })
}

impl NodeSource for Db<'_> {
    type Error = StoreError;

    fn node(&self, level: u8, index: u64) -> Result<Hash, StoreError> {
        let bytes: [u8; 32] = self
            .conn
            .prepare_cached("SELECT hash FROM tree_node WHERE level = ?1 AND idx = ?2")?
            .query_row(params![level, index as i64], |row| row.get(0))?;
        Ok(Hash::from_bytes(bytes))
    }
}
