//! Forms, parsed once at the door: urlencoded or multipart, with limits, and
//! with the session's secret checked before anything is looked at.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::{StreamExt, TryStreamExt};
use subtle::ConstantTimeEq;

use crate::desk::people::SignedIn;

use super::auth;
use super::confirm;
use super::lasting;
use super::problem::Problem;
use super::state::App;

/// No form has more fields than this.
const MOST_FIELDS: usize = 1_000;
/// The largest form of somebody who is not signed in, in bytes: a name and a
/// password are all that strangers have to send.
pub(super) const STRANGERS: usize = 16 * 1024;

/// A file that came with a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Upload {
    pub(super) name: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// The fields of a form as they were typed, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields {
    values: Vec<(String, String)>,
    upload: Option<Upload>,
    errors: BTreeMap<String, String>,
}

impl Fields {
    /// A form that nobody has filled in yet, with some fields proposed.
    pub(super) fn proposed(values: &[(&str, &str)]) -> Self {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            values: values.collect(),
            ..Self::default()
        }
    }

    /// What was typed into a field; nothing typed is the empty text.
    pub(super) fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Puts a value into a field, whatever was typed there.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.values.retain(|(field, _)| field != name);
        self.values.push((name.to_owned(), value.to_owned()));
    }

    /// Forgets the fields whose names begin so.
    pub(super) fn forget(&mut self, beginning: &str) {
        self.values
            .retain(|(field, _)| !field.starts_with(beginning));
    }

    /// Whether a choice of a field was made.
    pub(super) fn chose(&self, name: &str, value: &str) -> bool {
        self.values
            .iter()
            .any(|(field, chosen)| field == name && chosen == value)
    }

    /// All values of a field that may be sent several times.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.values
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every field as it came, but for secrets, which no page says back.
    pub(super) fn carried(&self) -> impl Iterator<Item = (&str, &str)> {
        let secrets = ["csrf", "password", "current"];
        let all = self.values.iter();
        let all = all.filter(move |(name, _)| !secrets.contains(&name.as_str()));
        all.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every field that somebody filled in, to be sent again.
    pub(super) fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .filter(|(name, _)| !["csrf", "seen"].contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The reason beside a field.
    pub(super) fn error(&self, name: &str) -> Option<&str> {
        self.errors.get(name).map(String::as_str)
    }

    /// Whether anything is wrong.
    pub(super) fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The status of a page with the form on it.
    pub(super) fn status(&self) -> StatusCode {
        if self.is_wrong() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }

    /// Puts a reason beside a field.
    pub(super) fn refuse(&mut self, name: &str, reason: impl Display) {
        self.errors
            .entry(name.to_owned())
            .or_insert_with(|| reason.to_string());
    }

    /// Parses a field; what is wrong with it is kept beside it.
    pub(super) fn parse<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.value(name)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(name, error);
                None
            }
        }
    }

    /// Parses a field that may be left empty.
    pub(super) fn parse_optional<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.value(name).trim().is_empty() {
            None
        } else {
            self.parse(name, parse)
        }
    }

    /// The file that came with the form, if one with content did.
    pub(super) fn upload(&self) -> Option<&Upload> {
        self.upload
            .as_ref()
            .filter(|upload| !upload.bytes.is_empty())
    }
}

impl FromRequest for Fields {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let app = request
                .app_data::<web::Data<App>>()
                .ok_or_else(Problem::broken)?;
            let is_known = request.extensions().get::<SignedIn>().is_some();
            let upload = app.facts().upload;
            let limit = if is_known {
                upload
            } else {
                upload.min(STRANGERS)
            };
            let mut fields = if request.content_type() == "multipart/form-data" {
                read_parts(&request, payload, limit).await?
            } else {
                read_pairs(payload, limit).await?
            };
            check_secret(&request, &fields)?;
            lasting::still_in(&request, app).await?;
            confirm::hold(&request, app, &mut fields).await?;
            Ok(fields)
        })
    }
}

/// A form of a session carries its secret. A form of nobody (to sign in) has
/// none; the gate has checked that it comes from our own pages. A program has
/// none either: no site can make a browser send its token.
fn check_secret(request: &HttpRequest, fields: &Fields) -> Result<(), Problem> {
    let extensions = request.extensions();
    let Some(me) = extensions.get::<SignedIn>() else {
        return Ok(());
    };
    if me.is_program() {
        return Ok(());
    }
    let same = me.csrf.as_bytes().ct_eq(fields.value("csrf").as_bytes());
    if bool::from(same) {
        Ok(())
    } else {
        auth::tell(request, Some(me), "the form does not know the session");
        Err(Problem::forged(request))
    }
}

async fn read_pairs(mut payload: Payload, limit: usize) -> Result<Fields, Problem> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|_| Problem::bad_request("The form was cut off; send it again."))?;
        if body.len() + chunk.len() > limit {
            return Err(Problem::too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    let pairs = url::form_urlencoded::parse(&body).into_owned();
    // What is too much is refused: a form of which the end is cut off would do
    // less than whoever sent it believes.
    let values: Vec<_> = pairs.take(MOST_FIELDS + 1).collect();
    if values.len() > MOST_FIELDS {
        return Err(too_many());
    }
    Ok(Fields {
        values,
        ..Fields::default()
    })
}

fn too_many() -> Problem {
    Problem::bad_request(format!(
        "Nothing was saved. The form has more than {MOST_FIELDS} fields; send it in parts."
    ))
}

async fn read_parts(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Fields, Problem> {
    let mut parts = Multipart::new(request.headers(), payload);
    let mut fields = Fields::default();
    let mut left = limit;
    while let Some(mut part) = parts
        .try_next()
        .await
        .map_err(|error| Problem::bad_request(error.to_string()))?
    {
        if fields.values.len() >= MOST_FIELDS {
            return Err(too_many());
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part
            .content_disposition()
            .and_then(|header| header.get_filename().map(str::to_owned));
        let media_type = part.content_type().map(ToString::to_string);
        let mut bytes = Vec::new();
        while let Some(chunk) = part
            .try_next()
            .await
            .map_err(|error| Problem::bad_request(error.to_string()))?
        {
            left = left
                .checked_sub(chunk.len())
                .ok_or_else(|| Problem::too_large(limit))?;
            bytes.extend_from_slice(&chunk);
        }
        if let Some(file) = file_name {
            fields.upload = Some(Upload {
                name: Some(file).filter(|name| !name.is_empty()),
                media_type,
                bytes,
            });
        } else {
            let value = String::from_utf8(bytes)
                .map_err(|_| Problem::bad_request("a field is not UTF-8"))?;
            fields.values.push((name, value));
        }
    }
    Ok(fields)
}
