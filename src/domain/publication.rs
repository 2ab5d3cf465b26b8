//! What is public, and how it is corrected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::claim::Approvals;
use super::hash::ContentHash;
use super::ids::{ClaimId, CorrectionId, EntryIndex, PublicationId, VerdictId};
use super::words::Note;

choice! {
    /// What kind of change is made to something public.
    CorrectionKind {
        /// Something was wrong; the claim is decided anew.
        Correction = "correction" / "correction",
        /// Something was unclear; the verdict stands.
        Clarification = "clarification" / "clarification",
        /// Something is new; the claim is decided anew.
        Update = "update" / "update",
        /// The desk no longer stands by the verdict.
        Retraction = "retraction" / "retraction",
    }
}

choice! {
    /// What a colleague thinks of a verdict.
    Opinion {
        /// The verdict is right.
        Approval = "approval" / "approval",
        /// The verdict is wrong or goes too far.
        Dissent = "dissent" / "dissent",
    }
}

/// A verdict as judged or published: its number and the hash of its entry's
/// body, so that an approval cannot be carried over to other words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictRef {
    /// The verdict.
    pub id: VerdictId,
    /// The entry that holds it.
    pub entry: EntryIndex,
    /// The salted commitment that the entry's leaf carries.
    pub body: ContentHash,
}

/// A verdict made public under the claim's permanent address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Names the act.
    pub id: PublicationId,
    /// The claim.
    pub claim: ClaimId,
    /// The verdict that became public.
    pub verdict: VerdictRef,
    /// How many approvals it had.
    pub approvals: Approvals,
    /// How many the desk asked for at the time.
    pub asked: Approvals,
}

/// A correction beside something public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Names the correction.
    pub id: CorrectionId,
    /// The claim.
    pub claim: ClaimId,
    /// What it corrects.
    pub publication: PublicationId,
    /// What kind it is.
    pub kind: CorrectionKind,
    /// What changed and why, for readers.
    pub note: Note,
}
