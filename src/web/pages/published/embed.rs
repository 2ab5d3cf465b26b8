//! A published verdict as others show it within their own pages. Any page may
//! frame it; it runs nothing, and its links open elsewhere.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::domain::ids::ClaimId;
use crate::store::shown::Reach;

use super::super::super::assets;
use super::super::super::cached::{HTML, drawn};
use super::super::super::headers::{ANYWHERE, FRAMED, RESOURCE_POLICY};
use super::super::super::kept::{Look, Written, look};
use super::super::super::render::Answer;
use super::super::super::state::App;
use super::share::address;
use super::summary::Summary;

#[derive(Template)]
#[template(path = "published/embed.html")]
struct EmbedPage {
    url: String,
    style: &'static str,
    summary: Summary,
}

pub(in crate::web) async fn embed(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let empty = match look(&app, &request, Reach::Claim(*claim)) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let url = address(&app, *claim);
    let read = move |desk: &_| crate::desk::Desk::read(desk, |db| Summary::read(desk, db, *claim));
    let view = EmbedPage {
        url,
        style: assets::embed_style_path(),
        summary: app.desk(read).await?,
    };
    let written = Written::new(HTML, drawn(&view)?)
        .with(CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED))
        .with(RESOURCE_POLICY, HeaderValue::from_static(ANYWHERE));
    Ok(empty.keep(&app, &request, written))
}
