//! The log as strangers' programs read it: its newest checkpoint, its tiles,
//! and receipts (C2SP tlog-checkpoint, tlog-tiles and tlog-proof).

use std::io::Write;

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING,
    CONTENT_TYPE, ETAG, HeaderValue, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::desk::exchange::coding::Encoder;
use crate::desk::{keys, receipts, tiles};
use crate::domain::hash::ContentHash;
use crate::domain::ids::EntryIndex;
use crate::ledger::receipt::Receipt;
use crate::ledger::tile::{TileKind, TilePath};
use crate::store::cosignatures;

use super::super::cached::{is_known, public};
use super::super::headers::{ANYWHERE, RESOURCE_POLICY};
use super::super::problem::Problem;
use super::super::render::Answer;
use super::super::state::App;
use super::super::streaming;

/// A tile never changes: it holds what was signed for.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// A checkpoint is taken as fresh for a few seconds.
const SHORTLY: &str = "public, max-age=5";
/// What is not there yet may be there in a second.
const NOT_KEPT: &str = "no-store";

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

pub(in super::super) async fn checkpoint(app: web::Data<App>, request: HttpRequest) -> Answer {
    let newest = app.desk(|desk| desk.read(cosignatures::newest)).await?;
    let Some(note) = newest else {
        return Ok(nothing(&request));
    };
    let mut answer = public(&request, TEXT, note)?;
    let shortly = HeaderValue::from_static(SHORTLY);
    answer.headers_mut().insert(CACHE_CONTROL, shortly);
    Ok(for_everybody(answer))
}

/// The notes with which one key of the log followed another.
pub(in super::super) async fn keys(app: web::Data<App>, request: HttpRequest) -> Answer {
    let notes = app
        .desk(|desk| desk.read(|db| Ok(keys::successions(db)?)))
        .await?;
    Ok(for_everybody(public(&request, TEXT, notes)?))
}

pub(in super::super) async fn tile(app: web::Data<App>, request: HttpRequest) -> Answer {
    let Some(path) = asked(&request) else {
        return Ok(nothing(&request));
    };
    let found = app
        .desk(move |desk| desk.read(|db| tiles::find(db, path)))
        .await?;
    let Some(bytes) = found else {
        return Ok(nothing(&request));
    };
    Ok(for_everybody(immutable(&request, path, bytes)?))
}

/// Which tile is asked for; nothing for any spelling but the standard's own,
/// letters in disguise among them, so that caches keep each tile once.
fn asked(request: &HttpRequest) -> Option<TilePath> {
    let path = request.uri().path().strip_prefix("/log/")?;
    path.parse().ok()
}

/// A tile, or word that whoever asks has it already. Hashes are as small as
/// they can be; entries are made smaller for those who like that.
fn immutable(request: &HttpRequest, path: TilePath, bytes: Vec<u8>) -> Answer {
    let hash = ContentHash::of(&bytes).to_string();
    let tag = format!("\"{}\"", &hash[..32]);
    let is_known = is_known(request, &tag);
    let mut answer = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((CACHE_CONTROL, FOR_GOOD));
    if path.kind() != TileKind::Entries {
        answer.insert_header((ETAG, tag));
        return Ok(with(answer, is_known, bytes));
    }
    // The same entries come in several codings: a weak tag stands for all.
    answer.insert_header((ETAG, format!("W/{tag}")));
    answer.insert_header((VARY, "Accept-Encoding"));
    let Some(coding) = streaming::accepted(request.headers()).filter(|_| !is_known) else {
        return Ok(with(answer, is_known, bytes));
    };
    answer.insert_header((CONTENT_ENCODING, coding.as_str()));
    let write = || {
        let mut encoder = Encoder::new(Some(coding), Vec::new())?;
        encoder.write_all(&bytes)?;
        encoder.finish()
    };
    let smaller = write().map_err(|error: std::io::Error| {
        tracing::error!(%error, "entries could not be made smaller");
        Problem::broken()
    })?;
    Ok(with(answer, is_known, smaller))
}

fn with(
    mut answer: actix_web::HttpResponseBuilder,
    is_known: bool,
    bytes: Vec<u8>,
) -> HttpResponse {
    if is_known {
        return answer.finish();
    }
    answer.insert_header((CONTENT_TYPE, BYTES)).body(bytes)
}

/// Under which checkpoint a receipt is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// The first checkpoint that covers the entry, under which a receipt never
    /// changes, or the newest.
    #[serde(default)]
    under: Under,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Under {
    #[default]
    First,
    Newest,
}

impl Wanted {
    /// The receipt of an entry, if there is one yet.
    pub(in crate::web) async fn of(
        self,
        app: &App,
        entry: EntryIndex,
    ) -> Result<Option<Receipt>, Problem> {
        let under = match self.under {
            Under::First => receipts::Under::First,
            Under::Newest => receipts::Under::Newest,
        };
        app.desk(move |desk| desk.read(|db| receipts::find(db, entry, under)))
            .await
    }
}

pub(in super::super) async fn receipt(
    app: web::Data<App>,
    request: HttpRequest,
    entry: web::Path<EntryIndex>,
    wanted: web::Query<Wanted>,
) -> Answer {
    let Some(receipt) = wanted.of(&app, *entry).await? else {
        return Ok(nothing(&request));
    };
    let answer = public(&request, TEXT, receipt.to_string())?;
    Ok(for_everybody(named(answer, &receipts::file_name(*entry))))
}

fn named(mut answer: HttpResponse, name: &str) -> HttpResponse {
    let how = format!("attachment; filename=\"{name}\"");
    if let Ok(how) = HeaderValue::from_str(&how) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, how);
    }
    answer
}

/// That there is no such thing, which nobody should remember for long.
fn nothing(request: &HttpRequest) -> HttpResponse {
    let mut answer = Problem::not_found().respond(request);
    let not_kept = HeaderValue::from_static(NOT_KEPT);
    answer.headers_mut().insert(CACHE_CONTROL, not_kept);
    for_everybody(answer)
}

/// Lets pages of any site read an answer: strangers check the log in their own
/// browsers.
fn for_everybody(mut answer: HttpResponse) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(ANYWHERE));
    answer
}
