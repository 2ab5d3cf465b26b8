//! Forms of a claim's page that judge: decide, approve, dissent, publish,
//! correct, and say that a change does not matter.

use actix_web::web;

use crate::desk::signing::Intent;
use crate::desk::{changes, publishing, verdicts};
use crate::domain::ids::{ClaimId, SnapshotId};
use crate::domain::publication::CorrectionKind;
use crate::domain::words::{Note, Rationale};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::render::Answer;
use super::super::state::App;
use super::claims::{after, draw, seen};
use super::signing::begin;

pub(in super::super) async fn give(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let Some(draft) = read(&mut form) else {
        return draw(&app, me, claim, form).await;
    };
    if wants_to_sign(&form) {
        let intent = Intent::Verdict { claim, seen, draft };
        return begin(&app, me, (claim, form), intent, ("verdicts", "rating")).await;
    }
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| verdicts::give(desk, actor, (claim, seen), draft))
        .await?;
    after(&app, me, claim, (done, form), ("verdicts", "rating")).await
}

/// Whether the button was pressed that signs.
fn wants_to_sign(form: &Fields) -> bool {
    form.value("sign") == "passkey"
}

fn read(form: &mut Fields) -> Option<verdicts::Draft> {
    let rationale = form.parse("rationale", Rationale::parse);
    if form.value("rating").is_empty() {
        form.refuse("rating", "choose a rating");
    }
    let citations = form.all("citation").filter_map(|id| id.parse().ok());
    Some(verdicts::Draft {
        rating: form.value("rating").to_owned(),
        citations: citations.collect(),
        rationale: rationale.filter(|_| !form.is_wrong())?,
    })
}

pub(in super::super) async fn approve(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let Some(note) = form.parse("opinion", Note::parse_optional) else {
        return draw(&app, me, claim, form).await;
    };
    if wants_to_sign(&form) {
        let intent = Intent::Approval { claim, seen, note };
        return begin(&app, me, (claim, form), intent, ("approvals", "opinion")).await;
    }
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| verdicts::approve(desk, actor, (claim, seen), note))
        .await?;
    after(&app, me, claim, (done, form), ("approvals", "opinion")).await
}

pub(in super::super) async fn dissent(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let Some(note) = form.parse("opinion", Note::parse) else {
        return draw(&app, me, claim, form).await;
    };
    if wants_to_sign(&form) {
        let intent = Intent::Dissent { claim, seen, note };
        return begin(&app, me, (claim, form), intent, ("dissents", "opinion")).await;
    }
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| verdicts::dissent(desk, actor, (claim, seen), note))
        .await?;
    after(&app, me, claim, (done, form), ("dissents", "opinion")).await
}

pub(in super::super) async fn publish(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    form: Fields,
) -> Answer {
    let (claim, seen, actor) = (*claim, seen(&form)?, me.0.actor());
    let done = app
        .attempt(move |desk| publishing::publish(desk, actor, (claim, seen)))
        .await?;
    after(&app, me, claim, (done, form), ("publications", "publish")).await
}

pub(in super::super) async fn correct(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let kind = form.parse("kind", str::parse::<CorrectionKind>);
    let note = form.parse("correction", Note::parse);
    let (Some(kind), Some(note)) = (kind, note) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| publishing::correct(desk, actor, (claim, seen), kind, note))
        .await?;
    after(&app, me, claim, (done, form), ("corrections", "correction")).await
}

/// A reviewer judges that the change under a stale verdict does not matter.
pub(in super::super) async fn dismiss(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    mut form: Fields,
) -> Answer {
    let (claim, seen) = (*claim, seen(&form)?);
    let compared = form.parse("compared", str::parse::<SnapshotId>);
    let reason = form.parse("dismissal", Note::parse);
    let (Some(compared), Some(reason)) = (compared, reason) else {
        return draw(&app, me, claim, form).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| changes::dismiss(desk, actor, (claim, seen, compared), reason))
        .await?;
    after(&app, me, claim, (done, form), ("dismissals", "dismissal")).await
}
