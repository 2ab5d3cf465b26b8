//! Bundles of what was erased or is sealed: the holes are there to see, and
//! what was in them is not.

use std::io::Read;

use citekeep::bundle::check::report::State;
use citekeep::bundle::facts::{Facts, Presence};
use citekeep::desk::exchange::bundle::Kind;
use citekeep::desk::{erasures, remarks, seals};
use citekeep::domain::erasure::{ErasurePart, ErasureRequest, Ground};
use citekeep::domain::ids::{ClaimId, EntryIndex};
use citekeep::domain::person::Role;
use citekeep::domain::remark::RemarkKind;
use citekeep::store;
use citekeep::store::trail::Followed;
use serde_json::Value;

use super::{bundle_of, files, is_found, is_ok, judged, remade, text};
use crate::support::{TestDesk, desk, note};

const REMARK: &str = "A neighbour told me so.";
const WORDS: &str = "It rained. The bridge was opened in 1932. It rained again.";

fn facts(bytes: &[u8]) -> Facts {
    serde_json::from_str(&text(bytes, "data/bundle.json")).expect("facts")
}

fn holds(bytes: &[u8], words: &str) -> bool {
    memchr::memmem::find(bytes, words.as_bytes()).is_some()
}

/// The newest entry of a kind.
fn newest(desk: &TestDesk, kind: &str) -> EntryIndex {
    let all = Followed::Desk;
    let steps = desk
        .desk
        .read(|db| Ok(store::trail::since(db, all, EntryIndex::new(0), 1_000)?));
    let steps = steps.expect("the trail");
    let found = steps.into_iter().rev().find(|step| step.kind == kind);
    found.expect(kind).entry
}

/// A published claim with a remark, of which remark, bytes and text are erased.
fn erased() -> (TestDesk, ClaimId, EntryIndex) {
    let desk = desk();
    let (claim, source) = desk.published();
    let new = remarks::NewRemark {
        claim,
        kind: RemarkKind::Note,
        words: note(REMARK),
        answers: None,
        citation: None,
    };
    remarks::make(&desk.desk, desk.researcher, new).expect("a remark");
    let look = |db: &store::Db<'_>| {
        let taken = store::snapshots::list(db, source, 1)?.remove(0).snapshot.id;
        let texts = store::snapshots::texts(db, taken)?.into_iter();
        let mut parts: Vec<ErasurePart> = texts
            .map(|text| ErasurePart::Text { text: text.id })
            .collect();
        parts.push(ErasurePart::Bytes { snapshot: taken });
        Ok(parts)
    };
    let mut parts = desk.desk.read(look).expect("what there is");
    let entry = newest(&desk, "remark_made");
    parts.push(ErasurePart::Entry { entry });
    let erased = erase(&desk, parts);
    (desk, claim, erased)
}

#[test]
fn a_hole_comes_with_the_entry_that_made_it() {
    let (desk, claim, erased) = erased();
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    let report = is_ok(&bytes);
    assert_eq!(report.counts.erased, 1);
    assert!(
        !holds(&bytes, REMARK) && !holds(&bytes, WORDS),
        "it is back"
    );
    let facts = facts(&bytes);
    let states: Vec<Presence> = facts.blobs.iter().map(|kept| kept.bytes).collect();
    assert!(
        states.iter().all(|state| *state == Presence::Erased),
        "{states:?}"
    );
    assert!(text(&bytes, "README.txt").contains("remark made (its body was erased)"));
    let without = remade(&bytes, |facts, files| {
        facts.entries.retain(|listed| listed.entry != erased);
        files.retain(|name, _| !name.starts_with(&format!("data/log/entries/{erased}.")));
    });
    is_found(
        &without,
        State::Missing,
        "no erasure in the bundle names it",
    );
    desk.is_clean();
}

#[test]
fn the_public_bundle_shows_the_hole_and_not_who_asked() {
    let (desk, claim, _) = erased();
    let bytes = bundle_of(&desk, claim, Kind::Public);
    is_ok(&bytes);
    assert!(
        !holds(&bytes, REMARK) && !holds(&bytes, WORDS),
        "it is back"
    );
    assert!(!holds(&bytes, "A court ordered it."));
}

/// A desk where this was erased by two admins; the entry that says so.
fn erase(desk: &TestDesk, parts: Vec<ErasurePart>) -> EntryIndex {
    let request = ErasureRequest {
        parts,
        ground: Ground::Order,
        reference: None,
        reason: note("A court ordered it."),
    };
    let (one, other) = (desk.join(Role::Admin), desk.join(Role::Admin));
    let asked = erasures::ask(&desk.desk, one, request).expect("a request");
    erasures::consent(&desk.desk, other, asked).expect("a consent")
}

