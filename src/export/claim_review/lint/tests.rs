//! One line for each rule: what is changed in a review that nobody minds, and
//! what is said of it then.

use super::*;
use crate::domain::claim::Claimant;
use crate::domain::scale::Rating;
use crate::domain::sheet::{DeskSheet, Policies};
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::{Address, Key, Name, Note, Policy};
use crate::export::claim_review::Publisher;

fn address(text: &str) -> Address {
    Address::parse(text).expect("an address")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn step(label: &str, value: Option<i64>) -> Rating {
    Rating {
        key: Key::parse(&label.to_lowercase()).expect("a key"),
        label: Name::parse(label).expect("a label"),
        value,
        meaning: Note::parse("It is so.").expect("a meaning"),
        uncited: false,
    }
}

/// A review that no consumer minds.
fn good() -> Facts {
    let policy = |text| Policy::parse(text).ok();
    let sheet = DeskSheet {
        url: Some(address("https://newsroom.example/")),
        policies: Policies {
            method: policy("Step by step."),
            corrections: policy("In public."),
            ..Policies::default()
        },
        ..DeskSheet::named(Name::parse("Test desk").expect("a name"))
    };
    Facts {
        desk: Publisher {
            sheet,
            base: "https://desk.example".to_owned(),
        },
        url: "https://desk.example/published/7".to_owned(),
        claim: "The bridge opened in 1932.".to_owned(),
        claimant: Some(Claimant {
            name: Name::parse("The mayor").expect("a name"),
            role: None,
        }),
        made: PartialDate::parse("2022-02").ok(),
        appearances: vec![address("https://elsewhere.example/speech")],
        language: None,
        judged: Some(Judged {
            rating: step("False", Some(1)),
            ratings: vec![
                step("True", Some(5)),
                step("False", Some(1)),
                step("Unproven", None),
            ],
            rationale: "The report says so.".to_owned(),
            cited: Vec::new(),
        }),
        published: Some(Published {
            first: at("2022-03-01T12:00:00Z"),
            changed: at("2022-03-01T12:00:00Z"),
            retracted: false,
            stale: false,
            corrections: Vec::new(),
        }),
        twins: Vec::new(),
    }
}

/// The severities and properties of what is said after a change.
fn said(change: impl FnOnce(&mut Facts)) -> Vec<(Severity, &'static str)> {
    let mut facts = good();
    change(&mut facts);
    let advice = lint(&facts);
    for one in &advice {
        let is_sentence = |words: &str| words.len() > 20 && words.ends_with('.');
        assert!(is_sentence(&one.what), "{}", one.what);
        assert!(is_sentence(&one.remedy), "{}", one.remedy);
    }
    advice
        .iter()
        .map(|one| (one.severity, one.property))
        .collect()
}

fn check(change: impl FnOnce(&mut Facts), severity: Severity, property: &'static str) {
    assert_eq!(said(change), [(severity, property)]);
}

fn judged(facts: &mut Facts) -> &mut Judged {
    facts.judged.as_mut().expect("a verdict")
}

fn public(facts: &mut Facts) -> &mut Published {
    facts.published.as_mut().expect("a publication")
}

use Severity::{Cut, Poorer, Refused};

#[test]
fn of_a_good_review_nothing_is_said() {
    assert_eq!(said(|_| {}), []);
    assert_eq!(said(|f| f.claim = "ä".repeat(LONGEST_CLAIM)), []);
    // Before anything is decided or published, the rest is looked at already.
    let early = |f: &mut Facts| (f.judged, f.published) = (None, None);
    assert_eq!(said(early), []);
}

#[test]
fn a_claim_is_short_and_alone() {
    check(|f| f.claim = "x".repeat(76), Cut, "claimReviewed");
    let twin = |f: &mut Facts| f.twins = vec!["https://desk.example/published/3".to_owned()];
    check(twin, Refused, "claimReviewed");
}

#[test]
fn a_page_is_reached_by_everybody_at_the_desks_own_address() {
    let moved = |base: &str| {
        let base = base.to_owned();
        move |f: &mut Facts| {
            f.url = format!("{base}/published/7");
            f.desk.base = base;
        }
    };
    check(moved("http://desk.example"), Refused, "url");
    check(moved("http://127.0.0.1:8080"), Refused, "url");
    check(moved("https://192.168.1.4"), Refused, "url");
    check(moved("https://desk.local"), Refused, "url");
    let elsewhere = |f: &mut Facts| f.url = "https://other.example/published/7".to_owned();
    check(elsewhere, Refused, "url");
    check(|f| f.url = "published/7".to_owned(), Refused, "url");
}

#[test]
fn a_claim_has_somebody_who_made_it_somewhere_some_day() {
    check(|f| f.claimant = None, Poorer, "itemReviewed.author");
    check(|f| f.made = None, Poorer, "itemReviewed.datePublished");
    let nowhere = |f: &mut Facts| f.appearances.clear();
    check(nowhere, Poorer, "itemReviewed.firstAppearance");
    let ours = |f: &mut Facts| {
        f.appearances
            .push(address("https://www.newsroom.example/a"))
    };
    check(ours, Refused, "itemReviewed.appearance");
    let desk = |f: &mut Facts| f.appearances = vec![address("https://desk.example/a")];
    check(desk, Refused, "itemReviewed.appearance");
}

#[test]
fn a_publisher_says_who_it_is_and_how_it_works() {
    check(|f| f.desk.sheet.url = None, Poorer, "author.sameAs");
    let principles = "author.publishingPrinciples";
    check(|f| f.desk.sheet.policies.method = None, Refused, principles);
    let silent = |f: &mut Facts| f.desk.sheet.policies.corrections = None;
    check(silent, Refused, principles);
}

#[test]
fn a_rating_has_short_words_and_a_whole_scale() {
    let long = |f: &mut Facts| judged(f).rating.label = Name::parse(&"x".repeat(41)).expect("ok");
    check(long, Cut, "reviewRating.alternateName");
    let unproven = |f: &mut Facts| judged(f).rating = step("Unproven", None);
    check(unproven, Poorer, "reviewRating.ratingValue");
    let outside = |f: &mut Facts| judged(f).rating.value = Some(6);
    check(outside, Refused, "reviewRating.ratingValue");
    let words = |f: &mut Facts| judged(f).ratings = vec![step("Fair", None), step("Foul", None)];
    check(words, Poorer, "reviewRating.bestRating");
    let flat = |f: &mut Facts| {
        judged(f).ratings = vec![step("Fair", Some(1)), step("Foul", Some(1))];
    };
    check(flat, Refused, "reviewRating.bestRating");
    let from_zero = |f: &mut Facts| {
        judged(f).ratings.push(step("Worse", Some(0)));
    };
    check(from_zero, Refused, "reviewRating.worstRating");
}

#[test]
fn dates_follow_each_other() {
    let tomorrow = |f: &mut Facts| f.made = PartialDate::parse("2022-03-02").ok();
    check(tomorrow, Refused, "itemReviewed.datePublished");
    // "March 2022" began before the review; nothing is wrong with it.
    let month = |f: &mut Facts| f.made = PartialDate::parse("2022-03").ok();
    assert_eq!(said(month), []);
    let back = |f: &mut Facts| public(f).changed = at("2022-02-28T00:00:00Z");
    check(back, Refused, "dateModified");
}

#[test]
fn the_worst_is_said_first() {
    let all = said(|f| {
        f.claimant = None;
        f.claim = "x".repeat(80);
        f.twins = vec!["https://desk.example/published/3".to_owned()];
    });
    let severities: Vec<Severity> = all.iter().map(|(severity, _)| *severity).collect();
    assert_eq!(severities, [Refused, Cut, Poorer]);
}
