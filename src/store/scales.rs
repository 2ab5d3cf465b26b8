//! Reads rating scales.

use rusqlite::{OptionalExtension, Row};

use crate::domain::ids::ScaleId;
use crate::domain::scale::Scale;

use super::rows::{id, json, next_id};
use super::{Db, StoreError};

/// Finds one version of a scale.
pub fn find(db: &Db<'_>, scale: ScaleId) -> Result<Option<Scale>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT id, version, sheet FROM scale WHERE id = ?1")?
        .query_row([scale.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds the newest version of a scale by its key.
pub fn newest(db: &Db<'_>, key: &str) -> Result<Option<Scale>, StoreError> {
    let sql = "SELECT id, version, sheet FROM scale WHERE key = ?1 ORDER BY version DESC LIMIT 1";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row([key], row)
        .optional()?;
    Ok(found)
}

/// Lists the scales of the desk in all their versions, at most 200.
pub fn list(db: &Db<'_>) -> Result<Vec<Scale>, StoreError> {
    let mut select = db
        .conn
        .prepare_cached("SELECT id, version, sheet FROM scale ORDER BY id LIMIT 200")?;
    let rows = select.query_map([], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists versions of scales after one by their numbers, in their order.
pub fn list_after(db: &Db<'_>, after: i64, limit: usize) -> Result<Vec<Scale>, StoreError> {
    let sql = "SELECT id, version, sheet FROM scale WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([after, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The number that the next version of a scale gets.
pub fn next(db: &Db<'_>) -> Result<ScaleId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM scale")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Scale> {
    Ok(Scale {
        id: id(row, "id")?,
        version: row.get("version")?,
        sheet: json(row, "sheet")?,
    })
}
