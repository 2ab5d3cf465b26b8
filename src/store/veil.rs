//! The veil before sealed sources: the one place where what a reader may not
//! see is withheld, below every query.
//!
//! SQLite looks a name up among temporary objects before the database's own.
//! A connection with a veil has views that stand before the tables of the same
//! name and mask what concerns the sources in `hidden`; a query that is
//! written next year reads through them without knowing. Their hashes and sizes are
//! masked as well: whoever gave each of a dozen people a copy of their own would
//! find by a hash which copy the desk has. Full-text indexes
//! cannot be stood before, so `search.rs` asks `hidden` itself.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId};

use super::rows::parsed;
use super::{Db, StoreError};

/// Whose eyes a read is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Eyes {
    /// Anybody's: nothing sealed is seen. What leaves the desk is read so.
    #[default]
    Anybody,
    /// Somebody's of the desk: what is sealed and names them is seen.
    Person(PersonId),
    /// The desk's own, for its work: everything is seen.
    Desk,
}

/// What stands in the place of words of a sealed source.
pub const SEALED: &str = "[sealed]";

/// What every connection has, so that a query may ask for it: the sources that
/// are hidden from the reader, and what concerns them. A cross join begins with
/// its left side, so that nothing is read where nothing is hidden.
const HIDDEN: &str = "
CREATE TEMP TABLE hidden (source INTEGER PRIMARY KEY);
CREATE TEMP VIEW hidden_snapshot AS
  SELECT snapshot.id AS id FROM temp.hidden
  CROSS JOIN main.snapshot ON snapshot.source = hidden.source;
CREATE TEMP VIEW hidden_text AS
  SELECT text.id AS id FROM temp.hidden
  CROSS JOIN main.snapshot ON snapshot.source = hidden.source
  CROSS JOIN main.text ON text.snapshot = snapshot.id;
CREATE TEMP VIEW hidden_citation AS
  SELECT citation.id AS id FROM temp.hidden
  CROSS JOIN main.citation ON citation.source = hidden.source
  UNION SELECT citation.id FROM temp.hidden
  CROSS JOIN main.snapshot ON snapshot.source = hidden.source
  CROSS JOIN main.citation ON citation.snapshot = snapshot.id;
";

/// The views that stand before the tables. Each has the columns of its table.
const VIEWS: &str = "
CREATE TEMP VIEW source AS SELECT id, version,
  CASE WHEN id IN (SELECT source FROM temp.hidden)
    THEN json_set(sheet, '$.title', 'Sealed source ' || id, '$.kind', 'other',
      '$.publisher', 'sealed', '$.author', NULL, '$.published', NULL, '$.origin', NULL,
      '$.url', NULL)
    ELSE sheet END AS sheet,
  as_cited_by, rev FROM main.source;

CREATE TEMP VIEW snapshot AS SELECT id, source,
  CASE WHEN source IN (SELECT source FROM temp.hidden)
    THEN json_set(snapshot, '$.media_type', 'application/octet-stream', '$.url', NULL,
      '$.file_name', NULL, '$.notice', NULL, '$.raw', hex(zeroblob(32)), '$.bytes', 0)
    ELSE snapshot END AS snapshot,
  CASE WHEN source IN (SELECT source FROM temp.hidden)
    THEN hex(zeroblob(32)) ELSE raw END AS raw,
  taken_at, taken_by, entry,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN NULL ELSE response END AS response,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN NULL ELSE unread END AS unread,
  confirmed,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN NULL ELSE archived END AS archived
  FROM main.snapshot;

CREATE TEMP VIEW text AS SELECT id, snapshot,
  CASE WHEN snapshot IN (SELECT id FROM temp.hidden_snapshot)
    THEN hex(zeroblob(32)) ELSE hash END AS hash,
  CASE WHEN snapshot IN (SELECT id FROM temp.hidden_snapshot)
    THEN json_set(text, '$.flaws', json('[]'), '$.hash', hex(zeroblob(32)), '$.chars', 0)
    ELSE text END AS text,
  entry,
  CASE WHEN snapshot IN (SELECT id FROM temp.hidden_snapshot) THEN NULL ELSE locators END
    AS locators
  FROM main.text;

