//! Reads erasures, finds what they take, and takes it.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::choice::choice;
use crate::domain::erasure::{Erasure, ErasurePart, ErasureRequest};
use crate::domain::event::{Event, Record};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::time::Timestamp;

use super::rows::{id, id_option, json, json_option, moment, moment_option, parsed};
use super::{Db, StoreError, Tx, log};

use serde::{Deserialize, Serialize};

choice! {
    /// How far an erasure has come.
    Stage {
        /// It waits for a second admin.
        Asked = "asked" / "waits for a second admin",
        /// Whoever asked took it back.
        Withdrawn = "withdrawn" / "taken back",
        /// A second admin refused it.
        Refused = "refused" / "refused",
        /// It is done.
        Done = "done" / "erased",
    }
}

/// An erasure that was asked for, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The entry that asked.
    pub asked: EntryIndex,
    /// What, and why.
    pub request: ErasureRequest,
    /// Who asked.
    pub by: PersonId,
    /// When.
    pub at: Timestamp,
    /// How far it has come.
    pub stage: Stage,
    /// The entry that ended it.
    pub ended: Option<EntryIndex>,
    /// Who ended it.
    pub ended_by: Option<PersonId>,
    /// And when.
    pub ended_at: Option<Timestamp>,
    /// Why it was refused.
    pub words: Option<String>,
    /// What was asked for and stays, because something else is the same.
    pub kept: Vec<ContentHash>,
}

/// Where words went, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone {
    /// The entry that says so.
    pub erased: EntryIndex,
    /// When.
    pub at: Timestamp,
}

const SELECT: &str = "SELECT asked, request, person, at, state, ended, ended_by, ended_at, words,
    kept FROM erasure";

/// Finds an erasure by the entry that asked for it.
pub fn find(db: &Db<'_>, asked: EntryIndex) -> Result<Option<Asked>, StoreError> {
    let sql = format!("{SELECT} WHERE asked = ?1");
    let found = db
        .conn
        .prepare_cached(&sql)?
        .query_row([place(asked)], row)
        .optional()?;
    Ok(found)
}

