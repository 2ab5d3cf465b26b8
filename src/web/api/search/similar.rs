//! Earlier claims of similar wording. They are shown, and decide nothing.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::ClaimId;
use crate::domain::time::Timestamp;
use crate::domain::words::Statement;
use crate::store::search;
use crate::web::api::answer::{List, Page};
use crate::web::api::asked::Asked;
use crate::web::api::paging::Limit;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// A wording to look for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// The wording.
    statement: Statement,
    /// Not this claim, which has it.
    #[serde(default)]
    but: Option<ClaimId>,
    /// How many at most; no more than 40 are ever measured.
    #[serde(default)]
    limit: Limit,
}

/// An earlier claim whose wording is similar.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SimilarClaim")]
pub(in crate::web) struct Similar {
    /// The claim.
    claim: ClaimId,
    /// Its wording.
    statement: String,
    /// How much of both wordings is the same, in percent by the weight of
    /// their words.
    share: u8,
    /// Where it stands.
    state: String,
    /// Whether words under its verdict changed.
    stale: bool,
    /// The rating of its last verdict, as readers see it.
    rating: Option<String>,
    /// When that was given.
    judged_at: Option<Timestamp>,
    /// Whether that verdict stands.
    stands: bool,
    /// When it was opened.
    opened_at: Timestamp,
}

impl Similar {
    fn new(found: search::Similar) -> Self {
        Self {
            claim: found.claim,
            statement: found.statement,
            share: found.share,
            state: found.state,
            stale: found.stale,
            rating: found.rating,
            judged_at: found.judged_at,
            stands: found.stands,
            opened_at: found.opened_at,
        }
    }
}

pub(in crate::web) async fn similar(
    app: web::Data<App>,
    _: Visitor,
    Asked(wanted): Asked<Wanted>,
) -> Result<Page<Similar>, Problem> {
    let found = app
        .desk(move |desk| {
            let (statement, limit) = (wanted.statement.as_str(), wanted.limit.get());
            desk.read(|db| Ok(search::similar(db, statement, wanted.but, limit)?))
        })
        .await?;
    let lines = found.into_iter().map(Similar::new).collect();
    Ok(Page(List::new(lines, None)))
}
