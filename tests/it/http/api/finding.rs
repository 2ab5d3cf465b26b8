//! Search, the queue, and what stands in a claim's way, as programs use them.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::support::desk_of_today;

#[test]
fn programs_find_what_the_desk_knows() {
    let desk = desk_of_today();
    desk.published();
    for n in 2..5 {
        desk.claim(&format!("The bridge has {n} arches."));
    }
    let token = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let found = read(&me.get("/search?q=bridge"));
    let places: Vec<(&str, u64)> = found["places"]
        .as_array()
        .expect("places")
        .iter()
        .map(|it| {
            (
                it["in"].as_str().expect("a name"),
                it["ranked"].as_u64().expect("a count"),
            )
        })
        .collect();
    let expected = [("claims", 4), ("verdicts", 0), ("sources", 0), ("texts", 1)];
    assert_eq!(places, expected);
    let matched = &found["places"][3]["hits"][0]["snippet"];
    let matched = matched.as_array().expect("pieces").iter();
    let words: Vec<&Value> = matched
        .filter(|it| it["matched"] == true)
        .map(|it| &it["words"])
        .collect();
    assert_eq!(words, [&json!("bridge")]);

    let mut at = "/search?q=bridge&in=claims&state=open&limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = read(&me.get(&at));
        let place = &page["places"][0];
        let hits = place["hits"].as_array().expect("hits");
        seen.extend(hits.iter().filter_map(|hit| hit["claim"].as_i64()));
        let Some(next) = place["next"].as_str() else {
            break;
        };
        at = next.trim_start_matches("/api/v1").to_owned();
    }
    seen.sort_unstable();
    assert_eq!(seen, [2, 3, 4]);
    assert_eq!(read(&me.get("/search?q=%233"))["claim"], 3);
    let narrow = read(&me.get("/search?q=bridge&kind=report"));
    assert_eq!(narrow["places"].as_array().map(Vec::len), Some(1));
    let alike = read(&me.get("/search/similar?statement=The+bridge+opened+in+1932&limit=1"));
    assert_eq!(alike["items"][0]["claim"], 1);
    assert_eq!(alike["items"][0]["rating"], "True");
    served.end();
}

#[test]
fn programs_work_a_queue_off_in_its_order() {
    let desk = desk_of_today();
    for n in 0..4 {
        desk.claim(&format!("The bridge has {n} arches."));
    }
    desk.published();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let count = |queue: &str| {
        let counts = read(&me.get("/queue"));
        let counts = counts.as_array().expect("queues").clone();
        let found = counts.iter().find(|it| it["queue"] == queue);
        found.expect("the queue")["claims"].as_u64()
    };
    assert_eq!((count("open"), count("published")), (Some(4), Some(1)));
    let id = read(&me.get("/me"))["person"].clone();
    let urgent = json!({ "claims": [3, 4], "priority": "urgent", "assignee": id });
    let done = me.send(("POST", "/assignments"), &[], &urgent);
    assert_eq!(
        (done.status, read(&done)["arranged"].clone()),
        (200, 2.into())
    );
    let missing = json!({ "claims": [1, 999], "priority": "urgent" });
    let refused = me.send(("POST", "/assignments"), &[], &missing);
    assert_eq!(refused.status, 404, "all or none: {refused:?}");
    assert_eq!((count("mine"), count("unassigned")), (Some(2), Some(2)));

    let mut at = "/queue/open?limit=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = read(&me.get(&at));
        let items = page["items"].as_array().expect("items");
        seen.extend(items.iter().filter_map(|it| it["id"].as_i64()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        at = next.trim_start_matches("/api/v1").to_owned();
    }
    assert_eq!(seen, [3, 4, 1, 2], "the urgent ones first");
    let newest = read(&me.get("/queue/mine?order=newest"));
    assert_eq!(newest["items"][0]["id"], 4);
    assert_eq!(newest["items"][0]["assignee"], id);
    let nobody = json!({ "claims": [3], "assignee": null });
    assert_eq!(me.send(("POST", "/assignments"), &[], &nobody).status, 200);
    assert_eq!(count("mine"), Some(1));
    assert_eq!(me.get("/queue/nothing").status, 404);
    served.end();
}

#[test]
fn what_stands_in_a_claims_way_is_told_with_the_operation_that_removes_it() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let token = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let told = read(&me.get(&format!("/claims/{claim}/blockers")));
    let operations: Vec<&Value> = told["items"]
        .as_array()
        .expect("blockers")
        .iter()
        .map(|it| &it["operation"]["at"])
        .collect();
    let at = |what: &str| json!(format!("/api/v1/claims/{claim}/{what}"));
    assert_eq!(operations, [&at("citations"), &at("verdicts")]);
    assert_eq!(told["items"][0]["blocks"], true);
    assert_eq!(me.get("/claims/999/blockers").status, 404);
    served.end();
}
