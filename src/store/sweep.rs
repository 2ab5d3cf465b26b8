//! Takes what was deleted out of the database's file, while others write.
//!
//! SQLite leaves deleted words where they were until the room is needed. Here
//! the search indexes are merged, since they note a deletion beside what is
//! deleted; then every page is looked at and what belongs to no row is
//! overwritten; then the write-ahead log is emptied. All of it is done in short
//! steps between the commits of others; a step that is cut off by a crash is
//! done again with the rest, because the erasure is still noted as unswept.
//!
//! Why nothing slips through between the steps: since the erasure was committed
//! no row has the words, so only remainders have them. Remainders are not
//! copied, but for those within a root whose page is split, and roots come
//! first; pages that are freed from the first step on are overwritten by SQLite
//! itself, so that none is used again with remainders in it. What a row that
//! moves could take along past the place that was reached is a chain of pages;
//! so all chains and free pages are looked at once more, at one moment.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::{CachedStatement, Connection, params};

use super::pages::{self, BadPage, Chain};
use super::readers::Readers;
use super::replay::{SEARCHES, TEXTS};
use super::veil::Eyes;
use super::writer::Writer;
use super::{Db, StoreError, open};

/// How many pages one step looks at at most, and how many it writes.
const LOOKED_AT: u32 = 4_096;
const WRITTEN: u64 = 256;
/// How many pages of a search index a step of its merging writes.
const MERGED: i64 = 512;
/// How often all pages are gone through, where rows move meanwhile.
const ROUNDS: usize = 4;
/// How often, and after which pause, the write-ahead log is tried again that
/// somebody still reads.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);
/// In a larger file a page could not be told by its first byte.
const MOST_PAGES: u32 = 0x01ff_ffff;

/// Overwrites what is in no row, while others write and read. What the
/// write-ahead log holds of it goes with [`empty_log`].
///
/// # Errors
/// [`StoreError::Unswept`] when other processes write all the time.
pub(super) fn overwrite(writer: &Writer, readers: &Readers) -> Result<(), StoreError> {
    writer.between(|conn| {
        // Statistics hold samples of what is in indexes; there may be none.
        let samples = "SELECT name FROM sqlite_schema WHERE name = 'sqlite_stat4'";
        if conn.prepare(samples)?.exists([])? {
            conn.execute_batch("DELETE FROM sqlite_stat4")?;
        }
        Ok(conn.execute_batch("PRAGMA secure_delete = ON")?)
    })?;
    let done = overwrite_all(writer, readers);
    let ended = writer.between(|conn| Ok(conn.execute_batch("PRAGMA secure_delete = OFF")?));
    done.and(ended)
}

fn overwrite_all(writer: &Writer, readers: &Readers) -> Result<(), StoreError> {
    for index in SEARCHES.iter().chain([&TEXTS]) {
        merge(writer, index)?;
    }
    let Some(mut roots) = writer.between(roots)? else {
        // This SQLite was built without the table of its pages. The file is
        // written anew as a whole, and others wait for it.
        return writer.between(open::vacuum);
    };
    for _ in 0..ROUNDS {
        let before = writer.between(others)?;
        let (mut from, mut first) = (1, std::mem::take(&mut roots));
        while let Some(next) = writer.between(move |conn| step(conn, &first, from))? {
            (from, first) = (next, Vec::new());
        }
        let loose = readers.read(Eyes::Desk, loose)?;
        if loose == 0 && writer.between(others)? == before {
            return Ok(());
        }
    }
    Err(StoreError::Unswept)
}

