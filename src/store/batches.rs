//! Reads the facts about many claims at once, for files that are written claim
//! after claim: one query for a kind of fact, however many claims there are.

use std::collections::BTreeMap;

use rusqlite::Row;
use serde::Serialize;

use crate::domain::ids::{
    ArticleId, CitationId, ClaimId, EntryIndex, SnapshotId, SourceId, VerdictId,
};
use crate::domain::locator::Locators;
use crate::domain::time::Timestamp;

use super::citations::{self, Cited};
use super::claims::{self, Claim};
use super::rows::{id, json_option, moment, moment_option};
use super::snapshots::{self, Taken};
use super::verdicts::{self, Given};
use super::{Db, StoreError};

/// When a claim was public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Public {
    /// When it was published first.
    pub first: Timestamp,
    /// When it was published last.
    pub last: Timestamp,
    /// When it was corrected last.
    pub corrected: Option<Timestamp>,
}

fn list<T: Serialize>(numbers: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(numbers).map_err(|error| StoreError::corrupt("numbers", error))
}

fn read<K: Ord, T>(
    db: &Db<'_>,
    sql: &str,
    numbers: &[impl Serialize],
    row: impl Fn(&Row<'_>) -> rusqlite::Result<(K, T)>,
) -> Result<BTreeMap<K, T>, StoreError> {
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([list(numbers)?], |found| row(found))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Reads claims by their numbers.
pub fn claims(db: &Db<'_>, wanted: &[ClaimId]) -> Result<BTreeMap<ClaimId, Claim>, StoreError> {
    let columns = claims::COLUMNS;
    let sql = format!("SELECT {columns} FROM claim WHERE id IN (SELECT value FROM json_each(?1))");
    read(db, &sql, wanted, |row| {
        let claim = claims::row(row)?;
        Ok((claim.id, claim))
    })
}

/// Reads the newest verdict of each claim that has one.
pub fn newest_verdicts(
    db: &Db<'_>,
    claims: &[ClaimId],
) -> Result<BTreeMap<ClaimId, Given>, StoreError> {
    let sql = "SELECT verdict, person, role, at, entry FROM verdict WHERE id IN (
         SELECT max(id) FROM verdict
         WHERE claim IN (SELECT value FROM json_each(?1)) GROUP BY claim)";
    read(db, sql, claims, |row| {
        let given = verdicts::given(row)?;
        Ok((given.verdict.claim, given))
    })
}

/// Reads verdicts by their numbers.
pub fn verdicts(
    db: &Db<'_>,
    wanted: &[VerdictId],
) -> Result<BTreeMap<VerdictId, Given>, StoreError> {
    let sql = "SELECT verdict, person, role, at, entry FROM verdict
         WHERE id IN (SELECT value FROM json_each(?1))";
    read(db, sql, wanted, |row| {
        let given = verdicts::given(row)?;
        Ok((given.verdict.id, given))
    })
}

/// Reads every citation of these claims, removed ones too, by its number.
pub fn citations(
    db: &Db<'_>,
    claims: &[ClaimId],
) -> Result<BTreeMap<CitationId, Cited>, StoreError> {
    let sql = format!(
        "SELECT {} WHERE claim IN (SELECT value FROM json_each(?1))",
        citations::COLUMNS
    );
    read(db, &sql, claims, |row| {
        let cited = citations::row(row)?;
        Ok((cited.citation.id, cited))
    })
}

/// Reads snapshots by their numbers.
pub fn snapshots(
    db: &Db<'_>,
    wanted: &[SnapshotId],
) -> Result<BTreeMap<SnapshotId, Taken>, StoreError> {
    let sql = "SELECT snapshot, taken_at, taken_by, entry, response, unread, confirmed, archived
         FROM snapshot WHERE id IN (SELECT value FROM json_each(?1))";
    read(db, sql, wanted, |row| {
        let taken = snapshots::row(row)?;
        Ok((taken.snapshot.id, taken))
    })
}

/// How many captures of a source a list of sources names.
const CAPTURES: usize = 20;

/// Reads the SHA-256 and the moment of the newest captures of sources, the
/// newest first.
pub fn captures(
    db: &Db<'_>,
    sources: &[SourceId],
) -> Result<BTreeMap<SourceId, Vec<(String, Timestamp)>>, StoreError> {
    let sql = "SELECT source, raw, taken_at FROM (
           SELECT id, source, raw, taken_at,
             row_number() OVER (PARTITION BY source ORDER BY id DESC) AS place
           FROM snapshot WHERE source IN (SELECT value FROM json_each(?1))
             AND source NOT IN (SELECT source FROM temp.hidden))
         WHERE place <= ?2 ORDER BY source, id DESC";
    let mut select = db.conn.prepare_cached(sql)?;
    let mut rows = select.query((list(sources)?, CAPTURES as i64))?;
    let mut found: BTreeMap<SourceId, Vec<(String, Timestamp)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let capture = (row.get("raw")?, moment(row, "taken_at")?);
        found.entry(id(row, "source")?).or_default().push(capture);
    }
    Ok(found)
}

/// Reads who derived the texts of citations, and the places that their
/// documents name.
pub fn texts(
    db: &Db<'_>,
    citations: &[CitationId],
) -> Result<BTreeMap<CitationId, (String, Option<Locators>)>, StoreError> {
    let sql = "SELECT citation.id AS id, text.text ->> 'extractor' AS extractor, text.locators
         FROM citation JOIN text ON text.id = citation.text
         WHERE citation.id IN (SELECT value FROM json_each(?1))";
    read(db, sql, citations, |row| {
        let extractor = row.get("extractor")?;
        Ok((id(row, "id")?, (extractor, json_option(row, "locators")?)))
    })
}

/// Reads when each of these claims was public.
pub fn published(db: &Db<'_>, claims: &[ClaimId]) -> Result<BTreeMap<ClaimId, Public>, StoreError> {
    let sql = "SELECT claim, min(at) AS first, max(at) AS last,
           (SELECT max(at) FROM correction WHERE correction.claim = publication.claim) AS corrected
         FROM publication WHERE claim IN (SELECT value FROM json_each(?1)) GROUP BY claim";
    read(db, sql, claims, |row| {
        let public = Public {
            first: moment(row, "first")?,
            last: moment(row, "last")?,
            corrected: moment_option(row, "corrected")?,
        };
        Ok((id(row, "claim")?, public))
    })
}

/// Reads when entries of the log were made.
pub fn moments(
    db: &Db<'_>,
    entries: &[EntryIndex],
) -> Result<BTreeMap<EntryIndex, Timestamp>, StoreError> {
    let sql = "SELECT entry, at FROM trail WHERE entry IN (SELECT value FROM json_each(?1))";
    read(db, sql, entries, |row| {
        let entry: i64 = row.get("entry")?;
        Ok((EntryIndex::new(entry as u64), moment(row, "at")?))
    })
}

/// Reads the titles of articles.
pub fn titles(
    db: &Db<'_>,
    articles: &[ArticleId],
) -> Result<BTreeMap<ArticleId, String>, StoreError> {
    let sql = "SELECT id, sheet ->> 'title' AS title FROM article
         WHERE id IN (SELECT value FROM json_each(?1))";
    read(db, sql, articles, |row| {
        Ok((id(row, "id")?, row.get("title")?))
    })
}
