//! One source: its sheet, through whom it is known, and when it is looked at.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::capturing::address;
use crate::desk::{Desk, DeskError};
use crate::domain::change::Interval;
use crate::domain::ids::{EntryIndex, SourceId};
use crate::domain::source::SourceSheet;
use crate::domain::words::{Address, Title};
use crate::store::{changes, sources as rows};
use crate::web::api::answer::Reply;
use crate::web::auth::Visitor;
use crate::web::cached::is_known;
use crate::web::problem::Problem;
use crate::web::state::App;

/// A citable thing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SourceShown")]
pub(in crate::web) struct Shown {
    /// Its number.
    id: SourceId,
    /// What is said about it.
    #[serde(flatten)]
    sheet: SourceSheet,
    /// Counts its sheets.
    version: u32,
    /// The entry that changed the sheet last; If-Match takes it.
    revision: EntryIndex,
    /// What counts as one witness.
    counts_as: String,
    /// The Admiralty code of its grade.
    grade_code: String,
    /// From this source to the one that was seen: as cited by.
    chain: Vec<Link>,
    /// Where it can be looked at again.
    address: Option<Address>,
    /// Every how many days that is done.
    every: Option<Interval>,
}

/// A source in a chain.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SourceLink")]
struct Link {
    /// The source.
    source: SourceId,
    /// Its title.
    title: Title,
}

/// The tag of the state that a source is in. What stands before the point is
/// what a change is held against.
fn tag(desk: &Desk, source: SourceId) -> Result<String, DeskError> {
    let state = desk.read(|db| Ok(rows::state_of(db, source)?))?;
    let (rev, newest) = state.ok_or(missing(source))?;
    Ok(format!("\"{rev}.{:x}\"", newest.get()))
}

pub(super) const fn missing(source: SourceId) -> DeskError {
    DeskError::NoSuch {
        what: "source",
        id: source.get(),
    }
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    source: web::Path<SourceId>,
    request: HttpRequest,
) -> Result<Reply<Shown>, Problem> {
    let source = *source;
    // The tag is read first, as that of a claim is.
    let tag = app.desk(move |desk| tag(desk, source)).await?;
    if is_known(&request, &tag) {
        return Ok(Reply::Known(tag));
    }
    let found = app.desk(move |desk| shown(desk, source)).await?;
    Ok(Reply::Value(found, Some(tag)))
}

fn shown(desk: &Desk, id: SourceId) -> Result<Shown, DeskError> {
    desk.read(|db| {
        let source = rows::find(db, id)?.ok_or(missing(id))?;
        let chain = rows::chain(db, id)?.into_iter();
        Ok(Shown {
            id,
            version: source.version,
            revision: source.rev,
            counts_as: source.origin(),
            grade_code: source.sheet.grade.code(),
            chain: chain
                .map(|link| Link {
                    source: link.id,
                    title: link.sheet.title,
                })
                .collect(),
            address: address(db, id)?,
            every: changes::schedule(db, id)?,
            sheet: source.sheet,
        })
    })
}
