//! Mistakes in noting what other publishers found.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use super::are_told;
use crate::http::api::Client;
use crate::support::desk_of_today;

/// `REVIEW` stands for a review as others publish it.
const CHECKS: &str = r#"
POST /claims/1/other-checks | {} | /from | missing
POST /claims/1/other-checks | {"from": {}} | /from | expected
POST /claims/1/other-checks | {"from": {"paper": "a"}} | /from | content
POST /claims/1/other-checks | {"from": {"url": "ftp://x"}} | /from/url | http
POST /claims/1/other-checks | {"from": {"url": "http://127.0.0.1:9/"}} | /from/url | 127.0.0.1
POST /claims/1/other-checks | {"from": {"reading": "x"}} | /from/reading | not kept
POST /claims/1/other-checks | {"from": {"content": {"base64": "?"}}} | /from/content/base64 | base64
POST /claims/1/other-checks | {"from": {"content": {"utf8": ""}}} | /from/content | no words
POST /claims/1/other-checks | {"from": {"content": {"utf8": "<p>Words."}}} | /from | no review
POST /claims/1/other-checks | {"from": {"content": {"utf8": "REVIEW"}}, "file_name": ""} | /file_name | empty
POST /claims/1/other-checks | {"from": {"content": {"utf8": "REVIEW"}}, "chosen": []} | /chosen | at least one
POST /claims/1/other-checks | {"from": {"content": {"utf8": "REVIEW"}}, "chosen": [1]} | /chosen | 0 to 0
POST /claims/1/other-checks | {"from": {"content": {"utf8": "REVIEW"}}, "chosen": [-1]} | /chosen/0 | u32
POST /claims/1/other-checks | {"from": {"content": {"utf8": "REVIEW"}}, "colour": 1} | /colour | unknown
POST /claims/1/other-checks/readings | {} | /from | missing
POST /claims/1/other-checks/readings | {"from": {"content": {"utf8": ""}}} | /from/content | no words
POST /claims/1/other-checks/readings | {"from": {"reading": "x"}} | /from/reading | not kept
POST /claims/1/other-checks/readings | {"from": {"reading": "x"}, "chosen": [0]} | /chosen | unknown
DELETE /claims/1/other-checks/1 | {} | /reason | missing
DELETE /claims/1/other-checks/1 | {"reason": " "} | /reason | empty
DELETE /claims/1/other-checks/1 | {"reason": "LONG"} | /reason | limit
"#;

const REVIEW: &str = r#"{\"@type\":\"ClaimReview\",\"url\":\"https://checks.example/one\",\"author\":{\"name\":\"Checks\"},\"reviewRating\":{\"alternateName\":\"False\"}}"#;

#[test]
fn the_field_and_the_rule_of_a_check_by_others_are_told() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    are_told(&me, "/claims/1", &CHECKS.replace("REVIEW", REVIEW));
    served.end();
}
