//! What is told of mistakes: the field and the rule.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

mod articles;
mod others;
mod sources;
mod work;

use super::{Client, json as read};
use crate::support::desk_of_today;

/// Bodies that are wrong, each with the field that is told and a word of the
/// rule. `LONG` stands for a text that is too long.
const CLAIMS: &str = r#"
POST /claims | {} | /statement | missing
POST /claims | {"statement": " "} | /statement | empty
POST /claims | {"statement": "LONG"} | /statement | limit
POST /claims | {"statement": 7} | /statement | string
POST /claims | {"statement": "a", "colour": 1} | /colour | unknown
POST /claims | {"statement": "a", "url": "ftp://x"} | /url | http
POST /claims | {"statement": "a", "date": "1.2.2022"} | /date | date
POST /claims | {"statement": "a", "claimant": {"name": ""}} | /claimant/name | empty
POST /claims | {"statement": "a", "passage": {"article": 0, "quote": "b"}} | /passage/article | from 1
PUT /claims/1/wording | {"statement": ""} | /statement | empty
PUT /claims/1/assignee | {} | /person | missing
PUT /claims/1/plan | {"priority": "soon", "due": null} | /priority | urgent
PUT /claims/1/plan | {"priority": "low", "due": "tomorrow"} | /due | moment looks like
POST /claims/1/citations | {"snapshot": 1, "quote": "nowhere", "stance": "supports"} | /quote | not
POST /claims/1/citations | {"snapshot": 1, "quote": "in 1932", "stance": "likes"} | /stance | supports
POST /claims/1/verdicts | {"rating": "great", "rationale": "a", "citations": [1]} | /rating | rating
POST /claims/1/verdicts | {"rating": "true", "rationale": "", "citations": [1]} | /rationale | empty
POST /claims/1/verdicts | {"rating": "true", "rationale": "a", "citations": [999]} | /citations | cit
POST /claims/1/dissents | {"note": ""} | /note | empty
POST /claims/1/remarks | {"kind": "shout", "words": "a"} | /kind | note
POST /claims/1/remarks | {"kind": "note", "words": ""} | /words | empty
POST /claims/1/corrections | {"kind": "oops", "note": "a"} | /kind | correction
"#;

/// The lines of a table: what is asked, the body, the field, a word.
fn lines(table: &str) -> impl Iterator<Item = [&str; 4]> {
    let lines = table.lines().filter(|line| !line.is_empty());
    lines.map(|line| {
        let parts: Vec<&str> = line.split(" | ").collect();
        parts.try_into().expect("four parts")
    })
}

#[test]
fn the_field_and_the_rule_are_told() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("The bridge register");
    let snapshot = desk.snapshot(source, "The bridge opened in 1932.");
    desk.cite(claim, snapshot, "opened in 1932");
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    are_told(&me, "/claims/1", CLAIMS);
    served.end();
}

/// Sends what is wrong, about something in the state that it is in, and looks
/// at what is told.
fn are_told(me: &Client, seen: &str, table: &str) {
    for [asked, body, field, word] in lines(table) {
        let (method, path) = asked.split_once(' ').expect("a method and a path");
        let body = body.replace("LONG", &"x".repeat(20_000));
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let tag = me.tag(seen);
        let answer = me.send((method, path), &[("if-match", &tag)], &body);
        let told = read(&answer);
        let cell = format!("{method} {path} {body}: {told}");
        assert_eq!(answer.status, 422, "{cell}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(told["errors"][0]["field"], field, "{cell}");
        let rule = told["errors"][0]["rule"].as_str().unwrap_or_default();
        assert!(rule.contains(word), "{cell}");
    }
}

#[test]
fn what_was_sent_is_not_said_again() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let draft = "A draft, expected by nobody.";
    for body in [
        json!({ "statement": [draft] }),
        json!({ "statement": "a", "claimant": draft }),
        json!({ "statement": "a", "passage": { "article": draft, "quote": "b" } }),
    ] {
        let answer = me.send(("POST", "/claims"), &[], &body);
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(!answer.body.contains("A draft"), "{}", answer.body);
    }
    served.end();
}

