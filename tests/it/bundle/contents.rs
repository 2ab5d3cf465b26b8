//! What a bundle holds, and what the public one does not.

use citekeep::bundle::facts::{Facts, Presence};
use citekeep::desk::claims;
use citekeep::desk::exchange::bundle::Kind;
use citekeep::desk::publishing;
use citekeep::desk::remarks;
use citekeep::domain::claim::Claimant;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::remark::RemarkKind;
use citekeep::domain::words::{Name, Statement};

use super::{bundle_of, files, is_ok, text};
use crate::support::{desk, note};

fn facts(bytes: &[u8]) -> Facts {
    serde_json::from_str(&text(bytes, "data/bundle.json")).expect("facts")
}

#[test]
fn the_desk_s_bundle_proves_all_that_is_known_of_a_claim() {
    let desk = desk();
    let (claim, _) = desk.published();
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    let report = is_ok(&bytes);
    assert_eq!((report.claim, report.public), (Some(1), Some(false)));
    assert_eq!((report.counts.verdicts, report.counts.quotes), (1, 2));
    assert_eq!(report.counts.receipts, report.counts.bodies);
    let facts = facts(&bytes);
    let kinds: Vec<&str> = facts
        .entries
        .iter()
        .map(|listed| listed.kind.as_str())
        .collect();
    for kind in [
        "desk_opened",
        "scale_adopted",
        "person_joined",
        "source_added",
        "snapshot_taken",
        "text_derived",
        "claim_opened",
        "citation_made",
        "verdict_given",
        "verdict_approved",
        "verdict_published",
    ] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    assert!(text(&bytes, "data/page.html").contains("The bridge opened in 1932."));
    let about = text(&bytes, "bag-info.txt");
    assert!(about.contains("Bagging-Date: 2022-03-01\n"), "{about}");
    assert!(about.contains("External-Identifier: test.example/desk/claims/1\n"));
    desk.is_clean();
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    let desk = desk();
    let (claim, _) = desk.published();
    for kind in [Kind::Desk, Kind::Public] {
        let first = bundle_of(&desk, claim, kind);
        let second = bundle_of(&desk, claim, kind);
        assert!(first == second, "two bundles of one state differ");
    }
    // Another process, years later by its clock.
    let later = desk.days_later(1_000);
    let again = super::bundle::write(&later, (claim, Kind::Desk), &|_, _| Ok(None));
    let before = super::bundle::write(&desk.desk, (claim, Kind::Desk), &|_, _| Ok(None));
    let read = |bundle: Result<super::bundle::Bundle, _>| {
        let mut bytes = Vec::new();
        let mut file = bundle.map_err(|error: citekeep::desk::DeskError| error.to_string());
        let file = &mut file.as_mut().expect("a bundle").file;
        std::io::Read::read_to_end(file, &mut bytes).expect("its bytes");
        bytes
    };
    assert!(read(again) == read(before), "the clock is in the bundle");
}

#[test]
fn a_claim_that_nobody_judged_yet_has_a_bundle_too() {
    let desk = desk();
    let claim = desk.claim("The bridge opened in 1932.");
    let bytes = bundle_of(&desk, claim, Kind::Desk);
    let report = is_ok(&bytes);
    assert_eq!((report.counts.verdicts, report.counts.quotes), (0, 0));
    assert!(!files(&bytes).contains_key("data/page.html"));
    let public = super::bundle::write(&desk.desk, (claim, Kind::Public), &|_, _| Ok(None));
    let refused = public.map(drop).expect_err("nothing is published");
    assert_eq!(refused.to_string(), "there is no published claim 1");
}

