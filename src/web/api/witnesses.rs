//! The witnesses that cosign the log, and when each did so last.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::witnesses::{self as deeds, Seen};
use crate::domain::time::Timestamp;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::{List, Page};
use super::asked::Asked;
use super::paging::{Limit, last, next};

/// A witness of the log.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Witness {
    /// Its name in the policy.
    name: String,
    /// The key that checks its cosignatures.
    key: String,
    /// Where it is asked; null: it is not.
    address: Option<String>,
    /// The newest of its cosignatures.
    cosigned: Option<Cosigned>,
    /// When it was asked last.
    asked_at: Option<Timestamp>,
    /// Why it did not cosign then; null where it did.
    trouble: Option<String>,
    /// Whether it says that the log has two histories.
    disagrees: bool,
}

/// A cosignature.
#[derive(Serialize, JsonSchema)]
struct Cosigned {
    /// How many entries the checkpoint covers.
    size: u64,
    /// When, by the clock of the witness.
    at: Option<Timestamp>,
}

impl Witness {
    fn new(seen: Seen) -> Self {
        let cosigned = seen.cosigned_at();
        let standing = seen.standing;
        Self {
            key: seen.key.to_string(),
            cosigned: seen.newest.map(|newest| Cosigned {
                size: newest.size,
                at: cosigned,
            }),
            asked_at: standing.as_ref().and_then(|standing| standing.tried_at),
            disagrees: standing.as_ref().is_some_and(|it| it.is_serious),
            trouble: standing.and_then(|standing| standing.words),
            address: seen.url,
            name: seen.name,
        }
    }
}

/// Which witnesses to list, in the order of the policy.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after the witness of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Witness>, Problem> {
    let policy = app.facts().witnesses.clone();
    let all = app.desk(move |desk| deeds::overview(desk, &policy)).await?;
    let known = |seen: &Seen| Some(&seen.name) == wanted.after.as_ref();
    let start = all.iter().position(known).map_or(0, |at| at + 1);
    let later = all.into_iter().skip(start);
    let found: Vec<Witness> = later.take(wanted.limit.get()).map(Witness::new).collect();
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.after = Some(last.name.clone());
        next("/witnesses", &wanted)
    });
    Ok(Page(List::new(found, next)))
}
