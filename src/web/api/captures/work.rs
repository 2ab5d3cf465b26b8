//! What is done with captures: they are asked for, brought, stopped, tried
//! again, and become sources.

use actix_web::web;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::desk::capturing as deeds;
use crate::domain::ids::SourceId;
use crate::domain::source::SourceSheet;
use crate::domain::words::{Address, Notice};
use crate::web::api::BASE;
use crate::web::api::answer::{Done, Made};
use crate::web::api::asked::Body;
use crate::web::api::claims::New;
use crate::web::api::problems::act;
use crate::web::api::sent::Brought;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// A capture that was asked for: its address tells how far it has come.
pub(in crate::web::api) fn made(id: i64) -> Made<New<i64>> {
    Made {
        value: New { id },
        at: format!("{BASE}/captures/{id}"),
    }
}

/// An address to fetch.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCapture")]
pub(in crate::web) struct Wanted {
    /// The address.
    url: Address,
}

pub(in crate::web) async fn ask(
    app: web::Data<App>,
    me: Visitor,
    brought: Brought<Wanted>,
) -> Result<Made<New<i64>>, Problem> {
    let actor = me.0.actor();
    let id = act(&app, move |desk| match brought {
        Brought::Json(Wanted { url }) => deeds::ask(desk, actor, None, url),
        Brought::File(file) => {
            let said = (file.declared(), file.name);
            deeds::bring(desk, actor, &file.bytes, said)
        }
    })
    .await?;
    Ok(made(id))
}

/// The sheet of the source that a capture becomes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSource")]
pub(in crate::web) struct Adopted {
    /// What is said about it.
    sheet: SourceSheet,
    /// A warning shown wherever the words of this capture are shown.
    #[serde(default)]
    notice: Option<Notice>,
}

pub(in crate::web) async fn adopt(
    app: web::Data<App>,
    me: Visitor,
    capture: web::Path<i64>,
    Body(Adopted { sheet, notice }): Body<Adopted>,
) -> Result<Made<New<SourceId>>, Problem> {
    let (capture, actor) = (*capture, me.0.actor());
    let id = act(&app, move |desk| {
        deeds::adopt(desk, actor, capture, (sheet, notice))
    })
    .await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/sources/{id}"),
    })
}

pub(in crate::web) async fn cancel(
    app: web::Data<App>,
    me: Visitor,
    capture: web::Path<i64>,
) -> Result<Done, Problem> {
    let (capture, actor) = (*capture, me.0.actor());
    act(&app, move |desk| deeds::cancel(desk, actor, capture)).await?;
    Ok(Done)
}

pub(in crate::web) async fn retry(
    app: web::Data<App>,
    me: Visitor,
    capture: web::Path<i64>,
) -> Result<Done, Problem> {
    let (capture, actor) = (*capture, me.0.actor());
    act(&app, move |desk| deeds::retry(desk, actor, capture)).await?;
    Ok(Done)
}
