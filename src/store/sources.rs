//! Reads sources.

use rusqlite::{OptionalExtension, Row, named_params};

use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId, SourceId};
use crate::domain::source::{SourceKind, SourceSheet};

use super::rows::{id, id_option, json, next_id};
use super::{Db, StoreError, search};

/// A source as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// Counts its sheets, from 1.
    pub version: u32,
    /// What is said about it.
    pub sheet: SourceSheet,
    /// The last entry that changed the sheet.
    pub rev: EntryIndex,
}

impl Source {
    /// What counts as one witness: the origin group, or the source by itself.
    pub fn origin(&self) -> String {
        self.sheet
            .origin
            .as_ref()
            .map_or_else(|| format!("source {}", self.id), ToString::to_string)
    }
}

/// Finds a source.
pub fn find(db: &Db<'_>, source: SourceId) -> Result<Option<Source>, StoreError> {
    let sql = "SELECT id, version, sheet, rev FROM source WHERE id = ?1";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row([source.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds a source that must be there.
pub fn get(db: &Db<'_>, source: SourceId) -> Result<Source, StoreError> {
    find(db, source)?.ok_or(StoreError::Missing {
        what: "source",
        id: source.get(),
    })
}

/// Lists sources whose sheet has one of these addresses, or of which a
/// snapshot has these bytes; at most 10.
pub fn list_alike(
    db: &Db<'_>,
    addresses: &[&str],
    raw: ContentHash,
) -> Result<Vec<Source>, StoreError> {
    let sql = "SELECT id, version, sheet, rev FROM source
               WHERE sheet ->> 'url' IN (SELECT value FROM json_each(?1))
                  OR id IN (SELECT source FROM snapshot WHERE raw = ?2)
               ORDER BY id LIMIT 10";
    let addresses = serde_json::to_string(addresses)
        .map_err(|error| StoreError::corrupt("addresses", error))?;
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map((addresses, raw.to_string()), row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists sources, newest first, that come before `before`.
pub fn list(
    db: &Db<'_>,
    before: Option<SourceId>,
    limit: usize,
) -> Result<Vec<Source>, StoreError> {
    let sql = "SELECT id, version, sheet, rev FROM source WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([before.map_or(i64::MAX, SourceId::get), limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Which sources a list shows; an empty filter shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those with these words in title, publisher or author.
    pub words: Option<String>,
    /// Only those of this kind.
    pub kind: Option<SourceKind>,
    /// Only those that are known through this one alone.
    pub as_cited_by: Option<SourceId>,
}

/// Lists sources that a filter leaves, newest first, that come before
/// `before`. Words of which none can be looked for find nothing.
pub fn list_filtered(
    db: &Db<'_>,
    filter: &Filter,
    before: Option<SourceId>,
    limit: usize,
) -> Result<Vec<Source>, StoreError> {
    let matching = filter.words.as_deref().map(search::expression);
    if matching == Some(None) {
        return Ok(Vec::new());
    }
    let words = match matching {
        Some(_) => {
            "id IN (SELECT rowid FROM source_search WHERE source_search MATCH :matching)
             AND id NOT IN (SELECT source FROM temp.hidden)"
        }
        None => ":matching IS NULL",
    };
    let cited = match filter.as_cited_by {
        Some(_) => "as_cited_by = :citing",
        None => ":citing IS NULL",
    };
    let sql = format!(
        "SELECT id, version, sheet, rev FROM source
         WHERE {words} AND {cited} AND id < :before
           AND (:kind IS NULL OR sheet ->> 'kind' = :kind)
         ORDER BY id DESC LIMIT :limit"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map(
        named_params! {
            ":matching": matching.flatten(),
            ":kind": filter.kind.map(SourceKind::as_str),
            ":citing": filter.as_cited_by.map(SourceId::get),
            ":before": before.map_or(i64::MAX, SourceId::get),
            ":limit": limit as i64,
        },
        row,
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The state that a source is in: the entry that changed its sheet last, and
/// the newest one about it or about a source of its chain.
pub fn state_of(
    db: &Db<'_>,
    source: SourceId,
) -> Result<Option<(EntryIndex, EntryIndex)>, StoreError> {
    let sql = "WITH RECURSIVE up (id, depth) AS (
                 SELECT ?1, 0
                 UNION SELECT as_cited_by, depth + 1 FROM source JOIN up USING (id)
                 WHERE as_cited_by IS NOT NULL AND depth < ?2)
               SELECT rev, (SELECT max(newest) FROM (
                 SELECT (SELECT max(entry) FROM trail WHERE trail.source = up.id) AS newest
                 FROM up)) AS newest
               FROM source WHERE id = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry = |row: &Row<'_>, column: &str| {
        let entry: Option<i64> = row.get(column)?;
        Ok::<_, rusqlite::Error>(EntryIndex::new(entry.unwrap_or_default() as u64))
    };
    let found = select.query_row([source.get(), LONGEST_CHAIN as i64], |row| {
        Ok((entry(row, "rev")?, entry(row, "newest")?))
    });
    Ok(found.optional()?)
}

/// Lists sources by their numbers; a number that is none is passed over.
pub fn list_named(db: &Db<'_>, wanted: &[SourceId]) -> Result<Vec<Source>, StoreError> {
    let sql = "SELECT id, version, sheet, rev FROM source
               WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id";
    let wanted =
        serde_json::to_string(wanted).map_err(|error| StoreError::corrupt("numbers", error))?;
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([wanted], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists sources after one by their numbers, the first added first.
pub fn list_after(db: &Db<'_>, after: i64, limit: usize) -> Result<Vec<Source>, StoreError> {
    let sql = "SELECT id, version, sheet, rev FROM source WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([after, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the sources known only through this one, at most 200.
pub fn list_cited_by(db: &Db<'_>, source: SourceId) -> Result<Vec<Source>, StoreError> {
    let sql =
        "SELECT id, version, sheet, rev FROM source WHERE as_cited_by = ?1 ORDER BY id LIMIT 200";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([source.get()], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The longest chain of "as cited by" that is followed.
pub const LONGEST_CHAIN: usize = 10;

/// The chain from a source to the one that can be seen: the assessment, as
/// cited by the report. The source itself comes first.
pub fn chain(db: &Db<'_>, source: SourceId) -> Result<Vec<Source>, StoreError> {
    let mut chain = vec![get(db, source)?];
    while let Some(next) = chain.last().and_then(|last| last.sheet.as_cited_by) {
        if chain.len() >= LONGEST_CHAIN {
            break;
        }
        chain.push(get(db, next)?);
    }
    Ok(chain)
}

/// Who added a source; nobody when an import or the operator did.
pub fn added_by(db: &Db<'_>, source: SourceId) -> Result<Option<PersonId>, StoreError> {
    let sql = "SELECT person FROM trail WHERE source = ?1 AND kind = 'source_added' LIMIT 1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([source.get()], |row| id_option(row, "person"));
    Ok(found.optional()?.flatten())
}

/// The number that the next source gets.
pub fn next(db: &Db<'_>) -> Result<SourceId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM source")
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        id: id(row, "id")?,
        version: row.get("version")?,
        sheet: json(row, "sheet")?,
        rev: EntryIndex::new(row.get::<_, i64>("rev")? as u64),
    })
}
