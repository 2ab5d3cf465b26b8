//! Citations: a claim tied to exact words (W3C TextQuoteSelector and
//! TextPositionSelector together).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::hash::ContentHash;
use super::ids::{CitationId, ClaimId, SnapshotId, SourceId, TextId};
use super::span::CharSpan;

choice! {
    /// What the words do to the claim.
    Stance {
        /// They say that it is so.
        Supports = "supports" / "supports",
        /// They say that it is not so.
        Refutes = "refutes" / "refutes",
        /// They help to understand it.
        Context = "context" / "context",
    }
}

choice! {
    /// How the quote was found in the text.
    FoundBy {
        /// Letter by letter.
        Exact = "exact" / "exact words",
        /// After folding white space, quotation marks, dashes and case.
        Folded = "folded" / "same words, other typography",
    }
}

/// The most code points that a quote may have.
pub const QUOTE_LIMIT: u64 = 5_000;

/// Words of a text, and where they stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Where the words stand, in code points.
    pub span: CharSpan,
    /// The exact words: `text[span] == quote`, always.
    pub quote: String,
    /// The words just before.
    pub prefix: String,
    /// The words just after.
    pub suffix: String,
}

/// First and last page that a passage touches, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// The page on which it starts.
    pub first: u32,
    /// The page on which it ends.
    pub last: u32,
}

/// A claim's tie to the exact words of a snapshot's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// Names the citation.
    pub id: CitationId,
    /// The claim.
    pub claim: ClaimId,
    /// Whose word it is: the snapshot's source, or one that it speaks for.
    pub source: SourceId,
    /// The capture in which the words were read.
    pub snapshot: SnapshotId,
    /// The text in which they stand.
    pub text: TextId,
    /// SHA-256 of that text.
    pub text_hash: ContentHash,
    /// The words.
    pub passage: Passage,
    /// Their page, where the text has pages.
    pub pages: Option<Pages>,
    /// What they do to the claim.
    pub stance: Stance,
    /// How they were found.
    pub found: FoundBy,
}

/// What became of a citation's words in a newer snapshot of the same source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reanchoring {
    /// The same words at the same place.
    Unchanged {
        /// Where they stand.
        span: CharSpan,
    },
    /// The same words elsewhere.
    Moved {
        /// Where they stand now.
        span: CharSpan,
    },
    /// Other words in their place.
    Altered {
        /// Where the other words stand.
        span: CharSpan,
        /// What it says there now.
        now: String,
    },
    /// Nothing like them is left.
    Gone,
    /// The newer snapshot has no readable text.
    Unreadable,
}

impl Reanchoring {
    /// Whether verdicts that rest on the words can no longer stand unreviewed.
    pub const fn is_stale(&self) -> bool {
        matches!(self, Self::Altered { .. } | Self::Gone | Self::Unreadable)
    }

    /// Where the words, or those in their place, stand now.
    pub const fn span(&self) -> Option<CharSpan> {
        match self {
            Self::Unchanged { span } | Self::Moved { span } | Self::Altered { span, .. } => {
                Some(*span)
            }
            Self::Gone | Self::Unreadable => None,
        }
    }

    /// The word for tables, files and pages.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unchanged { .. } => "unchanged",
            Self::Moved { .. } => "moved",
            Self::Altered { .. } => "altered",
            Self::Gone => "gone",
            Self::Unreadable => "unreadable",
        }
    }
}
