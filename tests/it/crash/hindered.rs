//! A machine that withholds something for a while: the desk says so, keeps
//! reading, and goes on by itself when it gets it again.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use citekeep::domain::ids::{ClaimId, SourceId};

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
    claim: ClaimId,
    source: SourceId,
    closed: ClosedDesk,
}

fn running() -> Running {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let source = desk.source("A report");
    let link = desk.link(desk.reviewer);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let me = Visitor::enter(&program.address(), &link);
    Running {
        program,
        me,
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
        let failing = Failing::calls(&desk.program, calls, error);
        refused(&desk.decides(), words);
        desk.reads();
        drop(failing);
        let answer = desk.decides();
        assert_eq!(answer.status, 303, "after {error}: {}", answer.body);
    }
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

/// Without memory a desk may end, as the machine may end it; what it has
/// acknowledged is there when it starts again.
#[test]
fn a_desk_that_memory_is_taken_from_loses_nothing() {
    let mut desk = running();
    assert_eq!(desk.decides().status, 303);
    let large = "Words of a very long document. ".repeat(400_000);
    let path = format!("/sources/{}/snapshots", desk.source);
    let failing = Failing::calls(&desk.program, "mmap,mremap,brk", "ENOMEM");
    // Memory that the program has already may do for it.
    let taken = desk.me.try_post(&path, &[("text", &large)]).ok();
    let taken = taken.filter(|answer| answer.status == 303);
    drop(failing);
    desk.program.kill();
    desk.program = citekeep(&desk.closed.data, &["serve"]);
    desk.me = desk.me.moved_to(&desk.program.address());
    assert_eq!(desk.decides().status, 303);
    assert!(desk.reads().body.contains("So it is."));
    if let Some(path) = taken.and_then(|answer| answer.location) {
        assert_eq!(desk.me.get(&path).status, 200, "{path} was acknowledged");
    }
    desk.ends_clean();
}
