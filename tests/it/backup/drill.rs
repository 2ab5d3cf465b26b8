//! The drill: a desk that people work at is backed up by a command, the backup
//! put back by another, and everything acknowledged before it began is there.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use citekeep::desk::Rules;
use citekeep::desk::dossier::Dossier;
use citekeep::domain::ids::ClaimId;
use serde_json::Value;

use crate::support::http::{Visitor, hidden};
use crate::support::program::citekeep_with;
use crate::support::{check, desk_of_today, open};

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(arguments)
        .output()
        .expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// Decides on a claim again and again, and notes what was acknowledged.
fn work(reviewer: &Visitor, claim: ClaimId, stop: &AtomicBool, noted: &Mutex<Vec<String>>) {
    let page = format!("/claims/{claim}");
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let drawn = reviewer.get(&page);
        let seen = hidden(&drawn.body, "seen").expect("the entry");
        let words = format!("Verdict {number} on claim {claim}.");
        let fields = [
            ("seen", seen),
            ("rating", "unproven"),
            ("rationale", &words),
        ];
        let answer = reviewer.post(&format!("{page}/verdicts"), &fields);
        assert_eq!(answer.status, 303, "{}", answer.body);
        noted.lock().expect("the notes").push(words);
    }
}

fn rationales(data: &Path, claims: &[ClaimId]) -> Vec<String> {
    let desk = open(data).expect("the desk");
    let read = |claim: &ClaimId| {
        desk.read(|db| Dossier::read(db, *claim, &Rules::default()))
            .expect("the claim")
    };
    let all = claims.iter().map(read).flat_map(|dossier| dossier.verdicts);
    all.map(|given| given.given.verdict.rationale.to_string())
        .collect()
}

#[test]
fn everything_acknowledged_before_a_backup_under_load_comes_back() {
    let desk = desk_of_today();
    let links: Vec<String> = (0..2).map(|_| desk.link(desk.reviewer)).collect();
    let claims: Vec<ClaimId> = (0..2)
        .map(|n| desk.claim(&format!("Statement {n}.")))
        .collect();
    let closed = desk.close();
    let dir = tempfile::tempdir().expect("a directory");
    let path = |name: &str| dir.path().join(name).display().to_string();
    let (to, back) = (path("backups"), path("back"));
    let data = closed.data.display().to_string();
    let mut running = citekeep_with(&closed.data, "");
    let base = running.address();
    let (stop, noted) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    let before = std::thread::scope(|scope| {
        for (link, claim) in links.iter().zip(&claims) {
            let reviewer = Visitor::enter(&base, link);
            let (stop, noted) = (&stop, &noted);
            scope.spawn(move || work(&reviewer, *claim, stop, noted));
        }
        while noted.lock().expect("the notes").len() < 10 {
            std::thread::yield_now();
        }
        let before = noted.lock().expect("the notes").clone();
        let (code, out, err) = run(&["backup", "--data", &data, "--to", &to, "--json"]);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(code, Some(0), "{out}{err}");
        let told: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(told["verified"], true, "{out}");
        before
    });
    // Under a desk that runs nothing is put back.
    let (code, _, err) = run(&["restore", &to, "--data", &data]);
    assert_eq!(code, Some(3), "{err}");
    assert!(err.contains("is running"), "{err}");
    assert!(running.stop().success());
    let (code, out, err) = run(&["restore", &to, "--to", &back]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(check(Path::new(&back)).findings, []);
    let found = rationales(Path::new(&back), &claims);
    for words in &before {
        assert!(
            found.contains(words),
            "'{words}' was acknowledged before the backup"
        );
    }
    // What came after it is lost with it, and the program says so.
    let after = noted.lock().expect("the notes").len();
    assert!(after > before.len(), "nobody worked meanwhile");
    let (code, _, err) = run(&["restore", &to, "--data", &data]);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("--older"), "{err}");
    let (code, out, _) = run(&["restore", &to, "--list"]);
    assert_eq!((code, out.lines().count()), (Some(0), 1));
    assert!(out.contains("whole"), "{out}");
}

#[test]
fn a_desk_that_is_served_takes_backups_by_itself() {
    let desk = desk_of_today();
    let link = desk.link(desk.join(citekeep::domain::person::Role::Admin));
    let closed = desk.close();
    let dir = tempfile::tempdir().expect("a directory");
    let to = dir.path().join("backups");
    let config = format!("[backup]\nto = {:?}\n", to.display().to_string());
    let mut running = citekeep_with(&closed.data, &config);
    let admin = Visitor::enter(&running.address(), &link);
    let begun = std::time::Instant::now();
    let told = loop {
        let page = admin.get("/settings").body;
        if page.contains("checked whole") {
            break page;
        }
        assert!(begun.elapsed().as_secs() < 60, "{page}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    };
    assert!(!told.contains("No backup was taken yet"));
    assert!(running.stop().success());
    let all = citekeep::desk::backup::list(&to).expect("backups");
    assert_eq!(all.len(), 1);
    assert!(all[0].verified);
}
