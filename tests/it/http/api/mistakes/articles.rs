//! Mistakes about articles.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::are_told;
use crate::http::api::Client;
use crate::support::desk_of_today;

const ARTICLES: &str = r#"
POST /articles | {} | /title | missing
POST /articles | {"title": "a"} | /content | missing
POST /articles | {"title": "", "content": {"utf8": "a"}} | /title | empty
POST /articles | {"title": "a", "url": "x"} | /url | http
POST /articles | {"title": "a", "published": "soon"} | /published | date
POST /articles | {"title": "a", "language": ""} | /language | empty
POST /articles | {"title": "a", "notice": ""} | /notice | empty
POST /articles | {"title": "a", "media_type": "html"} | /media_type | text/html
POST /articles | {"title": "a", "colour": 1} | /colour | unknown
POST /articles | {"title": "a", "content": {"utf8": " "}} | /content | text
POST /articles | {"title": "a", "content": {"base64": "?"}} | /content/base64 | base64
POST /articles | {"title": "a", "content": {"file": "a"}} | /content | utf8
POST /articles/1/revisions | {"title": ""} | /title | empty
POST /articles/1/revisions | {"title": "a", "content": {"utf8": ""}} | /content | text
POST /articles/1/revisions | {"title": "The bridge", "content": {"utf8": "It opened."}} | /content | nothing changed
POST /articles/1/asides | {"reason": "opinion"} | /quote | missing
POST /articles/1/asides | {"quote": "nowhere", "reason": "opinion"} | /quote | not
POST /articles/1/asides | {"quote": "It opened.", "reason": "boring"} | /reason | opinion
POST /articles/1/asides | {"quote": "It opened.", "reason": "opinion", "near": -1} | /near | u64
"#;

#[test]
fn the_field_and_the_rule_of_an_article_are_told() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let article = json!({ "title": "The bridge", "content": { "utf8": "It opened." } });
    let added = me.send(("POST", "/articles"), &[], &article);
    assert_eq!(added.status, 201, "{added:?}");
    are_told(&me, "/articles/1", ARTICLES);
    served.end();
}
