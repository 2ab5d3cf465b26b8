//! Captures as WARC 1.1 (ISO 28500:2017) and what goes with them into a WACZ
//! 1.1.1: the index, the list of pages, the description of the package.
//!
//! One capture becomes, in this order:
//!
//! 1. its bytes: a `response` where the desk kept how a server answered, else
//!    a `resource` under a name made of their SHA-256;
//! 2. a `metadata` record with what the desk knows of the capture: its entry in
//!    the log, the way there, the name of the file, copies kept elsewhere;
//! 3. a `conversion` for each text that was derived from it.
//!
//! **What is not as it came.** The desk keeps the status, the headers in their
//! order (cookies left out) and the bytes with their compression undone. The
//! head of a `response` is written anew from these. Headers that no longer
//! hold, such as `content-encoding` and `transfer-encoding`, stand in it with
//! `x-orig-` in front; `content-length` is that of the bytes. Redirects were
//! not kept whole, so no record is made up for them: the chain is in the
//! `metadata`. The `warcinfo` at the beginning says all this.
//!
//! **Digests** are `sha256:` and 64 hexadecimal digits, as `sha256sum` prints
//! them: that of a payload is the snapshot's own raw SHA-256, that of a text
//! its text SHA-256, so that a record can be held against the log.
//!
//! **Holes.** Bytes that were erased, or that belong to a sealed source, have no
//! record; the `metadata` has their SHA-256 and says why they are not there.
//!
//! **The same state gives the same bytes.** The name of a record is a UUID of
//! version 8 (RFC 9562) from the SHA-256 of all its other fields, the digest of
//! its block among them and `WARC-Warcinfo-ID` left out; dates are those of the
//! captures. One snapshot has the same records in every file.

mod cdx;
mod fields;
mod http;
mod member;
mod record;
mod surt;
pub mod wacz;
mod writer;

use crate::domain::change::ArchiveCopy;
use crate::domain::ids::EntryIndex;
use crate::domain::response::Response;
use crate::domain::snapshot::{DerivedText, Snapshot};
use crate::domain::time::Timestamp;

pub use self::cdx::Indexed;
pub use self::writer::Writer;

/// What a WARC of records that are compressed one by one is (RFC 6713).
pub const GZIP_MEDIA_TYPE: &str = "application/gzip";

/// Who writes a file, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The origin of the desk's log.
    pub origin: String,
    /// The desk's name.
    pub desk: String,
    /// When the newest capture of the file was taken.
    pub at: Timestamp,
}

/// One capture with all that the desk knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Capture<'a> {
    /// The snapshot; its `raw` is the SHA-256 of the bytes.
    pub snapshot: &'a Snapshot,
    /// When it was taken.
    pub at: Timestamp,
    /// Its entry in the log.
    pub entry: EntryIndex,
    /// How the server answered, where it was fetched.
    pub response: Option<&'a Response>,
    /// The newest copy that somebody else keeps.
    pub archived: Option<&'a ArchiveCopy>,
    /// The raw bytes, or why they are not there.
    pub bytes: Result<&'a [u8], Hole>,
    /// The texts that were derived from it.
    pub texts: &'a [Text<'a>],
}

/// A text that was derived from a capture.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// What is said about it; its `hash` is the SHA-256 of the text.
    pub text: &'a DerivedText,
    /// When it was derived.
    pub at: Timestamp,
    /// Its entry in the log.
    pub entry: EntryIndex,
    /// The text in UTF-8, or why it is not there.
    pub bytes: Result<&'a [u8], Hole>,
}

/// Why something that was captured is not in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Hole {
    /// It was erased for good.
    #[error("erased; entry {0} of the log says why")]
    Erased(EntryIndex),
    /// Its source is sealed.
    #[error("withheld; its source is sealed")]
    Sealed,
}

/// How the records of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// One after another as they are.
    Plain,
    /// Each as a gzip member of its own, so that one can be read alone.
    Gzip,
}

/// Writes captures as one WARC, the oldest first as they are given.
///
/// It is the short way for whoever has all of them in memory, such as a bundle
/// of evidence; [`Writer`] takes them one by one.
pub fn whole(packing: Packing, heading: &Heading, captures: &[Capture<'_>]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut keep = |bytes: &[u8]| {
        file.extend_from_slice(bytes);
        Ok::<(), std::convert::Infallible>(())
    };
    let written = Writer::begin(packing, heading, &mut keep).and_then(|mut writer| {
        for capture in captures {
            writer.add(capture)?;
        }
        Ok(())
    });
    match written {
        Ok(()) => file,
        Err(never) => match never {},
    }
}
