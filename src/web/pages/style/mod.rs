//! The style guide: every part of the pages in every state, drawn from the
//! templates' own macros with samples.
//!
//! To add a section: a file in `templates/style/`, a line in [`SECTIONS`], an
//! `include` in `templates/style/show.html`, and what it draws in `samples`.

mod samples;

use actix_web::web;
use askama::Template;

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

use super::view::{ClaimRow, QuoteView, RatingMark, SourceLine};

/// The sections with their names, in the order of the page.
const SECTIONS: [(&str, &str); 11] = [
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
    long_word: String,
}

impl StylePage {
    fn sections() -> &'static [(&'static str, &'static str)] {
        &SECTIONS
    }

    fn states() -> &'static [(&'static str, &'static str)] {
        &STATES
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
