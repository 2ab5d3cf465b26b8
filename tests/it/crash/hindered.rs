//! A machine that withholds something for a while: the desk says so, keeps
//! reading, and goes on by itself when it gets it again.

use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use citekeep::domain::ids::{ClaimId, SourceId};
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::web::api::{BASE, operations};
use citekeep::web::routes::TABLE;
use rusqlite::Connection;

use crate::ops::ready::comes_to;
use crate::support::http::{Answer, Visitor, hidden};
use crate::support::program::{Program, citekeep};
use crate::support::{ClosedDesk, check, desk_of_today, open};

/// Calls of a running program that fail, or are told something else than there
/// is, for as long as this lives.
struct Failing(Child);

impl Failing {
    fn calls(program: &Program, calls: &str, error: &str) -> Self {
        Self::told(program, calls, &format!("error={error}"))
    }

    /// What the system says to these calls is changed.
    fn told(program: &Program, calls: &str, change: &str) -> Self {
        let process = program.id();
        let child = Command::new("strace")
            .args(["-f", "-qqq", "-o", "/dev/null"])
            .args(["-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:{change}")])
            .args(["-p", &process.to_string()])
            .stderr(Stdio::null())
            .spawn()
            .expect("strace could not be started; tests/all installs it");
        // Every thread has to be held, the one that writes among them.
        until(|| threads(process).all(|status| !status.contains("TracerPid:\t0")));
        Self(child)
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        // Asked to end, it lets the program go; killed, it might not.
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        assert!(asked.expect("kill runs").success());
        self.0.wait().expect("its end");
    }
}

fn threads(process: u32) -> impl Iterator<Item = String> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("its threads");
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("status")).ok())
}

