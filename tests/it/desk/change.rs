//! What a newer snapshot does to claims, and what reviewers may say of it.

use citekeep::desk::snapshots;
use citekeep::desk::{Actor, DeskError, changes, citations, claims, publishing};
use citekeep::domain::change::Standing;
use citekeep::domain::citation::Stance;
use citekeep::domain::claim::Refusal;
use citekeep::domain::ids::{ClaimId, SnapshotId};
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::words::Statement;
use citekeep::store;

use crate::support::{TestDesk, desk, note};

const CHANGED: &str = "It rained. The bridge was opened in 1933. It rained again.";

fn dismiss(desk: &TestDesk, actor: Actor, claim: ClaimId) -> Result<(), DeskError> {
    dismiss_after(desk, actor, claim, newest(desk, claim))
}

/// Judges that what a snapshot says does not matter.
fn dismiss_after(
    desk: &TestDesk,
    actor: Actor,
    claim: ClaimId,
    compared: SnapshotId,
) -> Result<(), DeskError> {
    let (claim, seen) = desk.seen(claim);
    let reason = note("The year is that of the second opening.");
    changes::dismiss(&desk.desk, actor, (claim, seen, compared), reason)
}

/// The newest snapshot that a claim's words were held against.
fn newest(desk: &TestDesk, claim: ClaimId) -> SnapshotId {
    let cited = desk
        .desk
        .read(|db| Ok(store::citations::list(db, claim)?))
        .expect("its citations");
    let newer = cited.iter().filter_map(|cited| cited.newer).max();
    newer.unwrap_or(SnapshotId::FIRST)
}

fn judged(desk: &TestDesk, claim: ClaimId) -> Vec<store::changes::Dismissed> {
    let found = desk
        .desk
        .read(|db| Ok(store::changes::dismissals(db, claim)?));
    found.expect("the judgements")
}

#[test]
fn a_change_that_does_not_matter_lets_the_verdict_stand_again() {
    let desk = desk();
    let (claim, source) = desk.published();
    let newer = desk.snapshot(source, CHANGED);
    assert_eq!(desk.state(claim), "in_review, stale");
    dismiss(&desk, desk.second, claim).expect("a judgement");
    assert_eq!(desk.state(claim), "published");
    let judged = judged(&desk, claim);
    assert_eq!(judged[0].dismissal.restores, Standing::Published);
    assert_eq!(judged[0].dismissal.snapshot, newer);
    assert_eq!(judged[0].dismissal.citations.len(), 1);
    // The same words once more are no news; other words are.
    desk.snapshot(source, &format!("Today. {CHANGED}"));
    assert_eq!(desk.state(claim), "published");
    desk.snapshot(source, "The bridge was never opened.");
    assert_eq!(desk.state(claim), "in_review, stale");
    desk.is_clean();
}

#[test]
fn each_verdict_stands_again_where_it_stood() {
    for (steps, expected) in [(1, "decided"), (2, "approved"), (3, "published")] {
        let desk = desk();
        let claim = desk.claim("The bridge opened in 1932.");
        let source = desk.source("A report");
        let snapshot = desk.snapshot(source, "The bridge was opened in 1932.");
        let citation = desk.cite(claim, snapshot, "The bridge was opened in 1932.");
        desk.decide(claim, "true", &[citation]).expect("a verdict");
        if steps > 1 {
            desk.approve(claim).expect("an approval");
        }
        if steps > 2 {
            desk.publish(claim).expect("a publication");
        }
        desk.snapshot(source, CHANGED);
        dismiss(&desk, desk.second, claim).expect("a judgement");
        assert_eq!(desk.state(claim), expected);
        desk.is_clean();
    }
}

#[test]
fn who_may_say_that_a_change_does_not_matter() {
    let desk = desk();
    let (claim, source) = desk.published();
    let refused = dismiss(&desk, desk.second, claim);
    assert!(matches!(
        refused,
        Err(DeskError::Refused(Refusal::NothingChanged))
    ));
    let before = desk.seen(claim);
    desk.snapshot(source, CHANGED);
    let refused = dismiss(&desk, desk.researcher, claim);
    assert!(matches!(refused, Err(DeskError::NotAllowed { .. })));
    let refused = dismiss(&desk, desk.reviewer, claim);
    assert!(matches!(refused, Err(DeskError::OwnChange)));
    let refused = dismiss(&desk, Actor::Operator, claim);
    assert!(matches!(refused, Err(DeskError::OwnChange)));
    let before = (before.0, before.1, newest(&desk, claim));
    let refused = changes::dismiss(&desk.desk, desk.second, before, note("Seen before."));
    assert!(matches!(refused, Err(DeskError::Conflict { .. })));
    assert_eq!(desk.state(claim), "in_review, stale");
    desk.is_clean();
}

