//! A source, its snapshots, and what becomes of words cited from it, done by
//! programs alone.

use citekeep::domain::hash::ContentHash;
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::capture::pdf_builder::PdfBuilder;
use crate::support::desk_of_today;

fn sheet(title: &str) -> Value {
    json!({
        "title": title, "kind": "report", "publisher": "The city", "directness": "primary",
        "grade": { "reliability": "B", "credibility": "2" },
    })
}

#[test]
fn programs_add_a_source_and_learn_that_its_words_changed() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let added = me.send(("POST", "/sources"), &[], &sheet("The register"));
    assert_eq!(added.status, 201, "{added:?}");
    let pasted = json!({ "content": { "utf8": "The bridge opened in 1932." }, "notice": "Old" });
    let taken = me.send(("POST", "/sources/1/snapshots"), &[], &pasted);
    assert_eq!(taken.status, 201, "{taken:?}");
    let claim = json!({ "statement": "The bridge opened in 1932." });
    me.send(("POST", "/claims"), &[], &claim);
    let cited = json!({ "snapshot": 1, "quote": "opened in 1932", "stance": "supports" });
    assert_eq!(
        me.send(("POST", "/claims/1/citations"), &[], &cited).status,
        201
    );
    let resting = read(&me.get("/snapshots/1/citations"));
    assert_eq!(resting["items"][0]["quote"], "opened in 1932");
    assert_eq!(resting["items"][0]["reanchored"], Value::Null);

    let newer = me.bring(
        (
            "POST",
            "/sources/1/snapshots?url=https://city.example/bridge",
        ),
        &[
            ("content-type", "text/plain"),
            ("content-disposition", "attachment; filename=\"bridge.txt\""),
        ],
        b"The bridge opened in 1933.",
    );
    assert_eq!(newer.status, 201, "{newer:?}");
    let shown = read(&me.get("/snapshots/2"));
    assert_eq!(shown["file_name"], "bridge.txt");
    assert_eq!(shown["how"], "uploaded");
    assert_eq!(shown["url"], "https://city.example/bridge");
    let changed = read(&me.get("/sources/1/reanchorings"));
    assert_eq!(changed["items"][0]["reanchored"]["outcome"], "altered");
    assert_eq!(changed["items"][0]["compared"], 2);
    let compared = read(&me.get("/sources/1/changes?from=1&to=2"));
    assert_eq!(compared["text"]["changed"], 1, "{compared}");
    let snapshots = read(&me.get("/sources/1/snapshots?limit=1"));
    assert_eq!(snapshots["items"][0]["id"], 2);
    assert_eq!(
        snapshots["next"],
        "/api/v1/sources/1/snapshots?after=2&limit=1"
    );
    served.end();
}

