//! Bundles of what was erased or is sealed: the holes are there to see, and
//! what was in them is not.

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
    let request = ErasureRequest {
        parts,
        ground: Ground::Order,
        reference: None,
        reason: note("A court ordered it."),
    };
    let (one, other) = (desk.join(Role::Admin), desk.join(Role::Admin));
    let asked = erasures::ask(&desk.desk, one, request).expect("a request");
    let erased = erasures::consent(&desk.desk, other, asked).expect("a consent");
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
    assert_eq!(judged(&public).result, State::Unverifiable);
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
