//! An article and its revisions: claims keep their places, what was set aside
//! stays so only where its words stand, and coverage counts what it says.

use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::claims::{self, Made, NewClaim};
use citekeep::desk::drafts::{Coverage, Draft};
use citekeep::desk::{DeskError, revising};
use citekeep::domain::article::{ArticleSheet, AsideReason};
use citekeep::domain::ids::{ArticleId, ClaimId};
use citekeep::domain::words::{Statement, Title};
use citekeep::store;

use crate::support::{TestDesk, desk, note};

const STORY: &str = "A bridge\n\nThe bridge opened in 1932. It is 503 metres long. \
    It cost four million.\n\nEverybody loves it. The mayor spoke in May.";

fn new(text: &str) -> NewArticle {
    NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("A bridge").expect("a title"),
            url: None,
            published: None,
            language: None,
            notice: None,
        },
        bytes: text.as_bytes().to_vec(),
        declared: Some("text/plain".to_owned()),
    }
}

fn article(desk: &TestDesk) -> ArticleId {
    articles::add(&desk.desk, desk.researcher, new(STORY)).expect("an article")
}

fn mark(desk: &TestDesk, article: ArticleId, quote: &str) -> ClaimId {
    let new = NewClaim {
        statement: Statement::parse(quote).expect("a statement"),
        claimant: None,
        made: Made {
            passage: Some((article, quote.to_owned(), None)),
            ..Made::default()
        },
    };
    claims::open(&desk.desk, desk.researcher, new).expect("a claim")
}

fn aside(desk: &TestDesk, article: ArticleId, quote: &str) {
    let passage = (article, quote.to_owned(), None);
    revising::set_aside(&desk.desk, desk.researcher, passage, AsideReason::Opinion)
        .expect("set aside");
}

fn revise(desk: &TestDesk, article: ArticleId, seen: u32, text: &str) -> Result<u32, DeskError> {
    revising::revise(&desk.desk, desk.researcher, (article, seen), new(text))
}

fn draft(desk: &TestDesk, article: ArticleId) -> Draft {
    desk.desk
        .read(|db| Draft::read(db, article))
        .expect("a draft")
}

/// Each claim with what became of it, and whether somebody must look at it.
fn became(desk: &TestDesk, claim: ClaimId) -> String {
    let found = desk
        .desk
        .read(|db| Ok(store::claims::get(db, claim)?))
        .expect("the claim");
    let outcome = found.placed.as_ref().map_or("-", |at| at.result.as_str());
    format!("{outcome}{}", if found.drifted { ", drifted" } else { "" })
}

/// The words of the newest revision over which a claim lies.
fn lies_over(desk: &TestDesk, article: ArticleId, claim: ClaimId) -> Option<String> {
    let draft = draft(desk, article);
    let found = draft.marked.iter().find(|(_, one)| one.claim.id == claim);
    found.and_then(|(span, _)| draft.text.slice(*span).map(str::to_owned))
}

#[test]
fn claims_keep_their_places_in_a_revision() {
    let desk = desk();
    let article = article(&desk);
    let opened = mark(&desk, article, "The bridge opened in 1932.");
    let long = mark(&desk, article, "It is 503 metres long.");
    let cost = mark(&desk, article, "It cost four million.");
    aside(&desk, article, "Everybody loves it.");
    aside(&desk, article, "The mayor spoke in May.");
    let text = "A bridge\n\nThe bridge opened in 1932. It rained. It is 530 metres long.\n\n\
        Everybody loves it. The mayor spoke in June, at length and in the rain.";
    assert_eq!(revise(&desk, article, 1, text).expect("revision 2"), 2);
    assert_eq!(became(&desk, opened), "unchanged");
    assert_eq!(became(&desk, long), "altered, drifted");
    assert_eq!(became(&desk, cost), "gone, drifted");
    let over = lies_over(&desk, article, long).expect("other words in their place");
    assert!(over.ends_with("It is 530 metres long."), "{over}");
    assert_eq!(lies_over(&desk, article, cost), None);
    let now = draft(&desk, article);
    assert_eq!(now.gone.len(), 1, "nothing is lost");
    let kept: Vec<_> = now.asides.iter().map(|it| it.span).collect();
    let kept: Vec<_> = kept
        .iter()
        .filter_map(|span| now.text.slice(*span))
        .collect();
    assert_eq!(kept, ["Everybody loves it."], "other words lapse");

    revising::accept(&desk.desk, desk.researcher, long).expect("confirmed");
    assert_eq!(became(&desk, long), "altered");
    let again = revising::accept(&desk.desk, desk.researcher, long);
    assert!(matches!(again, Err(DeskError::NotDrifted)));
    let back = format!("Again.\n\n{STORY}");
    revise(&desk, article, 2, &back).expect("revision 3");
    assert_eq!(became(&desk, cost), "moved, drifted");
    assert_eq!(
        lies_over(&desk, article, cost).as_deref(),
        Some("It cost four million.")
    );
    desk.is_clean();
}

