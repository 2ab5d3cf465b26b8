//! Mistakes in arranging several claims.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::are_told;
use crate::http::api::{Client, json as read};
use crate::support::desk_of_today;

const ARRANGEMENTS: &str = r#"
POST /assignments | {} | /claims | missing
POST /assignments | {"claims": [], "assignee": null} | /claims | at least one
POST /assignments | {"claims": [0], "assignee": null} | /claims/0 | from 1
POST /assignments | {"claims": [1]} |  | assignee
POST /assignments | {"claims": [1], "assignee": 0} | /assignee | from 1
POST /assignments | {"claims": [1], "priority": "soon"} | /priority | urgent
POST /assignments | {"claims": [1], "priority": null} | /priority | words
POST /assignments | {"claims": [1], "due": "soon"} | /due | moment looks like
POST /assignments | {"claims": [1], "colour": 1} | /colour | unknown
"#;

#[test]
fn the_field_and_the_rule_of_an_arrangement_are_told() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    are_told(&me, "/claims/1", ARRANGEMENTS);
    let many: Vec<u32> = vec![1; 501];
    let many = json!({ "claims": many, "assignee": null });
    let refused = me.send(("POST", "/assignments"), &[], &many);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(read(&refused)["errors"][0]["field"], "/claims");
    served.end();
}
