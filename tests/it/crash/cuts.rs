//! The power goes at every write: a desk's writes are recorded while people
//! work at it, and played onto a disk that stops after each of them, with all,
//! none or some of what was not synced. From each such disk a desk opens with
//! everything that was acknowledged before, nothing half done, and a log that
//! passes the whole check.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use citekeep::desk::{audit, erasures};
use citekeep::domain::erasure::{ErasureRequest, Ground};
use citekeep::domain::ids::ClaimId;
use citekeep::domain::person::Role;
use citekeep::ledger::hash::Hash;
use citekeep::store::veil::Eyes;
use citekeep::store::{Store, StoreError, log};
use tempfile::TempDir;

use super::disk::{Disk, End};
use super::tape::{self, Op};
use crate::support::http::{Visitor, hidden};
use crate::support::{check, desk_of_today, note, open};

/// How many disks are looked at in a common run; CITEKEEP_CRASH=1000 asks for
/// more.
const COMMON: usize = 30;

fn wanted() -> usize {
    let asked = std::env::var("CITEKEEP_CRASH").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(COMMON)
}

/// A tape of a desk, with what its log came to.
struct Recording {
    before: Disk,
    ops: Vec<Op>,
    /// How many entries the log had before the first act, and after each that
    /// was acknowledged.
    sizes: Vec<u64>,
    data: PathBuf,
    _dir: TempDir,
}

fn size(data: &Path) -> u64 {
    Store::look(data, |db, _| log::size(db)).expect("the log")
}

/// Roots of the log by size, for every size up to its whole.
fn roots(data: &Path) -> Vec<Hash> {
    Store::look(data, |db, _| {
        (0..=log::size(db)?)
            .map(|size| log::root(db, size))
            .collect::<Result<_, StoreError>>()
    })
    .expect("the tree")
}

/// People open claims, upload, decide, and erase; then the desk is stopped.
fn recording() -> Recording {
    let desk = desk_of_today();
    let (one, other) = (desk.join(Role::Admin), desk.join(Role::Admin));
    let source = desk.source("A report");
    let snapshot = desk.snapshot(
        source,
        "Words that have to go, for good and from everywhere.",
    );
    let request = ErasureRequest {
        parts: desk.whole(snapshot),
        ground: Ground::DataSubject,
        reference: None,
        reason: note("A court ordered it."),
    };
    let asked = erasures::ask(&desk.desk, one, request).expect("a request");
    let claims: Vec<ClaimId> = (0..3)
        .map(|n| desk.claim(&format!("Statement {n}.")))
        .collect();
    let links = [
        desk.link(desk.reviewer),
        desk.link(other),
        desk.link(desk.researcher),
    ];
    let closed = desk.close();
    let dir = tempfile::tempdir().expect("a directory");
    let tape = dir.path().join("tape");
    // The desk that was closed is the one that is recorded.
    let data = dir.path().join("data");
    copy(&closed.data, &data);
    let before = Disk::of(&data);
    let mut running = tape::recorded(&data, &tape);
    let base = running.address();
    let [reviewer, admin, researcher] = links.map(|link| Visitor::enter(&base, &link));
    let mut sizes = vec![size(&data); 4];
    let mut act = |who: &Visitor, path: &str, fields: &[(&str, &str)]| {
        let answer = who.post(path, fields);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        sizes.push(size(&data));
    };
    for (number, claim) in claims.iter().enumerate() {
        let page = format!("/claims/{claim}");
        let drawn = reviewer.get(&page).body;
        let seen = hidden(&drawn, "seen").expect("the entry").to_owned();
        let words = format!("Verdict {number}.");
        let fields = [
            ("seen", &*seen),
            ("rating", "unproven"),
            ("rationale", &words),
        ];
        act(&reviewer, &format!("{page}/verdicts"), &fields);
        let words = format!("It rained on the bridge on day {number}. ").repeat(40);
        let path = format!("/sources/{source}/snapshots");
        act(&researcher, &path, &[("text", &words)]);
    }
    act(
        &admin,
        &format!("/erasures/{asked}/consent"),
        &[("sure", "yes")],
    );
    assert!(running.end_watched("-TERM").success());
    Recording {
        before,
        ops: tape::read(&tape, &data),
        sizes,
        data,
        _dir: dir,
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let into = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &into);
        } else {
            fs::copy(&path, &into).expect("a copy");
        }
    }
}

