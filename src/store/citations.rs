//! Reads citations.

use rusqlite::{OptionalExtension, Row};

use crate::domain::citation::{Citation, Reanchoring};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, ClaimId, EntryIndex, SnapshotId, SourceId, TextId};
use crate::domain::span::CharSpan;

use super::rows::{id_option, json, json_option, next_id, of_claims};
use super::{Db, StoreError};

/// A citation with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The citation.
    pub citation: Citation,
    /// Whether it was taken out of use.
    pub removed: bool,
    /// What became of its words in the newest snapshot since.
    pub reanchored: Option<Reanchoring>,
    /// That snapshot.
    pub newer: Option<SnapshotId>,
    /// Its text.
    pub newer_text: Option<TextId>,
    /// Its entry.
    pub entry: EntryIndex,
    /// The erasure that took its words, or the text in which they stood.
    pub erased: Option<EntryIndex>,
    /// Whether its words are sealed for whoever reads.
    pub sealed: bool,
}

/// What is read of a citation. Its words are gone with its entry, or with the
/// text in which they stood.
pub(super) const COLUMNS: &str = "citation, removed, reanchored, newer, newer_text, entry,
    coalesce((SELECT erased FROM hole WHERE hole.entry = citation.entry),
      (SELECT erased FROM text JOIN erased_blob ON erased_blob.hash = text.hash
       WHERE text.id = citation.text)) AS erased,
    citation.id IN (SELECT id FROM temp.hidden_citation) AS sealed FROM citation";

/// How many citations one claim may have.
pub const MOST_PER_CLAIM: usize = 200;

