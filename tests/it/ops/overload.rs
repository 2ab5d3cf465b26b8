//! More than a desk can do, and requests that never end: it says when to come back,
//! serves strangers meanwhile, and has lost nothing of what it accepted.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use citekeep::domain::person::Role;
use rusqlite::Connection;
use url::form_urlencoded::Serializer;

use super::start;
use crate::support::http::Visitor;
use crate::support::{check, desk_of_today};

/// As many as the desk does for its people at once (`src/web/turns.rs`).
const AT_ONCE: usize = 128;
/// So many ask beside.
const MORE: usize = 20;

/// A claim that is opened; its answer is not waited for.
fn open(base: &str, me: &Visitor, number: usize) -> TcpStream {
    let host = base.trim_start_matches("http://").trim_end_matches('/');
    let statement = format!("The bridge opened {number} years ago.");
    let mut fields = Serializer::new(String::new());
    let body = fields
        .append_pair("csrf", me.secret())
        .append_pair("statement", &statement)
        .finish();
    let head = format!(
        "POST /claims HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        me.cookie.as_deref().unwrap_or_default(),
        body.len()
    );
    let mut stream = TcpStream::connect(host).expect("a desk");
    stream.write_all((head + &body).as_bytes()).expect("sent");
    stream
}

/// Requests that were begun and are never ended.
fn half(base: &str) -> Vec<TcpStream> {
    let host = base.trim_start_matches("http://").trim_end_matches('/');
    let begun = (0..50).map(|_| {
        let mut stream = TcpStream::connect(host).expect("a desk");
        stream
            .write_all(b"GET /published HTTP/1.1\r\nHost: loc")
            .expect("sent");
        stream
    });
    begun.collect()
}

#[test]
fn whoever_asks_for_more_than_can_be_done_is_told_when_to_come_back() {
    let desk = desk_of_today();
    desk.published();
    // One person has half of what is done at once.
    let people = [(); 3].map(|()| desk.join(Role::Researcher));
    let links = people.map(|person| desk.link(person));
    let closed = desk.close();
    let config = "[metrics]\nlisten = \"127.0.0.1:0\"\n";
    let mut program = start(&closed.data, config, "error");
    let line = program.hear("metrics are served at ");
    let (_, metrics) = line.trim_end().split_once(" at ").expect("an address");
    let watcher = Visitor::nobody(metrics.trim_end_matches("/metrics"));
    let base = program.address();
    let people = links.map(|link| Visitor::enter(&base, &link));
    let nobody = Visitor::nobody(&base);
    let half = half(&base);
    // Somebody else writes, so that no act is done.
    let database = Connection::open(closed.data.join("desk.db")).expect("the database");
    database
        .busy_timeout(Duration::from_secs(10))
        .expect("patience");
    database.execute_batch("BEGIN IMMEDIATE").expect("a write");
    let acts: Vec<TcpStream> = (0..AT_ONCE + MORE)
        .map(|number| open(&base, &people[number % people.len()], number))
        .collect();
    let begun = Instant::now();
    let shed = format!("citekeep_queue_shed_total{{queue=\"doing\"}} {MORE}");
    while !watcher
        .get("/metrics")
        .body
        .lines()
        .any(|line| line == shed)
    {
        assert!(begun.elapsed() < Duration::from_secs(20), "they wait on");
        std::thread::sleep(Duration::from_millis(50));
    }
    for path in ["/published", "/published/1", "/healthz"] {
        assert_eq!(nobody.get(path).status, 200, "{path}");
    }
    database.execute_batch("ROLLBACK").expect("it is over");
    let mut done = 0;
    for mut act in acts {
        let mut answer = String::new();
        act.read_to_string(&mut answer).expect("an answer");
        let is_told = answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 2\r\n");
        let is_done = answer.starts_with("HTTP/1.1 303");
        assert!(is_done || is_told, "{answer}");
        assert!(is_done || answer.contains("nothing is lost"), "{answer}");
        done += usize::from(is_done);
    }
    assert_eq!(done, AT_ONCE);
    let again = people[0].post("/claims", &[("statement", "One more.")]);
    assert_eq!(again.status, 303, "{}", again.body);
    // Whoever says nothing more is told so, and the connection ends.
    for mut half in half {
        let mut answer = String::new();
        half.read_to_string(&mut answer).expect("its end");
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    assert!(program.stop().success());
    assert_eq!(check(&closed.data).findings, []);
}
