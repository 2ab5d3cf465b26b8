//! The desk's rating scales: all versions, and adopting another in two steps.

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::{DeskError, settings};
use crate::domain::ids::ScaleId;
use crate::domain::scale::{Rating, Scale, ScaleSheet};
use crate::store::scales as rows;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::view::RatingMark;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page, page_with, see};
use crate::web::state::App;

use super::Done;
use super::scale_form::{self, Row};

#[derive(Template)]
#[template(path = "settings/scales.html")]
struct ScalesPage {
    frame: Frame,
    is_saved: bool,
    /// The scales, each with its versions, the newest first.
    scales: Vec<Vec<Scale>>,
    current: String,
}

impl ScalesPage {
    fn mark(scale: &Scale, rating: &Rating) -> RatingMark {
        RatingMark::new(rating, scale.sheet.ratings())
    }
}

pub(in crate::web) async fn scales(
    app: web::Data<App>,
    me: Visitor,
    done: web::Query<Done>,
) -> Answer {
    let (all, current) = app
        .desk(|desk| {
            let all = desk.read(|db| Ok(rows::list(db)?))?;
            Ok((all, desk.rules().scale.clone()))
        })
        .await?;
    page(&ScalesPage {
        frame: Frame::new(&app, Some(me.0)),
        is_saved: done.is_saved(),
        scales: by_key(all),
        current,
    })
}

fn by_key(all: Vec<Scale>) -> Vec<Vec<Scale>> {
    let mut groups: Vec<Vec<Scale>> = Vec::new();
    for scale in all {
        let same = |group: &&mut Vec<Scale>| group[0].sheet.key() == scale.sheet.key();
        match groups.iter_mut().find(same) {
            Some(group) => group.insert(0, scale),
            None => groups.push(vec![scale]),
        }
    }
    groups
}

#[derive(Template)]
#[template(path = "settings/scale.html")]
struct FormPage {
    frame: Frame,
    form: Fields,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
pub(in crate::web) struct From {
    from: Option<ScaleId>,
}

pub(in crate::web) async fn new_scale(
    app: web::Data<App>,
    me: Visitor,
    from: web::Query<From>,
) -> Answer {
    let form = match from.from {
        None => Fields::default(),
        Some(id) => {
            let found = app
                .desk(move |desk| desk.read(|db| Ok(rows::find(db, id)?)))
                .await?;
            scale_form::filled(&found.ok_or_else(Problem::not_found)?.sheet)
        }
    };
    draw(&app, me, form)
}

fn draw(app: &App, me: Visitor, form: Fields) -> Answer {
    page_with(
        form.status(),
        &FormPage {
            frame: Frame::new(app, Some(me.0)),
            rows: scale_form::rows(&form),
            form,
        },
    )
}

#[derive(Template)]
#[template(path = "settings/preview.html")]
struct Preview {
    frame: Frame,
    form: Fields,
    sheet: ScaleSheet,
    /// The scale once more, as the second step sends it.
    json: String,
    version: u32,
    changes: Vec<(&'static str, String)>,
    is_current: bool,
}

impl Preview {
    fn mark(&self, rating: &Rating) -> RatingMark {
        RatingMark::new(rating, self.sheet.ratings())
    }
}

pub(in crate::web) async fn preview(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    if form.chose("step", "more") {
        return draw(&app, me, form);
    }
    let read = if scale_form::has_json(&form) {
        scale_form::read_json(&mut form)
    } else {
        scale_form::read(&mut form)
    };
    match read {
        None => draw(&app, me, form),
        Some(sheet) if form.chose("step", "edit") => draw(&app, me, scale_form::filled(&sheet)),
        Some(sheet) => draw_preview(&app, me, sheet, form).await,
    }
}

async fn draw_preview(
    app: &web::Data<App>,
    me: Visitor,
    sheet: ScaleSheet,
    form: Fields,
) -> Answer {
    let key = sheet.key().clone();
    let (newest, is_current) = app
        .desk(move |desk| {
            let newest = desk.read(|db| Ok(rows::newest(db, key.as_str())?))?;
            Ok((newest, desk.rules().scale == key.as_str()))
        })
        .await?;
    let view = Preview {
        frame: Frame::new(app, Some(me.0)),
        json: serde_json::to_string(&sheet).map_err(|_| Problem::broken())?,
        version: newest.as_ref().map_or(1, |scale| scale.version + 1),
        changes: newest.map_or_else(Vec::new, |scale| changes(&scale.sheet, &sheet)),
        is_current,
        sheet,
        form,
    };
    page_with(view.form.status(), &view)
}

/// What a new version changes in the one before it, rating by rating.
fn changes(old: &ScaleSheet, new: &ScaleSheet) -> Vec<(&'static str, String)> {
    let mut changes = Vec::new();
    for rating in new.ratings() {
        match old.rating(rating.key.as_str()) {
            None => changes.push(("new", rating.label.to_string())),
            Some(before) if before != rating => changes.push(("changed", rating.label.to_string())),
            Some(_) => {}
        }
    }
    let gone = old.ratings().iter();
    let gone = gone.filter(|rating| new.rating(rating.key.as_str()).is_none());
    changes.extend(gone.map(|rating| ("left out", rating.label.to_string())));
    changes
}

pub(in crate::web) async fn adopt(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let Some(sheet) = scale_form::read_json(&mut form) else {
        return draw(&app, me, form);
    };
    let version = form.value("version").parse().unwrap_or(0);
    let (actor, adopted) = (me.0.actor(), sheet.clone());
    let done = app
        .attempt(move |desk| settings::adopt_scale(desk, actor, adopted, version))
        .await?;
    match done {
        Ok(_) => see("/settings/scales?saved=yes"),
        Err(error @ (DeskError::SameScale | DeskError::ScaleConflict(_))) => {
            form.refuse("adopt", sentence(&error));
            draw_preview(&app, me, sheet, form).await
        }
        Err(error) => Err(error.into()),
    }
}
