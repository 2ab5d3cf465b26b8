//! What strangers are given, so that their browsers and what stands between
//! may keep it for a minute and then only ask whether it changed.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::hash::ContentHash;

use super::problem::Problem;
use super::render::{Answer, Frame, page};

/// How long a public answer is taken as fresh: a retraction is seen everywhere
/// within a minute.
pub(super) const FRESH: &str = "public, max-age=60";
/// How many tags of a request are looked at.
const TAGS: usize = 20;

/// A public page; those who are signed in get it anew each time.
pub(super) fn public_page(request: &HttpRequest, frame: &Frame, view: &impl Template) -> Answer {
    if frame.me.is_some() {
        return page(view);
    }
    let html = view.render().map_err(|error| {
        tracing::error!(%error, "a page could not be drawn");
        Problem::broken()
    })?;
    // The same address shows more to those who are signed in.
    let mut answer = public(request, "text/html; charset=utf-8", html)?;
    let headers = answer.headers_mut();
    headers.insert(
        VARY,
        actix_web::http::header::HeaderValue::from_static("Cookie"),
    );
    Ok(answer)
}

/// Public bytes, or word that whoever asks has them already.
pub(super) fn public(
    request: &HttpRequest,
    media_type: &str,
    bytes: impl Into<web::Bytes>,
) -> Answer {
    let bytes = bytes.into();
    let hash = ContentHash::of(&bytes).to_string();
    let tag = format!("\"{}\"", &hash[..32]);
    let mut answer = if is_known(request, &tag) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((ETAG, tag.as_str()));
    answer.insert_header((CACHE_CONTROL, FRESH));
    if is_known(request, &tag) {
        return Ok(answer.finish());
    }
    Ok(answer.insert_header((CONTENT_TYPE, media_type)).body(bytes))
}

/// Whether the request names the tag of what would be sent (RFC 9110, 13.1.2;
/// the comparison is weak).
pub(super) fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let named = request.headers().get(IF_NONE_MATCH);
    let named = named.and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut tags = named.split(',').take(TAGS).map(str::trim);
    tags.any(|other| other == "*" || other.strip_prefix("W/").unwrap_or(other) == tag)
}
