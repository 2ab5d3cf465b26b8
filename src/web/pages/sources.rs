//! Sources: the list, the sheet, the line of time.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::capturing::address;
use crate::desk::seals as seal_deeds;
use crate::desk::sources as deeds;
use crate::desk::{Desk, DeskError, changes};
use crate::domain::change::Interval;
use crate::domain::ids::{ClaimId, EntryIndex, SnapshotId, SourceId};
use crate::domain::person::Deed;
use crate::domain::source::{Credibility, Directness, Grade, Reliability, SourceKind, SourceSheet};
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Name, Origin, Title};
use crate::store::local::captures::{self, Queued, Stage};
use crate::store::snapshots::{self, Taken};
use crate::store::sources::{self as rows, Source};
use crate::store::{Db, changes as change_rows, citations, claims};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::{Problem, sentence};
use super::super::render::{Answer, Frame, page, page_with, see};
use super::super::state::App;
use super::captures::Row as CaptureRow;
use super::seals::Sealing;
use super::view::{ClaimRow, PAGE, SourceLine};

/// How often a source may be looked at again, in days, as the form offers it.
const INTERVALS: [u32; 5] = [1, 2, 7, 30, 90];

#[derive(Deserialize)]
pub(in super::super) struct Place {
    before: Option<SourceId>,
}

#[derive(Template)]
#[template(path = "sources/list.html")]
struct ListPage {
    frame: Frame,
    sources: Vec<SourceLine>,
    next: Option<i64>,
}

#[derive(Template)]
#[template(path = "sources/new.html")]
struct NewPage {
    frame: Frame,
    form: Fields,
    others: Vec<(i64, String)>,
}

