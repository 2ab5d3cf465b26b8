//! What is done on a claim's page.

use actix_web::web;

use crate::desk::DeskError;
use crate::desk::claims as deeds;
use crate::domain::ids::{ClaimId, EntryIndex, PersonId};
use crate::domain::plan::{Plan, Priority};
use crate::domain::time::Timestamp;
use crate::domain::words::{Note, Statement};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, see};
use crate::web::state::App;

use super::conflict::conflict;
use super::look::Paths;
use super::open::read_claimant;
use super::show::draw;

/// Answers a deed that was done on a claim's page: look at the claim again,
/// or choose between two versions, or mend the form.
pub(in crate::web::pages) async fn after<T>(
    app: &web::Data<App>,
    me: Visitor,
    claim: ClaimId,
    (done, mut form): (Result<T, DeskError>, Fields),
    (part, field): (&str, &str),
) -> Answer {
    match done {
        Ok(_) => see(&Paths::after(claim, &form).claim(&claim)),
        Err(DeskError::Conflict { .. }) => conflict(app, me, claim, form, part).await,
        Err(
            error @ (DeskError::Store(_) | DeskError::NotAllowed { .. } | DeskError::NoSuch { .. }),
        ) => Err(Problem::from(error)),
        Err(error) => {
            form.refuse(field, sentence(&error));
            draw(app, me, claim, form).await
        }
    }
}

/// Reads the entry that the page was drawn at.
pub(in crate::web::pages) fn seen(form: &Fields) -> Result<EntryIndex, Problem> {
    let typed = form.value("seen").parse();
    typed.map_err(|_| {
        Problem::bad_request("the form does not say which version of the claim it was drawn from")
    })
}

pub(in crate::web) async fn reword(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let statement = form.parse("statement", Statement::parse);
    let claimant = read_claimant(&mut form);
    let (Some(statement), Some(claimant)) = (statement, claimant) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| deeds::reword(desk, actor, (claim, seen), statement, claimant))
        .await?;
    after(&app, me, claim, (done, form), ("wording", "statement")).await
}

pub(in crate::web) async fn assign(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    form: Fields,
) -> Answer {
    let (claim, actor) = (*claim, me.0.actor());
    let assignee = form.value("assignee").parse::<PersonId>().ok();
    let done = app
        .attempt(move |desk| deeds::assign(desk, actor, claim, assignee))
        .await?;
    after(&app, me, claim, (done, form), ("assignee", "assignee")).await
}

/// Says how urgent a claim is and by when it is wanted.
pub(in crate::web) async fn plan(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let claim = *claim;
    let priority = form.parse("priority", str::parse::<Priority>);
    let due = form.parse_optional("due", Timestamp::parse_field);
    let Some(priority) = priority.filter(|_| !form.is_wrong()) else {
        return draw(&app, me, claim, form).await;
    };
    let (actor, plan) = (me.0.actor(), Plan { priority, due });
    let done = app
        .attempt(move |desk| deeds::plan(desk, actor, vec![claim], plan))
        .await?;
    after(&app, me, claim, (done, form), ("plan", "due")).await
}

pub(in crate::web) async fn withdraw(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let Some(reason) = form.parse("reason", Note::parse) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| deeds::withdraw(desk, actor, (claim, seen), reason))
        .await?;
    after(&app, me, claim, (done, form), ("withdrawal", "reason")).await
}

pub(in crate::web) async fn reconsider(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    form: Fields,
) -> Answer {
    let (claim, seen, actor) = (*claim, seen(&form)?, me.0.actor());
    let done = app
        .attempt(move |desk| deeds::reconsider(desk, actor, (claim, seen)))
        .await?;
    after(&app, me, claim, (done, form), ("reconsideration", "reason")).await
}
