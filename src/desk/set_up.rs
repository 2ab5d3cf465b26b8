//! Opening a desk: the first start, and every start after it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::person::Deed;
use crate::domain::words::{Name, Note};
use crate::store::veil::Eyes;
use crate::store::{Store, StoreError, checkpoints, log, people};

use crate::domain::scale::ScaleSheet;

use super::keys::{self, KeyPlace, KeyRing, modes};
use super::settings::{Own, adopt};
use super::{Actor, Desk, DeskError, Rules, World, audit, backup, signed};

/// The scales that every desk starts with, in the order in which it adopts
/// them.
const PRESETS: [&str; 3] = [
    include_str!("../../db/scales/five-step.json"),
    include_str!("../../db/scales/six-step.json"),
    include_str!("../../db/scales/labels.json"),
];

/// The scales that every desk starts with.
pub fn presets() -> impl Iterator<Item = ScaleSheet> {
    PRESETS
        .iter()
        .filter_map(|preset| serde_json::from_str(preset).ok())
}

/// What a desk is called, outside and inside its log.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Its name for people.
    pub name: Name,
    /// The origin of its log: the first line of every checkpoint and the name
    /// of its key (C2SP tlog-checkpoint).
    pub origin: String,
    /// Where its key is kept.
    pub key: KeyPlace,
}

/// Opens the desk of a data directory, and makes it on the first start.
/// `tell` hears each step in a plain line.
///
/// # Errors
/// When the directory or key cannot be used, or the database is older than
/// its newest checkpoint.
pub fn open(
    dir: &Path,
    identity: &Identity,
    rules: Rules,
    world: World,
    tell: &mut dyn FnMut(&str),
) -> Result<Desk, DeskError> {
    if dir.exists() {
        modes::close(dir, tell);
    }
    fs::create_dir_all(dir).map_err(|error| StoreError::file(dir, error))?;
    // A copy that a backup left would keep what is erased from now on.
    if let Err(error) = backup::forget_cut_off(dir) {
        tracing::warn!(%error, "what a backup left that was cut off could not be removed");
    }
    let store = Store::open(dir)?;
    // What the system's habits left open in new files is nothing to talk of.
    modes::close(dir, &mut |_| {});
    refuse_older_log(&store)?;
    let known = store.read(Eyes::Desk, |db| people::desk(db).map_err(DeskError::from))?;
    let key = keys::at_start(
        dir,
        (&identity.key, &identity.origin),
        known.as_ref().map(|known| known.verifier_key.as_str()),
        &world,
        tell,
    )?;
    let ring = KeyRing::new(identity.key.clone(), key);
    let desk = Desk::over(store, ring, rules, world);
    if known.is_none() {
        tell("making the database and opening the log");
        desk.open_log(identity.name.clone())?;
    }
    desk.read_own()?;
    // What was erased just before a crash may still be on the disk.
    if let Err(error) = super::erasures::sweep(&desk) {
        tracing::warn!(%error, "what was erased may still be on the disk");
    }
    audit::checkpoint(&desk)?;
    Ok(desk)
}

impl Desk {
    /// The C2SP verifier key with which anybody can check the checkpoints.
    pub fn verifier_key(&self) -> String {
        self.key.key().verifier().to_string()
    }

    /// A desk over its store; nothing is read or written yet.
    pub(super) fn over(store: Store, ring: KeyRing, rules: Rules, world: World) -> Self {
        let challenges = super::sign_in::Challenges::default();
        Self {
            store: Arc::new(store),
            key: Arc::new(ring),
            own: Arc::new(Own::new(rules)),
            world,
            single_sign_on: Arc::default(),
            filed: Arc::default(),
            queue: Arc::default(),
            bell: Arc::default(),
            policy: Arc::default(),
            challenges: Arc::new(challenges),
            terms: super::terms::Terms::default(),
            eyes: Eyes::default(),
        }
    }

    fn open_log(&self, name: Name) -> Result<(), DeskError> {
        let verifier_key = self.verifier_key();
        self.act(Actor::Operator, Deed::ManagePeople, move |pen| {
            pen.log(Event::DeskOpened { name, verifier_key })?;
            for preset in PRESETS {
                let sheet = serde_json::from_str(preset)
                    .map_err(|error| StoreError::corrupt("preset scale", error))?;
                adopt(pen, sheet)?;
            }
            Ok(())
        })
    }

    /// Refuses a database that is behind its newest checkpoint.
    pub(super) fn refuse_older_log(&self) -> Result<(), DeskError> {
        refuse_older_log(&self.store)
    }
}

/// A database behind a checkpoint that was signed before is an older copy;
/// writing to it would fork the log.
fn refuse_older_log(store: &Store) -> Result<(), DeskError> {
    let have = store.read(Eyes::Desk, log::size)?;
    let (notes, _) = checkpoints::read_file(store.dir())?;
    let signed = notes
        .iter()
        .filter_map(|note| signed::size(note))
        .max()
        .unwrap_or(0);
    if signed > have {
        return Err(DeskError::OlderLog { have, signed });
    }
    Ok(())
}

/// Accepts a database that is older than its newest checkpoint: the newer
/// checkpoints are set aside and the loss is written into the log. Where the
/// lost entries had brought another key, the log says that too.
pub fn accept_older_log(
    dir: &Path,
    place: &KeyPlace,
    rules: Rules,
    world: World,
    reason: Note,
) -> Result<Desk, DeskError> {
    // Looked for first: opening a store would make one.
    let key = place.read(dir)?.ok_or(DeskError::NoDesk)?;
    let store = Store::open(dir)?;
    let desk = Desk::over(
        store,
        KeyRing::new(place.clone(), key.clone()),
        rules,
        world,
    );
    let have = desk.read(|db| Ok(log::size(db)?))?;
    let (notes, _) = checkpoints::read_file(dir)?;
    let newest = notes.iter().max_by_key(|note| signed::size(note));
    let Some(lost) = newest
        .filter(|note| signed::size(note).unwrap_or(0) > have)
        .cloned()
    else {
        return Ok(desk);
    };
    // The entry goes first: if we crash after it, the file still refuses.
    desk.act(Actor::Operator, Deed::ManagePeople, move |pen| {
        checkpoints::forget_after(pen.tx, have)?;
        let known = people::desk(pen)?.ok_or(DeskError::NoDesk)?;
        if known.verifier_key != key.verifier().to_string() {
            keys::take_over(pen, &key, reason.clone())?;
        }
        pen.log(Event::OlderLogAccepted { lost, reason })?;
        Ok(())
    })?;
    // Signing writes the file anew, from the checkpoints that are still true.
    let path = checkpoints::file_in(dir);
    let aside = dir.join(format!("checkpoints.lost-after-{have}"));
    fs::rename(&path, &aside).map_err(|error| StoreError::file(&path, error))?;
    audit::checkpoint(&desk)?;
    Ok(desk)
}
