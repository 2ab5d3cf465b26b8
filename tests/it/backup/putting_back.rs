//! Putting back: what is refused, what stays beside, what is said of a log that
//! is older.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use citekeep::desk::backup::{BackupError, Wanted};
use citekeep::desk::keys::KeyPlace;
use citekeep::desk::{DeskError, Rules, audit, set_up};
use citekeep::ledger::key::SigningKey;

use super::{Kept, kept, pieces, put_back, wanted};
use crate::support::{ClosedDesk, check, note, open, world};

/// The files of a data directory. What only looks at a database leaves two empty
/// ones beside it.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = super::files(dir);
    files.retain(|name, bytes| {
        let name = name.to_string_lossy();
        !(name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty())
    });
    files
}

/// A desk that was backed up, then went on, then closed.
fn gone_on() -> (ClosedDesk, tempfile::TempDir) {
    let Kept { desk, dir } = {
        let kept = kept();
        kept.take();
        kept
    };
    desk.claim("The bridge was painted green.");
    (desk.close(), dir)
}

#[test]
fn an_older_backup_is_put_back_only_when_that_is_said_and_the_loss_stands_in_the_log() {
    let (closed, dir) = gone_on();
    let from = dir.path().join("backups");
    let before = files(&closed.data);
    let refused = put_back(&wanted(&from, &closed.data)).expect_err("a refusal");
    let BackupError::Older { have, signed, .. } = refused else {
        panic!("{refused}");
    };
    assert!(signed > have);
    assert_eq!(files(&closed.data), before, "nothing was replaced");
    let older = Wanted {
        older: true,
        ..wanted(&from, &closed.data)
    };
    let restored = put_back(&older).expect("the older one");
    assert_eq!(restored.lost, signed - have);
    let aside = restored.aside.expect("what was there");
    assert_eq!(files(&aside), before, "it stays as it was");
    // It does not start before somebody says that this is what they want.
    let start = open(&closed.data).err().expect("a refusal");
    assert!(matches!(start, DeskError::OlderLog { .. }), "{start}");
    let why = note("The disk was lost.");
    let place = KeyPlace::Beside;
    let desk = set_up::accept_older_log(&closed.data, &place, Rules::default(), world(), why);
    drop(desk.expect("the older log"));
    let desk = open(&closed.data).expect("the desk");
    audit::checkpoint(&desk).expect("a checkpoint");
    drop(desk);
    assert_eq!(check(&closed.data).findings, []);
}

#[test]
fn a_kept_checkpoint_shows_an_older_log_where_everything_else_is_lost() {
    let (closed, dir) = gone_on();
    let (from, to) = (dir.path().join("backups"), dir.path().join("back"));
    let file = dir.path().join("kept");
    fs::copy(closed.data.join("checkpoints"), &file).expect("what somebody kept");
    let file = file.display().to_string();
    let held = Wanted {
        kept: Some(&file),
        ..wanted(&from, &to)
    };
    let refused = put_back(&held).expect_err("a refusal");
    assert!(matches!(refused, BackupError::Older { .. }), "{refused}");
    assert!(!to.exists());
    let older = Wanted {
        older: true,
        ..held
    };
    assert!(put_back(&older).expect("the older one").lost > 0);
    let start = open(&to).err().expect("a refusal");
    assert!(matches!(start, DeskError::OlderLog { .. }), "{start}");
}

#[test]
fn another_history_is_never_put_back() {
    let kept = kept();
    kept.take();
    let (from, to) = (kept.backups(), kept.back());
    kept.drill(&[]);
    // Both go on, each in its own way.
    kept.desk.claim("One history.");
    kept.take();
    let other = open(&to).expect("the other desk");
    citekeep::desk::people::join(
        &other,
        citekeep::desk::Actor::Operator,
        citekeep::domain::words::Name::parse("Somebody").expect("a name"),
        citekeep::domain::person::Role::Reader,
    )
    .expect("another history");
    audit::checkpoint(&other).expect("a checkpoint");
    drop(other);
    let before = files(&to);
    for older in [false, true] {
        let wanted = Wanted {
            older,
            ..wanted(&from, &to)
        };
        let refused = put_back(&wanted).expect_err("a refusal");
        assert!(matches!(refused, BackupError::Forked { .. }), "{refused}");
    }
    assert_eq!(files(&to), before);
}

#[test]
fn nothing_is_put_back_under_a_desk_that_runs() {
    let kept = kept();
    kept.take();
    let (from, data) = (kept.backups(), kept.desk.data());
    let refused = put_back(&wanted(&from, &data)).expect_err("a refusal");
    assert!(matches!(refused, BackupError::Running(_)), "{refused}");
    kept.desk.is_clean();
}

