//! Readings that wait for a choice. They are kept in memory, a bounded number
//! of them: whoever comes back too late reads the page again.

use std::sync::Arc;

use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::capture::fetch::{Fetch, Outcome, Request};
use crate::desk::other_checks::{self as deeds, Found};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::ClaimId;
use crate::domain::words::{Address, FileName};
use crate::store::claims;
use crate::web::problem::Problem;
use crate::web::state::App;

/// How many readings are kept.
const MOST: usize = 64;
/// How many pages are fetched and read at once, each of which is in memory whole:
/// there is no queue here as captures have one.
const FETCHED: usize = 4;

/// A reading, and the claim that it was made for.
pub(in crate::web) struct Kept {
    pub(in crate::web) claim: ClaimId,
    pub(in crate::web) statement: String,
    pub(in crate::web) found: Found,
}

/// The readings that are kept, each under a name that nobody can guess.
pub(in crate::web) struct Readings {
    kept: Cache<String, Arc<Kept>>,
    fetching: Arc<Semaphore>,
}

impl Readings {
    pub(in crate::web) fn new() -> Self {
        Self {
            kept: Cache::new(MOST),
            fetching: Arc::new(Semaphore::new(FETCHED)),
        }
    }

    /// A turn at fetching a page, unless all are taken.
    fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.fetching).try_acquire_owned().ok()
    }

    /// Keeps a reading under a name, which it gives back.
    pub(in crate::web) fn keep(&self, name: String, kept: Arc<Kept>) -> String {
        self.kept.insert(name.clone(), kept);
        name
    }

    /// Lets go of all of them: each holds the wording of its claim.
    pub(in crate::web) fn forget(&self) {
        self.kept.clear();
    }

    /// The reading of a name.
    pub(in crate::web) fn find(&self, name: &str) -> Option<Arc<Kept>> {
        self.kept.get(name)
    }
}

/// Bytes that came in, with where they are from.
#[derive(Default)]
pub(in crate::web) struct Brought {
    pub(in crate::web) bytes: Vec<u8>,
    pub(in crate::web) address: Option<Address>,
    pub(in crate::web) file_name: Option<FileName>,
    /// The turn at fetching it, which lasts until it has been read.
    turn: Option<OwnedSemaphorePermit>,
}

impl Brought {
    /// Bytes that somebody sent.
    pub(in crate::web) fn sent(bytes: Vec<u8>, file_name: Option<FileName>) -> Self {
        Self {
            bytes,
            file_name,
            ..Self::default()
        }
    }
}

/// Fetches a page with the same guards as every capture; a refusal is told in
/// words.
pub(in crate::web) async fn fetch(app: &App, address: &Address) -> Result<Brought, String> {
    let off = "fetching is switched off in the configuration; bring a file or the text";
    let fetcher = app.facts().fetcher.as_ref().ok_or_else(|| off.to_owned())?;
    let url = url::Url::parse(address.as_str()).map_err(|error| error.to_string())?;
    let busy = "other pages are being fetched just now; try again in a minute";
    let turn = app.readings().turn().ok_or_else(|| busy.to_owned())?;
    match fetcher.fetch(&Request::new(url)).await {
        Ok(Outcome::Fetched(fetched)) => Ok(Brought {
            address: Address::parse(fetched.last.as_str()).ok(),
            bytes: fetched.body,
            file_name: None,
            turn: Some(turn),
        }),
        Ok(Outcome::NotModified(_)) => Err("the server sent nothing; try again".to_owned()),
        Err(trouble) => Err(trouble.to_string()),
    }
}

/// Reads what was brought and keeps it for a choice, under a name; the desk's
/// own reviews are no checks by others.
pub(in crate::web) async fn read(
    app: &App,
    claim: ClaimId,
    brought: Brought,
) -> Result<Result<(String, Arc<Kept>), DeskError>, Problem> {
    let own = format!("{}/", app.facts().base);
    let readings = Arc::clone(app.readings());
    app.attempt(move |desk| {
        let kept = Arc::new(look(desk, claim, brought, &own)?);
        let name = readings.keep(desk.draw_secret(), Arc::clone(&kept));
        Ok((name, kept))
    })
    .await
}

fn look(desk: &Desk, claim: ClaimId, brought: Brought, own: &str) -> Result<Kept, DeskError> {
    let found = desk.read(|db| Ok(claims::find(db, claim)?))?;
    let statement = found.map(|claim| claim.statement);
    let statement = statement.ok_or(DeskError::NoSuch {
        what: "claim",
        id: claim.get(),
    })?;
    let from = (brought.address, brought.file_name);
    let mut found = deeds::look(desk, &brought.bytes, from)?;
    drop(brought.turn);
    let reviews = &mut found.reviews;
    let all = reviews.found.len();
    reviews
        .found
        .retain(|review| !review.url.as_str().starts_with(own));
    if reviews.found.len() < all {
        let flaw = "Reviews of this desk itself are left out.".to_owned();
        reviews.flaws.push(flaw);
    }
    Ok(Kept {
        claim,
        statement,
        found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_pages_are_fetched_at_once_until_they_are_read() {
        let readings = Readings::new();
        let taken: Vec<_> = (0..FETCHED).map(|_| readings.turn()).collect();
        assert!(taken.iter().all(Option::is_some) && readings.turn().is_none());
        let mut brought = Brought::sent(Vec::new(), None);
        brought.turn = taken.into_iter().next().flatten();
        assert!(readings.turn().is_some(), "the others are over");
        drop(brought);
    }
}
