//! Several claims are given to somebody, or planned, in one act.

use crate::domain::event::Event;
use crate::domain::ids::{ClaimId, PersonId};
use crate::domain::person::Deed;
use crate::domain::plan::{Plan, Priority};
use crate::domain::time::Timestamp;

use super::claims::{MOST_AT_ONCE, assign_one, somebody_here};
use super::{Actor, Desk, DeskError, Pen};

/// What becomes of several claims; what is not named stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Who works on them; nobody for an inner none.
    pub assignee: Option<Option<PersonId>>,
    /// How urgent they are.
    pub priority: Option<Priority>,
    /// By when they are wanted; at no time for an inner none.
    pub due: Option<Option<Timestamp>>,
}

/// Gives claims to somebody and plans them, all or none. An entry is made only
/// where something changes.
///
/// # Errors
/// When there are more than [`MOST_AT_ONCE`], the person is gone, or one of the claims is not there or cannot be
/// given to anybody; the error names it, and nothing is changed.
pub fn arrange(
    desk: &Desk,
    actor: Actor,
    claims: Vec<ClaimId>,
    arrangement: Arrangement,
) -> Result<usize, DeskError> {
    if claims.len() > MOST_AT_ONCE {
        return Err(DeskError::TooManyAtOnce(MOST_AT_ONCE));
    }
    desk.act(actor, Deed::Assign, move |pen| {
        somebody_here(pen, arrangement.assignee.flatten())?;
        for claim in &claims {
            arrange_one(pen, *claim, arrangement).map_err(|error| match error {
                DeskError::Refused(why) => DeskError::RefusedFor { claim: *claim, why },
                other => other,
            })?;
        }
        Ok(claims.len())
    })
}

fn arrange_one(pen: &Pen<'_, '_>, claim: ClaimId, to: Arrangement) -> Result<(), DeskError> {
    let found = pen.claim(claim)?;
    if let Some(assignee) = to.assignee
        && assignee != found.assignee
    {
        assign_one(pen, claim, assignee)?;
    }
    let plan = Plan {
        priority: to.priority.unwrap_or(found.plan.priority),
        due: to.due.unwrap_or(found.plan.due),
    };
    if plan != found.plan {
        pen.log(Event::ClaimPlanned { claim, plan })?;
    }
    Ok(())
}
