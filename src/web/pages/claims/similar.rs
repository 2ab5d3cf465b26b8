//! Earlier claims of similar wording, beside the form that opens a claim and
//! on the page of one. They are shown, and decide nothing.

use crate::desk::DeskError;
use crate::domain::ids::ClaimId;
use crate::store::Db;
use crate::store::search::{self, Similar};
use crate::web::pages::view::state_words;

/// How many earlier claims are shown.
const SHOWN: usize = 5;

/// An earlier claim, as pages show it.
pub(in crate::web::pages) struct SimilarView {
    pub(in crate::web::pages) earlier: Similar,
}

impl SimilarView {
    pub(in crate::web::pages) fn state_words(&self) -> &str {
        state_words(&self.earlier.state)
    }
}

/// Finds the claims whose wording is most similar to a statement, other than
/// the one that has it.
pub(in crate::web::pages) fn earlier(
    db: &Db<'_>,
    statement: &str,
    but: Option<ClaimId>,
) -> Result<Vec<SimilarView>, DeskError> {
    let found = search::similar(db, statement, but, SHOWN)?;
    let views = found.into_iter().map(|earlier| SimilarView { earlier });
    Ok(views.collect())
}
