//! What the readers of a claim's ClaimReview may dislike, for those who publish.

use actix_web::web;

use crate::desk::{DeskError, claim_reviews};
use crate::domain::ids::ClaimId;
use crate::export::claim_review::lint::Advice;
use crate::store::claims;
use crate::web::api::answer::{List, Page};
use crate::web::api::problems::act;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

pub(in crate::web) async fn advice(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
) -> Result<Page<Advice>, Problem> {
    let (claim, base) = (*claim, app.facts().base.clone());
    let found = act(&app, move |desk| {
        let publisher = claim_reviews::publisher(desk, &base);
        desk.read(|db| {
            let found = claims::find(db, claim)?;
            let found = found.ok_or(DeskError::NoSuch {
                what: "claim",
                id: claim.get(),
            })?;
            claim_reviews::advice(db, &publisher, &found)
        })
    })
    .await?;
    Ok(Page(List::new(found, None)))
}
