//! The words that citations and verdicts rest on, held against the texts, and
//! what entries say of each other.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek};

use crate::bundle::facts::{Facts, Kind, Presence};
use crate::bundle::layout::Part;
use crate::domain::citation::Citation;
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, EntryIndex, SnapshotId, TextId};
use crate::domain::publication::VerdictRef;
use crate::domain::snapshot::{DerivedText, Snapshot};
use crate::domain::span::CharSpan;
use crate::domain::verdict::{Evidence, Verdict};
use crate::text::offset::OffsetIndex;
use crate::text::selector;

use super::container::Bag;
use super::log::Entries;
use super::report::Report;

/// The longest text that is read, in bytes.
const LONGEST_TEXT: u32 = 512 * 1024 * 1024;

/// The kind of the entries that erase.
pub(super) const ERASED: &str = "erased";

/// Words that must stand in a text.
struct Quoted<'e> {
    entry: EntryIndex,
    span: CharSpan,
    quote: &'e str,
    /// What stands before and after, where that was recorded.
    around: Option<(&'e str, &'e str)>,
}

/// What the entries of a bundle know of each other.
struct Known<'e> {
    snapshots: BTreeMap<SnapshotId, &'e Snapshot>,
    texts: BTreeMap<TextId, &'e DerivedText>,
    citations: BTreeMap<CitationId, &'e Citation>,
    blobs: BTreeMap<ContentHash, Presence>,
    quoted: BTreeMap<ContentHash, Vec<Quoted<'e>>>,
}

/// Checks what citations, verdicts and judgements of them say.
pub(super) fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    facts: &Facts,
    entries: &Entries,
    report: &mut Report,
) -> io::Result<()> {
    let mut known = known(facts, entries);
    match facts.kind {
        Kind::Desk => holes(facts, entries, report),
        Kind::Public => public_holes(facts, report),
    }
    for (entry, record) in &entries.records {
        match &record.event {
            Event::CitationMade { citation } => cited(&mut known, (*entry, citation), report),
            Event::VerdictGiven { verdict } => judged(&mut known, (*entry, verdict), report),
            Event::VerdictApproved { verdict, .. }
            | Event::ApprovalTakenBack { verdict, .. }
            | Event::VerdictDissented { verdict, .. } => {
                names(entries, (*entry, verdict), report);
            }
            Event::VerdictPublished { publication } => {
                names(entries, (*entry, &publication.verdict), report);
            }
            _ => {}
        }
    }
    for (hash, quoted) in &known.quoted {
        match known.blobs.get(hash) {
            Some(Presence::Here) => stand(bag, *hash, quoted, report)?,
            Some(Presence::Erased) => report.counts.unread += quoted.len() as u64,
            // A seal takes away what is quoted along with the text.
            Some(Presence::Sealed | Presence::Withheld) => {
                let words = "it is called sealed or withheld, and entries here quote it";
                report.altered(Part::Blob(*hash), words);
            }
            // That it is not listed was told.
            None => {}
        }
    }
    Ok(())
}

/// A hole is accepted only with the entry that made it.
fn holes(facts: &Facts, entries: &Entries, report: &mut Report) {
    let erasures = entries.records.values();
    let erasures = erasures.filter_map(|record| match &record.event {
        Event::Erased { erasure } => Some(erasure),
        _ => None,
    });
    let (mut bodies, mut blobs) = (BTreeSet::new(), BTreeSet::new());
    for erasure in erasures {
        bodies.extend(erasure.holes.iter().map(|hole| hole.entry));
        blobs.extend(erasure.blobs.iter().copied());
    }
    let words = "it is called erased, and no erasure in the bundle names it";
    for listed in &facts.entries {
        if listed.body == Presence::Erased && !bodies.contains(&listed.entry) {
            report.missing(Part::Body(listed.entry), words);
        }
    }
    for kept in &facts.blobs {
        if kept.bytes == Presence::Erased && !blobs.contains(&kept.sha256) {
            report.missing(Part::Blob(kept.sha256), words);
        }
    }
}

/// In a public bundle the entry that made a hole is there without its body: who
/// asked, and what else went, is not public. It is later than what it erased.
fn public_holes(facts: &Facts, report: &mut Report) {
    let mut erasures = facts.entries.iter().rev();
    let newest = erasures.find(|listed| listed.kind == ERASED);
    let newest = newest.map(|listed| listed.entry);
    let words = "it is called erased, and the bundle lists no erasure";
    let entries = facts.entries.iter();
    for listed in entries.filter(|listed| listed.body == Presence::Erased) {
        if newest.is_none_or(|newest| newest < listed.entry) {
            report.missing(Part::Body(listed.entry), format!("{words} after it"));
        }
    }
    for kept in &facts.blobs {
        if kept.bytes == Presence::Erased && newest.is_none() {
            report.missing(Part::Blob(kept.sha256), words);
        }
    }
}