fn until(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A desk that runs, with somebody signed in.
struct Running {
    program: Program,
    me: Visitor,
    /// What another program sends as its header.
    token: String,
    claim: ClaimId,
    source: SourceId,
    closed: ClosedDesk,
}

fn running() -> Running {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("A report");
    let link = desk.link(desk.reviewer);
    let token = desk.token(Role::Reader, Scopes::ALL);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let me = Visitor::enter(&program.address(), &link);
    Running {
        program,
        me,
        token,
        claim,
        source,
        closed,
    }
}

impl Running {
    fn reads(&self) -> Answer {
        let page = self.me.get(&format!("/claims/{}", self.claim));
        assert_eq!(page.status, 200, "{}", page.body);
        page
    }

    /// Nobody has asked for two minutes, so that whoever asks now is noted.
    fn rests(&self) {
        let conn = Connection::open(self.closed.data.join("desk.db")).expect("the database");
        let back = "UPDATE session SET seen_at = seen_at - 120000;
                    UPDATE token SET used_at = used_at - 120000";
        conn.execute_batch(back).expect("SQL that fits");
    }

    /// A program reads too.
    fn is_read_by_a_program(&self) {
        let nobody = Visitor::nobody(self.me.base());
        let path = format!("/api/v1/claims/{}", self.claim);
        let sent = [("authorization", self.token.as_str())];
        let answer = nobody.ask("GET", &path, &sent);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    fn decides(&self) -> Answer {
        let page = self.reads().body;
        let seen = hidden(&page, "seen").expect("the entry");
        let fields = [
            ("seen", seen),
            ("rating", "unproven"),
            ("rationale", "So it is."),
        ];
        self.me
            .post(&format!("/claims/{}/verdicts", self.claim), &fields)
    }

    fn uploads(&self, text: &str) -> Answer {
        let path = format!("/sources/{}/snapshots", self.source);
        self.me.post(&path, &[("text", text)])
    }

    /// Stops the desk and checks it whole.
    fn ends_clean(mut self) {
        assert!(self.program.stop().success());
        drop(open(&self.closed.data).expect("the desk opens"));
        assert_eq!(check(&self.closed.data).findings, []);
    }
}

fn refused(answer: &Answer, words: &str) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(
        answer.body.contains("Nothing was saved."),
        "{}",
        answer.body
    );
    assert!(answer.body.contains(words), "{}", answer.body);
    assert_eq!(answer.header("retry-after"), Some("10"));
}

#[test]
fn a_disk_that_takes_nothing_is_said_and_got_over() {
    let desk = running();
    let writes = "pwrite64,ftruncate,fallocate";
    let syncs = "fsync,fdatasync";
    for (calls, error, words) in [
        (writes, "ENOSPC", "disk is full"),
        (writes, "EROFS", "does not take what is written"),
        (writes, "EDQUOT", "does not take what is written"),
        (writes, "EIO", "does not take what is written"),
        (syncs, "EIO", "does not take what is written"),
    ] {
        desk.rests();
        let failing = Failing::calls(&desk.program, calls, error);
        refused(&desk.decides(), words);
        desk.reads();
        desk.is_read_by_a_program();
        drop(failing);
        let answer = desk.decides();
        assert_eq!(answer.status, 303, "after {error}: {}", answer.body);
    }
    desk.ends_clean();
}

/// Each address that can be asked for, with the first thing of its kind.
fn addresses(patterns: impl Iterator<Item = String>) -> Vec<String> {
    let filled = patterns.map(|pattern| {
        let parts = pattern.split('/').map(|part| match part {
            part if part.starts_with('{') => "1",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    });
    filled.collect()
}

/// When somebody was here is noted once a minute: what cannot be noted keeps
/// nobody from reading, however long it lasts.
#[test]
fn whoever_is_in_reads_every_page_while_the_disk_takes_nothing() {
    let desk = running();
    let gets = TABLE.iter().filter(|(method, _, _)| *method == "get");
    let pages = addresses(gets.map(|(_, pattern, _)| (*pattern).to_owned()));
    let gets = operations().iter().filter(|it| it.method == "GET");
    let operations = addresses(gets.map(|it| format!("{BASE}{}", it.path)));
    let program = [("authorization", desk.token.as_str())];
    let nobody = Visitor::nobody(desk.me.base());
    let failing = Failing::calls(&desk.program, "pwrite64,ftruncate,fallocate", "ENOSPC");
    // Their minute is over.
    desk.rests();
    for path in pages.iter().filter(|path| *path != "/events") {
        let answer = desk.me.get(path);
        assert!(answer.status < 500, "{path}: {}", answer.body);
    }
    for path in &operations {
        let answer = nobody.ask("GET", path, &program);
        assert!(answer.status < 500, "{path}: {}", answer.body);
    }
    refused(&desk.decides(), "disk is full");
    let database = Connection::open(desk.closed.data.join("desk.db")).expect("the database");
    let seen = "SELECT min(unixepoch('subsec') * 1000 - seen_at) FROM session";
    let since = |sql| database.query_row(sql, [], |row| row.get::<_, f64>(0));
    assert!(since(seen).expect("SQL that fits") > 110_000.0);
    drop(failing);
    desk.reads();
    assert!(
        since(seen).expect("SQL that fits") < 110_000.0,
        "it is noted again"
    );
    drop(database);
    desk.ends_clean();
}

#[test]
fn documents_for_which_there_is_no_room_or_file_leave_nothing_behind() {
    let desk = running();
    for (calls, error, words) in [
        ("fsync", "ENOSPC", "disk is full"),
        ("rename", "EROFS", "may not be written to"),
        ("openat", "EMFILE", "too many files open"),
        ("openat", "ENFILE", "too many files open"),
    ] {
        // All that is opened anew to read is opened once before.
        desk.reads();
        let failing = Failing::calls(&desk.program, calls, error);
        let text = format!("Words that come when there is {error}. ").repeat(30);
        refused(&desk.uploads(&text), words);
        drop(failing);
        assert_eq!(drafts(&desk.closed.data), 0, "{error}");
        let answer = desk.uploads(&text);
        assert_eq!(answer.status, 303, "after {error}: {}", answer.body);
    }
    desk.ends_clean();
}

/// How many files lie among the blobs that were begun and not finished.
fn drafts(data: &Path) -> usize {
    let folders = std::fs::read_dir(data.join("blobs")).expect("blobs");
    let files = folders
        .flatten()
        .flat_map(|folder| std::fs::read_dir(folder.path()).expect("it"));
    files
        .flatten()
        .filter(|file| file.file_name().to_string_lossy().contains(".new-"))
        .count()
}

#[test]
fn a_disk_that_has_no_room_is_said_to_whoever_asks_whether_the_desk_is_ready() {
    let desk = running();
    let nobody = Visitor::nobody(desk.me.base());
    comes_to(&nobody, 200, "ready");
    // The fields of statfs(2) up to f_bavail, each of eight bytes: kind, the size
    // of a block, all blocks, those that are free, and those for others than root.
    let fields = [0_u64, 4_096, 1 << 20, 8, 8];
    let bytes = fields.iter().flat_map(|field| field.to_ne_bytes());
    let bytes: String = bytes.map(|byte| format!("{byte:02x}")).collect();
    let change = format!("poke_exit=@arg2={bytes}");
    let failing = Failing::told(&desk.program, "statfs", &change);
    comes_to(&nobody, 503, "not ready: room");
    desk.reads();
    drop(failing);
    comes_to(&nobody, 200, "ready");
    desk.ends_clean();
}

fn limit(program: &Program, what: &str) {
    let set = Command::new("prlimit")
        .args(["--pid", &program.id().to_string(), what])
        .status();
    assert!(set.expect("prlimit runs").success());
}

#[test]
fn connections_that_take_every_file_are_outlived() {
    let desk = running();
    desk.reads();
    let open = std::fs::read_dir(format!("/proc/{}/fd", desk.program.id()));
    let open = open.expect("its files").count();
    limit(&desk.program, &format!("--nofile={}", open + 6));
    let base = desk.me.base().to_owned();
    let address = base.trim_start_matches("http://");
    let idle: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(address).expect("a connection"))
        .collect();
    // Whoever is in already is served; what needs a file is refused or waits.
    let answer = desk.decides();
    assert!([303, 503].contains(&answer.status), "{}", answer.body);
    drop(idle);
    until(|| {
        desk.me
            .moved_to(&base)
            .try_get("/claims")
            .is_ok_and(|page| page.status == 200)
    });
    assert_eq!(desk.decides().status, 303);
    desk.ends_clean();
}

/// Without memory a desk may end, as the machine may end it; then it ends as one
/// that systemd starts again. What it has acknowledged is there.
#[test]
fn a_desk_that_memory_is_taken_from_goes_on_or_ends_and_loses_nothing() {
    let mut desk = running();
    assert_eq!(desk.decides().status, 303);
    let large = "Words of a very long document. ".repeat(400_000);
    let path = format!("/sources/{}/snapshots", desk.source);
    let failing = Failing::calls(&desk.program, "mmap,mremap,brk", "ENOMEM");
    // Memory that the program has already may do for it.
    let taken = desk.me.try_post(&path, &[("text", &large)]).ok();
    let taken = taken.filter(|answer| answer.status == 303);
    drop(failing);
    let mut ended = None;
    until(|| {
        ended = desk.program.ended();
        let page = desk.me.try_get("/claims");
        ended.is_some() || page.is_ok_and(|page| page.status == 200)
    });
    match ended {
        // SIGABRT: the last word of a program that has no memory left.
        Some(status) => assert_eq!(status.signal(), Some(6), "{status}"),
        None => desk.program.kill(),
    }
    desk.program = citekeep(&desk.closed.data, &["serve"]);
    desk.me = desk.me.moved_to(&desk.program.address());
    assert_eq!(desk.decides().status, 303);
    assert!(desk.reads().body.contains("So it is."));
    if let Some(path) = taken.and_then(|answer| answer.location) {
        assert_eq!(desk.me.get(&path).status, 200, "{path} was acknowledged");
    }
    desk.ends_clean();
}
