//! A page that leads on to another site. A form of ours may not be answered with
//! a redirection there (the pages' policy says where forms may lead, and browsers
//! hold every stop on the way to it), so that the page itself leads on.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use askama::Template;
use url::Url;

use crate::web::problem::Problem;
use crate::web::render::{Answer, Frame};
use crate::web::state::App;

const REFRESH: HeaderName = HeaderName::from_static("refresh");

#[derive(Template)]
#[template(path = "people/onward.html")]
struct OnwardPage<'a> {
    frame: Frame,
    title: &'a str,
    address: &'a str,
    label: &'a str,
}

/// Leads on to an address of a provider.
pub(in crate::web::pages) fn onward(app: &App, (title, label): (&str, &str), to: &Url) -> Answer {
    let view = OnwardPage {
        frame: Frame::new(app, None),
        title,
        address: to.as_str(),
        label,
    };
    let html = view.render().map_err(|error| {
        tracing::error!(%error, "a page could not be drawn");
        Problem::broken()
    })?;
    let lead = HeaderValue::from_str(&format!("0;url={to}")).map_err(|_| Problem::broken())?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((REFRESH, lead))
        .body(html))
}
