//! Readings that wait for a choice. They are kept in memory, a bounded number
//! of them: whoever comes back too late reads the page again.

use std::sync::Arc;

use quick_cache::sync::Cache;

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

/// A reading, and the claim that it was made for.
pub(in crate::web) struct Kept {
    pub(in crate::web) claim: ClaimId,
    pub(in crate::web) statement: String,
    pub(in crate::web) found: Found,
}

/// The readings that are kept, each under a name that nobody can guess.
pub(in crate::web) struct Readings(Cache<String, Arc<Kept>>);

impl Readings {
    pub(in crate::web) fn new() -> Self {
        Self(Cache::new(MOST))
    }

    /// Keeps a reading under a name, which it gives back.
    pub(in crate::web) fn keep(&self, name: String, kept: Arc<Kept>) -> String {
        self.0.insert(name.clone(), kept);
        name
    }

    /// Lets go of all of them: each holds the wording of its claim.
    pub(in crate::web) fn forget(&self) {
        self.0.clear();
    }

    /// The reading of a name.
    pub(in crate::web) fn find(&self, name: &str) -> Option<Arc<Kept>> {
        self.0.get(name)
    }
}

/// Bytes that came in, with where they are from.
pub(in crate::web) struct Brought {
    pub(in crate::web) bytes: Vec<u8>,
    pub(in crate::web) address: Option<Address>,
    pub(in crate::web) file_name: Option<FileName>,
}

/// Fetches a page with the same guards as every capture; a refusal is told in
/// words.
pub(in crate::web) async fn fetch(app: &App, address: &Address) -> Result<Brought, String> {
    let off = "fetching is switched off in the configuration; bring a file or the text";
    let fetcher = app.facts().fetcher.as_ref().ok_or_else(|| off.to_owned())?;
    let url = url::Url::parse(address.as_str()).map_err(|error| error.to_string())?;
    match fetcher.fetch(&Request::new(url)).await {
        Ok(Outcome::Fetched(fetched)) => Ok(Brought {
            address: Address::parse(fetched.last.as_str()).ok(),
            bytes: fetched.body,
            file_name: None,
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
