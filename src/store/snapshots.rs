//! Reads snapshots and the texts derived from them.

use rusqlite::{OptionalExtension, Row};

use crate::domain::change::ArchiveCopy;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId, SnapshotId, SourceId, TextId};
use crate::domain::locator::Locators;
use crate::domain::response::Response;
use crate::domain::snapshot::{DerivedText, Snapshot};
use crate::domain::time::Timestamp;

use super::rows::{id, id_option, json, json_option, moment, moment_option, next_id};
use super::{Db, StoreError};

/// A snapshot with when and by whom it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// When.
    pub at: Timestamp,
    /// By whom; nobody when an import brought it.
    pub by: Option<PersonId>,
    /// Its entry.
    pub entry: EntryIndex,
    /// How the server answered, where it was fetched.
    pub response: Option<Response>,
    /// Why no text could be derived from it, where none could.
    pub unread: Option<String>,
    /// When the source was last seen to say the same still.
    pub confirmed: Option<Timestamp>,
    /// The newest copy that somebody else keeps.
    pub archived: Option<ArchiveCopy>,
}

const SELECT: &str = "SELECT snapshot, taken_at, taken_by, entry, response, unread, confirmed,
    archived FROM snapshot";

/// Finds a snapshot.
pub fn find(db: &Db<'_>, snapshot: SnapshotId) -> Result<Option<Taken>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    let found = db
        .conn
        .prepare_cached(&sql)?
        .query_row([snapshot.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds a snapshot that must be there.
pub fn get(db: &Db<'_>, snapshot: SnapshotId) -> Result<Taken, StoreError> {
    find(db, snapshot)?.ok_or(StoreError::Missing {
        what: "snapshot",
        id: snapshot.get(),
    })
}

/// Lists a source's snapshots, newest first, at most `limit`.
pub fn list(db: &Db<'_>, source: SourceId, limit: usize) -> Result<Vec<Taken>, StoreError> {
    list_before(db, source, None, limit)
}

/// Lists a source's snapshots that were taken before one, newest first.
pub fn list_before(
    db: &Db<'_>,
    source: SourceId,
    before: Option<SnapshotId>,
    limit: usize,
) -> Result<Vec<Taken>, StoreError> {
    let sql = format!("{SELECT} WHERE source = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
    let mut select = db.conn.prepare_cached(&sql)?;
    let before = before.map_or(i64::MAX, SnapshotId::get);
    let rows = select.query_map([source.get(), before, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the newest snapshots of each of some sources, at most `each` of one,
/// in the order in which the sources are named.
pub fn newest_of_each(
    db: &Db<'_>,
    sources: &[SourceId],
    each: usize,
) -> Result<Vec<Taken>, StoreError> {
    let sql = format!(
        "{SELECT} JOIN json_each(?1) AS named ON snapshot.source = named.value
         WHERE snapshot.id IN (SELECT other.id FROM snapshot AS other
                               WHERE other.source = named.value ORDER BY other.id DESC LIMIT ?2)
         ORDER BY named.key, snapshot.id DESC"
    );
    let sources =
        serde_json::to_string(sources).map_err(|error| StoreError::corrupt("sources", error))?;
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map((sources, each as i64), row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists all snapshots after one, oldest first: for exports.
pub fn list_after(db: &Db<'_>, after: i64, limit: usize) -> Result<Vec<Taken>, StoreError> {
    let sql = format!("{SELECT} WHERE id > ?1 ORDER BY id LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([after, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds the newest snapshot of a source.
pub fn newest(db: &Db<'_>, source: SourceId) -> Result<Option<Taken>, StoreError> {
    Ok(list(db, source, 1)?.pop())
}

/// Finds the snapshot of the same source that was taken before one.
pub fn before(db: &Db<'_>, snapshot: &Snapshot) -> Result<Option<SnapshotId>, StoreError> {
    let sql = "SELECT id FROM snapshot WHERE source = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select
        .query_row([snapshot.source.get(), snapshot.id.get()], |row| {
            id(row, "id")
        })
        .optional()?;
    Ok(found)
}

/// Lists the texts derived from a snapshot, oldest first.
pub fn texts(db: &Db<'_>, snapshot: SnapshotId) -> Result<Vec<DerivedText>, StoreError> {
    let sql = "SELECT text FROM text WHERE snapshot = ?1 ORDER BY id LIMIT 100";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([snapshot.get()], |row| json(row, "text"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the texts derived from a snapshot with their entries, oldest first.
pub fn texts_with_entries(
    db: &Db<'_>,
    snapshot: SnapshotId,
) -> Result<Vec<(DerivedText, EntryIndex)>, StoreError> {
    let sql = "SELECT text, entry FROM text WHERE snapshot = ?1 ORDER BY id LIMIT 100";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([snapshot.get()], |row| {
        let entry = EntryIndex::new(row.get::<_, i64>("entry")? as u64);
        Ok((json(row, "text")?, entry))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds a text.
pub fn find_text(db: &Db<'_>, text: TextId) -> Result<Option<DerivedText>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT text FROM text WHERE id = ?1")?
        .query_row([text.get()], |row| json(row, "text"))
        .optional()?;
    Ok(found)
}

/// Finds a text that must be there.
pub fn get_text(db: &Db<'_>, text: TextId) -> Result<DerivedText, StoreError> {
    find_text(db, text)?.ok_or(StoreError::Missing {
        what: "text",
        id: text.get(),
    })
}

/// Finds the places that a text's document names itself.
pub fn locators(db: &Db<'_>, text: TextId) -> Result<Option<Locators>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT locators FROM text WHERE id = ?1")?
        .query_row([text.get()], |row| json_option(row, "locators"))
        .optional()?;
    Ok(found.flatten())
}

/// Walks the names of all blobs that the log speaks of, each once, with what
/// they are.
pub fn walk_blobs<E: From<StoreError>>(
    db: &Db<'_>,
    mut see: impl FnMut(ContentHash, &'static str) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT raw AS hash, 'raw bytes of a snapshot' FROM snapshot
               UNION SELECT hash, 'text of a snapshot' FROM text
               UNION SELECT text, 'text of an article' FROM revision";
    let mut select = db.conn.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = select.query([]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let hash: String = row.get(0).map_err(StoreError::from)?;
        let what: String = row.get(1).map_err(StoreError::from)?;
        let what = match what.as_str() {
            "raw bytes of a snapshot" => "raw bytes of a snapshot",
            "text of a snapshot" => "text of a snapshot",
            _ => "text of an article",
        };
        let hash = hash
            .parse()
            .map_err(|error| StoreError::corrupt("hash", error))?;
        see(hash, what)?;
    }
    Ok(())
}

/// The number that the next snapshot gets.
pub fn next(db: &Db<'_>) -> Result<SnapshotId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM snapshot")
}

/// The number that the next text gets.
pub fn next_text(db: &Db<'_>) -> Result<TextId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM text")
}

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<Taken> {
    Ok(Taken {
        snapshot: json(row, "snapshot")?,
        at: moment(row, "taken_at")?,
        by: id_option(row, "taken_by")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        response: json_option(row, "response")?,
        unread: row.get("unread")?,
        confirmed: moment_option(row, "confirmed")?,
        archived: json_option(row, "archived")?,
    })
}