#[test]
fn a_long_history_is_told_in_full() {
    let desk = desk();
    let (claim, source) = desk.published();
    let snapshot = desk.snapshot(source, "The bridge was opened in 1933. Much later.");
    let again = desk.cite(claim, snapshot, "The bridge was opened in 1933.");
    let new = remarks::NewRemark {
        claim,
        kind: RemarkKind::Note,
        words: note("Ask the archive."),
        answers: None,
        citation: None,
    };
    remarks::make(&desk.desk, desk.researcher, new).expect("a remark");
    let (kind, words) = (CorrectionKind::Correction, note("The year was wrong."));
    publishing::correct(&desk.desk, desk.editor, desk.seen(claim), kind, words)
        .expect("a correction");
    desk.decide(claim, "false", &[again]).expect("a verdict");
    let report = is_ok(&bundle_of(&desk, claim, Kind::Desk));
    assert_eq!(report.counts.verdicts, 2);
    is_ok(&bundle_of(&desk, claim, Kind::Public));
    desk.is_clean();
}

/// Words of the desk's own that no public page shows.
const SECRETS: [&str; 6] = [
    "Ask the ministry quietly.",
    "We never publish this reason.",
    "The tunnel was opened in 1950.",
    "A wording that nobody has judged yet.",
    "minutes-from-a-friend.txt",
    "A claimant nobody may know",
];

#[test]
fn the_public_bundle_holds_nothing_that_is_not_public() {
    let desk = desk();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The city's report");
    let words = "It rained. The bridge was opened in 1932. It rained again.";
    let snapshot = desk.upload(source, SECRETS[4], words.as_bytes());
    let citation = desk.cite(claim, snapshot, "The bridge was opened in 1932.");
    // A verdict that was never published, on words that were withdrawn.
    let other = desk.snapshot(source, "Minutes. The tunnel was opened in 1950. The end.");
    let tunnel = desk.cite(claim, other, SECRETS[2]);
    let draft = citekeep::desk::verdicts::Draft {
        rating: "false".to_owned(),
        rationale: citekeep::domain::words::Rationale::parse(SECRETS[1]).expect("a rationale"),
        citations: vec![tunnel],
    };
    citekeep::desk::verdicts::give(&desk.desk, desk.reviewer, desk.seen(claim), draft)
        .expect("a verdict");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    let new = remarks::NewRemark {
        claim,
        kind: RemarkKind::Question,
        words: note(SECRETS[0]),
        answers: None,
        citation: None,
    };
    remarks::make(&desk.desk, desk.researcher, new).expect("a remark");
    let claimant = Claimant {
        name: Name::parse(SECRETS[5]).expect("a name"),
        role: None,
    };
    let statement = Statement::parse(SECRETS[3]).expect("a statement");
    claims::reword(
        &desk.desk,
        desk.researcher,
        desk.seen(claim),
        statement,
        Some(claimant),
    )
    .expect("a new wording");
    let own = bundle_of(&desk, claim, Kind::Desk);
    let public = bundle_of(&desk, claim, Kind::Public);
    is_ok(&own);
    is_ok(&public);
    let holds = |bytes: &[u8], words: &str| {
        let found = memchr::memmem::find(bytes, words.as_bytes());
        found.is_some()
    };
    // Nothing in an archive of ours is compressed, so words can be looked for.
    for secret in SECRETS {
        assert!(holds(&own, secret), "the desk's own bundle lacks {secret}");
        assert!(!holds(&public, secret), "the public bundle says {secret}");
    }
    for word in [
        "Researcher",
        "person_joined",
        "remark_made",
        "claim_reworded",
    ] {
        assert!(!holds(&public, word), "the public bundle says {word}");
    }
    for word in [
        "The bridge was opened in 1932.",
        "verdict_given",
        "Reviewer",
    ] {
        assert!(holds(&public, word), "the public bundle lacks {word}");
    }
    desk.is_clean();
}

#[test]
fn entries_that_say_more_than_is_public_come_without_their_bodies() {
    let desk = desk();
    let (claim, _) = desk.published();
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let report = is_ok(&bytes);
    assert_eq!(report.counts.withheld, 2);
    let withheld = facts(&bytes).entries.into_iter();
    let withheld = withheld.filter(|listed| listed.body == Presence::Withheld);
    let kinds: Vec<String> = withheld.map(|listed| listed.kind).collect();
    assert_eq!(kinds, ["snapshot_taken", "citation_made"]);
    let readme = text(&bytes, "README.txt");
    assert!(
        readme.contains("citation made (its body is not public)"),
        "{readme}"
    );
}