#[test]
fn a_published_verdict_that_was_erased_cannot_be_verified_and_nothing_else_is_wrong() {
    let desk = desk();
    let (claim, _) = desk.published();
    let entry = newest(&desk, "verdict_given");
    let erased = erase(&desk, vec![ErasurePart::Entry { entry }]);
    let bytes = bundle_of(&desk, claim, Kind::Public);
    is_found(&bytes, State::Unverifiable, "what erased it is not public");
    let report = judged(&bytes);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert!(report.verdict_in_hole);
    assert_eq!(report.counts.erased, 1);
    let open = report.not_proven.join("\n");
    assert!(open.contains("what the published verdict said"), "{open}");
    assert!(!holds(&bytes, "The report says so."), "it is back");
    // Without the entry that made it, a hole is a loss.
    let without = remade(&bytes, |facts, files| {
        facts.entries.retain(|listed| listed.entry != erased);
        files.retain(|name, _| !name.starts_with(&format!("data/log/entries/{erased}.")));
        let newest = facts.entries.last().expect("an entry").entry;
        let body = &files[&format!("data/log/entries/{newest}.body")];
        let body: Value = serde_json::from_slice(body).expect("a body");
        facts.at = serde_json::from_value(body["at"].clone()).expect("a moment");
    });
    is_found(&without, State::Missing, "the bundle lists no erasure");
    // Nor is anybody free to say something of the publication, or to put words
    // in the place of those that went.
    let other = format!("[erased on 1 March 2022, entry {entry}]");
    for (field, lie) in [
        ("/path", "/published/2"),
        ("/statement", "The bridge never opened."),
        ("/rationale", "The report denies it."),
        ("/evidence/0/quote", "The bridge was never opened."),
        ("/statement", &other),
    ] {
        let lie = remade(&bytes, |_, files| {
            let told = files.get_mut("data/published.json").expect("it");
            let mut value: Value = serde_json::from_slice(told).expect("JSON");
            *value.pointer_mut(field).expect(field) = lie.into();
            *told = serde_json::to_vec(&value).expect("JSON");
        });
        is_found(&lie, State::Altered, "something else than the entries");
    }
    desk.is_clean();
}

#[test]
fn an_erased_text_is_a_hole_in_the_web_archive_of_its_capture() {
    let desk = desk();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    // A text that is the same as its file, to the byte, would stay with it.
    let page = b"<html><body><p>The bridge was <b>opened</b> in 1932.</p></body></html>";
    let taken = desk.upload(source, "report.html", page);
    let citation = desk.cite(claim, taken, "The bridge was opened in 1932.");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    let texts = desk.desk.read(|db| Ok(store::snapshots::texts(db, taken)?));
    let parts = texts.expect("texts").into_iter();
    let parts: Vec<ErasurePart> = parts
        .map(|text| ErasurePart::Text { text: text.id })
        .collect();
    let erased = erase(&desk, parts);
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    is_ok(&bytes);
    let archive = files(&bytes).remove("data/warc/snapshot-1.warc.gz");
    let mut archived = String::new();
    let archive = archive.expect("an archive of what is left");
    flate2::read::MultiGzDecoder::new(archive.as_slice())
        .read_to_string(&mut archived)
        .expect("records of text");
    let words = format!("erased; entry {erased} of the log says why");
    assert!(archived.contains(&words), "{archived}");
    assert!(text(&bytes, "README.txt").contains("is a hole in data/warc/ too"));
    desk.is_clean();
}

#[test]
fn a_sealed_source_leaves_in_no_bundle() {
    let desk = desk();
    let (claim, source) = desk.published();
    seals::seal(&desk.desk, desk.editor, source, Vec::new()).expect("a seal");
    let own = bundle_of(&desk, claim, Kind::Desk);
    // What the dossier tells of the verdict cannot be held against its entry.
    is_found(&own, State::Unverifiable, "among its verdicts");
    let report = judged(&own);
    assert!(report.counts.sealed > 0, "{:?}", report.counts);
    assert!(
        facts(&own)
            .blobs
            .iter()
            .all(|kept| kept.bytes == Presence::Sealed)
    );
    let public = bundle_of(&desk, claim, Kind::Public);
    // The verdict's own entry has the sealed words in it.
    is_found(&public, State::Unverifiable, "the entry of its verdict");
    assert!(text(&own, "README.txt").contains("Of a sealed source there is no file"));
    for bytes in [&own, &public] {
        for word in [WORDS, "The bridge was opened in 1932.", "The city's report"] {
            assert!(!holds(bytes, word), "the bundle says {word}");
        }
        let names = files(bytes).into_keys();
        let held: Vec<String> = names
            .filter(|name| name.starts_with("data/warc/") || name.starts_with("data/blobs/"))
            .collect();
        assert!(held.is_empty(), "{held:?}");
    }
}
