//! Published verdicts as ClaimReview: each as a file of its own, and all of
//! them as a feed, the newest change first.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue, LINK};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::desk::claim_reviews;
use crate::domain::ids::{ClaimId, EntryIndex};
use crate::domain::time::Timestamp;
use crate::store::public_changes::Window;
use crate::store::shown::Reach;

use super::super::super::kept::{Look, Written, look};
use super::super::super::problem::Problem;
use super::super::super::render::Answer;
use super::super::super::state::App;

const LINKED_DATA: &str = "application/ld+json";

pub(in crate::web) async fn claim_review(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> HttpResponse {
    for_anybody(file(&app, &request, *claim).await)
}

pub(in crate::web) async fn claim_reviews(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> HttpResponse {
    for_anybody(feed(&app, &request, asked.into_inner()).await)
}

/// Programs in the pages of others read these too.
fn for_anybody(answer: Answer) -> HttpResponse {
    let mut answer = answer.unwrap_or_else(|problem| problem.as_json());
    let anybody = HeaderValue::from_static("*");
    answer
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    answer
}

async fn file(app: &App, request: &HttpRequest, claim: ClaimId) -> Answer {
    let empty = match look(app, request, Reach::Claim(claim)) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let base = app.facts().base.clone();
    let written = app
        .desk(move |desk| claim_reviews::file(desk, &base, claim))
        .await?;
    let written = Written::new(LINKED_DATA, written.ok_or_else(taken_back)?);
    Ok(empty.keep(app, request, written))
}

fn taken_back() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "taken-back",
        "This verdict was taken back",
        "The desk no longer stands by it, so there is no review of this claim; its page says why.",
    )
}

/// Which part of the feed somebody wants.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    after: Option<String>,
    since: Option<String>,
    before: Option<String>,
}

impl Asked {
    fn window(self) -> Result<Window, Problem> {
        let place = |name: &str, asked: Option<String>| {
            let read = |asked: String| asked.parse::<EntryIndex>();
            let bad = |_| {
                let what = format!("{name} is the number of an entry of the log, from 0 upwards.");
                Problem::bad_request(what)
            };
            asked.map(read).transpose().map_err(bad)
        };
        let bad = |_| Problem::bad_request("since is a moment such as 2026-08-27T14:03:00Z.");
        let since = self.since.map(|since| since.parse::<Timestamp>());
        Ok(Window {
            after: place("after", self.after)?,
            since: since.transpose().map_err(bad)?,
            before: place("before", self.before)?,
        })
    }
}

/// The address of a part of the feed.
fn address(base: &str, window: Window) -> String {
    let mut query = Serializer::new(String::new());
    let named = [("after", window.after), ("before", window.before)];
    for (name, place) in named {
        if let Some(place) = place {
            query.append_pair(name, &place.to_string());
        }
    }
    if let Some(since) = window.since {
        query.append_pair("since", &since.to_string());
    }
    format!("{base}/published/claim-reviews.json?{}", query.finish())
}

async fn feed(app: &App, request: &HttpRequest, asked: Asked) -> Answer {
    let window = asked.window()?;
    let empty = match look(app, request, Reach::Desk) {
        Look::Found(answer) => return Ok(answer),
        Look::Missing(place) => place,
    };
    let base = app.facts().base.clone();
    let page = app
        .desk(move |desk| claim_reviews::feed(desk, &base, window))
        .await?;
    let mut written = Written::new(LINKED_DATA, page.json);
    if let Some(next) = page.next {
        let next = address(&app.facts().base, next);
        let link = HeaderValue::from_str(&format!("<{next}>; rel=\"next\""));
        written = written.with(LINK, link.map_err(|_| Problem::broken())?);
    }
    Ok(empty.keep(app, request, written))
}
