//! The desk as a stream over HTTP: for whom, how it is coded, and what readers
//! who are slow or gone cost.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use citekeep::domain::person::Role;
use citekeep::export::schema::NAMES;
use rusqlite::Connection;
use serde_json::Value;
use ureq::Agent;

use crate::exchange::stream::filled;
use crate::support::http::Visitor;
use crate::support::program::{Program, citekeep};
use crate::support::{ClosedDesk, TestDesk, check, desk_of_today};

const WHOLE: &str = "/exports/desk.ndjson";
const PUBLIC: &str = "/exports/published.ndjson";

struct Served {
    base: String,
    links: [String; 2],
    closed: ClosedDesk,
    program: Program,
}

impl Served {
    fn new(desk: TestDesk) -> Self {
        let people = [desk.join(Role::Researcher), desk.join(Role::Reader)];
        let links = people.map(|who| desk.link(who));
        let closed = desk.close();
        let mut program = citekeep(&closed.data, &["serve"]);
        Self {
            base: program.address(),
            links,
            closed,
            program,
        }
    }

    fn enter(&self) -> Visitor {
        Visitor::enter(&self.base, &self.links[0])
    }

    /// A colleague.
    fn other(&self) -> Visitor {
        Visitor::enter(&self.base, &self.links[1])
    }

    fn end(self) {
        drop(self.program);
        assert_eq!(check(&self.closed.data).findings, []);
    }

    /// Asks and takes nothing of the answer.
    fn ask(&self, path: &str, cookie: &str) -> TcpStream {
        let host = self
            .base
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let mut connection = TcpStream::connect(host).expect("a connection");
        let asked = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
        connection.write_all(asked.as_bytes()).expect("sent");
        connection
    }
}

/// The bytes of an answer as they came, with its headers.
fn bytes(base: &str, path: &str, coding: &str) -> (Vec<u8>, Option<String>) {
    let agent: Agent = Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into();
    let address = format!("{}{path}", base.trim_end_matches('/'));
    let request = agent.get(address).header("accept-encoding", coding);
    let mut answer = request.call().expect("an answer");
    let header = answer.headers().get("content-encoding").cloned();
    let header = header.map(|value| value.to_str().expect("text").to_owned());
    (answer.body_mut().read_to_vec().expect("bytes"), header)
}

/// What a program makes of bytes.
fn through(program: &str, arguments: &[&str], bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut into = child.stdin.take().expect("its input");
    into.write_all(bytes).expect("written");
    drop(into);
    let answer = child.wait_with_output().expect("an end");
    assert!(answer.status.success(), "{program}");
    Some(answer.stdout)
}

fn last_record(text: &str) -> Value {
    let last = text.lines().last().expect("a line");
    serde_json::from_str(last).expect("JSON")
}

#[test]
fn the_whole_desk_is_for_its_people_and_the_published_part_for_everybody() {
    let desk = desk_of_today();
    desk.published();
    desk.claim("Nobody outside knows of this claim.");
    let served = Served::new(desk);
    let nobody = Visitor::nobody(&served.base);
    assert_eq!(nobody.get(WHOLE).status, 303);
    let whole = served.enter().get(WHOLE);
    assert_eq!(whole.status, 200, "{}", whole.body);
    assert_eq!(whole.header("content-type"), Some("application/x-ndjson"));
    assert!(whole.body.contains("Nobody outside knows of this claim."));
    assert_eq!(last_record(&whole.body)["counts"]["claim"], 2);
    let public = nobody.get(PUBLIC);
    assert_eq!(public.status, 200);
    assert!(!public.body.contains("Nobody outside knows of this claim."));
    assert_eq!(last_record(&public.body)["counts"]["published"], 1);
    assert_eq!(nobody.head(PUBLIC), (200, 0));
    served.end();
}

#[test]
fn the_schemas_are_public_and_those_that_are_kept() {
    let served = Served::new(desk_of_today());
    let nobody = Visitor::nobody(&served.base);
    for name in NAMES {
        let answer = nobody.get(&format!("/schema/{name}"));
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/schema+json")
        );
        let kept = std::fs::read_to_string(crate::support::node::kept(name));
        assert_eq!(answer.body, kept.expect("the kept schema"), "{name}");
    }
    assert_eq!(nobody.get("/schema/claim-9.json").status, 404);
    served.end();
}

