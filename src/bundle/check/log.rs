//! The checkpoint and its signature; receipts, leaves and bodies.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use crate::bundle::facts::{Facts, Kind, Presence};
use crate::bundle::layout::Part;
use crate::domain::event::Record;
use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
use crate::domain::leaf;
use crate::ledger::checkpoint;
use crate::ledger::cosignature::{self, CosignerKey};
use crate::ledger::hash::commitment;
use crate::ledger::key::VerifierKey;
use crate::ledger::note::Note;
use crate::ledger::policy::Policy;
use crate::ledger::receipt::Receipt;
use crate::ledger::timestamp::{self, Roots};

use super::container::Bag;
use super::report::{Covered, Report};

/// The longest key or line that is read, in bytes.
const LONGEST_LINE: u32 = 4 * 1024;
/// The longest checkpoint or receipt.
const LONGEST_NOTE: u32 = 1024 * 1024;
/// The longest body.
const LONGEST_BODY: u32 = 16 * 1024 * 1024;
/// How many bytes of bodies are kept in memory.
const MOST_BODIES: usize = 256 * 1024 * 1024;

/// A checkpoint as it stands in the bundle, and the key that signed it.
pub(super) struct Signed {
    note: String,
    key: VerifierKey,
}

/// What the entries say whose bodies are here and fit the log.
pub(super) struct Entries {
    /// The records, by entry.
    pub(super) records: BTreeMap<EntryIndex, Record>,
    /// What the leaf of each entry commits to.
    pub(super) commitments: BTreeMap<EntryIndex, ContentHash>,
}

/// Checks the checkpoint's signature; nothing where it cannot be believed.
pub(super) fn checkpoint<R: Read + Seek>(
    bag: &mut Bag<R>,
    facts: &Facts,
    report: &mut Report,
) -> io::Result<Option<Signed>> {
    let Some(own) = text(bag, &Part::LogKey, LONGEST_LINE, report)? else {
        return Ok(None);
    };
    let own: Option<VerifierKey> = own.strip_suffix('\n').and_then(|key| key.parse().ok());
    let Some(own) = own else {
        report.altered(Part::LogKey, "it is no verifier key");
        return Ok(None);
    };
    let Some(note) = text(bag, &Part::Checkpoint, LONGEST_NOTE, report)? else {
        return Ok(None);
    };
    let opened = match checkpoint::open(&note, &own) {
        Ok(opened) => opened,
        Err(error) => {
            report.altered(Part::Checkpoint, error.to_string());
            return Ok(None);
        }
    };
    if opened.origin() != facts.origin || opened.size() != facts.size {
        let words = "it is of another log, or of another size, than the bundle says";
        report.altered(Part::Checkpoint, words);
    }
    report.checkpoint = Some(Covered {
        origin: opened.origin().to_owned(),
        size: opened.size(),
        root: opened.root().to_base64(),
    });
    Ok(Some(Signed { note, key: own }))
}

/// Checks the cosignatures by the witnesses whose keys are in the bundle, and
/// by those of a policy where one is given.
pub(super) fn witnesses<R: Read + Seek>(
    bag: &mut Bag<R>,
    (signed, policy): (&Signed, Option<&Policy>),
    report: &mut Report,
) -> io::Result<()> {
    if let Some(policy) = policy {
        match policy.judge(&signed.note) {
            Ok(judged) if judged.is_enough => {
                report.counts.policy_witnesses = judged.cosigned.len() as u64;
            }
            Ok(judged) => {
                let words = format!(
                    "{} of the policy's witnesses signed it, which are not enough",
                    judged.cosigned.len()
                );
                report.unverifiable(Part::Checkpoint, words);
            }
            Err(error) => report.altered(Part::Checkpoint, error.to_string()),
        }
    }
    let Some(keys) = text(bag, &Part::WitnessKeys, LONGEST_NOTE, report)? else {
        return Ok(());
    };
    let Ok(note) = Note::parse(&signed.note) else {
        return Ok(());
    };
    let mut counted = BTreeSet::new();
    for line in keys.lines() {
        if !counted.insert(line) {
            report.altered(Part::WitnessKeys, "a witness stands in it twice");
            continue;
        }
        let Ok(key) = line.parse::<CosignerKey>() else {
            report.altered(Part::WitnessKeys, "a line in it is no key of a witness");
            continue;
        };
        match cosignature::verify(&note, &key) {
            Ok(_) => report.counts.witnesses += 1,
            Err(error) => report.altered(Part::Checkpoint, error.to_string()),
        }
    }
    Ok(())
}

