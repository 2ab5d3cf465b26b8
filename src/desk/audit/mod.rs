//! Proving what was decided: checkpoints are signed, everything is checked,
//! projections are rebuilt.

mod admins;
mod chain;
mod cosigned;
mod evidence;
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
use crate::store::{Store, StoreError, checkpoints, log, replay};

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
        let ring = std::sync::Arc::clone(&desk.key);
        let dir = desk.dir().to_owned();
        desk.store().write(move |tx| {
            let key = ring.for_log(tx, &dir)?;
            let size = log::size(tx)?;
            let root = log::root(tx, size)?;
            let origin = key.verifier().name().as_str().to_owned();
            let note = Checkpoint::new(&origin, size, root)
                .and_then(|checkpoint| checkpoint.sign(&key))
                .map_err(|error| StoreError::corrupt("checkpoint", error))?;
            checkpoints::insert(tx, size, &note)?;
            Ok::<_, DeskError>(())
        })?;
    }
    let (notes, _) = checkpoints::read_file(desk.dir())?;
    let covered = notes
        .iter()
        .filter_map(|note| signed::size(note))
        .max()
        .unwrap_or(0);
    let missing = desk.read(|db| Ok(checkpoints::list_after(db, covered)?))?;
    if !missing.is_empty() {
        let notes: Vec<String> = missing.into_iter().map(|(_, note)| note).collect();
        checkpoints::append_to_file(desk.dir(), &notes)?;
    }
    desk.filed.store(size, Ordering::Release);
    Ok(size)
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
