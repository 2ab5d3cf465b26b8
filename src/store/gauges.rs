//! What can be measured of a store while it works: counts in memory that a
//! restart begins anew, and what one look at the tables tells.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::params;

use crate::domain::ids::EntryIndex;
use crate::domain::time::Timestamp;

use super::local::sessions::Limits;
use super::{Db, StoreError};

/// The bounds that times are counted between, in seconds.
pub const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// How long things took: how many were within each bound, and all of them
/// together.
#[derive(Debug, Default)]
pub struct Timed {
    within: [AtomicU64; BOUNDS.len()],
    all: AtomicU64,
    micros: AtomicU64,
}

/// What was counted until now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally {
    /// How many took no longer than each bound.
    pub within: [u64; BOUNDS.len()],
    /// How many there were.
    pub all: u64,
    /// How long they took together, in seconds.
    pub seconds: f64,
}

impl Timed {
    /// Counts one that took so long.
    pub fn took(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let place = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(count) = place.and_then(|place| self.within.get(place)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        self.all.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted until now. One that is being counted meanwhile may be
    /// missing; none is above what is within a larger bound.
    pub fn tally(&self) -> Tally {
        let mut below = 0;
        let within = self.within.each_ref().map(|count| {
            below += count.load(Ordering::Relaxed);
            below
        });
        Tally {
            within,
            all: self.all.load(Ordering::Relaxed).max(below),
            seconds: self.micros.load(Ordering::Relaxed) as f64 / 1e6,
        }
    }
}

/// What is counted of writing.
#[derive(Debug, Default)]
pub struct Writes {
    /// Acts, from the moment that they are asked for to their answer.
    pub acts: Timed,
    /// Commits, which several acts may share.
    pub commits: Timed,
    /// Commits that came to nothing.
    pub failed: AtomicU64,
    /// Acts that wait or are being done.
    pub waiting: AtomicUsize,
}

/// What the tables tell those who watch over a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Sessions that are not over.
    pub sessions: u64,
    /// Captures that wait.
    pub captures: u64,
    /// Messages to hooks that wait.
    pub messages: u64,
    /// Kept messages to hooks that were given up.
    pub messages_failed: u64,
    /// Hooks that are told nothing, by hand or after too many failures.
    pub hooks_paused: u64,
}

/// Counts what waits, and who is in.
pub fn counts(db: &Db<'_>, sessions: Limits) -> Result<Counts, StoreError> {
    let sql = "SELECT
        (SELECT count(*) FROM session WHERE expires_at > ?1 AND seen_at > ?2) AS sessions,
        (SELECT count(*) FROM capture WHERE state IN ('waiting', 'running')) AS captures,
        (SELECT count(*) FROM delivery WHERE state = 'waiting') AS messages,
        (SELECT count(*) FROM delivery WHERE state = 'failed') AS failed,
        (SELECT count(*) FROM hook WHERE paused IS NOT NULL) AS paused";
    let mut select = db.conn.prepare_cached(sql)?;
    let live = [sessions.now.as_millis(), sessions.idle_since.as_millis()];
    let counts = select.query_row(live, |row| {
        let count = |name| row.get::<_, i64>(name).map(|n| n as u64);
        Ok(Counts {
            sessions: count("sessions")?,
            captures: count("captures")?,
            messages: count("messages")?,
            messages_failed: count("failed")?,
            hooks_paused: count("paused")?,
        })
    })?;
    Ok(counts)
}

/// When an entry was made; nothing where there is none.
pub fn made_at(db: &Db<'_>, entry: EntryIndex) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT at FROM main.trail WHERE entry = ?1 LIMIT 1";
    let mut select = db.conn.prepare_cached(sql)?;
    let mut rows = select.query(params![entry.get() as i64])?;
    let row = rows.next()?;
    Ok(row.map(|row| super::rows::moment(row, "at")).transpose()?)
}

/// What SQLite finds wrong with its own file at a quick look; nothing where it is
/// whole.
pub fn flaws(db: &Db<'_>) -> Result<Vec<String>, StoreError> {
    let mut select = db.conn.prepare("PRAGMA quick_check(5)")?;
    let rows = select.query_map([], |row| row.get::<_, String>(0))?;
    let mut flaws = Vec::new();
    for row in rows {
        let words = row?;
        if words != "ok" {
            flaws.push(words);
        }
    }
    Ok(flaws)
}

/// How many bytes may still be written where a file lies; nothing where the
/// system does not tell.
#[cfg(unix)]
pub fn room(dir: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(dir).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// How many bytes may still be written where a file lies; nothing where the
/// system does not tell.
#[cfg(not(unix))]
pub fn room(_: &Path) -> Option<u64> {
    None
}

/// The bytes of all files below a folder.
pub fn bytes_below(dir: &Path) -> u64 {
    let mut folders = vec![dir.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = folders.pop() {
        let Ok(inside) = std::fs::read_dir(&folder) else {
            continue;
        };
        for file in inside.flatten() {
            match file.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(file.path()),
                Ok(_) => bytes += file.metadata().map_or(0, |found| found.len()),
                Err(_) => {}
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_within_their_bounds() {
        let timed = Timed::default();
        for millis in [1, 1, 3, 40, 20_000] {
            timed.took(Duration::from_millis(millis));
        }
        let tally = timed.tally();
        assert_eq!(tally.within, [2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]);
        assert_eq!(tally.all, 5);
        assert!((tally.seconds - 20.045).abs() < 1e-9, "{tally:?}");
    }
}
