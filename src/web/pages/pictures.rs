//! Pages of a PDF as pictures, with the cited words marked where they stand.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::capture::PagePicture;
use crate::desk::citations::readable;
use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, SnapshotId};
use crate::store::{Db, citations, snapshots, sources};
use crate::text::page as paging;

use super::super::auth::Visitor;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::view::SourceLine;

/// How wide a page is drawn, in pixels.
const WIDTH: u32 = 1_200;

/// A page's picture in memory, by the bytes that it was drawn from, the page
/// and the words that are marked on it.
pub(in super::super) type PictureKey = (ContentHash, u32, Option<String>);

#[derive(Deserialize)]
pub(in super::super) struct Marked {
    citation: Option<CitationId>,
}

#[derive(Template)]
#[template(path = "snapshots/page.html")]
struct PagePage {
    frame: Frame,
    snapshot: SnapshotId,
    source: SourceLine,
    page: u32,
    label: Option<String>,
    count: u32,
    citation: Option<CitationId>,
    quote: Option<String>,
    marks: Vec<Rect>,
    /// The height of the picture, where its width is 1,000.
    height: u32,
    /// Why there is no picture.
    trouble: Option<String>,
    text: String,
}

/// A marked place on a picture that is 1,000 wide.
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// What a picture that is 1,000 wide shows beside the page itself.
pub(super) struct Drawn {
    pub(super) height: u32,
    pub(super) marks: Vec<Rect>,
}

/// Draws a page, to know its height and where words stand on it.
pub(super) fn marked(
    desk: &Desk,
    pictures: &Pictures,
    (raw, page, quote): PictureKey,
) -> Result<Drawn, DeskError> {
    let picture = draw(desk, pictures, Wanted { raw, page, quote })?;
    let height = 1_000 * picture.height / picture.width.max(1);
    Ok(Drawn {
        height,
        marks: rects(&picture, height),
    })
}

/// The marks of a picture, scaled to a width of 1,000.
pub(super) fn rects(picture: &PagePicture, height: u32) -> Vec<Rect> {
    let down = |thousandths: u16| u32::from(thousandths) * height / 1_000;
    let rects = picture.marks.iter().map(|mark| Rect {
        x: mark.left.into(),
        y: down(mark.top),
        width: mark.width.into(),
        height: down(mark.height),
    });
    rects.collect()
}

/// What a page is drawn from.
pub(super) struct Wanted {
    pub(super) raw: ContentHash,
    pub(super) page: u32,
    pub(super) quote: Option<String>,
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(SnapshotId, u32)>,
    marked: web::Query<Marked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let (place, citation) = (path.into_inner(), marked.citation);
    let pictures = Arc::clone(app.pictures());
    let view = app
        .drawn(move |desk| drawn(desk, &pictures, view(desk, frame, place, citation)?))
        .await?;
    page(&view)
}

/// A page with its picture measured and marked, or with why there is none.
fn drawn(
    desk: &Desk,
    pictures: &Pictures,
    (mut view, wanted): (PagePage, Wanted),
) -> Result<PagePage, DeskError> {
    match marked(desk, pictures, (wanted.raw, wanted.page, wanted.quote)) {
        Ok(drawn) => (view.height, view.marks) = (drawn.height, drawn.marks),
        Err(DeskError::Unreadable(why)) => view.trouble = Some(why.to_string()),
        Err(error) => return Err(error),
    }
    Ok(view)
}