#[test]
fn what_stands_after_the_question_mark_is_told_by_name() {
    let desk = desk_of_today();
    let token = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let wrong = [
        ("/claims?state=great", "/state"),
        ("/claims?limit=0", "/limit"),
        ("/claims?limit=201", "/limit"),
        ("/claims?article=x", "/article"),
        ("/claims?since=yesterday", "/since"),
        ("/claims?colour=red", "/colour"),
        ("/claims?limit=1&limit=2", "/limit"),
        ("/changes?after=-1", "/after"),
        ("/articles?language=", "/language"),
        ("/articles?until=1", "/until"),
        ("/articles?after=0", "/after"),
        ("/articles/1/revisions?after=x", "/after"),
        ("/articles/1/changes?from=x", "/from"),
        ("/articles/1/changes?to=-1", "/to"),
        ("/sources?kind=rumour", "/kind"),
        ("/sources?as_cited_by=0", "/as_cited_by"),
        ("/sources?after=x", "/after"),
        ("/sources/1/snapshots?after=0", "/after"),
        ("/sources/1/reanchorings?limit=0", "/limit"),
        ("/sources/1/changes?from=1", "/to"),
        ("/sources/1/changes?from=x&to=2", "/from"),
        ("/snapshots/1/citations?after=x", "/after"),
        ("/snapshots/1/pages/1/picture?citation=0", "/citation"),
        ("/captures?after=x", "/after"),
        ("/search", "/q"),
        ("/search?q=a&in=here", "/in"),
        ("/search?q=a&state=great", "/state"),
        ("/search?q=a&article=0", "/article"),
        ("/search?q=a&kind=rumour", "/kind"),
        ("/search?q=a&source=x", "/source"),
        ("/search?q=a&from=1.2.2022", "/from"),
        ("/search?q=a&to=soon", "/to"),
        ("/search?q=a&skip=-1", "/skip"),
        ("/search?q=a&limit=0", "/limit"),
        ("/search/similar", "/statement"),
        ("/search/similar?statement=", "/statement"),
        ("/search/similar?statement=a&but=0", "/but"),
        ("/queue/open?order=random", "/order"),
        ("/queue/open?priority=soon", "/priority"),
        ("/queue/open?due=soon", "/due"),
        ("/queue/open?claimant=", "/claimant"),
        ("/queue/open?assignee=0", "/assignee"),
        ("/queue/open?unassigned=perhaps", "/unassigned"),
        ("/queue/open?after=7", "/after"),
        ("/publications?since=now", "/since"),
        ("/publications?language=", "/language"),
        ("/publications?after=0", "/after"),
        ("/corrections?after=0", "/after"),
    ];
    for (path, field) in wrong {
        let answer = me.get(path);
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
        assert_eq!(read(&answer)["errors"][0]["field"], field, "{path}");
    }
    assert_eq!(me.get("/claims/0").status, 404);
    assert_eq!(me.get("/claims/abc").status, 404);
    assert_eq!(me.get("/nothing").status, 404);
    served.end();
}

#[test]
fn what_is_not_json_is_told() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let nobody = served.nobody();
    let send = |kind: &str, body: &[u8]| {
        let headers = [("authorization", token.as_str()), ("content-type", kind)];
        nobody
            .bring(("POST", "/api/v1/claims"), &headers, body)
            .status
    };
    assert_eq!(send("text/plain", b"{}"), 415);
    assert_eq!(send("application/json", b"{"), 400);
    assert_eq!(send("application/json", b"{\"statement\":\"a\"} x"), 400);
    assert_eq!(
        send("application/json; charset=utf-8", b"{\"statement\":\"a\"}"),
        201
    );
    let large = format!("{{\"statement\":\"{}\"}}", "x".repeat(9 << 20));
    assert_eq!(send("application/json", large.as_bytes()), 413);
    served.end();
}
