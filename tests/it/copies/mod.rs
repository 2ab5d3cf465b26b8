//! Copies of the log outside the desk: mirrors, receipts, and what strangers'
//! programs make of them.

mod comparing;
mod mirror;
mod receipt;
mod strangers;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use citekeep::desk::audit;
use citekeep::store::log;

use crate::support::TestDesk;

/// How many entries a desk has.
fn size(desk: &TestDesk) -> u64 {
    desk.desk.read(|db| Ok(log::size(db)?)).expect("a size")
}

/// Opens claims until the desk has so many entries, and signs.
fn grow(desk: &TestDesk, to: u64, statement: &str) {
    while size(desk) < to {
        desk.claim(statement);
    }
    audit::checkpoint(&desk.desk).expect("a checkpoint");
}

/// Runs the program without a desk of its own.
fn citekeep(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// Every file below a directory, by its path from there.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![dir.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).expect("a directory") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(dir).expect("it lies there");
                found.insert(name.to_owned(), fs::read(&path).expect("bytes"));
            }
        }
    }
    found
}

/// Lays files into a directory.
fn lay(dir: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
    for (name, bytes) in files {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, bytes).expect("a file");
    }
}
