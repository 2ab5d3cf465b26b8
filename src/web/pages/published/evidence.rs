//! The bytes and pages that a published verdict rests on; no others are given
//! out.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, ClaimId};
use crate::store::{citations, public, snapshots, sources};

use super::super::super::auth::Guest;
use super::super::super::cached::{public, public_page};
use super::super::super::problem::as_sentence;
use super::super::super::render::{Answer, Frame};
use super::super::super::state::App;
use super::super::super::turns::in_pieces;
use super::super::pictures::{Pictures, Rect, Wanted, draw, rects};
use super::super::snapshots::attachment;
use super::super::view::SourceLine;
use super::not_public;

/// The page of a PDF on which cited words stand.
#[derive(Template)]
#[template(path = "published/page.html")]
struct PagePage {
    frame: Frame,
    claim: ClaimId,
    citation: CitationId,
    statement: String,
    source: SourceLine,
    quote: String,
    page: u32,
    marks: Vec<Rect>,
    /// The height of the picture, where its width is 1,000.
    height: u32,
    /// Why there is no picture.
    trouble: Option<String>,
}

pub(in crate::web) async fn page(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
    path: web::Path<(ClaimId, CitationId)>,
) -> Answer {
    let frame = Frame::new(&app, guest.0);
    let (claim, citation) = path.into_inner();
    let pictures = Arc::clone(app.pictures());
    let view = app
        .drawn(move |desk| drawn(desk, &pictures, view(desk, frame, (claim, citation))?))
        .await?;
    public_page(&request, &view.frame, &view)
}

/// The page with its picture measured and marked, or with why there is none.
fn drawn(
    desk: &Desk,
    pictures: &Pictures,
    (mut view, wanted): (PagePage, Wanted),
) -> Result<PagePage, DeskError> {
    match draw(desk, pictures, wanted) {
        Ok(picture) => {
            view.height = 1_000 * picture.height / picture.width.max(1);
            view.marks = rects(&picture, view.height);
        }
        Err(DeskError::Unreadable(why)) => view.trouble = Some(as_sentence(&why.to_string())),
        Err(error) => return Err(error),
    }
    Ok(view)
}

fn view(
    desk: &Desk,
    frame: Frame,
    (claim, citation): (ClaimId, CitationId),
) -> Result<(PagePage, Wanted), DeskError> {
    let (wanted, statement) = wanted(desk, (claim, citation))?;
    let source = desk.read(|db| {
        let cited = citations::get(db, citation)?;
        let taken = snapshots::get(db, cited.citation.snapshot)?;
        Ok(sources::get(db, taken.snapshot.source)?)
    })?;
    let view = PagePage {
        frame,
        claim,
        citation,
        statement,
        source: SourceLine::new(&source),
        quote: wanted.quote.clone().unwrap_or_default(),
        page: wanted.page,
        marks: Vec::new(),
        height: 0,
        trouble: None,
    };
    Ok((view, wanted))
}

/// What the picture of a cited page is drawn from, and the published wording.
fn wanted(
    desk: &Desk,
    (claim, citation): (ClaimId, CitationId),
) -> Result<(Wanted, String), DeskError> {
    desk.read(|db| {
        let shown = public::find(db, claim)?.ok_or_else(|| not_public(claim))?;
        let mut evidence = shown.verdict.evidence.into_iter();
        let found = evidence.find(|item| item.citation == citation);
        let found = found.ok_or_else(|| not_public(claim))?;
        let cited = citations::get(db, citation)?;
        let taken = snapshots::get(db, cited.citation.snapshot)?;
        if taken.snapshot.media_type != "application/pdf" {
            return Err(not_public(claim));
        }
        let wanted = Wanted {
            raw: found.raw,
            page: found.pages.map_or(1, |pages| pages.first),
            quote: Some(found.quote),
        };
        Ok((wanted, shown.verdict.statement.into()))
    })
}

pub(in crate::web) async fn picture(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(ClaimId, CitationId)>,
) -> Answer {
    let path = path.into_inner();
    let pictures = Arc::clone(app.pictures());
    let drawn = app
        .drawn(move |desk| draw(desk, &pictures, wanted(desk, path)?.0))
        .await?;
    public(&request, "image/png", drawn.png.clone())
}

pub(in crate::web) async fn text(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(ClaimId, ContentHash)>,
) -> Answer {
    let (claim, hash) = path.into_inner();
    let read = app.fetched(&request, move |desk| blob(desk, claim, hash));
    let (bytes, held) = read.await?;
    let length = bytes.len() as u64;
    let mut answer = attachment(&format!("{hash}.txt"), "application/octet-stream");
    Ok(answer.no_chunking(length).streaming(in_pieces(bytes, held)))
}

fn blob(desk: &Desk, claim: ClaimId, hash: ContentHash) -> Result<Vec<u8>, DeskError> {
    desk.read(|db| {
        let shown = public::find(db, claim)?.ok_or_else(|| not_public(claim))?;
        let mut evidence = shown.verdict.evidence.iter();
        if evidence.any(|item| item.raw == hash || item.text == hash) {
            Ok(db.shelf().blobs().get(hash)?)
        } else {
            Err(not_public(claim))
        }
    })
}
