//! Copies of a log, wherever they come from: a data directory, a mirror, a
//! file of checkpoints that somebody kept, or a log at its address.

mod compare;
mod kept;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::ledger::checkpoint::{Checkpoint, CheckpointError, read_run};
use crate::ledger::hash::Hash;
use crate::ledger::note::Note;
use crate::ledger::tile::TilePath;
use crate::ledger::tiled::{TileSource, TiledNodes};
use crate::ledger::tree::NodeSource;
use crate::store::{Store, StoreError, checkpoints, log};

use super::mirror::Tiles;
use super::plain;

pub use self::compare::{CompareError, Outcome, Side, compare};
pub use self::kept::Kept;

/// The largest file of checkpoints that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// What a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The data directory of a desk.
    DataDirectory,
    /// A directory of static files.
    Mirror,
    /// A file of checkpoints, without the tree under them.
    Checkpoints,
    /// A log that is served elsewhere.
    Address,
}

impl Form {
    /// What it is called.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::DataDirectory => "a data directory",
            Self::Mirror => "a mirror",
            Self::Checkpoints => "checkpoints",
            Self::Address => "a log at its address",
        }
    }
}

/// A copy of a log.
#[derive(Serialize)]
pub struct Copy {
    /// Where it was found, as it was typed.
    pub place: String,
    /// What it is.
    pub form: Form,
    /// The log's name.
    pub origin: String,
    /// How many entries it has, or its newest checkpoint covers.
    pub size: u64,
    /// What was signed, the smallest first; of a data directory the newest.
    #[serde(skip)]
    pub(super) checkpoints: Vec<Checkpoint>,
    #[serde(skip)]
    pub(super) tree: Option<Tree>,
}

/// The tree of a copy.
pub(super) struct Tree {
    pub(super) size: u64,
    pub(super) nodes: Box<dyn NodeSource<Error = String>>,
}

/// Why a copy could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is nothing there, or no log.
    #[error(
        "{0} is no copy of a log: name a data directory, a mirror's directory, a file of checkpoints, or the address of a log"
    )]
    NoCopy(String),
    /// The files could not be read.
    #[error("{place} cannot be read: {why}")]
    Unreadable {
        /// Which copy.
        place: String,
        /// What went wrong.
        why: String,
    },
    /// A checkpoint is none, or not signed by the key.
    #[error("a checkpoint of {place} does not hold: {why}")]
    Checkpoint {
        /// Which copy.
        place: String,
        /// What is wrong with it.
        #[source]
        why: CheckpointError,
    },
}

/// What fetches a file of a log at its address: it is given the file's path
/// below the log's own address.
pub type FetchFile = Box<dyn Fn(&str) -> Result<Vec<u8>, String>>;

impl Copy {
    /// Opens a copy in a directory or file. With a key, each checkpoint must be
    /// signed by it, or by one that it leads to.
    pub fn open(place: &str, kept: Option<&Kept>) -> Result<Self, CopyError> {
        let path = Path::new(place);
        if path.join("desk.db").is_file() {
            return data_directory(place, path, kept);
        }
        if path.join("checkpoint").is_file() {
            let note = text(place, &path.join("checkpoint"))?;
            let nodes = Tiles::of(path);
            return tiled((place, Form::Mirror), &note, kept, nodes);
        }
        if path.is_file() {
            return checkpoints_file(place, &text(place, path)?, kept);
        }
        Err(CopyError::NoCopy(place.to_owned()))
    }

    /// Opens a log that is served elsewhere.
    pub fn fetched(place: &str, kept: Option<&Kept>, fetch: FetchFile) -> Result<Self, CopyError> {
        let bytes = fetch("checkpoint").map_err(|why| unreadable(place, why))?;
        let note = String::from_utf8_lossy(&bytes).into_owned();
        tiled((place, Form::Address), &note, kept, Fetched(fetch))
    }
}

fn unreadable(place: &str, why: impl ToString) -> CopyError {
    CopyError::Unreadable {
        place: place.to_owned(),
        why: why.to_string(),
    }
}

