//! Where the bytes of a capture stand in a file, as a line of CDXJ.

use serde::Serialize;

use crate::domain::hash::ContentHash;
use crate::domain::time::Timestamp;

use super::fields::one_line;
use super::record::sha256;
use super::{Capture, surt};

/// Where the bytes of a capture stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// Their address, or the name that is made of their SHA-256.
    pub url: String,
    /// When they were captured.
    pub at: Timestamp,
    /// What they are, as whoever sent them said, without parameters.
    pub mime: String,
    /// With which HTTP status they came, where they were fetched.
    pub status: Option<u16>,
    /// Their SHA-256.
    pub digest: ContentHash,
    /// Where their record begins, in bytes of the file.
    pub offset: u64,
    /// How many bytes of the file it has.
    pub length: u64,
}

/// The values of a line, all of them texts, as other writers have it.
#[derive(Serialize)]
struct Line<'a> {
    url: &'a str,
    mime: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    digest: String,
    length: String,
    offset: String,
    filename: &'a str,
}

impl Indexed {
    pub(super) fn new(capture: &Capture<'_>) -> Self {
        let snapshot = capture.snapshot;
        let response = capture.response;
        let sent = response.and_then(|response| response.header("content-type"));
        let mime = sent.unwrap_or(&snapshot.media_type);
        let mime = mime.split([';', ' ', '\t']).next().unwrap_or_default();
        Self {
            url: match response {
                Some(response) => response.last.to_string(),
                None => name(snapshot.raw),
            },
            at: response.map_or(capture.at, |response| response.at),
            mime: one_line(mime),
            status: response.map(|response| response.status),
            digest: snapshot.raw,
            offset: 0,
            length: 0,
        }
    }

    /// The line of an index over the file of this name; lines are sorted.
    pub(super) fn line(&self, filename: &str) -> String {
        let line = Line {
            url: &self.url,
            mime: &self.mime,
            status: self.status.map(|status| format!("{:03}", status.min(999))),
            digest: sha256(self.digest),
            length: self.length.to_string(),
            offset: self.offset.to_string(),
            filename,
        };
        let json = serde_json::to_string(&line).expect("texts are JSON");
        format!("{} {} {json}\n", surt::key(&self.url), self.moment())
    }

    /// The moment in 14 digits.
    fn moment(&self) -> String {
        let moment = self.at.to_string();
        let digits = moment.chars().filter(char::is_ascii_digit);
        digits.take(14).collect()
    }
}

/// The name of bytes that have no address.
fn name(raw: ContentHash) -> String {
    format!("urn:sha256:{raw}")
}