CREATE TEMP VIEW citation AS SELECT id, claim, source, snapshot, text,
  CASE WHEN id IN (SELECT id FROM temp.hidden_citation)
    THEN json_set(citation, '$.passage.quote', '[sealed]', '$.passage.prefix', '',
      '$.passage.suffix', '', '$.text_hash', hex(zeroblob(32)))
    ELSE citation END AS citation,
  removed,
  CASE WHEN reanchored ->> '$.outcome' = 'altered'
      AND id IN (SELECT id FROM temp.hidden_citation)
    THEN json_set(reanchored, '$.now', '[sealed]') ELSE reanchored END AS reanchored,
  newer, newer_text, entry FROM main.citation;

CREATE TEMP VIEW verdict AS SELECT id, claim,
  CASE WHEN EXISTS (SELECT 1 FROM main.verdict_citation AS rests
      WHERE rests.verdict = verdict.id
        AND rests.citation IN (SELECT id FROM temp.hidden_citation))
    THEN json_set(verdict, '$.evidence', json((
      SELECT json_group_array(json(
        CASE WHEN item.value ->> 'citation' IN (SELECT id FROM temp.hidden_citation)
          THEN json_set(item.value, '$.quote', '[sealed]', '$.raw', hex(zeroblob(32)),
            '$.text', hex(zeroblob(32)))
          ELSE item.value END))
      FROM json_each(verdict, '$.evidence') AS item)))
    ELSE verdict END AS verdict,
  rating, person, role, at, entry FROM main.verdict;

CREATE TEMP VIEW hidden_entry AS
  SELECT trail.entry AS idx FROM temp.hidden
    CROSS JOIN main.trail ON trail.source = hidden.source
  UNION SELECT verdict.entry FROM temp.hidden_citation
    CROSS JOIN main.citation ON citation.id = hidden_citation.id
    CROSS JOIN main.verdict ON verdict.claim = citation.claim
  UNION SELECT citation.entry FROM temp.hidden_citation
    CROSS JOIN main.citation ON citation.id = hidden_citation.id
  UNION SELECT trail.entry FROM temp.hidden_citation
    CROSS JOIN main.citation ON citation.id = hidden_citation.id
    CROSS JOIN main.trail ON trail.claim = citation.claim AND trail.kind = 'citation_reanchored';

CREATE TEMP VIEW entry AS SELECT idx, leaf,
  CASE WHEN idx IN (SELECT idx FROM temp.hidden_entry) THEN NULL ELSE salt END AS salt,
  CASE WHEN idx IN (SELECT idx FROM temp.hidden_entry) THEN NULL ELSE body END AS body
  FROM main.entry;

CREATE TEMP VIEW said AS SELECT idx,
  CASE WHEN idx IN (SELECT idx FROM temp.hidden_entry) THEN NULL ELSE body END AS body
  FROM main.said;

CREATE TEMP VIEW capture AS SELECT id, task, source, snapshot,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN NULL ELSE url END AS url,
  person, state, tries, due_at, made_at, ended_at,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN 0 ELSE bytes END AS bytes,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN NULL ELSE words END AS words,
  CASE WHEN source IN (SELECT source FROM temp.hidden) THEN NULL ELSE found END AS found
  FROM main.capture;
";

/// The sealed sources that a person may not see.
const NOT_FOR: &str = "SELECT DISTINCT source FROM main.seal AS sealed WHERE NOT EXISTS (
    SELECT 1 FROM main.seal AS own WHERE own.source = sealed.source AND own.person = ?1)";

