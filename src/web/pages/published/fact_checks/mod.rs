//! Published verdicts in the shape of Google's Fact Check Tools, version
//! v1alpha1, so that programs made for those can ask this desk instead. The
//! parameters and the answer are those of its `claims:search`.

mod asked;
mod refusal;

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::desk::{Desk, DeskError};
use crate::domain::time::PartialDate;
use crate::store::public::{self, Filter, Shown};
use crate::store::{Db, claims};

use self::asked::Asked;
use self::refusal::Refusal;
use super::super::super::cached::public;
use super::super::super::state::App;

/// The language in which the desk writes.
const LANGUAGE: &str = "en";
/// How many milliseconds a day has.
const DAY: i64 = 86_400_000;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claims: Vec<Claim>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_date: Option<String>,
    claim_review: [Review; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    publisher: Publisher,
    url: String,
    title: String,
    review_date: String,
    textual_rating: String,
    language_code: &'static str,
}

#[derive(Serialize)]
struct Publisher {
    name: String,
    site: String,
}

pub(in crate::web) async fn claims_search(
    app: web::Data<App>,
    request: HttpRequest,
) -> HttpResponse {
    let mut answer = match search(&app, &request).await {
        Ok(answer) => answer,
        Err(refusal) => refusal.respond(),
    };
    let anybody = HeaderValue::from_static("*");
    answer
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    answer
}

async fn search(app: &App, request: &HttpRequest) -> Result<HttpResponse, Refusal> {
    let asked = Asked::read(request.query_string())?;
    let base = app.facts().base.clone();
    let found = app.desk(move |desk| find(desk, &base, &asked)).await;
    let json = serde_json::to_string_pretty(&found.map_err(|_| Refusal::Broken)?);
    let json = json.map_err(|_| Refusal::Broken)?;
    public(request, "application/json; charset=UTF-8", json).map_err(|_| Refusal::Broken)
}

fn find(desk: &Desk, base: &str, asked: &Asked) -> Result<Answer, DeskError> {
    let sheet = desk.sheet();
    let newsroom = sheet.url.as_ref().and_then(|url| site(url.as_str()));
    let own = site(base).unwrap_or_default();
    let is_ours = asked.is_of_site(&own) || newsroom.is_some_and(|site| asked.is_of_site(&site));
    if !is_ours || !asked.is_in_language(LANGUAGE) {
        return Ok(Answer {
            claims: Vec::new(),
            next_page_token: None,
        });
    }
    let name = sheet.name.to_string();
    desk.read(|db| {
        let rows = rows(db, desk, asked)?;
        let more = rows.len() > asked.page_size;
        let rows = &rows[..rows.len().min(asked.page_size)];
        let last = rows.last().filter(|_| more);
        let claim = |shown: &Shown| {
            let publisher = Publisher {
                name: name.clone(),
                site: own.clone(),
            };
            claim(db, base, publisher, shown)
        };
        Ok(Answer {
            claims: rows.iter().map(claim).collect::<Result<_, _>>()?,
            next_page_token: last.map(|last| asked.token(last.id)),
        })
    })
}

/// What fits, from where the page begins, and one more if there is one.
fn rows(db: &Db<'_>, desk: &Desk, asked: &Asked) -> Result<Vec<Shown>, DeskError> {
    let oldest = asked.max_age_days.map(|days| {
        let from = desk.now().as_millis() - i64::from(days) * DAY;
        crate::domain::time::Timestamp::from_millis(from).ok()
    });
    let filter = Filter {
        words: asked.query.clone(),
        since: oldest.flatten(),
        standing: true,
        ..Filter::default()
    };
    let limit = asked.offset + asked.page_size + 1;
    let mut rows = public::list(db, &filter, asked.before, limit)?;
    rows.drain(..asked.offset.min(rows.len()));
    Ok(rows)
}

fn claim(db: &Db<'_>, base: &str, publisher: Publisher, shown: &Shown) -> Result<Claim, DeskError> {
    let made = claims::get(db, shown.claim)?.appearance.date;
    let statement = shown.verdict.statement.to_string();
    Ok(Claim {
        text: statement.clone(),
        claimant: shown
            .claimant
            .as_ref()
            .map(|claimant| claimant.name.to_string()),
        claim_date: made.as_ref().and_then(day),
        claim_review: [Review {
            publisher,
            url: format!("{base}/published/{}", shown.claim),
            title: statement,
            review_date: shown.at.to_string(),
            textual_rating: shown.verdict.rating.label.to_string(),
            language_code: LANGUAGE,
        }],
    })
}

/// A day as a moment, which the shape asks for; a month or a year is left out,
/// because no moment in it is known.
fn day(date: &PartialDate) -> Option<String> {
    let day = date.as_str();
    (day.len() == 10).then(|| format!("{day}T00:00:00Z"))
}

/// The host of an address without `www.`.
fn site(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}
