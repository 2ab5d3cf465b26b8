//! Small steps that every reading function shares.

use rusqlite::types::Value;
use rusqlite::{Row, Statement};
use serde::de::DeserializeOwned;

use crate::domain::ids::ClaimId;
use crate::domain::person::{Byline, Role};
use crate::domain::time::Timestamp;

/// Binds those of the named values that a statement asks for.
pub(super) fn bind(
    select: &mut Statement<'_>,
    values: &[(&'static str, Value)],
) -> rusqlite::Result<()> {
    for (name, value) in values {
        if let Some(index) = select.parameter_index(name)? {
            select.raw_bind_parameter(index, value)?;
        }
    }
    Ok(())
}

/// Reads a JSON column.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let index = row.as_ref().column_index(column)?;
    let text = row.get_ref(index)?.as_str()?;
    serde_json::from_str(text).map_err(|error| bad(index, error))
}

/// Reads a JSON column that may be empty.
pub(super) fn json_option<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    let index = row.as_ref().column_index(column)?;
    match row.get_ref(index)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => json(row, column).map(Some),
    }
}

/// Reads a number that names something.
pub(super) fn id<T: TryFrom<i64>>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    T::try_from(row.get(index)?).map_err(|error| bad(index, error))
}

/// Reads a number that may be missing.
pub(super) fn id_option<T: TryFrom<i64>>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    row.get::<_, Option<i64>>(index)?
        .map(|number| T::try_from(number).map_err(|error| bad(index, error)))
        .transpose()
}

/// Reads a text column as what it means.
pub(super) fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    let text = row.get_ref(index)?.as_str()?;
    text.parse().map_err(|error| bad(index, error))
}

/// Reads a moment.
pub(super) fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    let index = row.as_ref().column_index(column)?;
    Timestamp::from_millis(row.get(index)?).map_err(|error| bad(index, error))
}

/// Reads a moment that may be missing.
pub(super) fn moment_option(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let index = row.as_ref().column_index(column)?;
    row.get::<_, Option<i64>>(index)?
        .map(|millis| Timestamp::from_millis(millis).map_err(|error| bad(index, error)))
        .transpose()
}

/// Reads who did something, from the columns `person` and `role`.
pub(super) fn byline(row: &Row<'_>) -> rusqlite::Result<Option<Byline>> {
    let role: Option<String> = row.get("role")?;
    let Some(role) = role else { return Ok(None) };
    let role: Role = role.parse().map_err(|error| bad(0, error))?;
    Ok(id_option(row, "person")?.map(|person| Byline { person, role }))
}

/// Numbers as a JSON array, for `IN (SELECT value FROM json_each(?1))`.
pub(super) fn numbers(numbers: impl Iterator<Item = i64>) -> String {
    let written: Vec<String> = numbers.map(|number| number.to_string()).collect();
    format!("[{}]", written.join(","))
}

/// Reads the rows that belong to some claims, each with the number of its
/// claim, which is in the column `claim`. The statement takes the claims'
/// numbers as a JSON array and orders by claim.
pub(super) fn of_claims<T>(
    db: &super::Db<'_>,
    sql: &str,
    claims: &[ClaimId],
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<(ClaimId, T)>, super::StoreError> {
    let mut select = db.conn.prepare_cached(sql)?;
    let wanted = numbers(claims.iter().map(|claim| claim.get()));
    let rows = select.query_map([wanted], |row| Ok((id(row, "claim")?, read(row)?)))?;
    rows.collect::<Result<_, _>>()
        .map_err(super::StoreError::from)
}

fn bad(index: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Text, Box::new(error))
}

/// The number after the highest one in use.
pub(super) fn next_id<T: TryFrom<i64>>(
    db: &super::Db<'_>,
    sql: &'static str,
) -> Result<T, super::StoreError>
where
    T::Error: std::fmt::Display,
{
    let highest: i64 = db
        .conn
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    T::try_from(highest + 1).map_err(|error| super::StoreError::corrupt("number", error))
}
