//! Files that programs send: inside JSON, or as they are, with what they are
//! said in the headers.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ContentDisposition};
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::capture::table::MOST_BYTES;
use crate::domain::words::FileName;
use crate::web::lasting;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::asked::{Body, has_type};
use super::sketch::{Describe, Sketch};

/// Bytes: as text where they are UTF-8, or as base64.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NewContent")]
pub(in crate::web) enum Content {
    /// UTF-8 text.
    Utf8(String),
    /// Anything, as base64 with its padding (RFC 4648).
    Base64(Base64),
}

impl Content {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Utf8(text) => text.into_bytes(),
            Self::Base64(Base64(bytes)) => bytes,
        }
    }
}

/// Bytes that came as base64.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(in crate::web) struct Base64(Vec<u8>);

impl TryFrom<String> for Base64 {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = BASE64_STANDARD.decode(text);
        bytes
            .map(Self)
            .map_err(|_| "this is not base64 as RFC 4648 has it, with its padding")
    }
}

impl JsonSchema for Base64 {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Base64".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "contentEncoding": "base64",
            "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$",
        })
    }
}

/// What somebody says that bytes are: `text/html; charset=utf-8`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(in crate::web) struct MediaType(String);

impl MediaType {
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl TryFrom<String> for MediaType {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |(kind, rest): (&str, &str)| {
            !kind.is_empty()
                && kind.bytes().all(|byte| byte.is_ascii_graphic())
                && rest.starts_with(|first: char| first.is_ascii_graphic())
                && rest.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        };
        if text.len() <= 200 && text.split_once('/').is_some_and(fits) {
            Ok(Self(text))
        } else {
            Err("a media type looks like text/html")
        }
    }
}

impl JsonSchema for MediaType {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MediaType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "maxLength": 200,
            "pattern": "^[!-.0-~]+/[!-~][ -~]*$",
        })
    }
}

/// A file that was sent as it is.
pub(in crate::web) struct File {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// The media type that it was sent with.
    media_type: Option<String>,
    /// The name that it was sent with.
    pub(super) name: Option<FileName>,
}

impl File {
    /// What is said of the bytes: their name tells more than a media type,
    /// which is often wrong.
    pub(super) fn declared(&self) -> Option<String> {
        let name = self.name.as_ref().map(ToString::to_string);
        name.or_else(|| self.media_type.clone())
    }
}

/// JSON, or a file as it is.
pub(in crate::web) enum Brought<T> {
    /// The media type is that of JSON.
    Json(T),
    /// The media type is another.
    File(File),
}

impl<T: DeserializeOwned + 'static> FromRequest for Brought<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if has_type(request, "application/json") {
            let json = Body::<T>::from_request(request, payload);
            let name = file_name(request);
            return Box::pin(async move {
                name?;
                json.await.map(|Body(value)| Self::Json(value))
            });
        }
        let sent = web::Payload::from_request(request, payload).into_inner();
        let request = request.clone();
        Box::pin(async move {
            let name = file_name(&request)?;
            let app = request.app_data::<web::Data<App>>();
            let app = app.ok_or_else(Problem::broken)?;
            let limit = app.facts().upload;
            let sent = sent.map_err(|_| Problem::broken())?;
            let read = sent.to_bytes_limited(limit).await;
            let bytes = read
                .map_err(|_| Problem::too_large(limit))?
                .map_err(|_| Problem::bad_request("The body was cut off; send it again."))?;
            lasting::still_in(&request, app).await?;
            let said = request.headers().get(CONTENT_TYPE);
            let said = said.and_then(|value| value.to_str().ok());
            Ok(Self::File(File {
                bytes: bytes.into(),
                media_type: said.map(str::to_owned),
                name,
            }))
        })
    }
}

/// The name of a file that is sent as it is (RFC 6266).
fn file_name(request: &HttpRequest) -> Result<Option<FileName>, Problem> {
    let sent = request.headers().get(CONTENT_DISPOSITION);
    let Some(value) = sent.filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let rule = "attachment; filename=\"report.pdf\"";
    let wrong = || {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "This request cannot be read",
            format!("Nothing was done. Content-Disposition looks like: {rule}."),
        )
        .at("Content-Disposition".to_owned(), rule)
    };
    let said = ContentDisposition::from_raw(value).map_err(|_| wrong())?;
    let extended = said.get_filename_ext();
    let extended = extended.and_then(|name| String::from_utf8(name.value.clone()).ok());
    let name = extended.or_else(|| said.get_filename().map(str::to_owned));
    let name = name.ok_or_else(wrong)?;
    FileName::parse(&name).map(Some).map_err(|_| wrong())
}

impl<T: JsonSchema> Describe for Brought<T> {
    fn describe(sketch: &mut Sketch<'_>) {
        Body::<T>::describe(sketch);
        let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
        sketch.body.insert("application/octet-stream", bytes);
        sketch.headers.push((
            "Content-Disposition",
            false,
            "The name of a file that is sent as it is.",
        ));
    }
}

/// A table as comma-separated values, as it is.
pub(in crate::web) struct Csv(pub(super) Vec<u8>);

impl FromRequest for Csv {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_table = has_type(request, "text/csv");
        let sent = web::Payload::from_request(request, payload).into_inner();
        let request = request.clone();
        Box::pin(async move {
            if !is_table {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "not-csv",
                    "This is no table",
                    "Nothing was done. Send comma-separated values and say so: \"Content-Type: text/csv\".",
                ));
            }
            let sent = sent.map_err(|_| Problem::broken())?;
            let read = sent.to_bytes_limited(MOST_BYTES).await;
            let bytes = read
                .map_err(|_| Problem::too_large(MOST_BYTES))?
                .map_err(|_| Problem::bad_request("The body was cut off; send it again."))?;
            let app = request.app_data::<web::Data<App>>();
            lasting::still_in(&request, app.ok_or_else(Problem::broken)?).await?;
            Ok(Self(bytes.to_vec()))
        })
    }
}

impl Describe for Csv {
    fn describe(sketch: &mut Sketch<'_>) {
        let table = json!({ "schema": { "type": "string" } });
        sketch.body.insert("text/csv", table);
    }
}
