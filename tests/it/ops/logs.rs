//! Each request has a name that stands in what is said of it.

use std::fs;

use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::{lines, start};
use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor};

const CONFIG: &str = "[log]\nformat = \"json\"\n[proxy]\ntrusted = [\"127.0.0.1\"]\n";
const SECRET: &str = "popocatepetl";

fn id(answer: &Answer) -> String {
    answer.header("x-request-id").expect("a name").to_owned()
}

fn about<'l>(lines: &'l [Value], id: &str) -> Vec<&'l Value> {
    let is_its = |line: &&Value| line["span"]["id"] == id;
    lines.iter().filter(is_its).collect()
}

#[test]
fn whoever_saw_an_error_and_whoever_reads_the_log_speak_of_one_request() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.editor);
    let closed = desk.close();
    let mut program = start(&closed.data, CONFIG, "info");
    let base = program.address();
    let (nobody, me) = (Visitor::nobody(&base), Visitor::enter(&base, &link));

    let made = [nobody.get("/published"), nobody.get("/published")].map(|answer| id(&answer));
    assert_ne!(made[0], made[1]);
    assert!(made[0].len() == 32 && made[0].bytes().all(|byte| byte.is_ascii_hexdigit()));
    let named = |id: &str| {
        let answer = nobody.ask(
            "GET",
            "/published?search=popocatepetl",
            &[("x-request-id", id)],
        );
        answer.header("x-request-id").expect("a name").to_owned()
    };
    assert_eq!(named("edge-7.Ab_9"), "edge-7.Ab_9");
    for bad in ["", "two words", "a\"b", "<b>", &"7".repeat(65)] {
        assert_eq!(named(bad).len(), 32, "{bad}");
    }
    let missing = nobody.get("/no/such/popocatepetl");
    assert_eq!(missing.status, 404);
    assert!(
        !missing.body.contains(&id(&missing)),
        "it is nobody's failure"
    );

    fs::remove_dir_all(closed.data.join("blobs")).expect("the blobs are gone");
    let page = me.get("/snapshots/1/raw");
    assert_eq!(page.status, 500, "{page:?}");
    assert!(page.body.contains(&id(&page)), "{}", page.body);
    let json = me.ask("GET", "/snapshots/1/raw", &[("accept", "application/json")]);
    let problem: Value = serde_json::from_str(&json.body).expect("JSON");
    assert_eq!(
        problem["instance"],
        format!("urn:citekeep:request:{}", id(&json))
    );

    let said = program.last_words();
    assert!(!said.contains(SECRET), "{said}");
    let lines = lines(&said);
    let told = about(&lines, "edge-7.Ab_9");
    assert_eq!(told.len(), 1, "{said}");
    assert_eq!(told[0]["span"]["route"], "/published");
    assert_eq!(told[0]["span"]["method"], "GET");
    assert_eq!(told[0]["fields"]["status"], 200);
    assert!(told[0]["fields"]["ms"].is_u64(), "{told:?}");
    let moment = told[0]["timestamp"].as_str().expect("a moment");
    assert!(moment.ends_with('Z'), "it is UTC: {moment}");
    assert_eq!(about(&lines, &id(&missing))[0]["span"]["route"], "none");
    for broken in [&page, &json] {
        let told = about(&lines, &id(broken));
        let levels: Vec<_> = told.iter().map(|line| &line["level"]).collect();
        assert_eq!(levels, ["ERROR", "INFO"], "{said}");
        assert_eq!(told[0]["fields"]["message"], "a request failed");
    }
}

#[test]
fn a_line_for_people_names_the_request_at_any_level() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.editor);
    let closed = desk.close();
    let mut program = start(&closed.data, "", "error");
    let base = program.address();
    let me = Visitor::enter(&base, &link);
    fs::remove_dir_all(closed.data.join("blobs")).expect("the blobs are gone");
    let forged = [("x-request-id", "edge-7")];
    let page = me.ask("GET", "/snapshots/1/raw", &forged);
    assert_eq!(page.status, 500, "{page:?}");
    let id = id(&page);
    assert_ne!(id, "edge-7", "whoever is no proxy names nothing");
    let said = program.last_words();
    let line = said.lines().find(|line| line.contains("a request failed"));
    let line = line.expect("the cause");
    assert!(line.contains(&format!("id=\"{id}\"")), "{line}");
    assert!(
        line.contains("route=\"/snapshots/{snapshot}/raw\""),
        "{line}"
    );
}

/// A line of a log, as somebody might like to have it there.
const FORGED: &str = "popocatepetl\n2026-11-27T00:00:00Z ERROR the desk was sold \u{1b}[2J";

/// Tries to get around what the desk looks at, each with the forged line wherever
/// a request has place for it.
fn tries(nobody: &Visitor, me: &Visitor) {
    let encoded: String = byte_serialize(FORGED.as_bytes()).collect();
    let strange = format!("/published/{encoded}?search={encoded}&{encoded}=1");
    assert_eq!(nobody.get(&strange).status, 404);
    let words = [
        ("user-agent", SECRET),
        ("referer", SECRET),
        ("cookie", SECRET),
    ];
    let elsewhere = [
        ("host", "popocatepetl.example"),
        ("x-forwarded-for", SECRET),
    ];
    let answer = nobody.ask("GET", "/published", &[&words[..], &elsewhere].concat());
    assert_eq!(answer.status, 421);
    let statement = ("statement", FORGED);
    let forged = me.send("/claims", &[("csrf", FORGED), statement], &[]);
    assert_eq!(forged.expect("an answer").status, 403);
    let own = [("csrf", me.secret()), statement];
    let drawn = [("sec-fetch-site", "cross-site"), ("user-agent", SECRET)];
    let forged = me.send("/claims", &own, &drawn);
    assert_eq!(forged.expect("an answer").status, 403);
    assert_eq!(me.get(&format!("/people?name={encoded}")).status, 403);
    let program = [("authorization", "Bearer popocatepetl")];
    let refused = nobody.bring(("POST", "/api/v1/claims"), &program, FORGED.as_bytes());
    assert_eq!(refused.status, 401);
    let typed = [("sign_in", FORGED), ("password", FORGED)];
    let tries = (0..12).map(|_| nobody.post("/sign-in", &typed).status);
    assert!(tries.into_iter().any(|status| status == 429));
}

#[test]
fn nobody_writes_a_line_of_the_log_and_each_try_to_get_around_something_has_one() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let config = "[proxy]\ntrusted = [\"127.0.0.1\"]\n";
    let mut program = start(&closed.data, config, "trace");
    let base = program.address();
    tries(&Visitor::nobody(&base), &Visitor::enter(&base, &link));
    let said = program.last_words();
    for word in [SECRET, "the desk was sold"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    let is_fine = |c: char| c == '\n' || !c.is_control();
    assert!(said.chars().all(is_fine), "{said:?}");
    for why in [
        "it names another host",
        "the form does not know the session",
        "another site made the browser send it",
        "whoever asks may not",
        "too many tries",
    ] {
        let why = format!("why=\"{why}\"");
        let line = said.lines().find(|line| line.contains(&why)).expect(&why);
        assert!(line.contains("a request was refused"), "{line}");
        assert!(line.contains("address=127.0.0.1"), "{line}");
    }
    let kept_out = "somebody was not let in way=\"password\" address=\"\"";
    assert!(said.contains(kept_out), "{said}");
}