/// Checks every timestamp: that it is of this checkpoint, and by whom where the
/// authorities' roots are given.
pub(super) fn stamps<R: Read + Seek>(
    bag: &mut Bag<R>,
    facts: &Facts,
    (signed, roots): (&Signed, Option<&Roots>),
    report: &mut Report,
) -> io::Result<()> {
    for stamped in &facts.timestamps {
        let place = Part::Stamp(stamped.authority.clone());
        let Some(answer) = bag.read(&place, LONGEST_NOTE)? else {
            continue;
        };
        let stamp = match timestamp::read(&answer, signed.own().as_bytes(), None) {
            Ok(stamp) => stamp,
            Err(error) => {
                report.altered(place, error.to_string());
                continue;
            }
        };
        if stamp.at() != stamped.at.as_millis() {
            report.altered(
                &place,
                "it was stamped at another time than the bundle says",
            );
        }
        if let Some(Err(error)) = roots.map(|roots| stamp.trust(roots)) {
            report.unverifiable(place, error.to_string());
            continue;
        }
        report.counts.timestamps += 1;
        let earlier = report.stamped_at.filter(|other| *other < stamped.at);
        report.stamped_at = earlier.or(Some(stamped.at));
    }
    Ok(())
}

impl Signed {
    /// The key that signed.
    pub(super) const fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The note as the desk alone signed it, which is what authorities stamp:
    /// witnesses add their lines behind the desk's. Where one key follows
    /// another, the desk signed with both.
    fn own(&self) -> &str {
        let text = self.note.find("\n\n").map_or(0, |at| at + 2);
        let by_desk = format!("\u{2014} {} ", self.key.name());
        let lines = self.note[text..].split_inclusive('\n');
        let own = lines.take_while(|line| line.starts_with(&by_desk));
        let end = text + own.map(str::len).sum::<usize>();
        &self.note[..end]
    }
}

/// Checks every receipt and every body.
pub(super) fn entries<R: Read + Seek>(
    bag: &mut Bag<R>,
    facts: &Facts,
    signed: &Signed,
    report: &mut Report,
) -> io::Result<Entries> {
    let mut entries = Entries {
        records: BTreeMap::new(),
        commitments: BTreeMap::new(),
    };
    let mut kept = 0;
    for listed in &facts.entries {
        let entry = listed.entry;
        let Some(promised) = proven(bag, entry, signed, report)? else {
            continue;
        };
        entries.commitments.insert(entry, promised);
        match listed.body {
            Presence::Here => {}
            Presence::Withheld if facts.kind == Kind::Public => {
                report.counts.withheld += 1;
                continue;
            }
            Presence::Withheld => {
                report.missing(
                    Part::Body(entry),
                    "nothing is withheld from the desk's own bundle",
                );
                continue;
            }
            Presence::Erased => {
                report.counts.erased += 1;
                continue;
            }
            Presence::Sealed => {
                if !tells_of_a_source(&listed.kind) {
                    let words = "no seal takes such an entry away";
                    report.altered(Part::Body(entry), words);
                }
                report.counts.sealed += 1;
                continue;
            }
        }
        let Some(body) = body(bag, entry, promised, report)? else {
            continue;
        };
        kept += body.len();
        if kept > MOST_BODIES {
            report.unverifiable(Part::Body(entry), "the bodies together are too large");
            break;
        }
        if let Some(record) = record(&body, (entry, &listed.kind), report) {
            entries.records.insert(entry, record);
        }
    }
    dated(facts, &entries, report);
    Ok(entries)
}

/// Whether an entry of this kind can hold words of a sealed source.
fn tells_of_a_source(kind: &str) -> bool {
    let about = ["source_", "snapshot_", "text_", "citation_"];
    about.iter().any(|about| kind.starts_with(about))
        || matches!(kind, "verdict_given" | "recheck_scheduled")
}

