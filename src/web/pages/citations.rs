//! Citing: choose a snapshot, give the quote, see it in its context, save.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::citations::{self as deeds, NewCitation};
use crate::desk::{Desk, DeskError};
use crate::domain::citation::{FoundBy, Stance};
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId, TextId};
use crate::domain::snapshot::DerivedText;
use crate::domain::span::CharSpan;
use crate::domain::words::Title;
use crate::store::{Db, claims, snapshots, sources};
use crate::text::anchor::{self, Located, NotLocated};
use crate::text::diff::{self, Change};
use crate::text::find::candidates;
use crate::text::normalise::normalise;
use crate::text::selector;

use super::super::auth::Visitor;
use super::super::dates::written;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, page_with, see};
use super::super::state::App;
use super::claims::Paths;
use super::view::shown;

/// How many sources the first step offers; the search finds the others.
const OFFERED: usize = 200;
/// And how many snapshots of each.
const OF_EACH: usize = 5;

/// How many similar places are shown.
const SUGGESTED: usize = 5;

/// A place in a text, shown with what stands around it.
struct PlaceView {
    text: TextId,
    /// Which view of the document it is, where that is not the main text.
    view: Option<&'static str>,
    /// How alike the words are, in hundredths, where they are not the same.
    alike: u32,
    start: u64,
    before: String,
    quote: String,
    after: String,
    /// How the words differ from those that were looked for.
    changes: Vec<Change>,
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
    paths: Paths,
    form: Fields,
    /// What can be cited, while nothing is chosen yet.
    offered: Vec<Readable>,
    chosen: Option<Readable>,
    /// Whose word it may be: the snapshot's source and those it speaks for.
    speakers: Vec<(i64, String)>,
    found: Option<(PlaceView, FoundBy)>,
    places: Vec<PlaceView>,
    similar: Vec<PlaceView>,
}

#[derive(Deserialize)]
pub(in super::super) struct Chosen {
    #[serde(default)]
    claim: String,
    #[serde(default)]
    snapshot: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    quote: String,
    #[serde(default)]
    near: String,
    #[serde(default)]
    from: String,
}

/// From the reader to the citing page of a claim.
pub(in super::super) async fn choose(_: Visitor, chosen: web::Query<Chosen>) -> Answer {
    let Ok(claim) = chosen.claim.trim().parse::<ClaimId>() else {
        return Err(Problem::bad_request(
            "Give the number of the claim that the words are cited for; the list of claims shows it.",
        ));
    };
    if chosen.quote.trim().is_empty() {
        return Err(Problem::bad_request(
            "Select the words in the text, or paste them, before you look for them.",
        ));
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("snapshot", &chosen.snapshot)
        .append_pair("text", &chosen.text)
        .append_pair("near", &chosen.near)
        .append_pair("quote", &chosen.quote)
        .finish();
    see(&format!("/claims/{claim}/citations/new?{query}"))
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    chosen: web::Query<Chosen>,
) -> Answer {
    let mut form = Fields::proposed(&[
        ("snapshot", &chosen.snapshot),
        ("text", &chosen.text),
        ("quote", &chosen.quote),
        ("near", &chosen.near),
        ("from", &chosen.from),
    ]);
    let claim = *claim;
    if chosen.quote.is_empty() {
        return draw(&app, me, claim, form, None).await;
    }
    let Some(new) = read(claim, &mut form) else {
        return draw(&app, me, claim, form, None).await;
    };
    look_up(&app, me, (new, form)).await
}

/// Finds the words and draws the page with their place, their places or what
/// is like them.
async fn look_up(
    app: &web::Data<App>,
    me: Visitor,
    (new, mut form): (NewCitation, Fields),
) -> Answer {
    let claim = new.claim;
    let found = app
        .attempt(move |desk| desk.read(|db| deeds::find(db, &new)))
        .await?;
    if let Err(error) = &found {
        form.refuse("quote", sentence(error));
    }
    draw(app, me, claim, form, Some(found)).await
}

type Found = Result<deeds::Found, DeskError>;

async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    form: Fields,
    found: Option<Found>,
) -> Answer {
    let status = form.status();
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
            paths: Paths::after(claim.id, &form),
            claim,
            offered: Vec::new(),
            chosen: None,
            speakers: Vec::new(),
            found: None,
            places: Vec::new(),
            similar: Vec::new(),
            form,
        };
        let Ok(id) = page.form.value("snapshot").parse::<SnapshotId>() else {
            page.offered = offered(db)?;
            return Ok(page);
        };
        let (taken, texts) = deeds::views(db, id)?;
        let source = sources::get(db, taken.snapshot.source)?;
        page.speakers = std::iter::once(source.clone())
            .chain(sources::list_cited_by(db, source.id)?)
            .map(|source| (source.id.get(), source.sheet.title.to_string()))
            .collect();
        page.chosen = Some(readable(&source.sheet.title, taken));
        match found {
            Some(Ok(found)) => {
                let view = place(db, (&found.text, &texts), (found.place.span, 1_000))?;
                page.found = view.map(|view| (view, found.place.found));
            }
            Some(Err(DeskError::NotLocated(NotLocated::Ambiguous { places }))) => {
                let text = holder(db, &texts, (&page.form, &places))?;
                for found in places {
                    page.places
                        .extend(place(db, (text, &texts), (found.span, 1_000))?);
                }
            }
            Some(Err(DeskError::NotLocated(NotLocated::Nowhere { .. }))) => {
                page.similar = similar(db, &texts, &page.form)?;
            }
            _ => {}
        }
        Ok(page)
    })
}

