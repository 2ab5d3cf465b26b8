//! Requests that make something new may be sent again: under the same
//! Idempotency-Key they are done once, and answered alike each time.

use std::sync::Arc;

use actix_web::body::{self, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue, IF_MATCH, LOCATION,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::desk::DeskError;
use crate::desk::people::SignedIn;
use crate::desk::terms::{self, Once};
use crate::web::here;
use crate::web::lasting;
use crate::web::problem::Problem;
use crate::web::routes;
use crate::web::state::App;

use super::BASE;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The largest answer that is kept, in bytes.
const LARGEST_ANSWER: usize = 1 << 20;

/// An answer without its body, as it is kept.
#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    location: Option<String>,
    media_type: Option<String>,
}

/// Lets a request under a key through once.
pub(in crate::web) async fn guard<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    inner: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some((app, me, key)) = asked(&request) else {
        return Ok(inner.call(request).await?.map_into_left_body());
    };
    let key = match key {
        Ok(key) => key,
        Err(problem) => return Ok(refuse(request, &problem)),
    };
    let print = match print(&mut request, app.facts().upload).await {
        Ok(print) => print,
        Err(problem) => return Ok(refuse(request, &problem)),
    };
    let done = before(&app, (&me, &key), print).await;
    // All of it is here, and what reads it next does not wait: this is asked last.
    if let Err(problem) = lasting::still_in(request.request(), &app).await {
        return Ok(refuse(request, &problem));
    }
    match done {
        Ok(None) => {}
        Ok(Some(answer)) => return Ok(request.into_response(answer).map_into_right_body()),
        Err(problem) => return Ok(refuse(request, &problem)),
    }
    let once = Arc::new(Once::new(me.person.id, key, print));
    let held = Arc::clone(&once);
    let response = here::once(once, inner.call(request)).await?;
    keep(&app, held, response).await
}

type Key = Result<String, Problem>;

/// The key of a request that makes something new for somebody.
fn asked(request: &ServiceRequest) -> Option<(web::Data<App>, SignedIn, Key)> {
    let sent = request.headers().get(&KEY)?;
    let path = routes::path(request.request());
    let is_one = request.method() == Method::POST && path.starts_with(BASE);
    let app = request.app_data::<web::Data<App>>().cloned()?;
    let me = request.extensions().get::<SignedIn>().cloned()?;
    let key = sent.to_str().ok().filter(|key| {
        (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let key = key.map(str::to_owned).ok_or_else(|| {
        let rule = "1 to 255 visible ASCII characters";
        Problem::bad_request(format!("Nothing was done. An Idempotency-Key has {rule}."))
            .at("Idempotency-Key".to_owned(), rule)
    });
    is_one.then_some((app, me, key))
}

fn refuse<B>(request: ServiceRequest, problem: &Problem) -> ServiceResponse<EitherBody<B>> {
    request
        .into_response(problem.as_json())
        .map_into_right_body()
}

/// SHA-256 of what is asked, with the body put back for whoever reads it.
async fn print(request: &mut ServiceRequest, upload: usize) -> Result<[u8; 32], Problem> {
    let limit = upload.max(8 << 20);
    let payload = request.extract::<web::Payload>().await;
    let payload = payload.map_err(|_| Problem::broken())?;
    let read = payload.to_bytes_limited(limit).await;
    let bytes = read
        .map_err(|_| Problem::too_large(limit))?
        .map_err(|_| Problem::bad_request("The body was cut off; send it again."))?;
    let mut hash = Sha256::new();
    let address = request
        .uri()
        .path_and_query()
        .map_or("", |path| path.as_str());
    for part in [request.method().as_str(), "\n", address, "\n"] {
        hash.update(part);
    }
    // The same bytes under another name, of another kind or for another state
    // are another request.
    for header in [CONTENT_TYPE, CONTENT_DISPOSITION, IF_MATCH] {
        let value = request.headers().get(header);
        hash.update(value.map_or(&b""[..], HeaderValue::as_bytes));
        hash.update("\n");
    }
    hash.update(&bytes);
    request.set_payload(Payload::from(bytes));
    Ok(hash.finalize().into())
}

/// What was answered before, if this was asked before.
async fn before(
    app: &App,
    (me, key): (&SignedIn, &str),
    print: [u8; 32],
) -> Result<Option<HttpResponse>, Problem> {
    let (person, wanted) = (me.person.id, key.to_owned());
    let done = app
        .desk(move |desk| terms::find(desk, person, &wanted))
        .await?;
    let Some(done) = done else { return Ok(None) };
    if done.print != print {
        let rule = "a new key for each new request";
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-in-use",
            "This key was used for another request",
            "Nothing was done. Take a new Idempotency-Key for each new request.",
        )
        .at("Idempotency-Key".to_owned(), rule));
    }
    let (head, body) = done.answer.ok_or(DeskError::DoneBefore)?;
    let head: Head = serde_json::from_str(&head).map_err(|_| Problem::broken())?;
    let status = StatusCode::from_u16(head.status).map_err(|_| Problem::broken())?;
    let mut answer = HttpResponse::build(status);
    answer.insert_header((REPLAYED, HeaderValue::from_static("true")));
    if let Some(to) = head.location {
        answer.insert_header((LOCATION, to));
    }
    if let Some(kind) = head.media_type {
        answer.insert_header((CONTENT_TYPE, kind));
    }
    Ok(Some(answer.body(body)))
}

/// Keeps an answer for those who ask again; one that refused is not kept, and
/// none that says itself that it may not be.
async fn keep<B: MessageBody + 'static>(
    app: &App,
    once: Arc<Once>,
    response: ServiceResponse<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    // What is shown once is not shown again.
    let is_secret = response.headers().contains_key(CACHE_CONTROL);
    if is_secret || !response.status().is_success() {
        return Ok(response.map_into_left_body());
    }
    let (request, response): (HttpRequest, HttpResponse<B>) = response.into_parts();
    let header = |name: HeaderName| {
        let value = response.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let head = Head {
        status: response.status().as_u16(),
        location: header(LOCATION),
        media_type: header(CONTENT_TYPE),
    };
    let (bare, body) = response.into_parts();
    let bytes = body::to_bytes_limited(body, LARGEST_ANSWER).await;
    let Ok(Ok(bytes)) = bytes else {
        // The deed is done; only its answer is too large to be kept and given.
        let answer = Problem::from(DeskError::DoneBefore).as_json();
        return Ok(ServiceResponse::new(request, answer).map_into_right_body());
    };
    let (kept, written) = (
        bytes.to_vec(),
        serde_json::to_string(&head).unwrap_or_default(),
    );
    let told = app
        .desk(move |desk| terms::keep(desk, &once, written, kept))
        .await;
    if let Err(problem) = told {
        // The deed is done and durable; whoever sends it again is told so.
        tracing::warn!(%problem, "an answer could not be kept for a second request");
    }
    let answer = bare.set_body(bytes).map_into_boxed_body();
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}
