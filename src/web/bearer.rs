//! Programs that ask with a token: `Authorization: Bearer ckp_…` (RFC 6750).

use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse};

use crate::desk::people::SignedIn;
use crate::desk::tokens;

use super::problem::Problem;
use super::render::wants_json;
use super::state::App;

/// The token that a program sent. A browser with a session asks as its person,
/// whatever else it sends, unless it asks for JSON.
pub(super) fn token(request: &HttpRequest, cookie: &str) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let is_program = wants_json(request) || request.cookie(cookie).is_none();
    (is_program && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim().to_owned())
}

/// Lets a program in as the person whose token it sends.
pub(super) async fn admit(app: &App, token: String) -> Result<SignedIn, HttpResponse> {
    let found = app.desk(move |desk| tokens::who(desk, &token)).await;
    match found.map_err(|problem| problem.as_json())? {
        Some(program) => Ok(program),
        // Nobody guesses 256 bits, so tries are not counted: that would only
        // cost memory and tell a program with an old token something else.
        None => Err(with(
            Problem::bad_token().as_json(),
            WWW_AUTHENTICATE,
            "Bearer realm=\"citekeep\", error=\"invalid_token\"",
        )),
    }
}

/// Tells a program that it has to send a token.
pub(super) fn missing(request: &HttpRequest) -> HttpResponse {
    let answer = if request.headers().contains_key(COOKIE) {
        Problem::signed_out(request).respond(request)
    } else {
        Problem::token_needed().as_json()
    };
    with(answer, WWW_AUTHENTICATE, "Bearer realm=\"citekeep\"")
}

fn with(mut answer: HttpResponse, name: HeaderName, value: &'static str) -> HttpResponse {
    let value = HeaderValue::from_static(value);
    answer.headers_mut().insert(name, value);
    answer
}
