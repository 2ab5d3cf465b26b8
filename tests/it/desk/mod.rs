//! The desk's rules, seen through its deeds.

mod capturing;
mod change;
mod drafting;
mod hooks;
mod public_changes;
mod room;
mod rules;
mod shown;
mod timestamps;
mod witnesses;

use citekeep::desk::{DeskError, citations, claims, publishing, verdicts};
use citekeep::domain::citation::{FoundBy, Stance};
use citekeep::domain::claim::Refusal;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::words::{Rationale, Statement};
use citekeep::store;
use citekeep::text::anchor::NotLocated;

use crate::support::{desk, note};

#[test]
fn a_claim_goes_from_open_to_published() {
    let desk = desk();
    let claim = desk.claim("The bridge opened in 1932.");
    assert_eq!(desk.state(claim), "open");
    let source = desk.source("The city's report");
    let snapshot = desk.snapshot(source, "The bridge was opened in 1932.");
    let citation = desk.cite(claim, snapshot, "opened in 1932");
    assert_eq!(desk.state(claim), "in_review");
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    assert_eq!(desk.state(claim), "decided");
    desk.approve(claim).expect("an approval");
    assert_eq!(desk.state(claim), "approved");
    desk.publish(claim).expect("a publication");
    assert_eq!(desk.state(claim), "published");
    desk.is_clean();
}

#[test]
fn four_eyes() {
    let desk = desk();
    let claim = desk.claim("It is so.");
    desk.decide(claim, "unproven", &[])
        .expect("a rating that needs no citation");
    let own = verdicts::approve(&desk.desk, desk.reviewer, desk.seen(claim), None);
    assert!(matches!(own, Err(DeskError::OwnVerdict)));
    assert!(matches!(
        desk.publish(claim),
        Err(DeskError::Refused(Refusal::NotApproved))
    ));
    let reader = verdicts::approve(&desk.desk, desk.researcher, desk.seen(claim), None);
    assert!(matches!(reader, Err(DeskError::NotAllowed { .. })));
    desk.is_clean();
}

#[test]
fn whoever_dissents_does_not_approve_any_more() {
    let desk = desk();
    let claim = desk.claim("It is so.");
    desk.decide(claim, "unproven", &[])
        .expect("a rating that needs no citation");
    desk.approve(claim).expect("an approval");
    verdicts::dissent(&desk.desk, desk.second, desk.seen(claim), note("Not so."))
        .expect("a dissent");
    assert_eq!(desk.state(claim), "decided");
    assert!(matches!(
        desk.publish(claim),
        Err(DeskError::Refused(Refusal::NotApproved))
    ));
    verdicts::approve(&desk.desk, desk.editor, desk.seen(claim), None).expect("an approval");
    // Nothing is taken back by who did not approve.
    verdicts::dissent(&desk.desk, desk.second, desk.seen(claim), note("No."))
        .expect("a dissent again");
    assert_eq!(desk.state(claim), "approved");
    desk.publish(claim).expect("a publication");
    desk.is_clean();
}

#[test]
fn a_verdict_needs_words() {
    let desk = desk();
    let claim = desk.claim("It is so.");
    assert!(matches!(
        desk.decide(claim, "true", &[]),
        Err(DeskError::NothingCited)
    ));
    assert!(matches!(
        desk.decide(claim, "no-such-rating", &[]),
        Err(DeskError::NoRating(_))
    ));
    let other = desk.claim("Something else.");
    let snapshot = desk.snapshot(desk.source("A report"), "It is so.");
    let citation = desk.cite(other, snapshot, "It is so.");
    assert!(matches!(
        desk.decide(claim, "true", &[citation]),
        Err(DeskError::NotCited(_))
    ));
    assert_eq!(desk.state(claim), "open");
    desk.is_clean();
}

#[test]
fn two_reviewers_never_overwrite_each_other() {
    let desk = desk();
    let claim = desk.claim("It is so.");
    let seen = desk.seen(claim);
    desk.decide(claim, "unproven", &[]).expect("the first");
    let draft = verdicts::Draft {
        rating: "unproven".to_owned(),
        rationale: Rationale::parse("Mine.").expect("a rationale"),
        citations: Vec::new(),
    };
    let late = verdicts::give(&desk.desk, desk.second, seen, draft.clone());
    assert!(matches!(late, Err(DeskError::Conflict { .. })));
    verdicts::give(&desk.desk, desk.second, desk.seen(claim), draft).expect("on top, knowingly");
    let given = desk
        .desk
        .read(|db| Ok(store::verdicts::list(db, claim, 9)?))
        .expect("verdicts");
    assert_eq!(given.len(), 2);
    desk.is_clean();
}

