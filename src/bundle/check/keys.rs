//! The keys of the log, one after the other, as far as the bundle shows them.
//!
//! Whoever kept a key that the desk has changed since is led from it to the one
//! that signs: each change is an entry, and each note in it is signed. Whoever
//! trusts a newer key than the bundle knows brings the notes of the changes
//! since along. The root that such a note names is not held against the log:
//! for that one needs the log.

use crate::bundle::facts::Facts;
use crate::bundle::layout::Part;
use crate::domain::event::Event;
use crate::domain::ids::EntryIndex;
use crate::ledger::key::VerifierKey;
use crate::ledger::succession::{self, Vouched};

use super::Known;
use super::log::{Entries, Signed};
use super::report::{KeyUsed, Report};

/// A key that signed the log from an entry on.
struct Office {
    from: EntryIndex,
    key: VerifierKey,
    /// Whether the key before it signed for it; so it is with the first.
    is_vouched: bool,
}

/// Holds the key that signs against those that the entries name, and against
/// the one that was kept.
pub(super) fn check(
    entries: &Entries,
    (signed, facts): (&Signed, &Facts),
    known: Known<'_>,
    report: &mut Report,
) {
    let (own, offices) = (signed.key(), offices(entries, report));
    if offices.last().is_some_and(|newest| newest.key != *own) {
        let words = "it is not the key that the entries of the bundle name";
        report.altered(Part::LogKey, words);
    }
    for lost in offices.iter().filter(|office| !office.is_vouched) {
        report.not_proven.push(format!(
            "that the key {}, which signs from entry {} on, is the desk's own: it replaced a lost one, which did not sign for it; hold the checkpoint against witnesses, timestamps and kept checkpoints",
            lost.key, lost.from
        ));
    }
    let through = known.key.and_then(|given| {
        let newer = || succession::leads(known.successions, given, (own, facts.size));
        match from_kept(&offices, own, given).unwrap_or_else(|| newer().ok_or(Lost::NoWay)) {
            Ok(through) => Some(through),
            Err(lost) => {
                lost.tell(report);
                None
            }
        }
    });
    report.key = Some(KeyUsed {
        vkey: own.to_string(),
        given: through.is_some(),
        through: through.unwrap_or(0),
    });
}

/// Why the key that was kept says nothing of the one that signed.
enum Lost {
    /// A key between them was lost, and did not sign for the next.
    Unvouched,
    /// No signed note leads from one to the other.
    NoWay,
}

impl Lost {
    fn tell(self, report: &mut Report) {
        match self {
            Self::Unvouched => report.unverifiable(
                Part::LogKey,
                "the key that you gave was lost, and this one replaced it, for which it did not sign; ask the desk how it came to that, or name the new key if you trust it",
            ),
            Self::NoWay => report.altered(
                Part::LogKey,
                "the bundle names another key than the one that you gave, and no signed note leads from yours to it; where the desk has changed its key since, ask for a newer bundle, or name its notes of new keys with --keys",
            ),
        }
    }
}

/// How many notes lead from the key that was kept to the one that signed, as
/// the entries tell; nothing where they do not know the kept one.
fn from_kept(
    offices: &[Office],
    own: &VerifierKey,
    given: &VerifierKey,
) -> Option<Result<usize, Lost>> {
    if given == own {
        return Some(Ok(0));
    }
    let kept = offices.iter().position(|office| office.key == *given)?;
    let since = &offices[kept + 1..];
    // Where the newest is another than the one that signed, that was said.
    let is_vouched = since.iter().all(|office| office.is_vouched);
    Some(is_vouched.then_some(since.len()).ok_or(Lost::Unvouched))
}

/// Every key that an entry of the bundle names, in their order.
fn offices(entries: &Entries, report: &mut Report) -> Vec<Office> {
    let mut offices: Vec<Office> = Vec::new();
    for (entry, record) in &entries.records {
        let next = match &record.event {
            Event::DeskOpened { verifier_key, .. } if offices.is_empty() => {
                let key = verifier_key.parse();
                key.map(|key| (key, true))
                    .map_err(|_| "it names no key".to_owned())
            }
            Event::KeyRotated {
                previous,
                statement,
                verifier_key,
            } => follow(*entry, (previous, verifier_key, statement), &offices).and_then(
                |(key, vouched)| match vouched {
                    Vouched::ByBoth => Ok((key, true)),
                    Vouched::ByItself => Err("the old key did not sign for the new one".to_owned()),
                },
            ),
            Event::KeyReplaced {
                previous,
                statement,
                verifier_key,
                ..
            } => follow(*entry, (previous, verifier_key, statement), &offices)
                .map(|(key, _)| (key, false)),
            _ => continue,
        };
        match next {
            Ok((key, is_vouched)) => offices.push(Office {
                from: *entry,
                key,
                is_vouched,
            }),
            Err(words) => report.altered(Part::Body(*entry), words),
        }
    }
    offices
}

/// Checks the note by which one key follows another; gives the new one.
fn follow(
    entry: EntryIndex,
    (previous, verifier_key, statement): (&str, &str, &str),
    before: &[Office],
) -> Result<(VerifierKey, Vouched), String> {
    let (said, vouched) = succession::open(statement).map_err(|error| error.to_string())?;
    let old = before.last().ok_or("no key signed before it")?;
    said.follows(&old.key, (previous, verifier_key), entry.get())
        .map_err(|error| error.to_string())?;
    if before.iter().any(|office| office.key == said.new) {
        return Err("the key has signed this log before".to_owned());
    }
    Ok((said.new, vouched))
}
