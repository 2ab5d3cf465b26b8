//! The desk at one moment: a copy of its database, with what belongs to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::domain::hash::ContentHash;
use crate::ledger::key::SigningKey;
use crate::store::{Store, StoreError, checkpoints, copying, erasures, log, people, snapshots};

use super::super::{DeskError, signed};
use super::pieces::write_whole;
use super::{BackupError, Watch};

/// The files of a data directory that a backup holds whole.
pub(super) const KEYS: [&str; 2] = ["log.key", "log.key.next"];
/// The checkpoints, beside them.
pub(super) const CHECKPOINTS: &str = "checkpoints";
const SCRATCH: &str = "backup.working";

/// A copy of the database and what goes with it, as it was at one moment.
pub(super) struct Moment {
    pub(super) files: BTreeMap<String, String>,
    pub(super) blobs: BTreeSet<ContentHash>,
    pub(super) origin: String,
    pub(super) entries: u64,
    pub(super) checkpoint: String,
    pub(super) erased: Option<u64>,
    pub(super) unswept: bool,
}

/// Removes what a backup left that was cut off: a copy of the database, in
/// which words may stand that were erased since.
pub(in super::super) fn forget_cut_off(data: &Path) -> Result<(), BackupError> {
    if !data.join(SCRATCH).exists() {
        return Ok(());
    }
    match Scratch::open(data) {
        // Another process takes one just now.
        Err(BackupError::Busy(_)) => Ok(()),
        other => other.map(drop),
    }
}

/// A folder in the data directory for the copy of the database: on the same
/// disk, and closed to others as the data directory is.
pub(super) struct Scratch {
    pub(super) dir: PathBuf,
    _lock: File,
}

impl Scratch {
    pub(super) fn open(data: &Path) -> Result<Self, BackupError> {
        let dir = data.join(SCRATCH);
        let failed = |error| StoreError::file(&dir, error);
        fs::create_dir_all(&dir).map_err(failed)?;
        let lock = File::open(&dir).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir, _lock: lock }),
            Err(fs::TryLockError::WouldBlock) => Err(BackupError::Busy(data.to_owned())),
            Err(fs::TryLockError::Error(error)) => Err(StoreError::file(&dir, error).into()),
        }
    }

    pub(super) fn clear(&self) -> Result<(), StoreError> {
        let clear = || -> std::io::Result<()> {
            for entry in fs::read_dir(&self.dir)? {
                fs::remove_file(entry?.path())?;
            }
            Ok(())
        };
        clear().map_err(|error| StoreError::file(&self.dir, error))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now goes when the desk starts again.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Copies the database, with the files that belong to it.
pub(super) fn moment(
    data: &Path,
    scratch: &Scratch,
    watch: &mut Watch<'_>,
) -> Result<Moment, BackupError> {
    // The file of checkpoints is never ahead of the database, so it goes first;
    // a key may be followed by another at any time, so it is read twice.
    let (mut notes, _) = checkpoints::read_file(data)?;
    let mut keys = key_files(data)?;
    let to = scratch.dir.join("desk.db");
    let whole = copying::copy(data, &to, &mut |done, total| {
        watch.tell("copying the database", done, total).is_ok()
    })?;
    if !whole {
        return Err(BackupError::Stopped);
    }
    keys.extend(key_files(data)?);
    let mut moment = Store::look(&scratch.dir, |db, _| {
        let desk = people::desk(db)?.ok_or(DeskError::NoDesk)?;
        let (_, checkpoint) = checkpoints::newest(db)?.unwrap_or_default();
        // What was signed between the two.
        let filed = notes.iter().filter_map(|note| signed::size(note)).max();
        let since = checkpoints::list_after(db, filed.unwrap_or(0))?;
        notes.extend(since.into_iter().map(|(_, note)| note));
        let mut blobs = BTreeSet::new();
        snapshots::walk_blobs(db, |hash, _| {
            blobs.insert(hash);
            Ok::<_, StoreError>(())
        })?;
        for hash in erasures::blobs(db)?.keys() {
            blobs.remove(hash);
        }
        Ok::<_, DeskError>(Moment {
            files: key_of(keys, &desk.verifier_key),
            blobs,
            origin: desk.origin().to_owned(),
            entries: log::size(db)?,
            checkpoint,
            erased: erasures::newest(db)?.map(|entry| entry.get()),
            unswept: !erasures::unswept(db)?.is_empty(),
        })
    })?;
    if signed::size(&moment.checkpoint).is_none() {
        return Err(BackupError::Unsigned);
    }
    let text: String = notes.iter().map(|note| format!("{note}\n")).collect();
    moment.files.insert(CHECKPOINTS.to_owned(), text);
    for (name, text) in &moment.files {
        let path = scratch.dir.join(name);
        write_whole(&path, text.as_bytes()).map_err(|error| StoreError::file(&path, error))?;
    }
    Ok(moment)
}

/// The key files of a data directory, as they are now.
fn key_files(data: &Path) -> Result<Vec<(&'static str, String)>, StoreError> {
    let mut found = Vec::new();
    for name in KEYS {
        match fs::read_to_string(data.join(name)) {
            Ok(text) => found.push((name, text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::file(&data.join(name), error)),
        }
    }
    Ok(found)
}

/// The key that the copied log names, as the file that holds it at the start;
/// all that were found where none is that one.
fn key_of(found: Vec<(&'static str, String)>, wanted: &str) -> BTreeMap<String, String> {
    let is_wanted = |text: &String| {
        let key = text.trim().parse::<SigningKey>();
        key.is_ok_and(|key| key.verifier().to_string() == wanted)
    };
    let right = found.iter().find(|(_, text)| is_wanted(text));
    match right {
        Some((_, text)) => BTreeMap::from([(KEYS[0].to_owned(), text.clone())]),
        None => found
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect(),
    }
}
