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

#[test]
fn a_program_seals_a_source_for_some_and_opens_it_again() {
    let desk = desk_of_today();
    let source = desk.source("The city's report");
    let editor = desk.token(Role::Editor, Scopes::ALL);
    let researcher = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &editor);
    let other = Client::new(&served.base, &researcher);
    let path = format!("/sources/{source}/seal");
    assert_eq!(read(&me.get(&path))["sealed"], false);
    let open = me.tag(&path);
    let named = json!({ "readers": [2] });
    let put = |client: &Client, tag: &str, body: &Value| {
        client.send(("PUT", &path), &[("if-match", tag)], body)
    };
    assert_eq!(put(&other, &open, &named).status, 403);
    assert_eq!(me.send(("PUT", &path), &[], &named).status, 428);
    let sealed = put(&me, &open, &named);
    assert_eq!(sealed.status, 204, "{sealed:?}");
    assert_eq!(put(&me, &open, &named).status, 412, "once");
    let seal = read(&me.get(&path));
    assert_eq!(seal["sealed"], true);
    assert!(
        seal["readers"]
            .as_array()
            .is_some_and(|all| all.contains(&json!(2)))
    );
    // Nobody else is told who may.
    let told = read(&other.get(&path));
    assert_eq!(
        told,
        json!({ "sealed": true, "readers": null, "added_by": null })
    );
    let shown = other.get(&format!("/sources/{source}"));
    assert!(!shown.body.contains("The city's report"), "{shown:?}");
    let nobody = json!({ "readers": [999] });
    let tag = me.tag(&path);
    assert_eq!(put(&me, &tag, &nobody).status, 404);
    let now = [("if-match", tag.as_str())];
    assert_eq!(other.ask("DELETE", &path, &now).status, 403);
    assert_eq!(me.ask("DELETE", &path, &[]).status, 428);
    assert_eq!(me.ask("DELETE", &path, &now).status, 204);
    assert_eq!(me.ask("DELETE", &path, &now).status, 412, "once");
    assert_eq!(read(&me.get(&path))["sealed"], false);
    served.end();
}

#[test]
fn a_program_sets_the_rule_of_signatures_and_reads_the_witnesses() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    assert_eq!(read(&me.get("/settings/signing")), json!({ "rule": "off" }));
    let rule = json!({ "rule": "required" });
    let tag = me.tag("/settings/signing");
    let put =
        |tag: &str, body: &Value| me.send(("PUT", "/settings/signing"), &[("if-match", tag)], body);
    let set = put(&tag, &rule);
    assert_eq!(set.status, 204, "{set:?}");
    assert_eq!(put(&tag, &rule).status, 412, "once");
    let unseen = me.send(("PUT", "/settings/signing"), &[], &rule);
    assert_eq!(unseen.status, 428);
    assert_eq!(read(&me.get("/settings/signing")), rule);
    let odd = json!({ "rule": "sometimes" });
    assert_eq!(put(&me.tag("/settings/signing"), &odd).status, 422);
    assert_eq!(read(&me.get("/witnesses"))["items"], json!([]));
    served.end();
}

#[test]
fn an_admin_retires_a_passkey_of_somebody_else() {
    let desk = desk_of_today();
    let passkey = crate::support::authenticator::Authenticator::new(1);
    passkey
        .register(&desk.desk, desk.reviewer)
        .expect("registered");
    let person = desk.reviewer.byline().expect("a person").person;
    let token = desk.token(Role::Admin, Scopes::ALL);
    let editor = desk.token(Role::Editor, Scopes::ALL);
    let (served, admin) = serve(desk);
    let me = Client::new(&served.base, &token);
    let path = format!("/people/{person}/passkeys");
    let known = read(&me.get(&path))["items"][0].clone();
    assert_eq!(
        (&known["name"], &known["retired_at"]),
        (&json!("A passkey"), &Value::Null)
    );
    let page = admin.get(&path).body;
    let print = known["fingerprint"].as_str().expect("a fingerprint");
    assert!(page.contains(print) && page.contains("Retire it"), "{page}");
    let retirement = format!("{path}/{}/retirement", known["entry"]);
    let less = Client::new(&served.base, &editor);
    assert_eq!(less.ask("POST", &retirement, &[]).status, 403);
    let by_program = me.ask("POST", &retirement, &[]);
    assert_eq!(by_program.status, 403, "it may let its owner in");
    let headers = [("x-csrf-token", admin.secret())];
    let path_of_api = format!("/api/v1{retirement}");
    let retire = || admin.bring(("POST", &path_of_api), &headers, b"").status;
    assert_eq!(retire(), 204);
    assert_eq!(retire(), 404, "once");
    assert!(read(&me.get(&path))["items"][0]["retired_at"].is_string());
    assert!(admin.get(&path).body.contains("None is in use"));
    assert_eq!(me.get("/people/999/passkeys").status, 404);
    served.end();
}
