//! One claim with everything about it, and what happened to it.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::exchange::outgoing;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ClaimId, EntryIndex};
use crate::export::json::Claim;
use crate::store::claims::{self as rows};
use crate::store::trail::{self, Followed};
use crate::web::api::answer::{List, Page, Reply};
use crate::web::api::asked::Asked;
use crate::web::api::changes::Change;
use crate::web::api::paging::{Limit, last, next};
use crate::web::auth::Visitor;
use crate::web::cached::is_known;
use crate::web::problem::Problem;
use crate::web::state::App;

/// The tag of the state that a claim is in. What stands before the point is
/// what a change is held against.
pub(super) fn tag(desk: &Desk, claim: ClaimId) -> Result<String, DeskError> {
    let state = desk.read(|db| Ok(rows::state_of(db, claim)?))?;
    let (rev, newest) = state.ok_or(DeskError::NoSuch {
        what: "claim",
        id: claim.get(),
    })?;
    Ok(format!("\"{rev}.{:x}\"", newest.get()))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
    request: HttpRequest,
) -> Result<Reply<Claim>, Problem> {
    let claim = *claim;
    // The tag is read first: whoever knows the state costs no more than that.
    // A change in between makes the tag older than what it comes with, and
    // the next read is answered in full.
    let tag = app.desk(move |desk| tag(desk, claim)).await?;
    if is_known(&request, &tag) {
        return Ok(Reply::Known(tag));
    }
    let found = app
        .desk(move |desk| desk.read(|db| outgoing::claim(db, claim)))
        .await?;
    Ok(Reply::Value(found, Some(tag)))
}

/// Which entries about something to list; the oldest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Since {
    /// Go on after this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<EntryIndex>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn history(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
    Asked(mut since): Asked<Since>,
) -> Result<Page<Change>, Problem> {
    let (claim, limit) = (*claim, since.limit.get());
    let from = since.after.map_or(0, |entry| entry.get().saturating_add(1));
    let found = app
        .desk(move |desk| {
            tag(desk, claim)?;
            let from = EntryIndex::new(from);
            desk.read(|db| Ok(trail::since(db, Followed::Claim(claim), from, limit)?))
        })
        .await?;
    let last = last(&found, since.limit).map(|step| step.entry);
    let next = last.map(|last| {
        since.after = Some(last);
        next(&format!("/claims/{claim}/history"), &since)
    });
    Ok(Page(List::new(
        found.into_iter().map(Change::new).collect(),
        next,
    )))
}
