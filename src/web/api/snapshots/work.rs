//! What is done with a snapshot: its texts are derived again, and a copy of
//! its page is asked for elsewhere.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::capturing;
use crate::desk::snapshots as deeds;
use crate::domain::ids::SnapshotId;
use crate::web::api::answer::{Made, Told};
use crate::web::api::captures::made;
use crate::web::api::claims::New;
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// What came of reading a snapshot again.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct ReadAgain {
    /// How many texts were added.
    added: usize,
}

pub(in crate::web) async fn read_again(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Result<Told<ReadAgain>, Problem> {
    let (snapshot, actor) = (*snapshot, me.0.actor());
    let added = act(&app, move |desk| deeds::read_again(desk, actor, snapshot)).await?;
    Ok(Told(ReadAgain { added }))
}

pub(in crate::web) async fn archive(
    app: web::Data<App>,
    me: Visitor,
    snapshot: web::Path<SnapshotId>,
) -> Result<Made<New<i64>>, Problem> {
    let (snapshot, actor) = (*snapshot, me.0.actor());
    let id = act(&app, move |desk| capturing::archive(desk, actor, snapshot)).await?;
    Ok(made(id))
}
