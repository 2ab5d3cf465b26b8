//! What every answer carries, pages, files, errors and refusals alike.

use std::io::{Read, Write};
use std::net::TcpStream;

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::web::api::{BASE, operations};
use citekeep::web::routes::{Need, TABLE};

use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor};

/// For pages.
const PAGE: [&str; 11] = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
];
/// For data, and for files with one word more.
const DATA: [&str; 5] = [
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "sandbox",
];

/// For the one page that others may frame.
const FRAMED: [&str; 5] = [
    "default-src 'none'",
    "style-src 'self'",
    "form-action 'none'",
    "frame-ancestors *",
    "base-uri 'none'",
];

/// The policy of an answer as its directives.
fn policy(answer: &Answer) -> Vec<&str> {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    policy.split("; ").map(str::trim).collect()
}

/// Holds what every answer has against one, and says whether its policy is that
/// of a page, of data or of a file. The walk over every route asks this too
/// (`walls/walk.rs`).
pub(super) fn dressed(what: &str, answer: &Answer) -> &'static str {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
    ] {
        let found = answer.header(name);
        assert_eq!(found, Some(value), "{what}: {name}: {answer:?}");
    }
    let features = answer.header("permissions-policy").unwrap_or_default();
    assert!(features.contains("camera=()"), "{what}: {answer:?}");
    let lent = answer.header("cross-origin-resource-policy");
    assert!(lent.is_some(), "{what}: {answer:?}");
    assert!(answer.header("server").is_none(), "{what}: {answer:?}");
    let found = policy(answer);
    match () {
        () if found == PAGE => "page",
        () if found == DATA[..4] => "data",
        () if found == DATA => "file",
        () if found == FRAMED => "framed",
        () => unreachable!("{what} has no policy that is known: {answer:?}"),
    }
}

#[test]
fn every_answer_carries_the_strict_headers() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.editor);
    let token = desk.token(Role::Reader, Scopes::ALL);
    let served = desk.serve();
    let me = served.enter(&link);
    let nobody = served.nobody();
    let program = [("authorization", token.as_str())];
    let tag = nobody.get("/published");
    let known = [("if-none-match", tag.header("etag").expect("a tag"))];
    let page = format!("/published/{claim}");
    let kinds: Vec<(Answer, u16, &str)> = vec![
        (me.get(&format!("/claims/{claim}")), 200, "page"),
        (me.get("/claims/999999"), 404, "page"),
        (me.get("/no/such/page"), 404, "page"),
        (me.get("/people"), 403, "page"),
        (me.get("/snapshots/1/raw"), 200, "file"),
        (me.get("/snapshots/1/text"), 200, "file"),
        (me.get("/claims/1/bundle.zip"), 200, "file"),
        (me.get("/exports/desk.ndjson"), 200, "data"),
        (me.get("/events"), 200, "data"),
        (me.post("/claims", &[]), 422, "page"),
        (nobody.get(&page), 200, "page"),
        (nobody.ask("GET", "/published", &known), 304, "page"),
        (nobody.get("/claims"), 303, "page"),
        (nobody.get("/claims/1/hypothesis.json"), 404, "data"),
        (nobody.get("/articles/1/hypothesis.json"), 401, "data"),
        (nobody.post("/claims", &[]), 401, "page"),
        (nobody.get("/log/checkpoint"), 200, "data"),
        (nobody.get("/feed.atom"), 200, "data"),
        (nobody.get(&format!("{page}/citations.csv")), 200, "file"),
        (
            nobody.get(&format!("{page}/claim-review.json")),
            200,
            "data",
        ),
        (nobody.get(&format!("{page}/card.png")), 200, "data"),
        (nobody.get(&format!("{page}/embed")), 200, "framed"),
        (nobody.get("/favicon.ico"), 200, "data"),
        (nobody.get("/enter/0000"), 410, "page"),
        (nobody.ask("PUT", "/claims", &[]), 404, "page"),
        (nobody.ask("TRACE", "/published", &[]), 404, "page"),
        (nobody.ask("OPTIONS", "/api/v1/claims", &[]), 405, "data"),
        (nobody.ask("GET", "/api/v1/claims", &program), 200, "data"),
        (nobody.ask("GET", "/api/v1/claims", &[]), 401, "data"),
        (
            nobody.ask("GET", "/api/v1/snapshots/1/raw", &program),
            200,
            "file",
        ),
    ];
    for (at, (answer, status, kind)) in kinds.iter().enumerate() {
        assert_eq!(answer.status, *status, "{at}: {answer:?}");
        assert_eq!(dressed(&at.to_string(), answer), *kind, "{at}: {answer:?}");
    }
    let private = me.get(&format!("/claims/{claim}"));
    assert_eq!(private.header("cache-control"), Some("no-store"));
    let raw = me.get("/snapshots/1/raw");
    let how = raw.header("content-disposition").unwrap_or_default();
    assert!(how.starts_with("attachment"), "{raw:?}");
    served.end();
}

