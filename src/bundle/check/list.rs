//! What a bundle says that it holds, held against what it holds.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};

use crate::bundle::bag;
use crate::bundle::facts::{Facts, Kind, Presence};
use crate::bundle::layout::{self, Part};

use super::container::Bag;
use super::report::Report;

/// The longest list that is read, in bytes.
const LONGEST: u32 = 32 * 1024 * 1024;

/// Reads the list; nothing where there is none that this program knows.
pub(super) fn read<R: Read + Seek>(
    bag: &mut Bag<R>,
    report: &mut Report,
) -> io::Result<Option<Facts>> {
    if !bag.has(&Part::Facts) {
        report.missing(Part::Facts, "a bundle says what it holds");
        return Ok(None);
    }
    let bytes = bag.read(&Part::Facts, LONGEST)?.unwrap_or_default();
    let value: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let format = value
        .as_ref()
        .and_then(|value| value.get("format")?.as_str());
    let version = value
        .as_ref()
        .and_then(|value| value.get("version")?.as_u64());
    if format == Some(Facts::FORMAT) && version.is_some_and(|v| v > u64::from(Facts::VERSION)) {
        let words = "a newer citekeep wrote this bundle; check it with that one";
        report.unverifiable(Part::Facts, words);
        return Ok(None);
    }
    let read = serde_json::from_slice::<Facts>(&bytes);
    let known = |facts: &Facts| facts.format == Facts::FORMAT && facts.version == Facts::VERSION;
    let Some(facts) = read.ok().filter(known) else {
        report.altered(Part::Facts, "it does not say what a bundle holds");
        return Ok(None);
    };
    report.claim = Some(facts.claim.get());
    report.public = Some(facts.kind == Kind::Public);
    Ok(Some(facts))
}

/// Holds the list against the files.
pub(super) fn check<R: Read + Seek>(bag: &Bag<R>, facts: &Facts, report: &mut Report) {
    if bag.base != layout::base(facts.claim, facts.kind) {
        report.altered(Part::Facts, "it is about another claim than the archive");
    }
    let mut rewritten = serde_json::to_vec(facts).unwrap_or_default();
    rewritten.push(b'\n');
    let listed = bag.payload.get(&Part::Facts.to_string());
    if listed.is_some_and(|placed| placed.size as usize != rewritten.len()) {
        report.altered(Part::Facts, "it is not written as a bundle writes it");
    }
    if bag.tag(layout::ABOUT) != bag::about(facts, bag.carried()).as_bytes() {
        report.altered(
            layout::ABOUT,
            "it does not say what the bundle says of itself",
        );
    }
    let (mut entries, mut blobs) = (facts.entries.windows(2), facts.blobs.windows(2));
    let is_rising = entries.all(|pair| pair[0].entry < pair[1].entry)
        && blobs.all(|pair| pair[0].sha256 < pair[1].sha256);
    if !is_rising {
        let words = "what it lists is not in order, or stands twice";
        report.altered(Part::Facts, words);
    }
    let must = wanted(facts);
    for part in &must {
        if !bag.payload.contains_key(part) {
            report.missing(part, "the bundle lists it, and it is not there");
        }
    }
    let may = [Part::Page, Part::WitnessKeys].map(|part| part.to_string());
    for name in bag.payload.keys() {
        let is_optional = may.contains(name) || matches!(name.parse(), Ok(Part::Warc(_)));
        if !must.contains(name) && !is_optional {
            report.altered(name, "the bundle does not list it");
        }
    }
    named_by_hash(bag, facts, report);
}

/// The files that the list asks for.
fn wanted(facts: &Facts) -> BTreeSet<String> {
    let mut parts = vec![
        Part::Facts,
        Part::LogKey,
        Part::Checkpoint,
        match facts.kind {
            Kind::Desk => Part::Claim,
            Kind::Public => Part::Published,
        },
    ];
    for listed in &facts.entries {
        parts.push(Part::Leaf(listed.entry));
        parts.push(Part::Receipt(listed.entry));
        if listed.body == Presence::Here {
            parts.push(Part::Salt(listed.entry));
            parts.push(Part::Body(listed.entry));
        }
    }
    let stamps = facts.timestamps.iter();
    parts.extend(stamps.map(|stamped| Part::Stamp(stamped.authority.clone())));
    let here = facts.blobs.iter();
    let here = here.filter(|kept| kept.bytes == Presence::Here);
    parts.extend(here.map(|kept| Part::Blob(kept.sha256)));
    parts.iter().map(ToString::to_string).collect()
}

/// Holds the hash of each blob against its name.
fn named_by_hash<R: Read + Seek>(bag: &Bag<R>, facts: &Facts, report: &mut Report) {
    for kept in &facts.blobs {
        let name = Part::Blob(kept.sha256).to_string();
        match bag.payload.get(&name) {
            Some(placed) if placed.sha256 == kept.sha256 => report.counts.blobs += 1,
            Some(_) => report.altered(name, "its bytes are not those that it is named by"),
            None => {}
        }
    }
}
