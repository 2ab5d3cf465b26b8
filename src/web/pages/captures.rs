//! Captures: what is fetched or brought, how far it has come, and the source
//! sheet that is proposed from it.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use serde::{Deserialize, Serialize};

use crate::desk::capturing::{self as deeds, Found, MOST_TRIES};
use crate::desk::{Actor, Desk, DeskError};
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::source::SourceSheet;
use crate::domain::time::Timestamp;
use crate::domain::words::{Address, BadWords, FileName, Notice};
use crate::store::local::captures::{self, Queued, Stage, Task};
use crate::store::{Db, people, sources};

use super::super::auth::Visitor;
use super::super::fields::{Fields, Upload};
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, json, page, page_with, see, wants_json};
use super::super::state::App;
use super::sources::{others, read_sheet};
use super::view::PAGE;

#[derive(Deserialize)]
pub(in super::super) struct Place {
    before: Option<i64>,
}

/// A capture as a row of a list.
pub(super) struct Row {
    pub(super) queued: Queued,
    pub(super) title: Option<String>,
    pub(super) who: String,
}

impl Row {
    /// The rows of several captures, in two queries.
    pub(super) fn all(db: &Db<'_>, queued: Vec<Queued>) -> Result<Vec<Self>, DeskError> {
        let wanted: Vec<SourceId> = queued.iter().filter_map(|queued| queued.source).collect();
        let titles: BTreeMap<SourceId, String> = sources::list_named(db, &wanted)?
            .into_iter()
            .map(|source| (source.id, source.sheet.title.to_string()))
            .collect();
        let names = people::names(db)?;
        let row = |queued: Queued| {
            let title = match queued.source {
                Some(source) => titles.get(&source).cloned(),
                None => deeds::waiting_sheet(&queued)
                    .ok()
                    .and_then(|found| found.title()),
            };
            let who = queued.person.and_then(|person| names.get(&person));
            let who = who.map_or("the desk", String::as_str).to_owned();
            Self { queued, title, who }
        };
        Ok(queued.into_iter().map(row).collect())
    }

    /// Whether it can be tried again.
    pub(super) fn may_retry(&self) -> bool {
        let stage = self.queued.stage;
        let waits = stage == Stage::Waiting && self.queued.tries > 0;
        self.queued.url.is_some() && (waits || matches!(stage, Stage::Failed | Stage::Cancelled))
    }

    /// Whether something still happens or waits that can be stopped.
    pub(super) fn may_stop(&self) -> bool {
        !self.queued.stage.is_over() || self.queued.stage == Stage::Read
    }

    /// The class of its badge.
    pub(super) fn class(&self) -> &'static str {
        match self.queued.stage {
            Stage::Waiting | Stage::Running | Stage::Read => "in_review",
            Stage::Done | Stage::Same => "published",
            Stage::Failed => "stale",
            Stage::Cancelled => "withdrawn",
        }
    }

    /// Which try of how many, once there was more than one.
    pub(super) fn tries(&self) -> Option<String> {
        let tries = self.queued.tries;
        (tries > 1 || (tries > 0 && self.queued.stage == Stage::Waiting))
            .then(|| format!("try {tries} of {MOST_TRIES}"))
    }
}

#[derive(Template)]
#[template(path = "captures/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<i64>,
    /// Seconds after which the page looks again; none: it does not.
    again: Option<u32>,
}

#[derive(Template)]
#[template(path = "captures/show.html")]
struct ShowPage {
    frame: Frame,
    row: Row,
    found: Option<Found>,
    form: Fields,
    others: Vec<(i64, String)>,
    /// Sources that have the same address or the same bytes already.
    known: Vec<(SourceId, String)>,
    again: Option<u32>,
}

/// How often a page looks again while something runs, in seconds.
const AGAIN: u32 = 2;

pub(in super::super) async fn list(
    app: web::Data<App>,
    me: Visitor,
    place: web::Query<Place>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let before = place.before;
    let view = app.desk(move |desk| rows(desk, frame, before)).await?;
    page(&view)
}

