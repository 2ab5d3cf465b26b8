//! One record: its fields, its name, its block.

use std::fmt::Display;

use sha2::{Digest, Sha256};

use crate::domain::hash::ContentHash;
use crate::domain::time::Timestamp;

use super::fields::Fields;

/// The kinds of record that are written (WARC 1.1, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Info,
    Response,
    Resource,
    Metadata,
    Conversion,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "warcinfo",
            Self::Response => "response",
            Self::Resource => "resource",
            Self::Metadata => "metadata",
            Self::Conversion => "conversion",
        }
    }
}

/// A record on its way: fields are added, then the block.
pub(super) struct Draft(Fields);

impl Draft {
    pub(super) fn new(kind: Kind, at: Timestamp) -> Self {
        let mut fields = Fields::default();
        fields.add("WARC-Type", kind.as_str());
        fields.add("WARC-Date", at);
        Self(fields)
    }

    pub(super) fn with(mut self, name: &str, value: impl Display) -> Self {
        self.0.add(name, value);
        self
    }

    pub(super) fn with_maybe(mut self, name: &str, value: Option<impl Display>) -> Self {
        self.0.maybe(name, value);
        self
    }

    /// Adds the block, in two parts, and names the record.
    pub(super) fn block<'a>(self, media_type: &str, block: [&'a [u8]; 2]) -> Record<'a> {
        let mut digest = Sha256::new();
        digest.update(block[0]);
        digest.update(block[1]);
        let digest = ContentHash::from_bytes(digest.finalize().into());
        self.block_with(media_type, digest, block)
    }

    /// The same with a block whose SHA-256 is known.
    pub(super) fn block_with<'a>(
        mut self,
        media_type: &str,
        digest: ContentHash,
        block: [&'a [u8]; 2],
    ) -> Record<'a> {
        self.0.add("WARC-Block-Digest", sha256(digest));
        self.0.add("Content-Type", media_type);
        self.0
            .add("Content-Length", block[0].len() + block[1].len());
        Record {
            id: id(self.0.as_bytes()),
            fields: self.0,
            block,
        }
    }
}

/// A record that is complete, but for the file that it comes into.
pub(super) struct Record<'a> {
    pub(super) id: String,
    fields: Fields,
    pub(super) block: [&'a [u8]; 2],
}

impl Record<'_> {
    /// Version, fields, and the blank line before the block.
    pub(super) fn head(&self, info: Option<&str>) -> String {
        let mut own = Fields::default();
        own.add("WARC-Record-ID", &self.id);
        own.maybe("WARC-Warcinfo-ID", info);
        format!("WARC/1.1\r\n{}{}\r\n", own.as_str(), self.fields.as_str())
    }
}

/// A digest as it stands in a record.
pub(super) fn sha256(digest: ContentHash) -> String {
    format!("sha256:{digest}")
}

/// A UUID of version 8 (RFC 9562, 5.8): the first bits of a SHA-256.
fn id(fields: &[u8]) -> String {
    let hash = ContentHash::of(fields);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex::encode(bytes);
    format!(
        "<urn:uuid:{}-{}-{}-{}-{}>",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    )
}