#[test]
fn nobody_dismisses_words_that_they_did_not_see() {
    let desk = desk();
    let (claim, source) = desk.published();
    let seen = desk.snapshot(source, CHANGED);
    let newer = desk.snapshot(source, "The bridge was never opened.");
    let refused = dismiss_after(&desk, desk.second, claim, seen);
    assert!(matches!(refused, Err(DeskError::Conflict { .. })));
    dismiss_after(&desk, desk.second, claim, newer).expect("a judgement");
    desk.is_clean();
}

#[test]
fn words_that_came_back_let_the_verdict_stand_again() {
    let desk = desk();
    let (claim, source) = desk.published();
    desk.snapshot(source, CHANGED);
    desk.snapshot(
        source,
        "It rained. The bridge was opened in 1932. It rained again.",
    );
    assert_eq!(desk.state(claim), "in_review, stale", "people decide");
    dismiss(&desk, desk.second, claim).expect("a judgement");
    assert_eq!(desk.state(claim), "published");
    assert_eq!(judged(&desk, claim)[0].dismissal.citations, []);
    desk.is_clean();
}

#[test]
fn words_cited_from_an_older_snapshot_are_held_against_the_newest() {
    let desk = desk();
    let source = desk.source("A report");
    let older = desk.snapshot(source, "The bridge was opened in 1932.");
    let newer = desk.snapshot(source, "The bridge was opened in 1933.");
    let claim = desk.claim("The bridge opened in 1932.");
    let id = desk.cite(claim, older, "The bridge was opened in 1932.");
    let cited = desk.desk.read(|db| Ok(store::citations::get(db, id)?));
    let cited = cited.expect("the citation");
    assert_eq!(cited.newer, Some(newer));
    assert!(cited.reanchored.is_some_and(|result| result.is_stale()));
    desk.is_clean();
}

#[test]
fn a_reworded_or_corrected_claim_is_decided_anew() {
    let desk = desk();
    let (claim, source) = desk.published();
    desk.snapshot(source, CHANGED);
    let words = Statement::parse("The bridge opened in 1933.").expect("a statement");
    claims::reword(&desk.desk, desk.researcher, desk.seen(claim), words, None).expect("a wording");
    let refused = dismiss(&desk, desk.second, claim);
    assert!(matches!(refused, Err(DeskError::OtherWording)));

    let (claim, source) = desk.published();
    desk.snapshot(source, CHANGED);
    publishing::correct(
        &desk.desk,
        desk.editor,
        desk.seen(claim),
        CorrectionKind::Correction,
        note("It was 1933."),
    )
    .expect("a correction");
    let refused = dismiss(&desk, desk.second, claim);
    assert!(matches!(refused, Err(DeskError::CorrectedSince)));
    desk.is_clean();
}

#[test]
fn a_newer_snapshot_that_cannot_be_read_makes_the_verdict_stale() {
    let desk = desk();
    let (claim, source) = desk.published();
    let snapshot = desk.upload(source, "scan.png", b"\x89PNG\r\n\x1a\n");
    assert_eq!(desk.state(claim), "in_review, stale");
    let new = citations::NewCitation {
        claim,
        source: None,
        snapshot,
        text: None,
        quote: "The bridge".to_owned(),
        near: None,
        stance: Stance::Supports,
    };
    let refused = citations::make(&desk.desk, desk.researcher, new);
    assert!(matches!(refused, Err(DeskError::Unread(_))), "{refused:?}");
    desk.is_clean();
}

/// A page with an article of some length, and a menu.
fn page(menu: &str, words: &str) -> Vec<u8> {
    let filler = "The city keeps a record of its bridges, with the year of each and its length. ";
    format!(
        "<html><title>Bridges</title><nav>{menu}</nav><article><h1>Bridges</h1>\
         <p>{filler}{filler}<p>{words}<p>{filler}{filler}</article></html>"
    )
    .into_bytes()
}