fn known<'e>(facts: &Facts, entries: &'e Entries) -> Known<'e> {
    let blobs = facts.blobs.iter().map(|kept| (kept.sha256, kept.bytes));
    let mut known = Known {
        snapshots: BTreeMap::new(),
        texts: BTreeMap::new(),
        citations: BTreeMap::new(),
        blobs: blobs.collect(),
        quoted: BTreeMap::new(),
    };
    for record in entries.records.values() {
        match &record.event {
            Event::SnapshotTaken { snapshot } => {
                known.snapshots.insert(snapshot.id, snapshot);
            }
            Event::TextDerived { text } => {
                known.texts.insert(text.id, text);
            }
            Event::CitationMade { citation } => {
                known.citations.insert(citation.id, citation);
            }
            _ => {}
        }
    }
    known
}

impl<'e> Known<'e> {
    /// Notes words that must stand in a text, and asks for the text.
    fn quote(&mut self, hash: ContentHash, quoted: Quoted<'e>, report: &mut Report) {
        self.must_be_there(hash, quoted.entry, report);
        self.quoted.entry(hash).or_default().push(quoted);
    }

    fn must_be_there(&self, hash: ContentHash, entry: EntryIndex, report: &mut Report) {
        if !self.blobs.contains_key(&hash) {
            let words = format!("entry {entry} rests on it, and the bundle does not list it");
            report.missing(Part::Blob(hash), words);
        }
    }
}

fn cited<'e>(
    known: &mut Known<'e>,
    (entry, citation): (EntryIndex, &'e Citation),
    report: &mut Report,
) {
    let text = known.texts.get(&citation.text);
    if text
        .is_some_and(|text| text.hash != citation.text_hash || text.snapshot != citation.snapshot)
    {
        let words = "its text is not the one that was derived from its snapshot";
        report.altered(Part::Body(entry), words);
    }
    if let Some(snapshot) = known.snapshots.get(&citation.snapshot) {
        known.must_be_there(snapshot.raw, entry, report);
    }
    let passage = &citation.passage;
    let quoted = Quoted {
        entry,
        span: passage.span,
        quote: &passage.quote,
        around: Some((&passage.prefix, &passage.suffix)),
    };
    known.quote(citation.text_hash, quoted, report);
}

fn judged<'e>(
    known: &mut Known<'e>,
    (entry, verdict): (EntryIndex, &'e Verdict),
    report: &mut Report,
) {
    let mut binds = true;
    for evidence in &verdict.evidence {
        binds &= fits(known, evidence);
        known.must_be_there(evidence.raw, entry, report);
        let quoted = Quoted {
            entry,
            span: evidence.span,
            quote: &evidence.quote,
            around: None,
        };
        known.quote(evidence.text, quoted, report);
    }
    if binds {
        report.counts.verdicts += 1;
    } else {
        let words = "the verdict names other words than its citations hold";
        report.altered(Part::Body(entry), words);
    }
}

/// Whether evidence is what its citation says, as far as that is here.
fn fits(known: &Known<'_>, evidence: &Evidence) -> bool {
    let Some(citation) = known.citations.get(&evidence.citation) else {
        return true;
    };
    let raw = known.snapshots.get(&citation.snapshot);
    let text = known.texts.get(&citation.text);
    evidence.source == citation.source
        && evidence.text == citation.text_hash
        && evidence.span == citation.passage.span
        && evidence.quote == citation.passage.quote
        && evidence.pages == citation.pages
        && evidence.stance == citation.stance
        && raw.is_none_or(|snapshot| snapshot.raw == evidence.raw)
        && text.is_none_or(|text| text.extractor == evidence.extractor)
}

/// Whether a judgement of a verdict names the entry that holds the verdict.
fn names(entries: &Entries, (entry, verdict): (EntryIndex, &VerdictRef), report: &mut Report) {
    let Some(promised) = entries.commitments.get(&verdict.entry) else {
        let words = format!("entry {entry} judges the verdict in it");
        report.missing(Part::Leaf(verdict.entry), words);
        return;
    };
    let record = entries.records.get(&verdict.entry);
    let is_it = record.is_none_or(|record| {
        matches!(&record.event, Event::VerdictGiven { verdict: given } if given.id == verdict.id)
    });
    if *promised != verdict.body || !is_it {
        report.altered(
            Part::Body(entry),
            "it judges another verdict than the one that was logged",
        );
    }
}

/// Reads a text and looks whether words stand in it.
fn stand<R: Read + Seek>(
    bag: &mut Bag<R>,
    hash: ContentHash,
    quoted: &[Quoted<'_>],
    report: &mut Report,
) -> io::Result<()> {
    let place = Part::Blob(hash);
    if !bag.has(&place) {
        return Ok(());
    }
    let Some(bytes) = bag.read(&place, LONGEST_TEXT)? else {
        report.unverifiable(place, "the text is too large");
        return Ok(());
    };
    let Ok(text) = String::from_utf8(bytes) else {
        report.altered(place, "words are cited from it, and it is no text");
        return Ok(());
    };
    let index = OffsetIndex::new(&text);
    for words in quoted {
        let found = selector::describe(&text, &index, words.span);
        let good = found.is_some_and(|found| {
            let around = (found.prefix.as_str(), found.suffix.as_str());
            found.quote == words.quote && words.around.is_none_or(|expected| expected == around)
        });
        if good {
            report.counts.quotes += 1;
        } else {
            let words = format!(
                "the words that entry {} cites do not stand in it",
                words.entry
            );
            report.altered(&place, words);
        }
    }
    Ok(())
}
