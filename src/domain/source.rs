//! Sources: the citable things, and how far each is trusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::ids::SourceId;
use super::time::PartialDate;
use super::words::{Address, Name, Origin, Title};

choice! {
    /// What kind of thing a source is.
    SourceKind {
        /// An intelligence or expert assessment.
        Assessment = "assessment" / "assessment",
        /// A report of an inspector general.
        InspectorGeneralReport = "inspector_general_report" / "inspector general report",
        /// An interview on the record or on background.
        Interview = "interview" / "interview",
        /// A press briefing.
        Briefing = "briefing" / "briefing",
        /// An official statement.
        Statement = "statement" / "statement",
        /// A filing, ruling or transcript of a court.
        CourtRecord = "court_record" / "court record",
        /// A set of figures.
        Dataset = "dataset" / "dataset",
        /// A report of any other body.
        Report = "report" / "report",
        /// Somebody's journalism.
        Article = "article" / "article",
        /// Anything else.
        Other = "other" / "other",
    }
}

choice! {
    /// Whether a source saw for itself.
    Directness {
        /// It reports what it saw, made or measured.
        Primary = "primary" / "primary",
        /// It reports what others reported.
        Secondary = "secondary" / "secondary",
    }
}

choice! {
    /// How far the source is trusted (Admiralty code, NATO AJP-2, first axis).
    Reliability {
        /// No doubt of its authenticity, trustworthiness or competency.
        A = "A" / "A, completely reliable",
        /// Minor doubt.
        B = "B" / "B, usually reliable",
        /// Doubt.
        C = "C" / "C, fairly reliable",
        /// Significant doubt.
        D = "D" / "D, not usually reliable",
        /// A history of invalid information.
        E = "E" / "E, unreliable",
        /// Nothing to judge it by.
        F = "F" / "F, reliability cannot be judged",
    }
}

choice! {
    /// How far the information is believed (Admiralty code, second axis).
    Credibility {
        /// Confirmed by other independent sources.
        Confirmed = "1" / "1, confirmed by other sources",
        /// Not confirmed, logical, consistent.
        ProbablyTrue = "2" / "2, probably true",
        /// Reasonably logical, agrees with some.
        PossiblyTrue = "3" / "3, possibly true",
        /// Not logical but possible.
        Doubtful = "4" / "4, doubtful",
        /// Contradicted by other information.
        Improbable = "5" / "5, improbable",
        /// Nothing to judge it by.
        CannotBeJudged = "6" / "6, truth cannot be judged",
    }
}

/// An Admiralty grade: two axes that do not depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Of the source.
    pub reliability: Reliability,
    /// Of the information.
    pub credibility: Credibility,
}

impl Grade {
    /// What a source has before anybody judged it.
    pub const UNJUDGED: Self = Self {
        reliability: Reliability::F,
        credibility: Credibility::CannotBeJudged,
    };

    /// The two-character code: `B2`.
    pub fn code(self) -> String {
        format!("{}{}", self.reliability.as_str(), self.credibility.as_str())
    }
}

/// What is said about a source; a revision replaces the whole sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSheet {
    /// Its title.
    pub title: Title,
    /// What kind of thing it is.
    pub kind: SourceKind,
    /// Who published it.
    pub publisher: Name,
    /// Who wrote or said it, where known.
    pub author: Option<Name>,
    /// When it was published, as far as known.
    pub published: Option<PartialDate>,
    /// Whether it saw for itself.
    pub directness: Directness,
    /// How far it is trusted.
    pub grade: Grade,
    /// Sources with the same origin count as one witness.
    pub origin: Option<Origin>,
    /// Where it can be found.
    pub url: Option<Address>,
    /// The source through which alone this one is known: "as cited by".
    pub as_cited_by: Option<SourceId>,
}
