//! Mistakes about articles.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Wrong, are_told};
use crate::http::api::Client;
use crate::http::settings::serve;
use crate::support::desk_of_today;

/// An article that is right but for one field.
fn but(field: &str, value: Value) -> Value {
    let mut article = json!({ "title": "The bridge", "content": { "utf8": "It opened." } });
    article[field] = value;
    article
}

fn wrong_bodies() -> Vec<Wrong> {
    let (articles, asides) = ("/articles", "/articles/1/asides");
    let revisions = "/articles/1/revisions";
    let aside = |quote: &str, reason: &str| json!({ "quote": quote, "reason": reason });
    vec![
        ("POST", articles, json!({}), "/title", "missing"),
        (
            "POST",
            articles,
            json!({ "title": "a" }),
            "/content",
            "missing",
        ),
        ("POST", articles, but("title", "".into()), "/title", "empty"),
        ("POST", articles, but("url", "x".into()), "/url", "http"),
        (
            "POST",
            articles,
            but("published", "soon".into()),
            "/published",
            "date",
        ),
        (
            "POST",
            articles,
            but("language", "".into()),
            "/language",
            "empty",
        ),
        (
            "POST",
            articles,
            but("notice", "".into()),
            "/notice",
            "empty",
        ),
        (
            "POST",
            articles,
            but("media_type", "html".into()),
            "/media_type",
            "text/html",
        ),
        (
            "POST",
            articles,
            but("colour", 1.into()),
            "/colour",
            "unknown",
        ),
        (
            "POST",
            articles,
            but("content", json!({ "utf8": " " })),
            "/content",
            "",
        ),
        (
            "POST",
            articles,
            but("content", json!({ "base64": "?" })),
            "/content/base64",
            "base64",
        ),
        (
            "POST",
            articles,
            but("content", json!({ "file": "a" })),
            "/content",
            "utf8",
        ),
        (
            "POST",
            revisions,
            but("title", "".into()),
            "/title",
            "empty",
        ),
        (
            "POST",
            revisions,
            but("content", json!({ "utf8": "" })),
            "/content",
            "",
        ),
        (
            "POST",
            revisions,
            but("title", "The bridge".into()),
            "/content",
            "nothing changed",
        ),
        (
            "POST",
            asides,
            json!({ "reason": "opinion" }),
            "/quote",
            "missing",
        ),
        ("POST", asides, aside("nowhere", "opinion"), "/quote", "not"),
        (
            "POST",
            asides,
            aside("It opened.", "boring"),
            "/reason",
            "opinion",
        ),
        (
            "POST",
            asides,
            json!({ "quote": "It opened.", "reason": "opinion", "near": -1 }),
            "/near",
            "u64",
        ),
    ]
}

#[test]
fn the_field_and_the_rule_of_an_article_are_told() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = serve(desk);
    let me = Client::new(&served.base, &token);
    let added = me.send(
        ("POST", "/articles"),
        &[],
        &but("title", "The bridge".into()),
    );
    assert_eq!(added.status, 201, "{added:?}");
    are_told(&me, "/articles/1", wrong_bodies());
    served.end();
}
