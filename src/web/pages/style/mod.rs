//! The style guide: every part of the pages in every state, drawn from the
//! templates' own macros with samples.
//!
//! To add a section: a file in `templates/style/`, a line in [`SECTIONS`], an
//! `include` in `templates/style/show.html`, and what it draws in `samples` or,
//! for the editors' room, in `room`.

mod room;
mod samples;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::desk::DeskError;
use crate::domain::response::Response;
use crate::domain::scale::{Rating, ScaleSheet};
use crate::domain::sheet::Locale;
use crate::domain::time::{PartialDate, Timestamp};
use crate::text::diff::Change;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::numbers;
use crate::web::problem::Problem;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

use super::articles::Slip;
use super::claims::Strand;
use super::published::draw_card;
use super::view::{ClaimRow, QuoteView, RatingMark, SourceLine};

/// The sections with their names, in the order of the page.
const SECTIONS: [(&str, &str); 15] = [
    ("words", "Words"),
    ("scripts", "Scripts and long words"),
    ("times", "Times and numbers"),
    ("badges", "Badges"),
    ("ratings", "Ratings"),
    ("buttons", "Buttons and keys"),
    ("fields", "Fields"),
    ("notices", "Notices and what is empty"),
    ("lists", "Lists, tables and steps"),
    ("quotes", "Quotes and chains"),
    ("verdicts", "Verdicts and history"),
    ("thread", "The thread of remarks"),
    ("margin", "Claims in the margin of a draft"),
    ("palette", "The command palette"),
    ("cards", "The share card"),
];

/// The classes of the badges that claims carry, with their words.
const STATES: [(&str, &str); 9] = [
    ("open", "open"),
    ("in_review", "in review"),
    ("decided", "decided"),
    ("approved", "approved"),
    ("published", "published"),
    ("withdrawn", "withdrawn"),
    ("stale", "stale"),
    ("corrected", "corrected"),
    ("retracted", "retracted"),
];

#[derive(Template)]
#[template(path = "style/show.html")]
struct StylePage {
    frame: Frame,
    at: Timestamp,
    dates: Vec<PartialDate>,
    scales: Vec<ScaleSheet>,
    blank: Fields,
    wrong: Fields,
    rows: Vec<ClaimRow>,
    quotes: Vec<(&'static str, QuoteView)>,
    chains: Vec<Vec<SourceLine>>,
    changes: Vec<Change>,
    response: Response,
    strands: Vec<Strand>,
    slips: Vec<Slip>,
    long_word: String,
}

impl StylePage {
    fn sections() -> &'static [(&'static str, &'static str)] {
        &SECTIONS
    }

    fn states() -> &'static [(&'static str, &'static str)] {
        &STATES
    }

    /// What the palette offers, each with its key or what it is.
    fn choices() -> &'static [(&'static str, &'static str)] {
        &room::CHOICES
    }

    /// What each share card shows, in the order of their numbers.
    fn cards() -> impl Iterator<Item = &'static str> {
        room::cards().into_iter().map(|(what, _)| what)
    }

    fn locales() -> &'static [Locale] {
        Locale::ALL
    }

    /// A moment, a day and a number in a locale.
    fn written(&self, locale: &Locale) -> [String; 3] {
        let day = self.dates.first();
        [
            self.at.written(*locale),
            day.map_or_else(String::new, |day| day.written(*locale)),
            numbers::grouped(1_234_567, *locale),
        ]
    }

    fn mark(scale: &ScaleSheet, rating: &Rating) -> RatingMark {
        RatingMark::new(rating, scale.ratings())
    }

    /// The page with its samples; nothing if one of those is not right.
    fn sample(frame: Frame, scales: Vec<ScaleSheet>) -> Option<Self> {
        Some(Self {
            frame,
            at: samples::moment()?,
            dates: samples::dates(),
            scales,
            blank: Fields::default(),
            wrong: samples::wrong_form(),
            rows: samples::rows()?,
            quotes: samples::quotes()?,
            chains: samples::chains(),
            changes: samples::changes(),
            response: samples::response()?,
            strands: room::strands()?,
            slips: room::slips()?,
            long_word: samples::LONG_WORD.repeat(4),
        })
    }
}

pub(in crate::web) async fn show(app: web::Data<App>, me: Visitor) -> Answer {
    let scales = app
        .desk(|_| Ok(crate::desk::set_up::presets().collect()))
        .await?;
    let frame = Frame::new(&app, Some(me.0));
    page(&StylePage::sample(frame, scales).ok_or_else(Problem::broken)?)
}

/// A share card as it is drawn, by its number from 1.
pub(in crate::web) async fn card(app: web::Data<App>, n: web::Path<u8>) -> Answer {
    let n = usize::from(n.into_inner());
    let pictures = Arc::clone(app.pictures());
    let drawn = app.desk(move |desk| {
        let cards = room::cards();
        let (_, card) = cards.get(n.wrapping_sub(1)).ok_or(DeskError::NoSuch {
            what: "share card",
            id: n as i64,
        })?;
        draw_card(desk, &pictures, card)
    });
    let png = drawn.await?.png.clone();
    Ok(HttpResponse::Ok().content_type("image/png").body(png))
}