/// The bundle is dated by its newest entry.
fn dated(facts: &Facts, entries: &Entries, report: &mut Report) {
    let newest = facts.entries.last();
    let newest = newest.and_then(|listed| entries.records.get(&listed.entry));
    if newest.is_some_and(|record| record.at != facts.at) {
        let words = "its newest entry was made at another moment than it says";
        report.altered(Part::Facts, words);
    }
}

/// Follows the receipt of an entry to the root; gives what its leaf commits to.
fn proven<R: Read + Seek>(
    bag: &mut Bag<R>,
    entry: EntryIndex,
    signed: &Signed,
    report: &mut Report,
) -> io::Result<Option<ContentHash>> {
    let place = Part::Receipt(entry);
    let Some(line) = text(bag, &Part::Leaf(entry), LONGEST_LINE, report)? else {
        return Ok(None);
    };
    let Some(written) = text(bag, &place, LONGEST_NOTE, report)? else {
        return Ok(None);
    };
    let Some(promised) = leaf::commitment(&line) else {
        report.altered(Part::Leaf(entry), "it is no public line of an entry");
        return Ok(None);
    };
    let receipt = match written.parse::<Receipt>() {
        Ok(receipt) if receipt.to_string() == written && receipt.extra().is_none() => receipt,
        Ok(_) => {
            report.altered(place, "it is not written as a bundle writes it");
            return Ok(None);
        }
        Err(error) => {
            report.altered(place, error.to_string());
            return Ok(None);
        }
    };
    if receipt.index() != entry.get() || receipt.checkpoint() != signed.note {
        let words = "it is the receipt of another entry, or for another checkpoint";
        report.altered(place, words);
        return Ok(None);
    }
    if let Err(error) = receipt.verify(line.as_bytes(), &signed.key) {
        report.altered(place, error.to_string());
        return Ok(None);
    }
    report.counts.receipts += 1;
    Ok(Some(promised))
}

/// Reads a body that fits its leaf.
fn body<R: Read + Seek>(
    bag: &mut Bag<R>,
    entry: EntryIndex,
    promised: ContentHash,
    report: &mut Report,
) -> io::Result<Option<Vec<u8>>> {
    let salt = bag.read(&Part::Salt(entry), LONGEST_LINE)?;
    let place = Part::Body(entry);
    if !bag.has(&place) || !bag.has(&Part::Salt(entry)) {
        // The list of the bundle tells that already.
        return Ok(None);
    }
    let Some(salt) = salt.and_then(|salt| <[u8; 16]>::try_from(salt).ok()) else {
        report.altered(Part::Salt(entry), "a salt has 16 bytes");
        return Ok(None);
    };
    let Some(body) = bag.read(&place, LONGEST_BODY)? else {
        report.unverifiable(place, "it is too large");
        return Ok(None);
    };
    if commitment(&salt, &body).as_bytes() != promised.as_bytes() {
        report.altered(place, "salt and body are not those that the log commits to");
        return Ok(None);
    }
    report.counts.bodies += 1;
    Ok(Some(body))
}

/// Reads what a body says; it must be the canonical JSON of a record.
fn record(body: &[u8], (entry, kind): (EntryIndex, &str), report: &mut Report) -> Option<Record> {
    let place = Part::Body(entry);
    let Ok(record) = serde_json::from_slice::<Record>(body) else {
        let words =
            "it was logged so, but this program does not know what it records; a newer one may";
        report.unverifiable(place, words);
        return None;
    };
    let written = serde_json_canonicalizer::to_vec(&record).ok();
    if written.as_deref() != Some(body) {
        report.unverifiable(
            place,
            "it was logged so, but says more than this program can read",
        );
        return None;
    }
    if record.event.kind() != kind {
        report.altered(Part::Facts, format!("entry {entry} is no {kind}"));
    }
    Some(record)
}

/// Reads a part that is text. What is missing was told by the list already.
fn text<R: Read + Seek>(
    bag: &mut Bag<R>,
    part: &Part,
    most: u32,
    report: &mut Report,
) -> io::Result<Option<String>> {
    if !bag.has(part) {
        return Ok(None);
    }
    let read = bag.read(part, most)?;
    let text = read.and_then(|bytes| String::from_utf8(bytes).ok());
    if text.is_none() {
        report.altered(part, "it is no text, or larger than it can be");
    }
    Ok(text)
}
