//! Floor 2: SQLite and the blobs. All SQL of the house is here.
//!
//! The log and the blobs are the truth; projections are their index. Nothing
//! here knows a rule of the desk, HTTP or HTML.

pub mod articles;
pub mod batches;
pub mod blobs;
pub mod changes;
pub mod checkpoints;
pub mod citations;
pub mod claims;
pub mod copying;
pub mod cosignatures;
pub mod drafts;
pub mod erasures;
pub mod feeds;
pub mod gauges;
mod hindrance;
pub mod keys;
pub mod local;
pub mod log;
mod open;
pub mod other_checks;
mod pages;
pub mod people;
pub(crate) mod private;
pub mod projections;
pub mod public;
pub mod public_changes;
pub mod publications;
pub mod queue;
mod readers;
pub mod register;
pub mod remarks;
pub mod renew;
pub mod replay;
mod rows;
pub mod scales;
pub mod search;
pub mod settings;
pub mod shelf;
pub mod shown;
pub mod signatures;
pub mod snapshots;
pub mod sources;
pub mod stretch;
mod sweep;
pub mod tiles;
pub mod timestamps;
pub mod trail;
mod unnamed;
pub mod veil;
pub mod verdicts;
pub mod witnessed;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::domain::ids::EntryIndex;

use self::gauges::Writes;
pub use self::hindrance::Hindrance;
pub use self::open::SCHEMA_VERSION;
use self::readers::Readers;
use self::shelf::Shelf;
use self::shown::{Marks, Shown};
use self::veil::Eyes;
use self::writer::{Task, Writer};

/// What can go wrong below the desk: disk, database, or a broken promise of
/// one of them.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused or broke off.
    #[error("the database did not answer as it should: {0}")]
    Database(#[source] Arc<rusqlite::Error>),
    /// A file could not be read or written.
    #[error("the file {path} could not be used: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// Stored bytes are not what their name promises.
    #[error("blob {hash} is {flaw}; run `citekeep verify` and put a good copy back")]
    Blob {
        /// The name: the SHA-256 that was asked for.
        hash: crate::domain::hash::ContentHash,
        /// What is wrong with it.
        flaw: &'static str,
    },
    /// These bytes were erased, and may not come back.
    #[error("these bytes were erased; entry {erased} of the log says why")]
    Erased {
        /// The entry that says so.
        erased: crate::domain::ids::EntryIndex,
    },
    /// These bytes belong to a sealed source, which the reader may not see.
    #[error("this belongs to a sealed source; ask an editor who may see it")]
    Sealed,
    /// The disk cannot be swept yet, because somebody still reads.
    #[error(
        "the database is being read, so what was erased may still be in its file; it is tried again"
    )]
    Unswept,
    /// A stored value cannot be read as what it should be.
    #[error("stored {what} cannot be read: {why}; run `citekeep verify`")]
    Corrupt {
        /// What was being read.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// Something that was there a moment ago is not there.
    #[error("there is no {what} {id}")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its number.
        id: i64,
    },
    /// The data directory has the schema of an older Citekeep, and whoever
    /// looks at it must not change it.
    #[error(
        "an older citekeep made this data directory (schema {found}; this program reads {SCHEMA_VERSION}); start the desk once with this program, which brings it up to date, or use the older one"
    )]
    OlderSchema {
        /// The schema that it has.
        found: i64,
    },
    /// The data directory has a schema that this program does not know yet.
    #[error(
        "a newer citekeep made this data directory (schema {found}; this program reads {SCHEMA_VERSION}); use that one, or a newer one still"
    )]
    NewerSchema {
        /// The schema that it has.
        found: i64,
    },
    /// The schema could not be brought up to date.
    #[error("the database could not be brought up to date: {0}; nothing was changed")]
    Migration(String),
    /// The thread that writes has ended; the desk is closing.
    #[error("the desk is closing; nothing was saved")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl StoreError {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source: Arc::new(source),
        }
    }

    pub(crate) fn corrupt(what: &'static str, why: impl ToString) -> Self {
        Self::Corrupt {
            what,
            why: why.to_string(),
        }
    }
}

/// A view of the database at one moment, with the shelf of blobs beside it.
/// Reading functions of the store take it first.
pub struct Db<'c> {
    conn: &'c Connection,
    shelf: &'c Shelf,
}

impl Db<'_> {
    /// The blobs and texts beside the database.
    pub fn shelf(&self) -> &Shelf {
        self.shelf
    }
}

/// A write in progress: reads see what it has done so far, and `log::append`
/// adds to it. It lasts for one act and is committed or undone whole.
pub struct Tx<'c> {
    db: Db<'c>,
    /// What it changes of what strangers are shown.
    marks: &'c Marks,
}

impl<'c> std::ops::Deref for Tx<'c> {
    type Target = Db<'c>;

    fn deref(&self) -> &Db<'c> {
        &self.db
    }
}

