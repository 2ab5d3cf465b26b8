//! Who cosigned which checkpoint, and how it stands with those who are asked.
//! The signatures are checked by those who write and read them, not here.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::time::Timestamp;

use super::rows::{moment, moment_option};
use super::{Db, StoreError, Tx, checkpoints};

/// A stored cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// How many entries the checkpoint covers.
    pub size: u64,
    /// The witness's verifier key.
    pub vkey: String,
    /// When it cosigned, in seconds since 1970.
    pub time: u64,
    /// The signature line, newline included.
    pub line: String,
}

/// How it stands with a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many entries it has cosigned, as it said last.
    pub size: u64,
    /// Before when it is not asked again.
    pub due_at: Timestamp,
    /// How often in a row it did not cosign.
    pub failures: u32,
    /// When it was asked last.
    pub tried_at: Option<Timestamp>,
    /// Why it did not cosign last; none where it did.
    pub words: Option<String>,
    /// Whether it says that the log has two histories.
    pub is_serious: bool,
}

const SELECT: &str = "SELECT size, vkey, time, line FROM cosignature";

/// The most cosignatures that are added to one checkpoint.
const MOST: usize = 64;

/// Keeps a cosignature of a stored checkpoint, in place of an older one by the
/// same witness.
pub fn put(tx: &Tx<'_>, cosignature: &Cosignature) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO cosignature (size, vkey, time, line) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            cosignature.size as i64,
            cosignature.vkey,
            cosignature.time as i64,
            cosignature.line
        ])?;
    Ok(())
}

/// Lists the cosignatures of a checkpoint, in the order of their keys.
pub fn of(db: &Db<'_>, size: u64) -> Result<Vec<Cosignature>, StoreError> {
    let sql = format!("{SELECT} WHERE size = ?1 ORDER BY vkey LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([size as i64, MOST as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// A checkpoint's note with the lines of those who cosigned it.
pub fn with_lines(db: &Db<'_>, (size, note): (u64, String)) -> Result<String, StoreError> {
    let lines = of(db, size)?;
    Ok(lines.iter().fold(note, |note, found| note + &found.line))
}

/// The newest checkpoint with the lines of those who cosigned it: what the log
/// shows of itself. It does not wait for them.
pub fn newest<E: From<StoreError>>(db: &Db<'_>) -> Result<Option<String>, E> {
    let Some(found) = checkpoints::newest(db)? else {
        return Ok(None);
    };
    Ok(Some(with_lines(db, found)?))
}

/// Finds the newest cosignature by a witness.
pub fn newest_by(db: &Db<'_>, vkey: &str) -> Result<Option<Cosignature>, StoreError> {
    let sql = format!("{SELECT} WHERE vkey = ?1 ORDER BY size DESC LIMIT 1");
    let mut select = db.conn.prepare_cached(&sql)?;
    Ok(select.query_row([vkey], row).optional()?)
}

/// Lists the sizes that anybody cosigned, the newest first.
pub fn sizes(db: &Db<'_>, limit: usize) -> Result<Vec<u64>, StoreError> {
    let sql = "SELECT DISTINCT size FROM cosignature ORDER BY size DESC LIMIT ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([limit as i64], |row| Ok(row.get::<_, i64>(0)? as u64))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Walks every cosignature, in the order of sizes.
pub fn walk<E: From<StoreError>>(
    db: &Db<'_>,
    mut see: impl FnMut(Cosignature) -> Result<(), E>,
) -> Result<(), E> {
    let sql = format!("{SELECT} ORDER BY size, vkey");
    let mut select = db.conn.prepare_cached(&sql).map_err(StoreError::from)?;
    let mut rows = select.query([]).map_err(StoreError::from)?;
    while let Some(found) = rows.next().map_err(StoreError::from)? {
        see(row(found).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// Finds out how it stands with a witness; nothing where it was never asked.
pub fn standing(db: &Db<'_>, vkey: &str) -> Result<Option<Standing>, StoreError> {
    let sql = "SELECT size, due_at, failures, tried_at, words, is_serious FROM witness
               WHERE vkey = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([vkey], |row| {
        Ok(Standing {
            size: row.get::<_, i64>("size")? as u64,
            due_at: moment(row, "due_at")?,
            failures: row.get("failures")?,
            tried_at: moment_option(row, "tried_at")?,
            words: row.get("words")?,
            is_serious: row.get("is_serious")?,
        })
    });
    Ok(found.optional()?)
}

/// Notes how it stands with a witness.
pub fn put_standing(tx: &Tx<'_>, vkey: &str, standing: &Standing) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO witness
               (vkey, size, due_at, failures, tried_at, words, is_serious)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            vkey,
            standing.size as i64,
            standing.due_at.as_millis(),
            standing.failures,
            standing.tried_at.map(Timestamp::as_millis),
            standing.words,
            standing.is_serious
        ])?;
    Ok(())
}

fn row(row: &Row<'_>) -> rusqlite::Result<Cosignature> {
    Ok(Cosignature {
        size: row.get::<_, i64>("size")? as u64,
        vkey: row.get("vkey")?,
        time: row.get::<_, i64>("time")? as u64,
        line: row.get("line")?,
    })
}
