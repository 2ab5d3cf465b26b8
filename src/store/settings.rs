//! Reads what the desk says of itself and the rules it works by.

use rusqlite::OptionalExtension;

use crate::domain::claim::Approvals;
use crate::domain::ids::EntryIndex;
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

/// The entry that set what the desk says of itself, and the one that set the
/// rules; none while nothing was said.
pub fn entries(db: &Db<'_>) -> Result<(Option<EntryIndex>, Option<EntryIndex>), StoreError> {
    let sql =
        "SELECT (SELECT entry FROM desk_sheet) AS sheet, (SELECT entry FROM desk_rules) AS rules";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry = |number: Option<i64>| number.map(|entry| EntryIndex::new(entry as u64));
    Ok(select.query_row([], |row| {
        Ok((entry(row.get("sheet")?), entry(row.get("rules")?)))
    })?)
}

/// The entry that set the rule of signatures; none while nothing was said.
pub fn signing_entry(db: &Db<'_>) -> Result<Option<EntryIndex>, StoreError> {
    let sql = "SELECT (SELECT entry FROM signing_rule) AS entry";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry: Option<i64> = select.query_row([], |row| row.get("entry"))?;
    Ok(entry.map(|entry| EntryIndex::new(entry as u64)))
}

/// How many verdicts that stand unpublished have how many approvals: first the
/// number of approvals, then how many still wait and how many are approved.
pub fn standing(db: &Db<'_>) -> Result<Vec<(u32, u64, u64)>, StoreError> {
    let sql =
        "SELECT have, sum(state = 'decided') AS waiting, sum(state = 'approved') AS approved FROM (
                 SELECT claim.state AS state, (SELECT count(*) FROM opinion
                   WHERE opinion.verdict = claim.verdict AND opinion = 'approval') AS have
                 FROM claim WHERE state IN ('decided', 'approved')
               ) GROUP BY have ORDER BY have LIMIT 100";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([], |row| {
        let (waiting, approved): (i64, i64) = (row.get("waiting")?, row.get("approved")?);
        Ok((row.get("have")?, waiting as u64, approved as u64))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}
