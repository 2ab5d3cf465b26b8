//! The dossier, held against the entries: it says what they say, and nothing
//! beside it.
//!
//! What an entry recorded is written once more as the dossier writes it, and
//! every field of that must be in the dossier, with the same value. What the
//! dossier counts or looks up elsewhere, such as names, is not compared.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek};

use serde_json::{Value, json};

use crate::bundle::facts::{Facts, Presence};
use crate::bundle::layout::Part;
use crate::domain::event::{Event, Record};
use crate::domain::ids::EntryIndex;
use crate::domain::publication::Opinion;
use crate::domain::verdict::Verdict;

use super::container::Bag;
use super::log::Entries;
use super::report::Report;
use super::skim;

/// The longest record of a claim that is read, in bytes: the captures that are
/// in a dossier beside it are passed over, however large they are.
const LONGEST: u64 = 64 * 1024 * 1024;

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
pub(super) fn claim<R: Read + Seek>(
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
    let mut told = Told::of(dossier);
    for (entry, record) in &entries.records {
        if let Some((list, expected)) = written(*entry, record)
            && record_claim(&expected).is_none_or(|claim| claim == facts.claim.get())
        {
            told.hold(list, (*entry, expected), report);
        }
    }
    told.rest(facts, entries, report);
    wording(dossier, facts, entries, report);
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
        values.push(serde_json::from_slice::<Value>(&bytes).unwrap_or_default());
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

    /// What is told and no entry recorded it.
    fn rest(self, facts: &Facts, entries: &Entries, report: &mut Report) {
        for list in self.odd {
            let words = format!("among its {list} something names no entry of its own");
            report.altered(Part::Claim, words);
        }
        for (list, entry) in self.items.into_keys() {
            let entry = EntryIndex::new(entry);
            let is_listed = facts.entries.iter().any(|listed| listed.entry == entry);
            if entries.records.contains_key(&entry) {
                let words = format!("among its {list} it tells of what entry {entry} does not say");
                report.altered(Part::Claim, words);
            } else if !is_listed {
                let words = format!("among its {list} the dossier tells of this entry");
                report.missing(Part::Leaf(entry), words);
            }
            // Of an entry that is listed and cannot be read, erased or missing,
            // all was said that can be said.
        }
    }
}

/// Whether every field that is expected is there with the same value.
fn same(item: &Value, expected: &Value) -> bool {
    let Some(fields) = expected.as_object() else {
        return item == expected;
    };
    let mut compared = fields.iter().filter(|(name, _)| *name != "claim");
    compared.all(|(name, value)| item.get(name) == Some(value))
}

/// The same, the number of the claim among the fields.
fn same_fields(item: &Value, expected: &Value) -> bool {
    same(item, expected) && item.get("claim") == expected.get("claim")
}

/// What an entry recorded, as the dossier writes it, and in which list.
fn written(entry: EntryIndex, record: &Record) -> Option<(&'static str, Value)> {
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
fn wording(dossier: &Value, facts: &Facts, entries: &Entries, report: &mut Report) {
    let is_wording = |kind: &str| matches!(kind, "claim_opened" | "claim_reworded");
    let listed = facts.entries.iter();
    let mut worded = listed.filter(|listed| is_wording(&listed.kind));
    // A wording that was erased cannot be compared, nor told from the newest.
    if !worded.all(|listed| entries.records.contains_key(&listed.entry)) {
        return;
    }
    let worded = entries.records.values().rev();
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

/// Compares what is published with the entries that are public.
pub(super) fn published<R: Read + Seek>(
    bag: &mut Bag<R>,
    facts: &Facts,
    entries: &Entries,
    report: &mut Report,
) -> io::Result<()> {
    let place = Part::Published;
    if !bag.has(&place) {
        return Ok(());
    }
    let Some(bytes) = bag.read(&place, LONGEST as u32)? else {
        report.unverifiable(place, "it is too large");
        return Ok(());
    };
    let Ok(told) = serde_json::from_slice::<Value>(&bytes) else {
        report.altered(place, "it is no record of what is published");
        return Ok(());
    };
    let published = entries.records.iter().rev();
    let mut published = published.filter_map(|(_, record)| match &record.event {
        Event::VerdictPublished { publication } => Some((record.at, publication)),
        _ => None,
    });
    let newest = published.find(|(_, publication)| publication.claim == facts.claim);
    let Some((at, publication)) = newest else {
        report.unverifiable(place, "the entry of its publication cannot be read here");
        return Ok(());
    };
    let expected = json!({
        "claim": facts.claim,
        "publication": publication.id,
        "path": format!("/published/{}", facts.claim),
        "published_at": at,
    });
    let mut is_it =
        same_fields(&told, &expected) && all_same(&told, "corrections", &corrections(entries));
    let given = entries.records.get(&publication.verdict.entry);
    match given.map(|record| &record.event) {
        Some(Event::VerdictGiven { verdict }) => is_it &= says(&told, verdict),
        // What was erased, or is sealed, cannot be compared; that it was is in
        // the list of the bundle, and the hole was looked at with the entries.
        None if is_hole(facts, publication.verdict.entry) => report.verdict_in_hole = true,
        _ => report.unverifiable(&place, "the entry of its verdict cannot be read here"),
    }
    if !is_it {
        report.altered(place, "it says something else than the entries");
    }
    Ok(())
}

/// Whether what is told of a verdict is what the verdict says.
fn says(told: &Value, verdict: &Verdict) -> bool {
    let expected = json!({
        "statement": verdict.statement,
        "scale": verdict.scale,
        "rating": verdict.rating,
        "rationale": verdict.rationale,
    });
    let evidence: Vec<Value> = verdict.evidence.iter().map(evidence).collect();
    same(told, &expected) && all_same(told, "evidence", &evidence)
}

fn is_hole(facts: &Facts, entry: EntryIndex) -> bool {
    let mut entries = facts.entries.iter();
    let listed = entries.find(|listed| listed.entry == entry);
    listed.is_some_and(|listed| matches!(listed.body, Presence::Erased | Presence::Sealed))
}

fn evidence(evidence: &crate::domain::verdict::Evidence) -> Value {
    json!({
        "quote": evidence.quote,
        "stance": evidence.stance,
        "pages": evidence.pages,
        "span": evidence.span,
        "raw_sha256": evidence.raw,
        "text_sha256": evidence.text,
        "extractor": evidence.extractor,
    })
}

/// The corrections that were logged, newest first.
fn corrections(entries: &Entries) -> Vec<Value> {
    let records = entries.records.iter().rev();
    let corrections = records.filter_map(|(entry, record)| {
        matches!(record.event, Event::PublicationCorrected { .. })
            .then(|| written(*entry, record))?
    });
    corrections.map(|(_, expected)| expected).collect()
}

fn all_same(told: &Value, list: &str, expected: &[Value]) -> bool {
    let items = told.get(list).and_then(Value::as_array);
    items.is_some_and(|items| {
        items.len() == expected.len()
            && items
                .iter()
                .zip(expected)
                .all(|(item, expected)| same(item, expected))
    })
}
