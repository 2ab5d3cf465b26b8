//! From a template to a response.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

use crate::desk::Desk;
use crate::desk::people::SignedIn;
use crate::domain::person::Deed;
use crate::domain::sheet::Locale;
use crate::store::local::security::SecurityEvent;

use super::assets;
use super::here;
use super::numbers;
use super::problem::Problem;
use super::routes;
use super::state::App;

/// What the head and foot of every page need.
pub(super) struct Frame {
    pub(super) desk: String,
    pub(super) demo: bool,
    /// Whether an archive elsewhere can be asked for copies.
    pub(super) archive: bool,
    /// Whether what somebody writes is kept in their browser until it is saved.
    pub(super) drafts: bool,
    /// The paths of the page's style sheets.
    pub(super) styles: Vec<&'static str>,
    pub(super) script: &'static str,
    /// How numbers and dates are written.
    pub(super) locale: Locale,
    pub(super) me: Option<SignedIn>,
    /// The path of the page.
    here: String,
}

impl Frame {
    pub(super) fn new(app: &App, me: Option<SignedIn>) -> Self {
        Self {
            desk: app.name(),
            demo: app.facts().demo,
            archive: app.facts().archive,
            drafts: app.facts().drafts,
            styles: assets::style_paths(&super::here::path(), me.is_some()),
            script: if me.is_some() {
                assets::desk_script_path()
            } else {
                assets::public_script_path()
            },
            locale: app.sheet().locale,
            me,
            here: here::path(),
        }
    }

    /// What a file says that stands by itself: it belongs to no session and asks
    /// the desk for nothing.
    pub(super) fn of_file(desk: &Desk) -> Self {
        let sheet = desk.sheet();
        Self {
            desk: sheet.name.to_string(),
            demo: false,
            archive: false,
            drafts: false,
            styles: Vec::new(),
            script: "",
            locale: sheet.locale,
            me: None,
            here: String::new(),
        }
    }

    /// The secret that every form of the session carries.
    pub(super) fn csrf(&self) -> &str {
        self.me.as_ref().map_or("", |me| me.csrf.as_str())
    }

    /// The newest of what happened with somebody's way in that they were not
    /// told of.
    pub(super) fn untold(&self) -> Option<&SecurityEvent> {
        self.me.as_ref()?.session.as_ref()?.untold.as_ref()
    }

    /// Marks the link to the part of the desk that the page belongs to.
    pub(super) fn current(&self, section: &str) -> &'static str {
        match self.here.strip_prefix(section) {
            Some("") => " aria-current=page",
            Some(rest) if rest.starts_with('/') => " aria-current=true",
            _ => "",
        }
    }

    /// Marks the link to this very page, and not to those below it.
    pub(super) fn exactly(&self, path: &str) -> &'static str {
        if self.here == path {
            " aria-current=page"
        } else {
            ""
        }
    }

    /// A number as the desk's locale writes it.
    pub(super) fn number(&self, number: impl ToString) -> String {
        numbers::grouped(number, self.locale)
    }

    /// Whether whoever looks at the page may do something.
    pub(super) fn may(&self, deed: Deed) -> bool {
        self.me.as_ref().is_some_and(|me| me.may(deed))
    }
}

pub(super) type Answer = Result<HttpResponse, Problem>;

pub(super) fn page(template: &impl Template) -> Answer {
    page_with(StatusCode::OK, template)
}

pub(super) fn page_with(status: StatusCode, template: &impl Template) -> Answer {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be drawn");
        Problem::broken()
    })?;
    Ok(HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(html))
}

/// Below it only programs ask, but for the page that explains it.
const API: &str = "/api/v1/";

/// Whether a program asks, for JSON, and not a person for a page.
pub(super) fn wants_json(request: &HttpRequest) -> bool {
    routes::path(request).starts_with(API) || accepts_json(request.headers())
}

/// Whether these headers ask for JSON.
pub(super) fn accepts_json(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT);
    let accepts = accepts.and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accept| accept.contains("json"))
}

/// Answers with JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::broken()
    })?;
    Ok(HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(body))
}

/// After a form was saved: look at the result (303, so that a reload does not
/// send the form again).
pub(super) fn see(path: &str) -> Answer {
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .finish())
}
