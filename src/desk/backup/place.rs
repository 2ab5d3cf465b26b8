//! The directory that backups lie in: who works there, and what is there.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;
use crate::store::StoreError;

use super::super::folder::Folder;
use super::super::plain;
use super::BackupError;
use super::contents::{Facts, VERSION};
use super::pieces::{Listing, read_listing};

/// The file by which such a directory is known.
const MARK: &str = "citekeep-backups.json";
/// The largest file of facts that is read, in bytes.
const LARGEST: u64 = 16 << 20;
/// How many backups are listed at most.
const MOST: usize = 10_000;

/// What a directory of backups says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    citekeep_backups: u32,
    /// The name of the log.
    origin: String,
    encrypted: bool,
}

/// A directory of backups in which one run works at a time.
pub(super) struct Place {
    pub(super) dir: PathBuf,
    /// The directory itself, in which others may write too.
    pub(super) root: Folder,
    /// Held until the run ends; the system lets go of it after a crash.
    _lock: File,
}

/// A backup that is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// What it is called: when it was begun.
    pub name: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// The name of its log.
    pub origin: String,
    /// How many entries its log has.
    pub entries: u64,
    /// Whether it was checked whole, and nothing was wrong.
    pub verified: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// How many bytes it would have alone.
    pub bytes: u64,
    /// How many of them the one before it did not have.
    pub new_bytes: u64,
}

impl Place {
    /// Opens a directory of backups of that log, and makes it if there is none.
    pub(super) fn open(dir: &Path, origin: &str, encrypted: bool) -> Result<Self, BackupError> {
        let file = |error| StoreError::file(dir, error);
        fs::create_dir_all(dir).map_err(file)?;
        let here = Mark {
            citekeep_backups: VERSION,
            origin: origin.to_owned(),
            encrypted,
        };
        let lock = locked(dir)?;
        let root = Folder::open(dir).map_err(file)?;
        match mark(dir)? {
            None => {
                if fs::read_dir(dir).map_err(file)?.next().is_some() {
                    return Err(BackupError::Foreign(dir.to_owned()));
                }
                close_to_others(dir).map_err(file)?;
                let json = serde_json::to_string_pretty(&here).unwrap_or_default();
                let written = root.write(MARK, json.as_bytes());
                written.and_then(|()| root.sync()).map_err(file)?;
            }
            Some(there) if there.origin != here.origin => {
                return Err(BackupError::OtherLog {
                    there: there.origin,
                    here: here.origin,
                });
            }
            Some(there) if there.encrypted != here.encrypted => {
                let there = if there.encrypted {
                    "encrypted"
                } else {
                    "not encrypted"
                };
                return Err(BackupError::OtherSeal { there });
            }
            Some(_) => {}
        }
        Ok(Self {
            dir: dir.to_owned(),
            root,
            _lock: lock,
        })
    }

    /// What every backup here needs.
    pub(super) fn known(&self) -> Result<Listing, BackupError> {
        let mut all = Listing::new();
        for (name, _) in facts(&self.dir)? {
            all.extend(self.listing(&name)?);
        }
        Ok(all)
    }

    /// What one backup needs.
    pub(super) fn listing(&self, name: &str) -> Result<Listing, BackupError> {
        Ok(read_listing(&self.dir.join(name).join("pieces"))?)
    }
}

/// Keeps other users of the machine out of a directory.
#[cfg(unix)]
pub(super) fn close_to_others(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

/// Keeps other users of the machine out of a directory.
#[cfg(not(unix))]
pub(super) fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn locked(dir: &Path) -> Result<File, BackupError> {
    let lock = File::open(dir).map_err(|error| StoreError::file(dir, error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(BackupError::Busy(dir.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(StoreError::file(dir, error).into()),
    }
}

fn mark(dir: &Path) -> Result<Option<Mark>, BackupError> {
    read_json(&dir.join(MARK))
}

/// Reads a small file of ours, if it is there.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(
    path: &Path,
) -> Result<Option<T>, BackupError> {
    let Some(bytes) = read(path, LARGEST)? else {
        return Ok(None);
    };
    let read = serde_json::from_slice(&bytes);
    read.map(Some).map_err(|error| damaged(path, error))
}

/// Reads a file of at most so many bytes, if it is there.
pub(super) fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>, BackupError> {
    plain::read(path, most).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => damaged(path, error),
        _ => StoreError::file(path, error).into(),
    })
}

pub(super) fn damaged(path: &Path, flaw: impl ToString) -> BackupError {
    BackupError::Damaged {
        file: path.display().to_string(),
        flaw: flaw.to_string(),
    }
}

/// The backups in a directory, the oldest first.
///
/// # Errors
/// When it is no directory of backups.
pub fn list(dir: &Path) -> Result<Vec<Backup>, BackupError> {
    if mark(dir)?.is_none() {
        return Err(BackupError::Foreign(dir.to_owned()));
    }
    let all = facts(dir)?.into_iter();
    Ok(all
        .map(|(name, facts)| Backup {
            name,
            made_at: facts.made_at,
            origin: facts.origin,
            entries: facts.entries,
            verified: facts.verified,
            encrypted: !facts.encrypted_to.is_empty(),
            bytes: facts.bytes,
            new_bytes: facts.new_bytes,
        })
        .collect())
}

/// What each backup says of itself, the oldest first.
pub(super) fn facts(dir: &Path) -> Result<Vec<(String, Facts)>, BackupError> {
    let failed = |error| StoreError::file(dir, error);
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Names begin with a year; `.new` is one that was cut off.
        if !name.starts_with(|c: char| c.is_ascii_digit()) || name.ends_with(".new") {
            continue;
        }
        if let Some(facts) = read_json::<Facts>(&entry.path().join("backup.json"))? {
            all.push((name, facts));
        }
        if all.len() > MOST {
            break;
        }
    }
    all.sort_by(|a, b| (a.1.made_at, &a.0).cmp(&(b.1.made_at, &b.0)));
    Ok(all)
}
