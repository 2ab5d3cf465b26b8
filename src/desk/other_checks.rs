//! What other publishers found about a claim is noted beside it. It is never
//! the desk's own verdict, and nothing follows from it by itself.

use crate::capture::Reviews;
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ClaimId, OtherCheckId};
use crate::domain::other_check::{OtherCheck, ReadIn, TheirReview};
use crate::domain::person::Deed;
use crate::domain::words::{Address, FileName, Note};
use crate::store::other_checks;

use super::{Actor, Desk, DeskError};

/// How many checks of others a claim may have.
const MOST: usize = 200;

/// What was read, and where.
#[derive(Debug, Clone)]
pub struct Found {
    /// The reviews in it.
    pub reviews: Reviews,
    /// Where they were read.
    pub read_in: ReadIn,
}

/// Reads the reviews of others in a page, a feed or a file.
///
/// # Errors
/// When the bytes cannot be read at all.
pub fn look(
    desk: &Desk,
    bytes: &[u8],
    (address, file_name): (Option<Address>, Option<FileName>),
) -> Result<Found, DeskError> {
    let base = address.as_ref().map(Address::as_str);
    Ok(Found {
        reviews: desk.reading().reviews(bytes, base)?,
        read_in: ReadIn {
            address,
            file_name,
            sha256: ContentHash::of(bytes),
        },
    })
}

/// Notes checks of others beside a claim, all of them or none. A review that
/// stands there already, word for word, is not noted twice.
///
/// # Errors
/// When there is no such claim, or it has as many as it may have.
pub fn note(
    desk: &Desk,
    actor: Actor,
    claim: ClaimId,
    (reviews, read_in): (Vec<TheirReview>, ReadIn),
) -> Result<Vec<OtherCheckId>, DeskError> {
    desk.act(actor, Deed::Cite, move |pen| {
        pen.claim(claim)?;
        let known = other_checks::list(pen, claim)?;
        let mut fresh: Vec<TheirReview> = Vec::new();
        for review in reviews {
            let is_known = known.iter().any(|other| other.check.review == review);
            if !is_known && !fresh.contains(&review) {
                fresh.push(review);
            }
        }
        if known.len() + fresh.len() > MOST {
            return Err(DeskError::TooManyOtherChecks(MOST));
        }
        let mut noted = Vec::new();
        for review in fresh {
            let id = other_checks::next(pen)?;
            pen.log(Event::OtherCheckNoted {
                check: OtherCheck {
                    id,
                    claim,
                    review,
                    read_in: read_in.clone(),
                },
            })?;
            noted.push(id);
        }
        Ok(noted)
    })
}

/// Takes somebody else's check away from a claim, with a reason; the log keeps
/// both.
///
/// # Errors
/// When it does not stand beside this claim.
pub fn remove(
    desk: &Desk,
    actor: Actor,
    (claim, check): (ClaimId, OtherCheckId),
    reason: Note,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Cite, move |pen| {
        let found = other_checks::find(pen, check)?;
        found
            .filter(|noted| noted.check.claim == claim)
            .ok_or(DeskError::NoSuch {
                what: "check by others",
                id: check.get(),
            })?;
        pen.log(Event::OtherCheckRemoved {
            claim,
            check,
            reason,
        })?;
        Ok(())
    })
}
