//! Why a claim is not published yet: each rule that is not met, and how it is.

use actix_web::web;
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::blockers::{Blocker, Way};
use crate::desk::dossier::Dossier;
use crate::domain::ids::ClaimId;
use crate::web::api::BASE;
use crate::web::api::answer::{List, Page};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// A rule that keeps a claim from being published, or something that should be
/// looked at before.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Blocker")]
pub(in crate::web) struct Unmet {
    /// What is missing.
    rule: String,
    /// What to do.
    remedy: String,
    /// Whether publication is refused until it is done.
    blocks: bool,
    /// The operation that does it.
    operation: Option<Remedy>,
}

/// An operation of this API.
#[derive(Serialize, JsonSchema)]
struct Remedy {
    /// Its method.
    method: &'static str,
    /// Its address.
    at: String,
    /// What one must be allowed to do, as it stands after "may".
    may: &'static str,
}

impl Remedy {
    fn new(claim: ClaimId, way: Way) -> Self {
        let (method, at) = match way {
            Way::Cite => ("POST", format!("/claims/{claim}/citations")),
            Way::Decide => ("POST", format!("/claims/{claim}/verdicts")),
            Way::Judge => ("POST", format!("/claims/{claim}/approvals")),
            Way::Publish => ("POST", format!("/claims/{claim}/publications")),
            Way::Thread => ("POST", format!("/claims/{claim}/remarks")),
            Way::Passage => ("PUT", format!("/claims/{claim}/passage")),
            Way::Dismiss => ("POST", format!("/claims/{claim}/dismissals")),
            Way::TakeUp => ("POST", format!("/claims/{claim}/reconsideration")),
            Way::Compare { source, from, to } => (
                "GET",
                format!("/sources/{source}/changes?from={from}&to={to}"),
            ),
            Way::Snapshot(snapshot) => ("GET", format!("/snapshots/{snapshot}")),
        };
        Self {
            method,
            at: format!("{BASE}{at}"),
            may: way.deed().in_words(),
        }
    }
}

impl Unmet {
    fn new(claim: ClaimId, blocker: Blocker) -> Self {
        Self {
            rule: blocker.rule,
            remedy: blocker.remedy,
            blocks: blocker.blocks,
            operation: blocker.way.map(|way| Remedy::new(claim, way)),
        }
    }
}

pub(in crate::web) async fn blockers(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
) -> Result<Page<Unmet>, Problem> {
    let claim = *claim;
    let found = app
        .desk(move |desk| {
            let rules = desk.rules();
            desk.read(|db| Ok(Dossier::read(db, claim, &rules)?.blockers))
        })
        .await?;
    let unmet = found.into_iter().map(|blocker| Unmet::new(claim, blocker));
    Ok(Page(List::new(unmet.collect(), None)))
}
