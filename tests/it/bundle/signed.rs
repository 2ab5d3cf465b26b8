//! Bundles of verdicts that reviewers signed with passkeys, and of desks whose
//! own key was changed.

use std::io::Cursor;

use citekeep::bundle::check::report::{Report, State};
use citekeep::bundle::check::{Known, check};
use citekeep::bundle::facts::Facts;
use citekeep::desk::audit;
use citekeep::desk::exchange::bundle::Kind;
use citekeep::desk::keys;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::passkey::SigningRule;
use citekeep::ledger::checkpoint::read_run;
use citekeep::ledger::key::VerifierKey;

use super::{bundle_of, files, is_found, is_ok, judged, remade, text, written};
use crate::support::signing::{Signing, signing_desk};
use crate::support::{TestDesk, desk};

/// A published verdict that is signed, as its approval is.
fn signed() -> Signing {
    let signing = signing_desk(SigningRule::Required);
    signing.decided();
    signing.approved("");
    signing.desk.publish(signing.claim).expect("published");
    signing
}

/// The files of the entries of a kind.
fn entries(bytes: &[u8], kind: &str) -> Vec<String> {
    let facts: Facts = serde_json::from_str(&text(bytes, "data/bundle.json")).expect("facts");
    let entries = facts.entries.iter();
    let entries = entries.filter(|listed| listed.kind == kind);
    entries
        .map(|listed| format!("data/log/entries/{}", listed.entry))
        .collect()
}

#[test]
fn signatures_are_checked_in_the_desk_s_bundle_and_in_the_public_one() {
    let signing = signed();
    for kind in [Kind::Desk, Kind::Public] {
        let bytes = bundle_of(&signing.desk, signing.claim, kind);
        let report = is_ok(&bytes);
        let counts = report.counts;
        assert_eq!((counts.signatures, counts.unchecked_signatures), (2, 0));
        assert_eq!(entries(&bytes, "passkey_registered").len(), 2);
    }
    signing.desk.is_clean();
}

#[test]
fn a_signature_does_not_fit_a_passkey_that_was_put_in_another_s_place() {
    let signing = signed();
    let bytes = bundle_of(&signing.desk, signing.claim, Kind::Public);
    let passkeys = entries(&bytes, "passkey_registered");
    let [one, other] = [0, 1].map(|at| format!("{}.body", passkeys[at]));
    let swapped = remade(&bytes, |_, files| {
        let first = files.remove(&one).expect("a body");
        let second = files.insert(other.clone(), first).expect("a body");
        files.insert(one.clone(), second);
    });
    is_found(
        &swapped,
        State::Altered,
        "not those that the log commits to",
    );
    // Without the entries that register them nothing can be said.
    let without = remade(&bytes, |facts, files| {
        facts
            .entries
            .retain(|listed| listed.kind != "passkey_registered");
        let gone = |name: &String| {
            passkeys
                .iter()
                .any(|stem| name.starts_with(&format!("{stem}.")))
        };
        files.retain(|name, _| !gone(name));
    });
    let report = judged(&without);
    assert_eq!(report.counts.unchecked_signatures, 2);
    let open = report.not_proven.join("\n");
    assert!(open.contains("signed with their passkeys"), "{open}");
}

#[test]
fn a_passkey_that_was_retired_since_still_vouches_for_what_it_signed() {
    let signing = signed();
    let (desk, reviewer) = (&signing.desk.desk, signing.desk.reviewer);
    let person = reviewer.byline().expect("a person").person;
    let known = citekeep::desk::signing::list(desk, person).expect("passkeys");
    citekeep::desk::signing::retire_for(desk, signing.admin, (person, known[0].entry))
        .expect("retired");
    let bytes = bundle_of(&signing.desk, signing.claim, Kind::Public);
    assert_eq!(is_ok(&bytes).counts.signatures, 2);
    assert_eq!(entries(&bytes, "passkey_retired").len(), 1);
}

/// The key that a desk signs with now.
fn key(desk: &TestDesk) -> VerifierKey {
    desk.desk.verifier_key().parse().expect("a key")
}

