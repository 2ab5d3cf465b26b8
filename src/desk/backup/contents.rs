//! What a backup says of itself: `backup.json`, which everybody reads who can
//! read the directory, and the contents, which are encrypted with the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::hash::ContentHash;
use crate::domain::time::Timestamp;

/// The version of this form.
pub(super) const VERSION: u32 = 1;

/// What can be told without a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) citekeep_backup: u32,
    pub(super) made_at: Timestamp,
    /// The name of the log.
    pub(super) origin: String,
    /// How many entries the log had.
    pub(super) entries: u64,
    /// The newest checkpoint, as it was signed.
    pub(super) checkpoint: String,
    /// The newest erasure in the log, by its entry.
    pub(super) erased: Option<u64>,
    /// Whether words of an erasure may still stand in the database's file.
    pub(super) unswept: bool,
    /// Whom it is encrypted for.
    pub(super) encrypted_to: Vec<String>,
    /// Whether it was checked whole, and nothing was wrong.
    pub(super) verified: bool,
    /// What was wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<String>,
    /// How many pieces it needs, and how many bytes they have.
    pub(super) pieces: u64,
    pub(super) bytes: u64,
    /// How many bytes of them were not there before.
    pub(super) new_bytes: u64,
    /// The file with the contents, and its hash.
    pub(super) contents: String,
    pub(super) contents_sha256: ContentHash,
}

/// What is in a backup, and how it is put together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) citekeep_contents: u32,
    /// Small files, whole: the key that signs, the checkpoints.
    pub(super) files: BTreeMap<String, String>,
    pub(super) database: Database,
    pub(super) blobs: Vec<Blob>,
    /// What the names of encrypted pieces are made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) names: Option<String>,
}

/// The database as a row of stretches, each a piece.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Database {
    pub(super) length: u64,
    pub(super) sha256: ContentHash,
    pub(super) stretches: Vec<ContentHash>,
}

/// A blob, and whether it lies there compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Blob(pub(super) ContentHash, pub(super) bool);
