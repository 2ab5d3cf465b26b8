//! The key that signs the log: found at the start, changed while the desk runs,
//! replaced when it is lost.
//!
//! A new key is written and synced under another name before the entry that
//! names it commits, and takes its place after: whichever of the two a crash
//! leaves, the key that the log names is on disk, and the next start puts it
//! where it belongs.

mod change;
pub(super) mod modes;
mod place;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::ledger::checkpoint::{Checkpoint, CheckpointError};
use crate::ledger::hash::Hash;
use crate::ledger::key::{KeyError, KeyName, SigningKey, VerifierKey};
use crate::store::{Db, StoreError, keys, people};

use super::{DeskError, World};

pub(super) use self::change::take_over;
pub use self::change::{Rotated, replace_lost, rotate};
pub use self::place::KeyPlace;
use self::place::{bad, look_at, next_to, read_file, rename, write_file};

/// The key that a running desk signs with, and where it is kept.
pub(super) struct KeyRing {
    place: KeyPlace,
    now: RwLock<Arc<SigningKey>>,
}

impl KeyRing {
    pub(super) fn new(place: KeyPlace, key: SigningKey) -> Self {
        Self {
            place,
            now: RwLock::new(Arc::new(key)),
        }
    }

    /// The key at hand.
    pub(super) fn key(&self) -> Arc<SigningKey> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now)
    }

    fn put(&self, key: Arc<SigningKey>) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// The key that the log names now: another process may have changed it.
    pub(super) fn for_log(&self, db: &Db<'_>, dir: &Path) -> Result<Arc<SigningKey>, DeskError> {
        let at_hand = self.key();
        let Some(known) = people::desk(db)? else {
            return Ok(at_hand);
        };
        if at_hand.verifier().to_string() == known.verifier_key {
            return Ok(at_hand);
        }
        let key = Arc::new(find(dir, &self.place, &known.verifier_key, &mut |_| {})?);
        self.put(Arc::clone(&key));
        Ok(key)
    }
}

/// Finds the key of a desk whose log names `wanted`, and puts it in its place
/// where a change of keys was cut off.
pub(super) fn find(
    dir: &Path,
    place: &KeyPlace,
    wanted: &str,
    tell: &mut dyn FnMut(&str),
) -> Result<SigningKey, DeskError> {
    let is_wanted = |key: &SigningKey| key.verifier().to_string() == wanted;
    let found = place.read(dir)?;
    if let Some(key) = found.as_ref().filter(|key| is_wanted(key)) {
        return Ok(key.clone());
    }
    if let Some(path) = place.own_file(dir) {
        let next = next_to(&path);
        if let Some(key) = read_file(&next, true)?.filter(is_wanted) {
            tell("the key was changed and the change was cut off; it is finished now");
            if let Err(error) = rename(&next, &path) {
                // Another process finishes the same change at this moment.
                let again = read_file(&path, true)?.filter(is_wanted);
                return again.ok_or(error);
            }
            return Ok(key);
        }
        // Whoever changed it may have put it there between the two looks.
        if let Some(key) = read_file(&path, true)?.filter(is_wanted) {
            return Ok(key);
        }
    }
    Err(bad(place.shown(dir), missing(found.as_ref(), wanted)))
}

/// What to do about a key that is not there, or is another.
fn missing(found: Option<&SigningKey>, wanted: &str) -> String {
    let what = match found {
        Some(key) => format!("it is {} and the log is signed by {wanted}", key.verifier()),
        None => format!("it is not there; the log is signed by {wanted}"),
    };
    format!(
        "{what}; put that key there, from a backup, or run `citekeep replace-lost-key --reason …` if it is lost for good"
    )
}

/// The signed notes with which one key of the log followed another, the oldest
/// first, each followed by an empty line; empty where there was no change.
///
/// # Errors
/// When they cannot be read.
pub fn successions(db: &Db<'_>) -> Result<String, StoreError> {
    let notes = keys::list(db)?.into_iter().filter_map(|key| key.statement);
    Ok(notes.map(|note| format!("{note}\n")).collect())
}

/// The public halves of the keys in a data directory: the one that signs, and
/// one that waits to.
pub(super) fn own_keys(dir: &Path) -> Result<Vec<VerifierKey>, DeskError> {
    let Some(path) = KeyPlace::Beside.own_file(dir) else {
        return Ok(Vec::new());
    };
    let (signs, waits) = (look_at(&path)?, look_at(&next_to(&path))?);
    Ok(signs
        .iter()
        .chain(&waits)
        .map(SigningKey::verifier)
        .collect())
}

/// Finds the key of a desk, or makes the first one.
pub(super) fn at_start(
    dir: &Path,
    (place, origin): (&KeyPlace, &str),
    wanted: Option<&str>,
    world: &World,
    tell: &mut dyn FnMut(&str),
) -> Result<SigningKey, DeskError> {
    if let Some(wanted) = wanted {
        return find(dir, place, wanted, tell);
    }
    // A crash between the key and the first entry leaves the key alone.
    if let Some(key) = place.read(dir)? {
        return Ok(key);
    }
    let Some(path) = place.own_file(dir) else {
        let why = "it is not there, and the desk may not write it; start the desk once without `key` in its configuration, then lay down the log.key that it made";
        return Err(bad(place.shown(dir), why));
    };
    tell("making the key that signs the log");
    let key = draw(origin, world).map_err(|why| bad(path.display(), why))?;
    write_file(&path, &key)?;
    Ok(key)
}

/// Draws a key for a log of that name.
pub(super) fn draw(origin: &str, world: &World) -> Result<SigningKey, String> {
    let name: KeyName = origin
        .parse()
        .map_err(|error: KeyError| error.to_string())?;
    Checkpoint::new(origin, 0, Hash::EMPTY_ROOT)
        .map_err(|error: CheckpointError| error.to_string())?;
    let mut seed = [0; 32];
    world.rng.fill(&mut seed);
    Ok(SigningKey::from_seed(name, &seed))
}
