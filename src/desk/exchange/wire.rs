//! The records of an import file, as they are written. Unknown fields are
//! left alone, because an export says more than an import reads.

use serde::Deserialize;
use serde_json::Value;

use crate::domain::citation::Stance;
use crate::domain::claim::Claimant;
use crate::domain::ids::CitationId;
use crate::domain::response::Response;
use crate::domain::snapshot::CaptureMethod;
use crate::domain::source::{Directness, Grade, SourceKind};
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, FileName, Language, Name, Notice, Origin, Statement, Title};

/// The file as a whole; its records are looked at one by one, so that each
/// bad one is told with its place.
#[derive(Deserialize)]
pub(super) struct File {
    pub(super) format: String,
    pub(super) version: u32,
    #[serde(default)]
    pub(super) articles: Vec<Value>,
    #[serde(default)]
    pub(super) sources: Vec<Value>,
    #[serde(default)]
    pub(super) snapshots: Vec<Value>,
    #[serde(default)]
    pub(super) claims: Vec<Value>,
}

/// Bytes in the file or beside it.
#[derive(Deserialize)]
pub(super) enum Content {
    #[serde(rename = "utf8")]
    Utf8(String),
    #[serde(rename = "base64")]
    Base64(String),
    #[serde(rename = "file")]
    File(String),
    #[serde(rename = "erased")]
    Erased(u64),
    #[serde(rename = "sealed")]
    Sealed(bool),
}

#[derive(Deserialize)]
pub(super) struct Article {
    pub(super) id: i64,
    pub(super) title: Title,
    pub(super) url: Option<Address>,
    pub(super) published: Option<PartialDate>,
    pub(super) language: Option<Language>,
    pub(super) notice: Option<Notice>,
    pub(super) content: Content,
}

#[derive(Deserialize)]
pub(super) struct Source {
    pub(super) id: i64,
    pub(super) title: Title,
    pub(super) kind: SourceKind,
    pub(super) publisher: Name,
    pub(super) author: Option<Name>,
    pub(super) published: Option<PartialDate>,
    pub(super) directness: Directness,
    pub(super) grade: Grade,
    pub(super) origin: Option<Origin>,
    pub(super) url: Option<Address>,
    pub(super) as_cited_by: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Snapshot {
    pub(super) id: i64,
    pub(super) source: i64,
    pub(super) how: Option<CaptureMethod>,
    pub(super) media_type: Option<String>,
    pub(super) file_name: Option<FileName>,
    pub(super) url: Option<Address>,
    pub(super) notice: Option<Notice>,
    pub(super) response: Option<Response>,
    #[serde(default)]
    pub(super) later: bool,
    pub(super) content: Content,
}

impl Snapshot {
    /// How it came to this desk: what another desk fetched was not fetched by
    /// this one.
    pub(super) fn came(&self) -> CaptureMethod {
        match self.how {
            None | Some(CaptureMethod::Fetched) => CaptureMethod::Imported,
            Some(how) => how,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Claim {
    pub(super) id: i64,
    pub(super) statement: Statement,
    pub(super) claimant: Option<Claimant>,
    pub(super) appearance: Option<Appearance>,
    #[serde(default)]
    pub(super) citations: Vec<Value>,
    #[serde(default)]
    pub(super) verdicts: Vec<Value>,
}

#[derive(Deserialize)]
pub(super) struct Appearance {
    pub(super) article: Option<i64>,
    pub(super) quote: Option<String>,
    pub(super) near: Option<u64>,
    pub(super) url: Option<Address>,
    pub(super) date: Option<PartialDate>,
}

#[derive(Deserialize)]
pub(super) struct Citation {
    pub(super) id: CitationId,
    pub(super) source: Option<i64>,
    pub(super) snapshot: i64,
    pub(super) quote: String,
    pub(super) near: Option<u64>,
    pub(super) extractor: Option<String>,
    pub(super) stance: Stance,
    #[serde(default)]
    pub(super) removed: bool,
}
