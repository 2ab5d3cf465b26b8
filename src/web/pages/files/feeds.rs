//! What is published and corrected, as feeds.

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use crate::desk::exchange::feeds::{Format, Place};
use crate::store::shown::Reach;
use crate::web::kept::{Look, Written, look};
use crate::web::problem::Problem;
use crate::web::render::Answer;
use crate::web::state::App;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    before: Option<String>,
}

pub(in crate::web) async fn atom(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Answer {
    answer(&app, &request, &asked, Format::Atom).await
}

pub(in crate::web) async fn json_feed(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Answer {
    answer(&app, &request, &asked, Format::Json).await
}

async fn answer(app: &App, request: &HttpRequest, asked: &Asked, format: Format) -> Answer {
    let place = match &asked.before {
        None => Place::FIRST,
        Some(text) => text
            .parse()
            .map_err(|bad| Problem::bad_request(format!("{bad}.")))?,
    };
    let empty = match look(app, request, Reach::Desk) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let base = app.facts().base.clone();
    let write = move |desk: &_| format.write(desk, place, &base);
    let written = Written::new(format.media_type(), app.desk(write).await?);
    Ok(empty.keep(app, request, written))
}
