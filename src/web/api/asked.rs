//! What a request brings, parsed once at the door: what stands after `?`, a
//! JSON body, the state that its sender saw. What is wrong is told with the
//! field and the rule.

use std::borrow::Cow;
use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, web};
use schemars::JsonSchema;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::domain::ids::EntryIndex;
use crate::web::lasting;
use crate::web::problem::{Problem, as_sentence};
use crate::web::state::App;

use super::sketch::{Describe, Sketch};

/// The largest JSON body, in bytes: an article of a million characters fits.
pub(in crate::web) const LARGEST: usize = 8 << 20;

/// What stands after `?`.
pub(in crate::web) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest for Asked<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
        ready(read.map(Self).map_err(|error| {
            let field = error.path().to_string();
            wrong(StatusCode::BAD_REQUEST, &field, error.inner())
        }))
    }
}

impl<T: JsonSchema> Describe for Asked<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        sketch.query = Some(T::json_schema(sketch.taken));
    }
}

/// A JSON body.
pub(in crate::web) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = has_type(request, "application/json");
        let bytes = web::Payload::from_request(request, payload).into_inner();
        let request = request.clone();
        Box::pin(async move {
            if !is_json {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "not-json",
                    "This is not JSON",
                    "Nothing was done. Send JSON and say so: \"Content-Type: application/json\".",
                ));
            }
            let bytes = bytes.map_err(|_| Problem::broken())?;
            let read = bytes.to_bytes_limited(LARGEST).await;
            let bytes = read
                .map_err(|_| Problem::too_large(LARGEST))?
                .map_err(|_| Problem::bad_request("The body was cut off; send it again."))?;
            let app = request.app_data::<web::Data<App>>();
            lasting::still_in(&request, app.ok_or_else(Problem::broken)?).await?;
            parse(&bytes).map(Self)
        })
    }
}

impl<T: JsonSchema> Describe for Body<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = sketch.taken.subschema_for::<T>();
        let content = serde_json::json!({ "schema": schema });
        sketch.body.insert("application/json", content);
    }
}

/// Whether a body says that it is of a media type.
pub(super) fn has_type(request: &HttpRequest, media_type: &str) -> bool {
    let said = request.headers().get(CONTENT_TYPE);
    let said = said.and_then(|value| value.to_str().ok()).unwrap_or("");
    let bare = said.split(';').next().unwrap_or("").trim();
    bare.eq_ignore_ascii_case(media_type)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut read = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut read).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.inner();
        // Where one of some words is expected, serde_json takes anything else
        // for broken JSON.
        let is_json = inner.is_data() || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
        let status = if is_json {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::BAD_REQUEST
        };
        wrong(status, &field, inner)
    })?;
    read.end()
        .map_err(|error| wrong(StatusCode::BAD_REQUEST, ".", &error))?;
    Ok(parsed)
}

/// What is wrong with a field, and how it is right.
fn wrong(status: StatusCode, path: &str, error: &dyn std::error::Error) -> Problem {
    let words = error.to_string();
    // serde_json says the place in the bytes; the field is told better.
    let rule = match words.split(" at line ").next() {
        Some("expected value") if status == StatusCode::UNPROCESSABLE_ENTITY => {
            "one of the words that the document of the API lists is expected"
        }
        rule => rule.unwrap_or(&words),
    };
    let rule = &*without_value(rule);
    let mut pointer = pointer(path);
    if let Some(field) = missing(rule) {
        let last = format!("/{field}");
        if !pointer.ends_with(&last) {
            pointer.push_str(&last);
        }
    }
    Problem::new(
        status,
        if status == StatusCode::BAD_REQUEST {
            "bad-request"
        } else {
            "not-right"
        },
        "Something here is not right yet",
        as_sentence(&format!("nothing was done; {rule}")),
    )
    .at(pointer, rule)
}

/// A rule without the value that broke it: drafts are not for the logs of
/// those who sent them.
fn without_value(rule: &str) -> Cow<'_, str> {
    let told = [
        "unknown variant `",
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
    ]
    .iter()
    .any(|start| rule.starts_with(start));
    match rule.rsplit_once(", expected ").filter(|_| told) {
        Some((_, expected)) => Cow::Owned(format!("expected {expected}")),
        None => Cow::Borrowed(rule),
    }
}

/// The field that serde misses or does not know, which its path leaves out.
fn missing(rule: &str) -> Option<&str> {
    let (_, after) = ["missing field `", "unknown field `", "duplicate field `"]
        .iter()
        .find_map(|start| rule.split_once(start))?;
    after.split('`').next()
}

/// A path such as `claimant.roles[2]` as a JSON pointer (RFC 6901).
fn pointer(path: &str) -> String {
    if path == "." {
        return String::new();
    }
    let parts = path.split(['.', '[']).map(|part| {
        let part = part.trim_end_matches(']');
        format!("/{}", part.replace('~', "~0").replace('/', "~1"))
    });
    parts.collect()
}

/// The state of a claim, source or other thing that the sender saw: the entry
/// that changed it last or, of what is not in the log, a number of its own.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Seen(pub(super) EntryIndex);

impl Seen {
    /// The revision of an article, which is what its tag begins with. A number
    /// that no revision has is that of none.
    pub(super) fn revision(self) -> u32 {
        u32::try_from(self.0.get()).unwrap_or(0)
    }
}

impl FromRequest for Seen {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(seen(request))
    }
}

/// Reads `If-Match`: one strong tag as a read of the same thing gave it.
fn seen(request: &HttpRequest) -> Result<Seen, Problem> {
    let Some(value) = request.headers().get(IF_MATCH) else {
        return Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "state-needed",
            "Say which state you saw",
            "Nothing was done. Read the thing first and send its ETag as If-Match, so that nobody's change is undone unseen.",
        )
        .at("If-Match".to_owned(), "the ETag of a read"));
    };
    let tag = value.to_str().ok().and_then(|tag| {
        let bare = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
        // What comes after the point changes with what stands around the thing.
        bare.split('.').next()?.parse().ok()
    });
    tag.map(Seen).ok_or_else(|| {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "other-state",
            "This is not the state it is in",
            "Nothing was done. If-Match takes one ETag just as a read gave it; read again and look what changed.",
        )
        .at("If-Match".to_owned(), "the ETag of a read")
    })
}

impl Describe for Seen {
    fn describe(sketch: &mut Sketch<'_>) {
        let why =
            "The ETag of the state that the sender saw; a change of anything else is refused.";
        sketch.headers.push(("If-Match", true, why));
    }
}
