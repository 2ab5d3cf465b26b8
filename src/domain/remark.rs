//! Remarks: what colleagues say to each other about a claim while they work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::ids::{CitationId, ClaimId, RemarkId};
use super::words::Note;

choice! {
    /// What a remark is for.
    RemarkKind {
        /// Something that the others should know.
        Note = "note" / "note",
        /// Something that has to be answered before publication.
        Question = "question" / "question",
    }
}

/// One remark in the thread of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Names the remark.
    pub id: RemarkId,
    /// The claim.
    pub claim: ClaimId,
    /// What it is for.
    pub kind: RemarkKind,
    /// What is said.
    pub words: Note,
    /// The remark that it answers.
    pub answers: Option<RemarkId>,
    /// The citation that it is about, where it is about one.
    pub citation: Option<CitationId>,
}
