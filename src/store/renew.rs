//! Brings the projections over new holes of the log, as a replay of the whole
//! log would, and looks only at what the holes are about.
//!
//! What an entry says shows in the rows of one thing: a claim, a source, an
//! article, the people, or the desk. All entries about that thing are replayed
//! twice, into two empty databases: once as they were and once over the holes.
//! In what these two differ, the stored projections are changed. A row that is
//! not as the first replay has it is an error, and then only a rebuild helps.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::domain::erasure::Erasure;
use crate::domain::event::Record;
use crate::domain::ids::EntryIndex;

use super::replay::{Replay, SEARCHES, TABLES};
use super::shelf::Shelf;
use super::{StoreError, Tx, log};

/// Two empty databases, made before anybody waits for them.
pub struct Two {
    before: Replay,
    after: Replay,
}

impl Two {
    /// Makes them.
    ///
    /// # Errors
    /// When there is no room for them.
    pub fn start(shelf: &std::sync::Arc<Shelf>) -> Result<Self, StoreError> {
        Ok(Self {
            before: Replay::start(shelf)?,
            after: Replay::start(shelf)?,
        })
    }
}

/// Changes what a replay over the holes of an erasure changes. The erasure is
/// in the log by now, and the bodies are still there.
///
/// # Errors
/// When a projection is not what the log says it is.
pub fn over(tx: &Tx<'_>, two: &Two, erasure: &Erasure) -> Result<(), StoreError> {
    let left: BTreeMap<EntryIndex, &Record> = erasure
        .holes
        .iter()
        .map(|hole| (hole.entry, &hole.left))
        .collect();
    for entry in concerned(tx, &left)? {
        let Some(said) = log::find_record(tx, entry)? else {
            return Err(not_so("an entry that says nothing", entry.get()));
        };
        two.before.feed(entry, &said)?;
        two.after.feed(entry, left.get(&entry).unwrap_or(&&said))?;
    }
    for (table, order) in TABLES {
        change(tx, two, (table, order))?;
    }
    for table in SEARCHES {
        change(tx, two, (table, "rowid"))?;
    }
    // An external index is told what words it loses.
    let mut lose = tx.conn.prepare_cached(
        "INSERT INTO text_search (text_search, rowid, words)
         SELECT 'delete', id, blob_text(hash) FROM text WHERE hash = ?1",
    )?;
    for hash in &erasure.blobs {
        lose.execute([hash.to_string()])?;
    }
    tx.marks.everywhere();
    Ok(())
}

fn not_so(what: &'static str, which: impl ToString) -> StoreError {
    StoreError::corrupt(what, which)
}

/// Every entry about what the holes are about, in order.
fn concerned(
    tx: &Tx<'_>,
    left: &BTreeMap<EntryIndex, &Record>,
) -> Result<BTreeSet<EntryIndex>, StoreError> {
    let mut found = BTreeSet::new();
    let mut known = BTreeSet::new();
    for (entry, record) in left {
        let (sql, which) = about(tx, *entry, record)?;
        if !known.insert((sql, which)) {
            continue;
        }
        let mut select = tx.conn.prepare_cached(sql)?;
        let mut rows = select.query([which])?;
        while let Some(row) = rows.next()? {
            found.insert(EntryIndex::new(row.get::<_, i64>(0)? as u64));
        }
    }
    Ok(found)
}

