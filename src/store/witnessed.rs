//! What a witness remembers, in plain files of a directory of its own: its key,
//! and of each log the newest checkpoint that it cosigned.
//!
//! The record is on disk before a cosignature leaves. It is written whole into
//! a new file that then takes the old one's place, so that a crash leaves one
//! or the other. It must never be put back from a backup: a witness that forgot
//! what it cosigned can be made to cosign another history.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::ledger::checkpoint::read_run;

use super::{StoreError, private};

/// A directory of which nobody else may be the witness meanwhile.
#[derive(Debug)]
pub struct Memory {
    dir: PathBuf,
    /// Held for as long as this is kept.
    _lock: File,
}

impl Memory {
    /// Takes the directory, and makes it where it is missing; nothing where
    /// another process has it.
    pub fn take(dir: &Path) -> Result<Option<Self>, StoreError> {
        fs::create_dir_all(dir).map_err(|error| StoreError::file(dir, error))?;
        let path = dir.join("lock");
        let open = || -> std::io::Result<Option<File>> {
            let lock = private::options()
                .create(true)
                .truncate(false)
                .open(&path)?;
            match lock.try_lock() {
                Ok(()) => Ok(Some(lock)),
                Err(fs::TryLockError::WouldBlock) => Ok(None),
                Err(fs::TryLockError::Error(error)) => Err(error),
            }
        };
        let lock = open().map_err(|error| StoreError::file(&path, error))?;
        Ok(lock.map(|lock| Self {
            dir: dir.to_owned(),
            _lock: lock,
        }))
    }

    /// Reads the text of the witness's private key, if it has one.
    pub fn key(&self) -> Result<Option<String>, StoreError> {
        read(&self.dir.join("witness.key"))
    }

    /// Keeps the text of a new private key, which nobody else may read.
    pub fn keep_key(&self, text: &str) -> Result<(), StoreError> {
        let path = self.dir.join("witness.key");
        let write = || -> std::io::Result<()> {
            let mut file = private::options().create_new(true).open(&path)?;
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            sync(&self.dir)
        };
        write().map_err(|error| StoreError::file(&path, error))
    }

    /// Reads the cosigned notes, one of each log. A record that is cut off is
    /// an error: what a witness forgot it must not cosign again.
    pub fn notes(&self) -> Result<Vec<String>, StoreError> {
        let Some(text) = read(&self.record())? else {
            return Ok(Vec::new());
        };
        let (notes, torn) = read_run(&text);
        if torn.is_some() {
            return Err(StoreError::corrupt(
                "witness's record",
                "its end is cut off",
            ));
        }
        Ok(notes.into_iter().map(str::to_owned).collect())
    }

    /// Keeps the cosigned notes, one of each log, and returns once they are on
    /// disk. After an error nobody knows which record is there.
    pub fn keep_notes<'n>(&self, notes: impl Iterator<Item = &'n str>) -> Result<(), StoreError> {
        let (path, fresh) = (self.record(), self.dir.join("cosigned.new"));
        let write = || -> std::io::Result<()> {
            let mut file = private::options()
                .create(true)
                .truncate(true)
                .open(&fresh)?;
            for note in notes {
                file.write_all(note.as_bytes())?;
                file.write_all(b"\n")?;
            }
            file.sync_all()?;
            fs::rename(&fresh, &path)?;
            sync(&self.dir)
        };
        write().map_err(|error| StoreError::file(&path, error))
    }

    fn record(&self) -> PathBuf {
        self.dir.join("cosigned")
    }
}

fn read(path: &Path) -> Result<Option<String>, StoreError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file(path, error)),
    }
}

/// Makes sure that a name in a directory outlives a power cut.
fn sync(dir: &Path) -> std::io::Result<()> {
    File::open(dir)?.sync_all()
}