fn rows(desk: &Desk, frame: Frame, before: Option<i64>) -> Result<ListPage, DeskError> {
    desk.read(|db| {
        let found = captures::list(db, before, PAGE)?;
        let last = found.last().filter(|_| found.len() == PAGE);
        let next = last.map(|queued| queued.id);
        let is_busy = found.iter().any(|queued| !queued.stage.is_over());
        let found = found.into_iter();
        let found = found.map(|queued| deeds::progress(desk, queued)).collect();
        let rows = Row::all(db, found)?;
        Ok(ListPage {
            frame,
            rows,
            next,
            again: is_busy.then_some(5 * AGAIN),
        })
    })
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    id: web::Path<i64>,
    request: HttpRequest,
) -> Answer {
    let id = *id;
    if wants_json(&request) {
        let queued = app.desk(move |desk| deeds::look(desk, id)).await?;
        return as_json(StatusCode::OK, &queued);
    }
    draw(&app, me, id, None).await
}

/// A capture for programs.
#[derive(Serialize)]
struct Wire<'a> {
    id: i64,
    task: Task,
    state: Stage,
    source: Option<SourceId>,
    snapshot: Option<SnapshotId>,
    url: Option<&'a str>,
    tries: u32,
    bytes: u64,
    next_try: Option<Timestamp>,
    words: Option<&'a str>,
    found: Option<Found>,
}

fn as_json(status: StatusCode, queued: &Queued) -> Answer {
    let wire = Wire {
        id: queued.id,
        task: queued.task,
        state: queued.stage,
        source: queued.source,
        snapshot: queued.snapshot,
        url: queued.url.as_deref(),
        tries: queued.tries,
        bytes: queued.bytes,
        next_try: (queued.stage == Stage::Waiting).then_some(queued.due_at),
        words: queued.words.as_deref(),
        found: deeds::waiting_sheet(queued).ok(),
    };
    json(status, &wire)
}

/// Answers whoever asked for a capture: a person is shown it, a program is
/// told where it stands (202) and looks again at the same address.
async fn asked(app: &web::Data<App>, request: &HttpRequest, id: i64) -> Answer {
    if !wants_json(request) {
        return see(&format!("/captures/{id}"));
    }
    let queued = app.desk(move |desk| deeds::look(desk, id)).await?;
    as_json(StatusCode::ACCEPTED, &queued)
}

async fn draw(app: &web::Data<App>, me: Visitor, id: i64, form: Option<Fields>) -> Answer {
    let status = if form.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let frame = Frame::new(app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, id, form)).await?;
    page_with(status, &view)
}

fn view(desk: &Desk, frame: Frame, id: i64, form: Option<Fields>) -> Result<ShowPage, DeskError> {
    let queued = deeds::look(desk, id)?;
    let found = deeds::waiting_sheet(&queued).ok();
    let others = match found {
        Some(_) => others(desk)?,
        None => Vec::new(),
    };
    let form = form.or_else(|| found.as_ref().map(proposed));
    let again = (!queued.stage.is_over()).then_some(AGAIN);
    desk.read(|db| {
        let known = match &found {
            Some(found) => known(db, found)?,
            None => Vec::new(),
        };
        let row = Row::all(db, vec![queued])?.pop();
        Ok(ShowPage {
            frame,
            known,
            row: row.expect("one capture makes one row"),
            found,
            form: form.unwrap_or_default(),
            others,
            again,
        })
    })
}

/// The sources that this may be a capture of.
fn known(db: &Db<'_>, found: &Found) -> Result<Vec<(SourceId, String)>, DeskError> {
    let sources = deeds::known(db, found)?;
    Ok(sources
        .into_iter()
        .map(|source| (source.id, source.sheet.title.to_string()))
        .collect())
}

