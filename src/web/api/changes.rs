//! What happened at the desk, in its order, so that another system can follow
//! without asking for everything.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::person::Role;
use crate::domain::time::Timestamp;
use crate::store::trail::{self, Followed, Step};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::{List, Page};
use super::asked::Asked;
use super::paging::{Limit, next};

/// Which changes to list; the oldest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Since {
    /// Go on after this entry of the log; none: from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<EntryIndex>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

/// One thing that happened.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Change {
    /// Its entry in the log.
    entry: EntryIndex,
    /// When.
    at: Timestamp,
    /// Who did it; nobody when the desk itself did.
    person: Option<PersonId>,
    /// In which role.
    role: Option<Role>,
    /// What kind of event it is.
    kind: String,
    /// The claim that it is about.
    claim: Option<ClaimId>,
    /// The source that it is about.
    source: Option<SourceId>,
    /// The article that it is about.
    article: Option<ArticleId>,
}

impl Change {
    pub(super) fn new(step: Step) -> Self {
        Self {
            entry: step.entry,
            at: step.at,
            person: step.by.map(|by| by.person),
            role: step.by.map(|by| by.role),
            kind: step.kind,
            claim: step.claim,
            source: step.source,
            article: step.article,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut since): Asked<Since>,
) -> Result<Page<Change>, Problem> {
    let limit = since.limit.get();
    let from = since.after.map_or(0, |entry| entry.get().saturating_add(1));
    let found = app
        .desk(move |desk| {
            let from = EntryIndex::new(from);
            desk.read(|db| Ok(trail::since(db, Followed::Desk, from, limit)?))
        })
        .await?;
    // The list never ends: the address of what comes next is good for asking
    // again later.
    if let Some(last) = found.last() {
        since.after = Some(last.entry);
    }
    let next = next("/changes", &since);
    let changes = found.into_iter().map(Change::new).collect();
    Ok(Page(List::new(changes, Some(next))))
}
