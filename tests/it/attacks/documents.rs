//! Documents made to hurt whoever reads them: each ends in a message that says
//! what to do, its bytes are kept, and the desk goes on.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use citekeep::capture::Unreadable;
use citekeep::capture::apart::{ParseLimits, Reading};
use citekeep::store;

use crate::support::{TestDesk, desk, parse_limits};

fn apart(limits: ParseLimits) -> Reading {
    Reading::Apart {
        program: PathBuf::from(env!("CARGO_BIN_EXE_citekeep")),
        limits,
        scanner: None,
    }
}

fn read(bytes: &[u8], name: &str) -> Result<String, Unreadable> {
    let document = apart(parse_limits()).read(bytes, Some(name))?;
    Ok(document.main().expect("a text").text.clone())
}

/// A program in place of ours that does something else.
fn impostor(dir: &Path, script: &str, limits: ParseLimits) -> Reading {
    let program = dir.join("impostor");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("may run");
    Reading::Apart {
        program,
        limits,
        scanner: None,
    }
}

const PAGE: &[u8] = b"<html><p>The bridge opened in 1932.";

#[test]
fn a_page_is_read_apart_as_it_is_read_here() {
    let here = Reading::Here.read(PAGE, Some("page.html"));
    assert_eq!(apart(parse_limits()).read(PAGE, Some("page.html")), here);
    assert!(here.is_ok());
}

#[test]
fn deep_nesting() {
    let html = format!("<html>{}deep", "<div><b>".repeat(200_000));
    assert_eq!(read(html.as_bytes(), "page.html").as_deref(), Ok("deep\n"));
}

#[test]
fn endless_reader() {
    let dir = tempfile::tempdir().expect("a directory");
    let limits = ParseLimits {
        seconds: 1,
        ..parse_limits()
    };
    let reading = impostor(dir.path(), "exec sleep 60", limits);
    let started = Instant::now();
    let found = reading.read(PAGE, Some("page.html"));
    assert_eq!(found, Err(Unreadable::TooSlow { seconds: 1 }));
    assert!(
        started.elapsed() < Duration::from_secs(30),
        "it was waited for"
    );
}

#[test]
fn endless_answer() {
    let dir = tempfile::tempdir().expect("a directory");
    let limits = ParseLimits {
        output: 100_000,
        ..parse_limits()
    };
    let reading = impostor(dir.path(), "exec yes", limits);
    let found = reading.read(PAGE, Some("page.html"));
    assert_eq!(found, Err(Unreadable::TooMuch { bytes: 100_000 }));
}

#[test]
fn reader_that_crashes() {
    let dir = tempfile::tempdir().expect("a directory");
    for script in [
        "kill -SEGV $$",
        "exit 3",
        "echo '{\"Document\":'",
        "head -c 10 >/dev/null",
    ] {
        let reading = impostor(dir.path(), script, parse_limits());
        let found = reading.read(PAGE, Some("page.html"));
        assert_eq!(found, Err(Unreadable::Broke), "{script}");
    }
}

#[test]
fn memory_bomb() {
    let html = format!("<html>{}", "<p>x".repeat(3_000_000));
    let limits = ParseLimits {
        memory: 300 * 1024 * 1024,
        ..parse_limits()
    };
    let found = apart(limits).read(html.as_bytes(), Some("page.html"));
    assert_eq!(found, Err(Unreadable::Broke));
}

#[test]
fn processor_hog() {
    let dir = tempfile::tempdir().expect("a directory");
    let limits = ParseLimits {
        seconds: 1,
        ..parse_limits()
    };
    let reading = impostor(dir.path(), "ulimit -S -t 1; while :; do :; done", limits);
    let found = reading.read(PAGE, Some("page.html"));
    assert_eq!(found, Err(Unreadable::TooSlow { seconds: 1 }));
}

/// The system ends whoever has the most of this number when memory runs out.
#[test]
fn reader_is_the_first_to_go_when_memory_runs_out() {
    let mut reader = Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(["read-document", "--memory", "300000000", "--seconds", "9"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let place = format!("/proc/{}/oom_score_adj", reader.id());
    let begun = Instant::now();
    while fs::read_to_string(&place).expect("its number").trim() != "1000" {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never does");
        std::thread::sleep(Duration::from_millis(2));
    }
    reader.kill().expect("it is there");
    reader.wait().expect("its end");
}

fn upload(desk: &TestDesk, name: &str, bytes: &[u8]) -> store::snapshots::Taken {
    let id = desk.upload(desk.source(name), name, bytes);
    let found = desk.desk.read(|db| Ok(store::snapshots::get(db, id)?));
    found.expect("the snapshot")
}

#[test]
fn what_cannot_be_read_is_kept_and_says_why() {
    let desk = desk();
    let ole = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 2_000]].concat();
    let cases: [(&str, &[u8], &str); 5] = [
        (
            "broken.pdf",
            b"%PDF-1.7\nnothing of a PDF follows",
            "damaged",
        ),
        (
            "archive.zip",
            b"PK\x03\x04nothing of an archive follows",
            "damaged",
        ),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "PNG picture"),
        ("old.doc", &ole, "Word 97"),
        (
            "empty.html",
            b"<html><script>x</script>",
            "before its scripts run",
        ),
    ];
    for (name, bytes, expected) in cases {
        let taken = upload(&desk, name, bytes);
        let why = taken.unread.clone().expect("a reason");
        assert!(why.contains(expected), "{name}: {why}");
        let kept = desk.desk.store().shelf().blobs().get(taken.snapshot.raw);
        assert_eq!(kept.expect("the bytes"), bytes, "{name}");
    }
    desk.is_clean();
}
