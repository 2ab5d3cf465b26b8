//! Who may see a source: it is sealed for some, and unsealed again.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::seals as deeds;
use crate::domain::ids::{PersonId, SourceId};
use crate::web::api::answer::{Done, Reply};
use crate::web::api::asked::Body;
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// How a source is sealed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Seal")]
pub(in crate::web) struct Shown {
    /// Whether it is sealed.
    sealed: bool,
    /// Who may see it; nobody is named where it is not sealed.
    readers: Vec<PersonId>,
    /// Who added it; they always may.
    added_by: Option<PersonId>,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    source: web::Path<SourceId>,
) -> Result<Reply<Shown>, Problem> {
    let source = *source;
    let seal = app
        .desk(move |desk| desk.read(|db| deeds::of(db, source)))
        .await?;
    Ok(Reply::new(Shown {
        sealed: !seal.readers.is_empty(),
        readers: seal.readers,
        added_by: seal.added_by,
    }))
}

/// Who may see a source from here on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSeal")]
pub(in crate::web) struct Named {
    /// Those who may, beside whoever added it.
    #[schemars(length(max = 1_000))]
    readers: Vec<PersonId>,
}

pub(in crate::web) async fn seal(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    Body(Named { readers }): Body<Named>,
) -> Result<Done, Problem> {
    let (source, actor) = (*source, me.0.actor());
    act(&app, move |desk| deeds::seal(desk, actor, source, readers)).await?;
    Ok(Done)
}

pub(in crate::web) async fn unseal(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
) -> Result<Done, Problem> {
    let (source, actor) = (*source, me.0.actor());
    act(&app, move |desk| deeds::unseal(desk, actor, source)).await?;
    Ok(Done)
}
