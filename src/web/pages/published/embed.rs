//! A published verdict as others show it within their own pages. Any page may
//! frame it; it runs nothing, and its links open elsewhere.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::domain::ids::ClaimId;

use super::super::super::assets;
use super::super::super::cached::public;
use super::super::super::headers::{ANYWHERE, FRAMED, RESOURCE_POLICY};
use super::super::super::problem::Problem;
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
    let url = address(&app, *claim);
    let read = move |desk: &_| crate::desk::Desk::read(desk, |db| Summary::read(desk, db, *claim));
    let view = EmbedPage {
        url,
        style: assets::embed_style_path(),
        summary: app.desk(read).await?,
    };
    let html = view.render().map_err(|_| Problem::broken())?;
    let mut answer = public(&request, "text/html; charset=utf-8", html)?;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(ANYWHERE));
    Ok(answer)
}
