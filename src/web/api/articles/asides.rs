//! Passages of an article are set aside, and taken up again.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::revising;
use crate::domain::article::AsideReason;
use crate::domain::ids::{ArticleId, EntryIndex};
use crate::web::api::BASE;
use crate::web::api::answer::{Done, Made, Told};
use crate::web::api::asked::{Body, Seen};
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// Words of an article that need no check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAside")]
pub(in crate::web) struct Words {
    /// The words, as the newest revision has them.
    quote: String,
    /// Near which code point, where they stand more than once.
    #[serde(default)]
    near: Option<u64>,
    /// Why they need no check.
    reason: AsideReason,
}

/// The entry that set a passage aside.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Aside {
    /// It names the passage.
    entry: EntryIndex,
}

pub(in crate::web) async fn set_aside(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    Body(new): Body<Words>,
) -> Result<Made<Aside>, Problem> {
    let (article, actor) = (*article, me.0.actor());
    let deed = move |desk: &_| {
        revising::set_aside(desk, actor, (article, new.quote, new.near), new.reason)
    };
    let entry = act(&app, deed).await?;
    Ok(Made {
        value: Aside { entry },
        at: format!("{BASE}/articles/{article}/draft"),
    })
}

pub(in crate::web) async fn take_up(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ArticleId, EntryIndex)>,
    seen: Seen,
) -> Result<Done, Problem> {
    let ((article, aside), actor) = (path.into_inner(), me.0.actor());
    act(&app, move |desk| {
        let desk = desk.if_revision_still(article, seen.revision());
        revising::take_up(&desk, actor, (article, aside))
    })
    .await?;
    Ok(Done)
}

/// How many passages were set aside.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Headings {
    /// So many.
    set_aside: usize,
}

pub(in crate::web) async fn set_headings_aside(
    app: web::Data<App>,
    me: Visitor,
    article: web::Path<ArticleId>,
    seen: Seen,
) -> Result<Told<Headings>, Problem> {
    let (article, actor, seen) = (*article, me.0.actor(), seen.revision());
    let set_aside = act(&app, move |desk| {
        revising::set_headings_aside(desk, actor, (article, seen))
    })
    .await?;
    Ok(Told(Headings { set_aside }))
}
