//! A request that is sent twice is done once.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::json;

use super::{Client, json as read};
use crate::support::desk_of_today;

#[test]
fn a_request_that_is_sent_again_is_answered_and_not_done_again() {
    let desk = desk_of_today();
    let (mine, other) = (
        desk.token(Role::Editor, Scopes::ALL),
        desk.token(Role::Editor, Scopes::ALL),
    );
    let served = desk.serve();
    let me = Client::new(&served.base, &mine);
    let key = [("idempotency-key", "story-7-claim-1")];
    let new = json!({ "statement": "The bridge opened in 1932." });
    let first = me.send(("POST", "/claims"), &key, &new);
    let again = me.send(("POST", "/claims"), &key, &new);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(
        (&first.body, &first.location),
        (&again.body, &again.location)
    );
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let claims = read(&me.get("/claims"));
    assert_eq!(claims["items"].as_array().map(Vec::len), Some(1));

    let else_asked = json!({ "statement": "The bridge opened in 1933." });
    let answer = me.send(("POST", "/claims"), &key, &else_asked);
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!(read(&answer)["errors"][0]["field"], "Idempotency-Key");
    let colleague = Client::new(&served.base, &other).send(("POST", "/claims"), &key, &new);
    assert_eq!(read(&colleague)["id"], 2, "keys are each program's own");

    // A refusal takes no key: what was wrong is mended and sent under it.
    let key = [("idempotency-key", "story-7-claim-2")];
    let wrong = me.send(("POST", "/claims"), &key, &json!({ "statement": "" }));
    assert_eq!(wrong.status, 422);
    assert_eq!(me.send(("POST", "/claims"), &key, &else_asked).status, 201);
    let long = "k".repeat(256);
    for odd in ["", "a b", long.as_str()] {
        let answer = me.send(("POST", "/claims"), &[("idempotency-key", odd)], &new);
        assert_eq!(answer.status, 400, "{odd:?}: {answer:?}");
    }
    served.end();
}
