//! Checkpoints, held against the key and against the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::ledger::checkpoint;
use crate::ledger::hash::Hash;
use crate::ledger::key::VerifierKey;
use crate::store::{Db, checkpoints};

use super::super::DeskError;
use super::report::{Kind, Report};

/// The roots that were signed for, by size, with where each checkpoint stands.
pub(super) struct Signed {
    roots: BTreeMap<u64, Vec<(Hash, &'static str)>>,
    newest_stored: u64,
    newest_in_file: u64,
    stored: BTreeSet<u64>,
    filed: BTreeSet<u64>,
}

impl Signed {
    /// Reads every checkpoint and checks its signature. `file` are the notes of
    /// the plain file, read before the database was looked at: a desk that runs
    /// meanwhile must not seem to have lost what it has just signed.
    pub(super) fn read(
        db: &Db<'_>,
        file: Vec<String>,
        key: Option<&VerifierKey>,
        report: &mut Report,
    ) -> Result<Self, DeskError> {
        let mut signed = Self {
            roots: BTreeMap::new(),
            newest_stored: 0,
            newest_in_file: 0,
            stored: BTreeSet::new(),
            filed: BTreeSet::new(),
        };
        for (size, note) in checkpoints::list_after(db, 0)? {
            if let Some(found) = signed.add(&note, key, "the database", report) {
                signed.newest_stored = signed.newest_stored.max(found);
                signed.stored.insert(found);
                if found != size {
                    let place = format!("checkpoint {size} of the database");
                    report.find(
                        Kind::ForeignCheckpoint,
                        place,
                        "its row names another size than it was signed for",
                    );
                }
            }
        }
        for note in file {
            if let Some(size) = signed.add(&note, key, "the checkpoints file", report) {
                signed.newest_in_file = signed.newest_in_file.max(size);
                signed.filed.insert(size);
            }
        }
        Ok(signed)
    }

    fn add(
        &mut self,
        note: &str,
        key: Option<&VerifierKey>,
        place: &'static str,
        report: &mut Report,
    ) -> Option<u64> {
        let claimed = super::super::signed::size(note)
            .map_or_else(|| "?".to_owned(), |size| size.to_string());
        let at = format!("checkpoint {claimed} of {place}");
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
                self.roots
                    .entry(opened.size())
                    .or_default()
                    .push((opened.root(), place));
                Some(opened.size())
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

    /// Holds the root over the first `size` entries against what was signed.
    pub(super) fn compare(&self, size: u64, root: impl FnOnce() -> Hash, report: &mut Report) {
        let Some(signed) = self.roots.get(&size) else {
            return;
        };
        let root = root();
        for (expected, place) in signed {
            if *expected != root {
                let words =
                    "another log was signed for at this size; compare with copies that others kept";
                report.find(
                    Kind::ForkedLog,
                    format!("checkpoint {size} of {place}"),
                    words,
                );
            }
        }
    }

    /// The sizes in a range that checkpoints were signed for.
    pub(super) fn sizes(&self, range: Range<u64>) -> impl Iterator<Item = u64> {
        self.roots.range(range).map(|(size, _)| *size)
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
