//! Filters of the queue that people gave a name.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::store::{Db, StoreError, Tx};

/// How many filters one person keeps.
pub const MOST: usize = 50;

/// A filter with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What its owner calls it.
    pub name: String,
    /// The query of the queue's address.
    pub query: String,
}

/// Lists somebody's filters by name.
pub fn list(db: &Db<'_>, person: PersonId) -> Result<Vec<Saved>, StoreError> {
    let sql = "SELECT name, query FROM filter WHERE person = ?1 ORDER BY name LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([person.get(), MOST as i64], |row| {
        Ok(Saved {
            name: row.get("name")?,
            query: row.get("query")?,
        })
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds one of somebody's filters; capital letters make no difference.
pub fn find(db: &Db<'_>, person: PersonId, name: &str) -> Result<Option<Saved>, StoreError> {
    let sql = "SELECT name, query FROM filter WHERE person = ?1 AND name = ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row(params![person.get(), name], |row| {
        Ok(Saved {
            name: row.get("name")?,
            query: row.get("query")?,
        })
    });
    Ok(found.optional()?)
}

/// Keeps a filter, in place of one with the same name.
pub fn put(tx: &Tx<'_>, person: PersonId, saved: &Saved) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("INSERT OR REPLACE INTO filter (person, name, query) VALUES (?1, ?2, ?3)")?
        .execute(params![person.get(), saved.name, saved.query])?;
    Ok(())
}

/// Lets a filter go.
pub fn remove(tx: &Tx<'_>, person: PersonId, name: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM filter WHERE person = ?1 AND name = ?2")?
        .execute(params![person.get(), name])?;
    Ok(())
}
