//! One erasure: what goes and what stays, and the decision of a second admin.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;

use crate::desk::erasures as deeds;
use crate::desk::{Desk, DeskError};
use crate::domain::erasure::Erasure;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::Deed;
use crate::domain::redaction::ErasureMark;
use crate::domain::words::Note;
use crate::store::erasures::{self as rows, Asked, Stage};
use crate::store::{Db, people};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::Problem;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;

/// How many entries that repeat the words are told.
const REPEATED: usize = 50;

#[derive(Template)]
#[template(path = "erasures/show.html")]
struct ShowPage {
    frame: Frame,
    form: Fields,
    found: Asked,
    /// The entries whose bodies went.
    holes: Vec<EntryIndex>,
    /// What was asked for and stays.
    kept: Vec<ContentHash>,
    /// Whether the desk's files are still to be swept of it.
    waits: bool,
    /// Entries that repeat the words and were not asked for.
    repeated: Vec<EntryIndex>,
    /// Why it could not be done now.
    trouble: Option<String>,
    names: BTreeMap<PersonId, String>,
}

impl ShowPage {
    fn badge(&self) -> &'static str {
        super::badge(self.found.stage)
    }

    fn is_open(&self) -> bool {
        self.found.stage == Stage::Asked
    }

    fn is_mine(&self) -> bool {
        let me = self.frame.me.as_ref();
        me.is_some_and(|me| me.person.id == self.found.by)
    }

    fn name(&self, person: &PersonId) -> &str {
        self.names.get(person).map_or("somebody", String::as_str)
    }
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Path<u64>,
) -> Answer {
    draw(&app, me, EntryIndex::new(*asked), Fields::default()).await
}

async fn draw(app: &web::Data<App>, me: Visitor, asked: EntryIndex, form: Fields) -> Answer {
    let status = form.status();
    let frame = Frame::new(app, Some(me.0));
    let view = app.desk(move |desk| view(desk, frame, asked, form)).await?;
    page_with(status, &view)
}

fn view(desk: &Desk, frame: Frame, asked: EntryIndex, form: Fields) -> Result<ShowPage, DeskError> {
    let now = desk.now();
    desk.read(|db| {
        let found = deeds::get(db, asked)?;
        if found.stage != Stage::Done && !frame.may(Deed::Erase) {
            return Err(DeskError::NotAllowed { deed: Deed::Erase });
        }
        let mark = ErasureMark::new(now, asked);
        let (kept, repeated, trouble) = match found.stage {
            Stage::Asked => ahead(db, &found, &mark)?,
            _ => (found.kept.clone(), Vec::new(), None),
        };
        let (holes, is_swept) = match found.ended {
            Some(ended) => (rows::holes(db, ended)?, deeds::is_swept(db, ended)?),
            None => (Vec::new(), true),
        };
        Ok(ShowPage {
            frame,
            form,
            holes,
            kept,
            waits: !is_swept,
            repeated,
            trouble,
            names: people::names(db)?,
            found,
        })
    })
}

type Ahead = (Vec<ContentHash>, Vec<EntryIndex>, Option<String>);

/// What would stay, what repeats the words, and what stands in the way.
fn ahead(db: &Db<'_>, found: &Asked, mark: &ErasureMark) -> Result<Ahead, DeskError> {
    let repeated = deeds::repeated(db, &found.request.parts, REPEATED)?;
    match deeds::plan(db, found.asked, &found.request, mark) {
        Ok(Erasure { kept, .. }) => Ok((kept, repeated, None)),
        Err(error @ (DeskError::Unerasable { .. } | DeskError::NoSuch { .. })) => {
            Ok((Vec::new(), repeated, Some(error.to_string())))
        }
        Err(error) => Err(error),
    }
}

pub(in crate::web) async fn consent(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Path<u64>,
    mut form: Fields,
) -> Answer {
    let (actor, asked) = (me.0.actor(), EntryIndex::new(*asked));
    if form.value("sure") != "yes" {
        form.refuse(
            "sure",
            "Tick the box: what is erased cannot be brought back.",
        );
        return draw(&app, me, asked, form).await;
    }
    let done = app
        .desk(move |desk| deeds::consent(desk, actor, asked))
        .await;
    // It may be done and only its sweeping have failed.
    app.forget_shown();
    done?;
    see(&format!("/erasures/{asked}"))
}

pub(in crate::web) async fn refuse(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Path<u64>,
    mut form: Fields,
) -> Answer {
    let (actor, asked) = (me.0.actor(), EntryIndex::new(*asked));
    let Some(reason) = form.parse("reason", Note::parse) else {
        return draw(&app, me, asked, form).await;
    };
    app.desk(move |desk| deeds::refuse(desk, actor, asked, reason))
        .await?;
    see(&format!("/erasures/{asked}"))
}

pub(in crate::web) async fn withdraw(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Path<u64>,
    _: Fields,
) -> Result<actix_web::HttpResponse, Problem> {
    let (actor, asked) = (me.0.actor(), EntryIndex::new(*asked));
    app.desk(move |desk| deeds::withdraw(desk, actor, asked))
        .await?;
    see(&format!("/erasures/{asked}"))
}
