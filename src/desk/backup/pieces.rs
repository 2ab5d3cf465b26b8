//! The pieces of backups: files by the hash of what they hold, each written
//! once and shared by every backup that needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::hash::ContentHash;
use crate::store::{StoreError, private};

use super::super::{Rng, plain};
use super::age::{self, AgeError, Identity, Recipient};

/// What a piece holds, which is the name of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A blob, as the data directory has it.
    Blob,
    /// A stretch of the database, compressed.
    Page,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Blob, Self::Page];

    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Blob => "blobs",
            Self::Page => "pages",
        }
    }
}

/// How a piece lies on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored {
    /// How many bytes it has.
    pub(super) length: u64,
    /// What they hash to: encrypted ones too can be checked without a key.
    pub(super) hash: ContentHash,
}

/// The names of pieces, each with how it lies on the disk.
pub(super) type Listing = BTreeMap<String, Stored>;

/// How pieces are named and sealed.
pub(super) enum Seal {
    /// Everybody who can read the directory reads them.
    Open,
    /// Encrypted for some, under names that do not tell what is in them: who
    /// holds a document could otherwise see whether the desk has it too.
    Sealed {
        /// Whom they are for; nobody where pieces are only read.
        to: Vec<Recipient>,
        /// What names are made with.
        names: [u8; 32],
    },
}

impl Seal {
    /// The name of a piece below the directory of backups.
    pub(super) fn name(&self, kind: Kind, hash: ContentHash, packed: bool) -> String {
        let (name, sealed) = match self {
            Self::Open => (hash.to_string(), ""),
            Self::Sealed { names, .. } => {
                let mut mac =
                    Hmac::<Sha256>::new_from_slice(names).expect("HMAC takes a key of any length");
                mac.update(kind.folder().as_bytes());
                mac.update(hash.to_string().as_bytes());
                (hex::encode(mac.finalize().into_bytes()), ".age")
            }
        };
        let ending = if packed { ".zst" } else { "" };
        format!("{}/{}/{name}{ending}{sealed}", kind.folder(), &name[..2])
    }

    /// Bytes as they are written.
    pub(super) fn sealed(&self, plain: Vec<u8>, rng: &dyn Rng) -> Vec<u8> {
        match self {
            Self::Open => plain,
            Self::Sealed { to, .. } => age::seal(&plain, to, rng),
        }
    }

    /// Bytes as they were before.
    pub(super) fn opened(&self, stored: Vec<u8>, keys: &[Identity]) -> Result<Vec<u8>, AgeError> {
        match self {
            Self::Open => Ok(stored),
            Self::Sealed { .. } => age::open(&stored, keys),
        }
    }
}

/// The pieces in a directory of backups, as one run writes them.
pub(super) struct Pieces {
    dir: PathBuf,
    /// What is known to lie there whole.
    known: Listing,
    /// What the backup that is being taken needs.
    pub(super) needed: Listing,
    /// What this run wrote, of what is needed.
    pub(super) written: (u64, u64),
    touched: BTreeSet<PathBuf>,
    journal: File,
}

/// What an interrupted run wrote, for the next one.
const JOURNAL: &str = "journal";

impl Pieces {
    /// Takes up the pieces that finished backups list, and those that a run
    /// noted which was cut off: what this run notes follows on those.
    pub(super) fn open(dir: &Path, known: Listing) -> Result<Self, StoreError> {
        let path = dir.join(JOURNAL);
        let mut known = known;
        let noted = read_listing(&path)?;
        let journal = write_listing(&path, &noted)?;
        known.extend(noted);
        Ok(Self {
            dir: dir.to_owned(),
            known,
            needed: Listing::new(),
            written: (0, 0),
            touched: BTreeSet::new(),
            journal,
        })
    }

    /// Whether a piece lies there already; then it is needed too.
    pub(super) fn has(&mut self, name: &str) -> bool {
        let Some(stored) = self.known.get(name).copied() else {
            return false;
        };
        let there = fs::metadata(self.dir.join(name));
        if there.is_ok_and(|there| there.len() == stored.length) {
            self.needed.insert(name.to_owned(), stored);
            return true;
        }
        false
    }

    /// Writes a piece that is there whole or not at all.
    pub(super) fn put(&mut self, name: String, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.dir.join(&name);
        let folder = path.parent().unwrap_or(&self.dir).to_owned();
        let stored = Stored {
            length: bytes.len() as u64,
            hash: ContentHash::of(bytes),
        };
        let mut write = || -> std::io::Result<()> {
            fs::create_dir_all(&folder)?;
            write_whole(&path, bytes)?;
            writeln!(self.journal, "{}", line(&name, stored))
        };
        write().map_err(|error| StoreError::file(&path, error))?;
        self.touched.insert(folder);
        self.written.0 += 1;
        self.written.1 += stored.length;
        self.known.insert(name.clone(), stored);
        self.needed.insert(name, stored);
        Ok(())
    }

    /// Brings the names of new pieces to the disk.
    pub(super) fn sync(&mut self) -> Result<(), StoreError> {
        let mut folders = BTreeSet::new();
        for folder in std::mem::take(&mut self.touched) {
            let own = folder
                .ancestors()
                .take_while(|it| it.starts_with(&self.dir));
            folders.extend(own.map(Path::to_owned));
        }
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }

    /// Forgets what was noted for a next run: a finished backup lists it.
    pub(super) fn finish(&self) -> Result<(), StoreError> {
        remove(&self.dir.join(JOURNAL))
    }
}