/// Gives a connection the names that queries may ask for.
pub(super) fn prepare(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.execute_batch(HIDDEN)?)
}

/// Puts the views before the tables, for good.
pub(super) fn put_on(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.execute_batch(VIEWS)?)
}

/// Whether something is sealed for these eyes.
pub(super) fn hides(conn: &Connection, eyes: Eyes) -> Result<bool, StoreError> {
    let Some(person) = number(eyes) else {
        return Ok(false);
    };
    Ok(conn.prepare_cached(NOT_FOR)?.exists([person])?)
}

/// Hides from a veiled connection what is sealed for these eyes, and tells the
/// bytes and texts that are: those that something visible is too are not.
pub(super) fn draw(conn: &Connection, eyes: Eyes) -> Result<BTreeSet<ContentHash>, StoreError> {
    conn.prepare_cached("DELETE FROM temp.hidden")?
        .execute([])?;
    let Some(person) = number(eyes) else {
        return Ok(BTreeSet::new());
    };
    conn.prepare_cached(&format!("INSERT INTO temp.hidden (source) {NOT_FOR}"))?
        .execute([person])?;
    let mut select = conn.prepare_cached(
        "WITH held AS (
           SELECT raw AS hash FROM main.snapshot WHERE source IN (SELECT source FROM temp.hidden)
           UNION SELECT hash FROM main.text
             WHERE snapshot IN (SELECT id FROM temp.hidden_snapshot))
         SELECT hash FROM held
         WHERE NOT EXISTS (SELECT 1 FROM main.snapshot AS other WHERE other.raw = held.hash
             AND other.source NOT IN (SELECT source FROM temp.hidden))
           AND NOT EXISTS (SELECT 1 FROM main.text AS other WHERE other.hash = held.hash
             AND other.snapshot NOT IN (SELECT id FROM temp.hidden_snapshot))
           AND NOT EXISTS (SELECT 1 FROM main.revision AS other WHERE other.text = held.hash)",
    )?;
    let rows = select.query_map([], |row| parsed(row, "hash"))?;
    let mut hidden: BTreeSet<ContentHash> = rows.collect::<Result<_, _>>()?;
    hidden.insert(ContentHash::WITHHELD);
    Ok(hidden)
}

/// A person's number; 0, which nobody has, for anybody; none for the desk.
const fn number(eyes: Eyes) -> Option<i64> {
    match eyes {
        Eyes::Anybody => Some(0),
        Eyes::Person(person) => Some(person.get()),
        Eyes::Desk => None,
    }
}

/// Whether somebody may see a source.
pub fn may_see(
    db: &Db<'_>,
    source: crate::domain::ids::SourceId,
    person: Option<PersonId>,
) -> Result<bool, StoreError> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM main.seal WHERE source = ?1)
         OR EXISTS (SELECT 1 FROM main.seal WHERE source = ?1 AND person = ?2)";
    let person = person.map_or(0, PersonId::get);
    Ok(db
        .conn
        .prepare_cached(sql)?
        .query_row([source.get(), person], |row| row.get(0))?)
}

/// The entry that sealed a source as it is sealed now; none where it is not.
pub fn sealed_by(
    db: &Db<'_>,
    source: crate::domain::ids::SourceId,
) -> Result<Option<EntryIndex>, StoreError> {
    let sql = "SELECT max(entry) FROM main.seal WHERE source = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry: Option<i64> = select.query_row([source.get()], |row| row.get(0))?;
    Ok(entry.map(|entry| EntryIndex::new(entry as u64)))
}

/// Who may see a sealed source; nobody is named where it is not sealed.
pub fn readers(
    db: &Db<'_>,
    source: crate::domain::ids::SourceId,
) -> Result<Vec<PersonId>, StoreError> {
    let sql = "SELECT person FROM main.seal WHERE source = ?1 ORDER BY person LIMIT 1000";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([source.get()], |row| super::rows::id(row, "person"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}
