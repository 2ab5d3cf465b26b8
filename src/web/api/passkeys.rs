//! The passkeys that people of the desk sign with.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::signing as deeds;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::time::Timestamp;
use crate::store::signatures::Registered;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::answer::{Done, List, Page};
use super::asked::Asked;
use super::paging::{Limit, last, next};
use super::problems::act;

/// A passkey, by the public half that is in the log.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Passkey")]
pub(in crate::web) struct Known {
    /// The entry that registered it, which names it.
    entry: EntryIndex,
    /// What its owner calls it.
    name: String,
    /// SHA-256 of the public key, as its owner was shown it.
    fingerprint: String,
    /// The address that it was made for.
    origin: String,
    /// When it was registered.
    registered_at: Timestamp,
    /// When it was retired; what it signed before stays signed.
    retired_at: Option<Timestamp>,
}

impl Known {
    fn new(found: Registered) -> Self {
        Self {
            entry: found.entry,
            name: found.passkey.name.to_string(),
            fingerprint: found.passkey.fingerprint(),
            registered_at: found.at,
            retired_at: found.retired,
            origin: found.passkey.origin,
        }
    }
}

/// Which passkeys to list, the newest first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on with those that were registered before this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<EntryIndex>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    person: web::Path<PersonId>,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Known>, Problem> {
    let (person, before) = (*person, wanted.before);
    let (_, all) = app.desk(move |desk| deeds::of_person(desk, person)).await?;
    let earlier = all
        .into_iter()
        .filter(|known| before.is_none_or(|before| known.entry < before));
    let found: Vec<Known> = earlier.take(wanted.limit.get()).map(Known::new).collect();
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.before = Some(last.entry);
        next(&format!("/people/{person}/passkeys"), &wanted)
    });
    Ok(Page(List::new(found, next)))
}

pub(in crate::web) async fn retire(
    app: web::Data<App>,
    me: Visitor,
    named: web::Path<(PersonId, EntryIndex)>,
) -> Result<Done, Problem> {
    let (named, actor) = (*named, me.0.actor());
    act(&app, move |desk| deeds::retire_for(desk, actor, named)).await?;
    Ok(Done)
}
