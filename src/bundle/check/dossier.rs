//! The dossier, held against the entries: it says what they say, and nothing
//! beside it.
//!
//! What an entry recorded is written once more as the dossier writes it, and
//! every field of that must be in the dossier, with the same value, and who made
//! it, and whether it was taken back. What the dossier says beside that, such as
//! where the claim stands, is not compared; the report says so.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek};

use serde_json::{Value, json};

use crate::bundle::facts::{Facts, Presence};
use crate::bundle::layout::Part;
use crate::domain::event::{Event, Record};
use crate::domain::ids::EntryIndex;
use crate::domain::publication::Opinion;

use super::around::Around;
use super::container::Bag;
use super::log::Entries;
use super::report::Report;
use super::{skim, strict};

/// The longest record of a claim that is read, in bytes: the captures that are
/// in a dossier beside it are passed over, however large they are.
pub(super) const LONGEST: u64 = 64 * 1024 * 1024;

/// The lists of a dossier that entries fill.
const LISTS: [&str; 7] = [
    "citations",
    "verdicts",
    "publications",
    "corrections",
    "dismissals",
    "remarks",
    "opinions",
];

/// Compares the desk's own dossier.
pub(super) fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    facts: &Facts,
    entries: &Entries,
    report: &mut Report,
) -> io::Result<()> {
    let place = Part::Claim;
    let Some(dossier) = read(bag, report)? else {
        return Ok(());
    };
    let dossier = &dossier;
    if dossier.get("id") != Some(&json!(facts.claim)) {
        report.altered(&place, "it is about another claim");
        return Ok(());
    }
    let around = Around::of(facts, entries);
    let mut told = Told::of(dossier);
    for (entry, record) in &around.records {
        if let Some((list, mut expected)) = written(*entry, record)
            && record_claim(&expected).is_none_or(|claim| claim == facts.claim.get())
        {
            if !around.complete(record, &mut expected) {
                let words = format!("no entry in the bundle says who made entry {entry}");
                report.missing(&place, words);
            }
            told.hold(list, (*entry, expected), report);
        }
    }
    told.rest(facts, &around, report);
    wording(dossier, facts, &around, report);
    indexes(dossier, facts, report);
    Ok(())
}

/// Reads the claim out of the exported file.
fn read<R: Read + Seek>(bag: &mut Bag<R>, report: &mut Report) -> io::Result<Option<Value>> {
    let place = Part::Claim;
    let Some(reader) = bag.open(&place)? else {
        return Ok(None);
    };
    let Some(fields) = skim::fields(&mut BufReader::new(reader))? else {
        report.altered(place, "it is no export of a claim");
        return Ok(None);
    };
    let mut values = Vec::new();
    for name in ["format", "version", "claims"] {
        let part = fields.get(name).cloned().unwrap_or_default();
        if part.end - part.start > LONGEST {
            report.unverifiable(place, "it is too large");
            return Ok(None);
        }
        let bytes = bag.slice(&place, part)?;
        let value = if bytes.is_empty() {
            Some(Value::Null)
        } else {
            strict::read(&bytes)
        };
        let Some(value) = value else {
            report.altered(place, "it is no JSON, or a name stands in it twice");
            return Ok(None);
        };
        values.push(value);
    }
    if values[..2] != [json!("citekeep"), json!(1)] {
        report.unverifiable(place, "it is of a version that this program does not know");
        return Ok(None);
    }
    let claims = values.pop().and_then(|claims| match claims {
        Value::Array(claims) => <[Value; 1]>::try_from(claims).ok(),
        _ => None,
    });
    if claims.is_none() {
        report.altered(place, "it does not hold one claim");
    }
    Ok(claims.map(|[claim]| claim))
}

fn record_claim(expected: &Value) -> Option<i64> {
    expected.get("claim").and_then(Value::as_i64)
}

/// What a dossier tells, list by list, by the entry that it names.
struct Told<'d> {
    items: BTreeMap<(&'static str, u64), &'d Value>,
    /// Lists with something that names no entry, or one that was named before.
    odd: Vec<&'static str>,
}

