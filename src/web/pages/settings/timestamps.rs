//! Timestamps: which authorities are asked, and how it stands with each.

use actix_web::web;
use askama::Template;

use crate::desk::timestamps::{self as deeds, Standing};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page, see};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "settings/timestamps.html")]
struct TimestampsPage {
    frame: Frame,
    standings: Vec<Standing>,
    /// How long each authority is left alone, in seconds.
    every: u64,
    /// Whether anybody is asked at all.
    outside: bool,
}

impl TimestampsPage {
    /// A length of time in words.
    fn long(seconds: &u64) -> String {
        match *seconds {
            ..120 => "a minute".to_owned(),
            seconds @ ..7_200 => format!("{} minutes", seconds / 60),
            seconds @ ..172_800 => format!("{} hours", seconds / 3_600),
            seconds => format!("{} days", seconds / 86_400),
        }
    }
}

pub(in crate::web) async fn timestamps(app: web::Data<App>, me: Visitor) -> Answer {
    let plan = app.facts().timestamps.clone();
    let every = plan.every;
    let standings = app.desk(move |desk| deeds::standings(desk, &plan)).await?;
    page(&TimestampsPage {
        frame: Frame::new(&app, Some(me.0)),
        standings,
        every,
        outside: app.facts().fetcher.is_some(),
    })
}

pub(in crate::web) async fn hurry_timestamps(
    app: web::Data<App>,
    me: Visitor,
    _: Fields,
) -> Answer {
    let (actor, plan) = (me.0.actor(), app.facts().timestamps.clone());
    app.desk(move |desk| deeds::hurry(desk, actor, &plan))
        .await?;
    see("/settings/timestamps")
}
