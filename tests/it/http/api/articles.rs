//! An article from its first text to a newer one, done by programs alone.

use citekeep::domain::hash::ContentHash;
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::support::desk_of_today;

const FIRST: &str = "The bridge opened in 1932. It is “loved”. Nobody fell.";
const SECOND: &str = "The bridge opened in 1933. It is “loved”. Nobody fell.";

fn article(text: &str) -> Value {
    json!({ "title": "The bridge", "language": "en", "content": { "utf8": text } })
}

#[test]
fn programs_bring_an_article_and_follow_its_claims_into_a_newer_text() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let added = me.send(("POST", "/articles"), &[], &article(FIRST));
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(added.location.as_deref(), Some("/api/v1/articles/1"));

    let text = me.get("/articles/1/revisions/1/text");
    assert_eq!(text.body, FIRST);
    let kind = text.header("content-type");
    assert_eq!(kind, Some("text/plain; charset=utf-8"));
    let shown = read(&me.get("/articles/1"));
    let hash = ContentHash::of(FIRST.as_bytes()).to_string();
    assert_eq!(shown["text_sha256"], hash);
    assert_eq!(shown["coverage"]["open"], 3);

    let claim = json!({
        "statement": "The bridge opened in 1932.",
        "passage": { "article": 1, "quote": "opened in 1932" },
    });
    assert_eq!(me.send(("POST", "/claims"), &[], &claim).status, 201);
    let aside = json!({ "quote": "It is “loved”.", "reason": "opinion" });
    let aside = me.send(("POST", "/articles/1/asides"), &[], &aside);
    assert_eq!(aside.status, 201, "{aside:?}");
    let entry = read(&aside)["entry"].clone();
    let draft = read(&me.get("/articles/1/draft"));
    assert_eq!(
        draft["claims"][0]["span"],
        json!({ "start": 11, "end": 25 })
    );
    assert_eq!(draft["set_aside"][0]["entry"], entry);
    assert_eq!(draft["open"].as_array().map(Vec::len), Some(1));

    let old = me.tag("/articles/1");
    let revised = me.change("POST", "/articles/1/revisions", &article(SECOND));
    assert_eq!(revised.status, 201, "{revised:?}");
    assert_eq!(read(&revised)["revision"], 2);
    let late = [("if-match", old.as_str())];
    let late = me.send(("POST", "/articles/1/revisions"), &late, &article("New."));
    assert_eq!(late.status, 412, "{late:?}");
    let same = me.change("POST", "/articles/1/revisions", &article(SECOND));
    assert_eq!(same.status, 422, "{same:?}");
    let changes = read(&me.get("/articles/1/changes"));
    assert_eq!(changes["claims"][0]["became"]["outcome"], "altered");
    let words = &changes["text"]["stretches"][0]["words"];
    assert_eq!(words[1]["gone"], "1932.", "{words}");
    let revisions = read(&me.get("/articles/1/revisions?limit=1"));
    assert_eq!(revisions["items"][0]["number"], 2);
    assert_eq!(
        revisions["next"],
        "/api/v1/articles/1/revisions?after=2&limit=1"
    );

    let taken_up = format!("/articles/1/asides/{entry}");
    let late = me.ask("DELETE", &taken_up, &[("if-match", &old)]);
    assert_eq!(late.status, 412, "{late:?}");
    let now = me.tag("/articles/1");
    let done = me.ask("DELETE", &taken_up, &[("if-match", &now)]);
    assert_eq!(done.status, 204, "{done:?}");
    served.end();
}

#[test]
fn the_tag_of_an_article_changes_with_its_claims_and_its_text() {
    let desk = desk_of_today();
    let other = desk.claim("The town is old.");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    me.send(("POST", "/articles"), &[], &article(FIRST));
    let known = |tag: &str| me.ask("GET", "/articles/1/draft", &[("if-none-match", tag)]);
    let first = me.tag("/articles/1");
    assert_eq!(known(&first).status, 304);
    let wording = json!({ "statement": "The town is new." });
    let elsewhere = me.change("PUT", &format!("/claims/{other}/wording"), &wording);
    assert_eq!(elsewhere.status, 204);
    assert_eq!(known(&first).status, 304, "a claim of no article");
    let claim = json!({
        "statement": "Nobody fell.", "passage": { "article": 1, "quote": "Nobody fell." },
    });
    let opened = me.send(("POST", "/claims"), &[], &claim);
    let second = me.tag("/articles/1");
    assert_eq!(known(&first).status, 200);
    let claim = format!("/claims/{}/wording", read(&opened)["id"]);
    me.change("PUT", &claim, &wording);
    assert_eq!(known(&second).status, 200);
    assert_eq!(known(&me.tag("/articles/1")).status, 304);
    served.end();
}

#[test]
fn articles_are_listed_by_language_and_time() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    for language in ["en", "de", "en"] {
        let article = json!({
            "title": "The bridge", "language": language,
            "content": { "base64": "VGhlIGJyaWRnZSBvcGVuZWQgaW4gMTkzMi4=" },
        });
        let added = me.send(("POST", "/articles"), &[], &article);
        assert_eq!(added.status, 201, "{added:?}");
    }
    let claim = json!({
        "statement": "It opened.", "passage": { "article": 1, "quote": "opened" },
    });
    assert_eq!(me.send(("POST", "/claims"), &[], &claim).status, 201);
    let ids = |query: &str| {
        let page = read(&me.get(&format!("/articles?{query}")));
        let items = page["items"].as_array().expect("items").clone();
        items
            .iter()
            .filter_map(|it| it["id"].as_i64())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(""), [3, 2, 1]);
    assert_eq!(ids("language=EN"), [3, 1]);
    assert_eq!(ids("language=de&limit=1"), [2]);
    assert_eq!(ids("after=3&limit=1"), [2]);
    assert_eq!(ids("since=2000-01-01T00:00:00Z&language=en&after=3"), [1]);
    assert!(ids("until=2000-01-01T00:00:00Z").is_empty());
    let english = read(&me.get("/articles?language=en"));
    assert_eq!(english["items"][1]["statements"], 1);
    let all = read(&me.get("/articles"));
    assert_eq!(all["items"][2]["statements"], 1);
    served.end();
}
