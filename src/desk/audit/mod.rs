//! Proving what was decided: checkpoints are signed, everything is checked,
//! projections are rebuilt.

mod admins;
mod chain;
mod cosigned;
mod evidence;
mod feed;
mod personal;
pub mod report;
mod signatures;
mod swift;
pub mod timestamps;
pub mod verify;

use std::path::Path;
use std::sync::atomic::Ordering;

use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::policy::Policy;
use crate::store::{Store, StoreError, Tx, checkpoints, log, replay};

use self::report::Report;
use super::{Desk, DeskError, signed};

/// Signs a checkpoint over the log as it stands, unless the newest one covers
/// it, and brings the plain file up to the database.
///
/// If we crash between the database and the file, the file is behind, and the
/// next call mends it; it is never ahead.
pub fn checkpoint(desk: &Desk) -> Result<u64, DeskError> {
    let (size, newest) = desk.read(|db| Ok((log::size(db)?, checkpoints::newest(db)?)))?;
    // An idle desk reads no file each second; the log only grows.
    if desk.filed.load(Ordering::Acquire) == size {
        return Ok(size);
    }
    if newest.is_none_or(|(covered, _)| covered < size) {
        let (size, note) = sign(desk)?;
        desk.store().write(move |tx| insert(tx, size, &note))?;
    }
    let newest = checkpoints::newest_in_file(desk.dir())?;
    let covered = newest.and_then(|note| signed::size(&note)).unwrap_or(0);
    let missing = desk.read(|db| Ok(checkpoints::list_after(db, covered)?))?;
    if !missing.is_empty() {
        let notes: Vec<String> = missing.into_iter().map(|(_, note)| note).collect();
        checkpoints::append_to_file(desk.dir(), &notes)?;
    }
    desk.filed.store(size, Ordering::Release);
    Ok(size)
}

/// Signs the log as a reader sees it, which is on disk already: nobody who
/// writes waits for the tree's root or for the signature.
fn sign(desk: &Desk) -> Result<(u64, String), DeskError> {
    desk.read(|db| {
        let key = desk.key.for_log(db, desk.dir())?;
        let size = log::size(db)?;
        let root = log::root(db, size)?;
        let origin = key.verifier().name().as_str().to_owned();
        let note = Checkpoint::new(&origin, size, root)
            .and_then(|checkpoint| checkpoint.sign(&key))
            .map_err(|error| StoreError::corrupt("checkpoint", error))?;
        Ok((size, note))
    })
}

/// Stores a checkpoint, unless another process stored a newer one meanwhile:
/// the plain file takes them in order, and one that came late would not be in
/// it.
fn insert(tx: &Tx<'_>, size: u64, note: &str) -> Result<(), StoreError> {
    let newest = checkpoints::newest(tx)?;
    if newest.is_none_or(|(covered, _)| covered < size) {
        checkpoints::insert(tx, size, note)?;
    }
    Ok(())
}

/// Holds the checkpoints of a data directory that was checked against a policy
/// that somebody kept, and adds to the report what came of it.
///
/// # Errors
/// When the check could not run.
pub fn hold_to_policy(dir: &Path, policy: &Policy, report: &mut Report) -> Result<(), DeskError> {
    Store::look(dir, |db, _| cosigned::hold_to(db, policy, report))
}

/// Drops the projections and fills them again from the log.
pub fn rebuild(desk: &Desk, mut tell: impl FnMut(u64) + Send + 'static) -> Result<u64, DeskError> {
    desk.store()
        .write_alone(move |tx| Ok(replay::rebuild(tx, &mut tell)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two processes sign at once, and the one that looked first comes last.
    #[test]
    fn a_checkpoint_that_comes_late_is_not_stored() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a store");
        let stored = store.write(|tx| {
            for size in [3, 5, 4, 5] {
                insert(tx, size, &format!("note {size}"))?;
            }
            checkpoints::list_after(tx, 0)
        });
        let sizes: Vec<u64> = stored
            .expect("notes")
            .into_iter()
            .map(|(size, _)| size)
            .collect();
        assert_eq!(sizes, [3, 5]);
    }
}
