//! What operations give that is no JSON: texts, files, pictures, each with its
//! hash, so that whoever has it already is only told so.

use std::sync::Arc;

use actix_web::body::{BoxBody, SizedStream};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderName};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::domain::hash::ContentHash;
use crate::ledger::receipt::Receipt;
use crate::store::shelf::ShelvedText;
use crate::web::cached::is_known;
use crate::web::problem::Wire;
use crate::web::turns::{Held, in_pieces};

use super::answer::etag;
use super::sketch::{Describe, Sketch};

/// The hash of the bytes, for whoever wants to check them (RFC 9530).
const DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// A text in normal form.
pub(in crate::web) struct Text {
    /// The text.
    pub(super) text: Arc<ShelvedText>,
    /// Its hash.
    pub(super) hash: ContentHash,
    /// What whoever takes it holds until it is sent.
    pub(super) held: Held,
}

impl Responder for Text {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let kind = ("text/plain; charset=utf-8", Some("text.txt"));
        given(request, self.hash, kind, || {
            let text = self.text.as_str().as_bytes().to_vec();
            sized(text, self.held)
        })
    }
}

/// Bytes as they were captured.
pub(in crate::web) struct Raw {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Their hash.
    pub(super) hash: ContentHash,
    /// What whoever takes them holds until they are sent.
    pub(super) held: Held,
}

impl Responder for Raw {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        // Bytes of a stranger never run in a browser: always an attachment,
        // never of a kind that is shown.
        let kind = ("application/octet-stream", Some("snapshot.bin"));
        given(request, self.hash, kind, || sized(self.bytes, self.held))
    }
}

/// A picture of a page, as PNG.
pub(in crate::web) struct Picture(pub(super) Vec<u8>);

impl Responder for Picture {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let hash = ContentHash::of(&self.0);
        given(request, hash, ("image/png", None), || BoxBody::new(self.0))
    }
}

/// A receipt: that an entry is in the log.
pub(in crate::web) struct Proof {
    /// The receipt.
    pub(super) receipt: Receipt,
    /// What it is called as a file.
    pub(super) name: String,
}

impl Responder for Proof {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let text = self.receipt.to_string().into_bytes();
        let kind = ("text/plain; charset=utf-8", Some(self.name.as_str()));
        given(request, ContentHash::of(&text), kind, || BoxBody::new(text))
    }
}

/// Bytes with their hash, or word that whoever asks has them.
fn given(
    request: &HttpRequest,
    hash: ContentHash,
    (media_type, name): (&str, Option<&str>),
    body: impl FnOnce() -> BoxBody,
) -> HttpResponse {
    let tag = format!("\"{}\"", &hash.to_string()[..32]);
    if is_known(request, &tag) {
        return with_hash(HttpResponse::NotModified(), &tag, hash).finish();
    }
    let mut answer = with_hash(HttpResponse::Ok(), &tag, hash);
    if let Some(name) = name {
        let value = format!("attachment; filename=\"{name}\"");
        answer.insert_header((CONTENT_DISPOSITION, value));
    }
    answer
        .insert_header((CONTENT_TYPE, media_type))
        .body(body())
}

/// A file that may be large, which is held as long as it is sent.
fn sized(bytes: Vec<u8>, held: Held) -> BoxBody {
    BoxBody::new(SizedStream::new(bytes.len() as u64, in_pieces(bytes, held)))
}

fn with_hash(mut answer: HttpResponseBuilder, tag: &str, hash: ContentHash) -> HttpResponseBuilder {
    let digest = BASE64_STANDARD.encode(hash.as_bytes());
    answer
        .insert_header((ETAG, tag))
        .insert_header((DIGEST, format!("sha-256=:{digest}:")));
    answer
}

fn headers() -> Value {
    let mut headers = etag();
    headers["Repr-Digest"] = json!({
        "description": "SHA-256 of the bytes (RFC 9530).",
        "schema": { "type": "string" },
    });
    headers
}

fn describe(sketch: &mut Sketch<'_>, media_type: &str, words: &str, schema: &Value) {
    let why = "The tag of a state that is known already.";
    sketch.headers.push(("If-None-Match", false, why));
    let content = json!({ media_type: { "schema": schema } });
    let answer = json!({ "description": words, "headers": headers(), "content": content });
    sketch.answers.insert(200, answer);
    sketch.gives_nothing(304, "It is as the tag says.", headers());
}

impl Describe for Text {
    fn describe(sketch: &mut Sketch<'_>) {
        let words = "The text in normal form text/1: UTF-8, NFC, lines ended by LF, pages by U+000C. Every span that the API names counts its code points.";
        describe(sketch, "text/plain", words, &json!({ "type": "string" }));
    }
}

impl Describe for Proof {
    fn describe(sketch: &mut Sketch<'_>) {
        let words =
            "The receipt as C2SP tlog-proof text, with the entry's public line as its extra data.";
        describe(sketch, "text/plain", words, &json!({ "type": "string" }));
    }
}

impl Describe for Raw {
    fn describe(sketch: &mut Sketch<'_>) {
        let words = "The bytes just as they came.";
        let schema = json!({ "type": "string", "format": "binary" });
        describe(sketch, "application/octet-stream", words, &schema);
    }
}

impl Describe for Picture {
    fn describe(sketch: &mut Sketch<'_>) {
        let schema = json!({ "type": "string", "format": "binary" });
        describe(sketch, "image/png", "The page.", &schema);
        let problem = sketch.given.subschema_for::<Wire<'static>>();
        let answer = json!({
            "description": "The document cannot be drawn.",
            "content": { "application/problem+json": { "schema": problem } },
        });
        sketch.answers.insert(422, answer);
    }
}
