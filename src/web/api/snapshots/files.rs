//! The bytes of a snapshot, its texts, and its pages as pictures.

use std::str::FromStr;
use std::sync::Arc;

use actix_web::{HttpRequest, web};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::desk::citations::readable;
use crate::desk::erasures::still_there;
use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, SnapshotId, TextId};
use crate::store::shelf::ShelvedText;
use crate::store::{Db, snapshots as rows};
use crate::text::page;
use crate::web::api::asked::Asked;
use crate::web::api::file::{Picture, Raw, Text};
use crate::web::api::problems::act;
use crate::web::api::sketch::Part;
use crate::web::auth::Visitor;
use crate::web::pages::pictures;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::show::find;

pub(in crate::web) async fn raw(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    snapshot: web::Path<SnapshotId>,
) -> Result<Raw, Problem> {
    let snapshot = *snapshot;
    let read = app.fetched(&request, move |desk| {
        desk.read(|db| {
            let hash = find(db, snapshot)?.snapshot.raw;
            Ok((db.shelf().blobs().get(hash)?, hash))
        })
    });
    let ((bytes, hash), held) = read.await?;
    Ok(Raw { bytes, hash, held })
}

/// What a text of a snapshot is called by: its number, or its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::web) enum TextName {
    Number(TextId),
    Hash(ContentHash),
}

impl TryFrom<String> for TextName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let number = || TextId::from_str(&text).map(Self::Number).ok();
        let hash = || ContentHash::from_str(&text).map(Self::Hash).ok();
        number()
            .or_else(hash)
            .ok_or("a text is called by its number or its SHA-256")
    }
}

impl Part for TextName {
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^([1-9][0-9]{0,17}|[0-9a-f]{64})$" })
    }
}

pub(in crate::web) async fn text(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    path: web::Path<(SnapshotId, TextName)>,
) -> Result<Text, Problem> {
    let (snapshot, name) = path.into_inner();
    let read = app.fetched(&request, move |desk| text_of(desk, snapshot, name));
    let ((text, hash), held) = read.await?;
    Ok(Text { text, hash, held })
}

/// A text, and its hash.
type Hashed = (Arc<ShelvedText>, ContentHash);

fn text_of(desk: &Desk, snapshot: SnapshotId, name: TextName) -> Result<Hashed, DeskError> {
    desk.read(|db| {
        find(db, snapshot)?;
        let texts = rows::texts(db, snapshot)?;
        let found = texts.into_iter().find(|text| match name {
            TextName::Number(id) => text.id == id,
            TextName::Hash(hash) => text.hash == hash,
        });
        let hash = found
            .ok_or(DeskError::NoSuch {
                what: "such text of snapshot",
                id: snapshot.get(),
            })?
            .hash;
        still_there(db, hash)?;
        Ok((db.shelf().text(hash)?, hash))
    })
}

/// What is marked on a page.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Marked {
    /// The words of this citation of the snapshot.
    #[serde(default)]
    citation: Option<CitationId>,
}

pub(in crate::web) async fn picture(
    app: web::Data<App>,
    _: Visitor,
    path: web::Path<(SnapshotId, u32)>,
    Asked(marked): Asked<Marked>,
) -> Result<Picture, Problem> {
    let place = path.into_inner();
    let drawn = Arc::clone(app.pictures());
    let _turn = app.turn_at_drawing().await?;
    act(&app, move |desk| {
        desk.read(|db| has_page(db, place))?;
        pictures::png(desk, &drawn, place, marked.citation)
    })
    .await
    .map(Picture)
}

/// Refuses pages that a snapshot has not. A PDF without a text may have any.
fn has_page(db: &Db<'_>, (snapshot, number): (SnapshotId, u32)) -> Result<(), DeskError> {
    let no_page = DeskError::NoSuch {
        what: "page",
        id: number.into(),
    };
    let taken = find(db, snapshot)?;
    if taken.snapshot.media_type != "application/pdf" || number == 0 {
        return Err(no_page);
    }
    match readable(db, snapshot) {
        Err(DeskError::Unread(_)) => Ok(()),
        Err(error) => Err(error),
        Ok((_, text)) => {
            let shelved = db.shelf().text(text.hash)?;
            let span = page::span(shelved.as_str(), number);
            span.map(|_| ()).ok_or(no_page)
        }
    }
}
