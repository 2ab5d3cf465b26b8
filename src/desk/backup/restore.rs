//! Putting a backup back: beside what is there, checked, held against it, and
//! only then in its place. What was there stays beside it under another name.
//!
//! If we crash before the two names are changed, nothing is replaced and the
//! next run goes on; between the two, the old directory lies under its new name
//! and the next run does the rest.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::ledger::checkpoint::read_run;
use crate::ledger::key::VerifierKey;
use crate::store::{Store, StoreError, checkpoints, copying};

use super::super::audit::verify::{Depth, verify};
use super::super::copies::{self, CompareError, Copy, Kept, Outcome, Side, compare};
use super::super::{World, signed};
use super::age::Identity;
use super::contents::Facts;
use super::pieces::{Seal, sync_folder};
use super::place::facts;
use super::put_back::{From, contents, put_back};
use super::{BackupError, Watch};

/// What is to be put back, and where.
pub struct Wanted<'a> {
    /// The directory of backups.
    pub from: &'a Path,
    /// Which one; none: the newest.
    pub name: Option<&'a str>,
    /// The data directory.
    pub to: &'a Path,
    /// What opens encrypted ones.
    pub identities: &'a [Identity],
    /// The key of the log, where it is not in the backup.
    pub key: Option<&'a VerifierKey>,
    /// A copy of the log to hold it against: a file of checkpoints, a mirror or
    /// a data directory.
    pub kept: Option<&'a str>,
    /// Whether to go on although there was more than the backup has.
    pub older: bool,
}

/// A backup that was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// What it is called.
    pub name: String,
    /// How many entries its log has.
    pub entries: u64,
    /// How many documents and texts it has.
    pub blobs: u64,
    /// How many entries were lost, as far as is known.
    pub lost: u64,
    /// Where what was there before lies now.
    pub aside: Option<PathBuf>,
    /// Whether the key that signs the log was in it.
    pub has_key: bool,
}

/// Puts a backup back.
///
/// # Errors
/// When it is not whole, does not pass the check, or is older than or another
/// history than what it is held against. Nothing is replaced then.
pub fn restore(
    wanted: &Wanted<'_>,
    world: &World,
    watch: &mut Watch<'_>,
) -> Result<Restored, BackupError> {
    let (name, facts) = chosen(wanted.from, wanted.name)?;
    if wanted.to.join("desk.db").exists() && copying::is_in_use(wanted.to)? {
        return Err(BackupError::Running(wanted.to.to_owned()));
    }
    let contents = contents(wanted.from, (&name, &facts), wanted.identities)?;
    let seal = match &contents.names {
        None => Seal::Open,
        Some(names) => Seal::Sealed {
            to: Vec::new(),
            names: names_of(names)?,
        },
    };
    let from = From {
        dir: wanted.from,
        keys: wanted.identities,
        seal,
    };
    let beside = beside(wanted.to, "restoring");
    put_back(&from, &contents, &beside, watch)?;
    check(wanted, &beside, watch)?;
    let lost = hold_against(wanted, &beside)?;
    let aside = swap(wanted.to, &beside, world)?;
    Ok(Restored {
        name,
        entries: facts.entries,
        blobs: contents.blobs.len() as u64,
        lost,
        aside,
        has_key: contents.files.contains_key("log.key"),
    })
}

fn chosen(from: &Path, name: Option<&str>) -> Result<(String, Facts), BackupError> {
    super::list(from)?;
    let all = facts(from)?;
    let found = match name {
        None => all.into_iter().next_back(),
        Some(name) => all.into_iter().find(|(other, _)| other == name),
    };
    found.ok_or_else(|| BackupError::NoBackup {
        what: name.map_or_else(
            || format!("backup in {}", from.display()),
            |name| format!("backup {name} in {}", from.display()),
        ),
    })
}

fn names_of(text: &str) -> Result<[u8; 32], BackupError> {
    let mut names = [0; 32];
    hex::decode_to_slice(text, &mut names)
        .map_err(|error| super::place::damaged(Path::new("contents"), error))?;
    Ok(names)
}

/// A directory beside another, with more at the end of its name.
fn beside(dir: &Path, ending: &str) -> PathBuf {
    let whole = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    whole.with_added_extension(ending)
}

fn check(wanted: &Wanted<'_>, dir: &Path, watch: &mut Watch<'_>) -> Result<(), BackupError> {
    let mut stopped = Ok(());
    let report = verify(dir, wanted.key, Depth::Everything, &mut |done, total| {
        if stopped.is_ok() {
            stopped = watch.tell("checking what was put back", done, total);
        }
    })?;
    stopped?;
    match report.findings.first() {
        None => Ok(()),
        Some(first) => Err(BackupError::Unsound {
            findings: report.findings.len(),
            first: format!("{}: {}", first.place, first.words),
            left: dir.to_owned(),
        }),
    }
}

