//! Mistakes about sources, their snapshots and captures.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Wrong, are_told};
use crate::http::api::{Client, json as read};
use crate::http::settings::serve;
use crate::support::desk_of_today;

/// A sheet that is right but for one field.
fn but(field: &str, value: Value) -> Value {
    let mut sheet = json!({
        "title": "The register", "kind": "report", "publisher": "The city",
        "directness": "primary", "grade": { "reliability": "B", "credibility": "2" },
    });
    sheet[field] = value;
    sheet
}

fn wrong_sheets() -> Vec<Wrong> {
    let sources = "/sources";
    let grade = |reliability: &str, credibility: &str| json!({ "reliability": reliability, "credibility": credibility });
    vec![
        ("POST", sources, json!({}), "/title", "missing"),
        ("POST", sources, but("title", "".into()), "/title", "empty"),
        (
            "POST",
            sources,
            but("kind", "rumour".into()),
            "/kind",
            "report",
        ),
        (
            "POST",
            sources,
            but("publisher", "".into()),
            "/publisher",
            "empty",
        ),
        (
            "POST",
            sources,
            but("author", "".into()),
            "/author",
            "empty",
        ),
        (
            "POST",
            sources,
            but("published", "soon".into()),
            "/published",
            "date",
        ),
        (
            "POST",
            sources,
            but("directness", "third".into()),
            "/directness",
            "primary",
        ),
        (
            "POST",
            sources,
            but("grade", grade("G", "2")),
            "/grade/reliability",
            "F",
        ),
        (
            "POST",
            sources,
            but("grade", grade("B", "7")),
            "/grade/credibility",
            "6",
        ),
        (
            "POST",
            sources,
            but("origin", "".into()),
            "/origin",
            "empty",
        ),
        ("POST", sources, but("url", "x".into()), "/url", "http"),
        (
            "POST",
            sources,
            but("as_cited_by", 0.into()),
            "/as_cited_by",
            "from 1",
        ),
        (
            "POST",
            sources,
            but("colour", 1.into()),
            "/colour",
            "unknown",
        ),
        (
            "PUT",
            "/sources/1",
            but("title", "".into()),
            "/title",
            "empty",
        ),
        (
            "PUT",
            "/sources/1",
            but("as_cited_by", 1.into()),
            "/as_cited_by",
            "itself",
        ),
        ("PUT", "/sources/1/schedule", json!({}), "/every", "missing"),
        (
            "PUT",
            "/sources/1/schedule",
            json!({ "every": 0 }),
            "/every",
            "365",
        ),
        (
            "PUT",
            "/sources/1/schedule",
            json!({ "every": 366 }),
            "/every",
            "365",
        ),
    ]
}

fn wrong_captures() -> Vec<Wrong> {
    let taken = "/sources/1/snapshots";
    let with = |field: &str, value: &str| {
        let mut new = json!({ "content": { "utf8": "It opened." } });
        new[field] = value.into();
        new
    };
    vec![
        ("POST", taken, json!({}), "/content", "missing"),
        (
            "POST",
            taken,
            json!({ "content": { "utf8": "" } }),
            "/content",
            "",
        ),
        (
            "POST",
            taken,
            json!({ "content": { "base64": "a" } }),
            "/content/base64",
            "base64",
        ),
        (
            "POST",
            taken,
            with("media_type", "pdf"),
            "/media_type",
            "text/html",
        ),
        ("POST", taken, with("file_name", ""), "/file_name", "empty"),
        ("POST", taken, with("url", "x"), "/url", "http"),
        ("POST", taken, with("notice", ""), "/notice", "empty"),
        (
            "POST",
            "/sources/1/captures",
            json!({ "url": "x" }),
            "/url",
            "http",
        ),
        ("POST", "/sources/1/captures", json!({}), "/url", "address"),
        ("POST", "/captures", json!({}), "/url", "missing"),
        (
            "POST",
            "/captures",
            json!({ "url": "ftp://x" }),
            "/url",
            "http",
        ),
        ("POST", "/captures/1/source", json!({}), "/sheet", "missing"),
        (
            "POST",
            "/captures/1/source",
            json!({ "sheet": but("title", "".into()) }),
            "/sheet/title",
            "empty",
        ),
        (
            "POST",
            "/captures/1/source",
            json!({ "sheet": but("title", "a".into()), "notice": "" }),
            "/notice",
            "empty",
        ),
    ]
}

#[test]
fn the_field_and_the_rule_of_a_source_are_told() {
    let desk = desk_of_today();
    desk.source("The register");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = serve(desk);
    let me = Client::new(&served.base, &token);
    are_told(&me, "/sources/1", wrong_sheets());
    are_told(&me, "/sources/1", wrong_captures());
    served.end();
}

#[test]
fn what_is_wrong_with_a_file_that_is_sent_as_it_is_is_told() {
    let desk = desk_of_today();
    desk.source("The register");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = serve(desk);
    let me = Client::new(&served.base, &token);
    let plain = ("content-type", "text/plain");
    let bring = |path: &str, said: &str, body: &[u8]| {
        let headers = [plain, ("content-disposition", said)];
        let answer = me.bring(("POST", path), &headers, body);
        let field = read(&answer)["errors"][0]["field"].clone();
        (answer.status, field)
    };
    let named = "attachment; filename=\"a.txt\"";
    for path in ["/captures", "/sources/1/snapshots"] {
        let (status, field) = bring(path, "attachment", b"It opened.");
        assert_eq!(
            (status, field),
            (400, "Content-Disposition".into()),
            "{path}"
        );
        let (status, field) = bring(path, "attachment; filename=\"\"", b"It opened.");
        assert_eq!(
            (status, field),
            (400, "Content-Disposition".into()),
            "{path}"
        );
        assert_eq!(bring(path, named, b""), (422, "/content".into()), "{path}");
    }
    let (status, field) = bring("/sources/1/snapshots?url=x", named, b"It opened.");
    assert_eq!((status, field), (400, "/url".into()));
    let (status, field) = bring("/sources/1/snapshots?notice=", named, b"It opened.");
    assert_eq!((status, field), (400, "/notice".into()));
    served.end();
}