/// The notes of the desk's changes of key, as it serves them.
fn notes(desk: &TestDesk) -> String {
    let notes = desk.desk.read(|db| Ok(keys::successions(db)?));
    notes.expect("the notes")
}

fn trusting(bytes: &[u8], key: &VerifierKey, notes: &str) -> Report {
    let (successions, _) = read_run(notes);
    let known = Known {
        key: Some(key),
        successions: &successions,
        ..Known::default()
    };
    check(Cursor::new(bytes), known).expect("bytes in memory")
}

fn leads(report: &Report, through: usize) {
    assert_eq!(report.findings, []);
    assert_eq!(report.key.as_ref().map(|key| key.through), Some(through));
    let open = report.not_proven.join("\n");
    assert_eq!(open.contains("kept to one log"), through > 0, "{open}");
}

/// A published claim, bundled; then the key is changed twice, and it is bundled
/// again. With the three keys.
fn rotated() -> (TestDesk, ClaimId, [Vec<u8>; 2], [VerifierKey; 3]) {
    let desk = desk();
    let (claim, _) = desk.published();
    let (first, before) = (key(&desk), bundle_of(&desk, claim, Kind::Public));
    keys::rotate(&desk.desk, None).expect("a second key");
    let second = key(&desk);
    desk.claim("The bridge was closed in 1990.");
    audit::checkpoint(&desk.desk).expect("signed");
    keys::rotate(&desk.desk, None).expect("a third key");
    let third = key(&desk);
    let after = bundle_of(&desk, claim, Kind::Desk);
    (desk, claim, [before, after], [first, second, third])
}

#[test]
fn an_older_bundle_is_believed_by_who_trusts_the_newest_key() {
    let (desk, _, [before, _], [first, second, third]) = rotated();
    let notes = notes(&desk);
    leads(&trusting(&before, &first, ""), 0);
    leads(&trusting(&before, &second, &notes), 1);
    leads(&trusting(&before, &third, &notes), 2);
    // Its own entries do not know of the keys that came after it.
    assert_eq!(trusting(&before, &third, "").result, State::Altered);
    // One of the two notes does not lead the whole way.
    let (both, _) = read_run(&notes);
    let newest = format!("{}\n", both[1]);
    assert_eq!(trusting(&before, &third, &newest).result, State::Altered);
    desk.is_clean();
}

#[test]
fn a_newer_bundle_is_believed_by_who_kept_an_older_key() {
    let (desk, claim, [_, after], [first, second, third]) = rotated();
    leads(&trusting(&after, &third, ""), 0);
    leads(&trusting(&after, &second, ""), 1);
    leads(&trusting(&after, &first, ""), 2);
    let public = bundle_of(&desk, claim, Kind::Public);
    leads(&trusting(&public, &first, ""), 2);
    let key = format!("{third}\n");
    assert_eq!(files(&after)["data/keys/log.vkey"], key.into_bytes());
}

#[test]
fn a_key_that_replaced_a_lost_one_is_not_believed_by_who_kept_the_lost_one() {
    let desk = desk();
    let (claim, _) = desk.published();
    let (first, before) = (key(&desk), bundle_of(&desk, claim, Kind::Public));
    let closed = desk.close();
    let data = closed.data.clone();
    let lost = data.join("log.key");
    std::fs::remove_file(lost).expect("the key is lost");
    let reason = crate::support::note("The disk broke.");
    let place = keys::KeyPlace::Beside;
    let (rules, world) = (citekeep::desk::Rules::default(), crate::support::world());
    // Chance goes on from another place than where it drew the lost key.
    world.rng.fill(&mut [0; 8]);
    keys::replace_lost(&data, &place, (rules, world), reason, None).expect("a new key");
    let again = crate::support::open(&data).expect("the desk once more");
    let newest: VerifierKey = again.verifier_key().parse().expect("a key");
    let notes = again.read(|db| Ok(keys::successions(db)?)).expect("notes");
    let bytes = written(&again, claim, Kind::Public);
    assert_eq!(trusting(&bytes, &first, "").result, State::Unverifiable);
    // Who trusts the new one believes it about the old one.
    leads(&trusting(&before, &newest, &notes), 1);
}
