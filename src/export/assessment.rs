//! The evidence that assessors of the IFCN code of principles ask a desk for,
//! by the code's five commitments: what the desk promises, and what it did in a
//! span of time, counted.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::claim::Claimant;
use crate::domain::ids::{ClaimId, EntryIndex};
use crate::domain::publication::CorrectionKind;
use crate::domain::scale::Scale;
use crate::domain::time::{PartialDate, Timestamp};

/// The format that the file says it is in.
pub const FORMAT: &str = "citekeep-assessment/1";

/// Everything that a desk can show of itself for a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Assessment {
    /// The format of this file.
    #[schemars(extend("const" = FORMAT))]
    pub format: &'static str,
    /// The desk's name.
    pub desk: String,
    /// Its address.
    pub address: String,
    /// The first day of the span.
    pub from: PartialDate,
    /// The last day of the span.
    pub until: PartialDate,
    /// When this was put together.
    pub made_at: Timestamp,
    /// How many entries the desk's log had then.
    pub log_entries: u64,
    /// The newest signed checkpoint of the log.
    pub checkpoint: Option<String>,
    /// The five commitments, each with what the desk says to it.
    pub commitments: Vec<Commitment>,
    /// What the desk has not said yet.
    pub missing: Vec<&'static str>,
    /// How many approvals a verdict needs before it is published.
    pub approvals: u32,
    /// The scale that verdicts use now.
    pub scale: Option<Scale>,
    /// What was published in the span, counted.
    pub counts: Counts,
    /// What was corrected in the span, the newest first.
    pub corrections: Vec<Corrected>,
    /// What was published in the span, the newest first: each claim once, by
    /// its newest publication.
    pub checks: Vec<Check>,
    /// Whether there was more than a file of this kind holds.
    pub cut_off: bool,
}

/// One of the five commitments of the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Commitment {
    /// What it is about.
    pub about: &'static str,
    /// What the desk says to it.
    pub statements: Vec<Statement>,
}

/// Something that the desk says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Statement {
    /// What it is about.
    pub about: &'static str,
    /// The desk's own words; nothing where it has not said it yet.
    pub words: Option<String>,
}

/// How often something occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Count {
    /// What is counted.
    pub of: String,
    /// How often.
    pub count: u64,
}

/// What was published, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// How many checks.
    pub checks: u64,
    /// In each month of the span, those without a check too.
    pub by_month: Vec<Count>,
    /// How many stretches of seven days the span has.
    pub weeks: u64,
    /// In how many of them something was published.
    pub weeks_with_a_check: u64,
    /// How often each rating was given.
    pub by_rating: Vec<Count>,
    /// Who made the claims, with what they are, where that is known.
    pub by_claimant: Vec<Count>,
    /// Of how many claims it is not known who made them.
    pub claimant_unknown: u64,
    /// How many citations the checks rest on.
    pub citations: u64,
    /// What the citations do to their claims.
    pub by_stance: Vec<Count>,
    /// How often a source was used, by whether it saw for itself.
    pub by_directness: Vec<Count>,
    /// How often a source was used, by what it is.
    pub by_source_kind: Vec<Count>,
    /// How many checks rest on one independent origin alone.
    pub one_origin: u64,
    /// How many checks rest on secondary sources alone.
    pub only_secondary: u64,
    /// How many checks rest on no citation, by a rating that allows it.
    pub without_citation: u64,
    /// How many corrections of each kind were made.
    pub by_correction: Vec<Count>,
}

/// A correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "AssessedCorrection", deny_unknown_fields)]
pub struct Corrected {
    /// Its entry in the log.
    pub entry: EntryIndex,
    /// When it was made.
    pub at: Timestamp,
    /// What kind it is.
    pub kind: CorrectionKind,
    /// What changed and why.
    pub note: String,
    /// The claim.
    pub claim: ClaimId,
    /// The wording that was published.
    pub statement: String,
    /// The rating that was published.
    pub rating: String,
    /// The rating that was published next.
    pub next_rating: Option<String>,
    /// The claim's public page.
    pub address: String,
}

/// A published check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Check {
    /// The claim.
    pub claim: ClaimId,
    /// Its public page.
    pub address: String,
    /// The wording that was judged.
    pub statement: String,
    /// Who made the claim.
    pub claimant: Option<Claimant>,
    /// The rating, as readers see it.
    pub rating: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// Whether the desk took it back.
    pub retracted: bool,
    /// Whether a correction was ever published.
    pub corrected: bool,
    /// How many citations it rests on.
    pub citations: u64,
    /// How many sources these come from.
    pub sources: u64,
    /// How many of them are primary.
    pub primary_sources: u64,
    /// How many independent origins they have.
    pub independent_origins: u64,
}
