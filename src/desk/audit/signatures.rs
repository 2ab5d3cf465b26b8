//! Checkpoints, held against the keys and against the tree.

use std::collections::{BTreeMap, BTreeSet};

use crate::ledger::checkpoint;
use crate::ledger::hash::Hash;
use crate::ledger::key::VerifierKey;
use crate::store::{Db, checkpoints};

use super::super::DeskError;
use super::chain::Chain;
use super::report::{Kind, Report};

/// Where a checkpoint is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Database,
    File,
}

impl Kept {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "the database",
            Self::File => "the checkpoints file",
        }
    }
}

/// The checkpoints, by the size that they claim; those that were held against
/// a key are taken out.
pub(super) struct Signed {
    notes: BTreeMap<u64, Vec<(String, Kept)>>,
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
            let claimed = signed.add(note, Kept::Database, report);
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
            signed.add(note, Kept::File, report);
        }
        Ok(signed)
    }

    fn add(&mut self, note: String, kept: Kept, report: &mut Report) -> Option<u64> {
        let Some(size) = super::super::signed::size(&note) else {
            report.find(
                Kind::ForeignCheckpoint,
                format!("checkpoint ? of {}", kept.as_str()),
                "it is not signed by the desk's key: it is no checkpoint",
            );
            return None;
        };
        self.notes.entry(size).or_default().push((note, kept));
        Some(size)
    }

    /// Holds the checkpoints over the first `size` entries against the key
    /// that signs at that place and the root.
    pub(super) fn compare(
        &mut self,
        (size, chain): (u64, &Chain),
        root: impl FnOnce() -> Hash,
        report: &mut Report,
    ) {
        let Some(notes) = self.notes.remove(&size) else {
            return;
        };
        let root = root();
        for (note, kept) in notes {
            let opened = self.open((&note, size, kept), chain.now(), report);
            if opened.is_some_and(|signed| signed != root) {
                let words =
                    "another log was signed for at this size; compare with copies that others kept";
                report.find(
                    Kind::ForkedLog,
                    format!("checkpoint {size} of {}", kept.as_str()),
                    words,
                );
            }
        }
    }

    /// Checks the signatures of what was not met on the way: the log may have
    /// been longer once.
    pub(super) fn settle(&mut self, chain: &Chain, report: &mut Report) {
        for (size, notes) in std::mem::take(&mut self.notes) {
            for (note, kept) in notes {
                let signer = chain.all().find(|key| checkpoint::open(&note, key).is_ok());
                self.open((&note, size, kept), signer.or(chain.now()), report);
            }
        }
    }

    /// Opens a checkpoint with the key that should have signed it.
    fn open(
        &mut self,
        (note, size, kept): (&str, u64, Kept),
        key: Option<&VerifierKey>,
        report: &mut Report,
    ) -> Option<Hash> {
        let at = format!("checkpoint {size} of {}", kept.as_str());
        let Some(key) = key else {
            report.find(
                Kind::ForeignCheckpoint,
                at,
                "there is no key to check it with; name one with --key",
            );
            return None;
        };
        match checkpoint::open(note, key) {
            Ok(opened) => {
                report.checkpoints += 1;
                match kept {
                    Kept::Database => {
                        self.newest_stored = self.newest_stored.max(size);
                        self.stored.insert(size);
                    }
                    Kept::File => {
                        self.newest_in_file = self.newest_in_file.max(size);
                        self.filed.insert(size);
                    }
                }
                Some(opened.root())
            }
            Err(error) => {
                report.find(
                    Kind::ForeignCheckpoint,
                    at,
                    format!("it is not signed by the desk's key: {error}"),
                );
                None
            }
        }
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
