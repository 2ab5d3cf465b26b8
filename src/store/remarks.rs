//! Reads the threads of claims.

use rusqlite::{OptionalExtension, Row};

use crate::domain::ids::{ClaimId, EntryIndex, PersonId, RemarkId};
use crate::domain::person::Byline;
use crate::domain::remark::{Remark, RemarkKind};
use crate::domain::time::Timestamp;

use super::rows::{byline, id_option, json, moment, moment_option, next_id, of_claims};
use super::{Db, StoreError};

/// A remark as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The remark.
    pub remark: Remark,
    /// Who made it, and as what.
    pub by: Option<Byline>,
    /// When.
    pub at: Timestamp,
    /// The entry that says so.
    pub entry: EntryIndex,
    /// Who settled the question, and when.
    pub settled: Option<(Option<PersonId>, Timestamp)>,
}

impl Made {
    /// Whether it is a question that nobody has settled.
    pub fn is_open(&self) -> bool {
        self.remark.kind == RemarkKind::Question && self.settled.is_none()
    }
}

const SELECT: &str = "SELECT remark, person, role, at, entry, settled_by, settled_at FROM remark";

/// Lists the newest remarks on a claim, in the order in which they were made.
pub fn list(db: &Db<'_>, claim: ClaimId, limit: usize) -> Result<Vec<Made>, StoreError> {
    let sql = format!("{SELECT} WHERE claim = ?1 ORDER BY id DESC LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([claim.get(), limit as i64], row)?;
    let mut made: Vec<Made> = rows.collect::<Result<_, _>>()?;
    made.reverse();
    Ok(made)
}

/// Lists the remarks on some claims, claim by claim and in order.
pub fn list_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<(ClaimId, Made)>, StoreError> {
    let sql = "SELECT claim, remark, person, role, at, entry, settled_by, settled_at FROM remark
               WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, id";
    of_claims(db, sql, claims, row)
}

/// Finds a remark.
pub fn find(db: &Db<'_>, remark: RemarkId) -> Result<Option<Made>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([remark.get()], row).optional()?)
}

/// The number that the next remark gets.
pub fn next(db: &Db<'_>) -> Result<RemarkId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM remark")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Made> {
    let settled_by = id_option(row, "settled_by")?;
    Ok(Made {
        remark: json(row, "remark")?,
        by: byline(row)?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        settled: moment_option(row, "settled_at")?.map(|at| (settled_by, at)),
    })
}