/// A source sheet as the document proposes it; people confirm every field.
fn proposed(found: &Found) -> Fields {
    let text = |value: Option<String>| value.unwrap_or_default();
    Fields::proposed(&[
        ("title", &text(found.title())),
        (
            "kind",
            match found.response {
                Some(_) => "article",
                None => "report",
            },
        ),
        ("publisher", &text(found.publisher())),
        ("author", &found.proposal.authors.join(", ")),
        ("published", &text(found.published())),
        ("directness", "primary"),
        ("reliability", "F"),
        ("credibility", "6"),
        ("url", &text(found.url().map(String::from))),
    ])
}

pub(in super::super) async fn ask(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
    request: HttpRequest,
) -> Answer {
    let actor = me.0.actor();
    let upload = form.upload().cloned();
    if upload.is_none() {
        form.parse("address", address);
    }
    if form.is_wrong() {
        return super::sources::draw_new(&app, me, form).await;
    }
    let url = address(form.value("address"));
    let id = app
        .desk(move |desk| match (upload, url) {
            (None, Ok(url)) => deeds::ask(desk, actor, None, url),
            (upload, _) => bring(desk, actor, upload.unwrap_or_default()),
        })
        .await?;
    asked(&app, &request, id).await
}

/// An address as people type it: without a scheme it is https.
fn address(text: &str) -> Result<Address, BadWords> {
    let text = text.trim();
    if text.is_empty() || text.contains("://") {
        return Address::parse(text);
    }
    Address::parse(&format!("https://{text}"))
}

fn bring(desk: &Desk, actor: Actor, upload: Upload) -> Result<i64, DeskError> {
    let name = upload.name.as_deref();
    let file_name = name.and_then(|name| FileName::parse(name).ok());
    let declared = upload.name.or(upload.media_type);
    deeds::bring(desk, actor, &upload.bytes, (declared, file_name))
}

/// Asks for a source to be fetched: at an address, or where it was found.
pub(in super::super) async fn ask_for(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    mut form: Fields,
    request: HttpRequest,
) -> Answer {
    let (source, actor) = (*source, me.0.actor());
    let url = form.parse("url", Address::parse_optional);
    if let Some(reason) = form.error("url") {
        return Err(Problem::bad_request(reason.to_owned()));
    }
    let id = app
        .desk(move |desk| match url.flatten() {
            Some(url) => deeds::ask(desk, actor, Some(source), url),
            None => deeds::recheck(desk, actor, source),
        })
        .await?;
    asked(&app, &request, id).await
}

pub(in super::super) async fn adopt(
    app: web::Data<App>,
    me: Visitor,
    id: web::Path<i64>,
    mut form: Fields,
) -> Answer {
    let id = *id;
    if let Some((sheet, notice)) = read(&mut form) {
        let actor = me.0.actor();
        let done = app
            .attempt(move |desk| deeds::adopt(desk, actor, id, (sheet, notice)))
            .await?;
        match done {
            Ok(source) => return see(&format!("/sources/{source}")),
            Err(error @ DeskError::CircularChain) => form.refuse("as_cited_by", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    draw(&app, me, id, Some(form)).await
}

fn read(form: &mut Fields) -> Option<(SourceSheet, Option<Notice>)> {
    let notice = form.parse("notice", Notice::parse_optional);
    let sheet = read_sheet(form)?;
    Some((sheet, notice?))
}

pub(in super::super) async fn cancel(
    app: web::Data<App>,
    me: Visitor,
    id: web::Path<i64>,
    _: Fields,
) -> Answer {
    change(&app, me, *id, deeds::cancel).await
}

/// Does what a capture's page offers, and shows the capture again.
async fn change(
    app: &web::Data<App>,
    me: Visitor,
    id: i64,
    deed: fn(&Desk, Actor, i64) -> Result<(), DeskError>,
) -> Answer {
    let actor = me.0.actor();
    app.desk(move |desk| deed(desk, actor, id)).await?;
    see(&format!("/captures/{id}"))
}

pub(in super::super) async fn retry(
    app: web::Data<App>,
    me: Visitor,
    id: web::Path<i64>,
    _: Fields,
) -> Answer {
    change(&app, me, *id, deeds::retry).await
}
