//! What a desk does to its disk, as the system saw it: every write, sync, name
//! and deletion, in order, with the answers that left meanwhile.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::program::Program;

/// The calls that are recorded.
const CALLS: &str = "trace=openat,open,creat,write,pwrite64,writev,sendto,sendmsg,ftruncate,\
                     fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir";

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// A file was made, or emptied.
    Create(PathBuf),
    /// Bytes at a place of a file; none: at its end.
    Write(PathBuf, Option<usize>, Vec<u8>),
    Truncate(PathBuf, usize),
    /// A file, or the names in a folder, are sure to be on the disk.
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    /// A file has a second name.
    Link(PathBuf, PathBuf),
    Remove(PathBuf),
    Folder(PathBuf),
    /// An answer left that says that something was done.
    Acknowledged,
}

/// Starts a desk whose calls are written to a file.
pub(super) fn recorded(data: &Path, tape: &Path) -> Program {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-y", "-xx", "-s", "4000000", "-e", CALLS, "-o"])
        .arg(tape)
        .arg(env!("CARGO_BIN_EXE_citekeep"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data);
    Program::start(&mut command)
}

/// Reads what was done below a directory.
pub(super) fn read(tape: &Path, data: &Path) -> Vec<Op> {
    let text = fs::read_to_string(tape).expect("a tape");
    let (mut ops, mut begun) = (Vec::new(), HashMap::new());
    for line in text.lines() {
        let (thread, call) = line.split_once(' ').expect("a thread and a call");
        let call = call.trim_start();
        // A call that another thread's came between is told in two parts.
        if let Some(first) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(thread.to_owned(), first.to_owned());
        } else if call.starts_with("<... ") {
            let rest = call.split_once("resumed>").expect("the rest").1;
            let first = begun.remove(thread).unwrap_or_default();
            ops.extend(op(&format!("{first}{rest}"), data));
        } else {
            ops.extend(op(call, data));
        }
    }
    ops
}

/// What one call did below the directory, if it did anything.
fn op(call: &str, data: &Path) -> Option<Op> {
    let (name, rest) = call.split_once('(')?;
    let (arguments, answer) = rest.rsplit_once(" = ")?;
    if answer.starts_with('-') || answer.starts_with('?') {
        return None;
    }
    let strings = quoted(arguments);
    let named = |at: usize| {
        let path = PathBuf::from(String::from_utf8(strings.get(at)?.clone()).ok()?);
        path.starts_with(data).then_some(path)
    };
    let open = || {
        let name = arguments.split_once('<')?.1.split_once('>')?.0;
        let path = PathBuf::from(String::from_utf8(unescaped(name)).ok()?);
        path.starts_with(data).then_some(path)
    };
    let last_number = || -> Option<usize> {
        let number = arguments.trim_end_matches(')').trim().rsplit(", ").next()?;
        number.trim_end_matches(')').trim().parse().ok()
    };
    match name {
        "openat" | "open" | "creat" if arguments.contains("O_CREAT") => {
            // One that is there already and not emptied is only opened; the
            // disk knows which it is.
            let path = named(0)?;
            let empties = arguments.contains("O_TRUNC");
            Some(if empties {
                Op::Truncate(path, 0)
            } else {
                Op::Create(path)
            })
        }
        "pwrite64" => Some(Op::Write(
            open()?,
            last_number(),
            written(&strings, answer)?,
        )),
        "write" | "writev" | "sendto" | "sendmsg" => match open() {
            Some(path) => Some(Op::Write(path, None, written(&strings, answer)?)),
            None => {
                let is_done = strings.first()?.starts_with(b"HTTP/1.1 303");
                is_done.then_some(Op::Acknowledged)
            }
        },
        "ftruncate" => Some(Op::Truncate(open()?, last_number()?)),
        "fsync" | "fdatasync" => Some(Op::Sync(open()?)),
        "rename" | "renameat" | "renameat2" => Some(Op::Rename(named(0)?, named(1)?)),
        "link" | "linkat" => Some(Op::Link(named(0)?, named(1)?)),
        "unlink" | "unlinkat" | "rmdir" => Some(Op::Remove(named(0)?)),
        "mkdir" | "mkdirat" => Some(Op::Folder(named(0)?)),
        _ => None,
    }
}

/// What was written of what should be.
fn written(strings: &[Vec<u8>], answer: &str) -> Option<Vec<u8>> {
    let count = answer.split_whitespace().next()?.parse().ok()?;
    let mut all = strings.concat();
    all.truncate(count);
    Some(all)
}

/// The strings among the arguments of a call.
fn quoted(arguments: &str) -> Vec<Vec<u8>> {
    let parts = arguments.split('"').skip(1).step_by(2);
    parts.map(unescaped).collect()
}

/// Bytes as they are written in a tape: each as `\x` and two digits.
fn unescaped(text: &str) -> Vec<u8> {
    let digits: String = text.split("\\x").collect();
    hex::decode(digits).unwrap_or_default()
}
