//! Bundles that somebody without the desk's key made of true parts: entries are
//! left out or called away, and what they said is told in another way. Every
//! hash and every receipt in them is right.

use std::collections::BTreeMap;
use std::io::Cursor;

use citekeep::bundle::check::report::State;
use citekeep::bundle::check::{Known, check};
use citekeep::bundle::facts::{Facts, Presence};
use citekeep::desk::exchange::bundle::Kind;
use citekeep::desk::publishing;
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::EntryIndex;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::time::Timestamp;

use super::stamped::{stamped, witnessed};
use super::{bundle_of, is_found, is_ok, judged, remade};
use crate::support::{TestDesk, desk, note};

type Files = BTreeMap<String, Vec<u8>>;

fn good(kind: Kind) -> Vec<u8> {
    let desk = desk();
    let (claim, _) = desk.published();
    bundle_of(&desk, claim, kind)
}

/// Puts other words in the place of some, which must be there.
fn reword(files: &mut Files, name: &str, truth: &str, lie: &str) {
    let file = files.get_mut(name).expect(name);
    let text = String::from_utf8(std::mem::take(file)).expect("text");
    assert!(text.contains(truth), "{truth} is not in {name}");
    *file = text.replace(truth, lie).into_bytes();
}

/// Says of the entries of a kind that their bodies are not here.
fn call_away(facts: &mut Facts, files: &mut Files, kind: &str, presence: Presence) {
    let listed = facts.entries.iter_mut();
    let listed: Vec<_> = listed.filter(|listed| listed.kind == kind).collect();
    assert!(!listed.is_empty(), "there is no {kind}");
    for listed in listed {
        listed.body = presence;
        for part in ["salt", "body"] {
            files.remove(&format!("data/log/entries/{}.{part}", listed.entry));
        }
    }
}

#[test]
fn a_claim_made_of_nothing_but_a_checkpoint() {
    let forged = remade(&good(Kind::Desk), |facts, files| {
        facts.entries.clear();
        facts.blobs.clear();
        let kept = ["data/keys/log.vkey", "data/log/checkpoint"];
        files.retain(|name, _| kept.contains(&name.as_str()));
        let dossier = r#"{"format":"citekeep","version":1,"claims":[{"id":1,"statement":"The bridge never opened."}]}"#;
        files.insert("data/claim.json".to_owned(), dossier.into());
    });
    is_found(&forged, State::Missing, "the entry that opened the claim");
}

#[test]
fn a_wording_whose_entry_is_called_sealed() {
    let forged = remade(&good(Kind::Desk), |facts, files| {
        call_away(facts, files, "claim_opened", Presence::Sealed);
        let (truth, lie) = (
            "\"statement\":\"The bridge opened in 1932.\",\"claimant\"",
            "\"statement\":\"The bridge never opened.\",\"claimant\"",
        );
        reword(files, "data/claim.json", truth, lie);
    });
    is_found(&forged, State::Altered, "no seal takes such an entry away");
}

#[test]
fn a_verdict_whose_entry_is_called_sealed() {
    let forged = remade(&good(Kind::Desk), |facts, files| {
        call_away(facts, files, "verdict_given", Presence::Sealed);
        let (truth, lie) = ("\"The report says so.\"", "\"The report denies it.\"");
        reword(files, "data/claim.json", truth, lie);
    });
    is_found(&forged, State::Unverifiable, "among its verdicts");
}

#[test]
fn words_whose_text_is_called_sealed_or_withheld() {
    let words = b"It rained. The bridge was opened in 1932. It rained again.";
    let hash = ContentHash::of(words);
    for kind in [Kind::Desk, Kind::Public] {
        for presence in [Presence::Sealed, Presence::Withheld] {
            let forged = remade(&good(kind), |facts, files| {
                let kept = facts.blobs.iter_mut().find(|kept| kept.sha256 == hash);
                kept.expect("the text").bytes = presence;
                files.remove(&format!("data/blobs/{hash}"));
            });
            is_found(&forged, State::Altered, &hash.to_string());
        }
    }
}

#[test]
fn what_a_public_bundle_calls_erased_is_said_to_be_unproven() {
    let desk = desk();
    let (claim, _) = desk.published();
    let words = note("The year was wrong.");
    let kind = CorrectionKind::Correction;
    publishing::correct(&desk.desk, desk.editor, desk.seen(claim), kind, words)
        .expect("a correction");
    let hidden = remade(&bundle_of(&desk, claim, Kind::Public), |facts, files| {
        call_away(facts, files, "publication_corrected", Presence::Erased);
        let told = files.get_mut("data/published.json").expect("what is told");
        let mut value: serde_json::Value = serde_json::from_slice(told).expect("JSON");
        value["corrections"] = serde_json::json!([]);
        *told = serde_json::to_vec(&value).expect("JSON");
    });
    let report = judged(&hidden);
    let open = "that what is called erased was erased";
    assert!(
        report.result != State::Ok
            || report
                .not_proven
                .iter()
                .any(|words| words.starts_with(open)),
        "{:#?}",
        report.not_proven
    );
}

