//! The commands that need no desk, and those that capture, as people type
//! them.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use citekeep::domain::ids::SnapshotId;
use serde_json::Value;

use super::origin::{Origin, Response};
use crate::support::{check, desk_of_today};

fn citekeep(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
    command.args(arguments).output().expect("it runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).expect("JSON")
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path.display().to_string()
}

#[test]
fn extract_prints_what_would_be_stored() {
    let dir = tempfile::tempdir().expect("a directory");
    let page = b"<html><title>Bridges</title><p>It opened in <b>1932</b>.";
    let file = write(dir.path(), "page.html", page);
    let plain = citekeep(&["extract", &file]);
    assert!(plain.status.success());
    assert_eq!(out(&plain), "It opened in 1932.\n");
    let said = json(&citekeep(&["extract", &file, "--json"]));
    assert_eq!(said["text"], "It opened in 1932.\n");
    assert_eq!(said["media_type"], "text/html");
    assert_eq!(said["proposal"]["title"], "Bridges");
    assert_eq!(said["chars"], 19);
    let locked = write(dir.path(), "broken.pdf", b"%PDF-1.7\n");
    let refused = citekeep(&["extract", &locked]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        citekeep(&["extract", "nowhere.html"]).status.code(),
        Some(2)
    );
}

#[test]
fn find_tells_how_a_quote_stands_in_a_text() {
    let dir = tempfile::tempdir().expect("a directory");
    let text = "The bridge was \u{201c}opened\u{201d} in 1932. It is 503 metres long, they say.";
    let file = write(dir.path(), "report.txt", text.as_bytes());
    for (quote, kind, code) in [
        ("opened", "exact", 0),
        ("was \"opened\" in 1932", "folded", 0),
        ("It is 504 metres long, they say", "approximate", 1),
    ] {
        let found = citekeep(&["find", &file, "--quote", quote, "--json"]);
        assert_eq!(found.status.code(), Some(code), "{quote}");
        assert_eq!(json(&found)["candidates"][0]["kind"], kind, "{quote}");
    }
    let nothing = citekeep(&["find", &file, "--quote", "An unrelated sentence altogether"]);
    assert_eq!(nothing.status.code(), Some(1));
}

#[test]
fn reanchor_tells_what_became_of_a_quote() {
    let dir = tempfile::tempdir().expect("a directory");
    let old = write(
        dir.path(),
        "old.txt",
        b"It rained. The bridge was opened in 1932.",
    );
    let quote = "The bridge was opened in 1932.";
    for (new, outcome, code) in [
        ("It rained. The bridge was opened in 1932.", "unchanged", 0),
        (
            "News. It rained. The bridge was opened in 1932.",
            "moved",
            0,
        ),
        ("It rained. The bridge was opened in 1933.", "altered", 1),
        ("Other words stand here now, about nothing.", "gone", 1),
    ] {
        let new = write(dir.path(), "new.txt", new.as_bytes());
        let told = citekeep(&["reanchor", &old, &new, "--quote", quote, "--json"]);
        assert_eq!(told.status.code(), Some(code), "{outcome}");
        assert_eq!(json(&told)["outcome"], outcome);
    }
}

#[test]
fn capture_and_recheck_work_without_a_browser() {
    let at = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&at);
    let origin = Origin::start(move |request| match request.path.as_str() {
        "/robots.txt" => Response::status(404),
        _ if now.load(Ordering::SeqCst) == 0 => {
            Response::page("<html><title>Bridges</title><p>It was opened in 1932, they say.")
        }
        _ => Response::page("<html><title>Bridges</title><p>It was opened in 1933, they say."),
    });
    let desk = desk_of_today();
    let claim = desk.claim("It opened in 1932.");
    let data = desk.data().display().to_string();
    let config = write(
        &desk.data(),
        "test.toml",
        format!("[fetch]\nallow = [\"{}\"]\ngap = 1\n", origin.place()).as_bytes(),
    );
    let place = ["--data", &data, "--config", &config];
    let page = origin.url("/page");
    let taken = citekeep(&[&["capture", page.as_str()][..], &place].concat());
    assert_eq!(
        out(&taken),
        "snapshot 1 of source 1: Bridges\n",
        "{taken:?}"
    );
    let snapshot = SnapshotId::FIRST;
    desk.cite(claim, snapshot, "It was opened in 1932");
    let same = citekeep(&[&["recheck", "1"][..], &place].concat());
    assert_eq!(out(&same), "source 1: nothing changed\n");
    at.store(1, Ordering::SeqCst);
    let changed = citekeep(&[&["recheck", "--all"][..], &place].concat());
    assert_eq!(changed.status.code(), Some(1), "{changed:?}");
    let told = out(&changed);
    assert!(told.contains("citation 1 of claim 1: altered"), "{told}");
    assert!(told.contains("now: It was opened in 1933"), "{told}");
    let file = write(
        &desk.data(),
        "talk.srt",
        b"1\n00:00:01,000 --> 00:00:02,000\nYes.\n",
    );
    let upload = citekeep(&[&["capture", &file, "--publisher", "A"][..], &place].concat());
    assert_eq!(
        out(&upload),
        "snapshot 3 of source 2: talk.srt\n",
        "{upload:?}"
    );
    let closed = desk.close();
    assert_eq!(check(&closed.data).findings, []);
}
