//! Bytes by their SHA-256, in files of the data directory.
//!
//! A blob is on disk, whole and synced, before anything that names it is
//! committed. If we crash between the two, an unnamed file is left; that
//! costs a few bytes and breaks nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;

use super::StoreError;

/// Texts shorter than this are not worth compressing.
const COMPRESS_FROM: usize = 512;
/// No blob is larger than this when read back, however well it compresses.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// How many digits begin the name of a file.
const DIGITS: usize = 64;

/// The directory of blobs: `ab/abcd…` plain, or `ab/abcd….zst` compressed.
pub struct Blobs {
    dir: PathBuf,
    /// What was erased, with the entry that says so: it is neither read nor
    /// taken in again.
    erased: Arc<RwLock<BTreeMap<ContentHash, EntryIndex>>>,
    /// What whoever reads may not see.
    sealed: BTreeSet<ContentHash>,
}

impl Blobs {
    /// Opens the directory and makes it if it is missing.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(dir).map_err(|error| StoreError::file(dir, error))?;
        Ok(Self::at(dir))
    }

    /// Takes the directory as it is, for reading.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            erased: Arc::default(),
            sealed: BTreeSet::new(),
        }
    }

    /// The same blobs for somebody who may not see some of them.
    pub(super) fn without(&self, sealed: BTreeSet<ContentHash>) -> Self {
        Self {
            dir: self.dir.clone(),
            erased: Arc::clone(&self.erased),
            sealed,
        }
    }

    /// Whether whoever reads may not see some bytes.
    pub fn is_sealed(&self, hash: ContentHash) -> bool {
        self.sealed.contains(&hash)
    }

    /// Learns which bytes were erased.
    pub fn know_erased(&self, erased: BTreeMap<ContentHash, EntryIndex>) {
        // Whoever panicked while holding it left a whole map behind.
        let mut known = self.erased.write().unwrap_or_else(PoisonError::into_inner);
        *known = erased;
    }

    /// The entry that erased some bytes, if they were erased.
    pub fn erased(&self, hash: ContentHash) -> Option<EntryIndex> {
        let known = self.erased.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&hash).copied()
    }

    /// Refuses bytes that were erased, or are sealed for whoever reads.
    pub fn readable(&self, hash: ContentHash) -> Result<(), StoreError> {
        if self.is_sealed(hash) {
            return Err(StoreError::Sealed);
        }
        match self.erased(hash) {
            Some(erased) => Err(StoreError::Erased { erased }),
            None => Ok(()),
        }
    }

    /// Whether a file of these bytes is there, whatever is in it.
    pub fn is_there(&self, hash: ContentHash) -> bool {
        self.find(hash).is_some()
    }

    /// Deletes a blob, and what a crash left of it half-written. If we crash before
    /// the folder is synced, the file may be back after the start, and whoever
    /// deletes it does so again.
    pub fn delete(&self, hash: ContentHash) -> Result<(), StoreError> {
        let folder = self.path(hash, false);
        let folder = folder.parent().unwrap_or(&self.dir);
        let name = hash.to_string();
        let its_own = |file: &String| file.starts_with(&name);
        let deleted = || -> std::io::Result<()> {
            let files: Vec<String> = names(folder)?.into_iter().filter(its_own).collect();
            for file in &files {
                fs::remove_file(folder.join(file))?;
            }
            if files.is_empty() {
                return Ok(());
            }
            File::open(folder)?.sync_all()
        };
        deleted().map_err(|error| StoreError::file(&self.dir.join(name), error))
    }

    /// All blobs that lie there, whole or half-written.
    pub(super) fn all(&self) -> Result<BTreeSet<ContentHash>, StoreError> {
        let listed = || -> std::io::Result<BTreeSet<ContentHash>> {
            let mut all = BTreeSet::new();
            for folder in names(&self.dir)? {
                let files = names(&self.dir.join(folder))?.into_iter();
                all.extend(
                    files.filter_map(|file| file.get(..DIGITS)?.parse::<ContentHash>().ok()),
                );
            }
            Ok(all)
        };
        listed().map_err(|error| StoreError::file(&self.dir, error))
    }

    /// Stores bytes and returns their name once they are durable.
    pub fn put(&self, bytes: &[u8]) -> Result<ContentHash, StoreError> {
        let hash = ContentHash::of(bytes);
        if let Some(erased) = self.erased(hash) {
            return Err(StoreError::Erased { erased });
        }
        if self.find(hash).is_some() {
            return Ok(hash);
        }
        let packed = pack(bytes);
        let path = self.path(hash, packed.is_some());
        let written = write_durably(&path, packed.as_deref().unwrap_or(bytes));
        written.map_err(|error| StoreError::file(&path, error))?;
        Ok(hash)
    }

    /// Reads the bytes back and checks them against their name.
    pub fn get(&self, hash: ContentHash) -> Result<Vec<u8>, StoreError> {
        self.readable(hash)?;
        let stored = self.load(hash)?;
        Ok(stored.unpacked.unwrap_or(stored.bytes))
    }

    /// Reads a blob as it lies on the disk, checked all the same.
    pub fn stored(&self, hash: ContentHash) -> Result<Vec<u8>, StoreError> {
        Ok(self.load(hash)?.bytes)
    }

    /// Whether a blob lies there compressed; nothing where it does not lie
    /// there.
    pub fn is_packed(&self, hash: ContentHash) -> Option<bool> {
        self.find(hash).map(|path| path.extension().is_some())
    }

    /// Where a blob lies below the directory of blobs.
    pub fn place(hash: ContentHash, packed: bool) -> PathBuf {
        let name = hash.to_string();
        let folder = PathBuf::from(&name[..2]);
        folder.join(if packed { name + ".zst" } else { name })
    }

    fn load(&self, hash: ContentHash) -> Result<Stored, StoreError> {
        let flawed = |flaw| StoreError::Blob { hash, flaw };
        let path = self.find(hash).ok_or(flawed("missing"))?;
        let bytes = fs::read(&path).map_err(|error| StoreError::file(&path, error))?;
        let unpacked = if path.extension().is_some() {
            Some(unpack(&bytes).map_err(|_| flawed("altered"))?)
        } else {
            None
        };
        if ContentHash::of(unpacked.as_ref().unwrap_or(&bytes)) != hash {
            return Err(flawed("altered"));
        }
        Ok(Stored { bytes, unpacked })
    }

    fn find(&self, hash: ContentHash) -> Option<PathBuf> {
        [true, false]
            .into_iter()
            .map(|packed| self.path(hash, packed))
            .find(|path| path.exists())
    }

    fn path(&self, hash: ContentHash, packed: bool) -> PathBuf {
        self.dir.join(Self::place(hash, packed))
    }
}

