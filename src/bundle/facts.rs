//! What a bundle holds, for programs: `data/bundle.json`.

use serde::{Deserialize, Serialize};

use crate::domain::authority::AuthorityName;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ClaimId, EntryIndex};
use crate::domain::time::Timestamp;

/// What a bundle is, of what, and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Always [`Facts::FORMAT`].
    pub format: String,
    /// The version of the layout.
    pub version: u32,
    /// For whom the bundle is.
    pub kind: Kind,
    /// The claim that it is about.
    pub claim: ClaimId,
    /// The desk's name.
    pub desk: String,
    /// The name of the desk's log.
    pub origin: String,
    /// What wrote the bundle.
    pub software: String,
    /// How many entries the checkpoint covers.
    pub size: u64,
    /// When the newest entry of the bundle was made.
    pub at: Timestamp,
    /// The entries of the log, in their order.
    pub entries: Vec<Listed>,
    /// Captured bytes and texts, in the order of their hashes.
    pub blobs: Vec<Kept>,
    /// Timestamps of the checkpoint, in the order of their authorities.
    pub timestamps: Vec<Stamped>,
}

impl Facts {
    /// The name of the format.
    pub const FORMAT: &'static str = "citekeep-bundle";
    /// The version of the layout that is written today.
    pub const VERSION: u32 = 1;
}

/// For whom a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// For the desk: everything about the claim.
    Desk,
    /// For everybody: what is published of it.
    Public,
}

impl Kind {
    /// What the bundle is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Desk => "Evidence bundle of a claim: everything the desk keeps about it",
            Self::Public => "Evidence bundle of a claim: what is published of it",
        }
    }
}

/// Whether something is in the bundle, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It is here.
    Here,
    /// It says more than is public.
    Withheld,
    /// It was erased; an entry of the log says why.
    Erased,
    /// It belongs to a sealed source, and leaves the desk in no file.
    Sealed,
}

/// An entry of the log. Its public line and its receipt are always here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its place.
    pub entry: EntryIndex,
    /// Whether its body is here.
    pub body: Presence,
    /// What kind of event it records.
    pub kind: String,
}

/// A timestamp of the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamped {
    /// Who stamped it, as the desk calls them.
    pub authority: AuthorityName,
    /// When, by the authority's clock.
    pub at: Timestamp,
}

/// Captured bytes, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// SHA-256 of the bytes, which is the file's name.
    pub sha256: ContentHash,
    /// Whether the bytes are here.
    pub bytes: Presence,
    /// What they are, in words.
    pub is: Vec<String>,
}