/// Moves whenever another process has written.
fn others(conn: &Connection) -> Result<i64, StoreError> {
    Ok(conn.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}

/// The pages at which b-trees begin; nothing where pages cannot be looked at.
fn roots(conn: &Connection) -> Result<Option<Vec<u32>>, StoreError> {
    let known = "SELECT 1 FROM pragma_module_list WHERE name = 'sqlite_dbpage'";
    let count: u32 = conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    if !conn.prepare(known)?.exists([])? || count > MOST_PAGES {
        return Ok(None);
    }
    let sql = "SELECT 1 UNION SELECT rootpage FROM sqlite_schema WHERE rootpage > 0";
    let mut select = conn.prepare(sql)?;
    let found = select.query_map([], |row| row.get(0))?;
    Ok(Some(found.collect::<Result<_, _>>()?))
}

/// Merges all segments that a search index has now into one, in which no
/// deletion is noted any more. What others add meanwhile is in segments of its
/// own.
fn merge(writer: &Writer, index: &'static str) -> Result<(), StoreError> {
    // A negative number begins with all segments, a positive one goes on. That
    // begins with what others added where it is more, unless it is less than
    // four segments: then it would do nothing, so it may be two.
    let mut most = -MERGED;
    writer.between(move |conn| {
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('usermerge', 2)");
        Ok(conn.execute_batch(&sql)?)
    })?;
    while writer.between(move |conn| merge_some(conn, index, most))? {
        most = MERGED;
    }
    Ok(())
}

/// Merges for some pages; says whether there is more to do.
fn merge_some(conn: &Connection, index: &str, most: i64) -> Result<bool, StoreError> {
    in_transaction(conn, || {
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', ?1)");
        conn.prepare_cached(&sql)?.execute([most])?;
        let sql = format!("SELECT block FROM {index}_data WHERE id = 10");
        let structure: Vec<u8> = conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
        is_merging(&structure).ok_or(StoreError::corrupt("search index", index))
    })
}

/// Whether the oldest segment of an index is being made of others, by its
/// structure record (the head of fts5_index.c): a cookie of four bytes, a mark
/// where segments tell more of themselves, the numbers of levels and segments,
/// and what was written; then, for each level, how many of its segments are
/// being merged into the next one, how many it has, and those.
fn is_merging(structure: &[u8]) -> Option<bool> {
    let rest = structure.get(4..)?;
    let marked = rest.strip_prefix(&[0xff, 0, 0, 1]);
    let told = if marked.is_some() { 8 } else { 3 };
    let mut numbers = Numbers(marked.unwrap_or(rest));
    let levels = numbers.next()?;
    let (_segments, _written) = (numbers.next()?, numbers.next()?);
    let (mut below, mut is_merging) = (0, false);
    for _ in 0..levels {
        let (merged, segments) = (numbers.next()?, numbers.next()?);
        if segments > 0 {
            is_merging = below > 0;
        }
        below = merged;
        for _ in 0..segments.checked_mul(told)? {
            numbers.next()?;
        }
    }
    Some(is_merging)
}

/// Numbers of FTS5, seven bits in each byte, the higher first; up to eight
/// such bytes, and a whole one then.
struct Numbers<'a>(&'a [u8]);

impl Iterator for Numbers<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let mut number = 0;
        for nth in 0..9 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            if nth == 8 {
                return Some(number << 8 | u64::from(*byte));
            }
            number = number << 7 | u64::from(byte & 0x7f);
            if *byte < 0x80 {
                break;
            }
        }
        Some(number)
    }
}

fn in_transaction<T>(
    conn: &Connection,
    act: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let done = act();
    conn.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

/// Overwrites what is in no row in these pages and in some from one on, in one
/// transaction. Answers where to go on.
fn step(conn: &Connection, first: &[u32], from: u32) -> Result<Option<u32>, StoreError> {
    in_transaction(conn, || {
        let mut look = Look::at(conn, true)?;
        for page in first {
            look.tend(*page)?;
        }
        let mut page = from;
        while page <= look.count && page - from < LOOKED_AT && look.written < WRITTEN {
            look.tend(page)?;
            page += 1;
        }
        Ok((page <= look.count).then_some(page))
    })
}

/// How many free pages and ends of chains still hold something, at one moment.
fn loose(db: &Db<'_>) -> Result<u64, StoreError> {
    let mut look = Look::at(db.conn, false)?;
    for page in 1..=look.count {
        look.tend(page)?;
    }
    Ok(look.loose)
}

/// A look at the pages within one transaction.
struct Look<'c> {
    read: CachedStatement<'c>,
    write: Option<CachedStatement<'c>>,
    count: u32,
    usable: usize,
    /// The page of locks.
    lock: u32,
    /// The free pages, each with how many bytes it begins with stay.
    free: BTreeMap<u32, usize>,
    written: u64,
    loose: u64,
}

