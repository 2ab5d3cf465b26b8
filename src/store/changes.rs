//! Reads schedules, and judgements that a change does not matter.

use rusqlite::{OptionalExtension, Row};

use crate::domain::change::{Dismissal, Interval};
use crate::domain::ids::{ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::time::{LONGEST_PAUSE, Timestamp, later};

use super::rows::{id, id_option, json, moment, of_claims};
use super::{Db, StoreError};

/// A judgement with when and by whom it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissed {
    /// The judgement.
    pub dismissal: Dismissal,
    /// Who gave it.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// Its entry.
    pub entry: EntryIndex,
}

/// Lists the judgements on a claim, newest first, at most 100.
pub fn dismissals(db: &Db<'_>, claim: ClaimId) -> Result<Vec<Dismissed>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT dismissal, person, at, entry FROM dismissal WHERE claim = ?1
         ORDER BY entry DESC LIMIT 100",
    )?;
    let rows = select.query_map([claim.get()], dismissed)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the judgements on some claims, claim by claim, newest first.
pub fn dismissals_of(
    db: &Db<'_>,
    claims: &[ClaimId],
) -> Result<Vec<(ClaimId, Dismissed)>, StoreError> {
    let sql = "SELECT claim, dismissal, person, at, entry FROM dismissal
               WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, entry DESC";
    of_claims(db, sql, claims, dismissed)
}

/// How often a source is looked at again, if it is.
pub fn schedule(db: &Db<'_>, source: SourceId) -> Result<Option<Interval>, StoreError> {
    let days: Option<u32> = db
        .conn
        .prepare_cached("SELECT days FROM schedule WHERE source = ?1")?
        .query_row([source.get()], |row| row.get(0))
        .optional()?;
    days.map(|days| {
        Interval::try_from(days).map_err(|error| StoreError::corrupt("schedule", error))
    })
    .transpose()
}

/// Lists sources whose last look lies further back than their schedule says,
/// and that nothing waits or runs for, at most `limit`. A look is a snapshot,
/// a confirmation of one, or a capture that ended. One that lies far ahead was by
/// a clock that was wrong, and is none.
pub fn list_due(db: &Db<'_>, now: Timestamp, limit: usize) -> Result<Vec<SourceId>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT source FROM schedule AS s
         WHERE ?1 >= s.days * 86400000 + max(
             coalesce((SELECT max(taken_at) FROM snapshot
                       WHERE source = s.source AND taken_at <= ?3), 0),
             coalesce((SELECT max(confirmed) FROM snapshot
                       WHERE source = s.source AND confirmed <= ?3), 0),
             coalesce((SELECT max(ended_at) FROM capture
                       WHERE source = s.source AND task <> 'archive' AND ended_at <= ?3), 0))
           AND NOT EXISTS (SELECT 1 FROM capture
             WHERE source = s.source AND task <> 'archive' AND state IN ('waiting', 'running'))
           AND (EXISTS (SELECT 1 FROM source WHERE id = s.source AND sheet ->> 'url' IS NOT NULL)
             OR EXISTS (SELECT 1 FROM snapshot WHERE source = s.source AND response IS NOT NULL))
         ORDER BY coalesce((SELECT max(taken_at) FROM snapshot WHERE source = s.source), 0), source
         LIMIT ?2",
    )?;
    let latest = later(now, LONGEST_PAUSE).as_millis();
    let given = [now.as_millis(), limit as i64, latest];
    let rows = select.query_map(given, |row| id(row, "source"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn dismissed(row: &Row<'_>) -> rusqlite::Result<Dismissed> {
    Ok(Dismissed {
        dismissal: json(row, "dismissal")?,
        by: id_option(row, "person")?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
    })
}
