//! Snapshots: immutable captures of a source, and the texts derived from them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::hash::ContentHash;
use super::ids::{SnapshotId, SourceId, TextId};
use super::words::{Address, FileName, Notice};

choice! {
    /// How the bytes came to the desk.
    CaptureMethod {
        /// Somebody pasted text.
        Pasted = "pasted" / "pasted",
        /// Somebody uploaded a file.
        Uploaded = "uploaded" / "uploaded",
        /// An import file brought it.
        Imported = "imported" / "imported",
        /// The desk fetched them from an address.
        Fetched = "fetched" / "fetched",
    }
}

/// One capture of a source: exact bytes, and how they came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Names the snapshot.
    pub id: SnapshotId,
    /// What was captured.
    pub source: SourceId,
    /// SHA-256 of the raw bytes.
    pub raw: ContentHash,
    /// How many raw bytes.
    pub bytes: u64,
    /// Media type of the raw bytes, such as `text/html`.
    pub media_type: String,
    /// How the bytes came.
    pub how: CaptureMethod,
    /// Where they came from, if from an address.
    pub url: Option<Address>,
    /// The name of the uploaded file.
    pub file_name: Option<FileName>,
    /// A warning shown wherever this capture's words are shown.
    pub notice: Option<Notice>,
}

/// An extractor's name without its version: texts of one family are derived in
/// the same way.
pub fn family(extractor: &str) -> &str {
    extractor.split('/').next().unwrap_or(extractor)
}

/// The normalised text that a named extractor derived from a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerivedText {
    /// Names the text.
    pub id: TextId,
    /// What it was derived from.
    pub snapshot: SnapshotId,
    /// SHA-256 of the text's UTF-8 bytes.
    pub hash: ContentHash,
    /// Name and version of the extractor: `html-visible/1`.
    pub extractor: String,
    /// Name and version of the normal form: `text/1`.
    pub normal_form: String,
    /// Length in code points.
    pub chars: u64,
    /// What was odd about the bytes, in sentences.
    pub flaws: Vec<String>,
}

/// Extractors whose texts stand beside the one that people read.
const VIEWS: [(&str, &str); 2] = [
    ("html-visible", "everything visible"),
    ("plain", "the file as it is"),
];

impl DerivedText {
    /// What this view of the document is called; nothing for the text that
    /// people read.
    pub fn view(&self) -> Option<&'static str> {
        let own = family(&self.extractor);
        let view = VIEWS.iter().find(|(name, _)| *name == own);
        view.map(|(_, label)| *label)
    }
}
