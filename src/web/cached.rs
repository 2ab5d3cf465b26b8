//! What strangers are given, so that their browsers and what stands between
//! may keep it for a minute and then only ask whether it changed.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::domain::hash::ContentHash;

use super::problem::Problem;
use super::render::{Answer, Frame, page};

/// How long a public answer is taken as fresh: a retraction is seen everywhere
/// within a minute.
pub(super) const FRESH: &str = "public, max-age=60";
/// The media type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// How many tags of a request are looked at.
const TAGS: usize = 20;

/// A public page; those who are signed in get it anew each time.
pub(super) fn public_page(request: &HttpRequest, frame: &Frame, view: &impl Template) -> Answer {
    if frame.me.is_some() {
        return page(view);
    }
    let mut answer = public(request, HTML, drawn(view)?)?;
    let (name, value) = varying();
    answer.headers_mut().insert(name, value);
    Ok(answer)
}

/// A page as bytes.
pub(super) fn drawn(view: &impl Template) -> Result<String, Problem> {
    view.render().map_err(|error| {
        tracing::error!(%error, "a page could not be drawn");
        Problem::broken()
    })
}

/// Says that the same address shows more to those who are signed in.
pub(super) const fn varying() -> (HeaderName, HeaderValue) {
    (VARY, HeaderValue::from_static("Cookie"))
}

/// Public bytes, or word that whoever asks has them already.
pub(super) fn public(
    request: &HttpRequest,
    media_type: &str,
    bytes: impl Into<web::Bytes>,
) -> Answer {
    let bytes = bytes.into();
    Ok(tagged(request, &Tag::of(&bytes), media_type, bytes))
}

/// What tells one version of an answer from another.
pub(super) struct Tag(String);

impl Tag {
    /// The tag of an answer with these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let hash = ContentHash::of(bytes).to_string();
        Self(format!("\"{}\"", &hash[..32]))
    }
}

/// Public bytes whose tag is known, or word that whoever asks has them already.
pub(super) fn tagged(
    request: &HttpRequest,
    Tag(tag): &Tag,
    media_type: &str,
    bytes: web::Bytes,
) -> HttpResponse {
    let is_known = is_known(request, tag);
    let mut answer = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((ETAG, tag.as_str()));
    answer.insert_header((CACHE_CONTROL, FRESH));
    if is_known {
        return answer.finish();
    }
    answer.insert_header((CONTENT_TYPE, media_type)).body(bytes)
}

/// Whether the request names the tag of what would be sent (RFC 9110, 13.1.2;
/// the comparison is weak).
pub(super) fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let named = request.headers().get(IF_NONE_MATCH);
    let named = named.and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut tags = named.split(',').take(TAGS).map(str::trim);
    tags.any(|other| other == "*" || other.strip_prefix("W/").unwrap_or(other) == tag)
}
