//! Opening a desk: the first start, and every start after it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crate::domain::event::Event;
use crate::domain::person::Deed;
use crate::domain::words::{Name, Note};
use crate::ledger::checkpoint::{self, Checkpoint};
use crate::ledger::key::{KeyName, SigningKey};
use crate::store::veil::Eyes;
use crate::store::{Store, StoreError, checkpoints, log, people};

use crate::domain::scale::ScaleSheet;

use super::settings::{Own, adopt};
use super::{Actor, Desk, DeskError, Rules, World, audit, signed};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name for people.
    pub name: Name,
    /// The origin of its log: the first line of every checkpoint and the name
    /// of its key (C2SP tlog-checkpoint).
    pub origin: String,
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
    fs::create_dir_all(dir).map_err(|error| StoreError::file(dir, error))?;
    restrict(dir, 0o700)?;
    let store = Store::open(dir)?;
    let key = match read_key(dir)? {
        Some(key) => key,
        None => {
            tell("making the key that signs the log");
            make_key(dir, &identity.origin, &world)?
        }
    };
    let desk = Desk {
        store: Arc::new(store),
        key: Arc::new(key),
        own: Arc::new(Own::new(rules)),
        world,
        filed: Arc::default(),
        queue: Arc::default(),
        bell: Arc::default(),
        terms: super::terms::Terms::default(),
        eyes: Eyes::default(),
    };
    desk.refuse_older_log()?;
    if desk.read(|db| Ok(people::desk(db)?))?.is_none() {
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
        self.key.verifier().to_string()
    }

    pub(super) fn signing_key(&self) -> &Arc<SigningKey> {
        &self.key
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

    /// A database behind a checkpoint that was signed before is an older copy;
    /// writing to it would fork the log.
    fn refuse_older_log(&self) -> Result<(), DeskError> {
        let have = self.read(|db| Ok(log::size(db)?))?;
        let (notes, _) = checkpoints::read_file(self.dir())?;
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
}

/// Accepts a database that is older than its newest checkpoint: the newer
/// checkpoints are set aside and the loss is written into the log.
pub fn accept_older_log(
    dir: &Path,
    rules: Rules,
    world: World,
    reason: Note,
) -> Result<Desk, DeskError> {
    // Looked for first: opening a store would make one.
    let key = read_key(dir)?.ok_or(DeskError::NoDesk)?;
    let store = Store::open(dir)?;
    let desk = Desk {
        store: Arc::new(store),
        key: Arc::new(key),
        own: Arc::new(Own::new(rules)),
        world,
        filed: Arc::default(),
        queue: Arc::default(),
        bell: Arc::default(),
        terms: super::terms::Terms::default(),
        eyes: Eyes::default(),
    };
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

/// Where the signing key is kept.
fn key_path(dir: &Path) -> std::path::PathBuf {
    dir.join("log.key")
}

/// Reads the signing key of a data directory, if it has one.
pub(super) fn read_key(dir: &Path) -> Result<Option<SigningKey>, DeskError> {
    let path = key_path(dir);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::file(&path, error).into()),
    };
    let key = text
        .trim()
        .parse()
        .map_err(|error: crate::ledger::key::KeyError| DeskError::Key {
            path: path.display().to_string(),
            why: error.to_string(),
        })?;
    Ok(Some(key))
}

fn make_key(dir: &Path, origin: &str, world: &World) -> Result<SigningKey, DeskError> {
    let path = key_path(dir);
    let bad = |why: String| DeskError::Key {
        path: path.display().to_string(),
        why,
    };
    let name: KeyName = origin
        .parse()
        .map_err(|error: crate::ledger::key::KeyError| bad(error.to_string()))?;
    Checkpoint::new(origin, 0, crate::ledger::hash::Hash::EMPTY_ROOT)
        .map_err(|error: checkpoint::CheckpointError| bad(error.to_string()))?;
    let mut seed = [0; 32];
    world.rng.fill(&mut seed);
    let key = SigningKey::from_seed(name, &seed);
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)?;
        restrict_file(&file)?;
        file.write_all(key.to_private_text().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    };
    write().map_err(|error| StoreError::file(&path, error))?;
    Ok(key)
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> Result<(), DeskError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(|error| StoreError::file(path, error).into())
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> Result<(), DeskError> {
    Ok(())
}

#[cfg(unix)]
fn restrict_file(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict_file(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}
