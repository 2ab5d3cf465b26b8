//! Snapshots: taking one, reading one in each of its texts, fetching its bytes.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::capturing;
use crate::desk::erasures::still_there;
use crate::desk::snapshots::{self as deeds, NewSnapshot};
use crate::desk::{DeskError, citations::views};
use crate::domain::ids::{ClaimId, EntryIndex, SnapshotId, SourceId, TextId};
use crate::domain::person::Deed;
use crate::domain::snapshot::{CaptureMethod, DerivedText};
use crate::domain::span::CharSpan;
use crate::domain::words::{Address, FileName, Notice};
use crate::store::claims::Filter;
use crate::store::snapshots::{self as rows, Taken};
use crate::store::{Db, citations, claims, erasures, people, sources, veil};
use crate::text::page;

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{self, Answer, Frame, page_with, see};
use super::super::state::App;
use super::super::turns::in_pieces;
use super::found;
use super::lit::{Block, Light, blocks};
use super::view::{PieceLink, SourceLine};

/// How many claims the citing form proposes.
const CLAIMS_PROPOSED: usize = 100;

/// How many pages of a document are linked one by one.
const PAGES_LINKED: usize = 2_000;

#[derive(Template)]
#[template(path = "snapshots/new.html")]
struct NewPage {
    frame: Frame,
    source: SourceLine,
    url: String,
    form: Fields,
}

#[derive(Template)]
#[template(path = "snapshots/show.html")]
struct ShowPage {
    frame: Frame,
    taken: Taken,
    /// The texts; none when it cannot be read.
    texts: Vec<DerivedText>,
    /// The one that is shown.
    text: Option<DerivedText>,
    source: SourceLine,
    by: String,
    /// The text with its cited words lit.
    blocks: Vec<Block>,
    cited: usize,
    /// The names of its pages, where it is a PDF.
    pages: Vec<String>,
    /// The newest claims, which the form proposes.
    claims: Vec<(ClaimId, String)>,
    /// The snapshot of the source before this one.
    before: Option<SnapshotId>,
    /// The entry that erased its bytes or the text that is shown.
    erased: Option<EntryIndex>,
    /// Whether its source is sealed, so that nothing of it leaves in a file.
    is_sealed: bool,
}

impl ShowPage {
    fn may_cite(&self) -> bool {
        self.frame.may(Deed::Cite)
    }

    fn may_add(&self) -> bool {
        self.frame.may(Deed::AddSource)
    }

    fn may_erase(&self) -> bool {
        self.frame.may(Deed::Erase)
    }

    fn is_shown(&self, text: &TextId) -> bool {
        self.text.as_ref().is_some_and(|shown| shown.id == *text)
    }
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
) -> Answer {
    draw(&app, me, *source, Fields::default()).await
}

async fn draw(app: &web::Data<App>, me: Visitor, source: SourceId, form: Fields) -> Answer {
    let status = form.status();
    let found = app
        .desk(move |desk| desk.read(|db| Ok(sources::find(db, source)?)))
        .await?;
    let found = found.ok_or_else(Problem::not_found)?;
    let url = found.sheet.url.as_ref().map(ToString::to_string);
    page_with(
        status,
        &NewPage {
            frame: Frame::new(app, Some(me.0)),
            source: SourceLine::new(&found),
            url: url.unwrap_or_default(),
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
            Err(error @ (DeskError::Unreadable(_) | DeskError::Unclean(_))) => {
                form.refuse("text", sentence(&error));
            }
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
            response: None,
        },
        None => NewSnapshot {
            source,
            bytes: form.value("text").as_bytes().to_vec(),
            declared: Some("text/plain".to_owned()),
            how: CaptureMethod::Pasted,
            url,
            file_name: None,
            notice,
            response: None,
        },
    })
}

#[derive(Deserialize)]
pub(in super::super) struct Shown {
    text: Option<TextId>,
    /// The places that are lit, beside what is cited.
    #[serde(default)]
    lit: String,
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
    shown: web::Query<Shown>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let (text, found) = (shown.text, found::from_address(&shown.lit));
    let view = app
        .desk(move |desk| desk.read(|db| view(db, frame, *snapshot, (text, &found))))
        .await?;
    render::page(&view)
}

/// A snapshot with its texts; without any when it cannot be read.
fn with_texts(db: &Db<'_>, id: SnapshotId) -> Result<(Taken, Vec<DerivedText>), DeskError> {
    match views(db, id) {
        Err(DeskError::Unread(_)) => Ok((rows::get(db, id)?, Vec::new())),
        other => other,
    }
}

fn view(
    db: &Db<'_>,
    frame: Frame,
    id: SnapshotId,
    (shown, found): (Option<TextId>, &[CharSpan]),
) -> Result<ShowPage, DeskError> {
    let (taken, texts) = with_texts(db, id)?;
    let text = texts
        .iter()
        .find(|text| shown.is_none_or(|shown| shown == text.id))
        .cloned();
    if let (Some(shown), None) = (shown, &text) {
        return Err(DeskError::NoSuch {
            what: "text",
            id: shown.get(),
        });
    }
    let source = sources::get(db, taken.snapshot.source)?;
    let cited = citations::list_in_snapshot(db, id)?;
    let by = match taken.by {
        Some(person) => people::get(db, person)?.name,
        None => "the desk".to_owned(),
    };
    let blocks = match &text {
        Some(text) => lit_blocks(db, text, (&cited, found))?,
        None => Vec::new(),
    };
    let claims = match frame.may(Deed::Cite) {
        true => claims::list(db, &Filter::default(), None, CLAIMS_PROPOSED)?,
        false => Vec::new(),
    };
    Ok(ShowPage {
        frame,
        claims: claims
            .into_iter()
            .map(|claim| (claim.id, claim.statement))
            .collect(),
        source: SourceLine::new(&source),
        by,
        cited: cited.len(),
        pages: page_names(db, &taken, text.as_ref())?,
        before: rows::before(db, &taken.snapshot)?,
        erased: erased(db, &taken, text.as_ref())?,
        is_sealed: veil::sealed_by(db, taken.snapshot.source)?.is_some(),
        blocks,
        taken,
        texts,
        text,
    })
}

