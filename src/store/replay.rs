//! Dropping the projections and filling them again from the log, and
//! comparing what is stored with what a replay gives.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::domain::ids::EntryIndex;

use super::shelf::Shelf;
use super::shown::Marks;
use super::{Db, StoreError, Tx, erasures, log, open, projections};

/// Every projection, with the columns that order it.
pub(super) const TABLES: &[(&str, &str)] = &[
    ("desk", "id"),
    ("desk_key", "entry"),
    ("signing_rule", "id"),
    ("desk_sheet", "id"),
    ("desk_rules", "id"),
    ("scale", "id"),
    ("person", "id"),
    ("passkey", "entry"),
    ("article", "id"),
    ("revision", "article, number"),
    ("aside", "entry"),
    ("claim", "id"),
    ("claim_tally", "state"),
    ("wording", "claim, version"),
    ("remark", "id"),
    ("source", "id"),
    ("snapshot", "id"),
    ("text", "id"),
    ("citation", "id"),
    ("verdict", "id"),
    ("verdict_citation", "verdict, citation"),
    ("opinion", "verdict, person"),
    ("publication", "id"),
    ("correction", "id"),
    ("public_change", "claim"),
    ("other_check", "id"),
    ("signature", "entry"),
    ("schedule", "source"),
    ("dismissal", "entry"),
    ("erasure", "asked"),
    ("hole", "entry"),
    ("erased_blob", "hash"),
    ("seal", "source, person"),
    ("trail", "entry"),
];

/// Full-text indexes: their stored words are compared, and all are refilled.
pub(super) const SEARCHES: &[&str] = &["claim_search", "source_search", "verdict_search"];

/// The full-text index whose words are in the blobs.
pub(super) const TEXTS: &str = "text_search";

/// A row of a projection that is not what the log says it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// The projection.
    pub table: String,
    /// The row, by the columns that order it.
    pub row: String,
    /// The first column that differs, or that the row is missing or extra.
    pub what: String,
}

/// Drops every projection and replays the log into them, in one transaction.
/// Where an erasure took a body, what it left is projected.
/// `tell` hears how many entries are done.
pub fn rebuild(tx: &Tx<'_>, mut tell: impl FnMut(u64)) -> Result<u64, StoreError> {
    let left = erasures::left(tx)?;
    tx.marks.everywhere();
    // Children go before parents: a row that nothing refers to any more goes
    // without a search for its children.
    for (table, _) in TABLES.iter().rev() {
        tx.conn.execute_batch(&format!("DELETE FROM {table}"))?;
    }
    for table in SEARCHES.iter().chain([&TEXTS]) {
        make_anew(tx, table)?;
    }
    // An erased text must not be looked for when the entry comes up that
    // derived it, which is before the one that erased it.
    for (hash, (erased, at)) in &left.blobs {
        erasures::put_blob(tx, *hash, (erased.get() as i64, at.as_millis()))?;
    }
    let mut done = 0;
    log::walk(tx, EntryIndex::new(0), |entry| {
        match (&entry.body, left.holes.get(&entry.index)) {
            (Some(body), _) => projections::apply(tx, entry.index, &log::decode(body)?)?,
            (None, Some((_, record))) => projections::apply(tx, entry.index, record)?,
            (None, None) => {}
        }
        done += 1;
        tell(done);
        Ok::<_, StoreError>(())
    })?;
    Ok(done)
}

/// Makes a search index anew, as it was made. A spoilt one cannot be emptied,
/// only dropped; and only when it says which version of FTS5 wrote it.
fn make_anew(tx: &Tx<'_>, table: &str) -> Result<(), StoreError> {
    let sql: String = tx
        .conn
        .prepare("SELECT sql FROM sqlite_schema WHERE name = ?1")?
        .query_row([table], |row| row.get(0))?;
    tx.conn.execute_batch(&format!(
        "REPLACE INTO {table}_config (k, v) VALUES ('version', 4); DROP TABLE {table}; {sql}"
    ))?;
    Ok(())
}

/// A replay into an empty database, fed one entry at a time.
pub struct Replay {
    conn: Connection,
    shelf: Arc<Shelf>,
}

impl Replay {
    /// Starts an empty replay.
    pub fn start(shelf: &Arc<Shelf>) -> Result<Self, StoreError> {
        let conn = open::scratch()?;
        conn.execute_batch("BEGIN")?;
        Ok(Self {
            conn,
            shelf: Arc::clone(shelf),
        })
    }