impl<'d> Told<'d> {
    fn of(dossier: &'d Value) -> Self {
        let (mut items, mut odd) = (BTreeMap::new(), Vec::new());
        let mut add = |list: &'static str, within: &'d Value| {
            let told = within.get(list).and_then(Value::as_array);
            for item in told.into_iter().flatten() {
                let entry = item.get("log_index").and_then(Value::as_u64);
                let is_new = entry.is_some_and(|entry| items.insert((list, entry), item).is_none());
                if !is_new {
                    odd.push(list);
                }
            }
        };
        for list in LISTS {
            add(list, dossier);
        }
        let verdicts = dossier.get("verdicts").and_then(Value::as_array);
        for verdict in verdicts.into_iter().flatten() {
            add("opinions", verdict);
        }
        Self { items, odd }
    }

    /// Holds what an entry recorded against what is told.
    fn hold(
        &mut self,
        list: &'static str,
        (entry, expected): (EntryIndex, Value),
        report: &mut Report,
    ) {
        let place = Part::Claim;
        match self.items.remove(&(list, entry.get())) {
            Some(item) if same(item, &expected) => {}
            Some(_) => {
                let words = format!("among its {list} it says something else than entry {entry}");
                report.altered(place, words);
            }
            None => {
                let words = format!("among its {list} there is nothing of entry {entry}");
                report.missing(place, words);
            }
        }
    }

    /// What is told and no entry that can be read recorded it.
    fn rest(self, facts: &Facts, around: &Around<'_>, report: &mut Report) {
        for list in self.odd {
            let words = format!("among its {list} something names no entry of its own");
            report.altered(Part::Claim, words);
        }
        for ((list, entry), item) in self.items {
            let entry = EntryIndex::new(entry);
            let mut listed = facts.entries.iter();
            let listed = listed.find(|listed| listed.entry == entry);
            match listed.map(|listed| listed.body) {
                _ if around.records.contains_key(&entry) => {
                    let words =
                        format!("among its {list} it tells of what entry {entry} does not say");
                    report.altered(Part::Claim, words);
                }
                None => {
                    let words = format!("among its {list} the dossier tells of this entry");
                    report.missing(Part::Leaf(entry), words);
                }
                // Where the words are withheld, nothing is told that could lie.
                Some(Presence::Sealed) if list == "citations" && is_withheld(item) => {}
                Some(Presence::Sealed) => {
                    let words = format!(
                        "what it tells among its {list} of entry {entry} cannot be checked: a seal takes the entry away"
                    );
                    report.unverifiable(Part::Claim, words);
                }
                // Of an entry that is listed and cannot be read all was said.
                Some(_) => {}
            }
        }
    }
}

/// Whether a citation shows nothing of its words.
fn is_withheld(citation: &Value) -> bool {
    let expected = json!({"quote": "[sealed]", "prefix": "", "suffix": ""});
    same(citation, &expected)
}

/// Whether every field that is expected is there with the same value.
pub(super) fn same(item: &Value, expected: &Value) -> bool {
    let Some(fields) = expected.as_object() else {
        return item == expected;
    };
    let compared = fields.iter().filter(|(name, _)| *name != "claim");
    let mut compared = compared.map(|(name, value)| item.get(name) == Some(value));
    compared.all(|same| same)
}