/// Those addresses that scripts of other sites may read: what is public, and
/// made for programs.
const SHARED: [&str; 11] = [
    "/log/checkpoint",
    "/log/keys",
    "/log/tile/{tile:.*}",
    "/log/receipts/{entry}",
    "/log/checkpoints/{size}",
    "/log/timestamps.json",
    "/log/timestamps/{size}/{file}",
    "/oembed",
    "/v1alpha1/claims:search",
    "/published/{claim}/claim-review.json",
    "/published/claim-reviews.json",
];

#[test]
fn scripts_of_other_sites_read_what_is_public_and_nothing_in_somebodys_name() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let me = served.enter(&link);
    let origin = [("origin", "https://elsewhere.example")];
    let path = |pattern: &str| {
        let parts = pattern.split('/').map(|part| match part {
            "{tile:.*}" => "0/000.p/1",
            part if part.starts_with('{') => "1",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let pages = TABLE
        .iter()
        .filter(|(method, _, _)| *method == "get")
        .map(|(_, pattern, need)| ((*pattern).to_owned(), *need));
    let api = operations()
        .iter()
        .filter(|it| it.method == "GET")
        .map(|it| (format!("{BASE}{}", it.path), it.need));
    for (pattern, need) in pages.chain(api).filter(|(pattern, _)| pattern != "/events") {
        let answer = me.ask("GET", &path(&pattern), &origin);
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            None,
            "{pattern}"
        );
        match answer.header("access-control-allow-origin") {
            None => {}
            Some("*") => {
                assert_eq!(need, Need::Nobody, "{pattern}");
                assert!(SHARED.contains(&pattern.as_str()), "{pattern}");
            }
            Some(other) => unreachable!("{pattern} is open to {other}"),
        }
    }
    served.end();
}

#[test]
fn a_desk_with_https_says_so_to_every_browser() {
    let desk = desk_of_today();
    let link = desk.link(desk.editor);
    let config = "[server]\npublic_url = \"https://desk.example.org\"\n";
    let served = desk.close().serve_with(config);
    let nobody = served.nobody();
    for path in [
        "/published",
        "/no/such/page",
        "/healthz",
        "/claims",
        "/api/v1/claims",
    ] {
        let answer = nobody.get(path);
        let found = answer.header("strict-transport-security");
        assert_eq!(found, Some("max-age=63072000; includeSubDomains"), "{path}");
    }
    let entered = nobody.post(&format!("/enter/{link}"), &[]);
    let cookie = entered.header("set-cookie").expect("a session");
    assert!(cookie.starts_with("__Host-citekeep="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let cookies = entered
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let known = cookies
        .map(|(_, cookie)| cookie)
        .find(|cookie| cookie.contains("-known="));
    let known = known.expect("one by which the browser is known");
    assert!(known.starts_with("__Host-citekeep-known="), "{known}");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Secure"] {
        assert!(known.contains(part), "{known}");
    }
    assert!(!known.contains("Domain"), "{known}");
    let me = nobody.with_session_of(&entered);
    let gone = me.post("/sign-out", &[]);
    let cleared = gone.header("clear-site-data");
    assert_eq!(cleared, Some("\"cache\", \"storage\""));
    let cookie = gone.header("set-cookie").expect("its removal");
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    served.end();
}

/// What the desk answers to bytes that are no request.
fn said_to(base: &str, bytes: &[u8]) -> String {
    let address = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(bytes).expect("sent");
    let mut said = Vec::new();
    // A connection that is cut has said what it had to say.
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn what_is_no_request_is_told_no_more_than_that() {
    let served = desk_of_today().serve();
    let long = format!(
        "GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "a".repeat(200_000)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\n{}\r\n",
        "a: b\r\n".repeat(200)
    );
    for (bytes, status) in [
        (b"nonsense\r\n\r\n".as_slice(), "400"),
        (b"GET / HTTP/9.9\r\nhost: localhost\r\n\r\n", "400"),
        (b"GET / HTTP/1.1\r\nhost: a\r\nb\0ad: c\r\n\r\n", "400"),
        (
            b"POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\n",
            "400",
        ),
        (long.as_bytes(), "431"),
        (many.as_bytes(), "431"),
    ] {
        let said = said_to(&served.base, bytes);
        let (head, body) = said.split_once("\r\n\r\n").unwrap_or((&said, ""));
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{said}");
        assert_eq!(body, "", "{said}");
        assert!(!head.to_lowercase().contains("set-cookie"), "{said}");
    }
    served.end();
}

#[test]
fn a_page_can_be_asked_for_without_its_body() {
    let served = desk_of_today().serve();
    let nobody: Visitor = served.nobody();
    assert_eq!(nobody.head("/published"), (200, 0));
    assert_eq!(nobody.head("/published/9"), (404, 0));
    assert_eq!(nobody.head("/claims").0, 303);
}
