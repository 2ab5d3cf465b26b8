//! Checkpoints, held against the keys and against the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::thread;

use crate::ledger::checkpoint::{self, CheckpointError};
use crate::ledger::hash::Hash;
use crate::ledger::key::VerifierKey;
use crate::store::{Db, checkpoints};

use super::super::DeskError;
use super::chain::Chain;
use super::report::{Kind, Report};

/// Where a checkpoint is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Database,
    File,
}

impl Place {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "the database",
            Self::File => "the checkpoints file",
        }
    }
}

/// A checkpoint as it is kept, not yet held against a key.
struct Note {
    note: String,
    root: Hash,
    place: Place,
}

/// The checkpoints, by the size that they claim.
pub(super) struct Signed {
    notes: BTreeMap<u64, Vec<Note>>,
    newest_stored: u64,
    newest_in_file: u64,
    stored: BTreeSet<u64>,
    filed: BTreeSet<u64>,
}

impl Signed {
    /// Reads every checkpoint. `file` are the notes of the plain file, read
    /// before the database was looked at: a desk that runs meanwhile must not
    /// seem to have lost what it has just signed.
    pub(super) fn read(
        db: &Db<'_>,
        file: Vec<String>,
        report: &mut Report,
    ) -> Result<Self, DeskError> {
        let mut signed = Self {
            notes: BTreeMap::new(),
            newest_stored: 0,
            newest_in_file: 0,
            stored: BTreeSet::new(),
            filed: BTreeSet::new(),
        };
        for (size, note) in checkpoints::list_after(db, 0)? {
            let claimed = signed.add(note, Place::Database, report);
            if claimed.is_some_and(|claimed| claimed != size) {
                let place = format!("checkpoint {size} of the database");
                report.find(
                    Kind::ForeignCheckpoint,
                    place,
                    "its row names another size than it was signed for",
                );
            }
        }
        for note in file {
            signed.add(note, Place::File, report);
        }
        Ok(signed)
    }

    fn add(&mut self, note: String, place: Place, report: &mut Report) -> Option<u64> {
        let Some((size, root)) = super::super::signed::claimed(&note) else {
            report.find(
                Kind::ForeignCheckpoint,
                format!("checkpoint ? of {}", place.as_str()),
                "it is not signed by the desk's key: it is no checkpoint",
            );
            return None;
        };
        let notes = self.notes.entry(size).or_default();
        notes.push(Note { note, root, place });
        Some(size)
    }

    /// The sizes in a range that checkpoints claim.
    pub(super) fn sizes(&self, range: Range<u64>) -> impl Iterator<Item = u64> {
        self.notes.range(range).map(|(size, _)| *size)
    }

    /// Whether a checkpoint claims this size.
    pub(super) fn claims(&self, size: u64) -> bool {
        self.notes.contains_key(&size)
    }

    /// Whether every checkpoint of this size claims this root.
    pub(super) fn agrees(&self, size: u64, root: impl FnOnce() -> Hash) -> bool {
        let Some(notes) = self.notes.get(&size) else {
            return true;
        };
        let root = root();
        notes.iter().all(|kept| kept.root == root)
    }

    /// Holds every checkpoint against the key of its place in the log, and
    /// against the root that the tree has there, where that is known.
    pub(super) fn settle(
        &mut self,
        at: (&Chain, u64),
        root: impl Fn(u64) -> Option<Hash>,
        report: &mut Report,
    ) {
        let kept: Vec<(u64, Vec<Note>)> = std::mem::take(&mut self.notes).into_iter().collect();
        let seals = seals(&kept, at);
        for ((size, notes), seals) in kept.into_iter().zip(seals) {
            for (kept, seal) in notes.into_iter().zip(seals) {
                let is_signed = self.take((&kept, size), seal, report);
                if is_signed && root(size).is_some_and(|root| root != kept.root) {
                    let words = "another log was signed for at this size; compare with copies that others kept";
                    let place = format!("checkpoint {size} of {}", kept.place.as_str());
                    report.find(Kind::ForkedLog, place, words);
                }
            }
        }
    }

