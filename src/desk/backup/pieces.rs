//! The pieces of backups: files by the hash of what they hold, each written
//! once and shared by every backup that needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::hash::ContentHash;
use crate::store::{StoreError, private};

use super::super::folder::Folder;
use super::super::{Rng, plain};
use super::BackupError;
use super::age::{self, AgeError, Identity, Recipient};
use super::place::Place;

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
pub(super) struct Pieces<'p> {
    root: &'p Folder,
    dir: &'p Path,
    /// What is known to lie there whole.
    known: Listing,
    /// What the backup that is being taken needs.
    pub(super) needed: Listing,
    /// What this run wrote, of what is needed.
    pub(super) written: (u64, u64),
    /// Folders with new pieces, each within that of its kind.
    touched: BTreeSet<(String, String)>,
    journal: File,
}

/// What an interrupted run wrote, for the next one.
const JOURNAL: &str = "journal";

impl<'p> Pieces<'p> {
    /// Takes up the pieces that finished backups list, and those that a run
    /// noted which was cut off.
    pub(super) fn open(place: &'p Place) -> Result<Self, BackupError> {
        let path = place.dir.join(JOURNAL);
        let failed = |error| StoreError::file(&path, error);
        let mut known = place.known()?;
        known.extend(read_listing(&path)?);
        let mut journal = place.root.add_to(JOURNAL).map_err(failed)?;
        // A line that was cut off ends here, and is none.
        journal.write_all(b"\n").map_err(failed)?;
        Ok(Self {
            root: &place.root,
            dir: &place.dir,
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
        let length = self.folder(name).and_then(|found| match found {
            Some((folder, file)) => folder.length(file),
            None => Ok(None),
        });
        let is_there = length.is_ok_and(|length| length == Some(stored.length));
        if is_there {
            self.needed.insert(name.to_owned(), stored);
        }
        is_there
    }

    /// Writes a piece that is there whole or not at all.
    pub(super) fn put(&mut self, name: String, bytes: &[u8]) -> Result<(), StoreError> {
        let stored = Stored {
            length: bytes.len() as u64,
            hash: ContentHash::of(bytes),
        };
        let mut write = || -> io::Result<(String, String)> {
            let [kind, folder, file] = parts(&name)?;
            let within = self.root.make(kind)?.make(folder)?;
            within.write(file, bytes)?;
            writeln!(self.journal, "{}", line(&name, stored))?;
            Ok((kind.to_owned(), folder.to_owned()))
        };
        let touched = write().map_err(|error| StoreError::file(&self.dir.join(&name), error))?;
        self.touched.insert(touched);
        self.written.0 += 1;
        self.written.1 += stored.length;
        self.known.insert(name.clone(), stored);
        self.needed.insert(name, stored);
        Ok(())
    }

    /// Brings the names of new pieces to the disk.
    pub(super) fn sync(&mut self) -> Result<(), StoreError> {
        let mut sync = || -> io::Result<()> {
            for (kind, folder) in std::mem::take(&mut self.touched) {
                let kind = self.root.make(&kind)?;
                kind.make(&folder)?.sync()?;
                kind.sync()?;
            }
            self.root.sync()
        };
        sync().map_err(|error| StoreError::file(self.dir, error))
    }

    /// Reads a piece back and tells what is wrong with it.
    pub(super) fn flaw(&self, name: &str, stored: Stored) -> Option<&'static str> {
        let read = self.folder(name).and_then(|found| match found {
            Some((folder, file)) => folder.read(file, stored.length),
            None => Ok(None),
        });
        match read {
            Ok(Some(bytes)) if ContentHash::of(&bytes) == stored.hash => None,
            Ok(Some(_)) => Some("altered"),
            Ok(None) => Some("missing"),
            Err(error) if error.kind() == ErrorKind::InvalidData => Some("altered"),
            Err(_) => Some("unreadable"),
        }
    }

    /// Removes a piece, so that the next backup writes it anew.
    pub(super) fn remove(&self, name: &str) -> Result<(), StoreError> {
        let removed = self.folder(name).and_then(|found| match found {
            Some((folder, file)) => folder.remove(file),
            None => Ok(()),
        });
        removed.map_err(|error| StoreError::file(&self.dir.join(name), error))
    }

    /// Forgets what was noted for a next run: a finished backup lists it.
    pub(super) fn finish(&self) -> Result<(), StoreError> {
        let removed = self.root.remove(JOURNAL);
        removed.map_err(|error| StoreError::file(&self.dir.join(JOURNAL), error))
    }

    /// The folder of a piece, if it is there, and its name in it.
    fn folder<'n>(&self, name: &'n str) -> io::Result<Option<(Folder, &'n str)>> {
        let [kind, folder, file] = parts(name)?;
        let Some(kind) = self.root.inner(kind)? else {
            return Ok(None);
        };
        Ok(kind.inner(folder)?.map(|folder| (folder, file)))
    }
}

