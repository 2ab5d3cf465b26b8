//! The whole log checked, at 100,000 and at 1,000,000 entries, beside the bare
//! hashing of the same bytes, and the memory that the program takes for it.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use citekeep::desk::audit::verify::{Depth, verify};
use citekeep::domain::ids::EntryIndex;
use citekeep::ledger::checkpoint::Checkpoint;
use citekeep::ledger::key::SigningKey;
use citekeep::store::{Store, StoreError, checkpoints, log};
use sha2::{Digest, Sha256};

use super::filling;
use super::measure::{in_turn, say, timed};
use super::support;

/// Claims whose opening and citing make a little more than 100,000 entries.
const PIECE: u64 = 50_000;
/// How many such pieces make a million.
const PIECES: u64 = 10;
/// How often each thing is measured.
const ROUNDS: usize = 7;
/// Checkpoints of a desk that has been signed for years.
const MANY: u64 = 10_000;

pub(crate) fn measure() {
    let closed = filling::desk_with(PIECE).close();
    of(&closed.data);
    let desk = support::open(&closed.data).expect("the desk");
    let ((), took) = timed(|| (1..PIECES).for_each(|_| filling::bring(&desk, PIECE)));
    drop(desk);
    say(&format!(
        "grown to ten times that in {:.0} s",
        took.as_secs_f64()
    ));
    of(&closed.data);
    sign_often(&closed.data);
    of(&closed.data);
}

/// The figures of a desk as it stands.
fn of(data: &Path) {
    let (bytes, pieces) = bytes_of(data);
    let report = verify(data, None, Depth::Log, &mut |_, _| {}).expect("a report");
    assert_eq!(report.findings, []);
    say(&format!(
        "a log of {} entries, {} MB, {} checkpoints",
        report.entries,
        bytes.len() / 1_000_000,
        report.checkpoints / 2
    ));
    let mut whole = || {
        std::hint::black_box(Sha256::digest(&bytes));
    };
    let mut each = || {
        for piece in &pieces {
            std::hint::black_box(Sha256::digest(&bytes[piece.clone()]));
        }
    };
    let mut check = || {
        let report = verify(data, None, Depth::Log, &mut |_, _| {}).expect("a report");
        assert!(report.is_clean());
    };
    in_turn(
        ROUNDS,
        &mut [
            ("limit: SHA-256 of the same bytes, one core", &mut whole),
            ("limit: the same, a body or a leaf at a time", &mut each),
            ("verify --log-only", &mut check),
        ],
    );
    let (took, peak) = program(data);
    say(&format!(
        "  the program as a whole: {:.2} s, {peak} KB of memory at most",
        took.as_secs_f64()
    ));
}

/// Everything that the check hashes, and where each piece of it lies.
fn bytes_of(data: &Path) -> (Vec<u8>, Vec<Range<usize>>) {
    let (mut bytes, mut pieces) = (Vec::new(), Vec::new());
    let mut take = |piece: &[u8], more: &[u8]| {
        let start = bytes.len();
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(more);
        pieces.push(start..bytes.len());
    };
    Store::look(data, |db, _| {
        log::walk(db, EntryIndex::new(0), |entry| {
            take(entry.leaf.as_bytes(), &[]);
            let salt = entry.salt.as_deref().unwrap_or_default();
            take(salt, entry.body.as_deref().unwrap_or_default().as_bytes());
            Ok::<_, StoreError>(())
        })
    })
    .expect("entries");
    (bytes, pieces)
}

/// Runs the program and asks the system, until it ends, how much memory it had
/// at most (`VmHWM`, which never falls).
fn program(data: &Path) -> (Duration, u64) {
    timed_child(
        Command::new(env!("CARGO_BIN_EXE_citekeep"))
            // Not where it would find somebody's configuration.
            .current_dir(data)
            .args(["verify", "--log-only", "--data"])
            .arg(data),
    )
}

fn timed_child(command: &mut Command) -> (Duration, u64) {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let ((status, peak), took) = timed(|| {
        let mut child = command.spawn().expect("the program");
        let path = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            let status = fs::read_to_string(&path).unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("VmHWM:"));
            let told = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
            peak = peak.max(told.unwrap_or(0));
            if let Some(status) = child.try_wait().expect("its end") {
                return (status, peak);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    assert!(status.success());
    (took, peak)
}

/// Signs the log at many of the sizes that it had, as a desk would have that
/// lived through them.
fn sign_often(data: &Path) {
    let key = fs::read_to_string(data.join("log.key")).expect("the key");
    let key: SigningKey = key.trim().parse().expect("a key");
    let store = Store::open(data).expect("the store");
    let notes = store.write(move |tx| {
        let size = log::size(tx)?;
        for at in (1..=MANY).map(|n| size * n / (MANY + 1)) {
            let root = log::root(tx, at)?;
            let checkpoint = Checkpoint::new(key.verifier().name().as_str(), at, root);
            let note = checkpoint.and_then(|checkpoint| checkpoint.sign(&key));
            checkpoints::insert(tx, at, &note.expect("a note"))?;
        }
        checkpoints::list_after(tx, 0)
    });
    let notes = notes.expect("checkpoints").into_iter();
    let notes: Vec<String> = notes.map(|(_, note)| note).collect();
    fs::remove_file(checkpoints::file_in(data)).expect("the file");
    checkpoints::append_to_file(data, &notes).expect("the file anew");
}
