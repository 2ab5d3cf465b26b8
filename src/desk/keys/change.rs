//! One key follows another.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::person::Deed;
use crate::domain::words::Note;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::key::SigningKey;
use crate::ledger::note;
use crate::ledger::succession::Succession;
use crate::store::veil::Eyes;
use crate::store::{Store, StoreError, checkpoints, keys, log, people};

use super::super::{Actor, Desk, DeskError, Pen, Rules, World, audit};
use super::place::{bad, next_to, read_file, rename, with_ending, write_file};
use super::{KeyPlace, KeyRing, draw};

/// A key that took its office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The new key, as a C2SP verifier key.
    pub verifier_key: String,
    /// Where it waits for whoever lays the desk's key down; none where the
    /// desk has put it into its place itself.
    pub waits_in: Option<PathBuf>,
}

/// Makes a new key, for which the old one signs, and goes over to it. The
/// checkpoint over the change is signed by both, every later one by the new
/// key alone. `out` is the file for the new key of a desk whose key something
/// else lays down.
///
/// # Errors
/// When a key cannot be read or written, or the log goes over to another
/// at the same moment. Nothing is changed then.
pub fn rotate(desk: &Desk, out: Option<&Path>) -> Result<Rotated, DeskError> {
    let ring = Arc::clone(&desk.key);
    let own = ring.place.own_file(desk.dir());
    let waits_in = match (&own, out) {
        (Some(path), None) => next_to(path),
        (None, Some(out)) => out.to_owned(),
        (Some(_), Some(_)) => {
            let why = "the desk writes its key itself; leave --out away";
            return Err(bad(ring.place.shown(desk.dir()), why));
        }
        (None, None) => {
            let why = "the desk may not write it; name a file for the new key with --out";
            return Err(bad(ring.place.shown(desk.dir()), why));
        }
    };
    let origin = ring.key().name().as_str().to_owned();
    let new = Arc::new(waiting_key(&waits_in, &origin, &desk.world)?);
    let (coming, dir) = (Arc::clone(&new), desk.dir().to_owned());
    let known = Arc::clone(&ring);
    desk.act(Actor::Operator, Deed::ManageDesk, move |pen| {
        let old = known.for_log(pen, &dir)?;
        let (previous, statement) = succeed(pen, &coming, Some(&old))?;
        pen.log(Event::KeyRotated {
            previous,
            statement,
            verifier_key: coming.verifier().to_string(),
        })?;
        sign_change(pen, &coming, Some(&old))
    })?;
    settle(desk, new, (own, waits_in))
}

/// Puts a new key in the place of one that is lost; the log says so plainly.
///
/// # Errors
/// When the key that the log names is there, or the database is older than
/// its newest checkpoint.
pub fn replace_lost(
    dir: &Path,
    place: &KeyPlace,
    (rules, world): (Rules, World),
    reason: Note,
    out: Option<&Path>,
) -> Result<Rotated, DeskError> {
    if !dir.join("desk.db").exists() {
        return Err(DeskError::NoDesk);
    }
    let store = Store::open(dir)?;
    let known = store.read(Eyes::Desk, |db| people::desk(db).map_err(DeskError::from))?;
    let known = known.ok_or(DeskError::NoDesk)?;
    if super::find(dir, place, &known.verifier_key, &mut |_| {}).is_ok() {
        let why = "it is there and is the key that the log names; change it with `citekeep rotate-key`, so that it signs for the new one";
        return Err(bad(place.shown(dir), why));
    }
    let own = place.own_file(dir);
    let waits_in = match (&own, out) {
        (Some(path), _) => {
            // What stands there is no key of this log, but may be somebody's.
            if path.exists() {
                rename(path, &with_ending(path, ".set-aside"))?;
            }
            next_to(path)
        }
        (None, Some(out)) => out.to_owned(),
        (None, None) => {
            let why = "the desk may not write it; name a file for the new key with --out";
            return Err(bad(place.shown(dir), why));
        }
    };
    let new = waiting_key(&waits_in, known.origin(), &world)?;
    let desk = Desk::over(
        store,
        KeyRing::new(place.clone(), new.clone()),
        rules,
        world,
    );
    desk.refuse_older_log()?;
    let (new, coming) = (Arc::new(new.clone()), new);
    desk.act(Actor::Operator, Deed::ManageDesk, move |pen| {
        let (previous, statement) = succeed(pen, &coming, None)?;
        pen.log(Event::KeyReplaced {
            previous,
            reason,
            statement,
            verifier_key: coming.verifier().to_string(),
        })?;
        sign_change(pen, &coming, None)
    })?;
    settle(&desk, new, (own, waits_in))
}