#[test]
fn a_published_verdict_is_called_erased_and_another_told_in_its_place() {
    let forged = |called: &str, told: &dyn Fn(&mut serde_json::Value, EntryIndex)| {
        remade(&good(Kind::Public), |facts, files| {
            call_away(facts, files, "verdict_given", Presence::Erased);
            call_away(facts, files, called, Presence::Withheld);
            let mut entries = facts.entries.iter_mut();
            let erasure = entries.rfind(|listed| listed.kind == called);
            let erasure = erasure.expect("an entry");
            erasure.kind = "erased".to_owned();
            let file = files.get_mut("data/published.json").expect("what is told");
            let mut value = serde_json::from_slice(file).expect("JSON");
            told(&mut value, erasure.entry);
            *file = serde_json::to_vec(&value).expect("JSON");
        })
    };
    let mark = |entry: EntryIndex| format!("[erased on 1 March 2022, entry {entry}]");
    let marked = |value: &mut serde_json::Value, entry: EntryIndex| {
        for place in ["/statement", "/rationale", "/evidence/0/quote"] {
            *value.pointer_mut(place).expect(place) = mark(entry).into();
        }
        value["rating"] = "false".into();
    };
    // No erasure is earlier than what it erased.
    let earlier = forged("citation_made", &marked);
    is_found(&earlier, State::Missing, "lists no erasure after it");
    let words = forged("verdict_approved", &|value, _| {
        value["rationale"] = "The report denies it.".into();
    });
    is_found(&words, State::Altered, "something else than the entries");
    // A rating in the place of the other is all that is left to tell, and
    // nobody takes it for proven.
    let forgery = forged("verdict_approved", &marked);
    is_found(
        &forgery,
        State::Unverifiable,
        "what erased it is not public",
    );
    let report = judged(&forgery);
    let open = report.not_proven.join("\n");
    assert!(open.contains("its rating, and whatever else"), "{open}");
    assert!(
        open.contains("that what is called erased was erased"),
        "{open}"
    );
}

/// A desk that published a verdict and took it back.
fn retracted() -> (TestDesk, citekeep::domain::ids::ClaimId) {
    let desk = desk();
    let (claim, _) = desk.published();
    let words = note("The report was forged.");
    let kind = CorrectionKind::Retraction;
    publishing::correct(&desk.desk, desk.editor, desk.seen(claim), kind, words)
        .expect("a retraction");
    (desk, claim)
}

#[test]
fn a_retraction_undone_where_the_reader_looks() {
    let (desk, claim) = retracted();
    let places = [
        (Kind::Desk, "data/claim.json"),
        (Kind::Public, "data/published.json"),
    ];
    for (kind, place) in places {
        let bytes = bundle_of(&desk, claim, kind);
        is_ok(&bytes);
        let forged = remade(&bytes, |_, files| {
            reword(files, place, "\"retracted\":true", "\"retracted\":false");
        });
        is_found(&forged, State::Altered, place);
    }
}

#[test]
fn a_citation_in_use_is_shown_as_removed_and_a_verdict_under_another_name() {
    let lies = [
        ("\"removed\":false", "\"removed\":true"),
        ("\"reviewer\":\"", "\"reviewer\":\"Not "),
        ("\"person\":\"", "\"person\":\"Not "),
    ];
    for (truth, lie) in lies {
        let forged = remade(&good(Kind::Desk), |_, files| {
            reword(files, "data/claim.json", truth, lie);
        });
        is_found(&forged, State::Altered, "data/claim.json");
    }
}

#[test]
fn a_name_that_stands_twice_in_a_record() {
    let places = [
        (Kind::Desk, "data/claim.json"),
        (Kind::Public, "data/published.json"),
    ];
    for (kind, place) in places {
        let forged = remade(&good(kind), |_, files| {
            let truth = "\"rationale\":";
            let both = "\"rationale\":\"It is not so.\",\"rationale\":";
            reword(files, place, truth, both);
        });
        is_found(&forged, State::Altered, place);
    }
}

#[test]
fn a_witness_named_twice() {
    let (desk, claim, _) = witnessed();
    let forged = remade(&bundle_of(&desk, claim, Kind::Public), |_, files| {
        let keys = files.get_mut("data/keys/witnesses.vkey").expect("keys");
        keys.extend(keys.clone());
    });
    is_found(&forged, State::Altered, "data/keys/witnesses.vkey");
    assert_eq!(judged(&forged).counts.witnesses, 1);
}

#[test]
fn a_witness_of_ones_own_does_not_prove_that_others_see_the_same() {
    let (desk, claim, _) = witnessed();
    let report = is_ok(&bundle_of(&desk, claim, Kind::Public));
    let open = "that the desk shows everybody the same log";
    assert!(
        report
            .not_proven
            .iter()
            .any(|words| words.starts_with(open))
    );
}

#[test]
fn a_timestamp_by_nobody_in_particular_proves_no_date() {
    let (desk, claim, _) = stamped();
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let report = is_ok(&bytes);
    let dated = |words: &String| words.starts_with("the log was so by");
    assert!(!report.proven.iter().any(dated), "{:#?}", report.proven);
    let unread = check(Cursor::new(&bytes), Known::default()).expect("bytes");
    let open = "that the timestamps are by authorities that you trust";
    assert!(
        unread
            .not_proven
            .iter()
            .any(|words| words.starts_with(open))
    );
}

#[test]
fn a_bundle_dated_to_another_day() {
    let forged = remade(&good(Kind::Public), |facts, _| {
        facts.at = Timestamp::from_millis(facts.at.as_millis() - 86_400_000).expect("a moment");
    });
    is_found(&forged, State::Altered, "its newest entry");
}

#[test]
fn what_nobody_signed_is_said_to_be_unproven() {
    let renamed = remade(&good(Kind::Public), |facts, _| {
        facts.desk = "Another desk".to_owned();
    });
    let report = is_ok(&renamed);
    let open = "what the desk is called";
    assert!(
        report
            .not_proven
            .iter()
            .any(|words| words.starts_with(open))
    );
}
