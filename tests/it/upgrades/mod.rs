//! Data directories of earlier schemas open, are brought up to date and pass the
//! whole check; one of a later schema is refused. `make.py` tells how they were
//! made.

mod ways_in;

use std::fs::{self, File};
use std::path::Path;

use citekeep::desk::keys::KeyPlace;
use citekeep::desk::set_up::{self, Identity};
use citekeep::desk::{Desk, DeskError, Rules, World, audit};
use citekeep::domain::words::Name;
use citekeep::store::claims::{self, Filter};
use citekeep::store::veil::Eyes;
use citekeep::store::{SCHEMA_VERSION, StoreError, log};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{check, desk, world};

/// A data directory as it was left by a program of that schema.
fn data_directory(schema: i64) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    // Where no program of a schema stood alone, the directory of the one before
    // is brought on as a program of that schema did at its start.
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/upgrades");
    let stored = |number: &i64| File::open(place.join(format!("schema-{number}.zip"))).ok();
    let found = (1..=schema)
        .rev()
        .find_map(|number| Some((number, stored(&number)?)));
    let (stored, file) = found.expect("a fixture");
    let mut file = zip::ZipArchive::new(file).expect("an archive");
    file.extract(dir.path()).expect("a data directory");
    let conn = Connection::open(dir.path().join("desk.db")).expect("a database");
    for number in stored + 1..=schema {
        conn.execute_batch(&migration(number)).expect("a migration");
    }
    conn.pragma_update(None, "user_version", schema)
        .expect("a schema");
    close(&dir.path().join("log.key"));
    dir
}

fn migration(number: i64) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("db/migrations");
    let start = format!("{number:04}_");
    let mut files = fs::read_dir(folder).expect("the migrations").flatten();
    let file = files.find(|file| file.file_name().to_string_lossy().starts_with(&start));
    fs::read_to_string(file.expect("a migration").path()).expect("SQL")
}

#[cfg(unix)]
fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("a key of our own");
}

fn identity() -> Identity {
    Identity {
        name: Name::parse("Some desk").expect("a name"),
        origin: "localhost/citekeep".to_owned(),
        key: KeyPlace::Beside,
    }
}

fn start(dir: &Path) -> Result<Desk, DeskError> {
    let world: World = world();
    set_up::open(dir, &identity(), Rules::default(), world, &mut |_| {})
}

#[test]
fn a_data_directory_of_every_earlier_schema_opens_and_passes_the_check() {
    for schema in 1..=SCHEMA_VERSION as i64 {
        let dir = data_directory(schema);
        let before = entries(dir.path());
        let desk = start(dir.path()).unwrap_or_else(|error| panic!("schema {schema}: {error}"));
        let (size, found) = desk
            .store()
            .read(Eyes::Desk, |db| {
                let found = claims::list(db, &Filter::default(), None, 100)?;
                Ok::<_, StoreError>((log::size(db)?, found.len()))
            })
            .expect("its claims");
        assert_eq!(size, before, "schema {schema}: nothing is added to the log");
        assert_eq!(found, 27, "schema {schema}");
        audit::checkpoint(&desk).expect("a checkpoint");
        drop(desk);
        assert_eq!(check(dir.path()).findings, [], "schema {schema}");
        let conn = Connection::open(dir.path().join("desk.db")).expect("a database");
        let now: i64 = conn
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .expect("a schema");
        assert_eq!(now, SCHEMA_VERSION as i64);
    }
}

fn entries(dir: &Path) -> u64 {
    let conn = Connection::open(dir.join("desk.db")).expect("a database");
    let count: i64 = conn
        .query_row("SELECT count(*) FROM entry", [], |row| row.get(0))
        .expect("the log");
    count as u64
}

#[test]
fn a_data_directory_of_a_later_schema_is_refused_and_left_alone() {
    let closed = desk().close();
    let path = closed.data.join("desk.db");
    let conn = Connection::open(&path).expect("a database");
    let later = SCHEMA_VERSION as i64 + 1;
    conn.pragma_update(None, "user_version", later)
        .expect("a later schema");
    drop(conn);
    let before = fs::read(&path).expect("the database");
    let refused = start(&closed.data).err().expect("a refusal");
    let DeskError::Store(StoreError::NewerSchema { found }) = refused else {
        panic!("{refused}");
    };
    assert_eq!(found, later);
    assert_eq!(fs::read(&path).expect("the database"), before);
}