/// Records within an act that the key at hand is not the one that the log
/// names: the entries that brought it were lost.
pub(in super::super) fn take_over(
    pen: &Pen<'_, '_>,
    key: &SigningKey,
    reason: Note,
) -> Result<(), DeskError> {
    let (previous, statement) = succeed(pen, key, None)?;
    pen.log(Event::KeyReplaced {
        previous,
        reason,
        statement,
        verifier_key: key.verifier().to_string(),
    })?;
    Ok(())
}

/// The key that waits in a file: one that an earlier try left there, or a new
/// one.
fn waiting_key(path: &Path, origin: &str, world: &World) -> Result<SigningKey, DeskError> {
    if let Some(key) = read_file(path, true)? {
        return Ok(key);
    }
    let key = draw(origin, world).map_err(|why| bad(path.display(), why))?;
    write_file(path, &key)?;
    Ok(key)
}

/// Writes the note of a new key for this place in the log, and names the key
/// that it follows.
fn succeed(
    pen: &Pen<'_, '_>,
    new: &SigningKey,
    old: Option<&SigningKey>,
) -> Result<(String, String), DeskError> {
    let known = people::desk(pen)?.ok_or(DeskError::NoDesk)?;
    let coming = new.verifier().to_string();
    if keys::list(pen)?
        .iter()
        .any(|key| key.verifier_key == coming)
    {
        let why = "it has signed this log before; take it away, so that a fresh one is made";
        return Err(bad(coming, why));
    }
    let size = log::size(pen)?;
    let previous = known.verifier_key.clone();
    let named = known.verifier_key.parse();
    let succession = Succession {
        size,
        root: log::root(pen, size)?,
        old: named.map_err(|error| StoreError::corrupt("key", error))?,
        new: new.verifier(),
    };
    let statement = succession
        .sign(new, old)
        .map_err(|error| StoreError::corrupt("key", error))?;
    Ok((previous, statement))
}

/// Signs the checkpoint over the change itself, in the same transaction.
fn sign_change(
    pen: &Pen<'_, '_>,
    new: &SigningKey,
    old: Option<&SigningKey>,
) -> Result<(), DeskError> {
    let size = log::size(pen)?;
    let root = log::root(pen, size)?;
    let bad = |error: String| StoreError::corrupt("checkpoint", error);
    let signed = Checkpoint::new(new.name().as_str(), size, root)
        .and_then(|checkpoint| checkpoint.sign(new))
        .map_err(|error| bad(error.to_string()))?;
    let signed = match old {
        Some(old) => note::countersign(&signed, old).map_err(|error| bad(error.to_string()))?,
        None => signed,
    };
    checkpoints::insert(pen.tx, size, &signed)?;
    Ok(())
}

/// Puts the key that the log names now into its place.
fn settle(
    desk: &Desk,
    new: Arc<SigningKey>,
    (own, waits_in): (Option<PathBuf>, PathBuf),
) -> Result<Rotated, DeskError> {
    let verifier_key = new.verifier().to_string();
    desk.key.put(new);
    let waits_in = match &own {
        Some(path) => {
            // A desk that runs may have done it meanwhile.
            let done = rename(&waits_in, path);
            super::find(desk.dir(), &desk.key.place, &verifier_key, &mut |_| {})
                .or_else(|error| done.and(Err(error)))?;
            None
        }
        None => Some(waits_in),
    };
    audit::checkpoint(desk)?;
    Ok(Rotated {
        verifier_key,
        waits_in,
    })
}
