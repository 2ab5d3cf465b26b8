//! Messages to hooks: what waits, and what became of the newest.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::choice::choice;
use crate::domain::ids::{DeliveryId, EntryIndex, HookId};
use crate::domain::time::Timestamp;
use crate::store::rows::{id, moment, moment_option, parsed};
use crate::store::{Db, StoreError, Tx};

use serde::{Deserialize, Serialize};

/// How many messages that ended are remembered of each hook.
const REMEMBERED: i64 = 1_000;

choice! {
    /// How far a message has come.
    Stage {
        /// It waits for its turn or for its next try.
        Waiting = "waiting" / "waiting",
        /// It was taken.
        Delivered = "delivered" / "delivered",
        /// It was tried by hand, and not taken.
        Failed = "failed" / "not taken",
    }
}

/// A message to a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// To which hook.
    pub hook: HookId,
    /// The name by which receivers know it again, the same in every try.
    pub message: String,
    /// What it tells; none: it is a test.
    pub entry: Option<EntryIndex>,
    /// The kind of event.
    pub kind: String,
    /// What is sent.
    pub body: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whether somebody asked for it; then it is tried once.
    pub by_hand: bool,
    /// How often it was tried.
    pub tries: u32,
    /// When it is to be tried next.
    pub due_at: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was tried last.
    pub tried_at: Option<Timestamp>,
    /// What was answered last.
    pub status: Option<u16>,
    /// What stood in the way.
    pub words: Option<String>,
}

/// A message on its way to a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// To which hook.
    pub hook: HookId,
    /// The name by which receivers know it again.
    pub message: String,
    /// What it tells; none: it is a test.
    pub entry: Option<EntryIndex>,
    /// The kind of event.
    pub kind: String,
    /// What is sent.
    pub body: String,
    /// Whether somebody asked for it.
    pub by_hand: bool,
}

const SELECT: &str = "SELECT id, hook, message, entry, kind, body, state, by_hand, tries, due_at,
    made_at, tried_at, status, words FROM delivery";

/// Puts a message into the queue, due at once.
pub fn add(tx: &Tx<'_>, new: &NewDelivery, now: Timestamp) -> Result<DeliveryId, StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO delivery (hook, message, entry, kind, body, state, by_hand, tries,
                                   due_at, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, 0, ?7, ?7)",
        )?
        .execute(params![
            new.hook.get(),
            new.message,
            new.entry.map(|entry| entry.get() as i64),
            new.kind,
            new.body,
            new.by_hand,
            now.as_millis()
        ])?;
    let id = tx.conn.last_insert_rowid();
    DeliveryId::new(id).map_err(|error| StoreError::corrupt("number", error))
}

/// Finds a message to a hook.
pub fn find(
    db: &Db<'_>,
    hook: HookId,
    delivery: DeliveryId,
) -> Result<Option<Delivery>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1 AND hook = ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select
        .query_row([delivery.get(), hook.get()], row)
        .optional()?)
}

/// Finds the message that is first to be sent: what somebody asked for before
/// the others, and of those the oldest.
pub fn first(db: &Db<'_>, hook: HookId) -> Result<Option<Delivery>, StoreError> {
    let sql =
        format!("{SELECT} WHERE hook = ?1 AND state = 'waiting' ORDER BY by_hand DESC, id LIMIT 1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([hook.get()], row).optional()?)
}

/// Lists messages to a hook, newest first, that come before `before`.
pub fn list(
    db: &Db<'_>,
    hook: HookId,
    before: Option<DeliveryId>,
    limit: usize,
) -> Result<Vec<Delivery>, StoreError> {
    let sql = format!("{SELECT} WHERE hook = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
    let mut select = db.conn.prepare_cached(&sql)?;
    let before = before.map_or(i64::MAX, DeliveryId::get);
    let rows = select.query_map([hook.get(), before, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Writes how far a message has come, and forgets the oldest that ended.
pub fn put(tx: &Tx<'_>, delivery: &Delivery) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE delivery SET state = ?2, by_hand = ?3, tries = ?4, due_at = ?5,
               tried_at = ?6, status = ?7, words = ?8 WHERE id = ?1",
        )?
        .execute(params![
            delivery.id.get(),
            delivery.stage.as_str(),
            delivery.by_hand,
            delivery.tries,
            delivery.due_at.as_millis(),
            delivery.tried_at.map(Timestamp::as_millis),
            delivery.status,
            delivery.words
        ])?;
    tx.conn
        .prepare_cached(
            "DELETE FROM delivery WHERE hook = ?1 AND state <> 'waiting' AND id <=
               (SELECT id FROM delivery WHERE hook = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute([delivery.hook.get(), REMEMBERED])?;
    Ok(())
}

/// Lets what waits be tried at once, as if for the first time.
pub fn hurry(tx: &Tx<'_>, hook: HookId, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE delivery SET tries = 0, due_at = ?2 WHERE hook = ?1 AND state = 'waiting'",
        )?
        .execute([hook.get(), now.as_millis()])?;
    Ok(())
}

fn row(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let entry: Option<i64> = row.get("entry")?;
    Ok(Delivery {
        id: id(row, "id")?,
        hook: id(row, "hook")?,
        message: row.get("message")?,
        entry: entry.map(|entry| EntryIndex::new(entry as u64)),
        kind: row.get("kind")?,
        body: row.get("body")?,
        stage: parsed(row, "state")?,
        by_hand: row.get("by_hand")?,
        tries: row.get("tries")?,
        due_at: moment(row, "due_at")?,
        made_at: moment(row, "made_at")?,
        tried_at: moment_option(row, "tried_at")?,
        status: row.get("status")?,
        words: row.get("words")?,
    })
}
