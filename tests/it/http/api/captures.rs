//! The queue of captures, as programs use it.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::support::desk_of_today;

const PAGE: &[u8] = b"<html lang=en><title>A bridge</title><p>The bridge opened in 1932.";

fn bring(me: &Client) -> i64 {
    let headers = [
        ("content-type", "text/html"),
        (
            "content-disposition",
            "attachment; filename=\"bridge.html\"",
        ),
    ];
    let brought = me.bring(("POST", "/captures"), &headers, PAGE);
    assert_eq!(brought.status, 201, "{brought:?}");
    let id = read(&brought)["id"].as_i64().expect("a number");
    assert_eq!(brought.location, Some(format!("/api/v1/captures/{id}")));
    id
}

#[test]
fn programs_bring_a_file_and_make_a_source_of_it() {
    let desk = desk_of_today();
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let id = bring(&me);
    let capture = format!("/captures/{id}");
    let shown = read(&me.get(&capture));
    assert_eq!(shown["state"], "read");
    assert_eq!(shown["found"]["title"], "A bridge");
    let sheet = json!({
        "title": shown["found"]["title"], "kind": "article", "publisher": "The city",
        "directness": "primary", "grade": { "reliability": "F", "credibility": "6" },
    });
    let adopted = json!({ "sheet": sheet, "notice": "A copy" });
    let source = me.send(("POST", &format!("{capture}/source")), &[], &adopted);
    assert_eq!(source.status, 201, "{source:?}");
    let snapshots = read(&me.get("/sources/1/snapshots"));
    assert_eq!(snapshots["items"][0]["file_name"], "bridge.html");
    let twice = me.send(("POST", &format!("{capture}/source")), &[], &adopted);
    assert_eq!(twice.status, 409, "{twice:?}");
    let shown = read(&me.get(&capture));
    assert_eq!(
        (&shown["state"], &shown["found"]),
        (&"done".into(), &Value::Null)
    );

    let other = bring(&me);
    let known = read(&me.get(&format!("/captures/{other}")));
    assert_eq!(known["found"]["known"], json!([1]));
    let stop = format!("/captures/{other}/cancellation");
    let stopped = me.send(("POST", &stop), &[], &json!({}));
    assert_eq!(stopped.status, 204, "{stopped:?}");
    assert_eq!(me.send(("POST", &stop), &[], &json!({})).status, 409);
    let tried = me.send(
        ("POST", &format!("/captures/{other}/tries")),
        &[],
        &json!({}),
    );
    assert_eq!(tried.status, 422, "it has no address: {tried:?}");
    let list = read(&me.get("/captures?limit=1"));
    assert_eq!(list["items"][0]["id"], other);
    let next = format!("/api/v1/captures?after={other}&limit=1");
    assert_eq!(list["next"], next);
    served.end();
}

#[test]
fn an_address_that_is_asked_for_is_worked_on() {
    let desk = desk_of_today();
    let source = desk.source("The register");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    // An address of the machine itself, which the desk never fetches.
    let inside = json!({ "url": "http://127.0.0.1:9/page" });
    let looks = format!("/sources/{source}/captures");
    for path in ["/captures", looks.as_str()] {
        let asked = me.send(("POST", path), &[], &inside);
        assert_eq!(asked.status, 201, "{asked:?}");
        let capture = format!("/captures/{}", read(&asked)["id"]);
        let ended = (0..5_000).find_map(|_| {
            let shown = read(&me.get(&capture));
            (shown["state"] == "failed").then_some(shown)
        });
        let ended = ended.expect("it ends");
        assert_eq!(ended["url"], "http://127.0.0.1:9/page");
        assert!(ended["words"].is_string(), "{ended}");
        let again = me.send(("POST", &format!("{capture}/tries")), &[], &json!({}));
        assert_eq!(again.status, 204, "{again:?}");
    }
    let nowhere = me.send(("POST", &looks), &[], &json!({}));
    assert_eq!(nowhere.status, 422, "{nowhere:?}");
    assert_eq!(read(&nowhere)["errors"][0]["field"], "/url");
    served.end();
}
