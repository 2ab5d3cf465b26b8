//! The queue of captures: what is to be fetched, and what became of it.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::choice::choice;
use crate::domain::ids::{PersonId, SnapshotId, SourceId};
use crate::domain::time::{LONGEST_PAUSE, Timestamp, later};
use crate::store::rows::{id_option, moment, moment_option, parsed};
use crate::store::{Db, StoreError, Tx};

use serde::{Deserialize, Serialize};

choice! {
    /// What is to be done.
    Task {
        /// Fetch an address that was given.
        Fetch = "fetch" / "capture",
        /// Look at a source again.
        Recheck = "recheck" / "check again",
        /// Ask an archive to keep a copy.
        Archive = "archive" / "keep a copy elsewhere",
    }
}

choice! {
    /// How far it has come.
    Stage {
        /// It waits for its turn or for its next try.
        Waiting = "waiting" / "waiting",
        /// It is being done.
        Running = "running" / "running",
        /// It was read; a source sheet waits to be confirmed.
        Read = "read" / "read, waits for its source sheet",
        /// It is done.
        Done = "done" / "done",
        /// The source still says the same.
        Same = "same" / "nothing changed",
        /// It cannot be done.
        Failed = "failed" / "failed",
        /// Somebody stopped it.
        Cancelled = "cancelled" / "cancelled",
    }
}

impl Stage {
    /// Whether nothing more will happen by itself.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// A capture in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its number.
    pub id: i64,
    /// What is to be done.
    pub task: Task,
    /// Of which source; none: a sheet is proposed first.
    pub source: Option<SourceId>,
    /// The snapshot that it made or is about.
    pub snapshot: Option<SnapshotId>,
    /// The address.
    pub url: Option<String>,
    /// Who asked; nobody: the schedule or the operator.
    pub person: Option<PersonId>,
    /// How far it has come.
    pub stage: Stage,
    /// How often it was tried.
    pub tries: u32,
    /// When it is to be tried next.
    pub due_at: Timestamp,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How many bytes have come.
    pub bytes: u64,
    /// What happened last.
    pub words: Option<String>,
    /// What was read, as JSON, until it has a source.
    pub found: Option<String>,
}

/// A capture on its way into the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCapture {
    /// What is to be done.
    pub task: Task,
    /// Of which source.
    pub source: Option<SourceId>,
    /// About which snapshot.
    pub snapshot: Option<SnapshotId>,
    /// The address.
    pub url: Option<String>,
    /// Who asks.
    pub person: Option<PersonId>,
}

const SELECT: &str =
    "SELECT id, task, source, snapshot, url, person, state, tries, due_at, made_at,
    ended_at, bytes, words, found FROM capture";

/// How many ended captures are remembered.
const REMEMBERED: i64 = 10_000;

/// Puts a capture into the queue and forgets the oldest that ended.
pub fn add(tx: &Tx<'_>, new: &NewCapture, now: Timestamp) -> Result<i64, StoreError> {
    tx.conn
        .prepare_cached(
            "DELETE FROM capture WHERE state NOT IN ('waiting', 'running', 'read')
             AND id <= (SELECT coalesce(max(id), 0) FROM capture) - ?1",
        )?
        .execute([REMEMBERED])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO capture (task, source, snapshot, url, person, state, tries, due_at,
                                  made_at, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 0, ?6, ?6, 0)",
        )?
        .execute(params![
            new.task.as_str(),
            new.source.map(SourceId::get),
            new.snapshot.map(SnapshotId::get),
            new.url,
            new.person.map(PersonId::get),
            now.as_millis()
        ])?;
    Ok(tx.conn.last_insert_rowid())
}

/// Finds a capture.
pub fn find(db: &Db<'_>, id: i64) -> Result<Option<Queued>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([id], row).optional()?)
}

/// Lists captures, newest first, that come before `before`.
pub fn list(db: &Db<'_>, before: Option<i64>, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let sql = format!("{SELECT} WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([before.unwrap_or(i64::MAX), limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the captures of a source, newest first.
pub fn list_of(db: &Db<'_>, source: SourceId, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let sql = format!("{SELECT} WHERE source = ?1 ORDER BY id DESC LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([source.get(), limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Counts the captures that wait, run, or were read and have no source.
pub fn count_open(db: &Db<'_>) -> Result<u64, StoreError> {
    let n: i64 = db
        .conn
        .prepare_cached(
            "SELECT count(*) FROM capture WHERE state IN ('waiting', 'running', 'read')",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(n as u64)
}

/// Finds the capture that is due first; one that waits for the time of a clock
/// that was wrong is due too ([`has_come`](crate::domain::time::has_come)).
pub fn due(db: &Db<'_>, now: Timestamp) -> Result<Option<Queued>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE state = 'waiting' AND (due_at <= ?1 OR due_at > ?2)
         ORDER BY due_at, id LIMIT 1"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let moments = [now, later(now, LONGEST_PAUSE)].map(Timestamp::as_millis);
    Ok(select.query_row(moments, row).optional()?)
}

/// Writes how far a capture has come.
pub fn put(tx: &Tx<'_>, queued: &Queued) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE capture SET source = ?2, snapshot = ?3, state = ?4, tries = ?5, due_at = ?6,
               ended_at = ?7, bytes = ?8, words = ?9, found = ?10 WHERE id = ?1",
        )?
        .execute(params![
            queued.id,
            queued.source.map(SourceId::get),
            queued.snapshot.map(SnapshotId::get),
            queued.stage.as_str(),
            queued.tries,
            queued.due_at.as_millis(),
            queued.ended_at.map(Timestamp::as_millis),
            queued.bytes as i64,
            queued.words,
            queued.found
        ])?;
    Ok(())
}

/// Puts what ran when the program ended back into the queue, but for what was
/// tried `most` times: that may be what ended the program.
pub fn wake(tx: &Tx<'_>, most: u32, now: Timestamp) -> Result<usize, StoreError> {
    tx.conn.execute(
        "UPDATE capture SET state = 'failed', ended_at = ?2,
           words = 'the desk stopped each time while this was being fetched or read'
         WHERE state = 'running' AND tries >= ?1",
        params![most, now.as_millis()],
    )?;
    let woken = tx.conn.execute(
        "UPDATE capture SET state = 'waiting' WHERE state = 'running'",
        [],
    )?;
    Ok(woken)
}

fn row(row: &Row<'_>) -> rusqlite::Result<Queued> {
    Ok(Queued {
        id: row.get("id")?,
        task: parsed(row, "task")?,
        source: id_option(row, "source")?,
        snapshot: id_option(row, "snapshot")?,
        url: row.get("url")?,
        person: id_option(row, "person")?,
        stage: parsed(row, "state")?,
        tries: row.get("tries")?,
        due_at: moment(row, "due_at")?,
        made_at: moment(row, "made_at")?,
        ended_at: moment_option(row, "ended_at")?,
        bytes: row.get::<_, i64>("bytes")? as u64,
        words: row.get("words")?,
        found: row.get("found")?,
    })
}
