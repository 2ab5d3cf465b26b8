//! Verdicts: a rating and a rationale, bound to a wording and to exact words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::citation::{Pages, Stance};
use super::hash::ContentHash;
use super::ids::{CitationId, ClaimId, ScaleId, SourceId, VerdictId};
use super::scale::Rating;
use super::span::CharSpan;
use super::words::{Key, Rationale, Statement};

/// The scale that a verdict used, named so that the log alone explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleUsed {
    /// Names the version of the scale.
    pub id: ScaleId,
    /// The scale's short name.
    pub key: Key,
    /// The version of that scale.
    pub version: u32,
}

/// The exact words that a verdict rests on, bound by hash and place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The citation.
    pub citation: CitationId,
    /// Whose word it is.
    pub source: SourceId,
    /// SHA-256 of the raw bytes of the capture.
    pub raw: ContentHash,
    /// SHA-256 of the text.
    pub text: ContentHash,
    /// What derived the text from the bytes.
    pub extractor: String,
    /// Where the words stand in the text, in code points.
    pub span: CharSpan,
    /// The exact words.
    pub quote: String,
    /// Their page, where the text has pages.
    pub pages: Option<Pages>,
    /// What they do to the claim.
    pub stance: Stance,
}

/// A reviewer's rating of a claim wording over a set of citations. Who gave it
/// and as what stands in the entry around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Names the verdict.
    pub id: VerdictId,
    /// The claim.
    pub claim: ClaimId,
    /// Which wording of the claim.
    pub wording: u32,
    /// That wording, word for word.
    pub statement: Statement,
    /// The scale.
    pub scale: ScaleUsed,
    /// The step of the scale.
    pub rating: Rating,
    /// Why.
    pub rationale: Rationale,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}
