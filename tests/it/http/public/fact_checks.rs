//! The search that programs made for Google's Fact Check Tools ask.

use citekeep::domain::time::PartialDate;
use serde_json::Value;

use super::*;

const SEARCH: &str = "/v1alpha1/claims:search";

impl Open {
    fn search(&self, query: &str) -> Value {
        let answer = self.nobody.get(&format!("{SEARCH}?{query}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        serde_json::from_str(&answer.body).expect("JSON")
    }

    fn texts(&self, query: &str) -> Vec<String> {
        texts(&self.search(query))
    }
}

fn texts(answer: &Value) -> Vec<String> {
    let claims = answer["claims"].as_array().into_iter().flatten();
    let text = |claim: &Value| claim["text"].as_str().unwrap_or_default().to_owned();
    claims.map(text).collect()
}

#[test]
fn a_published_verdict_is_found_in_the_shape_that_programs_know() {
    let desk = desk_of_today();
    let mut new = said("The bridge opened in 1932.", "The mayor");
    new.made.date = PartialDate::parse("2022-02-27").ok();
    let claim = claims::open(&desk.desk, desk.researcher, new).expect("an open claim");
    let snapshot = desk.snapshot(desk.source("A report"), "It opened in 1932.");
    let citation = desk.cite(claim, snapshot, "It opened in 1932.");
    desk.decide(claim, "mostly-true", &[citation])
        .expect("a verdict");
    desk.approve(claim).expect("an approval");
    desk.publish(claim).expect("a publication");
    let open = Open::serve(desk);
    let answer = open.search("query=bridge");
    let review = &answer["claims"][0]["claimReview"][0];
    let when = review["reviewDate"].as_str().expect("a moment").to_owned();
    assert!(when.ends_with('Z') && when.len() == 24, "{when}");
    assert_eq!(
        answer,
        serde_json::json!({"claims": [{
            "text": "The bridge opened in 1932.",
            "claimant": "The mayor",
            "claimDate": "2022-02-27T00:00:00Z",
            "claimReview": [{
                "publisher": {"name": "Test desk", "site": "127.0.0.1"},
                "url": format!("{}/published/{claim}", open.served.base),
                "title": "The bridge opened in 1932.",
                "reviewDate": when,
                "textualRating": "Mostly true",
                "languageCode": "en",
            }],
        }]})
    );
}

#[test]
fn only_what_the_desk_publishes_and_stands_by_is_found() {
    let desk = desk_of_today();
    desk.publish_said("The bridge is grey.", "The mayor", "true");
    let gone = desk.publish_said("The bridge is pink.", "The mayor", "true");
    desk.correct(gone, CorrectionKind::Retraction, "It was the other bridge.");
    let reworded = desk.publish_said("The bridge is old.", "The mayor", "true");
    desk.reword(reworded, "The bridge is secretly new.");
    desk.claim("The bridge is nobody's business.");
    let open = Open::serve(desk);
    let found = ["The bridge is old.", "The bridge is grey."];
    assert_eq!(open.texts("query=bridge"), found);
    assert_eq!(
        open.texts("query=bridge&languageCode=en-GB&maxAgeDays=1"),
        found
    );
    assert_eq!(open.texts("reviewPublisherSiteFilter=127.0.0.1"), found);
    for nothing in [
        "query=secretly",
        "query=pink",
        "query=business",
        "query=bridge&languageCode=de",
        "query=bridge&reviewPublisherSiteFilter=elsewhere.example",
    ] {
        assert_eq!(open.search(nothing), serde_json::json!({}), "{nothing}");
    }
}

#[test]
fn results_come_in_pages_by_token_or_offset() {
    let desk = desk_of_today();
    for at in 1..=12 {
        desk.publish_said(&format!("Claim number {at}."), "The mayor", "true");
    }
    let open = Open::serve(desk);
    let first = open.search("query=claim");
    assert_eq!(texts(&first).len(), 10);
    assert_eq!(texts(&first)[0], "Claim number 12.");
    let token = first["nextPageToken"].as_str().expect("a next page");
    let rest = open.search(&format!("query=claim&pageToken={token}"));
    assert_eq!(texts(&rest), ["Claim number 2.", "Claim number 1."]);
    assert_eq!(rest.get("nextPageToken"), None);
    let later = open.search("query=claim&offset=9&pageSize=2");
    assert_eq!(texts(&later), ["Claim number 3.", "Claim number 2."]);
    assert!(later["nextPageToken"].is_string());
    assert_eq!(open.texts("query=claim&offset=12").len(), 0);
}

#[test]
fn what_is_wrong_is_said_in_the_shape_of_googles_errors() {
    let open = Open::serve(desk_of_today());
    for (query, field) in [
        ("", "query"),
        ("query=a&pageSize=-1", "pageSize"),
        ("query=a&offset=x", "offset"),
        ("query=a&maxAgeDays=-2", "maxAgeDays"),
        ("query=a&languageCode=e!", "languageCode"),
        ("query=a&pageToken=none", "pageToken"),
        ("query=a&nonsense=1", "nonsense"),
    ] {
        let answer = open.nobody.get(&format!("{SEARCH}?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        let error = &told["error"];
        assert_eq!(error["code"], 400);
        assert_eq!(error["status"], "INVALID_ARGUMENT");
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.starts_with(field), "{message}");
        let violation = &error["details"][0]["fieldViolations"][0];
        assert_eq!(violation["field"], field);
    }
}
