//! Who may see a source: it is sealed for some, and unsealed again.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::terms::{self, Subject};
use crate::desk::{Desk, seals as deeds};
use crate::domain::ids::{PersonId, SourceId};
use crate::web::api::answer::{Done, Reply};
use crate::web::api::asked::{Body, Seen};
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
    /// Who may see it; nobody is named where it is not sealed. Null for those
    /// who are not among them and may not choose them.
    readers: Option<Vec<PersonId>>,
    /// Who added it; they always may. Null where `readers` is.
    added_by: Option<PersonId>,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
) -> Result<Reply<Shown>, Problem> {
    let (source, actor) = (*source, me.0.actor());
    let read = move |desk: &Desk| {
        desk.read(|db| {
            Ok((
                deeds::told_to(db, actor, source)?,
                terms::state(db, Subject::Seal(source))?,
            ))
        })
    };
    let ((sealed, told), entry) = app.desk(read).await?;
    let added_by = told.as_ref().and_then(|seal| seal.added_by);
    let shown = Shown {
        sealed,
        readers: told.map(|seal| seal.readers),
        added_by,
    };
    Ok(Reply::Value(shown, Some(format!("\"{entry}\""))))
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
    Seen(seen): Seen,
    Body(Named { readers }): Body<Named>,
) -> Result<Done, Problem> {
    let (source, actor) = (*source, me.0.actor());
    act(&app, move |desk| {
        let desk = desk.if_still_so(Subject::Seal(source), seen);
        deeds::seal(&desk, actor, source, readers)
    })
    .await?;
    Ok(Done)
}

pub(in crate::web) async fn unseal(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let (source, actor) = (*source, me.0.actor());
    act(&app, move |desk| {
        deeds::unseal(
            &desk.if_still_so(Subject::Seal(source), seen),
            actor,
            source,
        )
    })
    .await?;
    Ok(Done)
}
