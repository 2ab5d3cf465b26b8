//! Mistakes in arranging several claims.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::{Wrong, are_told};
use crate::http::api::{Client, json as read};
use crate::http::settings::serve;
use crate::support::desk_of_today;

fn wrong_bodies() -> Vec<Wrong> {
    let at = "/assignments";
    vec![
        ("POST", at, json!({}), "/claims", "missing"),
        (
            "POST",
            at,
            json!({ "claims": [], "assignee": null }),
            "/claims",
            "at least one",
        ),
        (
            "POST",
            at,
            json!({ "claims": [0], "assignee": null }),
            "/claims/0",
            "from 1",
        ),
        ("POST", at, json!({ "claims": [1] }), "", "assignee"),
        (
            "POST",
            at,
            json!({ "claims": [1], "assignee": 0 }),
            "/assignee",
            "from 1",
        ),
        (
            "POST",
            at,
            json!({ "claims": [1], "priority": "soon" }),
            "/priority",
            "urgent",
        ),
        (
            "POST",
            at,
            json!({ "claims": [1], "priority": null }),
            "/priority",
            "",
        ),
        (
            "POST",
            at,
            json!({ "claims": [1], "due": "soon" }),
            "/due",
            "2022",
        ),
        (
            "POST",
            at,
            json!({ "claims": [1], "colour": 1 }),
            "/colour",
            "unknown",
        ),
    ]
}

#[test]
fn the_field_and_the_rule_of_an_arrangement_are_told() {
    let desk = desk_of_today();
    desk.claim("The bridge opened in 1932.");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = serve(desk);
    let me = Client::new(&served.base, &token);
    are_told(&me, "/claims/1", wrong_bodies());
    let many: Vec<u32> = vec![1; 501];
    let many = json!({ "claims": many, "assignee": null });
    let refused = me.send(("POST", "/assignments"), &[], &many);
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(read(&refused)["errors"][0]["field"], "/claims");
    served.end();
}
