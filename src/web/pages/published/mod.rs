//! What everybody may see: published verdicts, what they rest on, what was
//! corrected, and how others show them.
//!
//! Everything here starts from a publication. A claim without one is answered
//! as a claim that is not there.

mod alone;
mod card;
mod choices;
mod claim_review;
mod corrections;
mod embed;
mod evidence;
mod fact_checks;
mod list;
mod oembed;
mod share;
mod show;
mod summary;

use crate::desk::DeskError;
use crate::domain::ids::ClaimId;

pub use self::alone::file;
pub(in crate::web) use self::card::card;
pub(super) use self::card::draw as draw_card;
pub(in crate::web) use self::choices::KeptChoices;
pub(in crate::web) use self::claim_review::{claim_review, claim_reviews};
pub(in crate::web) use self::corrections::{Asked as Corrections, corrections};
pub(in crate::web) use self::embed::embed;
pub(in crate::web) use self::evidence::{page, picture, text};
pub(in crate::web) use self::fact_checks::claims_search;
pub(in crate::web) use self::list::{Asked, list, narrowed};
pub(in crate::web) use self::oembed::oembed;
pub(in crate::web) use self::show::show;

fn not_public(claim: ClaimId) -> DeskError {
    DeskError::NoSuch {
        what: "published claim",
        id: claim.get(),
    }
}
