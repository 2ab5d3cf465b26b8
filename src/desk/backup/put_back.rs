//! Putting the files of a backup together in a directory of their own. What
//! lies there already and is whole stays, so that a run that was cut off is
//! gone on with.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::domain::hash::ContentHash;
use crate::store::StoreError;
use crate::store::blobs::Blobs;

use super::age::Identity;
use super::contents::{Contents, Database, Facts, VERSION};
use super::moment::{CHECKPOINTS, KEYS};
use super::pieces::{Kind, Seal, closed_to_others, sync_folder, write_whole};
use super::place::{self, close_to_others, damaged};
use super::{BackupError, Watch};

/// A stretch of the database is never longer than this.
const LONGEST: usize = 16 << 20;

/// No piece is longer: a blob has at most 2 GiB, and a seal adds little to it.
const LONGEST_PIECE: u64 = 3 << 30;

/// The longest list of contents, unpacked: 80 bytes for each of 13 million blobs.
const MOST_LISTED: u64 = 1 << 30;

/// Where pieces come from, and how they are read.
pub(super) struct From<'a> {
    pub(super) dir: &'a Path,
    pub(super) keys: &'a [Identity],
    pub(super) seal: Seal,
}

/// Reads what is in a backup.
pub(super) fn contents(
    dir: &Path,
    (name, facts): (&str, &Facts),
    keys: &[Identity],
) -> Result<Contents, BackupError> {
    let path = dir.join(name).join(&facts.contents);
    if facts.contents.contains('/') || facts.citekeep_backup != VERSION {
        return Err(damaged(&path, "written by a newer citekeep; use that one"));
    }
    let stored = read(&path, MOST_LISTED)?;
    if ContentHash::of(&stored) != facts.contents_sha256 {
        return Err(damaged(&path, "altered"));
    }
    let packed = if facts.encrypted_to.is_empty() {
        stored
    } else {
        super::age::open(&stored, keys).map_err(|why| BackupError::Sealed {
            file: path.display().to_string(),
            why,
        })?
    };
    let json = unpacked(&packed).map_err(|error| damaged(&path, error))?;
    let contents: Contents =
        serde_json::from_slice(&json).map_err(|error| damaged(&path, error))?;
    if contents.citekeep_contents != VERSION {
        return Err(damaged(&path, "written by a newer citekeep; use that one"));
    }
    Ok(contents)
}

/// Unpacks a list of contents: what lies on a disk that others write to may
/// unpack to anything.
fn unpacked(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let unpacking = zstd::Decoder::new(packed)?;
    unpacking.take(MOST_LISTED + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_LISTED {
        return Err(std::io::Error::other("it unpacks to too much"));
    }
    Ok(bytes)
}

/// Puts everything together in `to`, synced.
pub(super) fn put_back(
    from: &From<'_>,
    contents: &Contents,
    to: &Path,
    watch: &mut Watch<'_>,
) -> Result<(), BackupError> {
    made_for_us(to).map_err(|error| StoreError::file(to, error))?;
    for name in contents.files.keys() {
        if !(KEYS.contains(&name.as_str()) || name == CHECKPOINTS) {
            return Err(damaged(Path::new(name), "no file that a backup holds"));
        }
    }
    blobs(from, contents, to, watch)?;
    database(from, &contents.database, &to.join("desk.db"), watch)?;
    for (name, text) in &contents.files {
        let path = to.join(name);
        write_whole(&path, text.as_bytes()).map_err(|error| StoreError::file(&path, error))?;
    }
    Ok(sync_folder(to)?)
}

/// Makes the directory in which things are put together, closed to others, where
/// it is missing. One that somebody else has put there, or a link, is refused:
/// what is put back would be theirs, or take the place of what lies elsewhere.
fn made_for_us(to: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(to) {
        Ok(there) if !(there.is_dir() && is_ours(&there)) => {
            let words = "a link, or what somebody else made, stands where the backup is put together; remove it";
            return Err(std::io::Error::other(words));
        }
        Ok(_) => {}
        Err(_) => {
            fs::create_dir_all(to.parent().unwrap_or(Path::new("")))?;
            fs::create_dir(to)?;
        }
    }
    close_to_others(to)?;
    fs::create_dir_all(to.join("blobs"))
}

/// Whether something belongs to whoever runs this program.
#[cfg(unix)]
fn is_ours(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_ours(_: &fs::Metadata) -> bool {
    true
}

fn blobs(
    from: &From<'_>,
    contents: &Contents,
    to: &Path,
    watch: &mut Watch<'_>,
) -> Result<(), BackupError> {
    let total = contents.blobs.len() as u64;
    let folder = to.join("blobs");
    let there = Blobs::at(&folder);
    for (done, blob) in contents.blobs.iter().enumerate() {
        watch.tell("putting documents and texts back", done as u64, total)?;
        let (hash, packed) = (blob.0, blob.1);
        if there.stored(hash).is_ok() {
            continue;
        }
        let name = from.seal.name(Kind::Blob, hash, packed);
        let bytes = from.read(&name)?;
        let path = folder.join(Blobs::place(hash, packed));
        let own = path.parent().unwrap_or(&folder);
        fs::create_dir_all(own)
            .and_then(|()| write_whole(&path, &bytes))
            .map_err(|error| StoreError::file(&path, error))?;
        if there.stored(hash).is_err() {
            return Err(damaged(
                Path::new(&name),
                "not the document that it should be",
            ));
        }
    }
    let failed = |error| StoreError::file(&folder, error);
    for entry in fs::read_dir(&folder).map_err(failed)? {
        sync_folder(&entry.map_err(failed)?.path())?;
    }
    Ok(sync_folder(&folder)?)
}

fn database(
    from: &From<'_>,
    database: &Database,
    to: &Path,
    watch: &mut Watch<'_>,
) -> Result<(), BackupError> {
    let failed = |error| StoreError::file(to, error);
    // What a check of an earlier try left beside it belongs to that one.
    for ending in ["-wal", "-shm"] {
        let mut beside = to.as_os_str().to_owned();
        beside.push(ending);
        super::pieces::remove(Path::new(&beside))?;
    }
    let mut file = closed_to_others(to).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut length = 0;
    let total = database.stretches.len() as u64;
    for (done, hash) in database.stretches.iter().enumerate() {
        let name = from.seal.name(Kind::Page, *hash, true);
        let packed = from.read(&name)?;
        let bytes = zstd::bulk::decompress(&packed, LONGEST)
            .map_err(|error| damaged(Path::new(&name), error))?;
        if ContentHash::of(&bytes) != *hash {
            return Err(damaged(Path::new(&name), "altered"));
        }
        hasher.update(&bytes);
        length += bytes.len() as u64;
        file.write_all(&bytes).map_err(failed)?;
        watch.tell("putting the database back", done as u64, total)?;
    }
    file.sync_all().map_err(failed)?;
    let whole = ContentHash::from_bytes(hasher.finalize().into());
    if whole != database.sha256 || length != database.length {
        return Err(damaged(Path::new("the database"), "not whole"));
    }
    Ok(())
}

impl From<'_> {
    fn read(&self, name: &str) -> Result<Vec<u8>, BackupError> {
        let path = self.dir.join(name);
        let stored = read(&path, LONGEST_PIECE)?;
        let opened = self.seal.opened(stored, self.keys);
        opened.map_err(|why| BackupError::Sealed {
            file: path.display().to_string(),
            why,
        })
    }
}

/// Reads a file of a backup, which lies where others may write.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, BackupError> {
    place::read(path, most)?.ok_or_else(|| damaged(path, "missing"))
}
