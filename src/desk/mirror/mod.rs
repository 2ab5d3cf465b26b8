//! A mirror: the log as static files, for any web server or another machine.
//!
//! A reader may come at any moment and must find a whole log, so tiles go first
//! and the checkpoint that needs them last. If we crash in between, the mirror
//! is the one of the older checkpoint with some files more, and the next run
//! goes on from there.

mod place;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::ledger::checkpoint::{self, Checkpoint, CheckpointError};
use crate::ledger::hash::Hash;
use crate::ledger::key::VerifierKey;
use crate::ledger::note::Note;
use crate::ledger::tile::{TileKind, TilePath, entry_bundles, hash_tiles, parent_hash};
use crate::ledger::tree::{NodeSource, root};
use crate::store::{Db, Store, StoreError, cosignatures, people, tiles as rows};

use super::{DeskError, keys, tiles};

use self::place::Place;
pub use self::place::Tiles;

/// How many tiles are looked up in one look at the database: no look lasts
/// long, so that a desk that runs meanwhile can tidy up behind itself.
const BATCH: usize = 64;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Mirrored {
    /// How many entries the mirror has now.
    pub size: u64,
    /// How many files were written.
    pub written: u64,
    /// How many files were there already.
    pub kept: u64,
    /// How many partial tiles were removed, whose full ones are there.
    pub removed: u64,
}

/// Why a mirror was not brought up to the log.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The desk could not be read.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// No checkpoint was signed yet.
    #[error("no checkpoint is signed yet; start the desk once with `citekeep serve`")]
    Unsigned,
    /// The newest checkpoint is not signed by the desk's own key.
    #[error(
        "the newest checkpoint of this desk does not hold: {0}; nothing of it was published; run `citekeep verify`"
    )]
    ForeignCheckpoint(#[source] CheckpointError),
    /// The desk's tree does not fit its own checkpoint.
    #[error(
        "{0} of this desk does not fit its log; nothing of it was published; run `citekeep verify`"
    )]
    Damaged(String),
    /// What stands in the directory is another log.
    #[error(
        "the directory holds a mirror of {there}, and this log is {here}; choose another directory"
    )]
    OtherLog {
        /// The origin of the mirror.
        there: String,
        /// The origin of this log.
        here: String,
    },
    /// The mirror and this log have different histories.
    #[error(
        "the mirror was signed over {size} entries that are not the first {size} of this log: one of the two was rewritten; nothing was changed; run `citekeep compare` on both"
    )]
    Forked {
        /// How many entries the mirror has.
        size: u64,
    },
    /// The mirror has more than this log.
    #[error(
        "the mirror has {there} entries and this log only {here}: this is an older copy, or entries were taken out; nothing was changed"
    )]
    Ahead {
        /// How many entries the mirror has.
        there: u64,
        /// How many were signed for here.
        here: u64,
    },
    /// A file is not what this log would put there.
    #[error("{} is not of this log, or was changed; nothing was put over it; look what it is, and remove it or choose another directory", .0.display())]
    Foreign(PathBuf),
    /// The checkpoint in the directory cannot be read.
    #[error("the checkpoint in the directory is none: {0}; choose another directory")]
    Checkpoint(#[source] CheckpointError),
    /// Another run writes there just now.
    #[error("another `citekeep mirror` writes to {} just now; wait until it has ended", .0.display())]
    Busy(PathBuf),
}

impl MirrorError {
    /// Whether it is about what was found in the directory, and not about the
    /// desk or the machine.
    pub const fn is_finding(&self) -> bool {
        matches!(
            self,
            Self::OtherLog { .. }
                | Self::Forked { .. }
                | Self::Ahead { .. }
                | Self::Foreign(_)
                | Self::Checkpoint(_)
        )
    }
}

