//! Reads what the desk says of itself and the rules it works by.

use rusqlite::OptionalExtension;

use crate::domain::claim::Approvals;
use crate::domain::sheet::DeskSheet;

use super::rows::json;
use super::{Db, StoreError};

/// What the desk says of itself, once it has said anything.
pub fn sheet(db: &Db<'_>) -> Result<Option<DeskSheet>, StoreError> {
    let sql = "SELECT sheet FROM desk_sheet";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([], |row| json(row, "sheet"));
    Ok(found.optional()?)
}

/// How many approvals a verdict needs and the key of the scale it uses, once
/// the desk has set them in its log.
pub fn rules(db: &Db<'_>) -> Result<Option<(Approvals, String)>, StoreError> {
    let sql = "SELECT approvals, scale FROM desk_rules";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([], |row| Ok((Approvals(row.get(0)?), row.get(1)?)));
    Ok(found.optional()?)
}
