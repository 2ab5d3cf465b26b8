//! Hooks: addresses that are told what happens, and what of it they were told.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::hook::{HookSecret, Interest, Kind};
use crate::domain::ids::{EntryIndex, HookId};
use crate::domain::time::Timestamp;
use crate::domain::words::{Address, Name};
use crate::store::rows::{id, moment, moment_option, parsed};
use crate::store::{Db, StoreError, Tx};

/// An address that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its number.
    pub id: HookId,
    /// What it is called.
    pub name: String,
    /// The address.
    pub url: String,
    /// What it is told of.
    pub interest: Interest,
    /// What signs its messages.
    pub secret: HookSecret,
    /// The secret before that one, and until when it signs too.
    pub old: Option<(HookSecret, Timestamp)>,
    /// The place of the next entry to look at.
    pub told: EntryIndex,
    /// Why it is told nothing; none when it is told.
    pub paused: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Counts what people changed of it.
    pub rev: u64,
}

/// What people say of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is called.
    pub name: Name,
    /// The address.
    pub url: Address,
    /// What it is told of.
    pub interest: Interest,
}

const SELECT: &str = "SELECT id, name, url, about, kinds, secret, old_secret, old_until, told,
    paused, made_at, rev FROM hook";

/// Finds a hook.
pub fn find(db: &Db<'_>, hook: HookId) -> Result<Option<Hook>, StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([hook.get()], row).optional()?)
}

/// Lists hooks in the order in which they were made, after one.
pub fn list(db: &Db<'_>, after: Option<HookId>, limit: usize) -> Result<Vec<Hook>, StoreError> {
    let sql = format!("{SELECT} WHERE id > ?1 ORDER BY id LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([after.map_or(0, HookId::get), limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Counts hooks.
pub fn count(db: &Db<'_>) -> Result<u64, StoreError> {
    let mut select = db.conn.prepare_cached("SELECT count(*) FROM hook")?;
    let n: i64 = select.query_row([], |row| row.get(0))?;
    Ok(n as u64)
}

/// Lists the hooks for which there is something to do at `now`, of a log with
/// `size` entries. A hook's oldest message that waits is the one that counts:
/// what comes after it waits for it.
pub fn busy(db: &Db<'_>, now: Timestamp, size: u64) -> Result<Vec<HookId>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT id FROM hook WHERE
           EXISTS (SELECT 1 FROM delivery WHERE delivery.hook = hook.id AND state = 'waiting'
             AND due_at <= ?1 AND (by_hand = 1 OR hook.paused IS NULL))
           OR (paused IS NULL AND told < ?2 AND NOT EXISTS (SELECT 1 FROM delivery
             WHERE delivery.hook = hook.id AND state = 'waiting' AND by_hand = 0))
         ORDER BY id LIMIT 500",
    )?;
    let rows = select.query_map([now.as_millis(), size as i64], |row| id(row, "id"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Keeps a new hook, which is told what comes from the entry `told` on.
pub fn add(
    tx: &Tx<'_>,
    (sheet, secret): (&Sheet, &HookSecret),
    told: EntryIndex,
    now: Timestamp,
) -> Result<HookId, StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO hook (name, url, about, kinds, secret, told, made_at, rev)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
        )?
        .execute(params![
            sheet.name.as_str(),
            sheet.url.as_str(),
            sheet.interest.about().as_str(),
            kinds(&sheet.interest),
            secret.bytes(),
            told.get() as i64,
            now.as_millis()
        ])?;
    let id = tx.conn.last_insert_rowid();
    HookId::new(id).map_err(|error| StoreError::corrupt("number", error))
}

/// Writes what somebody says of a hook.
pub fn revise(tx: &Tx<'_>, hook: HookId, sheet: &Sheet) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE hook SET name = ?2, url = ?3, about = ?4, kinds = ?5, rev = rev + 1
             WHERE id = ?1",
        )?
        .execute(params![
            hook.get(),
            sheet.name.as_str(),
            sheet.url.as_str(),
            sheet.interest.about().as_str(),
            kinds(&sheet.interest)
        ])?;
    Ok(())
}

/// Lets a hook be told nothing, or something again.
pub fn pause(tx: &Tx<'_>, hook: HookId, why: Option<&str>) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE hook SET paused = ?2, rev = rev + 1 WHERE id = ?1")?
        .execute(params![hook.get(), why])?;
    Ok(())
}

/// Signs with another secret; the one before signs beside it until `until`.
pub fn rotate(
    tx: &Tx<'_>,
    hook: HookId,
    secret: &HookSecret,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE hook SET old_secret = secret, old_until = ?3, secret = ?2, rev = rev + 1
             WHERE id = ?1",
        )?
        .execute(params![hook.get(), secret.bytes(), until.as_millis()])?;
    Ok(())
}

/// Notes up to which entry a hook was looked after.
pub fn told(tx: &Tx<'_>, hook: HookId, next: EntryIndex) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE hook SET told = ?2 WHERE id = ?1")?
        .execute([hook.get(), next.get() as i64])?;
    Ok(())
}

/// Lets a hook go, with all its messages.
pub fn remove(tx: &Tx<'_>, hook: HookId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM delivery WHERE hook = ?1",
        "DELETE FROM hook WHERE id = ?1",
    ] {
        tx.conn.prepare_cached(sql)?.execute([hook.get()])?;
    }
    Ok(())
}

fn kinds(interest: &Interest) -> String {
    let kinds: Vec<&str> = interest.kinds().iter().map(|kind| kind.as_str()).collect();
    kinds.join(" ")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Hook> {
    let kinds: String = row.get("kinds")?;
    // A kind that a newer program knew is of no interest to this one.
    let kinds: Vec<Kind> = kinds
        .split_whitespace()
        .filter_map(|kind| kind.parse().ok())
        .collect();
    let about = parsed(row, "about")?;
    let interest = Interest::new(about, kinds);
    let old: Option<Vec<u8>> = row.get("old_secret")?;
    let until = moment_option(row, "old_until")?;
    Ok(Hook {
        id: id(row, "id")?,
        name: row.get("name")?,
        url: row.get("url")?,
        interest: interest.unwrap_or_else(Interest::public),
        secret: HookSecret::new(row.get("secret")?),
        old: old.map(HookSecret::new).zip(until),
        told: EntryIndex::new(row.get::<_, i64>("told")? as u64),
        paused: row.get("paused")?,
        made_at: moment(row, "made_at")?,
        rev: row.get::<_, i64>("rev")? as u64,
    })
}
