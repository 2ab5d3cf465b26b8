//! The claims before and after one: on the way through a filtered queue, in
//! the same article, or by number.

use crate::desk::DeskError;
use crate::domain::ids::{ClaimId, PersonId};
use crate::domain::time::Timestamp;
use crate::store::claims::{self as rows, Claim};
use crate::store::{Db, queue};

use super::wanted::Wanted;

/// The claims before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) before: Option<ClaimId>,
    pub(super) after: Option<ClaimId>,
}

/// Finds the claims before and after one. `from` has the queue's filters as
/// its address has them; a claim that has left the queue stands
/// where it would stand in it.
pub(super) fn near(
    db: &Db<'_>,
    claim: &Claim,
    (from, me, now): (&str, PersonId, Timestamp),
) -> Result<Near, DeskError> {
    let query = from.trim_start_matches('?');
    if !query.is_empty() {
        let wanted = Wanted::from_query(query);
        let filter = wanted.filter(me, now);
        let (before, after) = queue::neighbours(db, &filter, wanted.order(), claim.id)?;
        return Ok(Near { before, after });
    }
    let passage = claim.appearance.passage.as_ref();
    let (before, after) = rows::beside(db, claim.id, passage.map(|passage| passage.article))?;
    Ok(Near { before, after })
}
