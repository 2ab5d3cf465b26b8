//! Reads the desk and its people.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};

use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::{Byline, Role};

use super::rows::{id, next_id, parsed};
use super::{Db, StoreError};

/// Somebody who works at the desk, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's number.
    pub id: PersonId,
    /// The name as pages show it.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Whether the person left.
    pub gone: bool,
}

impl Person {
    /// The person as entries name them.
    pub const fn byline(&self) -> Byline {
        Byline {
            person: self.id,
            role: self.role,
        }
    }
}

/// What the log says of the desk itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its name.
    pub name: String,
    /// The key that signs its checkpoints, as a C2SP verifier key.
    pub verifier_key: String,
}

impl Desk {
    /// The name of its log, which its verifier key begins with (C2SP).
    pub fn origin(&self) -> &str {
        self.verifier_key.split('+').next().unwrap_or_default()
    }
}

/// Finds the desk, once it was opened.
pub fn desk(db: &Db<'_>) -> Result<Option<Desk>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT name, verifier_key FROM desk WHERE id = 1")?
        .query_row([], |row| {
            Ok(Desk {
                name: row.get(0)?,
                verifier_key: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Finds a person.
pub fn find(db: &Db<'_>, person: PersonId) -> Result<Option<Person>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT id, name, role, gone FROM person WHERE id = ?1")?
        .query_row([person.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds a person who must be there.
pub fn get(db: &Db<'_>, person: PersonId) -> Result<Person, StoreError> {
    find(db, person)?.ok_or(StoreError::Missing {
        what: "person",
        id: person.get(),
    })
}

/// Finds the newest entry about a person.
pub fn entry_of(db: &Db<'_>, person: PersonId) -> Result<Option<EntryIndex>, StoreError> {
    let sql = "SELECT max(trail.entry) FROM trail JOIN said ON said.idx = trail.entry
         WHERE trail.kind IN ('person_joined', 'role_changed', 'person_left')
           AND json_extract(said.body, '$.event.person') = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry: Option<i64> = select.query_row([person.get()], |row| row.get(0))?;
    Ok(entry.map(|entry| EntryIndex::new(entry as u64)))
}

/// Lists people in the order in which they joined, at most 1,000.
pub fn list(db: &Db<'_>) -> Result<Vec<Person>, StoreError> {
    let mut select = db
        .conn
        .prepare_cached("SELECT id, name, role, gone FROM person ORDER BY id LIMIT 1000")?;
    let rows = select.query_map([], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The names of the people of the desk, those who left too.
pub fn names(db: &Db<'_>) -> Result<BTreeMap<PersonId, String>, StoreError> {
    let everybody = list(db)?.into_iter();
    Ok(everybody.map(|person| (person.id, person.name)).collect())
}

/// The number that the next person gets.
pub fn next(db: &Db<'_>) -> Result<PersonId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM person")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: id(row, "id")?,
        name: row.get("name")?,
        role: parsed(row, "role")?,
        gone: row.get("gone")?,
    })
}
