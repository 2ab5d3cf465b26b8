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

use support::http::Visitor;
use support::program::citekeep;

const CLAIMS: u64 = 100_000;
const REQUESTS: u64 = 10_000;

/// One connection, kept open.
struct Line {
    stream: BufReader<TcpStream>,
    cookie: String,
}

impl Line {
    fn open(base: &str, cookie: &str) -> Self {
        let address = base.trim_start_matches("http://").trim_end_matches('/');
        let stream = TcpStream::connect(address).expect("the desk listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream: BufReader::new(stream),
            cookie: cookie.to_owned(),
        }
    }

    /// Sends a request and reads the whole answer: how many bytes it has.
    fn get(&mut self, path: &str) -> usize {
        let cookie = &self.cookie;
        let request = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nCookie: {cookie}\r\n\r\n");
        let out = self.stream.get_mut();
        out.write_all(request.as_bytes()).expect("sent");
        let (mut length, mut line) = (0, String::new());
        let mut first = true;
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            assert!(!first || line.starts_with("HTTP/1.1 200"), "{path}: {line}");
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
fn measure(name: &str, line: &mut Line, path: impl Fn(u64) -> String) -> Duration {
    let mut bytes = 0;
    let mut times: Vec<Duration> = (0..REQUESTS)
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
        bytes as u64 / REQUESTS
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
    let desk = filling::desk_with(CLAIMS);
    let (published, _) = desk.published();
    let link = desk.link(desk.editor);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let me = Visitor::enter(&base, &link);
    let mut line = Line::open(&base, me.cookie.as_deref().expect("a session"));
    say(&format!(
        "{:<44} {:>9} {:>9} {:>9} {:>8}",
        "page, of a desk with 100,000 claims", "median", "p99", "slowest", "bytes"
    ));
    let front = Visitor::nobody(&base).get("/published").body;
    let sheet = front.split('"').find(|part| part.ends_with(".css"));
    let sheet = sheet.expect("a page names its style sheet");
    let peer = measure("peer: the style sheet, from memory", &mut line, |_| {
        sheet.to_owned()
    });
    let page = measure("a claim, signed in, any of them", &mut line, |at| {
        format!("/claims/{}", some_claim(at))
    });
    measure("a published verdict", &mut line, |_| {
        format!("/published/{published}")
    });
    measure("the list of claims, anywhere in it", &mut line, |at| {
        format!("/claims?before={}", some_claim(at))
    });
    measure("a search that finds one claim", &mut line, |at| {
        format!("/search?q={}", some_claim(at))
    });
    say(&format!(
        "at the 99th percentile a claim costs {:.1} times what the peer costs",
        page.as_secs_f64() / peer.as_secs_f64()
    ));
}