#[test]
fn two_people_never_revise_over_each_other() {
    let desk = desk();
    let article = article(&desk);
    let same = revise(&desk, article, 1, STORY);
    assert!(matches!(same, Err(DeskError::SameText)), "{same:?}");
    revise(&desk, article, 1, "One text. It is new.").expect("the first");
    let late = revise(&desk, article, 1, "Another text. It is newer.");
    assert!(matches!(late, Err(DeskError::RevisedSince { now: 2, .. })));
    revise(&desk, article, 2, "Another text. It is newer.").expect("on top, knowingly");
    desk.is_clean();
}

#[test]
fn coverage_counts_what_it_says() {
    let desk = desk();
    let article = article(&desk);
    let none = Coverage {
        open: 6,
        ..Coverage::default()
    };
    assert_eq!(draft(&desk, article).coverage, none);
    let opened = mark(&desk, article, "The bridge opened in 1932.");
    let long = mark(&desk, article, "503 metres");
    mark(&desk, article, "It cost four million.");
    let mayor = mark(&desk, article, "The mayor spoke in May.");
    aside(&desk, article, "A bridge\n\n");
    let source = desk.source("A report");
    let snapshot = desk.snapshot(source, "It opened in 1932. It rained. It was a cold year.");
    let citation = desk.cite(opened, snapshot, "It opened in 1932.");
    desk.decide(opened, "true", &[citation]).expect("a verdict");
    desk.decide(long, "unproven", &[]).expect("a verdict");
    claims::withdraw(&desk.desk, desk.editor, desk.seen(mayor), note("No.")).expect("withdrawn");
    let half = Coverage {
        statements: 3,
        decided: 2,
        open: 1,
        aside: 1,
        ..Coverage::default()
    };
    assert_eq!(draft(&desk, article).coverage, half);
    desk.snapshot(source, "It opened in 1933. It rained. It was a cold year.");
    let stale = Coverage {
        decided: 1,
        stale: 1,
        ..half
    };
    assert_eq!(draft(&desk, article).coverage, stale);
    let tally = desk
        .desk
        .read(|db| Ok(store::drafts::tallies(db, (article, article))?))
        .expect("tallies")
        .remove(&article)
        .expect("a tally");
    assert_eq!((tally.statements, tally.decided, tally.stale), (3, 1, 1));

    let lapsed = STORY.replace(" It cost four million.", "");
    revise(&desk, article, 1, &lapsed).expect("a revision");
    let gone = draft(&desk, article).coverage;
    assert_eq!((gone.statements, gone.drifted), (2, 1));
    let entry = draft(&desk, article).asides[0].entry;
    revising::take_up(&desk.desk, desk.researcher, (article, entry)).expect("taken up");
    assert_eq!(draft(&desk, article).coverage.aside, 0);
    let again = revising::take_up(&desk.desk, desk.researcher, (article, entry));
    assert!(matches!(again, Err(DeskError::NoSuch { .. })));
    desk.is_clean();
}
