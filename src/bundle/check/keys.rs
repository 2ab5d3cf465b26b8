//! From a key that somebody brings along to the one that signed the checkpoint,
//! through the notes with which one key of the log followed another.

use crate::bundle::facts::Facts;
use crate::bundle::layout::Part;
use crate::domain::event::Event;
use crate::ledger::key::VerifierKey;
use crate::ledger::succession;

use super::log::{Entries, Signed};
use super::report::Report;

/// Follows the notes of the bundle's own entries, and those that were brought.
pub(super) fn check(
    (given, brought): (&VerifierKey, &[&str]),
    (signed, facts): (&Signed, &Facts),
    entries: &Entries,
    report: &mut Report,
) {
    let events = entries.records.values().map(|record| &record.event);
    let own = events.filter_map(|event| match event {
        Event::KeyRotated { statement, .. } | Event::KeyReplaced { statement, .. } => {
            Some(statement.as_str())
        }
        _ => None,
    });
    let notes: Vec<&str> = own.chain(brought.iter().copied()).collect();
    match succession::leads(&notes, given, (signed.key(), facts.size)) {
        Some(through) => {
            if let Some(used) = &mut report.key {
                used.through = through;
            }
        }
        None => report.altered(
            Part::LogKey,
            "the bundle names another key than the one that you gave, and no signed note leads from yours to it",
        ),
    }
}
