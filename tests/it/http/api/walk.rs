//! Every operation of the API: against every role and scope, and against the
//! document, both ways.

use citekeep::domain::person::{Deed, Role};
use citekeep::domain::scope::{Scope, Scopes};
use citekeep::web::Need;
use citekeep::web::api::operations;
use serde_json::Value;

use super::{Client, json};
use crate::support::desk_of_today;

/// A path with names that stand for nothing, so that no deed succeeds.
fn path(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| match part {
        "{hash}" => "0000000000000000000000000000000000000000000000000000000000000000",
        "{name}" => "nothing",
        part if part.starts_with('{') => "999999",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The scope of each deed, written out once more by hand.
fn scope(deed: Deed) -> Scope {
    match deed {
        Deed::Read => Scope::Read,
        Deed::OpenClaim | Deed::AddSource | Deed::Cite | Deed::Discuss => Scope::Research,
        Deed::Decide | Deed::Judge => Scope::Review,
        Deed::Assign | Deed::Publish | Deed::Correct | Deed::Withdraw => Scope::Publish,
        Deed::ManagePeople | Deed::ManageDesk | Deed::Seal | Deed::Erase => Scope::Manage,
    }
}

#[test]
fn every_operation_lets_in_whom_it_should_and_nobody_else() {
    let desk = desk_of_today();
    let tokens: Vec<(Role, Scope, String)> = Role::ALL
        .into_iter()
        .flat_map(|role| Scope::ALL.iter().map(move |scope| (role, *scope)))
        .map(|(role, scope)| (role, scope, desk.token(role, Scopes::from_iter([scope]))))
        .collect();
    let served = desk.serve();
    let nobody = served.nobody();
    for operation in operations() {
        let (method, address) = (operation.method.as_str(), path(operation.path));
        let stranger = nobody.ask(method, &format!("/api/v1{address}"), &[]);
        let cell = format!("nobody {method} {address}: {}", stranger.status);
        match operation.need {
            Need::Nobody => assert!(![401, 403].contains(&stranger.status), "{cell}"),
            Need::Deed(_) => assert_eq!(stranger.status, 401, "{cell}"),
        }
        for (role, held, token) in &tokens {
            let answer = Client::new(&served.base, token).ask(method, &address, &[]);
            let may = match operation.need {
                Need::Nobody => true,
                Need::Deed(deed) => role.may(deed) && *held == scope(deed) && !operation.for_people,
            };
            let cell = format!("{role} {held:?} {method} {address}: {}", answer.status);
            assert!(answer.status < 500 && answer.status != 401, "{cell}");
            assert_eq!(answer.status != 403, may, "{cell} {}", answer.body);
        }
    }
    served.end();
}

#[test]
fn the_document_has_every_operation_and_no_other() {
    let served = desk_of_today().serve();
    let nobody = served.nobody();
    let answer = nobody.get("/api/v1/openapi.json");
    let document = json(&answer);
    assert_eq!(document["openapi"], "3.1.0");
    let mut known = 0;
    for operation in operations() {
        let method = operation.method.as_str().to_ascii_lowercase();
        let drawn = &document["paths"][operation.path][&method];
        assert!(drawn.is_object(), "{method} {}", operation.path);
        assert_ne!(drawn["summary"], "", "{method} {}", operation.path);
        if operation.changes() {
            let needs = drawn["parameters"].as_array().expect("parameters");
            let asks = needs
                .iter()
                .any(|it| it["name"] == "If-Match" && it["required"] == true);
            assert!(asks, "{method} {} takes If-Match", operation.path);
        }
        known += 1;
    }
    let paths = document["paths"].as_object().expect("paths");
    let drawn: usize = paths
        .values()
        .map(|operations| operations.as_object().map_or(0, serde_json::Map::len))
        .sum();
    assert_eq!(drawn, known, "the document has nothing that the desk lacks");
    no_loose_ends(&document, &document);
    for (path, operations) in paths {
        let address = format!("/api/v1{}", self::path(path));
        let answer = nobody.ask("PROPFIND", &address, &[]);
        assert_eq!(answer.status, 405, "{address} {}", answer.body);
        let allowed = answer.header("allow").expect("what is allowed");
        for method in operations.as_object().expect("operations").keys() {
            assert!(
                allowed.contains(&method.to_uppercase()),
                "{address}: {allowed}"
            );
        }
    }
    served.end();
}

/// Every reference of the document leads somewhere.
fn no_loose_ends(value: &Value, document: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(to) = map.get("$ref").and_then(Value::as_str) {
                let there = document.pointer(to.trim_start_matches('#'));
                assert!(there.is_some(), "{to} leads nowhere");
            }
            map.values()
                .for_each(|value| no_loose_ends(value, document));
        }
        Value::Array(items) => items.iter().for_each(|item| no_loose_ends(item, document)),
        _ => {}
    }
}

#[test]
fn the_page_about_the_api_has_every_operation() {
    let served = desk_of_today().serve();
    let page = served.nobody().get("/api/v1/docs");
    assert_eq!(page.status, 200);
    for operation in operations() {
        let line = format!("<code>{} {}</code>", operation.method, operation.path);
        assert!(page.body.contains(&line), "{line}");
    }
    served.end();
}
