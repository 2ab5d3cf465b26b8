//! Backups of a desk that people work at, and what is put back from them.

mod drill;
mod erased;
#[cfg(unix)]
mod hostile;
mod putting_back;
mod schedule;
mod sealed;
mod taking;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use citekeep::desk::audit;
use citekeep::desk::backup::age::Identity;
use citekeep::desk::backup::{BackupError, Order, Restored, Taken, Wanted, Watch, restore, take};
use tempfile::TempDir;

use crate::support::{TestDesk, check, desk, world};

/// A desk with two directories beside it: for backups, and for what is put back.
struct Kept {
    desk: TestDesk,
    dir: TempDir,
}

fn kept() -> Kept {
    let desk = desk();
    desk.published();
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    Kept {
        desk,
        dir: tempfile::tempdir().expect("a directory"),
    }
}

fn order(to: &Path) -> Order {
    Order {
        to: to.to_owned(),
        recipients: Vec::new(),
        keep: None,
        check: true,
    }
}

/// Takes a backup of a data directory.
fn back_up(data: &Path, order: &Order) -> Result<Taken, BackupError> {
    let never = AtomicBool::new(false);
    let mut watch = Watch {
        tell: &mut |_, _, _| {},
        stop: &never,
    };
    take(data, order, &world(), &mut watch)
}

fn put_back(wanted: &Wanted<'_>) -> Result<Restored, BackupError> {
    let never = AtomicBool::new(false);
    let mut watch = Watch {
        tell: &mut |_, _, _| {},
        stop: &never,
    };
    restore(wanted, &world(), &mut watch)
}

fn wanted<'a>(from: &'a Path, to: &'a Path) -> Wanted<'a> {
    Wanted {
        from,
        name: None,
        to,
        identities: &[],
        key: None,
        kept: None,
        older: false,
    }
}

impl Kept {
    fn backups(&self) -> PathBuf {
        self.dir.path().join("backups")
    }

    fn back(&self) -> PathBuf {
        self.dir.path().join("back")
    }

    fn order(&self) -> Order {
        order(&self.backups())
    }

    fn take(&self) -> Taken {
        audit::checkpoint(&self.desk.desk).expect("a checkpoint");
        back_up(&self.desk.data(), &self.order()).expect("a backup")
    }

    /// Puts the newest backup back into a directory of its own.
    fn drill(&self, identities: &[Identity]) -> Restored {
        let (from, to) = (self.backups(), self.back());
        let wanted = Wanted {
            identities,
            ..wanted(&from, &to)
        };
        let restored = put_back(&wanted).expect("what was backed up");
        assert_eq!(check(&to).findings, []);
        restored
    }
}

/// Every file below a directory, with its bytes.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                let name = path.strip_prefix(dir).expect("a file below it");
                found.insert(name.to_owned(), bytes);
            }
        }
    }
    found
}

/// The pieces of a directory of backups, by name.
fn pieces(dir: &Path) -> Vec<PathBuf> {
    let files = files(dir).into_keys();
    files
        .filter(|name| name.starts_with("pages") || name.starts_with("blobs"))
        .collect()
}
