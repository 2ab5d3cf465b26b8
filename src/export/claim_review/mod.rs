//! ClaimReview: a verdict in the words of schema.org, as search engines and
//! collections of fact checks read it.
//!
//! It is an export and never our model: it can hold neither the evidence with
//! its places nor the history. Whoever wants those reads the desk's own JSON.
//! Nothing here knows where the facts come from.

mod claimant;
mod compose;
pub mod feed;
pub mod lint;
pub mod script;
mod shape;
mod works;

use crate::domain::change::ArchiveCopy;
use crate::domain::claim::Claimant;
use crate::domain::hash::ContentHash;
use crate::domain::ids::CitationId;
use crate::domain::publication::CorrectionKind;
use crate::domain::scale::Rating;
use crate::domain::sheet::DeskSheet;
use crate::domain::source::SourceSheet;
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::{Address, Language};

pub use self::compose::{compact, document};

/// The only vocabulary that is used.
pub(super) const CONTEXT: &str = "https://schema.org";

/// What is known of a claim that is or will be published.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Who publishes.
    pub desk: Publisher,
    /// The address of the claim's public page.
    pub url: String,
    /// The wording that was judged.
    pub claim: String,
    /// Who made the claim.
    pub claimant: Option<Claimant>,
    /// When it was made, as far as known.
    pub made: Option<PartialDate>,
    /// Where it was made: the first place that is known comes first.
    pub appearances: Vec<Address>,
    /// The language of the article that it was found in.
    pub language: Option<Language>,
    /// The verdict, once there is one.
    pub judged: Option<Judged>,
    /// What became of it in public, once it is.
    pub published: Option<Published>,
    /// Public pages of the desk about claims of the same wording.
    pub twins: Vec<String>,
}

/// The desk as a publisher.
#[derive(Debug, Clone)]
pub struct Publisher {
    /// What it says of itself.
    pub sheet: DeskSheet,
    /// The address under which people reach it, without a final slash.
    pub base: String,
}

/// A verdict with what it rests on.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The step of the scale.
    pub rating: Rating,
    /// The steps of the scale.
    pub ratings: Vec<Rating>,
    /// Why.
    pub rationale: String,
    /// The sources that were cited.
    pub cited: Vec<Cited>,
}

/// A captured source with the words that were cited from it.
#[derive(Debug, Clone)]
pub struct Cited {
    /// From whose word it is to the source that was seen.
    pub chain: Vec<SourceSheet>,
    /// Where the capture came from.
    pub url: Option<Address>,
    /// The newest copy that somebody else keeps.
    pub copy: Option<ArchiveCopy>,
    /// When it was captured.
    pub taken: Timestamp,
    /// What the bytes are.
    pub media_type: String,
    /// SHA-256 of the bytes.
    pub raw: ContentHash,
    /// SHA-256 of the text.
    pub text: ContentHash,
    /// The words.
    pub quotes: Vec<(CitationId, String)>,
}

/// What became of a verdict in public.
#[derive(Debug, Clone)]
pub struct Published {
    /// When the claim was published first.
    pub first: Timestamp,
    /// When what is public of it changed last.
    pub changed: Timestamp,
    /// Whether the desk took it back.
    pub retracted: bool,
    /// Whether its words changed since.
    pub stale: bool,
    /// What was corrected, newest first.
    pub corrections: Vec<Corrected>,
}

/// A correction.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// What kind it is.
    pub kind: CorrectionKind,
    /// What changed and why.
    pub note: String,
    /// When.
    pub at: Timestamp,
}
