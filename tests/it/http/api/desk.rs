//! The desk's people, settings, scales, tokens and filters, by programs and by
//! browsers.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::http::settings::serve;
use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor};

/// What an admin's browser sends to the API.
fn bring(
    admin: &Visitor,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let own = [
        ("content-type", "application/json"),
        ("x-csrf-token", admin.secret()),
    ];
    let path = format!("/api/v1{path}");
    let headers = [&own, headers].concat();
    let body = body.to_string();
    admin.bring((method, &path), &headers, body.as_bytes())
}

#[test]
fn people_join_change_roles_and_leave() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let (served, admin) = serve(desk);
    let me = Client::new(&served.base, &token);
    let new = json!({ "name": "A newcomer", "role": "reader" });
    let refused = me.send(("POST", "/people"), &[], &new);
    assert_eq!(refused.status, 403, "a program lets nobody in");
    let key = [("idempotency-key", "newcomer-1")];
    let joined = bring(&admin, "POST", "/people", &key, &new);
    assert_eq!(joined.status, 201, "{joined:?}");
    assert_eq!(joined.header("cache-control"), Some("no-store"));
    let again = bring(&admin, "POST", "/people", &key, &new);
    assert_eq!(again.status, 409, "a link is shown once: {again:?}");
    let told = read(&joined);
    let path = format!("/people/{}", told["id"]);
    let link = told["link"].as_str().expect("a link");
    let secret = link.rsplit('/').next().expect("a secret");
    let newcomer = Visitor::enter(&served.base, secret);
    assert_eq!(newcomer.get("/claims").status, 200);

    let person = read(&me.get(&path));
    assert_eq!(
        (&person["role"], &person["gone"]),
        (&json!("reader"), &json!(false))
    );
    let old = me.tag(&path);
    let role = json!({ "role": "editor" });
    let put = format!("{path}/role");
    assert_eq!(me.send(("PUT", &put), &[], &role).status, 428);
    assert_eq!(me.change("PUT", &put, &role).status, 204);
    assert_eq!(read(&me.get(&path))["role"], "editor");
    let late = me.send(("PUT", &put), &[("if-match", &old)], &role);
    assert_eq!(late.status, 412, "{late:?}");
    let leave = format!("{path}/departure");
    assert_eq!(me.change("POST", &leave, &json!({})).status, 204);
    assert_eq!(newcomer.get("/claims").status, 303, "gone");
    assert_eq!(read(&me.get(&path))["gone"], true);
    let page = read(&me.get("/people?limit=2"));
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(page["next"], "/api/v1/people?after=2&limit=2");
    assert_eq!(me.get("/people/9999").status, 404);
    served.end();
}

#[test]
fn settings_are_read_with_a_tag_and_changed_only_against_it() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let mut sheet = read(&me.get("/settings/desk"));
    let first = me.tag("/settings/desk");
    sheet["name"] = json!("The bridge desk");
    sheet["policies"]["funding"] = json!("Readers pay.");
    let put =
        |path: &str, tag: &str, body: &Value| me.send(("PUT", path), &[("if-match", tag)], body);
    assert_eq!(put("/settings/desk", &first, &sheet).status, 204);
    assert_eq!(put("/settings/desk", &first, &sheet).status, 412, "once");
    let mut policies = read(&me.get("/settings/policies"));
    assert_eq!(policies["funding"], "Readers pay.");
    policies["method"] = json!("We read.");
    let tag = me.tag("/settings/policies");
    assert_eq!(put("/settings/policies", &tag, &policies).status, 204);
    let now = read(&me.get("/settings/desk"));
    assert_eq!(
        (&now["name"], &now["policies"]["method"]),
        (&json!("The bridge desk"), &json!("We read."))
    );

    let rules = me.tag("/settings/rules");
    let two = json!({ "approvals": 2, "scale": "five-step" });
    assert_eq!(put("/settings/rules", &rules, &two).status, 204);
    assert_eq!(read(&me.get("/settings/rules")), two);
    assert_eq!(put("/settings/rules", &rules, &two).status, 412, "once");
    served.end();
}

