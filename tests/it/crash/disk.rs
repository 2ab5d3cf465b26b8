//! A disk that a tape is played onto: what programs see, and what a power cut
//! leaves of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::tape::Op;

/// How a machine may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The program was killed: the system keeps all that it wrote.
    Killed,
    /// The power went: nothing is there that was not synced.
    Lost,
    /// The power went: of what was not synced some is there and some is not, by
    /// sectors and in any order.
    Some(u64),
    /// The power went in the middle of the newest write.
    Torn,
}

/// The unit that a disk writes whole.
const SECTOR: usize = 512;

/// A file: what programs see, what is sure, and what was written since.
#[derive(Debug, Clone, Default)]
struct Held {
    seen: Vec<u8>,
    sure: Vec<u8>,
    since: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Disk {
    files: Vec<Held>,
    /// Names as programs see them, and as they are sure.
    names: BTreeMap<PathBuf, usize>,
    sure_names: BTreeMap<PathBuf, usize>,
    folders: BTreeSet<PathBuf>,
}

impl Disk {
    /// A disk on which everything is sure.
    pub(super) fn of(data: &Path) -> Self {
        let mut disk = Self::default();
        let mut folders = vec![data.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = fs::read(&path).expect("a file");
                disk.names.insert(path, disk.files.len());
                disk.files.push(Held {
                    seen: bytes.clone(),
                    sure: bytes,
                    since: Vec::new(),
                });
            }
            disk.folders.insert(folder);
        }
        disk.sure_names = disk.names.clone();
        disk
    }

    pub(super) fn play(&mut self, op: &Op) {
        match op {
            Op::Create(path) => {
                self.file(path);
            }
            Op::Truncate(path, length) => self.change(path, Change::Length(*length)),
            Op::Write(path, at, bytes) => {
                let end = self.file(path).seen.len();
                self.change(path, Change::Write(at.unwrap_or(end), bytes.clone()));
            }
            Op::Sync(path) => self.sync(path),
            Op::Rename(from, to) => {
                if let Some(file) = self.names.remove(from) {
                    self.names.insert(to.clone(), file);
                }
            }
            Op::Link(from, to) => {
                if let Some(file) = self.names.get(from).copied() {
                    self.names.insert(to.clone(), file);
                }
            }
            Op::Remove(path) => {
                self.names.remove(path);
            }
            Op::Folder(path) => {
                self.folders.insert(path.clone());
            }
            Op::Acknowledged => {}
        }
    }

    fn file(&mut self, path: &Path) -> &mut Held {
        let next = self.files.len();
        let at = *self.names.entry(path.to_owned()).or_insert(next);
        if at == next {
            self.files.push(Held::default());
        }
        &mut self.files[at]
    }

    fn change(&mut self, path: &Path, change: Change) {
        let file = self.file(path);
        change.apply(&mut file.seen);
        file.since.push(change);
    }

    fn sync(&mut self, path: &Path) {
        if let Some(at) = self.names.get(path) {
            let file = &mut self.files[*at];
            file.sure = file.seen.clone();
            file.since.clear();
            return;
        }
        // A folder: its names are sure.
        let inside = |name: &PathBuf| name.parent() == Some(path);
        self.sure_names.retain(|name, _| !inside(name));
        let now = self.names.iter().filter(|(name, _)| inside(name));
        self.sure_names
            .extend(now.map(|(name, at)| (name.clone(), *at)));
    }

    /// What is on the disk after an end.
    pub(super) fn left(&self, end: End) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut coin = match end {
            End::Some(seed) => Coin(seed),
            _ => Coin(0),
        };
        let names = match end {
            End::Killed | End::Torn => self.names.clone(),
            End::Lost => self.sure_names.clone(),
            // Names are kept by a journal, in order: all of them or none.
            End::Some(_) if coin.toss() => self.names.clone(),
            End::Some(_) => self.sure_names.clone(),
        };
        let files = names.into_iter().map(|(name, at)| {
            let file = &self.files[at];
            let bytes = match end {
                End::Killed => file.seen.clone(),
                End::Lost => file.sure.clone(),
                End::Torn => file.torn(),
                End::Some(_) => file.some(&mut coin),
            };
            (name, bytes)
        });
        // The index of the write-ahead log is made anew when the last who used
        // it is gone.
        files
            .filter(|(name, _)| !name.to_string_lossy().ends_with("-shm"))
            .collect()
    }

    pub(super) fn folders(&self) -> &BTreeSet<PathBuf> {
        &self.folders
    }
}

impl Held {
    /// As programs see it, without the second half of the newest write.
    fn torn(&self) -> Vec<u8> {
        let mut bytes = self.sure.clone();
        if let Some((last, before)) = self.since.split_last() {
            before.iter().for_each(|change| change.apply(&mut bytes));
            match last {
                Change::Write(at, what) => {
                    Change::Write(*at, what[..what.len() / 2].to_vec()).apply(&mut bytes);
                }
                Change::Length(_) => {}
            }
        }
        bytes
    }

    /// With some sectors of what was written since the last sync.
    fn some(&self, coin: &mut Coin) -> Vec<u8> {
        let mut bytes = self.sure.clone();
        for change in &self.since {
            match change {
                Change::Length(_) if coin.toss() => change.apply(&mut bytes),
                Change::Length(_) => {}
                Change::Write(at, what) => {
                    for (number, sector) in what.chunks(SECTOR).enumerate() {
                        if coin.toss() {
                            let at = at + number * SECTOR;
                            Change::Write(at, sector.to_vec()).apply(&mut bytes);
                        }
                    }
                }
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Length(length) => bytes.resize(*length, 0),
            Self::Write(at, what) => {
                let end = at + what.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(what);
            }
        }
    }
}

/// A coin that falls the same way in every run (SplitMix64).
struct Coin(u64);

impl Coin {
    fn toss(&mut self) -> bool {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) & 1 == 1
    }
}
