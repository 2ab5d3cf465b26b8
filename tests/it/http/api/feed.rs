//! The changes as a stream: nothing is missed, nothing comes twice, and it ends
//! with its token.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::{Client, json as read};
use crate::http::settings::serve;
use crate::support::desk_of_today;
use crate::support::http::{Listener, Visitor};

const EVENTS: (&str, &str) = ("accept", "text/event-stream");

fn listen(base: &str, token: &str, path: &str, headers: &[(&str, &str)]) -> Listener {
    let own = [("authorization", token), EVENTS];
    let path = format!("/api/v1{path}");
    Visitor::nobody(base).listen_with(&path, &[&own, headers].concat())
}

fn open(me: &Client, statement: &str) {
    let new = json!({ "statement": statement });
    assert_eq!(me.send(("POST", "/claims"), &[], &new).status, 201);
}

#[test]
fn a_stream_tells_what_the_list_tells_and_then_what_happens() {
    let desk = desk_of_today();
    for number in 0..120 {
        desk.claim(&format!("Claim number {number}."));
    }
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let mut stream = listen(&served.base, &token, "/changes?after=3", &[]);
    let mut next = "/api/v1/changes?after=3&limit=50".to_owned();
    let mut last = 3;
    loop {
        let page = read(&me.get(next.trim_start_matches("/api/v1")));
        let items = page["items"].as_array().expect("a list");
        if items.is_empty() {
            break;
        }
        for item in items {
            let event = stream.next().expect("the stream goes on");
            assert_eq!((event.name.as_str(), &event.told), ("change", item));
            assert_eq!(event.id, item["entry"].as_u64());
            last = event.id.expect("its entry");
        }
        next = page["next"].as_str().expect("an address").to_owned();
    }
    assert!(last > 120, "more than one reading of the log");
    open(&me, "Opened while the stream is open.");
    let live = stream.next().expect("what happens now");
    assert_eq!(live.id, Some(last + 1));
    assert_eq!(live.told["kind"], "claim_opened");

    // Who connects again names the last entry that was heard, which counts
    // more than the address.
    let heard = last.to_string();
    let headers = [("last-event-id", heard.as_str())];
    let mut again = listen(&served.base, &token, "/changes?after=0", &headers);
    assert_eq!(again.next().expect("what was missed").id, Some(last + 1));
    served.end();
}

#[test]
fn a_stream_ends_with_its_token_and_needs_one() {
    let desk = desk_of_today();
    let token = desk.token(Role::Reader, Scopes::ALL);
    let (served, admin) = serve(desk);
    let mut stream = listen(&served.base, &token, "/changes", &[]);
    assert_eq!(stream.next().expect("the first entry").id, Some(0));
    let answer = admin.ask(
        "POST",
        "/api/v1/tokens/1/revocation",
        &[("x-csrf-token", admin.secret())],
    );
    assert_eq!(answer.status, 204, "{answer:?}");
    stream.hear("over");
    assert!(stream.next().is_none());
    let nobody = Visitor::nobody(&served.base);
    assert_eq!(nobody.ask("GET", "/api/v1/changes", &[EVENTS]).status, 401);
    let revoked = [("authorization", token.as_str()), EVENTS];
    assert_eq!(nobody.ask("GET", "/api/v1/changes", &revoked).status, 401);
    served.end();
}

#[test]
fn a_stream_says_what_it_is_and_begins_where_it_is_asked_to() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let head = me.ask("HEAD", "/changes", &[EVENTS]);
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    assert_eq!(head.header("cache-control"), Some("no-store"));
    assert_eq!(me.ask("GET", "/changes?after=x", &[EVENTS]).status, 400);
    // Whoever has seen more than there is hears what comes after that only.
    let mut ahead = listen(&served.base, &token, "/changes?after=0", &[]);
    assert_eq!(ahead.next().expect("the second entry").id, Some(1));
    served.end();
}