/// What stands in a folder; nothing where it is none.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.map(|entry| entry.file_name());
    let names: std::io::Result<Vec<_>> = entries.map(name).collect();
    let words = names?.into_iter();
    Ok(words.filter_map(|name| name.into_string().ok()).collect())
}

/// A blob as it was read.
struct Stored {
    /// As it lies on the disk.
    bytes: Vec<u8>,
    /// What it is, where it is compressed there.
    unpacked: Option<Vec<u8>>,
}

fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < COMPRESS_FROM {
        return None;
    }
    let packed = zstd::bulk::compress(bytes, 3).ok()?;
    // Formats that are compressed already gain nothing; keep them as they are
    // so that `sha256sum` works on the file itself.
    (packed.len() < bytes.len() / 10 * 9).then_some(packed)
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    zstd::Decoder::new(packed)?
        .take(LARGEST)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let new_folder = !folder.exists();
    fs::create_dir_all(folder)?;
    // Two writers of one blob write the same bytes; the name of the writing
    // thread keeps their half-written files apart.
    let thread = format!("{:?}", std::thread::current().id());
    let mark: String = thread.chars().filter(char::is_ascii_digit).collect();
    let draft = path.with_extension(format!("new-{}-{mark}", std::process::id()));
    let written = || -> std::io::Result<()> {
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    written().inspect_err(|_| {
        // On a full disk what was begun would take the room that is missing.
        let _ = fs::remove_file(&draft);
    })?;
    File::open(folder)?.sync_all()?;
    if let (true, Some(parent)) = (new_folder, folder.parent()) {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}
