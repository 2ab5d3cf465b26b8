//! What is done with a source: it is added, revised, looked at again.

use actix_web::web;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::desk::{capturing, changes, sources as deeds};
use crate::domain::change::Interval;
use crate::domain::ids::SourceId;
use crate::domain::source::SourceSheet;
use crate::domain::words::Address;
use crate::web::api::BASE;
use crate::web::api::answer::{Done, Made};
use crate::web::api::asked::{Body, Seen};
use crate::web::api::captures::made as capture_made;
use crate::web::api::claims::New;
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

pub(in crate::web) async fn add(
    app: web::Data<App>,
    me: Visitor,
    Body(sheet): Body<SourceSheet>,
) -> Result<Made<New<SourceId>>, Problem> {
    let actor = me.0.actor();
    let id = act(&app, move |desk| deeds::add(desk, actor, sheet)).await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/sources/{id}"),
    })
}

pub(in crate::web) async fn revise(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    Seen(seen): Seen,
    Body(sheet): Body<SourceSheet>,
) -> Result<Done, Problem> {
    let (source, actor) = (*source, me.0.actor());
    act(&app, move |desk| {
        deeds::revise(desk, actor, (source, seen), sheet)
    })
    .await?;
    Ok(Done)
}

/// How often a source is looked at again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Schedule {
    /// Every so many days; null: not any more. It may not be left out, so that
    /// a slip does not end a schedule.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(required)]
    every: Option<Interval>,
}

pub(in crate::web) async fn schedule(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    Seen(seen): Seen,
    Body(Schedule { every }): Body<Schedule>,
) -> Result<Done, Problem> {
    let (source, actor) = (*source, me.0.actor());
    act(&app, move |desk| {
        changes::schedule(&desk.if_source_still(source, seen), actor, source, every)
    })
    .await?;
    Ok(Done)
}

/// Where a source is to be fetched.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewLook")]
pub(in crate::web) struct Look {
    /// The address; left out: where it was found last.
    #[serde(default)]
    url: Option<Address>,
}

pub(in crate::web) async fn ask(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    Body(Look { url }): Body<Look>,
) -> Result<Made<New<i64>>, Problem> {
    let (source, actor) = (*source, me.0.actor());
    let id = act(&app, move |desk| match url {
        Some(url) => capturing::ask(desk, actor, Some(source), url),
        None => capturing::recheck(desk, actor, source),
    })
    .await?;
    Ok(capture_made(id))
}
