//! Requests for another house, drawn by another site, and of too many strangers;
//! and whom to tell of a hole in the walls.

use std::io::{Read, Write};
use std::net::TcpStream;

use citekeep::desk::settings;
use citekeep::domain::person::Role;
use citekeep::domain::words::Policy;

use crate::support::desk_of_today;

#[test]
fn a_site_that_points_its_name_at_the_desk_reads_nothing() {
    let desk = desk_of_today();
    let link = desk.link(desk.editor);
    let config = "[server]\npublic_url = \"https://desk.example.org\"\n";
    let served = desk.close().serve_with(config);
    let (me, nobody) = (served.enter(&link), served.nobody());
    for path in [
        "/",
        "/published",
        "/claims",
        "/api/v1/publications",
        "/log/checkpoint",
    ] {
        for host in [
            "evil.example",
            "desk.example.org.evil.example",
            "evil.example:8080",
        ] {
            let answer = me.ask("GET", path, &[("host", host)]);
            assert_eq!(answer.status, 421, "{path} of {host}: {answer:?}");
            assert!(!answer.body.contains("evil"), "{}", answer.body);
        }
        for host in ["desk.example.org", "127.0.0.1:80", "localhost:8080"] {
            let answer = nobody.ask("GET", path, &[("host", host)]);
            assert_ne!(answer.status, 421, "{path} of {host}");
        }
    }
    let watched = nobody.ask("GET", "/healthz", &[("host", "10-0-0-7.cluster.example")]);
    assert_eq!(watched.status, 200);
    served.end();
}

#[test]
fn a_request_that_says_twice_how_long_it_is_takes_no_other_along() {
    let served = desk_of_today().serve();
    let host = served.base.trim_start_matches("http://");
    let host = host.trim_end_matches('/');
    let smuggled = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for (first, second) in [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, identity", "X-Other: 1"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: +5", "X-Other: 1"),
        ("Content-Length : 5", "X-Other: 1"),
    ] {
        let head = format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\n{first}\r\n{second}\r\n\r\n");
        let mut stream = TcpStream::connect(host).expect("a desk");
        let sent = format!("{head}0\r\n\r\n{smuggled}");
        stream.write_all(sent.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        // What was not read may break the connection off.
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with("HTTP/1.1 400"),
            "{first}, {second}: {answer}"
        );
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
    served.end();
}

#[test]
fn another_site_neither_frames_nor_draws_what_is_for_those_who_are_signed_in() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let me = served.enter(&link);
    let drawn = |site: &'static str, mode: &'static str, dest: &'static str| {
        [
            ("sec-fetch-site", site),
            ("sec-fetch-mode", mode),
            ("sec-fetch-dest", dest),
        ]
    };
    let own = format!("/claims/{claim}");
    let public = format!("/published/{claim}/card.png");
    for (path, headers, status) in [
        (&own, drawn("same-origin", "navigate", "document"), 200),
        (&own, drawn("none", "navigate", "document"), 200),
        (&own, drawn("cross-site", "navigate", "document"), 200),
        (&own, drawn("cross-site", "navigate", "iframe"), 403),
        (&own, drawn("cross-site", "no-cors", "image"), 403),
        (&own, drawn("same-site", "cors", "empty"), 403),
        (&public, drawn("cross-site", "no-cors", "image"), 200),
    ] {
        let answer = me.ask("GET", path, &headers);
        assert_eq!(answer.status, status, "{path} {headers:?}");
    }
    served.end();
}

#[test]
fn whoever_finds_a_hole_is_told_whom_to_tell() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin);
    let mut sheet = (*desk.desk.sheet()).clone();
    let contact = Policy::parse("Write to holes@newsroom.example.").expect("words");
    sheet.contact = Some(contact);
    settings::describe(&desk.desk, admin, sheet).expect("a sheet");
    let told = desk.serve();
    let answer = told.nobody().get("/.well-known/security.txt");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    let lines: Vec<&str> = answer.body.lines().collect();
    assert_eq!(lines[0], "Contact: mailto:holes@newsroom.example");
    assert!(lines[1].starts_with("Expires: 20"), "{lines:?}");
    told.end();
    let silent = desk_of_today().serve();
    assert_eq!(silent.nobody().get("/.well-known/security.txt").status, 404);
    silent.end();
}
