//! How it stands with a running desk, for those who watch over it: whether it
//! can serve, and what can be measured. Nothing here says a word of what the
//! desk knows.

use std::path::Path;
use std::time::SystemTime;

use crate::domain::ids::EntryIndex;
use crate::domain::time::Timestamp;
use crate::ledger::policy::Policy;
use crate::store::gauges::{self, Counts};
use crate::store::veil::Eyes;
use crate::store::{checkpoints, log};

use super::backup;
use super::timestamps::{self, Plan};
use super::witnesses;
use super::{Desk, DeskError};

/// The least room that a desk can go on with, in bytes.
pub const LEAST_ROOM: u64 = 64 << 20;
/// How long an entry may be without a checkpoint, in milliseconds; one is signed
/// each second.
const UNSIGNED: i64 = 60_000;

/// What keeps a desk from doing its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The database does not answer.
    Database,
    /// What writes has ended.
    Writer,
    /// The disk has no room left.
    Room,
    /// Entries of the log have been without a checkpoint for a minute.
    Unsigned,
}

impl Trouble {
    /// What it is, in a word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Writer => "writer",
            Self::Room => "room",
            Self::Unsigned => "log",
        }
    }
}

/// What keeps a desk from doing its work; nothing where it is ready.
pub fn troubles(desk: &Desk) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    match unsigned_since(desk) {
        Ok(Some(since)) if desk.now().as_millis() - since.as_millis() > UNSIGNED => {
            troubles.push(Trouble::Unsigned);
        }
        Ok(_) => {}
        Err(error) => {
            tracing::error!(%error, "the desk is not ready");
            troubles.push(Trouble::Database);
        }
    }
    if !desk.store().is_writing() {
        troubles.push(Trouble::Writer);
    }
    if gauges::room(desk.dir()).is_some_and(|room| room < LEAST_ROOM) {
        troubles.push(Trouble::Room);
    }
    troubles
}

/// When the oldest entry was made that no checkpoint covers.
fn unsigned_since(desk: &Desk) -> Result<Option<Timestamp>, DeskError> {
    desk.store().read(Eyes::Desk, |db| {
        let (size, signed) = (log::size(db)?, checkpoints::newest(db)?);
        let signed = signed.map_or(0, |(size, _)| size);
        if signed >= size {
            return Ok(None);
        }
        Ok(gauges::made_at(db, EntryIndex::new(signed))?)
    })
}

/// What can be measured of a desk.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Entries of the log.
    pub entries: u64,
    /// Entries that no checkpoint covers yet.
    pub unsigned: u64,
    /// How long ago a checkpoint was signed last, in seconds.
    pub checkpoint_age: Option<f64>,
    /// What the tables tell.
    pub counts: Counts,
    /// Each witness: its name, how many entries it does not know of, and how
    /// often in a row it did not cosign.
    pub witnesses: Vec<(String, u64, u64)>,
    /// Each timestamping authority: its name, how long ago it stamped last in
    /// seconds, and how often in a row it did not.
    pub authorities: Vec<(String, Option<f64>, u64)>,
    /// How long ago the newest backup was taken in seconds, and whether it
    /// passed its check.
    pub backup: Option<(f64, bool)>,
    /// How often in a row a backup came to nothing since.
    pub backup_failures: u64,
    /// Bytes of the database with what is written ahead.
    pub database: u64,
    /// Bytes that may still be written to the disk.
    pub room: Option<u64>,
}

