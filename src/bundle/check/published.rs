//! What is said to be published, held against the entries that are public.

use std::io::{self, Read, Seek};

use serde_json::{Value, json};

use crate::bundle::facts::{Facts, Presence};
use crate::bundle::layout::Part;
use crate::domain::event::Event;
use crate::domain::ids::{EntryIndex, PublicationId};
use crate::domain::publication::CorrectionKind;

use super::container::Bag;
use super::dossier::{LONGEST, same, written};
use super::log::Entries;
use super::report::Report;
use super::strict;

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
    let given = entries.records.get(&publication.verdict.entry);
    let Some(Event::VerdictGiven { verdict }) = given.map(|record| &record.event) else {
        report.unverifiable(place, "the entry of its verdict cannot be read here");
        return Ok(());
    };
    let expected = json!({
        "publication": publication.id,
        "path": format!("/published/{}", facts.claim),
        "statement": verdict.statement,
        "scale": verdict.scale,
        "rating": verdict.rating,
        "rationale": verdict.rationale,
        "published_at": at,
        "retracted": is_retracted(&told, publication.id),
        "log_index": newest_entry(facts),
    });
    let evidence: Vec<Value> = verdict.evidence.iter().map(evidence).collect();
    let is_it = told.get("claim") == Some(&json!(facts.claim))
        && same(&told, &expected)
        && all_same(&told, "evidence", &evidence)
        && corrected(&told, facts, entries);
    if !is_it {
        report.altered(place, "it says something else than the entries");
    }
    Ok(())
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
