//! The claims before and after one: on the way through a filtered queue, in
//! the same article, or by number.

use crate::desk::DeskError;
use crate::domain::ids::{ClaimId, PersonId};
use crate::store::Db;
use crate::store::claims::{self as rows, Claim};

use super::list::Wanted;

/// How far into a filtered queue one can step.
const STEPPED: usize = 500;

/// The claims before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) before: Option<ClaimId>,
    pub(super) after: Option<ClaimId>,
}

/// Finds the claims before and after one. `from` has the queue's filters as
/// its address has them; a claim that has left the queue has its neighbours by
/// number.
pub(super) fn near(
    db: &Db<'_>,
    claim: &Claim,
    (from, me): (&str, PersonId),
) -> Result<Near, DeskError> {
    let wanted: Option<Wanted> = match from.trim_start_matches('?') {
        "" => None,
        query => filters(query),
    };
    if let Some(wanted) = wanted {
        let queue = rows::list(db, &wanted.filter(me), None, STEPPED)?;
        if let Some(at) = queue.iter().position(|other| other.id == claim.id) {
            let before = at.checked_sub(1).and_then(|at| queue.get(at));
            return Ok(Near {
                before: before.map(|claim| claim.id),
                after: queue.get(at + 1).map(|claim| claim.id),
            });
        }
    }
    let passage = claim.appearance.passage.as_ref();
    let (before, after) = rows::beside(db, claim.id, passage.map(|passage| passage.article))?;
    Ok(Near { before, after })
}

/// Reads filters as the queue itself reads them.
fn filters(query: &str) -> Option<Wanted> {
    let read = actix_web::web::Query::<Wanted>::from_query(query);
    read.ok().map(actix_web::web::Query::into_inner)
}
