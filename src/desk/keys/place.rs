//! Where the key that signs the log is kept, and how it gets there.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::ledger::key::{KeyError, SigningKey};
use crate::store::{StoreError, private};

use super::super::DeskError;
use super::modes;

/// Where the key that signs the log is kept.
#[derive(Debug, Clone, Default)]
#[expect(clippy::large_enum_variant, reason = "a desk has one of them")]
pub enum KeyPlace {
    /// In the data directory, as `log.key`.
    #[default]
    Beside,
    /// In a file elsewhere, which the desk writes too.
    File(PathBuf),
    /// In a file that something else lays down, such as a systemd credential.
    Laid(PathBuf),
    /// Nowhere on disk: it was handed over, as in an environment variable.
    Given {
        /// The name of what it came in.
        name: String,
        /// The key; none where nothing was handed over.
        key: Option<SigningKey>,
    },
}

impl KeyPlace {
    /// The file; none where there is none.
    pub(super) fn file(&self, dir: &Path) -> Option<PathBuf> {
        match self {
            Self::Beside => Some(dir.join("log.key")),
            Self::File(path) | Self::Laid(path) => Some(path.clone()),
            Self::Given { .. } => None,
        }
    }

    /// The file that the desk may write; none where somebody else lays the key
    /// down.
    pub(super) fn own_file(&self, dir: &Path) -> Option<PathBuf> {
        match self {
            Self::Laid(_) | Self::Given { .. } => None,
            Self::Beside | Self::File(_) => self.file(dir),
        }
    }

    /// Reads the key, if it is there.
    ///
    /// # Errors
    /// When others could read it, or it is no key.
    pub fn read(&self, dir: &Path) -> Result<Option<SigningKey>, DeskError> {
        match self {
            Self::Given { key, .. } => Ok(key.clone()),
            Self::Laid(path) => read_file(path, false),
            Self::Beside | Self::File(_) => {
                let path = self.file(dir).unwrap_or_default();
                read_file(&path, true)
            }
        }
    }

    /// How the place is called in messages.
    pub(in super::super) fn shown(&self, dir: &Path) -> String {
        match self {
            Self::Given { name, .. } => name.clone(),
            _ => self
                .file(dir)
                .map_or_else(String::new, |path| path.display().to_string()),
        }
    }
}

/// Where a new key waits until the log names it.
pub(super) fn next_to(path: &Path) -> PathBuf {
    with_ending(path, ".next")
}

/// The path with more at its end.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Reads a key file, if it is there, and refuses one that others could read.
pub(super) fn read_file(path: &Path, is_ours: bool) -> Result<Option<SigningKey>, DeskError> {
    if let Some(key) = look_at(path)? {
        let open = modes::open_to_others(path, is_ours);
        if let Some(why) = open.map_err(|error| StoreError::file(path, error))? {
            return Err(bad(path.display(), why));
        }
        return Ok(Some(key));
    }
    Ok(None)
}

/// Reads a key file, if it is there, whoever else can read it.
pub(super) fn look_at(path: &Path) -> Result<Option<SigningKey>, DeskError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::file(path, error).into()),
    };
    let key = text.trim().parse();
    let key = key.map_err(|error: KeyError| bad(path.display(), error))?;
    Ok(Some(key))
}

/// Writes a key into a new file and makes sure that it is on disk, file and
/// name both. It has its name only when it is whole: if we crash before, the
/// next start makes another key, and nothing was signed with this one.
pub(super) fn write_file(path: &Path, key: &SigningKey) -> Result<(), DeskError> {
    let draft = with_ending(path, ".draft");
    let write = || -> std::io::Result<()> {
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private::options().create_new(true).open(&draft)?;
        file.write_all(key.to_private_text().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        name_new(&draft, path)?;
        sync_folder(path)
    };
    write().map_err(|error| StoreError::file(path, error).into())
}

/// Gives a file a name that no other may have.
fn name_new(draft: &Path, path: &Path) -> std::io::Result<()> {
    match fs::hard_link(draft, path) {
        Ok(()) => fs::remove_file(draft),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Not every file system knows two names of one file.
        Err(_) if path.exists() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(draft, path),
    }
}

/// Gives a file another name, for good.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), DeskError> {
    fs::rename(from, to)
        .and_then(|()| sync_folder(to))
        .map_err(|error| StoreError::file(from, error).into())
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A key that cannot be used.
pub(super) fn bad(path: impl ToString, why: impl ToString) -> DeskError {
    DeskError::Key {
        path: path.to_string(),
        why: why.to_string(),
    }
}
