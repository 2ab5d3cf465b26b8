//! Reviews as publishers write them, well and badly.

use super::*;

const PAGE: &str = "https://checks.example/bridge";

fn read_from(text: &str) -> Reviews {
    reviews(text.as_bytes(), Some(PAGE)).expect("something that can be read")
}

/// The first review as a line, and the number of reviews and flaws.
fn check(text: &str, expected: &str, counts: (usize, usize)) {
    let read = read_from(text);
    let line = read.found.first().map_or_else(String::new, |review| {
        let reviewed = review.reviewed.as_ref().map_or("-", |words| words.as_str());
        let date = review.published.as_ref().map_or("-", |date| date.as_str());
        let by = &review.publisher;
        format!(
            "{by} | {} | {reviewed} | {} | {date}",
            review.url,
            review.rating.shown()
        )
    });
    assert_eq!(line, expected, "{text}");
    assert_eq!((read.found.len(), read.flaws.len()), counts, "{read:?}");
}

const GOOD: &str = r#"{
  "@context": "https://schema.org", "@type": "ClaimReview", "url": "https://checks.example/1",
  "claimReviewed": "The bridge\n opened  in 1932.", "datePublished": "2026-11-20T08:00:00Z",
  "author": {"@type": "Organization", "name": "Checks Weekly", "url": "/"},
  "reviewRating": {"@type": "Rating", "ratingValue": 1.5, "bestRating": "5", "worstRating": 1,
                   "alternateName": "Mostly false"}}"#;
const LINE: &str = "Checks Weekly | https://checks.example/1 | The bridge opened in 1932. | Mostly false | 2026-11-20";

#[test]
fn a_review_is_found_wherever_it_stands() {
    check(GOOD, LINE, (1, 0));
    check(&format!("\u{feff}[{GOOD}]"), LINE, (1, 0));
    check(
        &format!(r#"{{"@graph": [{{"@type": "WebPage"}}, {GOOD}]}}"#),
        LINE,
        (1, 0),
    );
    let page = format!(
        "<!DOCTYPE html><title>x</title><script>var a = 1;</script>\
         <script type=\"application/ld+json\">{GOOD}</script><p>Words."
    );
    check(&page, LINE, (1, 0));
    let feed = format!(
        r#"{{"@type": "DataFeed", "dataFeedElement": [
            {{"@type": "DataFeedItem", "item": {GOOD}}},
            {{"@type": "DataFeedItem", "item": [{GOOD}]}},
            {{"@type": "DataFeedItem", "dateDeleted": "2026-11-21", "item": {GOOD}}}]}}"#
    );
    check(&feed, LINE, (1, 1));
    let typed = GOOD.replace("\"ClaimReview\"", "[\"Review\", \"schema:ClaimReview\"]");
    check(&typed, LINE, (1, 0));
    check("<p>A page without records.", "", (0, 0));
}

#[test]
fn numbers_keep_their_scale() {
    let read = read_from(GOOD);
    let rating = &read.found[0].rating;
    let number = |key: &Option<Key>| key.as_ref().map(|key| key.as_str().to_owned());
    assert_eq!(number(&rating.value).as_deref(), Some("1.5"));
    assert_eq!(number(&rating.best).as_deref(), Some("5"));
    assert_eq!(number(&rating.worst).as_deref(), Some("1"));
    let url = read.found[0].publisher_url.as_ref().map(Address::as_str);
    assert_eq!(
        url,
        Some("https://checks.example/"),
        "written from the page on"
    );
    let bare = GOOD.replace("\"alternateName\": \"Mostly false\"", "\"x\": 1");
    assert_eq!(
        read_from(&bare).found[0].rating.shown(),
        "1.5, where 5 is best and 1 worst"
    );
}

#[test]
fn what_is_written_badly_is_read_as_far_as_it_goes() {
    let by_reference = r##"{"@graph": [
        {"@type": "Organization", "@id": "#us", "name": "Checks Weekly"},
        {"@type": "Rating", "@id": "#r", "alternateName": "False"},
        {"@type": "ClaimReview", "author": {"@id": "#us"}, "reviewRating": {"@id": "#r"}}]}"##;
    let line = "Checks Weekly | https://checks.example/bridge | - | False | -";
    check(by_reference, line, (1, 0));
    let strings = r#"{"@type": "ClaimReview", "author": "Checks Weekly", "reviewRating": "False",
                      "datePublished": "last week"}"#;
    check(strings, line, (1, 0));
    let nobody = r#"{"@type": "ClaimReview", "reviewRating": {"ratingValue": "2"}}"#;
    check(
        nobody,
        "checks.example | https://checks.example/bridge | - | 2 | -",
        (1, 0),
    );
    check(
        r#"{"@type": "ClaimReview", "author": "Checks Weekly"}"#,
        "",
        (0, 1),
    );
    check(
        r#"{"@type": "ClaimReview", "reviewRating": {"ratingValue": "many"}}"#,
        "",
        (0, 1),
    );
    let script = "<script type='application/ld+json'>{\"@type\": </script>";
    check(script, "", (0, 1));
    check("{\"@type\": ", "", (0, 1));
}

#[test]
fn addresses_are_of_the_web() {
    let evil = GOOD.replace("https://checks.example/1", "javascript:alert(1)");
    let read = read_from(&evil);
    assert_eq!(read.found[0].url.as_str(), PAGE, "the page itself");
    let alone = reviews(evil.as_bytes(), None).expect("something that can be read");
    assert_eq!((alone.found.len(), alone.flaws.len()), (0, 1));
}

#[test]
fn depth_number_and_length_are_bounded() {
    let deep = format!("{}{GOOD}{}", "[".repeat(60), "]".repeat(60));
    check(&deep, "", (0, 1));
    let deeper = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    check(&deeper, "", (0, 1));
    let many: Vec<String> = (0..600)
        .map(|at| GOOD.replace("checks.example/1", &format!("checks.example/{at}")))
        .collect();
    let read = read_from(&format!("[{}]", many.join(",")));
    assert_eq!((read.found.len(), read.flaws.len()), (MOST_REVIEWS, 1));
    let long = GOOD.replace("Mostly false", &"é".repeat(10_000));
    let read = read_from(&long);
    let words = read.found[0].rating.shown();
    assert_eq!(words.chars().count(), Name::LIMIT);
    assert!(words.ends_with('…'));
    let twisted = GOOD.replace("Mostly false", "Mostly\\u202e \\u0000false");
    assert_eq!(read_from(&twisted).found[0].rating.shown(), "Mostly false");
}

#[test]
fn nothing_is_no_reading() {
    assert_eq!(reviews(b"", None), Err(Unreadable::Empty));
}