#[test]
fn words_outside_the_main_text_can_be_cited_and_followed() {
    let desk = desk();
    let claim = desk.claim("The council met on a Monday.");
    let source = desk.source("A page");
    let menu = "<p>The council met on Monday, 3 May.";
    let snapshot = desk.upload(source, "a.html", &page(menu, "It rained."));
    let citation = desk.cite(claim, snapshot, "The council met on Monday, 3 May.");
    let texts = desk
        .desk
        .read(|db| Ok(store::snapshots::texts(db, snapshot)?))
        .expect("its texts");
    let names: Vec<&str> = texts.iter().map(|text| text.extractor.as_str()).collect();
    assert_eq!(names, ["html-visible/1", "html-article/1"]);
    let found = |id| {
        let cited = desk.desk.read(|db| Ok(store::citations::get(db, id)?));
        cited.expect("the citation")
    };
    assert_eq!(found(citation).citation.text, texts[0].id);
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    desk.upload(
        source,
        "a.html",
        &page("Other menu", "The council met on Monday, 3 May."),
    );
    assert_eq!(desk.state(claim), "decided");
    assert_eq!(
        found(citation).reanchored.map(|result| result.as_str()),
        Some("moved")
    );
    desk.upload(
        source,
        "a.html",
        &page("Other menu", "The council met on Monday, 4 May."),
    );
    assert_eq!(desk.state(claim), "in_review, stale");
    desk.is_clean();
}

#[test]
fn page_furniture_raises_no_alarm() {
    let desk = desk();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("A page");
    let words = "The bridge was opened in 1932.";
    let snapshot = desk.upload(source, "a.html", &page("Today is 1 March", words));
    let citation = desk.cite(claim, snapshot, words);
    desk.decide(claim, "true", &[citation]).expect("a verdict");
    for day in 2..6 {
        let menu = format!("Today is {day} March, {} readers, buy now", day * 37);
        desk.upload(source, "a.html", &page(&menu, words));
        assert_eq!(desk.state(claim), "decided", "day {day}");
    }
    desk.is_clean();
}

#[test]
fn reading_again_adds_only_what_is_missing() {
    let desk = desk();
    let source = desk.source("A page");
    let snapshot = desk.upload(source, "a.html", &page("Menu", "It rained."));
    let added = snapshots::read_again(&desk.desk, desk.researcher, snapshot);
    assert_eq!(added.expect("read again"), 0);
    let texts = desk
        .desk
        .read(|db| Ok(store::snapshots::texts(db, snapshot)?));
    assert_eq!(texts.expect("its texts").len(), 2);
    desk.is_clean();
}

#[test]
fn time_codes_name_the_place_of_a_quote() {
    let desk = desk();
    let claim = desk.claim("The bridge is closed.");
    let source = desk.source("An interview");
    let vtt = b"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nGood evening.\n\n\
                00:01:02.500 --> 00:01:05.000\nThe bridge is closed,\n\n\
                00:01:05.000 --> 00:01:08.000\nand will stay so.\n";
    let snapshot = desk.upload(source, "interview.vtt", vtt);
    desk.cite(claim, snapshot, "The bridge is closed, and will stay so.");
    let dossier = desk
        .desk
        .read(|db| citekeep::desk::dossier::Dossier::read(db, claim, &desk.desk.rules()))
        .expect("the dossier");
    assert_eq!(
        dossier.citations[0].locator.as_deref(),
        Some("time code 00:01:02.500–00:01:05.000")
    );
    desk.is_clean();
}

#[test]
fn a_saved_page_is_read_as_the_page_in_it() {
    let desk = desk();
    let source = desk.source("A page");
    let body = String::from_utf8(page("Menu", "It opened in 1932.")).expect("UTF-8");
    let file = format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/a\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n\
         --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}\r\n--x--\r\n"
    );
    let snapshot = desk.upload(source, "page.mhtml", file.as_bytes());
    let claim = desk.claim("It opened in 1932.");
    desk.cite(claim, snapshot, "It opened in 1932.");
    let texts = desk
        .desk
        .read(|db| Ok(store::snapshots::texts(db, snapshot)?))
        .expect("its texts");
    assert_eq!(texts.len(), 2);
    desk.is_clean();
}
