//! Whether an installation is as it should be: what of a data directory can be
//! looked at without opening the desk, and without changing anything in it.

use std::path::Path;

use serde::Serialize;

use crate::domain::time::Timestamp;
use crate::store::{SCHEMA_VERSION, Store, StoreError, gauges, log, people};

use super::backup;
use super::keys::{KeyPlace, modes};
use super::watch::LEAST_ROOM;
use super::{DeskError, World};

/// With less room than this a desk should be given more, in bytes.
const SMALL_ROOM: u64 = 1 << 30;
/// How far a clock may be behind the newest entry, in milliseconds.
const BEHIND: i64 = 60_000;

/// What was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word that stays the same.
    pub check: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub found: String,
    /// What mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// How it stands with what was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it should be.
    Fine,
    /// It works, and somebody should know.
    Note,
    /// It is to be mended.
    Wrong,
}

impl Finding {
    /// As it should be.
    pub fn fine(check: &'static str, found: impl Into<String>) -> Self {
        Self::new(check, Standing::Fine, found, None)
    }

    /// It works, and somebody should know.
    pub fn note(check: &'static str, found: impl Into<String>, mend: &str) -> Self {
        Self::new(check, Standing::Note, found, Some(mend))
    }

    /// It is to be mended.
    pub fn wrong(check: &'static str, found: impl Into<String>, mend: &str) -> Self {
        Self::new(check, Standing::Wrong, found, Some(mend))
    }

    fn new(
        check: &'static str,
        standing: Standing,
        found: impl Into<String>,
        mend: Option<&str>,
    ) -> Self {
        Self {
            check,
            standing,
            found: found.into(),
            mend: mend.map(str::to_owned),
        }
    }
}

/// Looks at a data directory: who may read it, its key, its database, the room
/// on its disk, the clock. `every` is how many seconds lie between two backups;
/// nothing where none is configured.
pub fn look(dir: &Path, key: &KeyPlace, every: Option<u64>, world: &World) -> Vec<Finding> {
    if !dir.join("desk.db").exists() {
        let found = format!("{} holds no desk yet", dir.display());
        let mend = "`citekeep serve` makes one; if there was one, look at `data` under [desk]";
        return vec![Finding::note("data", found, mend)];
    }
    let mut found = vec![directory(dir)];
    match Store::look(dir, |db, _| {
        let verifier = people::desk(db)?.map(|desk| desk.verifier_key);
        Ok::<_, StoreError>((gauges::flaws(db)?, log::newest_at(db)?, verifier))
    }) {
        Ok((flaws, newest, verifier)) => {
            found.push(Finding::fine("schema", format!("schema {SCHEMA_VERSION}")));
            found.push(database(&flaws));
            found.push(signing_key(dir, key, verifier.as_deref()));
            found.push(clock(newest, world.clock.now()));
        }
        Err(error) => {
            found.push(unread(&error));
            found.push(signing_key(dir, key, None));
        }
    }
    found.push(room(gauges::room(dir)));
    found.push(backups(dir, every, world.clock.now()));
    found
}

fn directory(dir: &Path) -> Finding {
    let open = modes::open(dir);
    let shown = dir.display();
    if open.is_empty() {
        return Finding::fine("data", format!("{shown} is closed to others"));
    }
    let mend = format!("run `chmod -R go= {shown}`, as the user that runs the desk");
    Finding::wrong("data", open.join("; "), &mend)
}

fn unread(error: &StoreError) -> Finding {
    match error {
        StoreError::OlderSchema { found } => Finding::note(
            "schema",
            format!("schema {found}; this program reads {SCHEMA_VERSION}"),
            "the next start brings it up to date; take a backup with the older program first",
        ),
        StoreError::NewerSchema { found } => Finding::wrong(
            "schema",
            format!("schema {found}; this program reads {SCHEMA_VERSION}"),
            "use the newer program that wrote it",
        ),
        error => Finding::wrong(
            "database",
            error.to_string(),
            "see that the user who runs the desk may read and write the data directory; if it is damaged, put a backup back with `citekeep restore`",
        ),
    }
}

