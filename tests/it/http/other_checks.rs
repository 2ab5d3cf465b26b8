//! What other publishers found, noted beside a claim.

use std::path::Path;

use citekeep::domain::event::Event;
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::other_check::OtherCheck;
use citekeep::domain::time::PartialDate;
use citekeep::domain::words::Key;
use citekeep::store::{Store, trail};

use crate::support::host::Host;
use crate::support::http::{Visitor, texts};
use crate::support::program::citekeep_with;
use crate::support::{TestDesk, check, desk_of_today};

/// A page of somebody else with two reviews, one of them of another bridge.
const PAGE: &str = r#"<!DOCTYPE html><title>Checked</title>
<script type="application/ld+json">[
{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/one",
 "claimReviewed":"It opened in <1932>","author":{"@type":"Organization","name":"Checks & Co"},
 "datePublished":"2021-05-04","reviewRating":{"@type":"Rating","ratingValue":"2","bestRating":"5",
 "worstRating":"1","alternateName":"Mostly false"}},
{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/two",
 "claimReviewed":"Another bridge","author":{"name":"Checks & Co"},"reviewRating":{"alternateName":"True"}}
]</script><p>Words."#;

/// Reads something for a claim, and gives the page on which one chooses.
fn look(me: &Visitor, claim: ClaimId, fields: &[(&str, &str)]) -> String {
    let answer = me.post(&format!("/claims/{claim}/other-checks/readings"), fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.expect("a page to choose on")
}

fn open(
    desk: TestDesk,
    config: &str,
) -> (
    Visitor,
    crate::support::program::Program,
    crate::support::ClosedDesk,
) {
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let mut program = citekeep_with(&closed.data, config);
    let me = Visitor::enter(&program.address(), &link);
    (me, program, closed)
}

/// What the log says was noted beside a claim, removed or not.
fn noted(data: &Path, claim: ClaimId) -> Vec<OtherCheck> {
    let records = Store::look(data, |db, _| trail::records_of_claim(db, claim, 100));
    let records = records.expect("the log");
    let checks = records
        .into_iter()
        .filter_map(|(_, record)| match record.event {
            Event::OtherCheckNoted { check } => Some(check),
            _ => None,
        });
    checks.collect()
}

#[test]
fn a_check_is_chosen_noted_and_removed_with_a_reason() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let (me, mut program, closed) = open(desk, "");
    let form = me.get(&format!("/claims/{claim}"));
    assert!(
        form.body
            .contains(&format!("/claims/{claim}/other-checks/new"))
    );
    let place = look(&me, claim, &[("text", PAGE)]);
    let choice = me.get(&place);
    assert_eq!(choice.status, 200, "{}", choice.body);
    assert_eq!(
        texts(&choice, "fieldset label strong"),
        ["Mostly false", "True"]
    );
    assert!(
        choice.body.contains("It opened in &#60;1932&#62;"),
        "escaped"
    );
    let reading = place.rsplit('/').next().expect("a name").to_owned();
    let note = format!("/claims/{claim}/other-checks");
    let none = me.post(&note, &[("reading", &reading)]);
    assert_eq!(none.status, 422, "nothing was chosen");
    let answer = me.post(&note, &[("reading", &reading), ("chosen", "0")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let shown = me.get(&format!("/claims/{claim}"));
    assert_eq!(texts(&shown, "#other-checks li strong"), ["Mostly false"]);
    assert_eq!(texts(&shown, "#other-checks li .row a"), ["Checks & Co"]);
    // Twice is once.
    let again = me.post(&note, &[("reading", &reading), ("chosen", "0")]);
    assert_eq!(again.status, 303);
    let removal = format!("/claims/{claim}/other-checks/1/removal");
    assert_eq!(me.post(&removal, &[("removal", "")]).status, 422);
    assert_eq!(
        me.post(&removal, &[("removal", "Another bridge.")]).status,
        303
    );
    assert_eq!(me.post(&removal, &[("removal", "Again.")]).status, 404);
    let shown = me.get(&format!("/claims/{claim}"));
    assert_eq!(texts(&shown, "#other-checks li").len(), 0);
    assert!(shown.body.contains("removed a check by others"));
    assert!(shown.body.contains("check 1: Another bridge."));
    assert!(program.stop().success());
    let noted = &noted(&closed.data, claim)[0];
    assert_eq!(
        noted.review.rating.value.as_ref().map(Key::as_str),
        Some("2")
    );
    assert_eq!(
        noted.review.published.as_ref().map(PartialDate::as_str),
        Some("2021-05-04")
    );
    assert_eq!(
        noted.read_in.sha256,
        ContentHash::of(PAGE.trim().as_bytes())
    );
    assert_eq!(check(&closed.data).findings, []);
}

#[test]
fn an_address_is_fetched_with_the_guards_of_every_capture() {
    let host = Host::serve(PAGE.to_owned());
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let config = format!(
        "[fetch]\nallow = [\"{}\"]\nports = [{}]\n",
        host.address,
        host.address.port()
    );
    let (me, _program, _closed) = open(desk, &config);
    let address = format!("http://{}/checks", host.address);
    let place = look(&me, claim, &[("address", &address)]);
    let choice = me.get(&place);
    assert_eq!(
        texts(&choice, "fieldset label strong"),
        ["Mostly false", "True"]
    );
    assert!(choice.body.contains(&address));
    let readings = format!("/claims/{claim}/other-checks/readings");
    for (field, value) in [
        ("address", "http://127.0.0.1:9/"),
        ("address", "http://169.254.169.254/latest"),
        ("address", "ftp://checks.example/"),
        ("address", ""),
    ] {
        let answer = me.post(&readings, &[(field, value)]);
        assert_eq!(answer.status, 422, "{value}");
        assert_eq!(texts(&answer, ".error").len(), 1, "{value}");
    }
    let other = place.replace(&format!("/claims/{claim}/"), "/claims/999/");
    assert_eq!(me.get(&other).status, 404, "a reading belongs to its claim");
}

#[test]
fn what_holds_no_review_says_so() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let (me, _program, _closed) = open(desk, "");
    let choice = me.get(&look(&me, claim, &[("text", "<p>Just words.</p>")]));
    assert!(choice.body.contains("No reviews in it"), "{}", choice.body);
    let choice = me.get(&look(&me, claim, &[("text", "{\"@type\": ")]));
    assert!(choice.body.contains("cannot be read"), "{}", choice.body);
}