#[test]
fn a_changed_figure_makes_the_verdict_stale() {
    let desk = desk();
    let (claim, source) = desk.published();
    desk.snapshot(
        source,
        "Corrected. It rained. The bridge was opened in 1932. It rained again.",
    );
    assert_eq!(desk.state(claim), "published");
    desk.snapshot(
        source,
        "It rained. The bridge was opened in 1934. It rained again.",
    );
    assert_eq!(desk.state(claim), "in_review, stale");
    // The public page stays, marked, until it is corrected or decided anew.
    let found = desk
        .desk
        .read(|db| Ok(store::claims::get(db, claim)?))
        .expect("the claim");
    assert!(found.published.is_some());
    desk.is_clean();
}

#[test]
fn corrections_reopen_and_clarifications_do_not() {
    let desk = desk();
    let (claim, _) = desk.published();
    let correct = |kind| {
        publishing::correct(
            &desk.desk,
            desk.editor,
            desk.seen(claim),
            kind,
            note("Why."),
        )
    };
    correct(CorrectionKind::Clarification).expect("a clarification");
    assert_eq!(desk.state(claim), "published");
    correct(CorrectionKind::Correction).expect("a correction");
    assert_eq!(desk.state(claim), "in_review");
    let early = claims::withdraw(&desk.desk, desk.editor, desk.seen(claim), note("No."));
    assert!(matches!(
        early,
        Err(DeskError::Refused(Refusal::StillPublic))
    ));
    correct(CorrectionKind::Retraction).expect("a retraction");
    assert!(matches!(
        correct(CorrectionKind::Update),
        Err(DeskError::Refused(Refusal::NothingPublished))
    ));
    claims::withdraw(
        &desk.desk,
        desk.editor,
        desk.seen(claim),
        note("No longer ours."),
    )
    .expect("withdrawn");
    assert_eq!(desk.state(claim), "withdrawn");
    desk.is_clean();
}

#[test]
fn a_new_wording_reopens() {
    let desk = desk();
    let (claim, _) = desk.published();
    let words = Statement::parse("The bridge opened in May 1932.").expect("a statement");
    claims::reword(&desk.desk, desk.researcher, desk.seen(claim), words, None).expect("a wording");
    assert_eq!(desk.state(claim), "in_review");
    desk.is_clean();
}

#[test]
fn a_quote_is_stored_as_it_stands() {
    let desk = desk();
    let claim = desk.claim("Thirteen died.");
    let snapshot = desk.snapshot(
        desk.source("A report"),
        "He said: “13\u{a0}men died”. No. No.",
    );
    let citation = desk.cite(claim, snapshot, "\"13 men died\"");
    let cited = desk
        .desk
        .read(|db| Ok(store::citations::get(db, citation)?))
        .expect("the citation");
    assert_eq!(cited.citation.passage.quote, "“13\u{a0}men died”");
    assert_eq!(cited.citation.found, FoundBy::Folded);
    let cite = |quote: &str| {
        let new = citations::NewCitation {
            claim,
            source: None,
            snapshot,
            quote: quote.to_owned(),
            text: None,
            near: None,
            stance: Stance::Supports,
        };
        citations::make(&desk.desk, desk.researcher, new)
    };
    assert!(matches!(
        cite("No."),
        Err(DeskError::NotLocated(NotLocated::Ambiguous { .. }))
    ));
    assert!(matches!(
        cite("14 men died"),
        Err(DeskError::NotLocated(NotLocated::Nowhere { .. }))
    ));
    desk.is_clean();
}

#[test]
fn a_source_speaks_only_for_those_that_it_cites() {
    let desk = desk();
    let report = desk.source("The report");
    let assessment = desk.source_known_through("The assessment", Some(report));
    let stranger = desk.source("Another report");
    let snapshot = desk.snapshot(report, "The assessment says 68.");
    let claim = desk.claim("It was 68.");
    let cite = |source| {
        let new = citations::NewCitation {
            claim,
            source: Some(source),
            snapshot,
            quote: "68".to_owned(),
            text: None,
            near: None,
            stance: Stance::Supports,
        };
        citations::make(&desk.desk, desk.researcher, new)
    };
    cite(assessment).expect("as cited by the report");
    assert!(matches!(cite(stranger), Err(DeskError::NotSpokenFor(_))));
    desk.is_clean();
}