/// A snapshot on a source's line of time, with what rests on it.
struct Moment {
    taken: Taken,
    /// Whether it has no text.
    is_unread: bool,
    /// The claims that cite its words.
    claims: Vec<ClaimId>,
    /// What became of words cited from earlier snapshots: outcome and how many.
    outcomes: Vec<(&'static str, usize)>,
    /// The snapshot before it.
    before: Option<SnapshotId>,
}

#[derive(Template)]
#[template(path = "sources/show.html")]
struct ShowPage {
    frame: Frame,
    source: Source,
    line: SourceLine,
    chain: Vec<SourceLine>,
    speaks_for: Vec<SourceLine>,
    line_of_time: Vec<Moment>,
    schedule: Option<u32>,
    /// Where it can be looked at again.
    address: Option<String>,
    captures: Vec<CaptureRow>,
    claims: Vec<ClaimRow>,
    form: Fields,
    others: Vec<(i64, String)>,
    seal: Sealing,
}

pub(in super::super) async fn list(
    app: web::Data<App>,
    me: Visitor,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before;
    let found = app
        .desk(move |desk| desk.read(|db| Ok(rows::list(db, before, PAGE)?)))
        .await?;
    let next = found
        .last()
        .filter(|_| found.len() == PAGE)
        .map(|source| source.id.get());
    let sources = found.iter().map(SourceLine::new).collect();
    page(&ListPage {
        frame: Frame::new(&app, Some(me.0)),
        sources,
        next,
    })
}

pub(in super::super) async fn form(app: web::Data<App>, me: Visitor) -> Answer {
    draw_new(
        &app,
        me,
        Fields::proposed(&[
            ("directness", "primary"),
            ("reliability", "F"),
            ("credibility", "6"),
        ]),
    )
    .await
}

pub(super) async fn draw_new(app: &web::Data<App>, me: Visitor, form: Fields) -> Answer {
    let status = form.status();
    let others = app.desk(others).await?;
    page_with(
        status,
        &NewPage {
            frame: Frame::new(app, Some(me.0)),
            form,
            others,
        },
    )
}

/// The sources that a form offers as the citing one, newest first.
pub(super) fn others(desk: &Desk) -> Result<Vec<(i64, String)>, DeskError> {
    let sources = desk.read(|db| Ok(rows::list(db, None, 500)?))?;
    Ok(sources
        .into_iter()
        .map(|source| (source.id.get(), source.sheet.title.to_string()))
        .collect())
}

pub(in super::super) async fn add(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    if let Some(sheet) = read_sheet(&mut form) {
        let (actor, is_sealed) = (me.0.actor(), form.value("sealed") == "yes");
        let add = if is_sealed {
            seal_deeds::add
        } else {
            deeds::add
        };
        match app.attempt(move |desk| add(desk, actor, sheet)).await? {
            Ok(source) => return see(&format!("/sources/{source}")),
            Err(error @ DeskError::CircularChain) => form.refuse("as_cited_by", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    draw_new(&app, me, form).await
}

pub(super) fn read_sheet(form: &mut Fields) -> Option<SourceSheet> {
    let title = form.parse("title", Title::parse);
    let kind = form.parse("kind", str::parse::<SourceKind>);
    let publisher = form.parse("publisher", Name::parse);
    let author = form.parse("author", Name::parse_optional);
    let published = form.parse_optional("published", PartialDate::parse);
    let directness = form.parse("directness", str::parse::<Directness>);
    let reliability = form.parse("reliability", str::parse::<Reliability>);
    let credibility = form.parse("credibility", str::parse::<Credibility>);
    let origin = form.parse("origin", Origin::parse_optional);
    let url = form.parse("url", Address::parse_optional);
    let as_cited_by = form.parse_optional("as_cited_by", str::parse::<SourceId>);
    if form.is_wrong() {
        return None;
    }
    Some(SourceSheet {
        title: title?,
        kind: kind?,
        publisher: publisher?,
        author: author?,
        published,
        directness: directness?,
        grade: Grade {
            reliability: reliability?,
            credibility: credibility?,
        },
        origin: origin?,
        url: url?,
        as_cited_by,
    })
}

/// Fills the editing form with what is stored.
fn stored(source: &Source) -> Fields {
    let sheet = &source.sheet;
    let text = |value: Option<String>| value.unwrap_or_default();
    Fields::proposed(&[
        ("title", sheet.title.as_str()),
        ("kind", sheet.kind.as_str()),
        ("publisher", sheet.publisher.as_str()),
        (
            "author",
            &text(sheet.author.as_ref().map(ToString::to_string)),
        ),
        (
            "published",
            &text(sheet.published.as_ref().map(ToString::to_string)),
        ),
        ("directness", sheet.directness.as_str()),
        ("reliability", sheet.grade.reliability.as_str()),
        ("credibility", sheet.grade.credibility.as_str()),
        (
            "origin",
            &text(sheet.origin.as_ref().map(ToString::to_string)),
        ),
        ("url", &text(sheet.url.as_ref().map(ToString::to_string))),
        (
            "as_cited_by",
            &text(sheet.as_cited_by.map(|id| id.to_string())),
        ),
    ])
}

pub(in super::super) async fn show(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
) -> Answer {
    draw(&app, me, *source, None).await
}

async fn draw(app: &web::Data<App>, me: Visitor, source: SourceId, form: Option<Fields>) -> Answer {
    let status = if form.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| view(desk, frame, source, form))
        .await?;
    page_with(status, &view)
}

fn view(
    desk: &Desk,
    frame: Frame,
    id: SourceId,
    form: Option<Fields>,
) -> Result<ShowPage, DeskError> {
    let others = others(desk)?;
    desk.read(|db| {
        let source = rows::find(db, id)?.ok_or(DeskError::NoSuch {
            what: "source",
            id: id.get(),
        })?;
        let mut resting: Vec<_> = citations::list_read_in(db, id)?
            .into_iter()
            .map(|cited| cited.citation.claim)
            .collect();
        resting.sort();
        resting.dedup();
        resting.truncate(PAGE);
        let claims = claims::list_named(db, &resting)?
            .into_iter()
            .map(|claim| ClaimRow::new(claim, None))
            .collect();
        Ok(ShowPage {
            frame,
            line: SourceLine::new(&source),
            chain: rows::chain(db, id)?.iter().map(SourceLine::new).collect(),
            speaks_for: rows::list_cited_by(db, id)?
                .iter()
                .map(SourceLine::new)
                .collect(),
            line_of_time: line_of_time(db, id)?,
            schedule: change_rows::schedule(db, id)?.map(Interval::days),
            address: address(db, id)?.map(String::from),
            captures: CaptureRow::all(db, open_captures(db, id)?)?,
            claims,
            form: form.unwrap_or_else(|| stored(&source)),
            seal: Sealing::read(db, id)?,
            others: others
                .into_iter()
                .filter(|(other, _)| *other != id.get())
                .collect(),
            source,
        })
    })
}

/// The newest capture of a source, while it is not done.
fn open_captures(db: &Db<'_>, source: SourceId) -> Result<Vec<Queued>, DeskError> {
    let mut newest = captures::list_of(db, source, 1)?;
    newest.retain(|queued| !matches!(queued.stage, Stage::Done | Stage::Same));
    Ok(newest)
}

/// A source's snapshots, newest first, each with what rests on it.
fn line_of_time(db: &Db<'_>, source: SourceId) -> Result<Vec<Moment>, DeskError> {
    let taken = snapshots::list(db, source, PAGE)?;
    let cited = citations::list_read_in(db, source)?;
    let earlier: Vec<_> = taken
        .iter()
        .skip(1)
        .map(|taken| taken.snapshot.id)
        .collect();
    let mut moments = Vec::new();
    for (at, taken) in taken.into_iter().enumerate() {
        let id = taken.snapshot.id;
        let mut claims: Vec<_> = cited
            .iter()
            .filter(|cited| cited.citation.snapshot == id)
            .map(|cited| cited.citation.claim)
            .collect();
        claims.sort();
        claims.dedup();
        let mut outcomes: BTreeMap<&'static str, usize> = BTreeMap::new();
        for cited in cited.iter().filter(|cited| cited.newer == Some(id)) {
            if let Some(result) = &cited.reanchored {
                *outcomes.entry(result.as_str()).or_default() += 1;
            }
        }
        moments.push(Moment {
            is_unread: taken.unread.is_some() && snapshots::texts(db, id)?.is_empty(),
            claims,
            outcomes: outcomes.into_iter().collect(),
            before: earlier.get(at).copied(),
            taken,
        });
    }
    Ok(moments)
}

impl ShowPage {
    fn is_every(&self, days: &u32) -> bool {
        self.schedule == Some(*days)
    }

    fn may_edit(&self) -> bool {
        self.frame.may(Deed::AddSource) && !self.is_hidden()
    }

    /// Whether the source is sealed, and not for whoever looks.
    fn is_hidden(&self) -> bool {
        let me = self.frame.me.as_ref().map(|me| me.person.id);
        self.seal.hides_from(me)
    }

    /// Whether whoever looks may choose who sees the source.
    fn may_seal(&self) -> bool {
        let me = self.frame.me.as_ref().map(|me| me.person.id);
        self.frame.may(Deed::Seal) || (me.is_some() && me == self.seal.added_by())
    }

    fn may_unseal(&self) -> bool {
        self.frame.may(Deed::Seal)
    }
}

pub(in super::super) async fn schedule(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    mut form: Fields,
) -> Answer {
    let (source, actor) = (*source, me.0.actor());
    let every = form.parse_optional("every", str::parse::<Interval>);
    if let Some(reason) = form.error("every") {
        return Err(Problem::bad_request(reason.to_owned()));
    }
    app.desk(move |desk| changes::schedule(desk, actor, source, every))
        .await?;
    see(&format!("/sources/{source}"))
}

pub(in super::super) async fn revise(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    mut form: Fields,
) -> Answer {
    let source = *source;
    let seen: EntryIndex = form
        .value("seen")
        .parse()
        .map_err(|_| Problem::bad_request("the form does not say what it was drawn from"))?;
    if let Some(sheet) = read_sheet(&mut form) {
        let actor = me.0.actor();
        match app
            .attempt(move |desk| deeds::revise(desk, actor, (source, seen), sheet))
            .await?
        {
            Ok(()) => return see(&format!("/sources/{source}")),
            Err(error @ DeskError::CircularChain) => form.refuse("as_cited_by", sentence(&error)),
            Err(error @ DeskError::SourceConflict { .. }) => form.refuse("title", sentence(&error)),
            Err(error) => return Err(Problem::from(error)),
        }
    }
    draw(&app, me, source, Some(form)).await
}