fn database(flaws: &[String]) -> Finding {
    if flaws.is_empty() {
        return Finding::fine("database", "SQLite finds it whole");
    }
    Finding::wrong(
        "database",
        flaws.join("; "),
        "stop the desk and put a backup back with `citekeep restore`; `citekeep verify` names what is lost",
    )
}

fn signing_key(dir: &Path, key: &KeyPlace, verifier: Option<&str>) -> Finding {
    let shown = key.shown(dir);
    match key.read(dir) {
        Ok(Some(key)) => {
            let own = key.verifier().to_string();
            if verifier.is_some_and(|verifier| verifier != own) {
                return Finding::wrong(
                    "key",
                    format!("{shown} is not the key that the log names last"),
                    "put that key back; if it is lost, run `citekeep replace-lost-key`",
                );
            }
            Finding::fine("key", format!("{shown} is the log's, and closed to others"))
        }
        Ok(None) => Finding::wrong(
            "key",
            format!("{shown} is not there"),
            "put it back, or set `key` under [desk]; if it is lost, run `citekeep replace-lost-key`",
        ),
        Err(DeskError::Key { path, why }) => {
            Finding::wrong("key", format!("{path}: {why}"), "do what it says")
        }
        Err(error) => Finding::wrong(
            "key",
            error.to_string(),
            "let the user who runs the desk read it",
        ),
    }
}

fn clock(newest: Option<Timestamp>, now: Timestamp) -> Finding {
    let behind = newest.map_or(0, |newest| newest.as_millis() - now.as_millis());
    if behind <= BEHIND {
        return Finding::fine("clock", format!("{now}, not before the newest entry"));
    }
    Finding::wrong(
        "clock",
        format!(
            "{now} is {} seconds before the newest entry",
            behind / 1_000
        ),
        "set the clock right, and have it kept right by NTP",
    )
}

fn room(room: Option<u64>) -> Finding {
    let Some(room) = room else {
        return Finding::note("room", "the system does not tell it", "look at it yourself");
    };
    let found = format!("{} MiB are free", room >> 20);
    if room < LEAST_ROOM {
        return Finding::wrong("room", found, "make room on the disk");
    }
    if room < SMALL_ROOM {
        return Finding::note("room", found, "make room on the disk before long");
    }
    Finding::fine("room", found)
}

fn backups(dir: &Path, every: Option<u64>, now: Timestamp) -> Finding {
    let Some(every) = every else {
        return Finding::wrong(
            "backup",
            "no backup is taken",
            "name a directory in `to` under [backup]",
        );
    };
    let standing = backup::standing(dir);
    if let Some((why, tries)) = standing.trouble {
        let found = format!("the last {tries} came to nothing: {why}");
        return Finding::wrong("backup", found, "mend that, then run `citekeep backup`");
    }
    let Some(last) = standing.last else {
        let mend = "the desk takes one when it is served; or run `citekeep backup`";
        return Finding::wrong("backup", "none was taken yet", mend);
    };
    if let Some(finding) = last.finding {
        let found = format!("the newest, of {}, is not whole: {finding}", last.at);
        return Finding::wrong(
            "backup",
            found,
            "run `citekeep verify`, and mend what it names",
        );
    }
    let age = now.as_millis().saturating_sub(last.at.as_millis()) / 1_000;
    if age > i64::try_from(every.saturating_mul(2)).unwrap_or(i64::MAX) {
        let found = format!("the newest, of {}, is {} hours old", last.at, age / 3_600);
        return Finding::wrong(
            "backup",
            found,
            "see that the desk runs; or run `citekeep backup`",
        );
    }
    Finding::fine("backup", format!("the newest was taken at {}", last.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_almost_full_is_found() {
        let check = |bytes, standing| {
            let found = room(bytes);
            assert_eq!(found.standing, standing, "{found:?}");
            assert_eq!(found.mend.is_some(), standing != Standing::Fine);
        };
        check(Some(LEAST_ROOM - 1), Standing::Wrong);
        check(Some(LEAST_ROOM), Standing::Note);
        check(Some(SMALL_ROOM), Standing::Fine);
        check(None, Standing::Note);
    }
}