/// Lists erasures that were asked for before an entry, newest first.
pub fn list(
    db: &Db<'_>,
    stage: Option<Stage>,
    before: Option<EntryIndex>,
    limit: usize,
) -> Result<Vec<Asked>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE asked < ?1 AND (?2 IS NULL OR state = ?2) ORDER BY asked DESC LIMIT ?3"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let before = before.map_or(i64::MAX, place);
    let stage = stage.map(Stage::as_str);
    let rows = select.query_map(params![before, stage, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// When and by which entry the body of an entry went.
pub fn of_entry(db: &Db<'_>, entry: EntryIndex) -> Result<Option<Gone>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT erased, at FROM hole WHERE entry = ?1")?
        .query_row([place(entry)], gone)
        .optional()?;
    Ok(found)
}

/// When and by which entry bytes or a text went.
pub fn of_blob(db: &Db<'_>, hash: ContentHash) -> Result<Option<Gone>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT erased, at FROM erased_blob WHERE hash = ?1")?
        .query_row([hash.to_string()], gone)
        .optional()?;
    Ok(found)
}

/// The holes of an erasure: the entries whose bodies went with it.
pub fn holes(db: &Db<'_>, erased: EntryIndex) -> Result<Vec<EntryIndex>, StoreError> {
    let sql = "SELECT entry FROM hole WHERE erased = ?1 ORDER BY entry LIMIT 1000";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([place(erased)], |row| entry(row, "entry"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// All bytes and texts that erasures took.
pub fn blobs(db: &Db<'_>) -> Result<BTreeMap<ContentHash, EntryIndex>, StoreError> {
    let mut select = db
        .conn
        .prepare_cached("SELECT hash, erased FROM erased_blob")?;
    let rows = select.query_map([], |row| Ok((parsed(row, "hash")?, entry(row, "erased")?)))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The newest erasure: what stood before it may hold words that are gone now.
pub fn newest(db: &Db<'_>) -> Result<Option<EntryIndex>, StoreError> {
    let sql = "SELECT max(erased) AS erased
               FROM (SELECT erased FROM hole UNION ALL SELECT erased FROM erased_blob)";
    let found: Option<i64> = db
        .conn
        .prepare_cached(sql)?
        .query_row([], |row| row.get("erased"))?;
    Ok(found.map(|entry| EntryIndex::new(entry as u64)))
}

/// The bytes or the text that a part is about; none where it is an entry or a
/// name, or nothing that is there.
pub fn blob_of(db: &Db<'_>, part: ErasurePart) -> Result<Option<ContentHash>, StoreError> {
    let (sql, numbers) = match part {
        ErasurePart::Entry { .. } | ErasurePart::Name { .. } => return Ok(None),
        ErasurePart::Bytes { snapshot } => (
            "SELECT raw AS hash FROM snapshot WHERE id = ?1 AND ?2 = 0",
            [snapshot.get(), 0],
        ),
        ErasurePart::Text { text } => (
            "SELECT hash FROM text WHERE id = ?1 AND ?2 = 0",
            [text.get(), 0],
        ),
        ErasurePart::Revision { article, number } => (
            "SELECT text AS hash FROM revision WHERE article = ?1 AND number = ?2",
            [article.get(), i64::from(number)],
        ),
    };
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row(numbers, |row| parsed(row, "hash"));
    Ok(found.optional()?)
}

/// Everything that is these bytes: snapshots, texts and revisions. At most a
/// thousand; who has more of the same has to name them in several steps.
pub fn holders(db: &Db<'_>, hash: ContentHash) -> Result<Vec<ErasurePart>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT 'bytes' AS part, id, 0 AS number FROM snapshot WHERE raw = ?1
         UNION ALL SELECT 'text', id, 0 FROM text WHERE hash = ?1
         UNION ALL SELECT 'revision', article, number FROM revision WHERE text = ?1
         LIMIT 1000",
    )?;
    let rows = select.query_map([hash.to_string()], |row| {
        let part: String = row.get("part")?;
        Ok(match part.as_str() {
            "bytes" => ErasurePart::Bytes {
                snapshot: id(row, "id")?,
            },
            "text" => ErasurePart::Text {
                text: id(row, "id")?,
            },
            _ => ErasurePart::Revision {
                article: id(row, "id")?,
                number: row.get("number")?,
            },
        })
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The entry by which a person joined.
pub fn joined(db: &Db<'_>, person: PersonId) -> Result<Option<EntryIndex>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT trail.entry AS entry FROM trail JOIN said ON said.idx = trail.entry
         WHERE trail.kind = 'person_joined' AND said.body ->> '$.event.person' = ?1 LIMIT 1",
    )?;
    let found = select.query_row([person.get()], |row| entry(row, "entry"));
    Ok(found.optional()?)
}

/// The entries that hold words of a source's texts: what was cited of them,
/// what was judged on them, and what became of them. At most `limit`.
pub fn repeating(
    db: &Db<'_>,
    hash: ContentHash,
    limit: usize,
) -> Result<Vec<EntryIndex>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "WITH cited AS (SELECT c.id, c.entry FROM text JOIN citation AS c ON c.text = text.id
                        WHERE text.hash = ?1)
         SELECT entry FROM cited
         UNION SELECT v.entry FROM verdict AS v JOIN verdict_citation AS r ON r.verdict = v.id
               WHERE r.citation IN (SELECT id FROM cited)
         UNION SELECT t.entry FROM trail AS t JOIN said ON said.idx = t.entry
               WHERE t.kind = 'citation_reanchored'
                 AND said.body ->> '$.event.text' IN (SELECT id FROM text WHERE hash = ?1)
                 AND said.body ->> '$.event.result.outcome' = 'altered'
         ORDER BY entry LIMIT ?2",
    )?;
    let rows = select.query_map(params![hash.to_string(), limit as i64], |row| {
        entry(row, "entry")
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The entries whose body holds some words, at most `limit`, the first first.
pub fn holding(db: &Db<'_>, words: &str, limit: usize) -> Result<Vec<EntryIndex>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT idx AS entry FROM entry
         WHERE body IS NOT NULL AND instr(lower(body), lower(?1)) > 0
         ORDER BY idx LIMIT ?2",
    )?;
    let rows = select.query_map(params![words, limit as i64], |row| entry(row, "entry"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// What the log's own erasures left, by entry and by blob: read from the
/// bodies alone, so that no projection is believed.
#[derive(Debug, Default)]
pub struct Left {
    /// What is left of entries, with the erasure's entry.
    pub holes: BTreeMap<EntryIndex, (EntryIndex, Record)>,
    /// The bytes and texts that went, with the erasure's entry and moment.
    pub blobs: BTreeMap<ContentHash, (EntryIndex, Timestamp)>,
}

impl Left {
    /// Notes what an entry of the log erased, if it did.
    pub fn note(&mut self, index: EntryIndex, record: &Record) {
        let Event::Erased {
            erasure: Erasure { holes, blobs, .. },
        } = &record.event
        else {
            return;
        };
        for hole in holes {
            self.holes.insert(hole.entry, (index, hole.left.clone()));
        }
        for hash in blobs {
            self.blobs.insert(*hash, (index, record.at));
        }
    }
}

/// Reads what erasures left. A log without a hole is not read for it.
pub fn left(db: &Db<'_>) -> Result<Left, StoreError> {
    let mut left = Left::default();
    let asked = "SELECT EXISTS (SELECT 1 FROM entry WHERE body IS NULL)
                 OR EXISTS (SELECT 1 FROM hole) OR EXISTS (SELECT 1 FROM erased_blob)";
    if !db.conn.query_row(asked, [], |row| row.get::<_, bool>(0))? {
        return Ok(left);
    }
    // Within words a quotation mark is written with a backslash before it, so
    // only an event of this kind has these letters.
    let sql = r#"SELECT idx, body FROM entry WHERE instr(body, '"kind":"erased"') > 0"#;
    let mut select = db.conn.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get("body")?;
        // One that cannot be read is told where the whole log is checked.
        if let Ok(record) = log::decode(&body) {
            left.note(entry(row, "idx")?, &record);
        }
    }
    Ok(left)
}

/// Reads who was what at the desk, and who asked for erasures and decided on
/// them, in the order of the log: from bodies, and what is `left` of erased ones.
pub fn deciding(db: &Db<'_>, left: &Left) -> Result<BTreeMap<EntryIndex, Record>, StoreError> {
    let holes = left.holes.iter();
    let mut found: BTreeMap<EntryIndex, Record> = holes
        .map(|(entry, (_, record))| (*entry, record.clone()))
        .collect();
    let sql = r#"SELECT idx, body FROM entry WHERE instr(body, '"kind":"person_') > 0
        OR instr(body, '"kind":"role_changed"') > 0 OR instr(body, '"kind":"erasure_') > 0
        OR instr(body, '"kind":"erased"') > 0"#;
    let mut select = db.conn.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let body: String = row.get("body")?;
        if let Ok(record) = log::decode(&body) {
            found.insert(entry(row, "idx")?, record);
        }
    }
    Ok(found)
}

/// Takes salt and body of entries that a hole names, and every copy of words
/// that the machinery may hold; notes that the disk is to be swept.
pub fn take(tx: &Tx<'_>, erased: EntryIndex, erasure: &Erasure) -> Result<(), StoreError> {
    let mut empty = tx
        .conn
        .prepare_cached("UPDATE entry SET salt = NULL, body = NULL WHERE idx = ?1")?;
    for hole in &erasure.holes {
        empty.execute([place(hole.entry)])?;
    }
    for hole in &erasure.holes {
        if let Event::PersonJoined { person, .. } = &hole.left.event {
            forget_person(tx, *person)?;
        }
    }
    // Answers that are given once, statements that wait for a signature and
    // what captures found hold words as they were; what waits could be signed
    // and bring them back. They are short-lived helps; nothing is lost that
    // cannot be asked for again.
    tx.conn.execute_batch(
        "DELETE FROM once;
         DELETE FROM prepared;
         UPDATE capture SET found = NULL, words = NULL, url = NULL
           WHERE state NOT IN ('waiting', 'running', 'read');
         UPDATE capture SET found = NULL, state = 'cancelled', words = NULL, url = NULL
           WHERE state = 'read';",
    )?;
    tx.conn
        .prepare_cached("INSERT OR REPLACE INTO sweep (erased) VALUES (?1)")?
        .execute([place(erased)])?;
    Ok(())
}

/// What the machinery knows of somebody by a name that they chose.
fn forget_person(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM account WHERE person = ?1",
        "DELETE FROM session WHERE person = ?1",
        "DELETE FROM link WHERE person = ?1",
        "DELETE FROM sign_in_step WHERE person = ?1",
        "DELETE FROM totp WHERE person = ?1",
        "DELETE FROM recovery_code WHERE person = ?1",
        "DELETE FROM sign_in_passkey WHERE person = ?1",
        "DELETE FROM known_browser WHERE person = ?1",
        "DELETE FROM security_event WHERE person = ?1",
        "UPDATE security_event SET address = '', browser = '' WHERE by = ?1",
        "DELETE FROM provider_account WHERE person = ?1",
        "DELETE FROM provider_address WHERE person = ?1",
        "DELETE FROM filter WHERE person = ?1",
        "UPDATE token SET name = 'erased' WHERE person = ?1",
    ] {
        tx.conn.prepare_cached(sql)?.execute([person.get()])?;
    }
    Ok(())
}

/// Notes a blob as erased.
pub(super) fn put_blob(
    tx: &Tx<'_>,
    hash: ContentHash,
    (erased, at): (i64, i64),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO erased_blob (hash, erased, at) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![hash.to_string(), erased, at])?;
    Ok(())
}

/// The erasures after which the disk was not swept yet.
pub fn unswept(db: &Db<'_>) -> Result<Vec<EntryIndex>, StoreError> {
    let mut select = db
        .conn
        .prepare_cached("SELECT erased FROM sweep ORDER BY erased LIMIT 1000")?;
    let rows = select.query_map([], |row| entry(row, "erased"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Notes that the disk was swept after erasures.
pub fn swept(tx: &Tx<'_>, erasures: &[EntryIndex]) -> Result<(), StoreError> {
    let mut done = tx
        .conn
        .prepare_cached("DELETE FROM sweep WHERE erased = ?1")?;
    for erased in erasures {
        done.execute([place(*erased)])?;
    }
    Ok(())
}

/// An entry as SQLite counts; one beyond that is the last that can be.
fn place(entry: EntryIndex) -> i64 {
    i64::try_from(entry.get()).unwrap_or(i64::MAX)
}

fn entry(row: &Row<'_>, column: &str) -> rusqlite::Result<EntryIndex> {
    Ok(EntryIndex::new(row.get::<_, i64>(column)? as u64))
}

fn gone(row: &Row<'_>) -> rusqlite::Result<Gone> {
    Ok(Gone {
        erased: entry(row, "erased")?,
        at: moment(row, "at")?,
    })
}

fn row(row: &Row<'_>) -> rusqlite::Result<Asked> {
    let ended: Option<i64> = row.get("ended")?;
    let kept: Option<Vec<ContentHash>> = json_option(row, "kept")?;
    Ok(Asked {
        asked: entry(row, "asked")?,
        request: json(row, "request")?,
        by: id(row, "person")?,
        at: moment(row, "at")?,
        stage: parsed(row, "state")?,
        ended: ended.map(|entry| EntryIndex::new(entry as u64)),
        ended_by: id_option(row, "ended_by")?,
        ended_at: moment_option(row, "ended_at")?,
        words: row.get("words")?,
        kept: kept.unwrap_or_default(),
    })
}
