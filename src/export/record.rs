//! The desk's stream, version 1: one record a line (NDJSON), each of them said
//! to be what it is, as `docs/json.md` describes them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::change::ArchiveCopy;
use crate::domain::citation::{Pages, Stance};
use crate::domain::claim::Claimant;
use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
use crate::domain::scale::{Rating, Scale};
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;
use crate::domain::verdict::ScaleUsed;
use crate::domain::words::{Address, Notice};

use super::json::{Article, Claim, Correction, Desk, Link, Snapshot, Source};

/// One line of a stream.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// The first line: what follows, and how far the log had grown.
    Head(Box<Head>),
    /// A version of a rating scale.
    Scale(Scale),
    /// An article under check.
    Article(Box<Article>),
    /// A source.
    Source(Box<Source>),
    /// A capture of a source.
    Snapshot(Box<Snapshot>),
    /// A claim with everything about it.
    Claim(Box<Claim>),
    /// A published verdict.
    Published(Box<Published>),
    /// The last line: a stream without it was cut off.
    End(End),
}

/// What a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Everything that the desk knows.
    Desk,
    /// The published verdicts.
    Published,
}

/// The first line of a stream.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Head {
    /// Where the desk serves the schema of each line.
    #[serde(rename = "$schema")]
    #[schemars(extend("const" = Head::SCHEMA))]
    pub schema: &'static str,
    /// Always `citekeep-stream`.
    #[schemars(extend("const" = Head::FORMAT))]
    pub format: &'static str,
    /// The version of the format.
    #[schemars(extend("const" = Head::VERSION))]
    pub version: u32,
    /// What the stream holds.
    pub holds: Holds,
    /// How many entries the log had when the stream began. A record that is
    /// read later may be newer; who follows the log from here misses nothing.
    pub log_size: u64,
    /// The desk.
    pub desk: Desk,
}

impl Head {
    /// Where the desk serves the schema of each line.
    pub const SCHEMA: &'static str = "/schema/record-1.json";
    /// The name of the format.
    pub const FORMAT: &'static str = "citekeep-stream";
    /// The version of the format.
    pub const VERSION: u32 = 1;

    /// The head of a stream that begins now.
    pub fn new(holds: Holds, desk: Desk) -> Self {
        Self {
            schema: Self::SCHEMA,
            format: Self::FORMAT,
            version: Self::VERSION,
            holds,
            log_size: desk.log_size,
            desk,
        }
    }
}

/// How many records of each kind a stream had.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// Versions of scales.
    pub scale: u64,
    /// Articles.
    pub article: u64,
    /// Sources.
    pub source: u64,
    /// Captures.
    pub snapshot: u64,
    /// Claims.
    pub claim: u64,
    /// Published verdicts.
    pub published: u64,
}

/// The last line of a stream.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct End {
    /// How many records of each kind came before it.
    pub counts: Counts,
}

/// A published verdict, as content management systems take it over.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Published {
    /// The claim.
    #[schemars(range(min = 1))]
    pub claim: i64,
    /// The newest act that made it public.
    #[schemars(range(min = 1))]
    pub publication: i64,
    /// The path of its permanent page on the desk.
    #[schemars(regex(pattern = "^/published/[0-9]+$"))]
    pub path: String,
    /// The wording that was judged.
    pub statement: String,
    /// Who made the claim.
    pub claimant: Option<Claimant>,
    /// The scale and its version.
    pub scale: ScaleUsed,
    /// The step of the scale.
    pub rating: Rating,
    /// Why.
    pub rationale: String,
    /// When the verdict was published.
    pub published_at: Timestamp,
    /// Whether the desk took it back.
    pub retracted: bool,
    /// Whether its words changed since.
    pub stale: bool,
    /// The words that the verdict rests on.
    pub evidence: Vec<Evidence>,
    /// The corrections of the claim, newest first.
    pub corrections: Vec<Correction>,
    /// The newest entry in the log that made or corrected it.
    pub log_index: EntryIndex,
}

/// Words that a published verdict rests on.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Evidence {
    /// The exact words.
    pub quote: String,
    /// What they do to the claim.
    pub stance: Stance,
    /// From whose word it is to the source that was seen.
    pub chain: Vec<Link>,
    /// Where the original can be found.
    pub url: Option<Address>,
    /// The newest copy that somebody else keeps.
    pub archived: Option<ArchiveCopy>,
    /// Their page, where the text has pages.
    pub pages: Option<Pages>,
    /// Their place as the document names it: a page label or a time code.
    pub locator: Option<String>,
    /// Where they stand in the text, in code points.
    pub span: CharSpan,
    /// SHA-256 of the raw bytes.
    pub raw_sha256: ContentHash,
    /// SHA-256 of the text.
    pub text_sha256: ContentHash,
    /// What derived the text.
    pub extractor: String,
    /// A warning that goes with the words.
    pub notice: Option<Notice>,
}