#[test]
fn a_source_is_changed_only_as_it_was_seen() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    me.send(("POST", "/sources"), &[], &sheet("The register"));
    let old = me.tag("/sources/1");
    let known = |tag: &str| {
        me.ask("GET", "/sources/1", &[("if-none-match", tag)])
            .status
    };
    assert_eq!(known(&old), 304);
    let mut better = sheet("The bridge register");
    better["url"] = "https://city.example/register".into();
    assert_eq!(me.change("PUT", "/sources/1", &better).status, 204);
    assert_eq!(known(&old), 200);
    let late = me.send(("PUT", "/sources/1"), &[("if-match", &old)], &better);
    assert_eq!(late.status, 412, "{late:?}");
    let weekly = json!({ "every": 7 });
    let late = me.send(
        ("PUT", "/sources/1/schedule"),
        &[("if-match", &old)],
        &weekly,
    );
    assert_eq!(late.status, 412, "{late:?}");
    assert_eq!(me.change("PUT", "/sources/1/schedule", &weekly).status, 204);
    let shown = read(&me.get("/sources/1"));
    assert_eq!(shown["every"], 7);
    assert_eq!(shown["title"], "The bridge register");
    assert_eq!(shown["grade_code"], "B2");
    assert_eq!(shown["address"], "https://city.example/register");

    let mut second = sheet("An assessment");
    second["as_cited_by"] = 1.into();
    second["kind"] = "assessment".into();
    assert_eq!(me.send(("POST", "/sources"), &[], &second).status, 201);
    let before = me.tag("/sources/2");
    assert_eq!(read(&me.get("/sources/2"))["chain"][1]["source"], 1);
    assert_eq!(
        me.change("PUT", "/sources/1", &sheet("The file")).status,
        204
    );
    let again = me.ask("GET", "/sources/2", &[("if-none-match", &before)]);
    assert_eq!(again.status, 200, "the title of what cites it changed");
    let titles = |query: &str| {
        let page = read(&me.get(&format!("/sources?{query}")));
        let items = page["items"].as_array().expect("items").clone();
        items
            .iter()
            .filter_map(|it| it["id"].as_i64())
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(""), [2, 1]);
    assert_eq!(titles("q=assess"), [2]);
    assert_eq!(titles("q=city"), [2, 1]);
    assert!(titles("q=nothing").is_empty());
    assert!(titles("q=%2B").is_empty());
    assert_eq!(titles("kind=report"), [1]);
    assert_eq!(titles("as_cited_by=1"), [2]);
    assert_eq!(titles("after=2"), [1]);
    served.end();
}

#[test]
fn bytes_texts_and_pages_of_a_snapshot_are_given_with_their_hashes() {
    let desk = desk_of_today();
    let source = desk.source("The report");
    let pdf = PdfBuilder::new()
        .page(&[(60, 700, "The bridge was mended in 1950.")])
        .bytes();
    desk.upload(source, "report.pdf", &pdf);
    desk.snapshot(source, "The bridge opened in 1932.");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let shown = read(&me.get("/snapshots/2"));
    let text = &shown["texts"][0];
    let by_number = me.get(&format!("/snapshots/2/texts/{}", text["id"]));
    let hash = text["text_sha256"].as_str().expect("a hash");
    let by_hash = me.get(&format!("/snapshots/2/texts/{hash}"));
    assert_eq!(by_number.body, "The bridge opened in 1932.");
    assert_eq!(by_number.body, by_hash.body);
    assert_eq!(ContentHash::of(by_hash.body.as_bytes()).to_string(), hash);
    assert_eq!(me.get(&format!("/snapshots/1/texts/{hash}")).status, 404);
    assert_eq!(me.get("/snapshots/2/texts/nothing").status, 404);
    let raw = me.get("/snapshots/2/raw");
    assert_eq!(raw.body, "The bridge opened in 1932.");
    assert_eq!(raw.header("content-type"), Some("application/octet-stream"));
    let kept = raw.header("content-disposition").unwrap_or_default();
    assert!(kept.starts_with("attachment"), "{kept}");
    let tag = raw.header("etag").expect("a tag").to_owned();
    let known = me.ask("GET", "/snapshots/2/raw", &[("if-none-match", &tag)]);
    assert_eq!(known.status, 304);
    let (kind, picture) = me.fetch("/snapshots/1/pages/1/picture");
    assert_eq!(kind, "image/png");
    assert!(picture.starts_with(b"\x89PNG"));
    let (_, raw) = me.fetch("/snapshots/1/raw");
    assert_eq!(raw, pdf);
    assert_eq!(me.get("/snapshots/1/pages/9/picture").status, 404);
    assert_eq!(me.get("/snapshots/2/pages/1/picture").status, 404);
    let again = me.send(("POST", "/snapshots/2/texts"), &[], &json!({}));
    assert_eq!(
        (again.status, read(&again)["added"].clone()),
        (200, 0.into())
    );
    let copy = me.send(("POST", "/snapshots/2/copies"), &[], &json!({}));
    assert_eq!(copy.status, 422, "it has no address: {copy:?}");
    served.end();
}