/// How the entries about the same thing are chosen, and the thing's number.
fn about(
    tx: &Tx<'_>,
    entry: EntryIndex,
    record: &Record,
) -> Result<(&'static str, i64), StoreError> {
    type Subject = (Option<i64>, Option<i64>, Option<i64>);
    let subject: Option<Subject> = tx
        .conn
        .prepare_cached("SELECT claim, source, article FROM trail WHERE entry = ?1")?
        .query_row([entry.get() as i64], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(match subject {
        // What is about a claim in a source or in an article shows in the claim.
        Some((Some(claim), _, _)) => ("SELECT entry FROM trail WHERE claim = ?1", claim),
        Some((None, Some(source), _)) => (
            "SELECT entry FROM trail WHERE source = ?1 AND claim IS NULL",
            source,
        ),
        Some((None, None, Some(article))) => (
            "SELECT entry FROM trail WHERE article = ?1 AND claim IS NULL",
            article,
        ),
        // People and the desk have few entries; each is read.
        Some((None, None, None)) if record.event.kind().starts_with("person_") => (
            "SELECT entry FROM trail WHERE ?1 = 0
             AND kind IN ('person_joined', 'role_changed', 'person_left')",
            0,
        ),
        Some((None, None, None)) => (
            "SELECT entry FROM trail WHERE ?1 = 0 AND part = 'desk' AND kind = 'desk_described'",
            0,
        ),
        None => return Err(not_so("an entry without a row in the trail", entry.get())),
    })
}

/// Makes the differences between the two replays of one table in the stored one.
fn change(tx: &Tx<'_>, two: &Two, table: (&str, &str)) -> Result<(), StoreError> {
    let keys = table.1.split(", ").count();
    let (columns, before) = two.before.read(|db| rows(db.conn, table))?;
    let (_, after) = two.after.read(|db| rows(db.conn, table))?;
    let mut after: HashMap<String, Vec<Value>> = after
        .into_iter()
        .map(|row| (format!("{:?}", &row[..keys]), row))
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    for row in before {
        let key = format!("{:?}", &row[..keys]);
        match after.remove(&key) {
            Some(now) => update(tx, (table.0, &columns, keys), &row, &now)?,
            None => delete(tx, (table.0, &columns, keys), &row)?,
        }
    }
    // An erasure takes words away; no row is there because of them.
    match after.into_keys().next() {
        Some(key) => Err(not_so("a row that an erasure would add", key)),
        None => Ok(()),
    }
}

type Rows = (Vec<String>, Vec<Vec<Value>>);

/// All rows of a table, the columns of the key before all columns.
fn rows(conn: &Connection, (table, order): (&str, &str)) -> Result<Rows, StoreError> {
    let mut select = conn.prepare(&format!("SELECT {order}, * FROM {table}"))?;
    let columns: Vec<String> = select
        .column_names()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let width = columns.len();
    let found = select.query_map([], |row| (0..width).map(|column| row.get(column)).collect())?;
    let found = found.collect::<Result<_, _>>()?;
    Ok((columns, found))
}

/// A table by its name, its columns, and how many of them are its key.
type Table<'a> = (&'a str, &'a [&'a str], usize);

fn update(
    tx: &Tx<'_>,
    (table, columns, keys): Table<'_>,
    before: &[Value],
    now: &[Value],
) -> Result<(), StoreError> {
    for column in keys..columns.len() {
        if before[column] == now[column] {
            continue;
        }
        let name = columns[column];
        let sql = format!(
            "UPDATE {table} SET {name} = ? WHERE {name} IS ? AND {}",
            named(columns, keys)
        );
        let values = [&now[column], &before[column]].into_iter();
        let changed = tx
            .conn
            .prepare_cached(&sql)?
            .execute(params_from_iter(values.chain(&before[..keys])))?;
        if changed != 1 {
            return Err(not_so("a projection", format!("{table}.{name}")));
        }
    }
    Ok(())
}

fn delete(
    tx: &Tx<'_>,
    (table, columns, keys): Table<'_>,
    before: &[Value],
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {table} WHERE {}", named(columns, keys));
    let gone = tx
        .conn
        .prepare_cached(&sql)?
        .execute(params_from_iter(&before[..keys]))?;
    if gone == 1 {
        Ok(())
    } else {
        Err(not_so("a projection", table))
    }
}

/// A row by its key.
fn named(columns: &[&str], keys: usize) -> String {
    let named: Vec<String> = columns[..keys]
        .iter()
        .map(|name| format!("{name} = ?"))
        .collect();
    named.join(" AND ")
}