#[test]
fn a_scale_is_adopted_as_the_version_that_was_meant() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let scales = read(&me.get("/scales"));
    let newest = scales["items"]
        .as_array()
        .and_then(|all| all.last())
        .expect("a scale");
    let mut sheet = newest["sheet"].clone();
    let adopt = |sheet: &Value, version: u64| {
        let body = json!({ "sheet": sheet, "version": version });
        me.send(("POST", "/scales"), &[], &body)
    };
    let version = newest["version"].as_u64().expect("a version");
    assert_eq!(adopt(&sheet, version + 1).status, 422, "it says the same");
    sheet["about"] = json!("Said anew.");
    assert_eq!(adopt(&sheet, version).status, 409, "somebody was quicker");
    let adopted = adopt(&sheet, version + 1);
    assert_eq!(adopted.status, 201, "{adopted:?}");
    let at = adopted.location.expect("its address");
    let now = me.get(at.trim_start_matches("/api/v1"));
    assert!(now.body.contains("Said anew."), "{now:?}");
    served.end();
}

#[test]
fn only_people_make_tokens_and_take_them_out_of_use() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let (served, admin) = serve(desk);
    let me = Client::new(&served.base, &token);
    let new = json!({ "name": "Reader", "role": "reader", "scopes": ["read"], "days": 30 });
    assert_eq!(me.send(("POST", "/tokens"), &[], &new).status, 403);
    let made = bring(&admin, "POST", "/tokens", &[], &new);
    assert_eq!(made.status, 201, "{made:?}");
    let secret = read(&made)["token"].as_str().expect("a token").to_owned();
    let reader = Client::new(&served.base, &format!("Bearer {secret}"));
    assert_eq!(reader.get("/claims").status, 200);
    let listed = me.get("/tokens");
    assert!(!listed.body.contains(&secret), "it is shown once");
    let id = read(&listed)["items"][0]["id"].clone();
    let path = format!("/tokens/{id}/revocation");
    assert_eq!(bring(&admin, "POST", &path, &[], &json!({})).status, 204);
    assert_eq!(reader.get("/claims").status, 401);
    let older = format!("/tokens?before={id}");
    assert_eq!(
        read(&me.get(&older))["items"].as_array().map(Vec::len),
        Some(1)
    );
    served.end();
}

#[test]
fn filters_are_each_persons_own() {
    let desk = desk_of_today();
    let (mine, other) = (
        desk.token(Role::Reader, Scopes::ALL),
        desk.token(Role::Reader, Scopes::ALL),
    );
    let served = desk.serve();
    let me = Client::new(&served.base, &mine);
    let new = json!({ "name": "Mine, open", "query": "state=open&colour=red" });
    let made = me.send(("POST", "/filters"), &[], &new);
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(read(&made)["query"], "queue=all&state=open");
    let at = made.location.expect("its address");
    let at = at.trim_start_matches("/api/v1").to_owned();
    assert_eq!(me.send(("POST", "/filters"), &[], &new).status, 409);
    let tag = me.tag(&at);
    let put = |query: &str, tag: &str| {
        let body = json!({ "query": query });
        me.send(("PUT", &at), &[("if-match", tag)], &body).status
    };
    assert_eq!(put("state=decided", &tag), 204);
    assert_eq!(put("state=open", &tag), 412);
    assert_eq!(
        read(&me.get("/filters"))["items"][0]["query"],
        "queue=all&state=decided"
    );
    assert_eq!(
        read(&me.get("/filters?after=MINE,%20open"))["items"],
        json!([])
    );
    assert_eq!(Client::new(&served.base, &other).get(&at).status, 404);
    let tag = me.tag(&at);
    assert_eq!(me.ask("DELETE", &at, &[("if-match", &tag)]).status, 204);
    assert_eq!(me.get(&at).status, 404);
    served.end();
}