/// What an entry recorded, as the dossier writes it, and in which list.
pub(super) fn written(entry: EntryIndex, record: &Record) -> Option<(&'static str, Value)> {
    let (list, mut fields) = match &record.event {
        Event::CitationMade { citation } => ("citations", cited(citation)),
        Event::VerdictGiven { verdict } => {
            let mut fields = json!(verdict);
            fields["role"] = json!(record.by.map(|by| by.role));
            ("verdicts", fields)
        }
        Event::VerdictPublished { publication } => (
            "publications",
            json!({
                "claim": publication.claim,
                "id": publication.id,
                "verdict": publication.verdict.id,
                "approvals": publication.approvals,
                "approvals_asked": publication.asked,
            }),
        ),
        Event::PublicationCorrected { correction } => ("corrections", json!(correction)),
        Event::ChangeDismissed { claim, dismissal } => (
            "dismissals",
            json!({
                "claim": claim,
                "verdict": dismissal.verdict.id,
                "snapshot": dismissal.snapshot,
                "citations": dismissal.citations,
                "reason": dismissal.reason,
                "restores": dismissal.restores,
            }),
        ),
        Event::RemarkMade { remark } => ("remarks", json!(remark)),
        Event::VerdictApproved { claim, note, .. } => {
            ("opinions", voiced((claim, Opinion::Approval), note))
        }
        Event::VerdictDissented { claim, note, .. } => {
            ("opinions", voiced((claim, Opinion::Dissent), note))
        }
        _ => return None,
    };
    fields["log_index"] = json!(entry);
    fields["at"] = json!(record.at);
    if list == "citations" {
        // When a citation was made is not among what the dossier says of it.
        fields.as_object_mut()?.remove("at");
    }
    Some((list, fields))
}

fn cited(citation: &crate::domain::citation::Citation) -> Value {
    let passage = &citation.passage;
    json!({
        "claim": citation.claim,
        "id": citation.id,
        "source": citation.source,
        "snapshot": citation.snapshot,
        "quote": passage.quote,
        "span": passage.span,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "text_sha256": citation.text_hash,
        "pages": citation.pages,
        "stance": citation.stance,
        "found": citation.found,
    })
}

fn voiced(
    (claim, opinion): (&crate::domain::ids::ClaimId, Opinion),
    note: impl serde::Serialize,
) -> Value {
    json!({"claim": claim, "opinion": opinion, "note": note})
}

/// The wording that stands is the one that was logged last.
fn wording(dossier: &Value, facts: &Facts, around: &Around<'_>, report: &mut Report) {
    let is_wording = |kind: &str| matches!(kind, "claim_opened" | "claim_reworded");
    let listed = facts.entries.iter();
    let mut worded = listed.filter(|listed| is_wording(&listed.kind));
    // Of one that cannot be read all was said.
    if !worded.all(|listed| around.records.contains_key(&listed.entry)) {
        return;
    }
    let opens = |record: &&Record| matches!(&record.event, Event::ClaimOpened { claim, .. } if *claim == facts.claim);
    if !around
        .records
        .values()
        .copied()
        .any(|record| opens(&record))
    {
        report.missing(Part::Claim, "the entry that opened the claim is not here");
        return;
    }
    let worded = around.records.values().rev();
    let mut worded = worded.filter_map(|record| match &record.event {
        Event::ClaimOpened {
            claim,
            statement,
            claimant,
            ..
        } if *claim == facts.claim => Some((1, statement, claimant)),
        Event::ClaimReworded {
            claim,
            wording,
            statement,
            claimant,
        } if *claim == facts.claim => Some((*wording, statement, claimant)),
        _ => None,
    });
    let Some((wording, statement, claimant)) = worded.next() else {
        return;
    };
    let expected = json!({"wording": wording, "statement": statement, "claimant": claimant});
    if !same(dossier, &expected) {
        let words = "its wording is not the one that was logged last";
        report.altered(Part::Claim, words);
    }
}

/// Every entry that the dossier names about the claim is here.
fn indexes(dossier: &Value, facts: &Facts, report: &mut Report) {
    let named = dossier.get("log_indexes").and_then(Value::as_array);
    for index in named.into_iter().flatten().filter_map(Value::as_u64) {
        let entry = EntryIndex::new(index);
        let found = facts
            .entries
            .binary_search_by_key(&entry, |listed| listed.entry);
        if found.is_err() {
            report.missing(
                Part::Leaf(entry),
                "the dossier names this entry about the claim",
            );
        }
    }
}
