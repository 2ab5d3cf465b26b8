//! When a desk was backed up last, and how that went: a small file in the data
//! directory, which no backup holds.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;
use crate::store::StoreError;

use super::super::DeskError;
use super::pieces::write_whole;
use super::{BackupError, Taken};

/// How it stands with the backups of a desk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The newest backup.
    pub last: Option<Last>,
    /// When a later one was tried that came to nothing.
    pub failed_at: Option<Timestamp>,
    /// Why it came to nothing, and how often in a row.
    pub trouble: Option<(String, u32)>,
}

/// The newest backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When it was begun.
    pub at: Timestamp,
    /// What it is called.
    pub name: String,
    /// The directory that it lies in.
    pub place: PathBuf,
    /// How many entries its log has.
    pub entries: u64,
    /// Whether it was checked whole, and nothing was wrong.
    pub verified: bool,
    /// What was wrong first.
    pub finding: Option<String>,
}

fn path(data: &Path) -> PathBuf {
    data.join("last-backup.json")
}

/// How it stands with the backups of a data directory. A file that cannot be
/// read says nothing: the next backup writes it anew.
pub fn standing(data: &Path) -> Standing {
    let text = fs::read(path(data)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Writes down how a backup went that was begun at that moment.
pub(super) fn note(
    data: &Path,
    place: &Path,
    at: Timestamp,
    went: &Result<Taken, BackupError>,
) -> Result<(), DeskError> {
    let mut now = standing(data);
    match went {
        Ok(taken) => {
            now = Standing {
                last: Some(Last {
                    at: taken.made_at,
                    name: taken.name.clone(),
                    place: place.to_owned(),
                    entries: taken.entries,
                    verified: taken.verified,
                    finding: taken.findings.first().cloned(),
                }),
                ..Standing::default()
            };
        }
        // Nobody needs to know of what was stopped on purpose.
        Err(BackupError::Stopped | BackupError::Busy(_)) => return Ok(()),
        Err(error) => {
            let before = now.trouble.map_or(0, |(_, tries)| tries);
            now.failed_at = Some(at);
            now.trouble = Some((error.to_string(), before.saturating_add(1)));
        }
    }
    let json = serde_json::to_vec_pretty(&now)
        .map_err(|error| StoreError::corrupt("last-backup.json", error))?;
    let path = path(data);
    write_whole(&path, &json).map_err(|error| StoreError::file(&path, error).into())
}