impl<'c> Look<'c> {
    fn at(conn: &'c Connection, writes: bool) -> Result<Self, StoreError> {
        let put = "INSERT INTO sqlite_dbpage (pgno, data) VALUES (?1, ?2)";
        let write = writes.then(|| conn.prepare_cached(put)).transpose()?;
        let mut look = Self {
            read: conn.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")?,
            write,
            count: conn.query_row("PRAGMA page_count", [], |row| row.get(0))?,
            usable: 0,
            lock: 0,
            free: BTreeMap::new(),
            written: 0,
            loose: 0,
        };
        let head = look.read(1)?;
        look.usable = head.len() - pages::number(&head, 20, 1).map_err(bad)?;
        look.lock = pages::lock_page(head.len());
        look.find_free(&head)?;
        Ok(look)
    }

    fn read(&mut self, page: u32) -> Result<Vec<u8>, StoreError> {
        Ok(self.read.query_row([page], |row| row.get(0))?)
    }

    /// The free pages: trunks that name the others.
    fn find_free(&mut self, head: &[u8]) -> Result<(), StoreError> {
        let mut trunk = pages::number(head, 32, 4).map_err(bad)? as u32;
        while trunk != 0 {
            let page = self.read(trunk)?;
            let named = pages::number(&page, 4, 4).map_err(bad)?;
            if self.free.insert(trunk, 8 + 4 * named).is_some() {
                return Err(bad(BadPage));
            }
            for nth in 0..named {
                let leaf = pages::number(&page, 8 + 4 * nth, 4).map_err(bad)?;
                self.free.insert(leaf as u32, 0);
            }
            trunk = pages::number(&page, 0, 4).map_err(bad)? as u32;
        }
        Ok(())
    }

    /// Overwrites what is in no row in a page, and after the ends of the values
    /// that begin in it.
    fn tend(&mut self, number: u32) -> Result<(), StoreError> {
        if number == self.lock {
            return Ok(());
        }
        let mut page = self.read(number)?;
        if let Some(stays) = self.free.get(&number) {
            let rest = page.get_mut(*stays..).ok_or(bad(BadPage))?;
            if pages::wipe(rest) {
                self.loose += 1;
                self.put(number, &page)?;
            }
            return Ok(());
        }
        if !pages::is_tree(&page, number) {
            return Ok(());
        }
        let inner = &mut page[..self.usable];
        let was_there = pages::clear_between(inner, number).map_err(bad)?;
        let chains = pages::chains(inner, number).map_err(bad)?;
        if was_there {
            self.put(number, &page)?;
        }
        chains.into_iter().try_for_each(|chain| self.end(chain))
    }

    /// Overwrites what follows the end of a chain.
    fn end(&mut self, chain: Chain) -> Result<(), StoreError> {
        let (mut number, mut bytes) = (chain.first, chain.bytes);
        loop {
            if number == 0 || number > self.count || self.free.contains_key(&number) {
                return Err(bad(BadPage));
            }
            let mut page = self.read(number)?;
            let next = pages::number(&page, 0, 4).map_err(bad)? as u32;
            let room = self.usable - 4;
            if bytes > room {
                (number, bytes) = (next, bytes - room);
                continue;
            }
            if next != 0 {
                return Err(bad(BadPage));
            }
            if pages::wipe(&mut page[4 + bytes..self.usable]) {
                self.loose += 1;
                self.put(number, &page)?;
            }
            return Ok(());
        }
    }

    fn put(&mut self, number: u32, page: &[u8]) -> Result<(), StoreError> {
        if let Some(write) = &mut self.write {
            write.execute(params![number, page])?;
            self.written += 1;
        }
        Ok(())
    }
}

fn bad(page: BadPage) -> StoreError {
    StoreError::corrupt("database", page)
}

