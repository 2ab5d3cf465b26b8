//! Bundles whose checkpoint others vouch for: timestamping authorities and
//! witnesses.

use std::io::Cursor;

use citekeep::bundle::check::report::State;
use citekeep::bundle::check::{Known, check};
use citekeep::desk::exchange::bundle::Kind;
use citekeep::desk::{DeskError, audit};
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::time::Timestamp;
use citekeep::ledger::cosignature::{CosigningKey, cosign};
use citekeep::ledger::note::Note;
use citekeep::ledger::policy::Policy;
use citekeep::ledger::timestamp::{self, Nonce, Roots};
use citekeep::store::{checkpoints, cosignatures, timestamps};

use super::{bundle_of, files, is_found, is_ok, remade, text};
use crate::support::authority::{Authority, Key, STAMPS};
use crate::support::{TestDesk, desk};

/// A desk with a published claim whose newest checkpoint OpenSSL stamped, and
/// the root of the authority.
pub(super) fn stamped() -> (TestDesk, ClaimId, Vec<u8>) {
    let desk = desk();
    let (claim, _) = desk.published();
    let root = stamp(&desk);
    (desk, claim, root)
}

/// Has OpenSSL stamp the newest checkpoint; gives the root of the authority.
pub(super) fn stamp(desk: &TestDesk) -> Vec<u8> {
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let newest = desk.desk.read(|db| Ok(checkpoints::newest(db)?));
    let (size, note) = newest.expect("a look").expect("a checkpoint");
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    let nonce = [7; 8];
    let question = timestamp::request(note.as_bytes(), Nonce::from_bytes(nonce));
    let answer = signer.reply(&question, "sha256", "sha256");
    let stamp = timestamp::read(&answer, note.as_bytes(), None).expect("a timestamp");
    let at = Timestamp::from_millis(stamp.at()).expect("a moment");
    let kept = timestamps::Kept {
        checkpoint: size,
        authority: "first-stamp".parse().expect("a name"),
        asked_at: at,
        stamped_at: at,
        nonce,
        answer,
    };
    let store = desk.desk.store();
    store
        .write(move |tx| Ok::<_, DeskError>(timestamps::keep(tx, &kept)?))
        .expect("a timestamp that is kept");
    authority.root()
}

#[test]
fn timestamps_go_along_and_are_checked() {
    let (desk, claim, root) = stamped();
    // The log grows, and the stamped checkpoint is still the one that counts.
    desk.claim("The tunnel opened in 1950.");
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let report = is_ok(&bytes);
    assert_eq!(report.counts.timestamps, 1);
    let open = "name their roots with --roots";
    assert!(report.not_proven.iter().any(|words| words.contains(open)));
    let roots = Roots::from_pem(&root).expect("a root");
    let known = Known {
        roots: Some(&roots),
        ..Known::default()
    };
    let report = check(Cursor::new(&bytes), known).expect("bytes in memory");
    assert_eq!((report.result, report.findings.len()), (State::Ok, 0));
    assert!(!report.not_proven.iter().any(|words| words.contains(open)));
    assert!(text(&bytes, "README.txt").contains("$ openssl ts -reply"));
}

#[test]
fn a_timestamp_by_nobody_one_trusts_is_no_proof() {
    let (desk, claim, _) = stamped();
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    let other = Authority::new(Key::P256).root();
    let roots = Roots::from_pem(&other).expect("a root");
    let known = Known {
        roots: Some(&roots),
        ..Known::default()
    };
    let report = check(Cursor::new(&bytes), known).expect("bytes in memory");
    assert_eq!(report.result, State::Unverifiable);
}

#[test]
fn a_timestamp_is_changed_or_gone() {
    let (desk, claim, _) = stamped();
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    let name = "data/log/timestamps/first-stamp.tsr";
    // The imprint stands in what the authority signed.
    let answer = files(&bytes).remove(name).expect("the timestamp");
    let stamped = text(&bytes, "data/log/checkpoint");
    let imprint = ContentHash::of(stamped.as_bytes());
    let at = memchr::memmem::find(&answer, imprint.as_bytes()).expect("the imprint");
    for byte in at - 8..at + 48 {
        let changed = remade(&bytes, |_, files| {
            files.get_mut(name).expect("it")[byte] ^= 1;
        });
        is_found(&changed, State::Altered, name);
    }
    let gone = remade(&bytes, |_, files| drop(files.remove(name)));
    is_found(&gone, State::Missing, name);
    let unlisted = remade(&bytes, |facts, _| facts.timestamps.clear());
    is_found(&unlisted, State::Altered, "the bundle does not list it");
}

/// A desk with a published claim whose newest checkpoint a witness signed, and
/// the witness.
pub(super) fn witnessed() -> (TestDesk, ClaimId, CosigningKey) {
    let desk = desk();
    let (claim, _) = desk.published();
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    let newest = desk.desk.read(|db| Ok(checkpoints::newest(db)?));
    let (size, note) = newest.expect("a look").expect("a checkpoint");
    let name = "witness.example/w1".parse().expect("a name");
    let key = CosigningKey::from_seed(name, &[9; 32]);
    let signed = Note::parse(&note).expect("a note");
    let kept = cosignatures::Cosignature {
        size,
        vkey: key.verifier().to_string(),
        time: 1_646_092_800,
        line: cosign(signed.text(), 1_646_092_800, &key),
    };
    let store = desk.desk.store();
    store
        .write(move |tx| Ok::<_, DeskError>(cosignatures::put(tx, &kept)?))
        .expect("a cosignature that is kept");
    (desk, claim, key)
}

#[test]
fn witnesses_go_along_and_are_checked() {
    let (desk, claim, key) = witnessed();
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let report = is_ok(&bytes);
    assert_eq!(report.counts.witnesses, 1);
    let log = text(&bytes, "data/keys/log.vkey");
    let policy = |witness: &str| -> Policy {
        let file = format!("log {log}witness w {witness}\nquorum w\n");
        file.parse().expect("a policy")
    };
    let judged = |policy: &Policy| {
        let known = Known {
            policy: Some(policy),
            ..Known::default()
        };
        check(Cursor::new(&bytes), known)
            .expect("bytes in memory")
            .result
    };
    assert_eq!(judged(&policy(&key.verifier().to_string())), State::Ok);
    let name = "witness.example/w2".parse().expect("a name");
    let other = CosigningKey::from_seed(name, &[8; 32]).verifier();
    assert_eq!(judged(&policy(&other.to_string())), State::Unverifiable);
    let claimed = remade(&bytes, |_, files| {
        let keys = format!("{other}\n").into_bytes();
        files.insert("data/keys/witnesses.vkey".to_owned(), keys);
    });
    is_found(&claimed, State::Altered, "data/log/checkpoint");
}
