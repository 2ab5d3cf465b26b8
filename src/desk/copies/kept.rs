//! A key of a log that somebody kept, and the notes that lead from it to the
//! other keys of the same log.

use std::path::Path;

use crate::ledger::checkpoint::{self, Checkpoint, CheckpointError, read_run};
use crate::ledger::key::VerifierKey;
use crate::ledger::note::Note;
use crate::ledger::succession;
use crate::store::Store;

use super::super::{keys, plain};
use super::{CopyError, FetchFile, unreadable};

/// The name of the file of notes beside a log's checkpoint.
const FILE: &str = "keys";
/// The longest file of notes that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// What checkpoints of a log are checked with.
#[derive(Debug, Clone)]
pub struct Kept {
    key: VerifierKey,
    notes: Vec<String>,
    /// The key itself, and the others that the notes name.
    known: Vec<VerifierKey>,
}

impl Kept {
    /// A key alone.
    pub fn new(key: VerifierKey) -> Self {
        Self {
            known: vec![key.clone()],
            notes: Vec::new(),
            key,
        }
    }

    /// Takes in the notes of a copy in a directory. Nobody has to be trusted for
    /// them: each is signed.
    ///
    /// # Errors
    /// When there is a desk that cannot be read.
    pub fn learn(&mut self, place: &str) -> Result<(), CopyError> {
        let path = Path::new(place);
        if path.join("desk.db").is_file() {
            let notes = Store::look(path, |db, _| keys::successions(db));
            self.take(&notes.map_err(|error| unreadable(place, error))?);
        } else if let Ok(Some(notes)) = plain::read(&path.join(FILE), LONGEST as u64) {
            self.take(&String::from_utf8_lossy(&notes));
        }
        Ok(())
    }

    /// Takes in the notes of a log that is served elsewhere; one that serves
    /// none has none.
    pub fn learn_from(&mut self, fetch: &FetchFile) {
        if let Ok(bytes) = fetch(FILE) {
            self.take(&String::from_utf8_lossy(&bytes));
        }
    }

    fn take(&mut self, text: &str) {
        let (notes, _) = read_run(text.get(..LONGEST).unwrap_or(text));
        for note in notes {
            let Ok((change, _)) = succession::open(note) else {
                continue;
            };
            for key in [change.old, change.new] {
                if !self.known.contains(&key) {
                    self.known.push(key);
                }
            }
            self.notes.push(note.to_owned());
        }
    }

    /// Reads a checkpoint that the key signed, or one that it leads to.
    pub(super) fn open(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let claimed: Checkpoint = Note::parse(note)?.text().parse()?;
        let notes: Vec<&str> = self.notes.iter().map(String::as_str).collect();
        let leads = |key: &&VerifierKey| {
            succession::leads(&notes, &self.key, (key, claimed.size())).is_some()
        };
        let others = self.known.iter().filter(leads);
        let mut opened = others.filter_map(|key| checkpoint::open(note, key).ok());
        // What is told when none did is about the key that was kept.
        opened
            .next()
            .map_or_else(|| checkpoint::open(note, &self.key), Ok)
    }
}
