//! Reads verdicts and what colleagues said of them.

use rusqlite::{OptionalExtension, Row};

use crate::domain::ids::{CitationId, ClaimId, EntryIndex, PersonId, VerdictId};
use crate::domain::person::Byline;
use crate::domain::publication::Opinion;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;

use super::rows::{byline, id, json, moment, next_id, of_claims, parsed};
use super::{Db, StoreError};

/// A verdict with when and by whom it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The verdict.
    pub verdict: Verdict,
    /// Who gave it, and as what.
    pub by: Option<Byline>,
    /// When.
    pub at: Timestamp,
    /// Its entry.
    pub entry: EntryIndex,
}

/// What a colleague said of a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voiced {
    /// Who.
    pub person: PersonId,
    /// Approval or dissent.
    pub opinion: Opinion,
    /// In words.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Its entry.
    pub entry: EntryIndex,
}

const SELECT: &str = "SELECT verdict, person, role, at, entry FROM verdict";

/// Finds a verdict.
pub fn find(db: &Db<'_>, verdict: VerdictId) -> Result<Option<Given>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    let found = db
        .conn
        .prepare_cached(&sql)?
        .query_row([verdict.get()], given)
        .optional()?;
    Ok(found)
}

/// Finds a verdict that must be there.
pub fn get(db: &Db<'_>, verdict: VerdictId) -> Result<Given, StoreError> {
    find(db, verdict)?.ok_or(StoreError::Missing {
        what: "verdict",
        id: verdict.get(),
    })
}

/// Lists a claim's verdicts, newest first, at most `limit`.
pub fn list(db: &Db<'_>, claim: ClaimId, limit: usize) -> Result<Vec<Given>, StoreError> {
    let sql = format!("{SELECT} WHERE claim = ?1 ORDER BY id DESC LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([claim.get(), limit as i64], given)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the verdicts of some claims, claim by claim, newest first.
pub fn list_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<(ClaimId, Given)>, StoreError> {
    let sql = "SELECT claim, verdict, person, role, at, entry FROM verdict
               WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, id DESC";
    of_claims(db, sql, claims, given)
}

/// What was said of a claim, and of which of its verdicts.
type VoicedOf = (ClaimId, (VerdictId, Voiced));

/// Lists what colleagues said of the verdicts of some claims, claim by claim
/// and in order, each with its verdict.
pub fn opinions_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<VoicedOf>, StoreError> {
    let sql = "SELECT v.claim, o.verdict, o.person, o.opinion, o.note, o.at, o.entry
               FROM verdict AS v JOIN opinion AS o ON o.verdict = v.id
               WHERE v.claim IN (SELECT value FROM json_each(?1)) ORDER BY v.claim, o.entry";
    of_claims(db, sql, claims, |row| {
        Ok((id(row, "verdict")?, voiced(row)?))
    })
}

/// Walks every verdict, in order.
pub fn walk<E: From<StoreError>>(
    db: &Db<'_>,
    mut see: impl FnMut(Given) -> Result<(), E>,
) -> Result<(), E> {
    let sql = format!("{SELECT} ORDER BY id");
    let mut select = db.conn.prepare_cached(&sql).map_err(StoreError::from)?;
    let mut rows = select.query([]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        see(given(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// Lists what colleagues said of a verdict, in order.
pub fn opinions(db: &Db<'_>, verdict: VerdictId) -> Result<Vec<Voiced>, StoreError> {
    let sql = "SELECT person, opinion, note, at, entry FROM opinion WHERE verdict = ?1 ORDER BY entry LIMIT 500";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([verdict.get()], voiced)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Whether a verdict rests on a citation.
pub fn rests_on(db: &Db<'_>, verdict: VerdictId, citation: CitationId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM verdict_citation WHERE verdict = ?1 AND citation = ?2";
    Ok(db
        .conn
        .prepare_cached(sql)?
        .exists([verdict.get(), citation.get()])?)
}

/// The number that the next verdict gets; those that are kept for statements
/// which somebody may still sign are left free.
pub fn next(db: &Db<'_>) -> Result<VerdictId, StoreError> {
    next_id(
        db,
        "SELECT max(coalesce((SELECT max(id) FROM verdict), 0),
                    coalesce((SELECT max(verdict) FROM prepared), 0))",
    )
}

pub(super) fn voiced(row: &Row<'_>) -> rusqlite::Result<Voiced> {
    Ok(Voiced {
        person: id(row, "person")?,
        opinion: parsed(row, "opinion")?,
        note: row.get("note")?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
    })
}

pub(super) fn given(row: &Row<'_>) -> rusqlite::Result<Given> {
    Ok(Given {
        verdict: json(row, "verdict")?,
        by: byline(row)?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
    })
}
