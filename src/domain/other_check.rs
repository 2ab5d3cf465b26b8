//! Others' checks: what other publishers found about a claim, as they publish
//! it. They stand beside a claim and are never the desk's own verdict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hash::ContentHash;
use super::ids::{ClaimId, OtherCheckId};
use super::time::PartialDate;
use super::words::{Address, FileName, Key, Name, Statement};

/// A rating on somebody else's scale, as they write it. Numbers are kept as
/// text: scales of others have fractions, and mean what their publishers say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TheirRating {
    /// In words (schema.org `alternateName`).
    pub words: Option<Name>,
    /// As a number.
    pub value: Option<Key>,
    /// The best number of that scale.
    pub best: Option<Key>,
    /// The worst number of that scale.
    pub worst: Option<Key>,
}

impl TheirRating {
    /// The rating as pages show it: its words, or its number on its scale.
    pub fn shown(&self) -> String {
        match (&self.words, &self.value) {
            (Some(words), _) => words.to_string(),
            (None, Some(value)) => match (&self.worst, &self.best) {
                (Some(worst), Some(best)) => {
                    format!("{value}, where {best} is best and {worst} worst")
                }
                _ => value.to_string(),
            },
            (None, None) => "no rating".to_owned(),
        }
    }
}

/// A review as another publisher publishes it (schema.org `ClaimReview`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TheirReview {
    /// Who publishes it.
    pub publisher: Name,
    /// The publisher's address.
    pub publisher_url: Option<Address>,
    /// The page of the review.
    pub url: Address,
    /// The claim in their wording.
    pub reviewed: Option<Statement>,
    /// How they rate it.
    pub rating: TheirRating,
    /// When they published it.
    pub published: Option<PartialDate>,
}

/// Where a review was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadIn {
    /// The address of the page or feed, where it was fetched.
    pub address: Option<Address>,
    /// The name of the file, where it came in one.
    pub file_name: Option<FileName>,
    /// SHA-256 of the bytes that were read.
    pub sha256: ContentHash,
}

/// Somebody else's check of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherCheck {
    /// Names it.
    pub id: OtherCheckId,
    /// The claim.
    pub claim: ClaimId,
    /// What they say.
    pub review: TheirReview,
    /// Where that was read.
    pub read_in: ReadIn,
}