/// Empties the write-ahead log. Nobody who writes waits for somebody's long
/// look; it is tried again a few times, and later by whoever calls again.
///
/// # Errors
/// [`StoreError::Unswept`] while somebody reads the old pages.
pub(super) fn empty_log(writer: &Writer) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        if writer.between(open::empty_log)? {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err(StoreError::Unswept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EntryIndex;
    use crate::store::Store;

    /// A value of its own for each row, from a few bytes to several pages.
    fn value(row: u64) -> String {
        let length = [5, 90, 700, 3_900, 4_080, 8_300, 21_000][row as usize % 7];
        format!("zq{row}x").repeat(1 + (length + row as usize) / 5)
    }

    #[test]
    fn rows_stay_as_they_are_and_nothing_else_stays() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a store");
        let act = |sql: &'static str, rows: Vec<u64>| {
            let done = store.write(move |tx| {
                for row in rows {
                    tx.conn.execute(sql, params![row as i64, value(row)])?;
                }
                Ok::<_, StoreError>(())
            });
            done.expect("a write");
        };
        let make = "CREATE TABLE heap (id INTEGER PRIMARY KEY, words TEXT);
                    CREATE INDEX heap_by_words ON heap (words, id)";
        let made = store.write(move |tx| Ok::<_, StoreError>(tx.conn.execute_batch(make)?));
        made.expect("a table");
        act("INSERT INTO heap VALUES (?1, ?2)", (0..400).collect());
        let rows = |from: u64| (from..400).step_by(3).collect::<Vec<_>>();
        act(
            "UPDATE heap SET words = ?2 || 'changed' WHERE id = ?1",
            rows(0),
        );
        act("DELETE FROM heap WHERE ?2 <> '' AND id = ?1", rows(1));
        let held = || -> Vec<u64> {
            let files = ["desk.db", "desk.db-wal"].map(|name| std::fs::read(dir.path().join(name)));
            let bytes = files.map(|file| file.expect("a file")).concat();
            let holds = |row: &u64| {
                let words = format!("zq{row}xzq{row}x");
                memchr::memmem::find(&bytes, words.as_bytes()).is_some()
            };
            (0..400).filter(holds).collect()
        };
        assert_eq!(held().len(), 400, "a deletion alone leaves all of it");
        store.sweep(EntryIndex::new(9)).expect("a sweep");
        let stay: Vec<u64> = (0..400).filter(|row| row % 3 != 1).collect();
        assert_eq!(held(), stay);
        let checked = store.read(Eyes::Desk, |db| {
            let whole: String = db
                .conn
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
            let mut select = db.conn.prepare("SELECT id, words FROM heap")?;
            let mut rows = select.query([])?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                let (id, words): (i64, String) = (row.get(0)?, row.get(1)?);
                assert!(words.starts_with(&value(id as u64)), "row {id}");
                count += 1;
            }
            Ok::<_, StoreError>((whole, count))
        });
        assert_eq!(checked.expect("a look"), ("ok".to_owned(), 267));
        let loose = store.read(Eyes::Desk, loose).expect("a look");
        assert_eq!(loose, 0);
        assert_eq!(
            std::fs::metadata(dir.path().join("desk.db-wal")).map_or(0, |file| file.len()),
            0
        );
    }

    #[test]
    fn whether_an_index_is_being_merged_is_read_from_its_structure() {
        let cookie = [0, 0, 0, 9];
        let read = |rest: &[u8]| is_merging(&[&cookie, rest].concat());
        // Three segments of two are merged into the fourth, which is the oldest.
        let merging = [2, 3, 7, 2, 2, 1, 1, 5, 2, 1, 0x81, 0x00, 0, 1, 3, 1, 4];
        assert_eq!(read(&merging), Some(true));
        // New ones are merged below one that is whole.
        assert_eq!(read(&[1, 1, 7, 0, 1, 3, 1, 4]), Some(false));
        assert_eq!(
            read(&[3, 3, 7, 1, 1, 1, 1, 5, 0, 1, 2, 1, 5, 0, 1, 3, 1, 4]),
            Some(false)
        );
        assert_eq!(read(&[0, 0, 0]), Some(false));
        assert_eq!(read(&[1, 1, 7, 0, 1, 3]), None);
        assert_eq!(is_merging(&[]), None);
    }
}
