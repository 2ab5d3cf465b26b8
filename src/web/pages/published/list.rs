//! The index of published verdicts, narrowed by what its address says.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::PublicationId;
use crate::domain::time::{PartialDate, Timestamp};
use crate::store::public::{self, Choices, Filter, Shown};
use crate::store::scales;
use crate::store::shown::Reach;

use super::super::super::auth::Guest;
use super::super::super::kept::{Look, look_for_page};
use super::super::super::render::{Answer, Frame};
use super::super::super::state::App;
use super::super::view::{PAGE, RatingMark};

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    q: Option<String>,
    rating: Option<String>,
    when: Option<String>,
    by: Option<String>,
    before: Option<PublicationId>,
}

/// What the same address narrows a file to.
pub(in crate::web) fn narrowed(asked: Asked) -> Filter {
    Wanted::new(asked).filter()
}

/// What somebody wants to see, as it was typed or chosen.
#[derive(Default)]
struct Wanted {
    words: String,
    rating: String,
    when: String,
    by: String,
}

impl Wanted {
    fn new(asked: Asked) -> Self {
        let tidy = |field: Option<String>| field.unwrap_or_default().trim().to_owned();
        Self {
            words: tidy(asked.q),
            rating: tidy(asked.rating),
            when: tidy(asked.when),
            by: tidy(asked.by),
        }
    }

    fn filter(&self) -> Filter {
        let given = |field: &str| (!field.is_empty()).then(|| field.to_owned());
        Filter {
            words: given(&self.words),
            rating: given(&self.rating),
            when: PartialDate::parse(&self.when).ok(),
            claimant: given(&self.by),
            ..Filter::default()
        }
    }

    /// The query that narrows the list so, without a place in it.
    fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        let fields = [
            ("q", &self.words),
            ("rating", &self.rating),
            ("when", &self.when),
            ("by", &self.by),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// The same list from another place on.
    fn from(&self, place: PublicationId) -> String {
        let query = self.query();
        let and = if query.is_empty() { "" } else { "&" };
        format!("/published?{query}{and}before={place}")
    }
}

/// A published verdict as a row of the index.
struct Row {
    claim: i64,
    statement: String,
    claimant: Option<String>,
    mark: RatingMark,
    at: Timestamp,
    retracted: bool,
    stale: bool,
    corrected: bool,
}

/// A year in which something was published, with its months: each with the
/// value that the form sends, and in words.
struct Year {
    year: String,
    months: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "published/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    wanted: Wanted,
    narrowed: bool,
    /// What is wrong with the date that the address names.
    bad_when: Option<String>,
    choices: Arc<Choices>,
    /// Whether the choices are as new as the rest.
    is_lasting: bool,
    years: Vec<Year>,
    next: Option<String>,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    guest: Guest,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::new(&app, guest.0);
    let empty = match look_for_page(&app, &request, (&frame, Reach::Desk)) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let asked = asked.into_inner();
    let told = app.clone();
    let drawn = app.desk(move |desk| view(desk, &told, frame, asked));
    let view = drawn.await?;
    let empty = if view.is_lasting {
        empty
    } else {
        empty.passing()
    };
    empty.keep_page((&app, &request), &view.frame, &view)
}

fn view(desk: &Desk, app: &App, frame: Frame, asked: Asked) -> Result<ListPage, DeskError> {
    let before = asked.before;
    let wanted = Wanted::new(asked);
    let filter = wanted.filter();
    let bad_when = PartialDate::parse(&wanted.when)
        .err()
        .filter(|_| !wanted.when.is_empty())
        .map(|bad| bad.to_string());
    // Before anything is read: what is gathered now may be newer, never older.
    let shown = app.shown(Reach::Desk);
    desk.read(|db| {
        let found = public::list(db, &filter, before, PAGE)?;
        let last = found.last().filter(|_| found.len() == PAGE);
        let next = last.map(|shown| wanted.from(shown.id));
        let scales = scales::list(db)?;
        let row = |shown: Shown| {
            let scale = scales
                .iter()
                .find(|scale| scale.id == shown.verdict.scale.id);
            let ratings = scale.map_or(&[][..], |scale| scale.sheet.ratings());
            Row {
                claim: shown.claim.get(),
                mark: RatingMark::new(&shown.verdict.rating, ratings),
                statement: shown.verdict.statement.into(),
                claimant: shown.claimant.map(|claimant| claimant.name.to_string()),
                at: shown.at,
                retracted: shown.retracted,
                stale: shown.stale,
                corrected: shown.corrected,
            }
        };
        let (choices, is_lasting) = app.choices().read(db, (desk.now(), shown))?;
        Ok(ListPage {
            rows: found.into_iter().map(row).collect(),
            narrowed: filter != Filter::default() || before.is_some(),
            years: years(&choices.months),
            frame,
            wanted,
            bad_when,
            choices,
            is_lasting,
            next,
        })
    })
}

/// Months in their years, as they came.
fn years(months: &[String]) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for month in months {
        let Ok(date) = PartialDate::parse(month) else {
            continue;
        };
        let year = &month[..4];
        if years.last().is_none_or(|last| last.year != year) {
            years.push(Year {
                year: year.to_owned(),
                months: Vec::new(),
            });
        }
        if let Some(last) = years.last_mut() {
            last.months
                .push((month.clone(), crate::web::dates::written(&date)));
        }
    }
    years
}
