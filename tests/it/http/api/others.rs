//! What other publishers found, read, noted and removed by programs; and what
//! the readers of our own review may dislike.

use citekeep::domain::hash::ContentHash;
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use serde_json::{Value, json};

use super::{Client, json as read};
use crate::support::desk_of_today;
use crate::support::host::Host;
use crate::support::program::citekeep_with;

/// A feed of somebody else with two reviews, one of them of another bridge.
const FEED: &str = r#"[
{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/one",
 "claimReviewed":"It opened in 1932","author":{"@type":"Organization","name":"Checks & Co"},
 "datePublished":"2021-05-04","reviewRating":{"@type":"Rating","ratingValue":"2","bestRating":"5",
 "worstRating":"1","alternateName":"Mostly false"}},
{"@context":"https://schema.org","@type":"ClaimReview","url":"https://checks.example/two",
 "claimReviewed":"Another bridge","author":{"name":"Checks & Co"},"reviewRating":{"alternateName":"True"}}
]"#;

#[test]
fn a_program_reads_chooses_notes_and_removes() {
    let desk = desk_of_today();
    let claim = format!("/claims/{}", desk.claim("The bridge opened in 1932."));
    desk.claim("Another claim.");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &token);
    let checks = format!("{claim}/other-checks");
    let readings = format!("{checks}/readings");
    let named = [
        ("content-type", "application/ld+json"),
        (
            "content-disposition",
            "attachment; filename=\"feed.jsonld\"",
        ),
    ];
    let answer = me.bring(("POST", &readings), &named, FEED.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    let reading = read(&answer);
    assert_eq!(reading["reviews"][1]["url"], "https://checks.example/two");
    assert_eq!(reading["read_in"]["file_name"], "feed.jsonld");
    let hash = ContentHash::of(FEED.as_bytes()).to_string();
    assert_eq!(reading["read_in"]["sha256"], hash);
    assert_eq!(read(&me.get(&checks))["items"], json!([]), "only read");

    let by_name = json!({ "reading": reading["reading"] });
    let one = json!({ "from": by_name, "chosen": [0, 0] });
    let noted = read(&me.send(("POST", &checks), &[], &one));
    assert_eq!(noted, json!({ "noted": [1], "known": 0 }));
    let all = json!({ "from": { "content": { "utf8": FEED } } });
    let noted = read(&me.send(("POST", &checks), &[], &all));
    assert_eq!(noted, json!({ "noted": [2], "known": 1 }), "twice is once");
    let listed = read(&me.get(&checks));
    assert_eq!(listed["items"][0]["id"], 2, "the newest first");
    assert_eq!(listed["items"][1]["rating"]["words"], "Mostly false");
    assert_eq!(listed["items"], read(&me.get(&claim))["others_checks"]);
    let elsewhere = me.send(("POST", "/claims/2/other-checks"), &[], &one);
    assert_eq!(elsewhere.status, 422, "a reading belongs to its claim");
    assert_eq!(read(&elsewhere)["errors"][0]["field"], "/from/reading");

    let old = me.tag(&claim);
    let why = json!({ "reason": "It is about another bridge." });
    let second = format!("{checks}/2");
    assert_eq!(me.send(("DELETE", &second), &[], &why).status, 428);
    assert_eq!(me.change("DELETE", &second, &why).status, 204);
    assert_eq!(me.change("DELETE", &second, &why).status, 404);
    let stranger = me.change("DELETE", "/claims/2/other-checks/1", &why);
    assert_eq!(stranger.status, 404, "a check belongs to its claim");
    let wording = json!({ "statement": "The bridge opened in 1933." });
    assert_eq!(
        me.change("PUT", &format!("{claim}/wording"), &wording)
            .status,
        204
    );
    let late = [("if-match", old.as_str())];
    let late = me.send(("DELETE", &format!("{checks}/1")), &late, &why);
    assert_eq!(late.status, 412, "{late:?}");
    let listed = read(&me.get(&checks));
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(me.get("/claims/999/other-checks").status, 404);
    served.end();
}

#[test]
fn an_address_is_fetched_with_the_guards_of_every_capture() {
    let page = format!("<script type=\"application/ld+json\">{FEED}</script>");
    let host = Host::serve(page);
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let token = desk.token(Role::Researcher, Scopes::ALL);
    let closed = desk.close();
    let config = format!(
        "[fetch]\nallow = [\"{}\"]\nports = [{}]\n",
        host.address,
        host.address.port()
    );
    let mut program = citekeep_with(&closed.data, &config);
    let me = Client::new(&program.address(), &token);
    let checks = format!("/claims/{claim}/other-checks");
    let address = format!("http://{}/checks", host.address);
    let from = |url: &str| json!({ "from": { "url": url } });
    let noted = me.send(("POST", &checks), &[], &from(&address));
    assert_eq!(read(&noted)["noted"], json!([1, 2]), "{noted:?}");
    assert_eq!(
        read(&me.get(&checks))["items"][0]["read_in"]["address"],
        address
    );
    for inner in ["http://127.0.0.1:9/", "http://169.254.169.254/latest"] {
        let refused = me.send(("POST", &checks), &[], &from(inner));
        assert_eq!(refused.status, 422, "{inner}: {refused:?}");
        assert_eq!(read(&refused)["errors"][0]["field"], "/from/url");
    }
    let nowhere = me.send(("POST", "/claims/999/other-checks"), &[], &from(&address));
    assert_eq!(nowhere.status, 404, "nothing is fetched for no claim");
}

#[test]
fn those_who_publish_are_told_what_readers_of_the_review_may_dislike() {
    let desk = desk_of_today();
    let long = desk.claim(&"The bridge opened in 1932. ".repeat(4));
    let editor = desk.token(Role::Editor, Scopes::ALL);
    let reader = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = Client::new(&served.base, &editor);
    let path = format!("/claims/{long}/advice");
    let told = read(&me.get(&path));
    let items = told["items"].as_array().expect("advice");
    let about = |property: &str| items.iter().find(|it| it["property"] == property);
    let wording = about("claimReviewed").expect("advice about the wording");
    assert_eq!(wording["severity"], "cut");
    let length = wording["what"].as_str().unwrap_or_default();
    assert!(length.contains("107 characters"), "{length}");
    let page = about("url").expect("advice about the page");
    assert_eq!(page["severity"], "refused", "the desk is on loopback");
    let order: Vec<&Value> = items.iter().map(|it| &it["severity"]).collect();
    let refused = order.iter().rposition(|it| **it == "refused");
    let cut = order.iter().position(|it| **it == "cut");
    assert!(refused < cut, "the worst first: {order:?}");
    assert_eq!(Client::new(&served.base, &reader).get(&path).status, 403);
    assert_eq!(me.get("/claims/999/advice").status, 404);
    let why = json!({ "note": "It is no claim." });
    let gone = me.change("POST", &format!("/claims/{long}/withdrawal"), &why);
    assert_eq!(gone.status, 204, "{gone:?}");
    assert_eq!(read(&me.get(&path))["items"], json!([]));
    served.end();
}