/// The newest snapshots of the newest sources.
fn offered(db: &Db<'_>) -> Result<Vec<Readable>, DeskError> {
    let sources = sources::list(db, None, OFFERED)?;
    let titles: BTreeMap<SourceId, Title> = sources
        .into_iter()
        .map(|source| (source.id, source.sheet.title))
        .collect();
    let newest_first: Vec<SourceId> = titles.keys().rev().copied().collect();
    let taken = snapshots::newest_of_each(db, &newest_first, OF_EACH)?.into_iter();
    let titled = taken.filter_map(|taken| {
        let title = titles.get(&taken.snapshot.source)?;
        Some(readable(title, taken))
    });
    Ok(titled.collect())
}

/// The text in which words stand at several places: the one that was named, or
/// else the first in which they stand there.
fn holder<'t>(
    db: &Db<'_>,
    texts: &'t [DerivedText],
    (form, places): (&Fields, &[Located]),
) -> Result<&'t DerivedText, DeskError> {
    let chosen = form.value("text").parse::<TextId>().ok();
    let (named, others): (Vec<_>, Vec<_>) = texts.iter().partition(|text| Some(text.id) == chosen);
    let quote = normalise(form.value("quote"));
    for text in named.into_iter().chain(others) {
        let shelved = db.shelf().text(text.hash)?;
        let found = anchor::places(shelved.as_str(), shelved.offsets(), quote.trim());
        if found.first() == places.first() {
            return Ok(text);
        }
    }
    Ok(&texts[0])
}

/// The places in a snapshot's texts whose words are most like a quote.
fn similar(db: &Db<'_>, texts: &[DerivedText], form: &Fields) -> Result<Vec<PlaceView>, DeskError> {
    let (quote, near) = (form.value("quote"), form.value("near").parse().ok());
    let mut views: Vec<PlaceView> = Vec::new();
    for text in texts {
        let shelved = db.shelf().text(text.hash)?;
        for candidate in candidates(shelved.as_str(), shelved.offsets(), quote, near) {
            let mut view = place(db, (text, texts), (candidate.span, candidate.score))?;
            if let Some(view) = &mut view {
                view.changes = diff::words(quote, &view.quote);
            }
            // The same words in another view of the same page are no news.
            views.extend(view.filter(|view| views.iter().all(|known| known.quote != view.quote)));
        }
    }
    views.sort_by_key(|view| std::cmp::Reverse(view.alike));
    views.truncate(SUGGESTED);
    Ok(views)
}

fn place(
    db: &Db<'_>,
    (text, texts): (&DerivedText, &[DerivedText]),
    (span, score): (CharSpan, u32),
) -> Result<Option<PlaceView>, DeskError> {
    let shelved = db.shelf().text(text.hash)?;
    let around = selector::around(shelved.as_str(), shelved.offsets(), span, 160);
    let is_main = texts.first().is_some_and(|main| main.id == text.id);
    Ok(around
        .zip(shelved.slice(span))
        .map(|((before, after), quote)| PlaceView {
            text: text.id,
            view: text.view().filter(|_| !is_main),
            alike: score / 10,
            start: span.start(),
            before: shown(before),
            quote: quote.to_owned(),
            after: shown(after),
            changes: Vec::new(),
        }))
}

fn readable(title: &Title, taken: snapshots::Taken) -> Readable {
    Readable {
        id: taken.snapshot.id.get(),
        title: title.to_string(),
        taken: written(taken.at),
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
        return see(&evidence(claim, &form));
    }
    look_up(&app, me, (new, form)).await
}

/// Saves a citation; `false` says that the form has to be drawn again.
async fn save(
    app: &web::Data<App>,
    me: &Visitor,
    new: &NewCitation,
    form: &mut Fields,
) -> Result<bool, Problem> {
    if form.value("stance").is_empty() {
        form.refuse("stance", "Choose what the words do to the claim.");
        return Ok(false);
    }
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
    // Words are looked up before anybody says what they do to the claim;
    // nothing is saved until somebody does.
    let stance = form.parse_optional("stance", str::parse::<Stance>);
    let source = form.parse_optional("source", str::parse::<SourceId>);
    let near = form.value("near").parse().ok();
    let text = form.value("text").parse().ok();
    let quote = form.value("quote").to_owned();
    if form.is_wrong() {
        return None;
    }
    Some(NewCitation {
        claim,
        source,
        snapshot: snapshot?,
        text,
        quote,
        near,
        stance: stance.unwrap_or(Stance::Context),
    })
}

pub(in super::super) async fn remove(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, CitationId)>,
    form: Fields,
) -> Answer {
    let (claim, citation) = path.into_inner();
    let actor = me.0.actor();
    app.desk(move |desk| deeds::remove(desk, actor, claim, citation))
        .await?;
    see(&evidence(claim, &form))
}

/// The claim's page, where it lists what is cited.
fn evidence(claim: ClaimId, form: &Fields) -> String {
    format!("{}#evidence", Paths::after(claim, form).claim(&claim))
}
