//! Checkpoints: signed sizes and roots, in the database and in a plain file
//! beside it. The file is what notices a database that was put back.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, params};

use crate::ledger::checkpoint::{newest_end, read_run};

use super::{Db, StoreError, Tx, private};

/// The plain file of a data directory.
pub fn file_in(dir: &Path) -> PathBuf {
    dir.join("checkpoints")
}

/// Stores a signed checkpoint that covers `size` entries.
pub fn insert(tx: &Tx<'_>, size: u64, note: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?1, ?2)")?
        .execute(params![size as i64, note])?;
    Ok(())
}

/// Finds the newest checkpoint: its size and its signed note.
pub fn newest(db: &Db<'_>) -> Result<Option<(u64, String)>, StoreError> {
    let found = db
        .conn
        .prepare_cached("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?)))
        .optional()?;
    Ok(found)
}

/// Finds the oldest checkpoint that covers at least `size` entries.
pub fn covering(db: &Db<'_>, size: u64) -> Result<Option<(u64, String)>, StoreError> {
    let sql = "SELECT size, note FROM checkpoint WHERE size >= ?1 ORDER BY size LIMIT 1";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row([size as i64], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
        })
        .optional()?;
    Ok(found)
}

/// Lists the stored checkpoints that cover more than `size` entries, in order.
pub fn list_after(db: &Db<'_>, size: u64) -> Result<Vec<(u64, String)>, StoreError> {
    let sql = "SELECT size, note FROM checkpoint WHERE size > ?1 ORDER BY size";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([size as i64], |row| {
        Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Forgets checkpoints beyond `size`: only when an older log is accepted.
pub fn forget_after(tx: &Tx<'_>, size: u64) -> Result<(), StoreError> {
    tx.conn
        .execute("DELETE FROM checkpoint WHERE size > ?1", [size as i64])?;
    Ok(())
}

/// Reads the plain file: its notes in order, and whether its end is torn.
/// A missing file has no notes.
pub fn read_file(dir: &Path) -> Result<(Vec<String>, bool), StoreError> {
    let path = file_in(dir);
    let mut bytes = Vec::new();
    match File::open(&path) {
        Ok(mut file) => file
            .read_to_end(&mut bytes)
            .map_err(|error| StoreError::file(&path, error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(StoreError::file(&path, error)),
    };
    // Bytes that are no text are no checkpoint either.
    let text = String::from_utf8_lossy(&bytes);
    let (notes, torn) = read_run(&text);
    Ok((
        notes.into_iter().map(str::to_owned).collect(),
        torn.is_some(),
    ))
}

/// Reads the newest finished note of the plain file, and no more of the file
/// than its end.
pub fn newest_in_file(dir: &Path) -> Result<Option<String>, StoreError> {
    let path = file_in(dir);
    let read = || match File::open(&path) {
        Ok(mut file) => Ok(tail(&mut file)?.newest),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    read().map_err(|error| StoreError::file(&path, error))
}

/// Appends signed notes to the plain file and syncs it. A record that a crash
/// left unfinished at the end is cut off first.
pub fn append_to_file(dir: &Path, notes: &[String]) -> Result<(), StoreError> {
    let path = file_in(dir);
    let write = || -> io::Result<()> {
        let mut file = private::options()
            .create(true)
            .truncate(false)
            .read(true)
            .open(&path)?;
        let tail = tail(&mut file)?;
        if tail.whole < tail.length {
            file.set_len(tail.whole)?;
        }
        drop(file);
        let mut file = OpenOptions::new().append(true).open(&path)?;
        for note in notes {
            file.write_all(note.as_bytes())?;
            file.write_all(b"\n")?;
        }
        file.sync_all()
    };
    write().map_err(|error| StoreError::file(&path, error))
}

/// How much of the file's end is looked at first: some twenty checkpoints.
const TAIL: u64 = 4_096;

/// How the plain file ends.
struct Tail {
    newest: Option<String>,
    /// How many of its bytes are finished records.
    whole: u64,
    length: u64,
}

fn tail(file: &mut File) -> io::Result<Tail> {
    let length = file.metadata()?.len();
    let mut reach = TAIL;
    loop {
        let start = length.saturating_sub(reach);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        Read::by_ref(file)
            .take(length - start)
            .read_to_end(&mut bytes)?;
        let end = newest_end(&bytes);
        let before = end.and_then(|end| newest_end(&bytes[..end - 1]));
        if start == 0 || before.is_some() {
            let newest = end.map(|end| &bytes[before.unwrap_or(0)..end - 1]);
            return Ok(Tail {
                // Bytes that are no text are no checkpoint either.
                newest: newest.map(|note| String::from_utf8_lossy(note).into_owned()),
                whole: start + end.unwrap_or(0) as u64,
                length,
            });
        }
        reach *= 16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(size: u64, name: &str) -> String {
        format!("desk.example/log\n{size}\nroot\n\n\u{2014} {name} AAAA\n")
    }

    /// What the plain file holds after some notes, torn bytes and one more.
    fn check(before: &[String], torn: &[u8]) {
        let dir = tempfile::tempdir().expect("a directory");
        append_to_file(dir.path(), before).expect("a file");
        let mut bytes = std::fs::read(file_in(dir.path())).expect("the file");
        bytes.extend_from_slice(torn);
        std::fs::write(file_in(dir.path()), bytes).expect("a torn file");
        let newest = newest_in_file(dir.path()).expect("its end");
        assert_eq!(newest.as_ref(), before.last(), "{torn:?}");
        let last = note(1_000_000, "desk.example/log");
        append_to_file(dir.path(), std::slice::from_ref(&last)).expect("one more");
        let newest = newest_in_file(dir.path()).expect("its end");
        assert_eq!(newest.as_ref(), Some(&last), "{torn:?}");
        let whole = [before, &[last]].concat();
        assert_eq!(read_file(dir.path()).expect("notes"), (whole, false));
    }

    #[test]
    fn the_newest_note_is_found_at_the_end_whatever_a_crash_left_behind_it() {
        let next = note(401, "desk.example/log").into_bytes();
        let long = "l".repeat(20_000);
        let short = |count: u64| {
            (0..count)
                .map(|size| note(size, "desk.example/log"))
                .collect()
        };
        let files: [Vec<String>; 5] = [
            Vec::new(),
            short(1),
            short(400),
            vec![note(1, &long)],
            vec![note(1, "desk.example/log"), note(2, &long)],
        ];
        for before in files {
            for cut in (0..next.len()).step_by(3) {
                check(&before, &next[..cut]);
            }
        }
    }

    #[test]
    fn a_desk_without_a_plain_file_has_no_newest_note() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(newest_in_file(dir.path()).expect("no file"), None);
    }
}
