//! Reads what changed in public: each claim once, by the newest entry that
//! changed what is public of it.

use rusqlite::{OptionalExtension, named_params};

use crate::domain::ids::{ClaimId, EntryIndex};
use crate::domain::time::Timestamp;

use super::rows::{id, moment};
use super::{Db, StoreError};

/// Which changes are asked for; the bounds themselves are not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Only those after this entry.
    pub after: Option<EntryIndex>,
    /// Only those from this moment on.
    pub since: Option<Timestamp>,
    /// Only those before this entry.
    pub before: Option<EntryIndex>,
}

/// A claim whose public side changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The claim.
    pub claim: ClaimId,
    /// The newest entry that changed it.
    pub entry: EntryIndex,
    /// When.
    pub at: Timestamp,
}

/// Lists claims whose public side changed, the newest change first.
pub fn list(db: &Db<'_>, window: Window, limit: usize) -> Result<Vec<Changed>, StoreError> {
    let sql = "SELECT claim, entry, at FROM public_change
               WHERE entry > :after AND entry < :before ORDER BY entry DESC LIMIT :limit";
    let mut after = window.after.map_or(-1, number);
    if let Some(since) = window.since {
        after = after.max(before_moment(db, since)?);
    }
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map(
        named_params! {
            ":after": after,
            ":before": window.before.map_or(i64::MAX, number),
            ":limit": limit as i64,
        },
        |row| {
            Ok(Changed {
                claim: id(row, "claim")?,
                entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
                at: moment(row, "at")?,
            })
        },
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds the newest public change of a claim.
pub fn find(db: &Db<'_>, claim: ClaimId) -> Result<Option<Timestamp>, StoreError> {
    let mut select = db
        .conn
        .prepare_cached("SELECT at FROM public_change WHERE claim = ?1")?;
    let found = select.query_row([claim.get()], |row| moment(row, "at"));
    Ok(found.optional()?)
}

/// Lists other public claims of the same wording, at most 3.
pub fn twins(db: &Db<'_>, claim: ClaimId, statement: &str) -> Result<Vec<ClaimId>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT id FROM claim WHERE published IS NOT NULL AND statement = ?1 AND id <> ?2
         ORDER BY id LIMIT 3",
    )?;
    let rows = select.query_map((statement, claim.get()), |row| id(row, "id"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The place just before the first change from a moment on.
fn before_moment(db: &Db<'_>, since: Timestamp) -> Result<i64, StoreError> {
    // By itself SQLite would walk all entries from the first one on.
    let mut select = db.conn.prepare_cached(
        "SELECT min(entry) FROM public_change INDEXED BY public_change_by_time WHERE at >= ?1",
    )?;
    let first: Option<i64> = select.query_row([since.as_millis()], |row| row.get(0))?;
    Ok(first.map_or(i64::MAX, |first| first - 1))
}

/// A place as SQLite counts; one beyond that has nothing after it.
fn number(entry: EntryIndex) -> i64 {
    i64::try_from(entry.get()).unwrap_or(i64::MAX)
}
