//! Opening SQLite: pragmas, migrations, and the one function that SQL calls.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use crate::domain::hash::BadHash;

use super::shelf::Shelf;
use super::{StoreError, veil};

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../../db/migrations/0001_desk.sql")),
    M::up(include_str!("../../db/migrations/0002_capture.sql")),
    M::up(include_str!("../../db/migrations/0003_room.sql")),
    M::up(include_str!("../../db/migrations/0004_wire.sql")),
    M::up(include_str!("../../db/migrations/0005_witness.sql")),
    M::up(include_str!("../../db/migrations/0006_timestamp.sql")),
    M::up(include_str!("../../db/migrations/0007_erasure.sql")),
    M::up(include_str!("../../db/migrations/0008_signature.sql")),
    M::up(include_str!("../../db/migrations/0009_trail.sql")),
    M::up(include_str!("../../db/migrations/0010_sign_in.sql")),
    M::up(include_str!("../../db/migrations/0011_single_sign_on.sql")),
];

/// The schema that this program writes.
pub const SCHEMA_VERSION: usize = MIGRATIONS.len();

/// How long a write waits for another process to finish its own.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long whoever waits to write waits for those who still read old pages,
/// while the write-ahead log is to be emptied.
const EMPTY_PATIENCE: Duration = Duration::from_millis(20);

/// Opens the database for writing and brings its schema up to date.
pub(super) fn migrated(path: &Path, shelf: &Arc<Shelf>) -> Result<Connection, StoreError> {
    let mut conn = Connection::open(path)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    prepare(&conn)?;
    lend_texts(&conn, shelf)?;
    migrate(&mut conn)?;
    veil::prepare(&conn)?;
    Ok(conn)
}

/// Opens the database for reading only.
pub(super) fn reader(path: &Path, shelf: &Arc<Shelf>) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    prepare(&conn)?;
    // There are as many readers as threads that serve, and the system keeps the
    // file's pages anyway: a large cache in each would only cost memory.
    conn.pragma_update(None, "cache_size", -2_048)?;
    lend_texts(&conn, shelf)?;
    veil::prepare(&conn)?;
    Ok(conn)
}

/// Makes an empty database for a replay, in a file that SQLite removes. Its
/// texts are empty: their index is not compared, and a replay must not fail
/// for a blob that is lost.
pub(super) fn scratch() -> Result<Connection, StoreError> {
    // An empty name is SQLite's own temporary file: it spills to disk when it
    // outgrows the cache, so that a replay of any size needs little memory.
    let mut conn = Connection::open("")?;
    prepare(&conn)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("blob_text", 1, flags, |_| Ok(String::new()))?;
    conn.pragma_update(None, "synchronous", "off")?;
    migrate(&mut conn)?;
    veil::prepare(&conn)?;
    Ok(conn)
}

/// Refuses a database that another version of the program made, for those
/// that must not change it.
pub(super) fn same_schema(conn: &Connection) -> Result<(), StoreError> {
    let found = schema(conn)?;
    match found.cmp(&(SCHEMA_VERSION as i64)) {
        Ordering::Less => Err(StoreError::OlderSchema { found }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(StoreError::NewerSchema { found }),
    }
}

fn schema(conn: &Connection) -> Result<i64, StoreError> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Writes the file anew without what was deleted from it.
pub(super) fn vacuum(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.execute_batch("VACUUM")?)
}

/// Brings the write-ahead log into the file and empties it, and says whether
/// nobody's look stood in the way. What the file system keeps of a file's older
/// pages is beyond us.
pub(super) fn empty_log(conn: &Connection) -> Result<bool, StoreError> {
    conn.busy_timeout(EMPTY_PATIENCE)?;
    let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    conn.busy_timeout(PATIENCE)?;
    let busy: i64 = busy?;
    Ok(busy == 0)
}

fn prepare(conn: &Connection) -> Result<(), StoreError> {
    conn.busy_timeout(PATIENCE)?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", true)?;
    conn.pragma_update(None, "cache_size", -16_384)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(())
}

/// Lets SQL read the text of a blob.
fn lend_texts(conn: &Connection, shelf: &Arc<Shelf>) -> Result<(), StoreError> {
    let shelf = Arc::clone(shelf);
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("blob_text", 1, flags, move |call| {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
            rusqlite::Error::UserFunctionError(error)
        };
        let hash: String = call.get(0)?;
        let hash = hash
            .parse()
            .map_err(|error: BadHash| failed(Box::new(error)))?;
        let text = shelf.text(hash).map_err(|error| failed(Box::new(error)))?;
        Ok(text.as_str().to_owned())
    })?;
    Ok(())
}

fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    let found = schema(conn)?;
    if found > SCHEMA_VERSION as i64 {
        return Err(StoreError::NewerSchema { found });
    }
    Migrations::from_slice(MIGRATIONS)
        .to_latest(conn)
        .map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => StoreError::Migration(other.to_string()),
        })
}
