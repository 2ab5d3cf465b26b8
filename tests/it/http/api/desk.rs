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
    assert_eq!(adopt(&sheet, version + 1).status, 201);
    let after = format!("/scales?after={}", newest["id"]);
    assert_eq!(
        read(&me.get(&after))["items"][0]["sheet"]["about"],
        "Said anew."
    );
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
        "state=decided"
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

/// What is right, and what is wrong of it: the field, its value, and the field
/// that is told.
const WRONG: &str = r#"
POST /hooks | {} | - | - | /name
POST /hooks | hook | name | "" | /name
POST /hooks | hook | url | "ftp://a.example/" | /url
POST /hooks | hook | about | "nothing" | /about
POST /hooks | hook | about | "chosen" | /kinds
POST /hooks | hook | kinds | ["odd"] | /kinds/0
POST /hooks | hook | colour | "red" | /colour
PUT /hooks/1 | hook | url | "nowhere" | /url
PUT /hooks/1 | hook | about | "chosen" | /kinds
POST /people | {"role": "reader"} | name | "" | /name
POST /people | {"name": "A"} | role | "chief" | /role
PUT /people/1/role | {} | role | "chief" | /role
PUT /settings/desk | desk | name | "" | /name
PUT /settings/desk | desk | tagline | "" | /tagline
PUT /settings/desk | desk | url | "nowhere" | /url
PUT /settings/desk | desk | owner | "a\nb" | /owner
PUT /settings/desk | desk | country | "" | /country
PUT /settings/desk | desk | contact | "" | /contact
PUT /settings/desk | desk | locale | "xx" | /locale
PUT /settings/desk | desk | policies | {"odd": "a"} | /policies/odd
PUT /settings/policies | policies | independence | "" | /independence
PUT /settings/policies | policies | sources | "" | /sources
PUT /settings/policies | policies | funding | "" | /funding
PUT /settings/policies | policies | selection | "" | /selection
PUT /settings/policies | policies | method | "" | /method
PUT /settings/policies | policies | corrections | "" | /corrections
PUT /settings/policies | policies | complaints | "" | /complaints
PUT /settings/rules | {"scale": "five-step"} | approvals | 10 | /approvals
PUT /settings/rules | {"approvals": 1} | scale | "none" | /scale
POST /scales | {} | version | 1 | /sheet
POST /scales | {} | version | -1 | /version
POST /tokens | token | name | "" | /name
POST /tokens | token | role | "chief" | /role
POST /tokens | token | scopes | [] | /scopes
POST /tokens | token | scopes | ["all"] | /scopes/0
POST /tokens | token | days | 1 | /days
POST /tokens | token | days | 367 | /days
POST /filters | {"query": "state=open"} | name | "" | /name
POST /filters | {"name": "A"} | query | "" | /query
PUT /filters/A | {} | query | "" | /query
"#;

/// The bodies of the table: what is asked, the body, the field that is told.
fn wrong() -> impl Iterator<Item = (&'static str, &'static str, Value, &'static str)> {
    let lines = WRONG.lines().filter(|line| !line.is_empty());
    lines.map(|line| {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [asked, right, field, value, told] = parts[..] else {
            unreachable!("five parts: {line}");
        };
        let (method, path) = asked.split_once(' ').expect("a method and a path");
        let mut body = right_one(right);
        if field != "-" {
            body[field] = serde_json::from_str(value).expect("JSON");
        }
        (method, path, body, told)
    })
}

/// A body that nothing is wrong with.
fn right_one(name: &str) -> Value {
    match name {
        "hook" => {
            json!({ "name": "A hook", "url": "https://hooks.example/", "about": "everything" })
        }
        "desk" => json!({
            "name": "Desk", "tagline": null, "url": null, "owner": null, "country": null,
            "contact": null, "locale": "en-GB", "policies": policies(),
        }),
        "policies" => policies(),
        "token" => json!({ "name": "A", "role": "reader", "scopes": ["read"], "days": 30 }),
        other => serde_json::from_str(other).expect("JSON"),
    }
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
    for (method, path, body, field) in wrong() {
        let answer = bring(&admin, method, path, &[("if-match", "\"0\"")], &body);
        let told = read(&answer);
        let cell = format!("{method} {path} {body}: {told}");
        assert_eq!(answer.status, 422, "{cell}");
        assert_eq!(told["errors"][0]["field"], field, "{cell}");
    }
    for (path, field) in [
        ("/people?after=x", "/after"),
        ("/scales?limit=0", "/limit"),
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
