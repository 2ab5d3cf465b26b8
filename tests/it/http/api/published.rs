//! What strangers read of the desk as programs.

use citekeep::desk::{Actor, publishing};
use citekeep::domain::publication::CorrectionKind;
use serde_json::Value;

use super::json as read;
use crate::support::http::Visitor;
use crate::support::{desk_of_today, note};

#[test]
fn strangers_read_what_is_public_and_nothing_else() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    desk.claim("A secret statement.");
    let kind = CorrectionKind::Clarification;
    let editor: Actor = desk.editor;
    publishing::correct(
        &desk.desk,
        editor,
        desk.seen(claim),
        kind,
        note("We say it better."),
    )
    .expect("a correction");
    let served = desk.serve();
    let nobody = Visitor::nobody(&served.base);
    let get = |path: &str| nobody.get(&format!("/api/v1{path}"));
    let answer = get("/publications");
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    let list = read(&answer);
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let first = &list["items"][0];
    assert_eq!(first["rating"]["key"], "true");
    assert_eq!(first["corrected"], true);
    let page = first["url"].as_str().expect("an address");
    assert!(page.ends_with(&format!("/published/{claim}")), "{page}");
    assert!(!answer.body.contains("secret"));
    let tag = answer.header("etag").expect("a tag").to_owned();
    let known = nobody.ask("GET", "/api/v1/publications", &[("if-none-match", &tag)]);
    assert_eq!(known.status, 304);
    let count = |query: &str| {
        let page = read(&get(&format!("/publications?{query}")));
        page["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count("rating=true&since=2000-01-01T00:00:00Z"), 1);
    assert_eq!(count("rating=false"), 0);
    assert_eq!(count("since=2100-01-01T00:00:00Z"), 0);
    assert_eq!(count("language=en"), 0);
    assert_eq!(count("q=bridge"), 1);
    assert_eq!(count("q=secret"), 0);
    assert_eq!(count("after=1"), 0);
    let corrections = read(&get("/corrections"));
    assert_eq!(corrections["items"][0]["note"], "We say it better.");
    let scales = read(&get("/scales"));
    let scale = &scales["items"][0];
    assert_eq!(scale["sheet"]["key"], "five-step");
    assert_eq!(&read(&get(&format!("/scales/{}", scale["id"]))), scale);
    assert_eq!(scales["next"], Value::Null);
    let one = read(&get("/scales?limit=1"));
    let next = format!("/api/v1/scales?after={}&limit=1", scale["id"]);
    assert_eq!(one["next"], next);
    served.end();
}