    /// Projects one entry.
    pub fn feed(
        &self,
        index: EntryIndex,
        record: &crate::domain::event::Record,
    ) -> Result<(), StoreError> {
        let tx = Tx {
            db: Db {
                conn: &self.conn,
                shelf: &self.shelf,
            },
            // A replay is shown to nobody.
            marks: &Marks::default(),
        };
        projections::apply(&tx, index, record)
    }

    /// Reads what the log alone says.
    pub fn read<T>(&self, look: impl FnOnce(&Db<'_>) -> T) -> T {
        look(&Db {
            conn: &self.conn,
            shelf: &self.shelf,
        })
    }

    /// Compares every projection of `db` with the replay, at most `limit`
    /// differences.
    pub fn compare(&self, db: &Db<'_>, limit: usize) -> Result<Vec<RowDifference>, StoreError> {
        let mut found = Vec::new();
        for (table, order) in TABLES {
            compare_table(db.conn, &self.conn, (table, order), limit, &mut found)?;
        }
        for table in SEARCHES {
            let compared = compare_table(db.conn, &self.conn, (table, "rowid"), limit, &mut found);
            if compared.is_err() {
                // An index that cannot be read is wrong; the rest is not.
                found.push(RowDifference {
                    table: (*table).to_owned(),
                    row: "any".to_owned(),
                    what: "its index".to_owned(),
                });
            }
        }
        Ok(found)
    }

    /// The names of tables, indexes and triggers that `db` lacks, has beyond
    /// what the program makes, or has in another shape.
    pub fn compare_schema(&self, db: &Db<'_>) -> Result<Vec<String>, StoreError> {
        let (stored, made) = (schema(db.conn)?, schema(&self.conn)?);
        let named = stored.symmetric_difference(&made);
        let names: BTreeSet<String> = named
            .map(|(kind, name, _)| format!("{kind} {name}"))
            .collect();
        Ok(names.into_iter().collect())
    }
}

fn schema(conn: &Connection) -> Result<BTreeSet<(String, String, String)>, StoreError> {
    // Two empty tables are Litestream's, which copies the database elsewhere.
    let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
               WHERE name NOT LIKE 'sqlite_stat%'
                 AND NOT (type = 'table' AND name IN ('_litestream_seq', '_litestream_lock'))";
    let mut select = conn.prepare(sql)?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn compare_table(
    stored: &Connection,
    replayed: &Connection,
    (table, order): (&str, &str),
    limit: usize,
    found: &mut Vec<RowDifference>,
) -> Result<(), StoreError> {
    let keys = order.split(", ").count();
    let sql = format!("SELECT {order}, * FROM {table} ORDER BY {order}");
    let (mut left, mut right) = (stored.prepare(&sql)?, replayed.prepare(&sql)?);
    let names: Vec<String> = left.column_names().into_iter().map(str::to_owned).collect();
    let (mut left, mut right) = (left.query([])?, right.query([])?);
    let (mut a, mut b) = (
        next(&mut left, names.len())?,
        next(&mut right, names.len())?,
    );
    while found.len() < limit {
        let (row, what) = match (&a, &b) {
            (None, None) => break,
            (Some(x), Some(y)) if x == y => {
                a = next(&mut left, names.len())?;
                b = next(&mut right, names.len())?;
                continue;
            }
            (Some(x), Some(y)) if x[..keys] == y[..keys] => {
                let column = (keys..names.len()).find(|i| x[*i] != y[*i]).unwrap_or(keys);
                (label(&x[..keys]), format!("column {}", names[column]))
            }
            (Some(x), Some(y)) if x[..keys] < y[..keys] => (label(&x[..keys]), EXTRA.to_owned()),
            (Some(x), None) => (label(&x[..keys]), EXTRA.to_owned()),
            (_, Some(y)) => (label(&y[..keys]), "missing".to_owned()),
        };
        if what != "missing" {
            a = next(&mut left, names.len())?;
        }
        if what != EXTRA {
            b = next(&mut right, names.len())?;
        }
        found.push(RowDifference {
            table: table.to_owned(),
            row,
            what,
        });
    }
    Ok(())
}

const EXTRA: &str = "not in the log";

/// A value that can be compared as SQLite orders keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Null,
    Integer(i64),
    Bytes(Vec<u8>),
}

fn next(rows: &mut rusqlite::Rows<'_>, columns: usize) -> Result<Option<Vec<Cell>>, StoreError> {
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    (0..columns)
        .map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Bytes(number.to_be_bytes().to_vec()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()
        .map(Some)
}

fn label(cells: &[Cell]) -> String {
    let words: Vec<String> = cells
        .iter()
        .map(|cell| match cell {
            Cell::Null => "none".to_owned(),
            Cell::Integer(number) => number.to_string(),
            Cell::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        })
        .collect();
    words.join(" ")
}
