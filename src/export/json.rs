//! The desk's own JSON, version 1, as `docs/json.md` describes it. What an
//! import reads comes first in each record; the rest is for readers.

mod around;

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::change::Standing;
use crate::domain::citation::{FoundBy, Pages, Reanchoring, Stance};
use crate::domain::claim::{ClaimState, Claimant, Reopening};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, EntryIndex};
use crate::domain::other_check::{ReadIn, TheirReview};
use crate::domain::plan::Plan;
use crate::domain::publication::{CorrectionKind, Opinion};
use crate::domain::remark::RemarkKind;
use crate::domain::scale::{Rating, Scale};
use crate::domain::span::CharSpan;
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::{Address, Notice, Title};

pub use self::around::{Article, Content, Desk, Revision, SetAside, Snapshot, Source, Text};

/// The file as a whole. It is written field by field, so that a desk of any
/// size needs little memory; this is what the fields are.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct File {
    /// Where a desk serves the schema of the file.
    #[schemars(rename = "$schema", extend("const" = File::SCHEMA))]
    pub schema: String,
    /// Always `citekeep`.
    #[schemars(extend("const" = "citekeep"))]
    pub format: String,
    /// The version of the format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The desk that wrote the file.
    pub desk: Desk,
    /// Every version of every rating scale.
    pub scales: Vec<Scale>,
    /// The articles under check, newest first.
    pub articles: Vec<Article>,
    /// The sources, newest first.
    pub sources: Vec<Source>,
    /// The captures of sources, oldest first.
    pub snapshots: Vec<Snapshot>,
    /// The claims, newest first.
    pub claims: Vec<Claim>,
}

impl File {
    /// Where a desk serves the schema of the file.
    pub const SCHEMA: &'static str = "/schema/desk-1.json";
}

/// A claim with everything about it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Claim {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// Its wording as it stands.
    pub statement: String,
    /// Who made it.
    pub claimant: Option<Claimant>,
    /// Where it was made.
    pub appearance: Option<Appearance>,
    /// What it is tied to.
    pub citations: Vec<Citation>,
    /// Counts its wordings.
    pub wording: u32,
    /// Where it stands.
    #[schemars(extend("enum" = ClaimState::NAMES))]
    pub state: &'static str,
    /// Whether the words of its last verdict changed since.
    pub stale: bool,
    /// Why it was reopened last.
    pub reopening: Option<Reopening>,
    /// Independent origins of the citations in use.
    pub independent_origins: usize,
    /// Whether all of them are secondary.
    pub only_secondary: bool,
    /// Its verdicts, newest first.
    pub verdicts: Vec<Verdict>,
    /// Its publications, newest first.
    pub publications: Vec<Publication>,
    /// Its corrections, newest first.
    pub corrections: Vec<Correction>,
    /// Judgements that a change of cited words does not matter, newest first.
    pub dismissals: Vec<Dismissed>,
    /// What other publishers found about it, newest first; never the desk's own
    /// verdict.
    pub others_checks: Vec<OtherCheck>,
    /// How urgent it is, and by when it is wanted.
    pub plan: Plan,
    /// What colleagues said about it, in the order in which they said it.
    pub remarks: Vec<Remark>,
    /// The entries about it, newest first.
    pub log_indexes: Vec<EntryIndex>,
}

/// What another publisher found about a claim.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OtherCheck {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// What they say.
    #[serde(flatten)]
    pub review: TheirReview,
    /// Where that was read.
    pub read_in: ReadIn,
    /// Who noted it.
    pub noted_by: String,
    /// When.
    pub at: Timestamp,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// A remark in a claim's thread.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Remark {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// Whether it is a note or a question.
    pub kind: RemarkKind,
    /// What is said.
    pub words: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The remark that it answers.
    #[schemars(range(min = 1))]
    pub answers: Option<i64>,
    /// The citation that it is about.
    #[schemars(range(min = 1))]
    pub citation: Option<i64>,
    /// When the question was settled.
    pub settled_at: Option<Timestamp>,
    /// Who settled it.
    pub settled_by: Option<String>,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// Where a claim was made.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Appearance {
    /// The article, as long as its newest revision holds the words.
    #[schemars(range(min = 1))]
    pub article: Option<i64>,
    /// The words in that revision.
    pub quote: Option<String>,
    /// Where they start, in code points.
    pub near: Option<u64>,
    /// Where they stand.
    pub span: Option<CharSpan>,
    /// The words as they were marked, and where.
    pub marked: Option<Marked>,
    /// What became of them in a newer revision.
    pub placed: Option<Placed>,
    /// Whether the article says something else now, and nobody confirmed it.
    pub drifted: bool,
    /// An address.
    pub url: Option<Address>,
    /// A date.
    pub date: Option<PartialDate>,
}

