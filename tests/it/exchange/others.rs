//! What other publishers found comes in from a file, and goes out with the
//! claim.

use serde_json::Value;

use super::round_trip::{citekeep, list, succeeds};
use crate::support::{check, desk_of_today};

const FEED: &str = r#"{"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": [
  {"@type": "DataFeedItem", "item": {"@type": "ClaimReview", "url": "https://checks.example/1",
   "claimReviewed": "It opened in 1932.", "author": {"name": "Checks Weekly"},
   "datePublished": "2021-05-04", "reviewRating": {"ratingValue": 2, "bestRating": 5,
   "worstRating": 1, "alternateName": "Mostly false"}}},
  {"@type": "DataFeedItem", "dateDeleted": "2021-06-01",
   "item": {"@type": "ClaimReview", "url": "https://checks.example/2"}}]}"#;

#[test]
fn a_file_of_reviews_is_noted_beside_a_claim() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.").to_string();
    let closed = desk.close();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("feed.json");
    std::fs::write(&file, FEED).expect("a file");
    let file = file.display().to_string();
    let import = ["import", &file, "--claim-review", "--claim", &claim];
    let said = succeeds(&closed.data, &import);
    assert_eq!(
        said,
        "Checks Weekly: Mostly false (https://checks.example/1)\n"
    );
    succeeds(&closed.data, &import);
    let out: Value = serde_json::from_str(&succeeds(&closed.data, &["export", "--claim", &claim]))
        .expect("JSON");
    let checks = list(&list(&out, "claims")[0], "others_checks");
    assert_eq!(checks.len(), 1, "the same review is noted once");
    assert_eq!(checks[0]["publisher"], "Checks Weekly");
    assert_eq!(checks[0]["rating"]["value"], "2");
    assert_eq!(checks[0]["published"], "2021-05-04");
    assert_eq!(checks[0]["read_in"]["file_name"], "feed.json");
    let hash = citekeep::domain::hash::ContentHash::of(FEED.as_bytes()).to_string();
    assert_eq!(checks[0]["read_in"]["sha256"], hash);
    assert_eq!(checks[0]["noted_by"], "the desk");
    assert_eq!(check(&closed.data).findings, []);
    std::fs::write(folder.path().join("feed.json"), "{}").expect("a file");
    assert_eq!(citekeep(&closed.data, &import).status.code(), Some(1));
    let alone = citekeep(&closed.data, &["import", &file, "--claim-review"]);
    assert_eq!(alone.status.code(), Some(2));
}
