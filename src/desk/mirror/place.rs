//! The directory that a mirror lies in.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::tile::TilePath;
use crate::ledger::tiled::{TileSource, TiledNodes};
use crate::ledger::tree::root;
use crate::store::StoreError;

use super::super::plain;
use super::MirrorError;

/// The largest checkpoint that is read, in bytes.
const LARGEST: u64 = crate::ledger::note::MAX_BYTES as u64;
/// The largest tile: 256 entries of 65,535 bytes, each with its length before it.
const LARGEST_TILE: u64 = 256 * (65_535 + 2);

/// A directory that is written to by one run at a time.
pub(super) struct Place {
    dir: PathBuf,
    /// Directories with new files, which are to be synced.
    touched: BTreeSet<PathBuf>,
    /// Held until the run ends; the system lets go of it after a crash.
    _lock: File,
}

impl Place {
    pub(super) fn open(dir: &Path) -> Result<Self, MirrorError> {
        let new = |error| StoreError::file(dir, error);
        fs::create_dir_all(dir).map_err(new)?;
        let lock = File::open(dir).map_err(new)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(MirrorError::Busy(dir.to_owned())),
            Err(fs::TryLockError::Error(error)) => return Err(StoreError::file(dir, error).into()),
        }
        Ok(Self {
            dir: dir.to_owned(),
            touched: BTreeSet::new(),
            _lock: lock,
        })
    }

    /// The checkpoint that lies there, as text.
    pub(super) fn checkpoint(&self) -> Result<Option<String>, MirrorError> {
        let path = self.dir.join("checkpoint");
        let bytes = read(&path, LARGEST)?;
        // What is no text is no checkpoint either, and is refused as such.
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    pub(super) fn path(&self, tile: TilePath) -> PathBuf {
        self.dir.join(tile.to_string())
    }

    /// How many bytes a tile has that lies there. It is not opened for that.
    pub(super) fn length(&self, tile: TilePath) -> Result<Option<u64>, MirrorError> {
        file_at(&self.path(tile))
    }

    /// Whether a tile that lies there is these bytes.
    pub(super) fn is(&self, tile: TilePath, bytes: &[u8]) -> Result<bool, MirrorError> {
        let there = read(&self.path(tile), bytes.len() as u64)?;
        Ok(there.is_some_and(|there| there == bytes))
    }

    pub(super) fn put(&mut self, tile: TilePath, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(&self.path(tile), bytes)
    }

    /// Whether the tiles that lie there are those of a checkpoint.
    pub(super) fn has(&self, signed: &Checkpoint) -> bool {
        let nodes = TiledNodes::new(Tiles::of(&self.dir), signed.size());
        root(signed.size(), &nodes).is_ok_and(|root| root == signed.root())
    }

    /// Puts the notes of new keys there, which only grow.
    pub(super) fn put_keys(&mut self, notes: &str) -> Result<(), MirrorError> {
        let path = self.dir.join("keys");
        let is_as_long = file_at(&path)? == Some(notes.len() as u64);
        let there = || read(&path, notes.len() as u64);
        if is_as_long && there()?.is_some_and(|there| there == notes.as_bytes()) {
            return Ok(());
        }
        Ok(self.write(&path, notes.as_bytes())?)
    }

    /// Puts the checkpoint there, once every tile is sure to be on the disk.
    pub(super) fn put_checkpoint(&mut self, note: &str) -> Result<(), MirrorError> {
        self.sync()?;
        // Readers who have this one already are not told of a new file.
        if self.checkpoint()?.as_deref() == Some(note) {
            return Ok(());
        }
        self.write(&self.dir.join("checkpoint"), note.as_bytes())?;
        Ok(self.sync()?)
    }

    /// Removes the partial tiles of a full one, and tells how many there were.
    pub(super) fn remove_partials(&self, full: TilePath) -> Result<u64, StoreError> {
        let path = self.path(full).with_extension("p");
        let names = match fs::read_dir(&path) {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(StoreError::file(&path, error)),
        };
        let removed = names.count() as u64;
        fs::remove_dir_all(&path).map_err(|error| StoreError::file(&path, error))?;
        Ok(removed)
    }

    /// Writes a file that is there whole or not at all.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let dir = path.parent().unwrap_or(&self.dir);
        let new = path.with_added_extension("new");
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(dir)?;
            let mut file = draft(&new)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&new, path)
        };
        write().map_err(|error| StoreError::file(path, error))?;
        self.touched.insert(dir.to_owned());
        Ok(())
    }

    /// Brings the names of new files to the disk, and the names of the
    /// directories that were made for them.
    fn sync(&mut self) -> Result<(), StoreError> {
        let mut dirs = BTreeSet::new();
        for dir in std::mem::take(&mut self.touched) {
            let own = dir.ancestors().take_while(|dir| dir.starts_with(&self.dir));
            dirs.extend(own.map(Path::to_owned));
        }
        for dir in dirs {
            let synced = File::open(&dir).and_then(|dir| dir.sync_all());
            synced.map_err(|error| StoreError::file(&dir, error))?;
        }
        Ok(())
    }
}

/// Begins a file beside its place. What a run that was cut off left there goes;
/// a link is not followed, wherever somebody who may write here made it lead.
fn draft(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    File::create_new(path)
}

/// How long the file is that stands at a place. Anything else there is refused:
/// a pipe that somebody planted would never come to an end.
fn file_at(path: &Path) -> Result<Option<u64>, MirrorError> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found.len())),
        Ok(_) => Err(MirrorError::Foreign(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file(path, error).into()),
    }
}

/// Reads a file; nothing where nothing is there. Anything else there is refused.
fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>, MirrorError> {
    plain::read(path, most).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => MirrorError::Foreign(path.to_owned()),
        _ => StoreError::file(path, error).into(),
    })
}

/// The tiles that lie in a directory.
#[derive(Debug, Clone)]
pub struct Tiles(PathBuf);

impl Tiles {
    /// The tiles of the mirror in a directory.
    pub fn of(dir: &Path) -> Self {
        Self(dir.to_owned())
    }
}

impl TileSource for Tiles {
    type Error = StoreError;

    fn tile(&self, path: TilePath) -> Result<Vec<u8>, StoreError> {
        let path = self.0.join(path.to_string());
        // Who compares copies reads them from wherever they came.
        let read = plain::read(&path, LARGEST_TILE);
        let read = read.and_then(|bytes| bytes.ok_or_else(|| ErrorKind::NotFound.into()));
        read.map_err(|error| StoreError::file(&path, error))
    }
}
