//! A claim from its words to its public verdict, done by programs alone.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::{Client, json as read};
use crate::support::desk_of_today;

#[test]
fn programs_take_a_claim_from_its_words_to_a_public_verdict() {
    let desk = desk_of_today();
    let source = desk.source("The bridge register");
    let snapshot = desk.snapshot(source, "The bridge opened in 1932.").get();
    let first = desk.token(Role::Editor, Scopes::ALL);
    let second = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let writer = Client::new(&served.base, &first);
    let colleague = Client::new(&served.base, &second);

    let new = json!({
        "statement": "The bridge opened in 1932.",
        "claimant": { "name": "The city council", "role": null },
    });
    let opened = writer.send(("POST", "/claims"), &[], &new);
    assert_eq!(opened.status, 201, "{opened:?}");
    let id = read(&opened)["id"].as_i64().expect("a number");
    let claim = format!("/claims/{id}");
    assert_eq!(opened.location, Some(format!("/api/v1{claim}")));

    let cited = json!({ "snapshot": snapshot, "quote": "opened in 1932", "stance": "supports" });
    let cited = writer.send(("POST", &format!("{claim}/citations")), &[], &cited);
    assert_eq!(cited.status, 201, "{cited:?}");
    let citation = read(&cited)["id"].clone();
    let verdict = json!({ "rating": "true", "rationale": "It did.", "citations": [citation] });
    let decided = writer.change("POST", &format!("{claim}/verdicts"), &verdict);
    assert_eq!(decided.status, 201, "{decided:?}");
    let own = writer.change("POST", &format!("{claim}/approvals"), &json!({}));
    assert_eq!(own.status, 409, "four eyes: {own:?}");
    let early = writer.change("POST", &format!("{claim}/publications"), &json!({}));
    assert_eq!(early.status, 409, "{early:?}");
    let approved = colleague.change("POST", &format!("{claim}/approvals"), &json!({}));
    assert_eq!(approved.status, 204, "{approved:?}");
    let published = writer.change("POST", &format!("{claim}/publications"), &json!({}));
    assert_eq!(published.status, 201, "{published:?}");
    let public = served.nobody().get(&format!("/published/{id}"));
    assert_eq!(public.status, 200);

    let history = read(&writer.get(&format!("{claim}/history")));
    let kinds: Vec<&str> = history["items"]
        .as_array()
        .expect("steps")
        .iter()
        .filter_map(|step| step["kind"].as_str())
        .collect();
    let expected = [
        "claim_opened",
        "citation_made",
        "verdict_given",
        "verdict_approved",
        "verdict_published",
    ];
    assert_eq!(kinds, expected);
    served.end();
}

#[test]
fn a_change_of_something_else_is_refused() {
    let desk = desk_of_today();
    let claim = format!("/claims/{}", desk.claim("The bridge opened in 1932."));
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let old = me.tag(&claim);
    let wording = json!({ "statement": "The bridge opened in 1933." });
    let path = format!("{claim}/wording");
    let bare = me.send(("PUT", &path), &[], &wording);
    assert_eq!(bare.status, 428, "{bare:?}");
    assert_eq!(read(&bare)["errors"][0]["field"], "If-Match");
    let known = me.ask("GET", &claim, &[("if-none-match", &old)]);
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    assert_eq!(
        me.send(("PUT", &path), &[("if-match", &old)], &wording)
            .status,
        204
    );
    assert_eq!(
        me.ask("GET", &claim, &[("if-none-match", &old)]).status,
        200
    );
    let late = me.send(("PUT", &path), &[("if-match", &old)], &wording);
    assert_eq!(late.status, 412, "{late:?}");
    assert_eq!(read(&late)["type"], "urn:citekeep:problem:other-state");
    let plan = json!({ "priority": "urgent", "due": null });
    let late = me.send(
        ("PUT", &format!("{claim}/plan")),
        &[("if-match", &old)],
        &plan,
    );
    assert_eq!(late.status, 412, "{late:?}");
    for odd in ["7", "\"x\"", "W/\"1\"", "*", "\"1\", \"2\""] {
        let answer = me.send(("PUT", &path), &[("if-match", odd)], &wording);
        assert_eq!(answer.status, 412, "{odd}: {answer:?}");
    }
    served.end();
}

#[test]
fn lists_are_paged_and_filtered() {
    let desk = desk_of_today();
    for n in 0..5 {
        desk.claim(&format!("The bridge has {n} arches."));
    }
    desk.published();
    let token = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let mut at = "/claims?state=open&limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = me.get(&at);
        let page = read(&answer);
        let items = page["items"].as_array().expect("items").clone();
        seen.extend(items.iter().filter_map(|claim| claim["id"].as_i64()));
        let link = answer.header("link").map(str::to_owned);
        let Some(next) = page["next"].as_str() else {
            assert_eq!(link, None);
            break;
        };
        assert_eq!(link, Some(format!("<{next}>; rel=\"next\"")));
        at = next.trim_start_matches("/api/v1").to_owned();
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let count = |query: &str| {
        let page = read(&me.get(&format!("/claims?{query}")));
        page["items"].as_array().expect("items").len()
    };
    assert_eq!(count("rating=true"), 1);
    assert_eq!(count("rating=false"), 0);
    assert_eq!(count("source=1&state=published"), 1);
    assert_eq!(count("stale=true"), 0);
    assert_eq!(count("since=2000-01-01T00:00:00Z"), 6);
    assert_eq!(count("until=2000-01-01T00:00:00Z"), 0);
    assert_eq!(count("language=en"), 0);
    served.end();
}
