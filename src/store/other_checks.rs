//! Reads what other publishers found about claims.

use rusqlite::{OptionalExtension, Row};

use crate::domain::ids::{ClaimId, EntryIndex, OtherCheckId};
use crate::domain::other_check::OtherCheck;
use crate::domain::person::Byline;
use crate::domain::time::Timestamp;

use super::rows::{byline, json, moment, next_id, of_claims};
use super::{Db, StoreError};

/// A check that was noted, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The check.
    pub check: OtherCheck,
    /// Who noted it, and as what.
    pub by: Option<Byline>,
    /// When.
    pub at: Timestamp,
    /// The entry that says so.
    pub entry: EntryIndex,
}

const SELECT: &str = "SELECT other_check, person, role, at, entry FROM other_check
    WHERE removed_at IS NULL";

/// Lists the checks beside a claim that are not removed, the newest first, at
/// most 200.
pub fn list(db: &Db<'_>, claim: ClaimId) -> Result<Vec<Noted>, StoreError> {
    let sql = format!("{SELECT} AND claim = ?1 ORDER BY id DESC LIMIT 200");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([claim.get()], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the checks beside some claims, claim by claim and the newest first.
pub fn list_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<(ClaimId, Noted)>, StoreError> {
    let sql = "SELECT claim, other_check, person, role, at, entry FROM other_check
               WHERE removed_at IS NULL AND claim IN (SELECT value FROM json_each(?1))
               ORDER BY claim, id DESC";
    of_claims(db, sql, claims, row)
}

/// Finds a check that is not removed.
pub fn find(db: &Db<'_>, check: OtherCheckId) -> Result<Option<Noted>, StoreError> {
    let sql = format!("{SELECT} AND id = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([check.get()], row).optional()?)
}

/// The number that the next check gets.
pub fn next(db: &Db<'_>) -> Result<OtherCheckId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM other_check")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Noted> {
    Ok(Noted {
        check: json(row, "other_check")?,
        by: byline(row)?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
    })
}