/// A body that is wrong: how and where it is sent, and the field that is told.
type Case = (&'static str, &'static str, Value, &'static str);

/// A body with one field that is wrong.
fn with(mut right: Value, field: &str, value: Value) -> Value {
    right[field] = value;
    right
}

fn wrong_hooks_and_people() -> Vec<Case> {
    let hook = |field: &str, value: Value| {
        let right =
            json!({ "name": "A hook", "url": "https://hooks.example/", "about": "everything" });
        with(right, field, value)
    };
    let person = |name: &str, role: &str| json!({ "name": name, "role": role });
    vec![
        ("POST", "/hooks", json!({}), "/name"),
        ("POST", "/hooks", hook("name", json!("")), "/name"),
        ("POST", "/hooks", hook("url", json!("ftp://a.b/")), "/url"),
        ("POST", "/hooks", hook("about", json!("nothing")), "/about"),
        ("POST", "/hooks", hook("about", json!("chosen")), "/kinds"),
        ("POST", "/hooks", hook("kinds", json!(["odd"])), "/kinds/0"),
        ("POST", "/hooks", hook("colour", json!("red")), "/colour"),
        ("PUT", "/hooks/1", hook("url", json!("nowhere")), "/url"),
        ("PUT", "/hooks/1", hook("about", json!("chosen")), "/kinds"),
        ("POST", "/people", person("", "reader"), "/name"),
        ("POST", "/people", person("A", "chief"), "/role"),
        ("PUT", "/people/1/role", json!({ "role": "chief" }), "/role"),
    ]
}

fn wrong_settings() -> Vec<Case> {
    let desk = |field: &str, value: Value| {
        let right = json!({
            "name": "Desk", "tagline": null, "url": null, "owner": null, "country": null,
            "contact": null, "locale": "en-GB", "policies": policies(),
        });
        ("PUT", "/settings/desk", with(right, field, value))
    };
    let at = |(method, path, body), field| (method, path, body, field);
    let policy = |field: &str| {
        let body = with(policies(), field, json!(""));
        ("PUT", "/settings/policies", body)
    };
    let rules = |approvals: u32, scale: &str| {
        let body = json!({ "approvals": approvals, "scale": scale });
        ("PUT", "/settings/rules", body)
    };
    vec![
        at(desk("name", json!("")), "/name"),
        at(desk("tagline", json!("")), "/tagline"),
        at(desk("url", json!("nowhere")), "/url"),
        at(desk("owner", json!("a\nb")), "/owner"),
        at(desk("country", json!("")), "/country"),
        at(desk("contact", json!("")), "/contact"),
        at(desk("locale", json!("xx")), "/locale"),
        at(desk("policies", json!({ "odd": "a" })), "/policies/odd"),
        at(policy("independence"), "/independence"),
        at(policy("sources"), "/sources"),
        at(policy("funding"), "/funding"),
        at(policy("selection"), "/selection"),
        at(policy("method"), "/method"),
        at(policy("corrections"), "/corrections"),
        at(policy("complaints"), "/complaints"),
        at(rules(10, "five-step"), "/approvals"),
        at(rules(1, "none"), "/scale"),
        ("POST", "/scales", json!({ "version": 1 }), "/sheet"),
        ("POST", "/scales", json!({ "version": -1 }), "/version"),
    ]
}

fn wrong_tokens_and_filters() -> Vec<Case> {
    let token = |field: &str, value: Value| {
        let right = json!({ "name": "A", "role": "reader", "scopes": ["read"], "days": 30 });
        with(right, field, value)
    };
    let filter = |name: &str, query: &str| json!({ "name": name, "query": query });
    vec![
        ("POST", "/tokens", token("name", json!("")), "/name"),
        ("POST", "/tokens", token("role", json!("chief")), "/role"),
        ("POST", "/tokens", token("scopes", json!([])), "/scopes"),
        (
            "POST",
            "/tokens",
            token("scopes", json!(["all"])),
            "/scopes/0",
        ),
        ("POST", "/tokens", token("days", json!(1)), "/days"),
        ("POST", "/tokens", token("days", json!(367)), "/days"),
        ("POST", "/filters", filter("", "state=open"), "/name"),
        ("POST", "/filters", filter("A", ""), "/query"),
        ("PUT", "/filters/A", json!({ "query": "" }), "/query"),
    ]
}

fn policies() -> Value {
    json!({
        "independence": null, "sources": null, "funding": null, "selection": null,
        "method": null, "corrections": null, "complaints": null,
    })
}

#[test]
fn what_is_wrong_about_the_desk_is_told_by_field() {
    let (served, admin) = serve(desk_of_today());
    let cases = [
        wrong_hooks_and_people(),
        wrong_settings(),
        wrong_tokens_and_filters(),
    ];
    for (method, path, body, field) in cases.into_iter().flatten() {
        let answer = bring(&admin, method, path, &[("if-match", "\"0\"")], &body);
        let told = read(&answer);
        let cell = format!("{method} {path} {body}: {told}");
        assert_eq!(answer.status, 422, "{cell}");
        assert_eq!(told["errors"][0]["field"], field, "{cell}");
    }
    for (path, field) in [
        ("/people?after=x", "/after"),
        ("/tokens?before=0", "/before"),
        ("/filters?limit=201", "/limit"),
        ("/hooks?after=-1", "/after"),
        ("/hooks/1/deliveries?before=x", "/before"),
    ] {
        let answer = admin.ask("GET", &format!("/api/v1{path}"), &[]);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(read(&answer)["errors"][0]["field"], field, "{path}");
    }
    served.end();
}
