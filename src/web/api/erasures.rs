//! What was erased, for programs. Asking and deciding is for people.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::{DeskError, erasures as deeds};
use crate::domain::erasure::Ground;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::time::Timestamp;
use crate::store::erasures::{self as rows, Asked, Stage};
use crate::store::{Db, StoreError};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::{List, Page, Reply};
use super::asked;
use super::paging::{Limit, last, next};

/// An erasure that was done.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Erasure")]
pub(in crate::web) struct Done {
    /// The entry that asked for it, which names it.
    asked: EntryIndex,
    /// What was asked for, each as pages write it: `entry 12`, `bytes 5`.
    parts: Vec<String>,
    /// On which ground.
    ground: Ground,
    /// The reference of the order or of the letter.
    reference: Option<String>,
    /// Why.
    reason: String,
    /// Who asked.
    asked_by: PersonId,
    /// When.
    asked_at: Timestamp,
    /// The entry that says what went.
    erased: Option<EntryIndex>,
    /// Who consented.
    erased_by: Option<PersonId>,
    /// When it went.
    erased_at: Option<Timestamp>,
    /// The entries whose bodies are gone.
    holes: Vec<EntryIndex>,
    /// SHA-256 of what was asked for and stays, because something else is the
    /// same.
    kept: Vec<ContentHash>,
    /// Whether no file of the desk holds it any more. It is false for a moment,
    /// and for as long as somebody reads the database as it was.
    swept: bool,
}

fn read(db: &Db<'_>, found: Asked) -> Result<Done, StoreError> {
    let (holes, swept) = match found.ended {
        Some(ended) => (rows::holes(db, ended)?, deeds::is_swept(db, ended)?),
        None => (Vec::new(), false),
    };
    let request = found.request;
    Ok(Done {
        asked: found.asked,
        parts: request.parts.iter().map(ToString::to_string).collect(),
        ground: request.ground,
        reference: request.reference.map(String::from),
        reason: request.reason.into(),
        asked_by: found.by,
        asked_at: found.at,
        erased: found.ended,
        erased_by: found.ended_by,
        erased_at: found.ended_at,
        holes,
        kept: found.kept,
        swept,
    })
}

/// Which erasures to list, the newest first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on with those that were asked for before this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<EntryIndex>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    asked::Asked(mut wanted): asked::Asked<Wanted>,
) -> Result<Page<Done>, Problem> {
    let (before, limit) = (wanted.before, wanted.limit.get());
    let found: Vec<Done> = app
        .desk(move |desk| {
            desk.read(|db| {
                let found = rows::list(db, Some(Stage::Done), before, limit)?;
                let done: Result<_, StoreError> =
                    found.into_iter().map(|asked| read(db, asked)).collect();
                Ok(done?)
            })
        })
        .await?;
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.before = Some(last.asked);
        next("/erasures", &wanted)
    });
    Ok(Page(List::new(found, next)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    asked: web::Path<EntryIndex>,
) -> Result<Reply<Done>, Problem> {
    let asked = *asked;
    let done = app
        .desk(move |desk| {
            desk.read(|db| {
                let found = deeds::get(db, asked)?;
                // What is only asked for is for those who decide on it.
                if found.stage != Stage::Done {
                    return Err(DeskError::NoSuch {
                        what: "erasure that was done, asked for by entry",
                        id: i64::try_from(asked.get()).unwrap_or(i64::MAX),
                    });
                }
                Ok(read(db, found)?)
            })
        })
        .await?;
    Ok(Reply::new(done))
}
