//! What stands around claims: the desk, its articles, and its sources with
//! what was captured of them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::article::AsideReason;
use crate::domain::change::ArchiveCopy;
use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
use crate::domain::locator::Locators;
use crate::domain::response::Response;
use crate::domain::sheet::DeskSheet;
use crate::domain::snapshot::CaptureMethod;
use crate::domain::source::SourceSheet;
use crate::domain::span::CharSpan;
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::{Address, FileName, Language, Notice, Title};

/// The desk that wrote the file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
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
    /// They were erased; this entry of the log says so.
    #[serde(rename = "erased")]
    Erased(EntryIndex),
    /// They belong to a sealed source, and do not leave the desk.
    #[serde(rename = "sealed")]
    Sealed(bool),
}

/// An article under check.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Article {
    /// Its number.
    #[schemars(range(min = 1))]
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
#[schemars(deny_unknown_fields)]
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
#[schemars(deny_unknown_fields)]
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
#[schemars(deny_unknown_fields)]
pub struct Source {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// What is said about it.
    #[serde(flatten)]
    pub sheet: SourceSheet,
    /// Counts its sheets.
    pub version: u32,
    /// The entry in the log that says the newest one.
    pub log_index: EntryIndex,
}

/// A capture of a source.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Snapshot {
    /// Its number.
    #[schemars(range(min = 1))]
    pub id: i64,
    /// What was captured.
    #[schemars(range(min = 1))]
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
#[schemars(deny_unknown_fields)]
pub struct Text {
    /// Its number.
    #[schemars(range(min = 1))]
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
