//! Bundles of a desk that has changed its key.

use std::fs;
use std::io::Cursor;
use std::sync::Arc;

use citekeep::bundle::check::report::{Report, State};
use citekeep::bundle::check::{Known, check};
use citekeep::desk::exchange::bundle::Kind;
use citekeep::desk::keys::{self, KeyPlace};
use citekeep::desk::{Rng, Rules, World, audit};
use citekeep::domain::ids::ClaimId;
use citekeep::ledger::key::VerifierKey;
use citekeep::ledger::timestamp::Roots;

use super::stamped::stamp;
use super::tools::{Unpacked, commands};
use super::{bundle_of, files, is_found, is_ok, judged, remade, text, written};
use crate::support::{TestDesk, desk, note, open, world};

/// Chance that is none.
struct Sevens;

impl Rng for Sevens {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

/// The key that the log names now.
fn key(desk: &TestDesk) -> VerifierKey {
    let known = desk.desk.read(|db| Ok(citekeep::store::people::desk(db)?));
    let known = known.expect("a look").expect("a desk");
    known.verifier_key.parse().expect("a key")
}

/// A desk with a published claim that went over to a second key; its first one.
fn rotated() -> (TestDesk, ClaimId, VerifierKey) {
    let desk = desk();
    let (claim, _) = desk.published();
    let first = key(&desk);
    keys::rotate(&desk.desk, None).expect("a second key");
    (desk, claim, first)
}

fn with_key(bytes: &[u8], key: &VerifierKey) -> Report {
    let known = Known {
        key: Some(key),
        ..Known::default()
    };
    check(Cursor::new(bytes), known).expect("bytes in memory")
}

#[test]
fn a_key_that_was_kept_leads_to_the_one_that_signs() {
    let (desk, claim, first) = rotated();
    for kind in [Kind::Desk, Kind::Public] {
        let bytes = bundle_of(&desk, claim, kind);
        let report = with_key(&bytes, &first);
        assert_eq!((report.result, report.findings), (State::Ok, vec![]));
        let used = report.key.expect("a key");
        assert_eq!((used.given, used.through), (true, 1));
        assert_eq!(used.vkey, key(&desk).to_string());
        let report = with_key(&bytes, &key(&desk));
        assert_eq!(report.result, State::Ok);
        let used = report.key.expect("a key");
        assert_eq!((used.given, used.through), (true, 0));
    }
}

#[test]
fn a_lost_key_vouches_for_nothing() {
    let desk = desk();
    let (claim, _) = desk.published();
    let first = key(&desk);
    let closed = desk.close();
    fs::remove_file(closed.data.join("log.key")).expect("the key is lost");
    // Another chance than the one that made the first key.
    let world = World {
        rng: Arc::new(Sevens),
        ..world()
    };
    let own = (Rules::default(), world);
    let (place, reason) = (KeyPlace::Beside, note("The disk failed."));
    keys::replace_lost(&closed.data, &place, own, reason, None).expect("a new key");
    let opened = open(&closed.data).expect("a desk");
    let bytes = written(&opened, claim, Kind::Public);
    let report = judged(&bytes);
    assert_eq!((report.result, report.findings), (State::Ok, vec![]));
    let open = "it replaced a lost one, which did not sign for it";
    assert!(report.not_proven.iter().any(|words| words.contains(open)));
    let report = with_key(&bytes, &first);
    assert_eq!(report.result, State::Unverifiable);
    assert!(report.key.is_some_and(|used| !used.given));
}

#[test]
fn the_changes_of_key_are_left_out() {
    let (desk, claim, _) = rotated();
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let listed = files(&bytes).into_iter().find(|(name, content)| {
        name.ends_with(".body") && memchr::memmem::find(content, b"key_rotated").is_some()
    });
    let (body, _) = listed.expect("the change");
    let stem = body.replace("body", "");
    let without = remade(&bytes, |facts, files| {
        files.retain(|name, _| !name.starts_with(&stem));
        facts.entries.retain(|listed| listed.kind != "key_rotated");
    });
    is_found(&without, State::Altered, "not the key that the entries");
}

#[test]
fn the_checkpoint_over_a_change_of_key_is_stamped_as_the_desk_signed_it() {
    let (desk, claim, _) = rotated();
    let roots = stamp(&desk);
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let note = text(&bytes, "data/log/checkpoint");
    assert_eq!(note.lines().count(), 6, "both keys sign: {note}");
    let trusted = Roots::from_pem(&roots).expect("a root");
    let known = Known {
        roots: Some(&trusted),
        ..Known::default()
    };
    let report = check(Cursor::new(&bytes), known).expect("bytes in memory");
    assert_eq!((report.result, report.findings), (State::Ok, vec![]));
    assert_eq!(report.counts.timestamps, 1);

    let readme = text(&bytes, "README.txt");
    let unpacked = Unpacked::new(&bytes);
    fs::write(unpacked.folder().join("roots.pem"), roots).expect("the roots");
    let last = readme.lines().map(str::trim);
    let mut last = last.filter(|line| line.starts_with("openssl ts -verify"));
    let mut lines = commands(&readme);
    lines.extend(last.next());
    let (good, told) = unpacked.shell(&lines.join("\n"));
    assert!(good && told.contains("Verification: OK"), "{told}");
}

#[test]
fn a_bundle_rests_on_a_checkpoint_before_the_key_was_changed_again() {
    let (desk, claim, _) = rotated();
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    keys::rotate(&desk.desk, None).expect("a third key");
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    let report = is_ok(&bytes);
    assert_eq!(
        report.key.expect("a key").vkey,
        key(&desk).to_string(),
        "every change of key goes along, and so the newest key signs"
    );
}
