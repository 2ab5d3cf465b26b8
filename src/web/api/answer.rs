//! What operations give: JSON with a tag that says which state it shows, so
//! that whoever has it already is only told so.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, LINK, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::hash::ContentHash;
use crate::web::cached::{FRESH, is_known};
use crate::web::problem::Problem;

use super::sketch::{Describe, Sketch};

/// The header that says which state an answer shows.
pub(super) fn etag() -> Value {
    json!({ "ETag": {
        "description": "Which state this is; for If-None-Match, and where a change asks for it, If-Match.",
        "schema": { "type": "string" },
    } })
}

/// JSON, or word that whoever asks has it already.
pub(in crate::web) enum Reply<T> {
    /// The value, and which state of it, where that is known without writing
    /// it out.
    Value(T, Option<String>),
    /// Whoever asks has this state.
    Known(String),
}

impl<T> Reply<T> {
    /// A value whose state is told by its bytes.
    pub(super) const fn new(value: T) -> Self {
        Self::Value(value, None)
    }
}

impl<T: Serialize> Responder for Reply<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let (value, tag) = match self {
            Self::Known(tag) => {
                return HttpResponse::NotModified()
                    .insert_header((ETAG, tag))
                    .finish();
            }
            Self::Value(value, tag) => (value, tag),
        };
        let Ok(body) = written(&value) else {
            return Problem::broken().as_json();
        };
        let tag = tag.unwrap_or_else(|| {
            let hash = ContentHash::of(body.as_bytes()).to_string();
            format!("\"{}\"", &hash[..32])
        });
        if is_known(request, &tag) {
            return HttpResponse::NotModified()
                .insert_header((ETAG, tag))
                .finish();
        }
        HttpResponse::Ok()
            .insert_header((ETAG, tag))
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(body)
    }
}

impl<T: JsonSchema> Describe for Reply<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.headers.push((
            "If-None-Match",
            false,
            "The tag of a state that is known already.",
        ));
        sketch.gives::<T>(200, "What was asked for.", etag());
        sketch.gives_nothing(304, "It is as the tag says.", etag());
    }
}

/// Something new.
pub(in crate::web) struct Made<T> {
    /// What it is.
    pub(super) value: T,
    /// Its address.
    pub(super) at: String,
}

impl<T: Serialize> Responder for Made<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Ok(body) = written(&self.value) else {
            return Problem::broken().as_json();
        };
        HttpResponse::Created()
            .insert_header((LOCATION, self.at))
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(body)
    }
}

impl<T: JsonSchema> Describe for Made<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let location = json!({ "Location": {
            "description": "Where it is.",
            "schema": { "type": "string", "format": "uri-reference" },
        } });
        sketch.gives::<T>(201, "It was made.", location);
    }
}

/// Something new with a secret in it, which is shown this once and kept by
/// nobody on the way: a request that is sent again is told that it was done.
pub(in crate::web) struct Shown<T>(pub(super) Made<T>);

impl<T: Serialize> Responder for Shown<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = self.0.respond_to(request);
        let headers = answer.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }
}

impl<T: JsonSchema> Describe for Shown<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        Made::<T>::describe(sketch);
    }
}

/// It is done, and there is nothing to say.
pub(in crate::web) struct Done;

impl Responder for Done {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

impl Describe for Done {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.gives_nothing(204, "It is done.", json!({}));
    }
}

/// What became of a deed that made nothing with an address.
pub(in crate::web) struct Told<T>(pub(super) T);

impl<T: Serialize> Responder for Told<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Ok(body) = written(&self.0) else {
            return Problem::broken().as_json();
        };
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(body)
    }
}

impl<T: JsonSchema> Describe for Told<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.gives::<T>(200, "It is done.", json!({}));
    }
}

/// An answer that strangers get too: what stands between may keep it for a
/// minute.
pub(in crate::web) struct Public<R>(pub(super) R);

impl<R: Responder<Body = actix_web::body::BoxBody>> Responder for Public<R> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = self.0.respond_to(request);
        if answer.headers().contains_key(ETAG) {
            let fresh = HeaderValue::from_static(FRESH);
            answer.headers_mut().insert(CACHE_CONTROL, fresh);
        }
        answer
    }
}

impl<R: Describe> Describe for Public<R> {
    fn describe(sketch: &mut Sketch<'_>) {
        R::describe(sketch);
    }
}

/// One page of a list.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct List<T> {
    /// What the page holds.
    items: Vec<T>,
    /// Where the list goes on, if it does; the Link header says the same.
    next: Option<String>,
}

impl<T> List<T> {
    /// A page, and where the list goes on.
    pub(super) const fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next }
    }
}

/// A page of a list as an answer.
pub(in crate::web) struct Page<T>(pub(super) List<T>);

impl<T: Serialize> Responder for Page<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let link = self
            .0
            .next
            .as_ref()
            .map(|next| format!("<{next}>; rel=\"next\""));
        let mut answer = Reply::new(self.0).respond_to(request);
        let value = link.and_then(|link| link.parse().ok());
        if let Some(value) = value {
            answer.headers_mut().insert(LINK, value);
        }
        answer
    }
}

impl<T: JsonSchema> Describe for Page<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        Reply::<List<T>>::describe(sketch);
        if let Some(headers) = sketch
            .answers
            .get_mut(&200)
            .and_then(|it| it.get_mut("headers"))
        {
            headers["Link"] = json!({
                "description": "Where the list goes on, with rel=\"next\" (RFC 8288).",
                "schema": { "type": "string" },
            });
        }
    }
}

fn written(value: &impl Serialize) -> Result<String, ()> {
    serde_json::to_string(value)
        .map_err(|error| tracing::error!(%error, "an answer could not be written"))
}