impl From<StoreError> for MirrorError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// Brings the mirror in `out` up to the newest signed checkpoint of the desk in
/// `data`, which may run meanwhile. `whole` also compares every file that is
/// there already. `tell` hears how many tiles of how many are done.
pub fn mirror(
    data: &Path,
    out: &Path,
    whole: bool,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Mirrored, MirrorError> {
    let newest = Store::look(data, |db, _| cosignatures::newest::<StoreError>(db))?;
    let note = newest.ok_or(MirrorError::Unsigned)?;
    let signed = Store::look(data, |db, _| own(db, &note))?;
    let mut place = Place::open(out)?;
    let sure = Store::look(data, |db, _| held_against(db, &signed, &place))?;
    let mut done = Mirrored {
        size: signed.size(),
        ..Mirrored::default()
    };
    let total = tiles_of(signed.size()).count() as u64;
    let mut paths = tiles_of(signed.size());
    loop {
        let batch: Vec<TilePath> = paths.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        let sure = if whole { 0 } else { sure };
        Store::look(data, |db, _| {
            copy(db, &batch, sure, (&mut place, &mut done))
        })?;
        tell(done.written + done.kept, total);
    }
    if !place.has(&signed) {
        return Err(MirrorError::Damaged("a tile".to_owned()));
    }
    let notes = Store::look(data, |db, _| keys::successions(db))?;
    if !notes.is_empty() {
        place.put_keys(&notes)?;
    }
    place.put_checkpoint(&note)?;
    for path in tiles_of(signed.size()).filter(TilePath::is_full) {
        done.removed += place.remove_partials(path)?;
    }
    Ok(done)
}

/// Every file below `tile/`, in the order in which they are written.
fn tiles_of(size: u64) -> impl Iterator<Item = TilePath> {
    entry_bundles(size).chain(hash_tiles(size))
}

/// Reads the newest checkpoint, which the key that the log names must have
/// signed: what is published under the desk's name is the desk's own.
fn own(db: &Db<'_>, note: &str) -> Result<Checkpoint, MirrorError> {
    let known = people::desk(db)?.ok_or(DeskError::NoDesk)?;
    let key = known.verifier_key.parse::<VerifierKey>();
    let key = key.map_err(|error| StoreError::corrupt("key", error))?;
    checkpoint::open(note, &key).map_err(MirrorError::ForeignCheckpoint)
}

/// Reads what a note says; whose signature it bears is for those who read the
/// mirror to check.
fn read(note: &str) -> Result<Checkpoint, CheckpointError> {
    Note::parse(note)?.text().parse()
}

/// Holds the checkpoint of the mirror against the log, and tells up to which
/// size its files belong to it.
fn held_against(db: &Db<'_>, signed: &Checkpoint, place: &Place) -> Result<u64, MirrorError> {
    if root(signed.size(), db)? != signed.root() {
        return Err(MirrorError::Damaged("the newest checkpoint".to_owned()));
    }
    let Some(note) = place.checkpoint()? else {
        return Ok(0);
    };
    let there = read(&note).map_err(MirrorError::Checkpoint)?;
    if there.origin() != signed.origin() {
        return Err(MirrorError::OtherLog {
            there: there.origin().to_owned(),
            here: signed.origin().to_owned(),
        });
    }
    let (size, here) = (there.size(), signed.size());
    if size > here {
        return Err(MirrorError::Ahead { there: size, here });
    }
    if root(size, db)? != there.root() {
        return Err(MirrorError::Forked { size });
    }
    Ok(size)
}

/// Copies some tiles. Those that the mirror's own checkpoint covers are only
/// looked whether they are there; others that are there must be the same.
fn copy(
    db: &Db<'_>,
    paths: &[TilePath],
    sure: u64,
    (place, done): (&mut Place, &mut Mirrored),
) -> Result<(), MirrorError> {
    for path in paths {
        let there = place.length(*path)?;
        if path.is_within(sure) && there.is_some_and(|bytes| fits(*path, bytes)) {
            done.kept += 1;
            continue;
        }
        let bytes = tiles::bytes(db, *path)?;
        if !belongs(db, *path, &bytes)? {
            return Err(MirrorError::Damaged(path.to_string()));
        }
        if there.is_none() {
            place.put(*path, &bytes)?;
            done.written += 1;
        } else if place.is(*path, &bytes)? {
            done.kept += 1;
        } else {
            return Err(MirrorError::Foreign(place.path(*path)));
        }
    }
    Ok(())
}

/// Whether a file is as long as that tile must be; entries have many lengths.
const fn fits(path: TilePath, bytes: u64) -> bool {
    match path.kind() {
        TileKind::Hashes(_) => bytes == 32 * path.width() as u64,
        TileKind::Entries => bytes > 0,
    }
}

/// Whether what the database gives for a tile hangs together with the rest of
/// its tree: entries with their leaf hashes, a full tile with the node over it.
/// What is partial is held against the checkpoint at the end.
fn belongs(db: &Db<'_>, path: TilePath, bytes: &[u8]) -> Result<bool, StoreError> {
    match path.kind() {
        TileKind::Entries => {
            let hashes = rows::nodes(db, 0, path.places())?;
            let entries = crate::ledger::tile::decode_bundle(bytes);
            let entries = entries.map_err(|error| StoreError::corrupt("entry", error))?;
            let leaves = entries.into_iter().map(Hash::leaf);
            Ok(leaves.eq(hashes))
        }
        TileKind::Hashes(_) => match parent_hash(bytes) {
            Some(parent) => Ok(db.node(path.node_level() + 8, path.index())? == parent),
            None => Ok(true),
        },
    }
}
