//! A desk of 100,000 published claims as a stream of records, from a running
//! server that goes on answering, beside what `sqlite3` gives for a plain JSON
//! dump of the same rows in the same run. `docs/benchmarks.md` has results.

mod filling;
#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/support/mod.rs"]
mod support;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use support::ClosedDesk;
use support::http::Visitor;
use ureq::Agent;

/// How many claims are published.
const CLAIMS: u64 = 100_000;
/// How often each way is measured; the best and the worst are told.
const TIMES: usize = 3;
/// The tables whose rows the stream holds.
const TABLES: [&str; 13] = [
    "scale",
    "article",
    "source",
    "snapshot",
    "text",
    "claim",
    "citation",
    "verdict",
    "opinion",
    "publication",
    "correction",
    "dismissal",
    "trail",
];

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures")]
fn say(line: &str) {
    println!("{line}");
}

fn main() {
    let begun = Instant::now();
    let (closed, link) = published();
    say(&format!(
        "{CLAIMS} published claims made in {:.0} s",
        begun.elapsed().as_secs_f64()
    ));
    let (server, base) = serve(&closed.data);
    let me = Visitor::enter(&base, &link);
    let cookie = me.cookie.clone().expect("a session");
    for _ in 0..TIMES {
        dump(&closed.data);
    }
    for coding in ["identity", "zstd", "gzip"] {
        for _ in 0..TIMES {
            take(&base, "/exports/desk.ndjson", (&cookie, coding), &me);
        }
    }
    for _ in 0..TIMES {
        take(&base, "/exports/published.ndjson", ("", "identity"), &me);
    }
    say(&format!(
        "server: {} MB of memory at most",
        peak(server.0.id())
    ));
    by_command(&closed.data);
}

/// A desk whose claims are all decided, approved and published.
fn published() -> (ClosedDesk, String) {
    let desk = filling::published_desk(CLAIMS);
    let link = desk.link(desk.researcher);
    (desk.close(), link)
}

/// A server that ends with the benchmark.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(data: &Path) -> (Server, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let said = BufReader::new(child.stderr.take().expect("its messages"));
    let mut lines = said.lines().map_while(Result::ok);
    let open = "the desk is open at ";
    let line = lines.find(|line| line.contains(open)).expect("an address");
    // Whatever else it says is read, so that it never waits for that.
    std::thread::spawn(move || lines.for_each(drop));
    let after = line
        .split(open)
        .nth(1)
        .and_then(|rest| rest.split(';').next());
    (Server(child), after.expect("an address").to_owned())
}

fn told(what: &str, bytes: u64, took: Duration) -> String {
    let megabytes = bytes as f64 / 1e6;
    let rate = megabytes / took.as_secs_f64();
    format!(
        "{what}: {megabytes:.0} MB in {:.2} s, {rate:.0} MB/s",
        took.as_secs_f64()
    )
}

/// The peer: the same rows, as JSON, by the program of SQLite.
fn dump(data: &Path) {
    let whole: Vec<String> = TABLES
        .iter()
        .map(|table| format!("SELECT * FROM {table};"))
        .collect();
    let out = data.join("dump.json");
    let begun = Instant::now();
    let done = Command::new("sqlite3")
        .args(["-json", "-readonly"])
        .arg(data.join("desk.db"))
        .arg(whole.concat())
        .stdout(File::create(&out).expect("a file"))
        .status();
    let took = begun.elapsed();
    assert!(done.expect("sqlite3 is needed").success());
    let bytes = fs::metadata(&out).expect("the dump").len();
    fs::remove_file(&out).expect("removed");
    say(&told("peer: sqlite3 -json", bytes, took));
}

/// Takes a stream, while somebody looks at claims.
fn take(base: &str, path: &str, (cookie, coding): (&str, &str), me: &Visitor) {
    let over = AtomicBool::new(false);
    let (bytes, took, pages) = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut times = Vec::new();
            let mut claim = 1;
            while !over.load(Ordering::Relaxed) {
                let begun = Instant::now();
                assert_eq!(me.get(&format!("/claims/{claim}")).status, 200);
                times.push(begun.elapsed());
                claim = claim * 7 % CLAIMS + 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            times
        });
        let begun = Instant::now();
        let bytes = drain(
            &format!("{}{path}", base.trim_end_matches('/')),
            cookie,
            coding,
        );
        let took = begun.elapsed();
        over.store(true, Ordering::Relaxed);
        (bytes, took, looking.join().expect("pages"))
    });
    let mut pages = pages;
    pages.sort();
    let at = |part: usize| pages[(pages.len() - 1) * part / 100].as_secs_f64() * 1e3;
    say(&format!(
        "{}; {} pages beside it, median {:.1} ms, p99 {:.1} ms",
        told(&format!("{path} ({coding})"), bytes, took),
        pages.len(),
        at(50),
        at(99)
    ));
}

fn drain(address: &str, cookie: &str, coding: &str) -> u64 {
    let agent: Agent = Agent::config_builder().build().into();
    let request = agent.get(address).header("accept-encoding", coding);
    let mut answer = request.header("cookie", cookie).call().expect("an answer");
    let mut body = answer.body_mut().with_config().limit(u64::MAX).reader();
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        match body.read(&mut buffer).expect("it goes on") {
            0 => return bytes,
            some => bytes += some as u64,
        }
    }
}

/// The most memory that a process ever had, in MB.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kilobytes.unwrap_or(0_u64) * 1_024 / 1_000_000
}

/// The same on the command line, into a pipe.
fn by_command(data: &Path) {
    for format in ["ndjson", "json"] {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_citekeep"))
            .args(["export", "--format", format, "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        let mut out = child.stdout.take().expect("its output");
        let mut buffer = vec![0; 256 * 1024];
        let (mut bytes, mut memory) = (0, 0);
        loop {
            match out.read(&mut buffer).expect("it goes on") {
                0 => break,
                some => bytes += some as u64,
            }
            if bytes % 64 == 0 {
                memory = memory.max(peak(child.id()));
            }
        }
        assert!(child.wait().expect("an end").success());
        let what = told(
            &format!("citekeep export --format {format}"),
            bytes,
            begun.elapsed(),
        );
        say(&format!("{what}; {memory} MB of memory at most"));
    }
}
