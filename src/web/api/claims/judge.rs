//! What is judged of a claim, and what is made public.

use actix_web::web;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::desk::verdicts::{self, Draft};
use crate::desk::{changes, claims as deeds, publishing};
use crate::domain::ids::{CitationId, ClaimId, CorrectionId, PublicationId, SnapshotId, VerdictId};
use crate::domain::publication::CorrectionKind;
use crate::domain::words::{Note, Rationale};
use crate::web::api::BASE;
use crate::web::api::answer::{Done, Made};
use crate::web::api::asked::{Body, Seen};
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::work::New;

fn made<Id>(claim: ClaimId, id: Id) -> Made<New<Id>> {
    Made {
        value: New { id },
        at: format!("{BASE}/claims/{claim}"),
    }
}

/// A verdict over the wording as it stands.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewVerdict")]
pub(in crate::web) struct Given {
    /// The key of a rating on the desk's scale.
    rating: String,
    /// Why.
    rationale: Rationale,
    /// The claim's citations that it rests on.
    citations: Vec<CitationId>,
}

pub(in crate::web) async fn decide(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(given): Body<Given>,
) -> Result<Made<New<VerdictId>>, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let draft = Draft {
        rating: given.rating,
        rationale: given.rationale,
        citations: given.citations,
    };
    let id = act(&app, move |desk| {
        verdicts::give(desk, actor, (claim, seen), draft)
    })
    .await?;
    Ok(made(claim, id))
}

/// An approval of the verdict that stands.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Approval {
    /// In words, if there is something to say.
    #[serde(default)]
    note: Option<Note>,
}

pub(in crate::web) async fn approve(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(Approval { note }): Body<Approval>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        verdicts::approve(desk, actor, (claim, seen), note)
    })
    .await?;
    Ok(Done)
}

/// Why somebody acts so.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Reason {
    /// In words.
    note: Note,
}

pub(in crate::web) async fn dissent(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(Reason { note }): Body<Reason>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        verdicts::dissent(desk, actor, (claim, seen), note)
    })
    .await?;
    Ok(Done)
}

/// A judgement that a change of cited words does not matter.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Dismissal {
    /// The newest snapshot that the words were held against.
    compared: SnapshotId,
    /// Why it does not matter.
    note: Note,
}

pub(in crate::web) async fn dismiss(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(Dismissal { compared, note }): Body<Dismissal>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let deed = move |desk: &_| changes::dismiss(desk, actor, (claim, seen, compared), note);
    act(&app, deed).await?;
    Ok(Done)
}

pub(in crate::web) async fn publish(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
) -> Result<Made<New<PublicationId>>, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let id = act(&app, move |desk| {
        publishing::publish(desk, actor, (claim, seen))
    })
    .await?;
    Ok(made(claim, id))
}

/// A correction of what is public.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewCorrection")]
pub(in crate::web) struct Corrected {
    /// What kind it is.
    kind: CorrectionKind,
    /// What changed and why.
    note: Note,
}

pub(in crate::web) async fn correct(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(Corrected { kind, note }): Body<Corrected>,
) -> Result<Made<New<CorrectionId>>, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let deed = move |desk: &_| publishing::correct(desk, actor, (claim, seen), kind, note);
    let id = act(&app, deed).await?;
    Ok(made(claim, id))
}

pub(in crate::web) async fn withdraw(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
    Body(Reason { note }): Body<Reason>,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        deeds::withdraw(desk, actor, (claim, seen), note)
    })
    .await?;
    Ok(Done)
}

pub(in crate::web) async fn reconsider(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    act(&app, move |desk| {
        deeds::reconsider(desk, actor, (claim, seen))
    })
    .await?;
    Ok(Done)
}