#[test]
fn a_stream_is_coded_as_it_is_asked_for() {
    let desk = desk_of_today();
    desk.published();
    let served = Served::new(desk);
    let (plain, coding) = bytes(&served.base, PUBLIC, "identity");
    assert_eq!(coding, None);
    let (gzip, coding) = bytes(&served.base, PUBLIC, "gzip");
    assert_eq!(coding.as_deref(), Some("gzip"));
    let script =
        "import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))";
    assert_eq!(
        through("python3", &["-c", script], &gzip),
        Some(plain.clone())
    );
    let (zstd, coding) = bytes(&served.base, PUBLIC, "gzip, zstd");
    assert_eq!(coding.as_deref(), Some("zstd"));
    let unpacked = through("zstd", &["-dc"], &zstd)
        .unwrap_or_else(|| zstd::decode_all(zstd.as_slice()).expect("zstd"));
    assert_eq!(unpacked, plain);
    served.end();
}

/// A desk whose stream is longer than what waits between it and its reader.
fn long() -> TestDesk {
    let desk = filled(20);
    let source = desk.source("A long report");
    for part in 0..4 {
        let words = format!("Sentence {part} of a long report. ").repeat(200_000);
        desk.snapshot(source, &words);
    }
    desk
}

/// Looks again until it is so; a desk under test has twenty seconds.
fn soon(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

/// Whether the answer to a request is a stream.
fn has_begun(mut connection: &TcpStream) -> bool {
    let mut start = [0; 12];
    connection
        .read_exact(&mut start)
        .expect("the answer begins");
    &start == b"HTTP/1.1 200"
}

#[test]
fn readers_that_take_nothing_hold_nothing_and_those_that_leave_make_room() {
    let served = Served::new(long());
    let (me, other) = (served.enter(), served.other());
    let cookies = [&me, &other].map(|who| who.cookie.clone().expect("a session"));
    let two = |who: &str| -> Vec<TcpStream> { (0..2).map(|_| served.ask(WHOLE, who)).collect() };
    let mut slow = two(&cookies[0]);
    assert!(slow.iter().all(has_begun), "somebody has two streams");
    let refused = me.get(WHOLE);
    assert_eq!(refused.status, 429, "{}", refused.body);
    assert!(refused.header("retry-after").is_some());
    slow.extend(two(&cookies[1]));
    assert!(slow[2..].iter().all(has_begun), "and leaves others theirs");
    // The desk goes on: it takes a claim, and the write-ahead log can be
    // emptied, which it could not be while anybody looks at an older moment.
    let opened = me.post("/claims", &[("statement", "The desk goes on.")]);
    assert_eq!(opened.status, 303, "{}", opened.body);
    let db = Connection::open(served.closed.data.join("desk.db")).expect("the database");
    soon("a slow reader holds a look at the database", || {
        let emptied = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0)
        });
        emptied.expect("an answer") == 0
    });
    drop(db);
    drop(slow);
    let mut again = Vec::new();
    soon("those that left keep their places", || {
        let reader = served.ask(WHOLE, &cookies[again.len() / 2]);
        if has_begun(&reader) {
            again.push(reader);
        }
        again.len() == 4
    });
    served.end();
}

#[test]
fn whoever_is_let_go_reads_no_further_in_what_they_began_to_take() {
    let desk = long();
    let people = [desk.join(Role::Researcher), desk.join(Role::Admin)];
    let links = people.map(|who| desk.link(who));
    let served = Served::new(desk);
    let [me, admin] = links.map(|link| Visitor::enter(&served.base, &link));
    let begun = Instant::now();
    let mut taken = served.ask(WHOLE, me.cookie.as_deref().expect("a session"));
    assert!(has_begun(&taken));
    let number = people[0].byline().expect("a person").person;
    let gone = admin.post(&format!("/people/{number}/departure"), &[]);
    assert_eq!(gone.status, 303, "{}", gone.body);
    while begun.elapsed() < Duration::from_millis(300) {
        std::thread::yield_now();
    }
    let mut rest = Vec::new();
    // Cut, so that nobody takes it for the whole.
    let _ = taken.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "it was given to them whole");
    let last = memchr::memmem::find(&rest, b"\"record\":\"end\"");
    assert_eq!(last, None, "it was given to them whole");
    served.end();
}
