//! What the desk says of itself, the rules it works by, and its scales.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::terms::{self, Subject};
use crate::desk::{Desk, DeskError, settings as deeds};
use crate::domain::claim::Approvals;
use crate::domain::ids::{EntryIndex, ScaleId};
use crate::domain::passkey::SigningRule;
use crate::domain::scale::ScaleSheet;
use crate::domain::sheet::{DeskSheet, Policies};
use crate::domain::words::Key;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::BASE;
use super::answer::{Done, Made, Reply};
use super::asked::{Body, Seen};
use super::claims::New;
use super::problems::act;

fn tagged<T>((value, entry): (T, EntryIndex)) -> Reply<T> {
    Reply::Value(value, Some(format!("\"{entry}\"")))
}

/// The sheet with the entry that set it. The entry is read first: a change in
/// between makes the tag older than what it comes with, never newer.
fn sheet(desk: &Desk) -> Result<(DeskSheet, EntryIndex), DeskError> {
    let entry = desk.read(|db| terms::state(db, Subject::Sheet))?;
    Ok((DeskSheet::clone(&desk.sheet()), entry))
}

pub(in crate::web) async fn desk(
    app: web::Data<App>,
    _: Visitor,
) -> Result<Reply<DeskSheet>, Problem> {
    app.desk(sheet).await.map(tagged)
}

pub(in crate::web) async fn describe(
    app: web::Data<App>,
    me: Visitor,
    Seen(seen): Seen,
    Body(sheet): Body<DeskSheet>,
) -> Result<Done, Problem> {
    let actor = me.0.actor();
    act(&app, move |desk| {
        deeds::describe(&desk.if_still_so(Subject::Sheet, seen), actor, sheet)
    })
    .await?;
    Ok(Done)
}

pub(in crate::web) async fn policies(
    app: web::Data<App>,
    _: Visitor,
) -> Result<Reply<Policies>, Problem> {
    let (sheet, entry) = app.desk(sheet).await?;
    Ok(tagged((sheet.policies, entry)))
}

pub(in crate::web) async fn promise(
    app: web::Data<App>,
    me: Visitor,
    Seen(seen): Seen,
    Body(policies): Body<Policies>,
) -> Result<Done, Problem> {
    let actor = me.0.actor();
    act(&app, move |desk| {
        // What stands beside the policies is as the entry that was seen has
        // it, or the act is refused.
        let (now, _) = sheet(desk)?;
        let sheet = DeskSheet { policies, ..now };
        deeds::describe(&desk.if_still_so(Subject::Sheet, seen), actor, sheet)
    })
    .await?;
    Ok(Done)
}

/// The rules that a desk works by.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DeskRules")]
pub(in crate::web) struct Rules {
    /// How many approvals a verdict needs before it can be published.
    #[schemars(range(max = 9))]
    approvals: u32,
    /// The key of the scale that verdicts use.
    scale: Key,
}

pub(in crate::web) async fn rules(
    app: web::Data<App>,
    _: Visitor,
) -> Result<Reply<Rules>, Problem> {
    let read = |desk: &Desk| {
        let entry = desk.read(|db| terms::state(db, Subject::Rules))?;
        Ok((desk.rules(), entry))
    };
    let (rules, entry) = app.desk(read).await?;
    let scale = Key::parse(&rules.scale).map_err(|_| Problem::broken())?;
    let approvals = rules.approvals.0;
    Ok(tagged((Rules { approvals, scale }, entry)))
}

pub(in crate::web) async fn set_rules(
    app: web::Data<App>,
    me: Visitor,
    Seen(seen): Seen,
    Body(Rules { approvals, scale }): Body<Rules>,
) -> Result<Done, Problem> {
    let actor = me.0.actor();
    act(&app, move |desk| {
        let desk = desk.if_still_so(Subject::Rules, seen);
        deeds::set_rules(&desk, actor, (Approvals(approvals), scale))
    })
    .await?;
    Ok(Done)
}

/// Whether reviewers sign with keys of their own.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Signing {
    /// The rule.
    rule: SigningRule,
}

pub(in crate::web) async fn signing(
    app: web::Data<App>,
    _: Visitor,
) -> Result<Reply<Signing>, Problem> {
    let read = |desk: &Desk| {
        let entry = desk.read(|db| terms::state(db, Subject::Signing))?;
        let rule = desk.rules().signing;
        Ok((Signing { rule }, entry))
    };
    app.desk(read).await.map(tagged)
}

pub(in crate::web) async fn set_signing(
    app: web::Data<App>,
    me: Visitor,
    Seen(seen): Seen,
    Body(Signing { rule }): Body<Signing>,
) -> Result<Done, Problem> {
    let actor = me.0.actor();
    act(&app, move |desk| {
        deeds::set_signing(&desk.if_still_so(Subject::Signing, seen), actor, rule)
    })
    .await?;
    Ok(Done)
}

/// A scale, or the next version of one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewScale")]
pub(in crate::web) struct Adopted {
    /// What it says, the best rating first.
    sheet: ScaleSheet,
    /// Which version of the scale it becomes, from 1, so that nobody's version
    /// is passed over unseen.
    version: u32,
}

pub(in crate::web) async fn adopt(
    app: web::Data<App>,
    me: Visitor,
    Body(Adopted { sheet, version }): Body<Adopted>,
) -> Result<Made<New<ScaleId>>, Problem> {
    let actor = me.0.actor();
    let id = act(&app, move |desk| {
        deeds::adopt_scale(desk, actor, sheet, version)
    })
    .await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/scales/{id}"),
    })
}