/// The store of one data directory.
pub struct Store {
    dir: PathBuf,
    shelf: Arc<Shelf>,
    shown: Arc<Shown>,
    readers: Readers,
    writer: Writer,
    /// Held by whoever sweeps the file: the erasure after which every page of
    /// it was overwritten last.
    sweeping: Mutex<Option<EntryIndex>>,
}

impl Store {
    /// Opens the data directory, makes what is missing and brings its schema
    /// up to date.
    ///
    /// # Errors
    /// When the directory cannot be used or was written by a newer Citekeep.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|error| StoreError::file(dir, error))?;
        let shelf = Arc::new(Shelf::open(&dir.join("blobs"))?);
        let conn = open::migrated(&dir.join("desk.db"), &shelf)?;
        shelf.blobs().know_erased(erasures::blobs(&Db {
            conn: &conn,
            shelf: &shelf,
        })?);
        let shown = Arc::new(Shown::new());
        let tell = Arc::clone(&shown);
        Ok(Self {
            dir: dir.to_owned(),
            writer: Writer::start(conn, Arc::clone(&shelf), tell)?,
            shown,
            readers: Readers::new(dir.join("desk.db"), Arc::clone(&shelf)),
            shelf,
            sweeping: Mutex::new(None),
        })
    }

    /// Looks into a data directory without changing anything in it: nothing
    /// is made, migrated or repaired.
    ///
    /// # Errors
    /// When there is no database.
    pub fn look<T, E: From<StoreError>>(
        dir: &Path,
        look: impl FnOnce(&Db<'_>, &Arc<Shelf>) -> Result<T, E>,
    ) -> Result<T, E> {
        let shelf = Arc::new(Shelf::at(&dir.join("blobs")));
        let conn = open::reader(&dir.join("desk.db"), &shelf)?;
        open::same_schema(&conn)?;
        let tx = conn.unchecked_transaction().map_err(StoreError::from)?;
        shelf.blobs().know_erased(erasures::blobs(&Db {
            conn: &tx,
            shelf: &shelf,
        })?);
        look(
            &Db {
                conn: &tx,
                shelf: &shelf,
            },
            &shelf,
        )
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether what strangers are shown may have changed.
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    /// The blobs and texts.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Reads at one moment, for somebody's eyes: everything that `look` sees
    /// belongs together, and nothing of it is sealed for them.
    pub fn read<T, E: From<StoreError>>(
        &self,
        eyes: Eyes,
        look: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.readers.read(eyes, look)
    }

    /// Runs `act` in a write transaction and returns once its effects are
    /// durable. An error from `act` undoes all that it did. Acts that wait at
    /// the same time share one commit.
    pub fn write<T, E>(
        &self,
        act: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(Task::Act, act)
    }

    /// As [`Store::write`], and beside no other act: for one that writes much of
    /// the database anew. Within a savepoint SQLite would remember every page of
    /// it.
    pub fn write_alone<T, E>(
        &self,
        act: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(Task::Alone, act)
    }

    /// What is counted of writing.
    pub fn writes(&self) -> &Writes {
        self.writer.counts()
    }

    /// Whether what writes is at work.
    pub fn is_writing(&self) -> bool {
        self.writer.is_alive()
    }

    /// Ends what writes, as a defect of ours would.
    #[cfg(test)]
    pub(crate) fn break_writer(&self) {
        self.writer.break_off();
        while self.is_writing() {
            std::thread::yield_now();
        }
    }

    /// Lets the shelf know which bytes were erased, and takes them off it.
    pub fn forget_erased(&self) -> Result<(), StoreError> {
        let erased = self.read(Eyes::Desk, erasures::blobs)?;
        let hashes: Vec<_> = erased.keys().copied().collect();
        self.shelf.blobs().know_erased(erased);
        for hash in hashes {
            self.shelf.forget(hash)?;
        }
        Ok(())
    }

    /// Deletes blobs that nothing names: no erasure could ask for them.
    pub fn forget_unnamed(&self) -> Result<(), StoreError> {
        let loose = self.read(Eyes::Desk, unnamed::list)?;
        for some in loose.chunks(unnamed::BATCH) {
            let some = some.to_vec();
            self.write(move |tx| unnamed::forget(tx, &some))?;
        }
        Ok(())
    }

    /// Two empty databases for what an erasure changes.
    pub fn two_replays(&self) -> Result<renew::Two, StoreError> {
        renew::Two::start(&self.shelf)
    }

    /// Overwrites what was deleted from the database by an erasure and before it,
    /// so that neither free room in its file nor the write-ahead log still holds
    /// erased words. Others read and write meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unswept`] while somebody still reads the old pages.
    pub fn sweep(&self, erased: EntryIndex) -> Result<(), StoreError> {
        // Whoever panicked while sweeping has not noted that it is done.
        let mut swept = self.sweeping.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.is_none_or(|swept| swept < erased) {
            sweep::overwrite(&self.writer, &self.readers)?;
            *swept = Some(erased);
        }
        sweep::empty_log(&self.writer)
    }
}
