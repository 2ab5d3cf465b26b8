//! Pages from request to bytes: the real program on loopback, one connection
//! that is kept open, a desk with 100,000 claims, and percentiles that divan
//! does not give. The peer is a file that the same program serves from memory.

#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/support/mod.rs"]
mod support;

mod filling;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use citekeep::domain::time::Timestamp;
use support::http::Visitor;
use support::program::citekeep;

const CLAIMS: u64 = 100_000;
const REQUESTS: u64 = 10_000;
/// How often the pages that cost more are asked for.
const FEWER: u64 = 2_000;

/// One connection, kept open.
struct Line {
    stream: BufReader<TcpStream>,
    cookie: String,
    /// The version of the answer that is at hand already.
    known: Option<String>,
}

impl Line {
    fn open(base: &str, cookie: &str) -> Self {
        let address = base.trim_start_matches("http://").trim_end_matches('/');
        let stream = TcpStream::connect(address).expect("the desk listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream: BufReader::new(stream),
            cookie: cookie.to_owned(),
            known: None,
        }
    }

    /// Sends a request and reads the whole answer: how many bytes it has.
    fn get(&mut self, path: &str) -> usize {
        let (cookie, expected) = (
            &self.cookie,
            if self.known.is_some() { "304" } else { "200" },
        );
        let known = self.known.as_ref();
        let known = known.map_or(String::new(), |tag| format!("If-None-Match: {tag}\r\n"));
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: desk\r\nCookie: {cookie}\r\n{known}\r\n");
        let out = self.stream.get_mut();
        out.write_all(request.as_bytes()).expect("sent");
        let (mut length, mut line) = (0, String::new());
        let mut first = true;
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            assert!(!first || line.contains(expected), "{path}: {line}");
            first = false;
            if line == "\r\n" {
                break;
            }
            let lower = line.to_ascii_lowercase();
            if let Some(number) = lower.strip_prefix("content-length:") {
                length = number.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        length
    }
}

/// Prints a line of the table and returns the 99th percentile.
fn measure(name: &str, line: &mut Line, requests: u64, path: impl Fn(u64) -> String) -> Duration {
    let mut bytes = 0;
    let mut times: Vec<Duration> = (0..requests)
        .map(|at| {
            let path = path(at);
            let start = Instant::now();
            bytes += line.get(&path);
            start.elapsed()
        })
        .collect();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    say(&format!(
        "{name:<44} {:>9.3?} {:>9.3?} {:>9.3?} {:>8}",
        at(0.5),
        at(0.99),
        at(1.0),
        bytes as u64 / requests
    ));
    at(0.99)
}

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures")]
fn say(line: &str) {
    println!("{line}");
}

/// Numbers from 1 to `CLAIMS`, far apart from one request to the next.
fn some_claim(at: u64) -> u64 {
    1 + at.wrapping_mul(48_271) % CLAIMS
}

fn main() {
    let desk = filling::published_desk(CLAIMS);
    // A moment near the end of what was done: this clock ticks a second at
    // every look, and an act looks a few times.
    let since = desk.desk.now().as_millis() - 200_000;
    let since = Timestamp::from_millis(since).expect("a moment");
    let link = desk.link(desk.editor);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let me = Visitor::enter(&base, &link);
    let mut line = Line::open(&base, me.cookie.as_deref().expect("a session"));
    say(&format!(
        "{:<44} {:>9} {:>9} {:>9} {:>8}",
        "page, of a desk with 100,000 published claims", "median", "p99", "slowest", "bytes"
    ));
    let front = Visitor::nobody(&base).get("/published").body;
    let sheet = front.split('"').find(|part| part.ends_with(".css"));
    let sheet = sheet.expect("a page names its style sheet");
    let peer = measure(
        "peer: a style sheet, from memory",
        &mut line,
        REQUESTS,
        |_| sheet.to_owned(),
    );
    let page = measure(
        "a claim, signed in, any of them",
        &mut line,
        REQUESTS,
        |at| format!("/claims/{}", some_claim(at)),
    );
    pages(&mut line);
    programs(&mut line, &me, &since);
    say(&format!(
        "at the 99th percentile a claim costs {:.1} times what the peer costs",
        page.as_secs_f64() / peer.as_secs_f64()
    ));
}

/// What people open.
fn pages(line: &mut Line) {
    measure("a published verdict, any of them", line, REQUESTS, |at| {
        format!("/published/{}", some_claim(at))
    });
    measure("the list of claims, anywhere in it", line, REQUESTS, |at| {
        format!("/claims?before={}", some_claim(at))
    });
    measure("the queue of what is published", line, FEWER, |_| {
        "/claims?queue=published".to_owned()
    });
    measure("the same, those rated true", line, FEWER, |_| {
        "/claims?queue=published&rating=true".to_owned()
    });
    measure("a search that finds one claim", line, REQUESTS, |at| {
        format!("/search?q={}", some_claim(at))
    });
}

/// What programs ask for.
fn programs(line: &mut Line, me: &Visitor, since: &Timestamp) {
    measure("API: a claim", line, REQUESTS, |at| {
        format!("/api/v1/claims/{}", some_claim(at))
    });
    measure("API: 50 changes, anywhere", line, FEWER, |at| {
        format!("/api/v1/changes?after={}&limit=50", some_claim(at))
    });
    // Each address is another one, so that none is answered from memory.
    measure("reviews changed since a moment, 50", line, FEWER, |at| {
        let since = Timestamp::from_millis(since.as_millis() - at as i64).expect("a moment");
        format!("/published/claim-reviews.json?since={since}")
    });
    measure("the Atom feed, 50, anywhere in it", line, FEWER, |at| {
        format!(
            "/feed.atom?before={}-1",
            100 + some_claim(at) % (CLAIMS - 100)
        )
    });
    measure("the Atom feed, kept", line, REQUESTS, |_| {
        "/feed.atom".to_owned()
    });
    measure("a verdict to embed, kept", line, REQUESTS, |_| {
        "/published/50000/embed".to_owned()
    });
    let reviews = format!("/published/claim-reviews.json?since={since}");
    for path in ["/api/v1/claims/50000", "/feed.atom", &reviews] {
        let answer = me.get(path);
        line.known = Some(answer.header("etag").expect("its version").to_owned());
        let name = format!(
            "{}, at hand already",
            path.split('?').next().unwrap_or(path)
        );
        measure(&name, line, REQUESTS, |_| path.to_owned());
        line.known = None;
    }
}
