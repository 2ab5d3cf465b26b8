//! What a capture found, until it has a source.

use serde::{Deserialize, Serialize};

use crate::capture::proposal::Proposal;
use crate::capture::{Document, Unreadable};
use crate::domain::hash::ContentHash;
use crate::domain::response::Response;
use crate::domain::words::FileName;
use crate::store::StoreError;

use super::DeskError;

/// How much of a text is shown before it is adopted, in code points.
const GLIMPSE: usize = 2_000;

/// Bytes that were fetched or uploaded, and what they say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The name of the bytes' blob.
    pub raw: ContentHash,
    /// The media type or file name that came with them.
    pub declared: Option<String>,
    /// The name of the uploaded file.
    pub file_name: Option<FileName>,
    /// How the server answered.
    pub response: Option<Response>,
    /// The source sheet that they propose.
    pub proposal: Proposal,
    /// How their text begins.
    pub glimpse: String,
    /// How many characters it has.
    pub chars: u64,
    /// What was odd about them.
    pub flaws: Vec<String>,
    /// Why they cannot be read.
    pub unread: Option<String>,
}

impl Found {
    pub(super) fn new(
        raw: ContentHash,
        declared: Option<String>,
        read: &Result<Document, Unreadable>,
    ) -> Self {
        let document = read.as_ref().ok();
        let main = document.and_then(Document::main);
        Self {
            raw,
            declared,
            file_name: None,
            response: None,
            proposal: document
                .map(|document| document.proposal.clone())
                .unwrap_or_default(),
            glimpse: main.map_or_else(String::new, |main| {
                main.text.chars().take(GLIMPSE).collect()
            }),
            chars: main.map_or(0, |main| main.text.chars().count() as u64),
            flaws: main.map(|main| main.flaws.clone()).unwrap_or_default(),
            unread: read.as_ref().err().map(ToString::to_string),
        }
    }

    pub(super) fn encode(&self) -> Result<String, DeskError> {
        let json = serde_json::to_string(self);
        json.map_err(|error| StoreError::corrupt("capture", error).into())
    }

    pub(super) fn decode(json: &str) -> Result<Self, DeskError> {
        let found = serde_json::from_str(json);
        found.map_err(|error| StoreError::corrupt("capture", error).into())
    }
}
