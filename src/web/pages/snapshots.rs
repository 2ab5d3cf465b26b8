//! Snapshots: taking one, reading one, fetching its bytes.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::desk::snapshots::{self as deeds, NewSnapshot};
use crate::desk::{Desk, DeskError, citations::readable};
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::snapshot::{CaptureMethod, DerivedText};
use crate::domain::words::{Address, FileName, Notice};
use crate::store::snapshots::Taken;
use crate::store::{citations, people, sources};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, page, page_with, see};
use super::super::state::App;
use super::view::{Piece, PieceLink, SourceLine, pieces};

#[derive(Template)]
#[template(path = "snapshots/new.html")]
struct NewPage {
    frame: Frame,
    source: SourceLine,
    form: Fields,
}

#[derive(Template)]
#[template(path = "snapshots/show.html")]
struct ShowPage {
    frame: Frame,
    taken: Taken,
    text: DerivedText,
    source: SourceLine,
    by: String,
    pieces: Vec<Piece>,
    cited: usize,
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
) -> Answer {
    draw(&app, me, *source, Fields::default()).await
}

async fn draw(app: &web::Data<App>, me: Visitor, source: SourceId, form: Fields) -> Answer {
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let found = app
        .desk(move |desk| desk.read(|db| Ok(sources::find(db, source)?)))
        .await?;
    let found = found.ok_or_else(Problem::not_found)?;
    page_with(
        status,
        &NewPage {
            frame: Frame::new(app, Some(me.0)),
            source: SourceLine::new(&found),
            form,
        },
    )
}

pub(in super::super) async fn take(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    mut form: Fields,
) -> Answer {
    let source = *source;
    if let Some(new) = read(source, &mut form) {
        let actor = me.0.actor();
        match app
            .attempt(move |desk| deeds::take(desk, actor, new))
            .await?
        {
            Ok(snapshot) => return see(&format!("/snapshots/{snapshot}")),
            Err(error @ DeskError::Unreadable(_)) => form.refuse("text", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    draw(&app, me, source, form).await
}

fn read(source: SourceId, form: &mut Fields) -> Option<NewSnapshot> {
    let url = form.parse("url", Address::parse_optional);
    let notice = form.parse("notice", Notice::parse_optional);
    let upload = form.upload().cloned();
    if form.is_wrong() {
        return None;
    }
    let (url, notice) = (url?, notice?);
    Some(match upload {
        Some(upload) => NewSnapshot {
            source,
            declared: upload.name.clone().or(upload.media_type),
            file_name: upload.name.and_then(|name| FileName::parse(&name).ok()),
            bytes: upload.bytes,
            how: CaptureMethod::Uploaded,
            url,
            notice,
        },
        None => NewSnapshot {
            source,
            bytes: form.value("text").as_bytes().to_vec(),
            declared: Some("text/plain".to_owned()),
            how: CaptureMethod::Pasted,
            url,
            file_name: None,
            notice,
        },
    })
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, *snapshot)).await?;
    page(&view)
}

fn view(desk: &Desk, frame: Frame, id: SnapshotId) -> Result<ShowPage, DeskError> {
    desk.read(|db| {
        let (taken, text) = readable(db, id)?;
        let source = sources::get(db, taken.snapshot.source)?;
        let shelved = db.shelf().text(text.hash)?;
        let cited = citations::list_in_snapshot(db, id)?;
        let lit: Vec<_> = cited
            .iter()
            .filter(|cited| cited.citation.text == text.id)
            .map(|cited| {
                let citation = &cited.citation;
                let label = format!(
                    "cited for claim {}: {}",
                    citation.claim,
                    citation.stance.label()
                );
                let link = PieceLink {
                    claim: citation.claim,
                    label,
                    class: citation.stance.as_str(),
                };
                (citation.passage.span, link)
            })
            .collect();
        let by = match taken.by {
            Some(person) => people::get(db, person)?.name,
            None => "the desk".to_owned(),
        };
        Ok(ShowPage {
            frame,
            source: SourceLine::new(&source),
            by,
            cited: lit.len(),
            pieces: pieces(shelved.as_str(), shelved.offsets(), lit),
            taken,
            text,
        })
    })
}

/// Bytes of a stranger never run here: always an attachment, never HTML.
pub(super) fn attachment(bytes: Vec<u8>, name: &str, media_type: &'static str) -> Answer {
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(bytes))
}

pub(in super::super) async fn raw(
    app: web::Data<App>,
    _: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let bytes = app
        .desk(move |desk| {
            desk.read(|db| {
                let (taken, _) = readable(db, *snapshot)?;
                Ok(db.shelf().blobs().get(taken.snapshot.raw)?)
            })
        })
        .await?;
    attachment(bytes, "snapshot.bin", "application/octet-stream")
}

pub(in super::super) async fn text(
    app: web::Data<App>,
    _: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let bytes = app
        .desk(move |desk| {
            desk.read(|db| {
                let (_, text) = readable(db, *snapshot)?;
                Ok(db.shelf().text(text.hash)?.as_str().as_bytes().to_vec())
            })
        })
        .await?;
    attachment(bytes, "snapshot.txt", "text/plain; charset=utf-8")
}
