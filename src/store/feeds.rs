//! Reads what feeds tell: every publication in turn, the newest first.

use rusqlite::Row;

use crate::domain::claim::Claimant;
use crate::domain::ids::{ClaimId, PublicationId};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;

use super::rows::{id, json, json_option, moment, moment_option};
use super::{Db, StoreError};

/// A publication as feeds tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its number.
    pub id: PublicationId,
    /// The claim.
    pub claim: ClaimId,
    /// The verdict, with the wording that was judged.
    pub verdict: Verdict,
    /// Who made the claim, where its wording is still the one that was judged.
    pub claimant: Option<Claimant>,
    /// Who gave the verdict.
    pub reviewer: Option<String>,
    /// When it was published.
    pub at: Timestamp,
    /// Whether the desk took it back.
    pub retracted: bool,
    /// When it was corrected last.
    pub corrected: Option<Timestamp>,
}

/// Lists publications, newest first, that come before `before`.
pub fn publications(db: &Db<'_>, before: i64, limit: usize) -> Result<Vec<Told>, StoreError> {
    let sql = "SELECT p.id, p.claim, p.at, p.retracted, v.verdict, person.name AS reviewer,
           CASE WHEN v.verdict ->> 'wording' = c.wording THEN c.claimant END AS claimant,
           (SELECT max(r.at) FROM correction AS r
            WHERE r.claim = p.claim AND r.publication = p.id) AS corrected
         FROM publication AS p
         JOIN verdict AS v ON v.id = p.verdict
         JOIN claim AS c ON c.id = p.claim
         LEFT JOIN person ON person.id = v.person
         WHERE p.id < ?1 ORDER BY p.id DESC LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([before, limit as i64], told)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    Ok(Told {
        id: id(row, "id")?,
        claim: id(row, "claim")?,
        verdict: json(row, "verdict")?,
        claimant: json_option(row, "claimant")?,
        reviewer: row.get("reviewer")?,
        at: moment(row, "at")?,
        retracted: row.get("retracted")?,
        corrected: moment_option(row, "corrected")?,
    })
}