/// The entry that erased a snapshot's bytes or one of its texts.
fn erased(
    db: &Db<'_>,
    taken: &Taken,
    text: Option<&DerivedText>,
) -> Result<Option<EntryIndex>, DeskError> {
    let mut hashes = text
        .map(|text| text.hash)
        .into_iter()
        .chain([taken.snapshot.raw]);
    hashes.try_fold(None, |found, hash| {
        let gone = erasures::of_blob(db, hash)?;
        Ok(found.or(gone.map(|gone| gone.erased)))
    })
}

fn lit_blocks(
    db: &Db<'_>,
    text: &DerivedText,
    (cited, found): (&[citations::Cited], &[CharSpan]),
) -> Result<Vec<Block>, DeskError> {
    let shelved = db.shelf().text(text.hash)?;
    let (whole, index) = (shelved.as_str(), shelved.offsets());
    let cited = cited
        .iter()
        .map(|cited| &cited.citation)
        .filter(|citation| citation.text == text.id)
        .filter_map(|citation| {
            let lit = (citation.passage.span, PieceLink::new(citation));
            let light = Light::cited(whole, index, lit)?;
            Some(light.called(format!("citation-{}", citation.id)))
        });
    let found = found
        .iter()
        .filter_map(|place| Light::own(whole, index, *place));
    let found = found.enumerate().map(|(at, light)| match at {
        0 => light.called("found".to_owned()),
        _ => light,
    });
    let lights: Vec<Light> = cited.chain(found).collect();
    Ok(blocks(whole, &lights))
}

/// The pages of a PDF by what is printed on them, or by number.
fn page_names(
    db: &Db<'_>,
    taken: &Taken,
    text: Option<&DerivedText>,
) -> Result<Vec<String>, DeskError> {
    let Some(text) = text.filter(|_| taken.snapshot.media_type == "application/pdf") else {
        return Ok(Vec::new());
    };
    let shelved = db.shelf().text(text.hash)?;
    let count = page::count(shelved.as_str()).min(PAGES_LINKED);
    let labels = rows::locators(db, text.id)?;
    let labels = labels.filter(|labels| labels.marks.len() >= count);
    Ok((0..count)
        .map(|at| match &labels {
            Some(labels) => labels.marks[at].label.clone(),
            None => (at + 1).to_string(),
        })
        .collect())
}

/// Bytes of a stranger never run here: always an attachment, never HTML.
pub(super) fn attachment(name: &str, media_type: &'static str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ));
    answer
}

pub(in super::super) async fn raw(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let read = app.fetched(&request, move |desk| {
        desk.read(|db| {
            let (taken, _) = with_texts(db, *snapshot)?;
            Ok(db.shelf().blobs().get(taken.snapshot.raw)?)
        })
    });
    let (bytes, held) = read.await?;
    let length = bytes.len() as u64;
    let mut answer = attachment("snapshot.bin", "application/octet-stream");
    Ok(answer.no_chunking(length).streaming(in_pieces(bytes, held)))
}

pub(in super::super) async fn text(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    (snapshot, shown): (web::Path<SnapshotId>, web::Query<Shown>),
) -> Answer {
    let shown = shown.text;
    let read = app.fetched(&request, move |desk| {
        desk.read(|db| {
            let text = chosen(db, *snapshot, shown)?;
            still_there(db, text.hash)?;
            Ok(db.shelf().text(text.hash)?.as_str().as_bytes().to_vec())
        })
    });
    let (bytes, held) = read.await?;
    let length = bytes.len() as u64;
    let mut answer = attachment("snapshot.txt", "text/plain; charset=utf-8");
    Ok(answer.no_chunking(length).streaming(in_pieces(bytes, held)))
}

fn chosen(
    db: &Db<'_>,
    snapshot: SnapshotId,
    shown: Option<TextId>,
) -> Result<DerivedText, DeskError> {
    let (_, texts) = views(db, snapshot)?;
    let found = texts
        .into_iter()
        .find(|text| shown.is_none_or(|shown| shown == text.id));
    found.ok_or(DeskError::NoSuch {
        what: "text",
        id: shown.map_or(0, TextId::get),
    })
}

/// Derives texts from a snapshot's bytes with today's extractors.
pub(in super::super) async fn read_again(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
    _: Fields,
) -> Answer {
    let (snapshot, actor) = (*snapshot, me.0.actor());
    app.desk(move |desk| deeds::read_again(desk, actor, snapshot))
        .await?;
    see(&format!("/snapshots/{snapshot}"))
}

/// Asks an archive to keep a copy of the page.
pub(in super::super) async fn archive(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
    _: Fields,
) -> Answer {
    let (snapshot, actor) = (*snapshot, me.0.actor());
    let id = app
        .desk(move |desk| capturing::archive(desk, actor, snapshot))
        .await?;
    see(&format!("/captures/{id}"))
}
