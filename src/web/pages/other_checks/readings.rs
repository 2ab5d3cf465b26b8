//! Readings that wait for a choice. They are kept in memory, a bounded number
//! of them: whoever comes back too late reads the page again.

use std::sync::Arc;

use quick_cache::sync::Cache;

use crate::desk::other_checks::Found;
use crate::domain::ids::ClaimId;

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
    pub(in crate::web) fn keep(&self, name: String, kept: Kept) -> String {
        self.0.insert(name.clone(), Arc::new(kept));
        name
    }

    /// The reading of a name.
    pub(in crate::web) fn find(&self, name: &str) -> Option<Arc<Kept>> {
        self.0.get(name)
    }
}