/// The two folders of a piece, and its name in the inner one.
fn parts(name: &str) -> io::Result<[&str; 3]> {
    let parts: Vec<&str> = name.split('/').collect();
    let parts = <[&str; 3]>::try_from(parts);
    parts.map_err(|_| io::Error::new(ErrorKind::InvalidInput, "it is no name of a piece"))
}

fn line(name: &str, stored: Stored) -> String {
    format!("{} {} {name}", stored.hash, stored.length)
}

/// Which pieces a backup needs: hash, length and name on each line.
pub(super) fn listing(needed: &Listing) -> String {
    let lines = needed
        .iter()
        .map(|(name, stored)| line(name, *stored) + "\n");
    lines.collect()
}

/// No line of such a list is longer, in bytes.
const LONGEST_LINE: u64 = 512;

/// Reads such a list; one that is not there is empty, and a line that was cut
/// off is none.
///
/// # Errors
/// When it is no file, or has a line without an end: it comes from a disk that
/// others may write to.
pub(super) fn read_listing(path: &Path) -> Result<Listing, StoreError> {
    read_lines(path).map_err(|error| StoreError::file(path, error))
}

fn read_lines(path: &Path) -> io::Result<Listing> {
    let mut listing = Listing::new();
    let Some(file) = plain::open(path)? else {
        return Ok(listing);
    };
    let mut file = BufReader::new(file);
    loop {
        let mut line = Vec::new();
        let mut one = file.by_ref().take(LONGEST_LINE);
        if one.read_until(b'\n', &mut line)? == 0 {
            return Ok(listing);
        }
        if line.len() as u64 == LONGEST_LINE {
            let words = "a line of it has no end";
            return Err(io::Error::new(ErrorKind::InvalidData, words));
        }
        let text = std::str::from_utf8(&line).ok();
        let text = text.map(|text| text.trim_end_matches('\n'));
        if let Some((name, stored)) = text.and_then(read_line) {
            listing.insert(name, stored);
        }
    }
}

fn read_line(line: &str) -> Option<(String, Stored)> {
    let mut words = line.splitn(3, ' ');
    let hash = words.next()?.parse().ok()?;
    let length = words.next()?.parse().ok()?;
    let name = words.next()?;
    // A list comes from a disk that others may write to: no name leads out.
    let is_ours = parts(name).is_ok_and(|[kind, folder, file]| {
        let is_name = |part: &str| !part.is_empty() && !part.starts_with('.');
        Kind::ALL.iter().any(|known| known.folder() == kind) && is_name(folder) && is_name(file)
    });
    is_ours.then(|| (name.to_owned(), Stored { length, hash }))
}

/// Writes a file under another name, syncs it and gives it its own.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_added_extension("new");
    let mut file = closed_to_others(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
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
    let synced = Folder::open(folder).and_then(|folder| folder.sync());
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
}
