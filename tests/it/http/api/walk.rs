//! Every operation of the API against its document, both ways. Against every role
//! and scope they are held in `http::walls`.

use citekeep::web::api::operations;
use serde_json::Value;

use super::json;
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
