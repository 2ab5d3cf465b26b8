//! A log that runs, checked by others' code: that by which Go checks its
//! checksum database, in a program of ours that `tests/tools/install` builds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::grow;
use crate::support::desk_of_today;

fn program() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let program = target.join("tools/tlog/check");
    assert!(
        program.exists(),
        "the checker is not built: run tests/tools/install once, as tests/all does"
    );
    program
}

fn check(log: &str, key: &str, older: &Path) -> Output {
    Command::new(program())
        .args([log, key])
        .arg(older)
        .output()
        .expect("the checker starts")
}

#[test]
fn the_code_of_gos_checksum_database_proves_every_entry_of_a_log_that_runs() {
    let desk = desk_of_today();
    grow(&desk, 100, "It rained.");
    let dir = TempDir::new().expect("a directory");
    let older = dir.path().join("older");
    let newest = |desk: &crate::support::TestDesk| {
        let newest = desk
            .desk
            .read(|db| Ok(citekeep::store::checkpoints::newest(db)?));
        newest
            .expect("a desk that answers")
            .expect("a checkpoint")
            .1
    };
    fs::write(&older, newest(&desk)).expect("a file");
    grow(&desk, 300, "It rained.");
    let key = desk.desk.verifier_key();
    // The same people and claims, and another third: a fork.
    let forked = desk_of_today();
    grow(&forked, 90, "It rained.");
    grow(&forked, 100, "It snowed.");
    let fork = dir.path().join("fork");
    fs::write(&fork, newest(&forked)).expect("a file");
    let served = desk.serve();
    let log = format!("{}/log", served.base.trim_end_matches('/'));
    let answer = check(&log, &key, &older);
    let said = String::from_utf8_lossy(&answer.stdout);
    assert!(answer.status.success(), "{answer:?}");
    assert_eq!(
        said,
        "300 entries are proven\n100 of them were signed before\n"
    );
    // It is not one that says yes to everything.
    let answer = check(&log, &key, &fork);
    assert!(!answer.status.success(), "{answer:?}");
    let other = key.replace("test.example", "best.example");
    assert!(!check(&log, &other, &older).status.success());
    served.end();
}