/// Reads a text that is not too large for what it should be.
pub(super) fn text(place: &str, path: &Path) -> Result<String, CopyError> {
    let none = || CopyError::NoCopy(place.to_owned());
    match plain::read(path, LARGEST) {
        Ok(bytes) => String::from_utf8(bytes.ok_or_else(none)?).map_err(|_| none()),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(none()),
        Err(error) => Err(unreadable(place, error)),
    }
}

/// Reads a checkpoint, with or without its signature.
fn read(place: &str, note: &str, kept: Option<&Kept>) -> Result<Checkpoint, CopyError> {
    let read = || match kept {
        Some(kept) => kept.open(note),
        None => Note::parse(note)?.text().parse(),
    };
    read().map_err(|why| CopyError::Checkpoint {
        place: place.to_owned(),
        why,
    })
}

fn data_directory(place: &str, path: &Path, kept: Option<&Kept>) -> Result<Copy, CopyError> {
    let found = Store::look(path, |db, _| {
        Ok::<_, StoreError>((log::leaf_count(db)?, checkpoints::newest(db)?))
    });
    let (size, newest) = found.map_err(|error| unreadable(place, error))?;
    let (_, note) = newest
        .ok_or_else(|| unreadable(place, "no checkpoint is signed yet; start the desk once"))?;
    let newest = read(place, &note, kept)?;
    Ok(Copy {
        place: place.to_owned(),
        form: Form::DataDirectory,
        origin: newest.origin().to_owned(),
        size,
        checkpoints: vec![newest],
        tree: Some(Tree {
            size,
            nodes: Box::new(Stored(path.to_owned())),
        }),
    })
}

fn tiled<S: TileSource + 'static>(
    (place, form): (&str, Form),
    note: &str,
    kept: Option<&Kept>,
    tiles: S,
) -> Result<Copy, CopyError>
where
    S::Error: std::fmt::Display,
{
    let newest = read(place, note, kept)?;
    let size = newest.size();
    Ok(Copy {
        place: place.to_owned(),
        form,
        origin: newest.origin().to_owned(),
        size,
        checkpoints: vec![newest],
        tree: Some(Tree {
            size,
            nodes: Box::new(Worded(TiledNodes::new(tiles, size))),
        }),
    })
}

/// Reads one checkpoint as it is served, or many as a desk keeps them.
fn checkpoints_file(place: &str, text: &str, kept: Option<&Kept>) -> Result<Copy, CopyError> {
    let (mut notes, rest) = read_run(text);
    // A single one, saved as it was served, lacks the blank line behind it. So
    // may the last of several; what is torn is no note, and is refused.
    notes.extend(rest.map(|at| &text[at..]));
    let read = notes.into_iter().map(|note| read(place, note, kept));
    let mut checkpoints: Vec<Checkpoint> = read.collect::<Result<_, _>>()?;
    checkpoints.sort_by_key(Checkpoint::size);
    let newest = checkpoints.last();
    let newest = newest.ok_or_else(|| CopyError::NoCopy(place.to_owned()))?;
    Ok(Copy {
        place: place.to_owned(),
        form: Form::Checkpoints,
        origin: newest.origin().to_owned(),
        size: newest.size(),
        checkpoints,
        tree: None,
    })
}

/// The stored tree of a data directory, looked at node by node: a desk that
/// runs meanwhile only adds to it.
struct Stored(PathBuf);

impl NodeSource for Stored {
    type Error = String;

    fn node(&self, level: u8, index: u64) -> Result<Hash, String> {
        Store::look(&self.0, |db, _| db.node(level, index)).map_err(|error| error.to_string())
    }
}

/// Files of a log at its address.
struct Fetched(FetchFile);

impl TileSource for Fetched {
    type Error = String;

    fn tile(&self, path: TilePath) -> Result<Vec<u8>, String> {
        (self.0)(&path.to_string())
    }
}

/// A tree whose errors are told in words.
struct Worded<S>(TiledNodes<S>);

impl<S: TileSource> NodeSource for Worded<S>
where
    S::Error: std::fmt::Display,
{
    type Error = String;

    fn node(&self, level: u8, index: u64) -> Result<Hash, String> {
        self.0.node(level, index).map_err(|error| error.to_string())
    }
}
