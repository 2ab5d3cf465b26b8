//! Bodies and headers that are deep, long, broken or ambiguous: each is refused
//! in words, and the desk goes on.

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use crate::support::desk_of_today;
use crate::support::http::texts;

#[test]
fn json_that_is_deep_long_or_broken() {
    let desk = desk_of_today();
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let nobody = served.nobody();
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!(
        "{}1{}",
        "{\"statement\":".repeat(50_000),
        "}".repeat(50_000)
    );
    let long = format!("{{\"statement\":\"{}\"}}", "w".repeat(100_000));
    let bodies: [(&str, &[u8], &[u16]); 12] = [
        ("deep arrays", deep.as_bytes(), &[400, 413, 422]),
        ("deep objects", nested.as_bytes(), &[400, 413, 422]),
        ("a long word", long.as_bytes(), &[422]),
        ("half a pair", br#"{"statement":"\ud800"}"#, &[400, 422]),
        (
            "a pair the wrong way round",
            br#"{"statement":"\udc00\ud800"}"#,
            &[400, 422],
        ),
        ("a nought in code", br#"{"statement":"a\u0000b"}"#, &[422]),
        (
            "an override in code",
            br#"{"statement":"a\u202eb"}"#,
            &[422],
        ),
        (
            "bytes that are no UTF-8",
            b"{\"statement\":\"\xff\xfe\"}",
            &[400, 422],
        ),
        (
            "the same name twice",
            br#"{"statement":"A.","statement":"B."}"#,
            &[400, 422],
        ),
        (
            "a name that is not known",
            br#"{"statement":"A.","role":"admin"}"#,
            &[400, 422],
        ),
        (
            "a number beyond numbers",
            br#"{"statement":1e999999}"#,
            &[400, 422],
        ),
        (
            "two values",
            br#"{"statement":"A."}{"statement":"B."}"#,
            &[400, 422],
        ),
    ];
    for (what, body, expected) in bodies {
        let answer = nobody.bring(("POST", "/api/v1/claims"), &headers, body);
        assert!(expected.contains(&answer.status), "{what}: {answer:?}");
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{what}");
        assert!(answer.body.len() < 2_000, "{what} is not said back whole");
    }
    let open = nobody.ask("GET", "/api/v1/claims", &headers);
    assert!(open.body.contains("\"items\":[]"), "{}", open.body);
    served.end();
}

#[test]
fn a_search_that_is_written_as_a_query_is_a_search_for_words() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.reviewer);
    let served = desk.serve();
    let (me, nobody) = (served.enter(&link), served.nobody());
    let long = "w".repeat(5_000);
    let many = "a ".repeat(2_000);
    for words in [
        "\"",
        "*",
        "^bridge",
        "NEAR(bridge 1932, 2)",
        "bridge AND OR NOT",
        "statement:bridge",
        "{a b}: c",
        "bridge*\"",
        "'); DROP TABLE claim; --",
        "a\0b",
        "\u{202e}",
        "(((((((((",
        "- +",
        "\\",
        "%_%",
        &long,
        &many,
    ] {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", words)
            .finish();
        for path in ["/search", "/claims", "/sources", "/articles", "/cite"] {
            let answer = me.get(&format!("{path}?{query}"));
            assert!(answer.status < 500, "{path} for {words:?}: {}", answer.body);
        }
        for path in ["/published", "/v1alpha1/claims:search"] {
            let answer = nobody.get(&format!("{path}?{query}&query={}", &query[2..]));
            assert!(answer.status < 500, "{path} for {words:?}: {}", answer.body);
        }
    }
    let found = me.get("/search?q=bridge");
    assert!(
        texts(&found, "[data-hit]")
            .iter()
            .any(|hit| hit.contains("bridge"))
    );
    served.end();
}

#[test]
fn a_name_of_a_file_ends_no_header_and_no_place() {
    let desk = desk_of_today();
    let source = desk.source("The city's report");
    let token = desk.token(Role::Admin, Scopes::ALL);
    let served = desk.serve();
    let nobody = served.nobody();
    for name in [
        "attachment; filename=\"../../../../etc/passwd\"",
        "attachment; filename=\"a\\\"; filename=b.html\"",
        "attachment; filename*=UTF-8''a%0D%0ASet-Cookie:%20stolen=1",
        "attachment; filename*=UTF-8''..%2F..%2Fx%00.pdf",
        "attachment; filename=\"CON\"",
    ] {
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "text/plain"),
            ("content-disposition", name),
        ];
        let place = format!("/api/v1/sources/{source}/snapshots");
        let answer = nobody.bring(("POST", &place), &headers, name.as_bytes());
        assert!(answer.status < 500, "{name}: {answer:?}");
        let Some(snapshot) = answer.location.filter(|_| answer.status == 201) else {
            continue;
        };
        let raw = nobody.ask("GET", &format!("{snapshot}/raw"), &headers[..1]);
        assert_eq!(raw.status, 200, "{name}: {raw:?}");
        assert!(raw.header("set-cookie").is_none(), "{raw:?}");
        let kept = raw.header("content-disposition").unwrap_or_default();
        for part in ["..", "/", "\\", "passwd", "stolen"] {
            assert!(!kept.contains(part), "{name}: {kept}");
        }
    }
    served.end();
}
