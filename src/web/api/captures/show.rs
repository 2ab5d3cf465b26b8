//! The queue of captures, and one of them.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::capturing::{self as deeds, Found};
use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{PersonId, SnapshotId, SourceId};
use crate::domain::response::Response;
use crate::domain::time::Timestamp;
use crate::domain::words::{Address, FileName};
use crate::store::local::captures::{self as rows, Queued, Stage, Task};
use crate::web::api::answer::{List, Page, Reply};
use crate::web::api::asked::Asked;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// Which captures to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after this capture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<i64>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// A capture in the queue.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CaptureLine")]
pub(in crate::web) struct Line {
    /// Its number.
    id: i64,
    /// What is to be done.
    task: Task,
    /// How far it has come.
    state: Stage,
    /// Of which source; null: a sheet is proposed first.
    source: Option<SourceId>,
    /// The snapshot that it made or is about.
    snapshot: Option<SnapshotId>,
    /// The address.
    url: Option<String>,
    /// Who asked; nobody: the schedule.
    person: Option<PersonId>,
    /// How often it was tried.
    tries: u32,
    /// How many bytes have come.
    bytes: u64,
    /// When it was asked for.
    asked_at: Timestamp,
    /// When it is to be tried next, where it waits.
    next_try: Option<Timestamp>,
    /// When it ended.
    ended_at: Option<Timestamp>,
    /// What happened last.
    words: Option<String>,
}

impl Line {
    fn new(queued: Queued) -> Self {
        Self {
            id: queued.id,
            task: queued.task,
            state: queued.stage,
            source: queued.source,
            snapshot: queued.snapshot,
            url: queued.url,
            person: queued.person,
            tries: queued.tries,
            bytes: queued.bytes,
            asked_at: queued.made_at,
            next_try: (queued.stage == Stage::Waiting).then_some(queued.due_at),
            ended_at: queued.ended_at,
            words: queued.words,
        }
    }
}

/// A capture, and what it found until that has a source.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CaptureShown")]
pub(in crate::web) struct Shown {
    /// The capture.
    #[serde(flatten)]
    capture: Line,
    /// What it found, while it waits for its source sheet.
    found: Option<Proposed>,
}

/// What a capture found: a source sheet is made of it, and people confirm
/// every field.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CaptureFound")]
struct Proposed {
    /// The title that the document proposes.
    title: Option<String>,
    /// The publisher, or the host.
    publisher: Option<String>,
    /// Those who wrote it.
    authors: Vec<String>,
    /// The day on which it was published.
    published: Option<String>,
    /// Its language, as it says.
    language: Option<String>,
    /// The address that it is to be found at.
    url: Option<Address>,
    /// SHA-256 of the bytes.
    raw_sha256: ContentHash,
    /// The name of the file.
    file_name: Option<FileName>,
    /// How the server answered, where it was fetched.
    response: Option<Response>,
    /// How its text begins.
    glimpse: String,
    /// The length of its text in code points.
    chars: u64,
    /// What was odd about the bytes.
    flaws: Vec<String>,
    /// Why it cannot be read, where it cannot.
    unread: Option<String>,
    /// Sources that have the same address or the same bytes already.
    known: Vec<SourceId>,
}

impl Proposed {
    fn new(found: Found, known: Vec<SourceId>) -> Self {
        Self {
            title: found.title(),
            publisher: found.publisher(),
            published: found.published(),
            url: found.url(),
            authors: found.proposal.authors,
            language: found.proposal.language,
            raw_sha256: found.raw,
            file_name: found.file_name,
            response: found.response,
            glimpse: found.glimpse,
            chars: found.chars,
            flaws: found.flaws,
            unread: found.unread,
            known,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Line>, Problem> {
    let (after, limit) = (wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| {
            let found = desk.read(|db| Ok(rows::list(db, after, limit.get())?))?;
            let with_progress = found
                .into_iter()
                .map(|queued| deeds::progress(desk, queued));
            Ok(with_progress.collect::<Vec<_>>())
        })
        .await?;
    let next = last(&found, limit).map(|queued| {
        wanted.after = Some(queued.id);
        next("/captures", &wanted)
    });
    let lines = found.into_iter().map(Line::new).collect();
    Ok(Page(List::new(lines, next)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    capture: web::Path<i64>,
) -> Result<Reply<Shown>, Problem> {
    let capture = *capture;
    let found = app.desk(move |desk| shown(desk, capture));
    Ok(Reply::new(found.await?))
}

fn shown(desk: &Desk, id: i64) -> Result<Shown, DeskError> {
    let queued = deeds::look(desk, id)?;
    let found = deeds::waiting_sheet(&queued).ok();
    let found = match found {
        Some(found) => {
            let known = desk.read(|db| deeds::known(db, &found))?.into_iter();
            let known = known.map(|source| source.id).collect();
            Some(Proposed::new(found, known))
        }
        None => None,
    };
    Ok(Shown {
        capture: Line::new(queued),
        found,
    })
}
