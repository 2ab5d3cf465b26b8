//! Reads the keys with which the desk signed its log, old and new.

use rusqlite::{OptionalExtension, Row};

use crate::domain::choice::choice;
use crate::domain::ids::EntryIndex;
use crate::domain::time::Timestamp;

use super::rows::{moment, parsed};
use super::{Db, StoreError};
use serde::{Deserialize, Serialize};

choice! {
    /// How a key came into its office.
    Came {
        /// The log was opened with it.
        Opened = "opened" / "the log was opened with it",
        /// The key before it vouched for it.
        Rotated = "rotated" / "the key before it signed for it",
        /// The key before it was lost.
        Replaced = "replaced" / "the key before it was lost and did not sign for it",
    }
}

/// A key that signs the log, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskKey {
    /// The entry from which on it signs.
    pub entry: EntryIndex,
    /// The key, as a C2SP verifier key.
    pub verifier_key: String,
    /// How it came into its office.
    pub came: Came,
    /// The signed note that names it and the key before it.
    pub statement: Option<String>,
    /// Why it replaced one that was lost.
    pub reason: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// Lists the desk's keys, the oldest first; at most 1,000.
pub fn list(db: &Db<'_>) -> Result<Vec<DeskKey>, StoreError> {
    let sql = "SELECT entry, verifier_key, came, statement, reason, at FROM desk_key
               ORDER BY entry LIMIT 1000";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds the key that signs the first `size` entries: the newest that one of
/// them names.
pub fn signing(db: &Db<'_>, size: u64) -> Result<Option<DeskKey>, StoreError> {
    let sql = "SELECT entry, verifier_key, came, statement, reason, at FROM desk_key
               WHERE entry < ?1 ORDER BY entry DESC LIMIT 1";
    let mut select = db.conn.prepare_cached(sql)?;
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    Ok(select.query_row([size], row).optional()?)
}

fn row(row: &Row<'_>) -> rusqlite::Result<DeskKey> {
    Ok(DeskKey {
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        verifier_key: row.get("verifier_key")?,
        came: parsed(row, "came")?,
        statement: row.get("statement")?,
        reason: row.get("reason")?,
        at: moment(row, "at")?,
    })
}
