//! What the dossier shows with an entry although other entries say it: who did
//! it, whether it was taken back, and what is left of what was erased.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::bundle::facts::{Facts, Presence};
use crate::domain::event::{Event, Record};
use crate::domain::ids::{CitationId, EntryIndex, PersonId, PublicationId};
use crate::domain::publication::CorrectionKind;
use crate::domain::words::Name;

use super::log::Entries;

/// Who acted where no person did.
const NOBODY: &str = "the desk";

/// The entries of a bundle, seen together.
pub(super) struct Around<'e> {
    /// What entries say; of those that were erased, what their erasure left.
    pub(super) records: BTreeMap<EntryIndex, &'e Record>,
    retracted: BTreeSet<PublicationId>,
    removed: BTreeSet<CitationId>,
    names: BTreeMap<PersonId, &'e Name>,
}

impl<'e> Around<'e> {
    /// Looks through the entries.
    pub(super) fn of(facts: &Facts, entries: &'e Entries) -> Self {
        let mut records: BTreeMap<EntryIndex, &'e Record> = entries
            .records
            .iter()
            .map(|(entry, record)| (*entry, record))
            .collect();
        let erased = |entry: EntryIndex| {
            let found = facts
                .entries
                .binary_search_by_key(&entry, |listed| listed.entry);
            found.is_ok_and(|at| facts.entries[at].body == Presence::Erased)
        };
        for record in entries.records.values() {
            if let Event::Erased { erasure } = &record.event {
                let holes = erasure.holes.iter().filter(|hole| erased(hole.entry));
                records.extend(holes.map(|hole| (hole.entry, &hole.left)));
            }
        }
        let mut around = Self {
            records: BTreeMap::new(),
            retracted: BTreeSet::new(),
            removed: BTreeSet::new(),
            names: BTreeMap::new(),
        };
        for record in records.values().copied() {
            around.note(record);
        }
        around.records = records;
        around
    }

    fn note(&mut self, record: &'e Record) {
        match &record.event {
            Event::PublicationCorrected { correction }
                if correction.kind == CorrectionKind::Retraction =>
            {
                self.retracted.insert(correction.publication);
            }
            Event::CitationRemoved { citation, .. } => {
                self.removed.insert(*citation);
            }
            Event::PersonJoined { person, name, .. } => {
                self.names.insert(*person, name);
            }
            _ => {}
        }
    }

    /// Adds to what an entry recorded what others say of it; false where nobody
    /// says who did it.
    pub(super) fn complete(&self, record: &Record, expected: &mut Value) -> bool {
        let who = match &record.event {
            Event::VerdictPublished { publication } => {
                expected["retracted"] = json!(self.retracted.contains(&publication.id));
                return true;
            }
            Event::CitationMade { citation } => {
                expected["removed"] = json!(self.removed.contains(&citation.id));
                return true;
            }
            Event::VerdictGiven { .. } => "reviewer",
            Event::RemarkMade { .. } => "by",
            Event::VerdictApproved { .. }
            | Event::VerdictDissented { .. }
            | Event::ChangeDismissed { .. } => "person",
            _ => return true,
        };
        let name = match record.by {
            None => Some(json!(NOBODY)),
            Some(by) => self.names.get(&by.person).map(|name| json!(name)),
        };
        let is_known = name.is_some();
        if let Some(name) = name {
            expected[who] = name;
        }
        is_known
    }
}