/// Measures a desk, with those whom its configuration names.
///
/// # Errors
/// When the database fails.
pub fn figures(desk: &Desk, policy: &Policy, plan: &Plan) -> Result<Figures, DeskError> {
    let now = desk.now();
    let limits = desk.policy().limits(now);
    let (entries, signed, counts) = desk.store().read(Eyes::Desk, |db| {
        let signed = checkpoints::newest(db)?.map_or(0, |(size, _)| size);
        Ok::<_, DeskError>((log::size(db)?, signed, gauges::counts(db, limits)?))
    })?;
    let backups = backup::standing(desk.dir());
    let size = |name: &str| bytes(&desk.dir().join(name));
    Ok(Figures {
        entries,
        unsigned: entries.saturating_sub(signed),
        checkpoint_age: age_of_file(&checkpoints::file_in(desk.dir()), now),
        counts,
        witnesses: standing_of_witnesses(desk, policy, entries)?,
        authorities: standing_of_authorities(desk, plan, now)?,
        backup: backups
            .last
            .as_ref()
            .map(|last| (seconds(last.at, now), last.verified)),
        backup_failures: backups.trouble.map_or(0, |(_, tries)| u64::from(tries)),
        database: size("desk.db") + size("desk.db-wal"),
        room: gauges::room(desk.dir()),
    })
}

fn standing_of_witnesses(
    desk: &Desk,
    policy: &Policy,
    entries: u64,
) -> Result<Vec<(String, u64, u64)>, DeskError> {
    let seen = witnesses::overview(desk, policy)?;
    let all = seen.into_iter().map(|witness| {
        let standing = witness.standing.as_ref();
        let size = standing.map_or(0, |standing| standing.size);
        let failures = standing.map_or(0, |standing| u64::from(standing.failures));
        (witness.name, entries.saturating_sub(size), failures)
    });
    Ok(all.collect())
}

fn standing_of_authorities(
    desk: &Desk,
    plan: &Plan,
    now: Timestamp,
) -> Result<Vec<(String, Option<f64>, u64)>, DeskError> {
    let seen = timestamps::standings(desk, plan)?;
    let all = seen.into_iter().map(|authority| {
        let newest = authority.newest.as_ref();
        let age = newest.map(|newest| seconds(newest.asked_at, now));
        let tries = authority.turn.as_ref().map_or(0, |turn| turn.tries);
        (authority.name.to_string(), age, u64::from(tries))
    });
    Ok(all.collect())
}

fn seconds(then: Timestamp, now: Timestamp) -> f64 {
    (now.as_millis() - then.as_millis()) as f64 / 1e3
}

fn bytes(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |found| found.len())
}

/// How long ago a file was written last, by the desk's clock.
fn age_of_file(path: &Path, now: Timestamp) -> Option<f64> {
    let written = std::fs::metadata(path).ok()?.modified().ok()?;
    let since = written.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(now.as_millis() as f64 / 1e3 - since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Still, open};
    use super::super::{Actor, audit, people};
    use crate::domain::person::Role;
    use crate::domain::words::Name;

    use super::*;

    fn words(desk: &Desk) -> Vec<&'static str> {
        troubles(desk).into_iter().map(Trouble::as_str).collect()
    }

    #[test]
    fn entries_that_are_not_signed_for_a_minute_are_a_trouble_until_they_are() {
        let dir = tempfile::tempdir().expect("a directory");
        let clock = Still::new();
        let desk = open(&dir.path().join("data"), &clock);
        audit::checkpoint(&desk).expect("a checkpoint");
        assert_eq!(words(&desk), [""; 0]);
        let name = Name::parse("Somebody").expect("a name");
        people::join(&desk, Actor::Operator, name, Role::Reader).expect("somebody");
        clock.pass(UNSIGNED);
        assert_eq!(words(&desk), [""; 0], "a minute is not over");
        clock.pass(1);
        assert_eq!(words(&desk), ["log"]);
        audit::checkpoint(&desk).expect("a checkpoint");
        assert_eq!(words(&desk), [""; 0]);
    }

    #[test]
    fn what_writes_and_has_ended_is_a_trouble_until_the_desk_is_opened_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let clock = Still::new();
        let data = dir.path().join("data");
        let desk = open(&data, &clock);
        desk.store().break_writer();
        assert_eq!(words(&desk), ["writer"]);
        drop(desk);
        assert_eq!(words(&open(&data, &clock)), [""; 0]);
    }
}
