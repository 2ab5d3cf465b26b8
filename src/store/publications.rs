//! Reads publications and corrections.

use rusqlite::{OptionalExtension, Row};

use crate::domain::claim::Approvals;
use crate::domain::ids::{ClaimId, CorrectionId, EntryIndex, PersonId, PublicationId, VerdictId};
use crate::domain::publication::CorrectionKind;
use crate::domain::time::Timestamp;

use super::rows::{id, id_option, moment, next_id, of_claims, parsed};
use super::{Db, StoreError};

/// One act of making a verdict public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub id: PublicationId,
    /// The claim.
    pub claim: ClaimId,
    /// The verdict.
    pub verdict: VerdictId,
    /// How many approvals it had.
    pub approvals: Approvals,
    /// How many the desk asked for.
    pub asked: Approvals,
    /// Who published it.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// Its entry.
    pub entry: EntryIndex,
    /// Whether it was retracted.
    pub retracted: bool,
}

/// A correction beside something public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// Its number.
    pub id: CorrectionId,
    /// What it corrects.
    pub publication: PublicationId,
    /// What kind it is.
    pub kind: CorrectionKind,
    /// What changed and why.
    pub note: String,
    /// Who corrected.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// Its entry.
    pub entry: EntryIndex,
}

const SELECT: &str =
    "SELECT id, claim, verdict, approvals, asked, person, at, entry, retracted FROM publication";

/// Finds the newest publication of a claim, retracted or not.
pub fn newest(db: &Db<'_>, claim: ClaimId) -> Result<Option<Published>, StoreError> {
    let sql = format!("{SELECT} WHERE claim = ?1 ORDER BY id DESC LIMIT 1");
    let found = db
        .conn
        .prepare_cached(&sql)?
        .query_row([claim.get()], row)
        .optional()?;
    Ok(found)
}

/// Lists a claim's publications, newest first, at most 200.
pub fn list(db: &Db<'_>, claim: ClaimId) -> Result<Vec<Published>, StoreError> {
    let sql = format!("{SELECT} WHERE claim = ?1 ORDER BY id DESC LIMIT 200");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([claim.get()], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists a claim's corrections, newest first, at most 200.
pub fn corrections(db: &Db<'_>, claim: ClaimId) -> Result<Vec<Corrected>, StoreError> {
    let sql = "SELECT id, publication, kind, note, person, at, entry FROM correction
               WHERE claim = ?1 ORDER BY id DESC LIMIT 200";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([claim.get()], corrected)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the publications of some claims, claim by claim, newest first.
pub fn list_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<(ClaimId, Published)>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, id DESC"
    );
    of_claims(db, &sql, claims, row)
}

/// Lists the corrections of some claims, claim by claim, newest first.
pub fn corrections_of(
    db: &Db<'_>,
    claims: &[ClaimId],
) -> Result<Vec<(ClaimId, Corrected)>, StoreError> {
    let sql = "SELECT claim, id, publication, kind, note, person, at, entry FROM correction
               WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, id DESC";
    of_claims(db, sql, claims, corrected)
}

/// The number that the next publication gets.
pub fn next(db: &Db<'_>) -> Result<PublicationId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM publication")
}

/// The number that the next correction gets.
pub fn next_correction(db: &Db<'_>) -> Result<CorrectionId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM correction")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Published> {
    Ok(Published {
        id: id(row, "id")?,
        claim: id(row, "claim")?,
        verdict: id(row, "verdict")?,
        approvals: Approvals(row.get("approvals")?),
        asked: Approvals(row.get("asked")?),
        by: id_option(row, "person")?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        retracted: row.get("retracted")?,
    })
}

fn corrected(row: &Row<'_>) -> rusqlite::Result<Corrected> {
    Ok(Corrected {
        id: id(row, "id")?,
        publication: id(row, "publication")?,
        kind: parsed(row, "kind")?,
        note: row.get("note")?,
        by: id_option(row, "person")?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
    })
}
