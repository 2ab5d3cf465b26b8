//! What an editor elsewhere asks when somebody pastes the address of a
//! published verdict (oEmbed 1.0).

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::ids::ClaimId;
use crate::export::card;

use super::super::super::cached::public;
use super::super::super::problem::Problem;
use super::super::super::render::Answer;
use super::super::super::state::App;
use super::share::{Embedding, picture};
use super::summary::Summary;

#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    url: Option<String>,
    format: Option<String>,
    maxwidth: Option<String>,
    maxheight: Option<String>,
}

/// The answer, in the words of the standard.
#[derive(Serialize)]
struct Rich<'a> {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    author_name: &'a str,
    author_url: &'a str,
    provider_name: &'a str,
    provider_url: &'a str,
    cache_age: u32,
    html: &'a str,
    width: u32,
    height: u32,
    thumbnail_url: String,
    thumbnail_width: u32,
    thumbnail_height: u32,
}

pub(in crate::web) async fn oembed(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let answer = answer(&app, &request, asked.into_inner()).await;
    let mut answer = answer.unwrap_or_else(|problem| problem.as_json());
    // Editors ask from the pages in which they run.
    let anybody = HeaderValue::from_static("*");
    answer
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    answer
}

async fn answer(app: &App, request: &HttpRequest, asked: Asked) -> Answer {
    if asked.format.is_some_and(|format| format != "json") {
        return Err(only_json());
    }
    let claim = claim(&app.facts().base, asked.url.as_deref())?;
    let most = (size(asked.maxwidth)?, size(asked.maxheight)?);
    let summary = app
        .desk(move |desk| desk.read(|db| Summary::read(desk, db, claim)))
        .await?;
    let frame = Embedding::within(app, &summary, most);
    let rich = Rich {
        version: "1.0",
        kind: "rich",
        title: &summary.statement,
        author_name: &summary.desk,
        author_url: &app.facts().base,
        provider_name: &summary.desk,
        provider_url: &app.facts().base,
        cache_age: 300,
        html: &frame.html,
        width: frame.width,
        height: frame.height,
        thumbnail_url: picture(app, &summary),
        thumbnail_width: card::WIDTH,
        thumbnail_height: card::HEIGHT,
    };
    let body = serde_json::to_string(&rich).map_err(|_| Problem::broken())?;
    public(request, "application/json", body)
}

fn only_json() -> Problem {
    Problem::new(
        StatusCode::NOT_IMPLEMENTED,
        "not-implemented",
        "Only JSON is spoken here",
        "Ask again with format=json.",
    )
}

fn size(asked: Option<String>) -> Result<Option<u32>, Problem> {
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else {
        return Ok(None);
    };
    let size = asked.parse().ok().filter(|size| *size > 0);
    let bad =
        || Problem::bad_request("maxwidth and maxheight are whole numbers of pixels above 0.");
    size.map(Some).ok_or_else(bad)
}

/// The claim that an address of this desk names.
fn claim(base: &str, asked: Option<&str>) -> Result<ClaimId, Problem> {
    let Some(asked) = asked else {
        let what =
            format!("Say which page is to be embedded: url={base}/published/1, for example.");
        return Err(Problem::bad_request(what));
    };
    let foreign = || {
        let what = format!(
            "This desk embeds its own published verdicts only; their addresses begin with {base}/published/."
        );
        Problem::bad_request(what)
    };
    let asked = Url::parse(asked).map_err(|_| foreign())?;
    let own = Url::parse(base).map_err(|_| Problem::broken())?;
    let is_web = matches!(asked.scheme(), "http" | "https");
    if !is_web || asked.host() != own.host() || asked.port() != own.port() {
        return Err(foreign());
    }
    let path = asked.path().strip_prefix(own.path().trim_end_matches('/'));
    let rest = path.and_then(|path| path.strip_prefix("/published/"));
    let number = rest.ok_or_else(foreign)?.trim_end_matches('/');
    let number = number.strip_suffix("/embed").unwrap_or(number);
    let number: i64 = number.parse().map_err(|_| Problem::not_found())?;
    ClaimId::try_from(number).map_err(|_| Problem::not_found())
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;

    use super::*;

    fn check(asked: &str, expected: Result<i64, u16>) {
        let found = claim("https://desk.example", Some(asked));
        let found = found
            .map(ClaimId::get)
            .map_err(|problem| problem.status_code().as_u16());
        assert_eq!(found, expected, "{asked}");
    }

    #[test]
    fn an_address_of_this_desk_names_a_claim() {
        check("https://desk.example/published/7", Ok(7));
        check("http://desk.example/published/7/", Ok(7));
        check("https://desk.example/published/7/embed?x=1#y", Ok(7));
        check("https://desk.example/published/0", Err(404));
        check("https://desk.example/published/7/texts", Err(404));
        check(
            "https://desk.example/published/99999999999999999999",
            Err(404),
        );
        check("https://desk.example/claims/7", Err(400));
        check("https://desk.example:8443/published/7", Err(400));
        check("https://desk.example.org/published/7", Err(400));
        check("ftp://desk.example/published/7", Err(400));
        check("/published/7", Err(400));
    }
}
