//! One snapshot with its texts, and the citations that rest on it.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, DeskError};
use crate::domain::change::ArchiveCopy;
use crate::domain::citation::{FoundBy, Pages, Reanchoring, Stance};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, ClaimId, EntryIndex, PersonId, SnapshotId, SourceId, TextId};
use crate::domain::response::Response;
use crate::domain::snapshot::CaptureMethod;
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;
use crate::domain::words::{Address, FileName, Notice};
use crate::export::json::Text;
use crate::store::snapshots::{self as rows, Taken};
use crate::store::{Db, citations as citation_rows};
use crate::web::api::answer::{List, Page, Reply};
use crate::web::api::asked::Asked;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// A snapshot in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SnapshotLine")]
pub(in crate::web) struct Line {
    /// Its number.
    id: SnapshotId,
    /// What was captured.
    source: SourceId,
    /// How the bytes came.
    how: CaptureMethod,
    /// What the bytes are.
    media_type: String,
    /// The file that they came in.
    file_name: Option<FileName>,
    /// The address that they came from.
    url: Option<Address>,
    /// A warning that goes with its words.
    notice: Option<Notice>,
    /// SHA-256 of the bytes.
    raw_sha256: ContentHash,
    /// How many bytes.
    bytes: u64,
    /// When it was taken.
    taken_at: Timestamp,
    /// Who took it; nobody: the desk itself, or an import.
    taken_by: Option<PersonId>,
    /// Its entry in the log.
    log_index: EntryIndex,
    /// How the server answered, where it was fetched.
    response: Option<Response>,
    /// Why no text could be derived from it, where none could.
    unread: Option<String>,
    /// When the source was last seen to say the same still.
    confirmed_at: Option<Timestamp>,
    /// The newest copy that somebody else keeps.
    archived: Option<ArchiveCopy>,
}

impl Line {
    pub(in crate::web::api) fn new(taken: Taken) -> Self {
        let snapshot = taken.snapshot;
        Self {
            id: snapshot.id,
            source: snapshot.source,
            how: snapshot.how,
            media_type: snapshot.media_type,
            file_name: snapshot.file_name,
            url: snapshot.url,
            notice: snapshot.notice,
            raw_sha256: snapshot.raw,
            bytes: snapshot.bytes,
            taken_at: taken.at,
            taken_by: taken.by,
            log_index: taken.entry,
            response: taken.response,
            unread: taken.unread,
            confirmed_at: taken.confirmed,
            archived: taken.archived,
        }
    }
}

/// A capture of a source with the texts derived from it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SnapshotShown")]
pub(in crate::web) struct Shown {
    /// The capture.
    #[serde(flatten)]
    snapshot: Line,
    /// The texts derived from it, the first made first.
    texts: Vec<Text>,
}

pub(super) fn find(db: &Db<'_>, snapshot: SnapshotId) -> Result<Taken, DeskError> {
    rows::find(db, snapshot)?.ok_or(DeskError::NoSuch {
        what: "snapshot",
        id: snapshot.get(),
    })
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Result<Reply<Shown>, Problem> {
    let snapshot = *snapshot;
    let found = app.desk(move |desk| shown(desk, snapshot));
    Ok(Reply::new(found.await?))
}

fn shown(desk: &Desk, id: SnapshotId) -> Result<Shown, DeskError> {
    desk.read(|db| {
        let taken = find(db, id)?;
        let texts = rows::texts(db, id)?.into_iter().map(|text| {
            Ok(Text {
                locators: rows::locators(db, text.id)?,
                id: text.id.get(),
                text_sha256: text.hash,
                extractor: text.extractor,
                normal_form: text.normal_form,
                chars: text.chars,
                flaws: text.flaws,
            })
        });
        Ok(Shown {
            texts: texts.collect::<Result<_, DeskError>>()?,
            snapshot: Line::new(taken),
        })
    })
}

/// Which citations to list; the first made come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct After {
    /// Go on after this citation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::web::api) after: Option<CitationId>,
    /// How many at most.
    #[serde(default)]
    pub(in crate::web::api) limit: Limit,
}

/// A citation in a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CitationLine")]
pub(in crate::web) struct Cited {
    /// Its number.
    id: CitationId,
    /// The claim.
    claim: ClaimId,
    /// Whose word it is.
    source: SourceId,
    /// Where it was read.
    snapshot: SnapshotId,
    /// In which text.
    text: TextId,
    /// SHA-256 of that text.
    text_sha256: ContentHash,
    /// Where the words stand in it, in code points.
    span: CharSpan,
    /// The exact words.
    quote: String,
    /// The words before.
    prefix: String,
    /// The words after.
    suffix: String,
    /// Their page, where the text has pages.
    pages: Option<Pages>,
    /// What they do to the claim.
    stance: Stance,
    /// How they were found.
    found: FoundBy,
    /// What became of them in the newest snapshot since.
    reanchored: Option<Reanchoring>,
    /// That snapshot.
    compared: Option<SnapshotId>,
    /// Its entry in the log.
    log_index: EntryIndex,
}

impl Cited {
    pub(in crate::web::api) fn new(cited: citation_rows::Cited) -> Self {
        let citation = cited.citation;
        Self {
            id: citation.id,
            claim: citation.claim,
            source: citation.source,
            snapshot: citation.snapshot,
            text: citation.text,
            text_sha256: citation.text_hash,
            span: citation.passage.span,
            quote: citation.passage.quote,
            prefix: citation.passage.prefix,
            suffix: citation.passage.suffix,
            pages: citation.pages,
            stance: citation.stance,
            found: citation.found,
            reanchored: cited.reanchored,
            compared: cited.newer,
            log_index: cited.entry,
        }
    }
}

pub(in crate::web) async fn citations(
    app: web::Data<App>,
    _: Visitor,
    snapshot: web::Path<SnapshotId>,
    Asked(mut wanted): Asked<After>,
) -> Result<Page<Cited>, Problem> {
    let (snapshot, after, limit) = (*snapshot, wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| {
            desk.read(|db| {
                find(db, snapshot)?;
                let limit = limit.get();
                let found = citation_rows::list_in_snapshot_after(db, snapshot, after, limit);
                Ok(found?)
            })
        })
        .await?;
    let next = last(&found, limit).map(|cited| {
        wanted.after = Some(cited.citation.id);
        next(&format!("/snapshots/{snapshot}/citations"), &wanted)
    });
    let lines = found.into_iter().map(Cited::new).collect();
    Ok(Page(List::new(lines, next)))
}