fn view(
    desk: &Desk,
    frame: Frame,
    (snapshot, number): (SnapshotId, u32),
    citation: Option<CitationId>,
) -> Result<(PagePage, Wanted), DeskError> {
    desk.read(|db| {
        let (taken, text) = readable(db, snapshot)?;
        let shelved = db.shelf().text(text.hash)?;
        let whole = shelved.as_str();
        let no_page = DeskError::NoSuch {
            what: "page",
            id: number.into(),
        };
        if taken.snapshot.media_type != "application/pdf" {
            return Err(no_page);
        }
        let span = paging::span(whole, number).ok_or(no_page)?;
        let cited = cited_words(db, snapshot, citation)?;
        let chars = shelved.offsets().char_span(whole, span);
        let labels = snapshots::locators(db, text.id)?;
        let label = labels
            .zip(chars)
            .and_then(|(labels, chars)| Some(labels.of(chars)?.0.to_owned()));
        let page = PagePage {
            frame,
            snapshot,
            source: SourceLine::new(&sources::get(db, taken.snapshot.source)?),
            page: number,
            label,
            count: paging::count(whole) as u32,
            citation,
            quote: cited.clone(),
            marks: Vec::new(),
            height: 0,
            trouble: None,
            text: whole[span.start..span.end].to_owned(),
        };
        let wanted = Wanted {
            raw: taken.snapshot.raw,
            page: number,
            quote: cited,
        };
        Ok((page, wanted))
    })
}

/// Draws a page, or takes it from memory: pages are looked at again and again.
pub(super) fn draw(
    desk: &Desk,
    pictures: &Pictures,
    wanted: Wanted,
) -> Result<Arc<PagePicture>, DeskError> {
    let key = (wanted.raw, wanted.page, wanted.quote);
    // What is in memory was drawn for somebody who might see it.
    desk.read(|db| Ok(db.shelf().blobs().readable(key.0)?))?;
    // Whoever asks for the same page meanwhile waits for this one.
    pictures.get_or_insert_with(&key, || {
        let bytes = desk.store().shelf().blobs().get(key.0)?;
        let quote = key.2.as_deref();
        let drawn = desk.reading().picture(&bytes, key.1, quote, WIDTH)?;
        Ok(Arc::new(drawn))
    })
}

/// Pictures that were drawn lately.
pub(in super::super) type Pictures = quick_cache::sync::Cache<PictureKey, Arc<PagePicture>>;

pub(in super::super) async fn picture(
    app: web::Data<App>,
    _: Visitor,
    path: web::Path<(SnapshotId, u32)>,
    marked: web::Query<Marked>,
) -> Answer {
    let ((snapshot, page), citation) = (path.into_inner(), marked.citation);
    let pictures = Arc::clone(app.pictures());
    let drawn = app.drawn(move |desk| png(desk, &pictures, (snapshot, page), citation));
    let png = drawn.await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/png"))
        .insert_header((CACHE_CONTROL, "private, max-age=86400, immutable"))
        .body(png))
}

/// A page of a snapshot as PNG, with the words of a citation marked on it.
pub(in super::super) fn png(
    desk: &Desk,
    pictures: &Pictures,
    page: (SnapshotId, u32),
    citation: Option<CitationId>,
) -> Result<Vec<u8>, DeskError> {
    let wanted = wanted(desk, page, citation)?;
    Ok(draw(desk, pictures, wanted)?.png.clone())
}

fn wanted(
    desk: &Desk,
    (snapshot, page): (SnapshotId, u32),
    citation: Option<CitationId>,
) -> Result<Wanted, DeskError> {
    desk.read(|db| {
        let taken = snapshots::find(db, snapshot)?.ok_or(DeskError::NoSuch {
            what: "snapshot",
            id: snapshot.get(),
        })?;
        Ok(Wanted {
            raw: taken.snapshot.raw,
            page,
            quote: cited_words(db, snapshot, citation)?,
        })
    })
}

/// The words of a citation, if it stands in this snapshot.
fn cited_words(
    db: &Db<'_>,
    snapshot: SnapshotId,
    citation: Option<CitationId>,
) -> Result<Option<String>, DeskError> {
    let Some(id) = citation else {
        return Ok(None);
    };
    let found = citations::find(db, id)?.filter(|cited| cited.citation.snapshot == snapshot);
    Ok(found.map(|cited| cited.citation.passage.quote))
}
