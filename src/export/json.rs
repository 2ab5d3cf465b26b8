//! The desk's own JSON, version 1, as `docs/json.md` describes it. What an
//! import reads comes first in each record; the rest is for readers.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::article::AsideReason;
use crate::domain::change::{ArchiveCopy, Standing};
use crate::domain::citation::{FoundBy, Pages, Reanchoring, Stance};
use crate::domain::claim::{Claimant, Reopening};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, EntryIndex};
use crate::domain::locator::Locators;
use crate::domain::other_check::{ReadIn, TheirReview};
use crate::domain::plan::Plan;
use crate::domain::publication::{CorrectionKind, Opinion};
use crate::domain::remark::RemarkKind;
use crate::domain::response::Response;
use crate::domain::scale::Rating;
use crate::domain::sheet::DeskSheet;
use crate::domain::snapshot::CaptureMethod;
use crate::domain::source::SourceSheet;
use crate::domain::span::CharSpan;
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::{Address, FileName, Language, Notice, Title};

/// The desk that wrote the file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Desk {
    /// Its name, as its log was opened with.
    pub name: String,
    /// What it says of itself, once it has said more than its name.
    pub sheet: Option<DeskSheet>,
    /// How many approvals a verdict needs now.
    pub approvals: u32,
    /// The key of the scale that verdicts use now.
    pub scale: String,
    /// The C2SP verifier key of its checkpoints.
    pub verifier_key: String,
    /// How many entries its log had.
    pub log_size: u64,
    /// The newest signed checkpoint, a C2SP signed note.
    pub checkpoint: Option<String>,
}

/// Bytes, as text where they are UTF-8.
#[derive(Debug, Serialize, JsonSchema)]
pub enum Content {
    /// UTF-8 text.
    #[serde(rename = "utf8")]
    Utf8(String),
    /// Anything else, as base64.
    #[serde(rename = "base64")]
    Base64(String),
}

/// An article under check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Article {
    /// Its number.
    pub id: i64,
    /// Its headline.
    pub title: Title,
    /// Its address.
    pub url: Option<Address>,
    /// Its date.
    pub published: Option<PartialDate>,
    /// Its language.
    pub language: Option<Language>,
    /// A warning that goes with its text.
    pub notice: Option<Notice>,
    /// Its text in normal form.
    pub content: Content,
    /// Its newest revision.
    pub revision: u32,
    /// SHA-256 of the text.
    pub text_sha256: ContentHash,
    /// Its revisions, newest first.
    pub revisions: Vec<Revision>,
    /// Passages that need no check, in their order.
    pub set_aside: Vec<SetAside>,
}

/// A revision of an article.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Revision {
    /// Counts the revisions of the article.
    pub number: u32,
    /// SHA-256 of its text.
    pub text_sha256: ContentHash,
    /// The length of the text in code points.
    pub chars: u64,
    /// When it was brought.
    pub at: Timestamp,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// A passage of an article that needs no check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SetAside {
    /// The words.
    pub quote: String,
    /// Where they stand in the newest revision.
    pub span: CharSpan,
    /// Why they need no check.
    pub reason: AsideReason,
    /// Who judged so.
    pub person: String,
    /// When.
    pub at: Timestamp,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// A source.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Source {
    /// Its number.
    pub id: i64,
    /// What is said about it.
    #[serde(flatten)]
    pub sheet: SourceSheet,
    /// Counts its sheets.
    pub version: u32,
}

/// A capture of a source.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Snapshot {
    /// Its number.
    pub id: i64,
    /// What was captured.
    pub source: i64,
    /// How the bytes came.
    pub how: CaptureMethod,
    /// What the bytes are.
    pub media_type: String,
    /// The file that they came in.
    pub file_name: Option<FileName>,
    /// The address that they came from.
    pub url: Option<Address>,
    /// A warning that goes with its words.
    pub notice: Option<Notice>,
    /// The bytes.
    pub content: Content,
    /// SHA-256 of the bytes.
    pub raw_sha256: ContentHash,
    /// How many bytes.
    pub bytes: u64,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// Who took it.
    pub taken_by: String,
    /// Its entry in the log.
    pub log_index: EntryIndex,
    /// How the server answered, where it was fetched.
    pub response: Option<Response>,
    /// Why no text could be derived from it, where none could.
    pub unread: Option<String>,
    /// When the source was last seen to say the same still.
    pub confirmed_at: Option<Timestamp>,
    /// The newest copy that somebody else keeps.
    pub archived: Option<ArchiveCopy>,
    /// The texts derived from it.
    pub texts: Vec<Text>,
}

/// A text derived from a capture.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Text {
    /// Its number.
    pub id: i64,
    /// SHA-256 of its UTF-8 bytes.
    pub text_sha256: ContentHash,
    /// What derived it.
    pub extractor: String,
    /// Its normal form.
    pub normal_form: String,
    /// Its length in code points.
    pub chars: u64,
    /// What was odd about the bytes.
    pub flaws: Vec<String>,
    /// Page labels or time codes, where the document has them.
    pub locators: Option<Locators>,
}

/// A claim with everything about it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Claim {
    /// Its number.
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
pub struct OtherCheck {
    /// Its number.
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
pub struct Remark {
    /// Its number.
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
    pub answers: Option<i64>,
    /// The citation that it is about.
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
pub struct Appearance {
    /// The article, as long as its newest revision holds the words.
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
pub struct Marked {
    /// The article.
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
pub struct Placed {
    /// The revision.
    pub revision: u32,
    /// What became of the words since the revision before.
    #[serde(flatten)]
    pub result: Reanchoring,
}

/// A citation with its evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Citation {
    /// Its number.
    pub id: i64,
    /// Whose word it is.
    pub source: i64,
    /// Where it was read.
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
    pub grade: String,
    /// From whose word it is to the source that was seen.
    pub chain: Vec<Link>,
    /// A warning that goes with the words.
    pub notice: Option<Notice>,
    /// What became of the words in the newest snapshot.
    pub reanchored: Option<Reanchoring>,
    /// Its entry in the log.
    pub log_index: EntryIndex,
}

/// One link of a chain.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Link {
    /// The source.
    pub source: i64,
    /// Its title.
    pub title: Title,
}

/// A verdict.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verdict {
    /// Its number.
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
}

/// What a colleague said of a verdict.
#[derive(Debug, Serialize, JsonSchema)]
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
}

/// A publication.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Publication {
    /// Its number.
    pub id: i64,
    /// The verdict.
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
pub struct Correction {
    /// Its number.
    pub id: i64,
    /// What it corrects.
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
pub struct Dismissed {
    /// The verdict that stands again.
    pub verdict: i64,
    /// The snapshot in which the words differ.
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