/// A passage of an article as it was marked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Marked {
    /// The article.
    #[schemars(range(min = 1))]
    pub article: i64,
    /// The revision.
    pub revision: u32,
    /// The words.
    pub quote: String,
    /// Where they stand in it.
    pub span: CharSpan,
}

/// What became of a passage in a newer revision.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Placed {
    /// The revision.
    pub revision: u32,
    /// What became of the words since the revision before.
    #[serde(flatten)]
    pub result: Reanchoring,
}

/// A citation with its evidence.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Citation {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// Whose word it is.
    #[schemars(range(min = 1))]
    pub source: i64,
    /// Where it was read.
    #[schemars(range(min = 1))]
    pub snapshot: i64,
    /// The exact words.
    pub quote: String,
    /// Where they start, in code points.
    pub near: u64,
    /// What they do to the claim.
    pub stance: Stance,
    /// Whether it was taken out of use.
    pub removed: bool,
    /// Where they stand, in code points.
    pub span: CharSpan,
    /// The words before.
    pub prefix: String,
    /// The words after.
    pub suffix: String,
    /// Their page, where the text has pages.
    pub pages: Option<Pages>,
    /// Their place as the document names it: a page label or a time code.
    pub locator: Option<String>,
    /// How they were found.
    pub found: FoundBy,
    /// SHA-256 of the raw bytes.
    pub raw_sha256: ContentHash,
    /// SHA-256 of the text.
    pub text_sha256: ContentHash,
    /// What derived the text.
    pub extractor: String,
    /// The Admiralty code of whose word it is.
    #[schemars(regex(pattern = "^[A-F][1-6]$"))]
    pub grade: String,
    /// From whose word it is to the source that was seen.
    pub chain: Vec<Link>,
    /// A warning that goes with the words.
    pub notice: Option<Notice>,
    /// What became of the words in the newest snapshot.
    pub reanchored: Option<Reanchoring>,
    /// Its entry in the log.
    pub log_index: EntryIndex,
    /// The entry of the log that says that its words, or the text in which they
    /// stood, were erased; left out where they were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased: Option<EntryIndex>,
}

/// One link of a chain.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Link {
    /// The source.
    #[schemars(range(min = 1))]
    pub source: i64,
    /// Its title.
    pub title: Title,
}

/// A verdict.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Verdict {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// Which wording it judged.
    pub wording: u32,
    /// That wording.
    pub statement: String,
    /// The scale and its version.
    pub scale: crate::domain::verdict::ScaleUsed,
    /// The step of the scale.
    pub rating: Rating,
    /// Why.
    pub rationale: String,
    /// The words that it rests on, as they are bound.
    pub evidence: Vec<crate::domain::verdict::Evidence>,
    /// Who gave it.
    pub reviewer: String,
    /// In which role.
    pub role: Option<crate::domain::person::Role>,
    /// When.
    pub at: Timestamp,
    /// Whether it stands.
    pub stands: bool,
    /// Its entry in the log.
    pub log_index: EntryIndex,
    /// What colleagues said of it.
    pub opinions: Vec<Voice>,
    /// The reviewer's own signature, where the reviewer signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// A person's own signature, with all that is needed to check it: SHA-256 of
/// the statement is the challenge in the client's data, and the signature is
/// over the authenticator's data and SHA-256 of the client's data (W3C Web
/// Authentication).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Signature {
    /// What was signed, to the byte: canonical JSON.
    pub statement: String,
    /// The passkey as the log has it.
    pub passkey: crate::domain::passkey::Passkey,
    /// What the passkey made.
    pub assertion: crate::domain::passkey::PersonalSignature,
}

/// What a colleague said of a verdict.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Voice {
    /// Approval or dissent.
    pub opinion: Opinion,
    /// Who.
    pub person: String,
    /// In words.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Its entry in the log.
    pub log_index: EntryIndex,
    /// The colleague's own signature, where the colleague signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// A publication.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Publication {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// The verdict.
    #[schemars(range(min = 1))]
    pub verdict: i64,
    /// How many approvals it had.
    pub approvals: u32,
    /// How many the desk asked for.
    pub approvals_asked: u32,
    /// When.
    pub at: Timestamp,
    /// Whether it was retracted.
    pub retracted: bool,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// A correction.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Correction {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// What it corrects.
    #[schemars(range(min = 1))]
    pub publication: i64,
    /// What kind it is.
    pub kind: CorrectionKind,
    /// What changed and why.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// A judgement that a change of cited words does not matter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Dismissed {
    /// The verdict that stands again.
    #[schemars(range(min = 1))]
    pub verdict: i64,
    /// The snapshot in which the words differ.
    #[schemars(range(min = 1))]
    pub snapshot: i64,
    /// The citations whose words differ.
    pub citations: Vec<CitationId>,
    /// Why it does not matter.
    pub reason: String,
    /// Where the verdict stands again.
    pub restores: Standing,
    /// Who judged.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}