    /// Takes in a checkpoint whose signature was checked; whether it is good.
    fn take(&mut self, (kept, size): (&Note, u64), seal: Seal, report: &mut Report) -> bool {
        let wrong = match seal {
            Some(Ok(())) => None,
            Some(Err(error)) => Some(format!("it is not signed by the desk's key: {error}")),
            None => Some("there is no key to check it with; name one with --key".to_owned()),
        };
        if let Some(words) = wrong {
            let at = format!("checkpoint {size} of {}", kept.place.as_str());
            report.find(Kind::ForeignCheckpoint, at, words);
            return false;
        }
        report.checkpoints += 1;
        match kept.place {
            Place::Database => {
                self.newest_stored = self.newest_stored.max(size);
                self.stored.insert(size);
            }
            Place::File => {
                self.newest_in_file = self.newest_in_file.max(size);
                self.filed.insert(size);
            }
        }
        true
    }

    /// Whether a checkpoint was signed over the entry.
    pub(super) fn covers(&self, index: u64) -> bool {
        self.newest_stored.max(self.newest_in_file) > index
    }

    /// Holds the two places of checkpoints against each other.
    fn compare_places(&self, entries: u64, report: &mut Report) {
        let unfiled: Vec<u64> = self.stored.difference(&self.filed).copied().collect();
        // A crash between the two places leaves the file behind by one note.
        let behind = matches!(unfiled[..], [only] if only == self.newest_stored);
        let unfiled = unfiled.into_iter().filter(|_| !behind);
        let lost = self.filed.difference(&self.stored).copied();
        let lost = lost.filter(|size| *size <= entries);
        let places = unfiled
            .map(|size| (size, "the checkpoints file"))
            .chain(lost.map(|size| (size, "the database")));
        for (size, place) in places {
            let words = "it was signed and stands in its other place only; find out who removed it, and put it back from a backup";
            report.find(
                Kind::MissingCheckpoint,
                format!("checkpoint {size} of {place}"),
                words,
            );
        }
    }

    /// Holds the number of entries against the newest checkpoints.
    pub(super) fn compare_size(&self, entries: u64, leaves: u64, report: &mut Report) {
        self.compare_places(entries, report);
        if self.newest_stored > entries || leaves > entries {
            let signed = self.newest_stored.max(leaves);
            let words = format!(
                "the log has {entries} entries, but {signed} were recorded; put the lost ones back from a backup"
            );
            report.find(Kind::TruncatedLog, format!("entry {entries}"), words);
        } else if self.newest_in_file > entries {
            let signed = self.newest_in_file;
            let words = format!(
                "the database has {entries} entries, but a checkpoint was signed for {signed}: an older copy was put back; \
                 put the newer one back, or see `citekeep accept-older-log`"
            );
            report.find(Kind::OldBackup, "the database", words);
        }
    }
}

/// What came of checking a signature; nothing where there is no key for it.
type Seal = Option<Result<(), CheckpointError>>;

/// More threads than this are not worth their start.
const MOST_THREADS: usize = 16;

/// Checks the signatures of all checkpoints, on every core: a log that is
/// signed each second has more of them than anything else that takes time.
fn seals(kept: &[(u64, Vec<Note>)], at: (&Chain, u64)) -> Vec<Vec<Seal>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = kept.len().div_ceil(threads.min(MOST_THREADS)).max(1);
    thread::scope(|scope| {
        let shares = kept.chunks(share);
        let working: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().map(|kept| of_size(kept, at)).collect()))
            .collect();
        let done = working.into_iter().map(thread::ScopedJoinHandle::join);
        done.flat_map(|share: thread::Result<Vec<Vec<Seal>>>| {
            share.expect("checking a signature ends with a result")
        })
        .collect()
    })
}

/// Checks the checkpoints of one size. What stands in both places alike is
/// checked once.
fn of_size((size, notes): &(u64, Vec<Note>), at: (&Chain, u64)) -> Vec<Seal> {
    let mut seals: Vec<Seal> = Vec::with_capacity(notes.len());
    for (place, kept) in notes.iter().enumerate() {
        let twin = notes[..place]
            .iter()
            .position(|other| other.note == kept.note);
        let seal = match twin {
            Some(twin) => seals[twin].clone(),
            None => {
                signer((kept, *size), at).map(|key| checkpoint::open(&kept.note, key).map(|_| ()))
            }
        };
        seals.push(seal);
    }
    seals
}

/// The key that should have signed a checkpoint.
fn signer<'c>(
    (kept, size): (&Note, u64),
    (chain, entries): (&'c Chain, u64),
) -> Option<&'c VerifierKey> {
    if size <= entries {
        return chain.at(size);
    }
    // The log was longer once, and may have had other keys.
    let mut signer = chain
        .all()
        .filter(|key| checkpoint::open(&kept.note, key).is_ok());
    signer.next().or(chain.at(size))
}
