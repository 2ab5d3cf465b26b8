//! A name for every request. It stands in each line that the program says about
//! the request, in the answer's `X-Request-Id`, and on the page of an error of
//! ours, so that whoever saw that page and whoever reads the log can speak of
//! the same thing.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use tracing::{Instrument, Span};

use super::peer::Peer;
use super::routes::{self, LedTo};
use super::state::App;

/// The header that carries it, from a proxy to us and from us to whoever asked.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest name that is taken over from a proxy.
const LONGEST: usize = 64;

tokio::task_local! {
    static ID: String;
}

/// Names a request, and says how it was answered.
pub(super) async fn follow<B: MessageBody>(
    request: ServiceRequest,
    inner: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return inner.call(request).await;
    };
    let peer = Peer::of(&app.facts().outward.proxies, request.request());
    let id = given(&request, &peer).unwrap_or_else(|| app.draw_id());
    let route = routes::pattern(request.request());
    let method = request.method().clone();
    request.extensions_mut().insert(peer);
    request.extensions_mut().insert(LedTo(route.clone()));
    let span = span(&method, route.as_deref(), &id);
    let begun = tokio::time::Instant::now();
    let answer = ID.scope(id.clone(), inner.call(request));
    let mut response = answer.instrument(span.clone()).await?;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let asked = (method.as_str(), route.as_deref());
    app.requests().answered(asked, status, took);
    let ms = took.as_millis() as u64;
    span.in_scope(|| tracing::info!(status, ms, "a request was answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, id);
    }
    Ok(response)
}

/// What every line about a request says of it. The address as it was sent may
/// hold a secret, so its shape is told.
fn span(method: &Method, route: Option<&str>, id: &str) -> Span {
    let (method, route) = (method.as_str(), route.unwrap_or("none"));
    // At the level of errors: whatever else is not said, a line about an error
    // says which request it belongs to.
    tracing::error_span!("request", id, method, route)
}

/// The name that a trusted proxy gave the request, where it is one that can
/// stand in a log and in a header.
fn given(request: &ServiceRequest, peer: &Peer) -> Option<String> {
    let value = request.headers().get(&HEADER)?;
    let id = value.to_str().ok().filter(|_| peer.is_proxied)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    ((1..=LONGEST).contains(&id.len()) && id.bytes().all(is_plain)).then(|| id.to_owned())
}

/// The name of the request that is being answered; nothing outside of one.
pub(super) fn current() -> Option<String> {
    ID.try_with(Clone::clone).ok()
}