#[test]
fn a_database_that_is_ruined_is_replaced_and_kept() {
    let (closed, dir) = {
        let kept = kept();
        kept.take();
        let Kept { desk, dir } = kept;
        (desk.close(), dir)
    };
    fs::write(closed.data.join("desk.db"), vec![7; 50_000]).expect("a ruin");
    let from = dir.path().join("backups");
    let restored = put_back(&wanted(&from, &closed.data)).expect("the backup");
    assert_eq!(restored.lost, 0);
    let aside = restored.aside.expect("the ruin");
    assert_eq!(
        fs::read(aside.join("desk.db")).expect("it"),
        vec![7; 50_000]
    );
    assert_eq!(check(&closed.data).findings, []);
    drop(open(&closed.data).expect("the desk opens"));
}

/// Changes one byte of each file of a backup in turn.
#[test]
fn no_byte_of_a_backup_can_be_changed_unnoticed() {
    let kept = kept();
    let taken = kept.take();
    let (from, to) = (kept.backups(), kept.back());
    let mut names = pieces(&from);
    names.push(Path::new(&taken.name).join("contents.json.zst"));
    for name in names {
        let path = from.join(&name);
        let good = fs::read(&path).expect("a file");
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle] ^= 0x10;
        fs::write(&path, &bad).expect("an attack");
        // What an earlier try put together would be taken as it is.
        let _ = fs::remove_dir_all(to.with_extension("restoring"));
        let refused = put_back(&wanted(&from, &to)).expect_err("a refusal");
        assert!(
            matches!(refused, BackupError::Damaged { .. }),
            "{}: {refused}",
            name.display()
        );
        assert!(!to.exists());
        fs::write(&path, &good).expect("the good one");
    }
    kept.drill(&[]);
}

/// Nobody writes into the pipes: whoever waited for that would wait for good.
#[cfg(unix)]
#[test]
fn a_pipe_among_the_files_of_a_backup_is_refused_and_not_waited_for() {
    let kept = kept();
    let taken = kept.take();
    let (from, to) = (kept.backups(), kept.back());
    let pieces = pieces(&from);
    let first = |folder: &str| {
        let mut names = pieces.iter();
        names
            .find(|name| name.starts_with(folder))
            .expect("a piece")
    };
    let own = |name: &str| Path::new(&taken.name).join(name);
    let (facts, listing) = (own("backup.json"), own("pieces"));
    let read_back = [
        facts.clone(),
        own("contents.json.zst"),
        first("blobs").clone(),
        first("pages").clone(),
    ];
    for name in read_back {
        let file = Replaced::by_a_pipe(from.join(&name));
        let _ = fs::remove_dir_all(to.with_extension("restoring"));
        let refused = put_back(&wanted(&from, &to)).expect_err("a refusal");
        let BackupError::Damaged { file: named, flaw } = &refused else {
            panic!("{}: {refused}", name.display());
        };
        assert!(Path::new(named).ends_with(&name), "{named}");
        assert_eq!(flaw, "it is no file");
        file.put_back();
    }
    for name in [facts, listing, PathBuf::from("journal")] {
        let file = Replaced::by_a_pipe(from.join(&name));
        let refused = super::back_up(&kept.desk.data(), &kept.order()).expect_err("a refusal");
        let said = refused.to_string();
        assert!(said.contains("it is no file"), "{said}");
        assert!(said.contains(&*name.to_string_lossy()), "{said}");
        file.put_back();
    }
    kept.drill(&[]);
}

/// A file whose place a pipe takes for a while.
struct Replaced {
    path: PathBuf,
    bytes: Option<Vec<u8>>,
}

impl Replaced {
    fn by_a_pipe(path: PathBuf) -> Self {
        let bytes = fs::read(&path).ok();
        if bytes.is_some() {
            fs::remove_file(&path).expect("it goes");
        }
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.expect("a pipe").success());
        Self { path, bytes }
    }

    fn put_back(self) {
        fs::remove_file(&self.path).expect("the pipe goes");
        if let Some(bytes) = self.bytes {
            fs::write(&self.path, bytes).expect("the good one");
        }
    }
}

/// Whoever can write to the backups, but has no key of the log, cannot make a
/// desk of it that passes.
#[test]
fn a_backup_with_another_key_is_refused() {
    let kept = kept();
    let other: SigningKey =
        SigningKey::from_seed("other.example/log".parse().expect("a name"), &[3; 32]);
    let data = kept.desk.data();
    kept.take();
    let (from, to) = (kept.backups(), kept.back());
    let vkey = other.verifier();
    let held = Wanted {
        key: Some(&vkey),
        ..wanted(&from, &to)
    };
    let refused = put_back(&held).expect_err("a refusal");
    assert!(matches!(refused, BackupError::Unsound { .. }), "{refused}");
    assert!(!to.exists());
    assert!(data.exists());
}