/// Lays a disk down in a directory.
fn lay(disk: &Disk, left: &BTreeMap<PathBuf, Vec<u8>>, data: &Path, to: &Path) {
    let place = |path: &Path| to.join(path.strip_prefix(data).expect("below the data"));
    for folder in disk.folders() {
        fs::create_dir_all(place(folder)).expect("a folder");
    }
    for (path, bytes) in left {
        let path = place(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("our own");
    }
}

/// Opens a desk from what is left, and holds it against the tape.
fn holds(data: &Path, least: u64, sizes: &BTreeSet<u64>, roots: &[Hash], when: &str) {
    let desk = open(data).map_err(|error| format!("{when}: {error}"));
    let desk = desk.expect("the desk opens");
    let store = desk.store();
    let (size, root) = store
        .read(Eyes::Desk, |db| {
            let size = log::size(db)?;
            Ok::<_, StoreError>((size, log::root(db, size)?))
        })
        .expect("the log");
    assert!(
        size >= least,
        "{when}: {size} entries, and {least} were acknowledged"
    );
    assert!(
        sizes.contains(&size),
        "{when}: an act is half done at {size}"
    );
    assert_eq!(
        Some(&root),
        roots.get(size as usize),
        "{when}: another history"
    );
    audit::checkpoint(&desk).expect("a checkpoint");
    drop(desk);
    assert_eq!(check(data).findings, [], "{when}");
}

#[test]
fn whenever_the_power_goes_everything_acknowledged_is_there_and_nothing_half_done() {
    let tape = recording();
    let acknowledged = tape
        .ops
        .iter()
        .filter(|op| **op == Op::Acknowledged)
        .count();
    // Three came in, then each act was acknowledged.
    assert_eq!(acknowledged, tape.sizes.len() - 1, "the tape is not whole");
    let roots = roots(&tape.data);
    let sizes: BTreeSet<u64> = tape.sizes.iter().copied().collect();
    let ends = [
        End::Killed,
        End::Lost,
        End::Torn,
        End::Some(1),
        End::Some(2),
    ];
    let stride = (tape.ops.len() * ends.len()).div_ceil(wanted()).max(1);
    let dir = tempfile::tempdir().expect("a directory");
    let (mut disk, mut done, mut seen, mut looked) = (tape.before.clone(), 0, BTreeSet::new(), 0);
    for (number, op) in tape.ops.iter().enumerate() {
        disk.play(op);
        if *op == Op::Acknowledged {
            done += 1;
        }
        for (kind, end) in ends.iter().enumerate() {
            if !(number * ends.len() + kind).is_multiple_of(stride) {
                continue;
            }
            let end = match end {
                End::Some(seed) => End::Some(seed * 1_000_003 + number as u64),
                other => *other,
            };
            let left = disk.left(end);
            let print = citekeep::domain::hash::ContentHash::of(format!("{left:?}").as_bytes());
            if !seen.insert((print, done)) {
                continue;
            }
            let to = dir.path().join("data");
            lay(&disk, &left, &tape.data, &to);
            let when = format!("{end:?} after call {number} of {}", tape.ops.len());
            holds(&to, tape.sizes[done], &sizes, &roots, &when);
            fs::remove_dir_all(&to).expect("the end");
            looked += 1;
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{looked} disks after {} calls",
        tape.ops.len()
    );
    assert!(
        looked * 3 > wanted().min(tape.ops.len()),
        "only {looked} disks"
    );
}

/// The first start: whenever it is cut off, the next one makes the desk.
#[test]
fn a_first_start_that_is_cut_off_anywhere_is_gone_on_with() {
    let dir = tempfile::tempdir().expect("a directory");
    let (data, tape) = (dir.path().join("data"), dir.path().join("tape"));
    let mut running = tape::recorded(&data, &tape);
    running.address();
    running.end_watched("-TERM");
    let ops = tape::read(&tape, &data);
    let mut disk = Disk::default();
    let stride = (ops.len() * 3).div_ceil(wanted() / 4).max(1);
    for (number, op) in ops.iter().enumerate() {
        disk.play(op);
        for (kind, end) in [End::Killed, End::Lost, End::Some(number as u64)]
            .iter()
            .enumerate()
        {
            if !(number * 3 + kind).is_multiple_of(stride) {
                continue;
            }
            let to = dir.path().join("again");
            fs::create_dir_all(&to).expect("a folder");
            lay(&disk, &disk.left(*end), &data, &to);
            let when = format!("{end:?} after call {number} of {}", ops.len());
            let desk = open(&to).map_err(|error| format!("{when}: {error}"));
            drop(desk.expect("the desk opens"));
            assert_eq!(check(&to).findings, [], "{when}");
            fs::remove_dir_all(&to).expect("the end");
        }
    }
}
