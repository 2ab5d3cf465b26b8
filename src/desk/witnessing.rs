//! Being a witness for the logs of others (C2SP tlog-witness): a checkpoint is
//! cosigned only where it continues what was cosigned of that log before.
//!
//! One lock is held from the look at what is remembered until the new record
//! is on disk, and a cosignature leaves after that. So two that ask at once are
//! answered one after the other, and a crash can lose an answer but never the
//! memory of one that was given.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::time::Timestamp;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::cosignature::{self, CosignerKey, CosigningKey};
use crate::ledger::hash::Hash;
use crate::ledger::key::{KeyError, KeyName, VerifierKey};
use crate::ledger::note::Note;
use crate::ledger::submission::{Refusal, Submission, SubmissionError};
use crate::store::StoreError;
use crate::store::witnessed::Memory;

use super::{Clock, World};

/// A witness: its key, the logs that it knows, and what it remembers of them.
pub struct Witnessing {
    key: CosigningKey,
    /// The keys that are trusted for each log, by the log's origin.
    logs: BTreeMap<String, Vec<VerifierKey>>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Remembered>,
}

/// What is on disk, and the same in memory by the log's origin.
struct Remembered {
    memory: Memory,
    notes: BTreeMap<String, (Checkpoint, String)>,
}

/// Why somebody cannot be a witness.
#[derive(Debug, thiserror::Error)]
pub enum CannotWitness {
    /// Another process is the witness of this directory.
    #[error("another program witnesses with this directory already; end that one first")]
    Taken,
    /// The key cannot be used.
    #[error("the witness's key cannot be used: {0}")]
    Key(#[from] KeyError),
    /// There is no key yet, and no name for one.
    #[error(
        "a witness needs a name, which stands in each of its cosignatures; choose one such as witness.example.org/w1"
    )]
    NoName,
    /// The key has another name than was asked for.
    #[error(
        "the witness's key is called {is}, not {asked}; leave its name as it is, or begin in a new directory"
    )]
    Renamed {
        /// What the key is called.
        is: KeyName,
        /// What it was to be called.
        asked: KeyName,
    },
    /// What is remembered was changed by somebody else.
    #[error(
        "what this witness remembers was changed or does not belong to its key; nothing is cosigned until that is understood"
    )]
    Record,
    /// Disk trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a checkpoint is not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum Declined {
    /// The submission cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SubmissionError),
    /// The log is none that this witness knows.
    #[error("this witness does not know the log {0}; ask whoever runs it to add the log's key")]
    UnknownLog(String),
    /// The submission was judged and refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Disk trouble: nothing was cosigned.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A log that is witnessed, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// The log's origin.
    pub origin: String,
    /// How many of its entries were cosigned; none yet.
    pub size: Option<u64>,
}

impl Witnessing {
    /// Takes up the work of the witness whose memory is in `dir`, for these
    /// logs. On the first start it makes its key, called `name`; later the name
    /// may be left out.
    ///
    /// # Errors
    /// When another process does that already, or its files cannot be used.
    pub fn take_up(
        dir: &Path,
        name: Option<&KeyName>,
        logs: Vec<VerifierKey>,
        world: &World,
    ) -> Result<Self, CannotWitness> {
        let memory = Memory::take(dir)?.ok_or(CannotWitness::Taken)?;
        let key = match memory.key()? {
            Some(text) => text.trim().parse()?,
            None => make_key(&memory, name.ok_or(CannotWitness::NoName)?, world)?,
        };
        let own = key.verifier();
        if let Some(asked) = name.filter(|name| *name != own.name()) {
            let (is, asked) = (own.name().clone(), asked.clone());
            return Err(CannotWitness::Renamed { is, asked });
        }
        let mut notes = BTreeMap::new();
        for note in memory.notes()? {
            let checkpoint = remembered(&note, &own).ok_or(CannotWitness::Record)?;
            notes.insert(checkpoint.origin().to_owned(), (checkpoint, note));
        }
        let mut by_origin: BTreeMap<String, Vec<VerifierKey>> = BTreeMap::new();
        for log in logs {
            let keys = by_origin.entry(log.name().as_str().to_owned()).or_default();
            if !keys.contains(&log) {
                keys.push(log);
            }
        }
        Ok(Self {
            key,
            logs: by_origin,
            clock: Arc::clone(&world.clock),
            memory: Mutex::new(Remembered { memory, notes }),
        })
    }

    /// The verifier key, to be given to logs and their readers.
    pub fn verifier(&self) -> CosignerKey {
        self.key.verifier()
    }

    /// The logs that are witnessed, by their origins.
    pub fn logs(&self) -> Vec<Witnessed> {
        let remembered = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let logs = self.logs.keys().map(|origin| Witnessed {
            origin: origin.clone(),
            size: remembered.size_of(origin),
        });
        logs.collect()
    }

    /// Judges what a log brings, and returns the line of the cosignature once
    /// the record of it is on disk. It blocks.
    ///
    /// # Errors
    /// When the checkpoint is not cosigned.
    pub fn add_checkpoint(&self, body: &str) -> Result<String, Declined> {
        let brought = Submission::parse(body)?;
        let unknown = || Declined::UnknownLog(brought.origin().to_owned());
        let keys = self.logs.get(brought.origin()).ok_or_else(unknown)?;
        let mut remembered = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let known = remembered.known(brought.origin());
        let (text, checkpoint) = brought.judge(keys, known)?;
        // Looked at under the lock, so that later times go with larger sizes.
        let line = cosignature::cosign(text, seconds(self.clock.now()), &self.key);
        let note = brought.note_by(keys) + &line;
        remembered.keep(checkpoint, note)?;
        Ok(line)
    }
}

impl Remembered {
    fn known(&self, origin: &str) -> Option<(u64, Hash)> {
        let (checkpoint, _) = self.notes.get(origin)?;
        Some((checkpoint.size(), checkpoint.root()))
    }

    fn size_of(&self, origin: &str) -> Option<u64> {
        self.known(origin).map(|(size, _)| size)
    }

    /// Writes the record with a newer checkpoint, and only then believes it.
    fn keep(&mut self, checkpoint: &Checkpoint, note: String) -> Result<(), StoreError> {
        let origin = checkpoint.origin();
        let others = self.notes.iter().filter(|(other, _)| *other != origin);
        let others = others.map(|(_, (_, note))| note.as_str());
        self.memory.keep_notes(others.chain([note.as_str()]))?;
        self.notes
            .insert(origin.to_owned(), (checkpoint.clone(), note));
        Ok(())
    }
}

fn make_key(memory: &Memory, name: &KeyName, world: &World) -> Result<CosigningKey, CannotWitness> {
    // A record without the key that made it is a loss to look into: the same
    // logs would be begun with anew, under a name that they know.
    if !memory.notes()?.is_empty() {
        return Err(CannotWitness::Record);
    }
    let mut seed = [0; 32];
    world.rng.fill(&mut seed);
    let key = CosigningKey::from_seed(name.clone(), &seed);
    memory.keep_key(&key.to_private_text())?;
    Ok(key)
}

/// Reads a record that this witness wrote; nothing where it did not.
fn remembered(note: &str, own: &CosignerKey) -> Option<Checkpoint> {
    let note = Note::parse(note).ok()?;
    cosignature::verify(&note, own).ok()?;
    note.text().parse().ok()
}

/// Whole seconds since 1970; a clock that stands before that is taken as one
/// that stands just after it.
fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.as_millis().div_euclid(1_000)).map_or(1, |seconds| seconds.max(1))
}