/// Finds a citation.
pub fn find(db: &Db<'_>, citation: CitationId) -> Result<Option<Cited>, StoreError> {
    let sql = format!("SELECT {COLUMNS} WHERE id = ?1");
    let found = db
        .conn
        .prepare_cached(&sql)?
        .query_row([citation.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds a citation that must be there.
pub fn get(db: &Db<'_>, citation: CitationId) -> Result<Cited, StoreError> {
    find(db, citation)?.ok_or(StoreError::Missing {
        what: "citation",
        id: citation.get(),
    })
}

/// Lists a claim's citations, the first made first.
pub fn list(db: &Db<'_>, claim: ClaimId) -> Result<Vec<Cited>, StoreError> {
    rows(
        db,
        &format!("SELECT {COLUMNS} WHERE claim = ?1 ORDER BY id LIMIT 1000"),
        claim.get(),
    )
}

/// Lists the citations of some claims, claim by claim.
pub fn list_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<(ClaimId, Cited)>, StoreError> {
    let sql = format!(
        "SELECT claim, {COLUMNS} WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, id"
    );
    of_claims(db, &sql, claims, row)
}

/// Lists the citations in use whose words stand in snapshots of a source.
pub fn list_read_in(db: &Db<'_>, source: SourceId) -> Result<Vec<Cited>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE snapshot IN (SELECT id FROM snapshot WHERE source = ?1) AND removed = 0 ORDER BY id"
    );
    rows(db, &sql, source.get())
}

/// Lists the citations in use whose words stand in a snapshot, at most 1,000.
pub fn list_in_snapshot(db: &Db<'_>, snapshot: SnapshotId) -> Result<Vec<Cited>, StoreError> {
    rows(
        db,
        &format!("SELECT {COLUMNS} WHERE snapshot = ?1 AND removed = 0 ORDER BY id LIMIT 1000"),
        snapshot.get(),
    )
}

/// Lists the citations in use whose words stand in a snapshot, the first made
/// first, that come after one.
pub fn list_in_snapshot_after(
    db: &Db<'_>,
    snapshot: SnapshotId,
    after: Option<CitationId>,
    limit: usize,
) -> Result<Vec<Cited>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE snapshot = ?1 AND removed = 0 AND id > ?2 ORDER BY id LIMIT ?3"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let after = after.map_or(0, CitationId::get);
    let found = select.query_map([snapshot.get(), after, limit as i64], row)?;
    found.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the citations in use of a source's words that were looked up in a
/// newer snapshot, the first made first, that come after one.
pub fn list_reanchored_after(
    db: &Db<'_>,
    source: SourceId,
    after: Option<CitationId>,
    limit: usize,
) -> Result<Vec<Cited>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE snapshot IN (SELECT id FROM snapshot WHERE source = ?1)
         AND removed = 0 AND reanchored IS NOT NULL AND id > ?2 ORDER BY id LIMIT ?3"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let after = after.map_or(0, CitationId::get);
    let found = select.query_map([source.get(), after, limit as i64], row)?;
    found.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the citations in use of other claims whose words stand in a stretch of a
/// text, at most `limit`.
pub fn list_others(
    db: &Db<'_>,
    but: ClaimId,
    (text, stretch): (ContentHash, CharSpan),
    limit: usize,
) -> Result<Vec<Citation>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT c.citation FROM text JOIN citation AS c ON c.text = text.id
         WHERE text.hash = ?1 AND text.id NOT IN (SELECT id FROM temp.hidden_text)
           AND c.claim <> ?2 AND c.removed = 0
           AND c.citation ->> '$.passage.span.start' < ?4
           AND c.citation ->> '$.passage.span.end' > ?3
         ORDER BY c.id LIMIT ?5",
    )?;
    let values = (
        text.to_string(),
        but.get(),
        stretch.start() as i64,
        stretch.end() as i64,
        limit as i64,
    );
    let rows = select.query_map(values, |row| json(row, "citation"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// A citation of another claim in the same text, with where that claim stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The citation.
    pub citation: Citation,
    /// The other claim's wording.
    pub statement: String,
    /// Its state, as files write it.
    pub state: String,
    /// Whether it is stale.
    pub stale: bool,
    /// The rating of the verdict that stands.
    pub rating: Option<String>,
}

/// Lists the citations in use of other claims whose words stand in a stretch
/// of the same text, at most `limit`.
pub fn list_shared(
    db: &Db<'_>,
    but: ClaimId,
    (text, stretch): (ContentHash, CharSpan),
    limit: usize,
) -> Result<Vec<Shared>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT c.citation, claim.statement, claim.state, claim.stale,
                v.verdict ->> '$.rating.label' AS rating
         FROM text JOIN citation AS c ON c.text = text.id
         JOIN claim ON claim.id = c.claim LEFT JOIN verdict AS v ON v.id = claim.verdict
         WHERE text.hash = ?1 AND text.id NOT IN (SELECT id FROM temp.hidden_text)
           AND c.claim <> ?2 AND c.removed = 0
           AND c.citation ->> '$.passage.span.start' < ?4
           AND c.citation ->> '$.passage.span.end' > ?3
         ORDER BY c.id LIMIT ?5",
    )?;
    let rows = select.query_map(
        (
            text.to_string(),
            but.get(),
            stretch.start() as i64,
            stretch.end() as i64,
            limit as i64,
        ),
        |row| {
            Ok(Shared {
                citation: json(row, "citation")?,
                statement: row.get("statement")?,
                state: row.get("state")?,
                stale: row.get("stale")?,
                rating: row.get("rating")?,
            })
        },
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Counts the other claims for which a source is cited.
pub fn count_others(db: &Db<'_>, source: SourceId, but: ClaimId) -> Result<u64, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT count(DISTINCT claim) FROM citation
         WHERE source = ?1 AND claim <> ?2 AND removed = 0",
    )?;
    let n: i64 = select.query_row([source.get(), but.get()], |row| row.get(0))?;
    Ok(n as u64)
}

/// Walks every citation, in order.
pub fn walk<E: From<StoreError>>(
    db: &Db<'_>,
    mut see: impl FnMut(Cited) -> Result<(), E>,
) -> Result<(), E> {
    let mut select = db
        .conn
        .prepare_cached(&format!("SELECT {COLUMNS} ORDER BY id"))
        .map_err(StoreError::from)?;
    let mut rows = select.query([]).map_err(StoreError::from)?;
    while let Some(next) = rows.next().map_err(StoreError::from)? {
        see(row(next).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// The number that the next citation gets.
pub fn next(db: &Db<'_>) -> Result<CitationId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM citation")
}

fn rows(db: &Db<'_>, sql: &str, number: i64) -> Result<Vec<Cited>, StoreError> {
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([number], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<Cited> {
    Ok(Cited {
        citation: json(row, "citation")?,
        removed: row.get("removed")?,
        reanchored: json_option(row, "reanchored")?,
        newer: id_option(row, "newer")?,
        newer_text: id_option(row, "newer_text")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        erased: row
            .get::<_, Option<i64>>("erased")?
            .map(|entry| EntryIndex::new(entry as u64)),
        sealed: row.get("sealed")?,
    })
}
