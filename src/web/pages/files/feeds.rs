//! What is published and corrected, as feeds.

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use crate::desk::exchange::feeds::{Addresses, Place, page};
use crate::export::feed::{Feed, atom as as_atom, json as as_json};
use crate::web::cached::public;
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
    let feed = read(&app, &asked, "/feed.atom").await?;
    public(&request, as_atom::MEDIA_TYPE, as_atom::write(&feed))
}

pub(in crate::web) async fn json_feed(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Answer {
    let feed = read(&app, &asked, "/feed.json").await?;
    public(&request, as_json::MEDIA_TYPE, as_json::write(&feed))
}

async fn read(app: &App, asked: &Asked, path: &'static str) -> Result<Feed, Problem> {
    let place = match &asked.before {
        None => Place::FIRST,
        Some(text) => text
            .parse()
            .map_err(|bad| Problem::bad_request(format!("{bad}.")))?,
    };
    let base = app.facts().base.clone();
    let read = move |desk: &_| page(desk, place, Addresses { base: &base, path });
    app.desk(read).await
}
