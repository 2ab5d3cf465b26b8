//! What is said to be published, held against the entries that are public.

use std::io::{self, Read, Seek};

use serde_json::{Value, json};

use crate::bundle::facts::{Facts, Presence};
use crate::bundle::layout::Part;
use crate::domain::event::Event;
use crate::domain::ids::{EntryIndex, PublicationId};
use crate::domain::publication::CorrectionKind;
use crate::domain::redaction::ErasureMark;
use crate::domain::verdict::Verdict;

use super::container::Bag;
use super::dossier::{LONGEST, same, written};
use super::log::Entries;
use super::report::Report;
use super::strict;
use super::words::ERASED;

/// The kind of an entry that corrects.
const CORRECTED: &str = "publication_corrected";

/// Compares what is published with the entries that are public.
pub(super) fn check<R: Read + Seek>(
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
    let Some(told) = strict::read(&bytes) else {
        report.altered(
            place,
            "it is no record of what is published, or a name stands in it twice",
        );
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
        "publication": publication.id,
        "path": format!("/published/{}", facts.claim),
        "published_at": at,
        "retracted": is_retracted(&told, publication.id),
        "log_index": newest_entry(facts),
    });
    let mut is_it = told.get("claim") == Some(&json!(facts.claim))
        && same(&told, &expected)
        && corrected(&told, facts, entries);
    let given = entries.records.get(&publication.verdict.entry);
    match given.map(|record| &record.event) {
        Some(Event::VerdictGiven { verdict }) => is_it &= says(&told, verdict),
        // What was erased cannot be compared, so nothing may be told of it; the
        // hole was looked at with the entries. A seal is borne out by no entry.
        None if is_erased(facts, publication.verdict.entry) => {
            // Its rating is borne out by nothing: whoever makes a bundle anew can
            // call a verdict erased and tell another rating.
            report.verdict_in_hole = true;
            report.unverifiable(
                &place,
                "the verdict that it tells of was erased, and what erased it is not public",
            );
            is_it &= is_unsaid(&told, facts);
        }
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

/// Whether nothing is told in words of a verdict that was erased, but the mark of
/// an erasure that the bundle lists. Where it lists none, that was said.
fn is_unsaid(told: &Value, facts: &Facts) -> bool {
    let mark = told.get("statement");
    let erasure = mark.and_then(Value::as_str).and_then(ErasureMark::entry_in);
    let listed = facts.entries.iter();
    let mut listed = listed.filter(|listed| listed.kind == ERASED).peekable();
    let is_none_listed = listed.peek().is_none();
    let is_named = is_none_listed || listed.any(|listed| Some(listed.entry) == erasure);
    let evidence = told.get("evidence").and_then(Value::as_array);
    erasure.is_some()
        && is_named
        && told.get("rationale") == mark
        && evidence.is_some_and(|items| items.iter().all(|item| item.get("quote") == mark))
}

fn is_erased(facts: &Facts, entry: EntryIndex) -> bool {
    let mut entries = facts.entries.iter();
    let listed = entries.find(|listed| listed.entry == entry);
    listed.is_some_and(|listed| listed.body == Presence::Erased)
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

/// Whether what it tells of corrections takes the publication back. They are
/// held against the entries by themselves.
fn is_retracted(told: &Value, publication: PublicationId) -> bool {
    let takes_back = json!({"publication": publication, "kind": CorrectionKind::Retraction});
    let told = told.get("corrections").and_then(Value::as_array);
    told.is_some_and(|items| items.iter().any(|item| same(item, &takes_back)))
}

/// The newest entry that published or corrected.
fn newest_entry(facts: &Facts) -> Option<EntryIndex> {
    let mut listed = facts.entries.iter().rev();
    let newest =
        listed.find(|listed| matches!(listed.kind.as_str(), "verdict_published" | CORRECTED));
    newest.map(|listed| listed.entry)
}

/// Whether it tells of the corrections that were logged, newest first. What was
/// erased of one is told by an entry that is not public.
fn corrected(told: &Value, facts: &Facts, entries: &Entries) -> bool {
    let Some(items) = told.get("corrections").and_then(Value::as_array) else {
        return false;
    };
    let listed = facts.entries.iter().rev();
    let listed: Vec<_> = listed.filter(|listed| listed.kind == CORRECTED).collect();
    let mut pairs = items.iter().zip(&listed);
    items.len() == listed.len()
        && pairs.all(|(item, listed)| match entries.records.get(&listed.entry) {
            Some(record) => {
                written(listed.entry, record).is_some_and(|(_, expected)| same(item, &expected))
            }
            None => {
                listed.body == Presence::Erased && same(item, &json!({"log_index": listed.entry}))
            }
        })
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
