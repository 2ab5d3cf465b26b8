//! Citing: choose a snapshot, give the quote, see it in its context, save.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::citations::{self as deeds, NewCitation};
use crate::desk::{Desk, DeskError};
use crate::domain::citation::{FoundBy, Stance};
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId};
use crate::domain::span::CharSpan;
use crate::store::{claims, snapshots, sources};
use crate::text::anchor::NotLocated;
use crate::text::selector;

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, page_with, see};
use super::super::state::App;

/// How many sources the first step offers; the search finds the others.
const OFFERED: usize = 200;

/// A place in a text, shown with what stands around it.
struct PlaceView {
    start: u64,
    before: String,
    quote: String,
    after: String,
}

/// A snapshot that can be cited.
struct Readable {
    id: i64,
    title: String,
    taken: String,
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "citations/new.html")]
struct CitePage {
    frame: Frame,
    claim: claims::Claim,
    form: Fields,
    /// What can be cited, while nothing is chosen yet.
    offered: Vec<Readable>,
    chosen: Option<Readable>,
    /// Whose word it may be: the snapshot's source and those it speaks for.
    speakers: Vec<(i64, String)>,
    found: Option<(PlaceView, FoundBy)>,
    places: Vec<PlaceView>,
    similar: Option<PlaceView>,
}

#[derive(Deserialize)]
pub(in super::super) struct Chosen {
    #[serde(default)]
    snapshot: String,
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    chosen: web::Query<Chosen>,
) -> Answer {
    let form = Fields::proposed(&[("snapshot", &chosen.snapshot), ("stance", "supports")]);
    draw(&app, me, *claim, form, None).await
}

type Found = Result<deeds::Found, DeskError>;

async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    form: Fields,
    found: Option<Found>,
) -> Answer {
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| view(desk, frame, claim, (form, found)))
        .await?;
    page_with(status, &view)
}

fn view(
    desk: &Desk,
    frame: Frame,
    claim: ClaimId,
    (form, found): (Fields, Option<Found>),
) -> Result<CitePage, DeskError> {
    desk.read(|db| {
        let claim = claims::find(db, claim)?.ok_or(DeskError::NoSuch {
            what: "claim",
            id: claim.get(),
        })?;
        let mut page = CitePage {
            frame,
            claim,
            offered: Vec::new(),
            chosen: None,
            speakers: Vec::new(),
            found: None,
            places: Vec::new(),
            similar: None,
            form,
        };
        let Ok(id) = page.form.value("snapshot").parse::<SnapshotId>() else {
            for source in sources::list(db, None, OFFERED)? {
                for taken in snapshots::list(db, source.id, 5)? {
                    page.offered.push(readable(&source.sheet.title, taken));
                }
            }
            return Ok(page);
        };
        let (taken, text) = deeds::readable(db, id)?;
        let source = sources::get(db, taken.snapshot.source)?;
        page.speakers = std::iter::once(source.clone())
            .chain(sources::list_cited_by(db, source.id)?)
            .map(|source| (source.id.get(), source.sheet.title.to_string()))
            .collect();
        page.chosen = Some(readable(&source.sheet.title, taken));
        let shelved = db.shelf().text(text.hash)?;
        let place = |span: CharSpan| place_view(&shelved, span);
        match found {
            Some(Ok(found)) => {
                page.found = place(found.place.span).map(|view| (view, found.place.found));
            }
            Some(Err(DeskError::NotLocated(NotLocated::Ambiguous { places }))) => {
                page.places = places
                    .iter()
                    .filter_map(|found| place(found.span))
                    .collect();
            }
            Some(Err(DeskError::NotLocated(NotLocated::Nowhere { nearest }))) => {
                page.similar = nearest.and_then(place);
            }
            _ => {}
        }
        Ok(page)
    })
}

fn place_view(text: &crate::store::shelf::ShelvedText, span: CharSpan) -> Option<PlaceView> {
    let (before, after) = selector::around(text.as_str(), text.offsets(), span, 160)?;
    Some(PlaceView {
        start: span.start(),
        before: before.to_owned(),
        quote: text.slice(span)?.to_owned(),
        after: after.to_owned(),
    })
}

fn readable(title: &crate::domain::words::Title, taken: snapshots::Taken) -> Readable {
    Readable {
        id: taken.snapshot.id.get(),
        title: title.to_string(),
        taken: taken.at.in_words(),
        notice: taken.snapshot.notice.map(String::from),
    }
}

pub(in super::super) async fn make(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let claim = *claim;
    let Some(new) = read(claim, &mut form) else {
        return draw(&app, me, claim, form, None).await;
    };
    if form.value("step") == "save" && save(&app, &me, &new, &mut form).await? {
        return see(&format!("/claims/{claim}"));
    }
    let found = app
        .attempt(move |desk| desk.read(|db| deeds::find(db, &new)))
        .await?;
    if let Err(error) = &found {
        form.refuse("quote", sentence(error));
    }
    draw(&app, me, claim, form, Some(found)).await
}

/// Saves a citation; `false` says that the form has to be drawn again.
async fn save(
    app: &web::Data<App>,
    me: &Visitor,
    new: &NewCitation,
    form: &mut Fields,
) -> Result<bool, Problem> {
    let (actor, new) = (me.0.actor(), new.clone());
    let made = app
        .attempt(move |desk| deeds::make(desk, actor, new))
        .await?;
    match made {
        Ok(_) => return Ok(true),
        Err(DeskError::NotLocated(_)) => {}
        Err(error @ (DeskError::OwnArticle | DeskError::NotSpokenFor(_))) => {
            form.refuse("stance", sentence(&error));
        }
        Err(error) => return Err(Problem::from(error)),
    }
    Ok(false)
}

fn read(claim: ClaimId, form: &mut Fields) -> Option<NewCitation> {
    let snapshot = form.parse("snapshot", str::parse::<SnapshotId>);
    let stance = form.parse("stance", str::parse::<Stance>);
    let source = form.parse_optional("source", str::parse::<SourceId>);
    let near = form.value("near").parse().ok();
    let quote = form.value("quote").to_owned();
    if form.is_wrong() {
        return None;
    }
    Some(NewCitation {
        claim,
        source,
        snapshot: snapshot?,
        quote,
        near,
        stance: stance?,
    })
}

pub(in super::super) async fn remove(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, CitationId)>,
    _: Fields,
) -> Answer {
    let (claim, citation) = path.into_inner();
    let actor = me.0.actor();
    app.desk(move |desk| deeds::remove(desk, actor, claim, citation))
        .await?;
    see(&format!("/claims/{claim}"))
}