/// Holds what was put together against what is there and what somebody kept;
/// tells how many entries are lost with it.
fn hold_against(wanted: &Wanted<'_>, dir: &Path) -> Result<u64, BackupError> {
    let there = what_is_there(wanted.to)?;
    let mut notes = Vec::new();
    let mut lost = 0;
    if there.join("desk.db").exists() {
        match held(wanted, dir, &there.display().to_string()) {
            Ok(more) => {
                lost = more;
                let newest = Store::look(&there, |db, _| checkpoints::newest(db));
                notes.extend(newest.ok().flatten().map(|(_, note)| note));
            }
            // A database that cannot be read is why one restores; it is kept.
            Err(BackupError::Kept { why, .. }) => {
                tracing::warn!(%why, "the database that is there could not be compared");
            }
            Err(other) => return Err(other),
        }
    }
    // A database can be lost, or older than the file beside it.
    let file = checkpoints::file_in(&there);
    let (signed, _) = checkpoints::read_file(&there)?;
    if !signed.is_empty() {
        lost = lost.max(held(wanted, dir, &file.display().to_string())?);
        notes.extend(signed);
    }
    if let Some(kept) = wanted.kept {
        lost = lost.max(held(wanted, dir, kept)?);
        let text = copies::text(kept, Path::new(kept)).unwrap_or_default();
        let (whole, rest) = read_run(&text);
        notes.extend(whole.into_iter().map(str::to_owned));
        notes.extend(rest.map(|at| text[at..].to_owned()));
    }
    carry_over(dir, notes)?;
    Ok(lost)
}

/// The directory that is to be replaced; where a run was cut off between the
/// two names, it lies aside already.
fn what_is_there(to: &Path) -> Result<PathBuf, BackupError> {
    let parent = to.parent().unwrap_or(Path::new(""));
    if to.exists() || !beside(to, "restoring").exists() || !parent.exists() {
        return Ok(to.to_owned());
    }
    let failed = |error| StoreError::file(parent, error);
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let start = format!("{name}.before-");
    let mut aside = Vec::new();
    for entry in fs::read_dir(parent).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&start) {
            aside.push(path);
        }
    }
    Ok(aside.into_iter().max().unwrap_or_else(|| to.to_owned()))
}

/// Holds it against one copy of the log.
fn held(wanted: &Wanted<'_>, dir: &Path, with: &str) -> Result<u64, BackupError> {
    let kept = |why: String| BackupError::Kept {
        place: with.to_owned(),
        why,
    };
    let ours = Copy::open(&dir.display().to_string(), None);
    let ours = ours.map_err(|error| kept(error.to_string()))?;
    let known = wanted.key.cloned().map(Kept::new);
    let theirs = Copy::open(with, known.as_ref()).map_err(|error| kept(error.to_string()))?;
    let signed = theirs.size;
    let outcome = compare(&ours, &theirs).map_err(|error| match error {
        CompareError::OtherLogs { a, b } => BackupError::OtherLog { there: b, here: a },
        other => kept(other.to_string()),
    })?;
    match outcome {
        Outcome::Same { .. } => Ok(0),
        Outcome::Behind {
            behind: Side::B, ..
        } => Ok(0),
        Outcome::Forked { .. } => Err(BackupError::Forked {
            with: with.to_owned(),
        }),
        // What is newer than the backup cannot be held against its tree.
        Outcome::Behind { .. } | Outcome::Undecided { .. } if signed > ours.size => {
            if wanted.older {
                return Ok(signed - ours.size);
            }
            Err(BackupError::Older {
                have: ours.size,
                signed,
                with: with.to_owned(),
            })
        }
        Outcome::Behind { .. } => Ok(0),
        Outcome::Undecided { why } => Err(kept(why)),
    }
}

/// Keeps checkpoints that are newer than the backup: they are what makes an
/// older log be noticed at the start.
fn carry_over(dir: &Path, notes: Vec<String>) -> Result<(), BackupError> {
    let (own, _) = checkpoints::read_file(dir)?;
    let newest = own.iter().filter_map(|note| signed::size(note)).max();
    let newer: BTreeMap<u64, String> = notes
        .into_iter()
        .filter_map(|note| Some((signed::size(&note)?, note)))
        .filter(|(size, _)| Some(*size) > newest)
        .collect();
    if !newer.is_empty() {
        let notes: Vec<String> = newer.into_values().collect();
        checkpoints::append_to_file(dir, &notes)?;
    }
    Ok(())
}

/// Gives the restored directory its place; what was there lies beside it.
fn swap(to: &Path, restored: &Path, world: &World) -> Result<Option<PathBuf>, BackupError> {
    let to = fs::canonicalize(to).unwrap_or_else(|_| to.to_owned());
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let failed = |error| StoreError::file(&to, error);
    let is_empty =
        |dir: &Path| -> std::io::Result<bool> { Ok(fs::read_dir(dir)?.next().is_none()) };
    let mut aside = None;
    if to.exists() {
        if is_empty(&to).map_err(failed)? {
            fs::remove_dir(&to)
        } else {
            let moment = world.clock.now().to_string().replace(':', "-");
            let path = to.with_added_extension(format!("before-{moment}"));
            let moved = fs::rename(&to, &path);
            aside = Some(path);
            moved
        }
        .map_err(|why| BackupError::Unmovable {
            from: to.clone(),
            why,
            restored: restored.to_owned(),
        })?;
        sync_folder(parent)?;
    }
    fs::rename(restored, &to).map_err(failed)?;
    sync_folder(parent)?;
    Ok(aside)
}
