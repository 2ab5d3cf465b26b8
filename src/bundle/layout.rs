//! The names of the files in a bag.
//!
//! A name tells what a file is, and a file has one name: what does not stand
//! here does not belong into a bundle.

use std::fmt;
use std::str::FromStr;

use crate::domain::authority::AuthorityName;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ClaimId, EntryIndex, SnapshotId};

use super::facts::Kind;

/// The folder of what the bag carries (RFC 8493, 2.1.2).
pub const PAYLOAD: &str = "data/";
/// The bag's declaration.
pub const DECLARATION: &str = "bagit.txt";
/// What is said about the bag.
pub const ABOUT: &str = "bag-info.txt";
/// The hashes of what the bag carries.
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The hashes of the files that stand around it.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// How a person checks each part by hand.
pub const README: &str = "README.txt";
/// The files around the payload, in their order in the archive.
pub const TAGS: [&str; 5] = [README, ABOUT, DECLARATION, MANIFEST, TAG_MANIFEST];

/// The longest name that a file may have, in bytes.
pub const LONGEST: usize = 160;

/// The folder that the archive unpacks to. The two kinds have two folders, so
/// that nobody who unpacks both beside each other mixes them.
pub fn base(claim: ClaimId, kind: Kind) -> String {
    format!("{}/", stem(claim, kind))
}

/// What a bundle is called: its folder, and its file without the ending.
pub fn stem(claim: ClaimId, kind: Kind) -> String {
    match kind {
        Kind::Desk => format!("claim-{claim}"),
        Kind::Public => format!("published-{claim}"),
    }
}

/// A file that the bag carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What the bundle holds, for programs.
    Facts,
    /// The claim with everything about it, as the desk exports it.
    Claim,
    /// What is published of the claim.
    Published,
    /// The public page, as one file.
    Page,
    /// Captured bytes, or a text, by their SHA-256.
    Blob(ContentHash),
    /// The key of the log, as a C2SP verifier key.
    LogKey,
    /// The keys of witnesses that signed the checkpoint, one a line.
    WitnessKeys,
    /// The signed checkpoint, with whatever witnesses added.
    Checkpoint,
    /// The public line of an entry.
    Leaf(EntryIndex),
    /// The salt of an entry: 16 bytes.
    Salt(EntryIndex),
    /// The body of an entry, to the byte.
    Body(EntryIndex),
    /// The receipt of an entry (C2SP tlog-proof).
    Receipt(EntryIndex),
    /// A timestamp of the checkpoint (RFC 3161) by this authority.
    Stamp(AuthorityName),
    /// A capture as a compressed WARC file.
    Warc(SnapshotId),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Facts => f.write_str("data/bundle.json"),
            Self::Claim => f.write_str("data/claim.json"),
            Self::Published => f.write_str("data/published.json"),
            Self::Page => f.write_str("data/page.html"),
            Self::Blob(hash) => write!(f, "data/blobs/{hash}"),
            Self::LogKey => f.write_str("data/keys/log.vkey"),
            Self::WitnessKeys => f.write_str("data/keys/witnesses.vkey"),
            Self::Checkpoint => f.write_str("data/log/checkpoint"),
            Self::Leaf(entry) => write!(f, "data/log/entries/{entry}.leaf"),
            Self::Salt(entry) => write!(f, "data/log/entries/{entry}.salt"),
            Self::Body(entry) => write!(f, "data/log/entries/{entry}.body"),
            Self::Receipt(entry) => write!(f, "data/log/entries/{entry}.tlog-proof"),
            Self::Stamp(name) => write!(f, "data/log/timestamps/{name}.tsr"),
            Self::Warc(snapshot) => write!(f, "data/warc/snapshot-{snapshot}.warc.gz"),
        }
    }
}

/// A name that no file of a bundle has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the name of a file of a bundle")]
pub struct NotAPart;

impl FromStr for Part {
    type Err = NotAPart;

    fn from_str(name: &str) -> Result<Self, NotAPart> {
        let part = read(name).ok_or(NotAPart)?;
        // One file has one name: no leading zeros, no capital digits.
        if part.to_string() == name {
            Ok(part)
        } else {
            Err(NotAPart)
        }
    }
}

fn read(name: &str) -> Option<Part> {
    let fixed = match name {
        "data/bundle.json" => Some(Part::Facts),
        "data/claim.json" => Some(Part::Claim),
        "data/published.json" => Some(Part::Published),
        "data/page.html" => Some(Part::Page),
        "data/keys/log.vkey" => Some(Part::LogKey),
        "data/keys/witnesses.vkey" => Some(Part::WitnessKeys),
        "data/log/checkpoint" => Some(Part::Checkpoint),
        _ => None,
    };
    if fixed.is_some() {
        return fixed;
    }
    let (folder, file) = name.rsplit_once('/')?;
    match folder {
        "data/blobs" => Some(Part::Blob(file.parse().ok()?)),
        "data/log/entries" => {
            let (number, kind) = file.split_once('.')?;
            let entry = number.parse().ok()?;
            match kind {
                "leaf" => Some(Part::Leaf(entry)),
                "salt" => Some(Part::Salt(entry)),
                "body" => Some(Part::Body(entry)),
                "tlog-proof" => Some(Part::Receipt(entry)),
                _ => None,
            }
        }
        "data/log/timestamps" => Some(Part::Stamp(file.strip_suffix(".tsr")?.parse().ok()?)),
        "data/warc" => {
            let number = file.strip_prefix("snapshot-")?.strip_suffix(".warc.gz")?;
            Some(Part::Warc(number.parse().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_part_are_one() {
        let entry = EntryIndex::new(17);
        let parts = [
            Part::Facts,
            Part::Claim,
            Part::Published,
            Part::Page,
            Part::Blob(ContentHash::of(b"abc")),
            Part::LogKey,
            Part::WitnessKeys,
            Part::Checkpoint,
            Part::Leaf(entry),
            Part::Salt(entry),
            Part::Body(entry),
            Part::Receipt(entry),
            Part::Stamp("first-stamp".parse().expect("a name")),
            Part::Warc("3".parse().expect("a number")),
        ];
        for part in parts {
            let name = part.to_string();
            assert!(name.starts_with(PAYLOAD) && name.len() < LONGEST, "{name}");
            assert_eq!(name.parse(), Ok(part));
        }
    }

    #[test]
    fn other_names_are_refused() {
        let names = [
            "",
            "data/",
            "data/other.txt",
            "data/../../etc/passwd",
            "data/blobs/../bundle.json",
            "data/blobs/BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
            "data/log/entries/017.leaf",
            "data/log/entries/+17.leaf",
            "data/log/entries/17.leaf/",
            "data/log/entries/18446744073709551616.leaf",
            "data//bundle.json",
            "bundle.json",
            "data\\bundle.json",
            "data/warc/snapshot-0.warc.gz",
            "data/warc/snapshot-1.warc",
        ];
        for name in names {
            assert_eq!(name.parse::<Part>(), Err(NotAPart), "{name}");
        }
    }
}
