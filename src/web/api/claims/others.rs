//! What other publishers found about a claim: listed, read for a choice, noted
//! beside it, and taken away again.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::exchange::outgoing;
use crate::desk::other_checks as deeds;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ClaimId, OtherCheckId};
use crate::domain::other_check::{ReadIn, TheirReview};
use crate::domain::words::{Address, FileName, Note};
use crate::export::json::OtherCheck;
use crate::web::api::answer::{Done, List, Page, Told};
use crate::web::api::asked::{Body, Seen};
use crate::web::api::problems::{act, not_right, of};
use crate::web::api::sent::{self, Content};
use crate::web::auth::Visitor;
use crate::web::pages::other_checks::readings::{self, Brought, Kept};
use crate::web::problem::Problem;
use crate::web::state::App;

use super::show::tag;

pub(in crate::web) async fn others(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
) -> Result<Page<OtherCheck>, Problem> {
    let claim = *claim;
    let found = act(&app, move |desk| {
        desk.read(|db| outgoing::others_checks(db, claim))
    })
    .await?;
    Ok(Page(List::new(found, None)))
}

/// Where reviews are read.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReviewsFrom")]
enum Place {
    /// A page, a feed or a file of JSON-LD.
    Content(Content),
    /// An address, which is fetched.
    Url(Address),
    /// What was read before, by the name that the reading got. It is kept for
    /// a while.
    Reading(String),
}

/// What to read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewReading")]
pub(in crate::web) struct ToRead {
    /// Where.
    from: Place,
    /// The name of the file that the content came in.
    #[serde(default)]
    file_name: Option<FileName>,
}

/// What was read, for a choice.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Reading {
    /// Its name, by which reviews of it can be noted.
    reading: String,
    /// The reviews in it. Their places, from 0, are what a choice names.
    reviews: Vec<TheirReview>,
    /// Where they were read.
    read_in: ReadIn,
    /// What in it could not be used, in sentences.
    flaws: Vec<String>,
}

pub(in crate::web) async fn read_others(
    app: web::Data<App>,
    _: Visitor,
    claim: web::Path<ClaimId>,
    brought: sent::Brought<ToRead>,
) -> Result<Told<Reading>, Problem> {
    let (reading, kept) = match brought {
        sent::Brought::Json(ToRead { from, file_name }) => {
            find(&app, *claim, (from, file_name)).await?
        }
        sent::Brought::File(file) => {
            let brought = Brought::sent(file.bytes, file.name);
            read(&app, *claim, (brought, "")).await?
        }
    };
    Ok(Told(Reading {
        reading,
        reviews: kept.found.reviews.found.clone(),
        read_in: kept.found.read_in.clone(),
        flaws: kept.found.reviews.flaws.clone(),
    }))
}

type Named = (String, Arc<Kept>);

/// Reads what a request names, or finds what was read before.
async fn find(
    app: &App,
    claim: ClaimId,
    (from, file_name): (Place, Option<FileName>),
) -> Result<Named, Problem> {
    // Nothing is fetched for a claim that is not there.
    act(app, move |desk: &Desk| tag(desk, claim)).await?;
    match from {
        Place::Reading(name) => {
            let kept = app.readings().find(&name);
            let kept = kept.filter(|kept| kept.claim == claim).ok_or_else(|| {
                let rule = "this reading is not kept any more; read the page or the file again";
                not_right("/from/reading", rule)
            })?;
            Ok((name, kept))
        }
        Place::Url(address) => {
            let fetched = readings::fetch(app, &address).await;
            let brought = fetched.map_err(|reason| not_right("/from/url", &reason))?;
            read(app, claim, (brought, "/from/url")).await
        }
        Place::Content(content) => {
            let brought = Brought::sent(content.into_bytes(), file_name);
            read(app, claim, (brought, "/from/content")).await
        }
    }
}

/// Reads bytes; what is wrong with them is told of the field they came in.
async fn read(
    app: &App,
    claim: ClaimId,
    (brought, field): (Brought, &str),
) -> Result<Named, Problem> {
    let read = readings::read(app, claim, brought).await?;
    read.map_err(|error| match error {
        DeskError::Unreadable(why) => not_right(field, &why.to_string()),
        other => of(other),
    })
}

/// Which reviews to note.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewOtherChecks")]
pub(in crate::web) struct ToNote {
    /// Where they are read.
    from: Place,
    /// The name of the file that the content came in.
    #[serde(default)]
    file_name: Option<FileName>,
    /// The places of the reviews to note, from 0; left out: all of them.
    #[serde(default)]
    chosen: Option<Vec<u32>>,
}

/// What was noted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotedOtherChecks")]
pub(in crate::web) struct Noted {
    /// The numbers of the checks that stand beside the claim now.
    noted: Vec<OtherCheckId>,
    /// How many stood there already.
    known: usize,
}

pub(in crate::web) async fn note_others(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    Body(new): Body<ToNote>,
) -> Result<Told<Noted>, Problem> {
    let (claim, actor) = (*claim, me.0.actor());
    let (_, kept) = find(&app, claim, (new.from, new.file_name)).await?;
    let chosen = chosen(&kept.found.reviews.found, new.chosen)?;
    let (count, read_in) = (chosen.len(), kept.found.read_in.clone());
    let noted = act(&app, move |desk| {
        deeds::note(desk, actor, claim, (chosen, read_in))
    })
    .await?;
    Ok(Told(Noted {
        known: count - noted.len(),
        noted,
    }))
}

/// The reviews at some places, each once; all of them where none are named.
fn chosen(all: &[TheirReview], places: Option<Vec<u32>>) -> Result<Vec<TheirReview>, Problem> {
    if all.is_empty() {
        return Err(not_right("/from", "no review in it can be noted"));
    }
    let Some(places) = places else {
        return Ok(all.to_vec());
    };
    if places.is_empty() {
        return Err(not_right("/chosen", "choose at least one of them"));
    }
    let places: BTreeSet<u32> = places.into_iter().collect();
    let found = places.into_iter().map(|place| all.get(place as usize));
    let found: Option<Vec<TheirReview>> = found.map(Option::<&TheirReview>::cloned).collect();
    found.ok_or_else(|| {
        let rule = format!(
            "choose places from 0 to {}, as the reading has them",
            all.len() - 1
        );
        not_right("/chosen", &rule)
    })
}

/// Why a check by others is taken away.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OtherCheckRemoval")]
pub(in crate::web) struct Removal {
    /// In words.
    reason: Note,
}

pub(in crate::web) async fn remove_other(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(ClaimId, OtherCheckId)>,
    Seen(seen): Seen,
    Body(Removal { reason }): Body<Removal>,
) -> Result<Done, Problem> {
    let ((claim, check), actor) = (path.into_inner(), me.0.actor());
    act(&app, move |desk| {
        let desk = desk.if_still(claim, seen);
        deeds::remove(&desk, actor, (claim, check), reason)
    })
    .await?;
    Ok(Done)
}