/// Reads a piece back and tells what is wrong with it.
pub(super) fn flaw(dir: &Path, name: &str, stored: Stored) -> Option<&'static str> {
    match plain::read(&dir.join(name), stored.length) {
        Ok(Some(bytes)) if ContentHash::of(&bytes) == stored.hash => None,
        Ok(Some(_)) => Some("altered"),
        Ok(None) => Some("missing"),
        // It is longer than it was, or something that is no file has its name.
        Err(error) if error.kind() == ErrorKind::InvalidData => Some("altered"),
        Err(_) => Some("unreadable"),
    }
}

fn line(name: &str, stored: Stored) -> String {
    format!("{} {} {name}", stored.hash, stored.length)
}

/// Writes which pieces a backup needs: hash, length and name on each line. The
/// file is left open for lines that follow.
pub(super) fn write_listing(path: &Path, listing: &Listing) -> Result<File, StoreError> {
    let lines = listing
        .iter()
        .map(|(name, stored)| line(name, *stored) + "\n");
    let text: String = lines.collect();
    written_whole(path, text.as_bytes()).map_err(|error| StoreError::file(path, error))
}

/// Reads such a list; one that is not there is empty, and a line that was cut
/// off is none.
pub(super) fn read_listing(path: &Path) -> Result<Listing, StoreError> {
    let opened = plain::open(path).map_err(|error| StoreError::file(path, error))?;
    let Some(file) = opened else {
        return Ok(Listing::new());
    };
    let mut listing = Listing::new();
    for line in BufReader::new(file).split(b'\n') {
        let line = line.map_err(|error| StoreError::file(path, error))?;
        if let Some((name, stored)) = std::str::from_utf8(&line).ok().and_then(read_line) {
            listing.insert(name, stored);
        }
    }
    Ok(listing)
}

fn read_line(line: &str) -> Option<(String, Stored)> {
    let mut words = line.splitn(3, ' ');
    let hash = words.next()?.parse().ok()?;
    let length = words.next()?.parse().ok()?;
    let name = words.next()?;
    // A list comes from a disk that others may write to: no name leads out.
    let is_ours = name.split('/').count() == 3
        && Kind::ALL.iter().any(|kind| name.starts_with(kind.folder()))
        && !name.contains("..");
    is_ours.then(|| (name.to_owned(), Stored { length, hash }))
}

/// Writes a file under another name, syncs it and gives it its own.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    written_whole(path, bytes).map(drop)
}

fn written_whole(path: &Path, bytes: &[u8]) -> std::io::Result<File> {
    let new = path.with_added_extension("new");
    let mut file = closed_to_others(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    Ok(file)
}

/// A new file that nobody else on the machine can read. What a run that was cut
/// off left there goes; a link is not followed, wherever somebody who may write
/// here made it lead.
pub(super) fn closed_to_others(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    private::options().create_new(true).open(path)
}

/// Brings the names in a folder to the disk.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| StoreError::file(folder, error))
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(StoreError::file(path, error)),
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_where_a_piece_is_written_is_not_followed() {
        let dir = tempfile::tempdir().expect("a directory");
        let (piece, prey) = (dir.path().join("piece"), dir.path().join("prey"));
        fs::write(&prey, "precious").expect("a file of the operator");
        std::os::unix::fs::symlink(&prey, dir.path().join("piece.new")).expect("a link");
        write_whole(&piece, b"words").expect("written");
        assert_eq!(fs::read(&piece).expect("a piece"), b"words");
        assert_eq!(fs::read(&prey).expect("a file"), b"precious");
    }

    #[test]
    fn a_link_where_the_journal_is_kept_is_not_followed() {
        let dir = tempfile::tempdir().expect("a directory");
        let (journal, prey) = (dir.path().join(JOURNAL), dir.path().join("prey"));
        fs::write(&prey, "precious").expect("a file of the operator");
        std::os::unix::fs::symlink(&prey, &journal).expect("a link");
        let mut pieces = Pieces::open(dir.path(), Listing::new()).expect("a run");
        let name = "blobs/ab/abcd".to_owned();
        pieces.put(name.clone(), b"words").expect("a piece");
        assert_eq!(fs::read(&prey).expect("a file"), b"precious");
        // A run that follows one which was cut off knows what both of them wrote.
        let mut next = Pieces::open(dir.path(), Listing::new()).expect("a run");
        next.put("blobs/cd/cdef".to_owned(), b"more").expect("one");
        let mut third = Pieces::open(dir.path(), Listing::new()).expect("a run");
        assert!(third.has(&name) && third.has("blobs/cd/cdef"));
    }

    #[test]
    fn what_is_no_file_or_another_one_is_a_flaw() {
        let dir = tempfile::tempdir().expect("a directory");
        let place = |name: &str| dir.path().join(name);
        let stored = Stored {
            length: 5,
            hash: ContentHash::of(b"words"),
        };
        for (name, bytes) in [("same", "words"), ("other", "sword"), ("longer", "words!")] {
            fs::write(place(name), bytes).expect("a piece");
        }
        let made = std::process::Command::new("mkfifo")
            .arg(place("pipe"))
            .status();
        assert!(made.expect("a pipe").success());
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(flaw(dir.path(), name, stored), expected, "{name}");
        };
        check("same", None);
        check("none", Some("missing"));
        for name in ["other", "longer", "pipe"] {
            check(name, Some("altered"));
        }
    }
}
