//! What hosts said about robots, kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::robots::Robots;

/// How long an answer is kept; RFC 9309, 2.4 asks for a day at most.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// How long it is kept that a host could not answer.
const UNCLEAR_KEPT: Duration = Duration::from_secs(5 * 60);

/// The most origins that are remembered.
const MOST_ORIGINS: usize = 256;

/// What a host said about robots.
#[derive(Debug, Clone)]
pub(super) enum Permission {
    /// These rules, which may be none at all.
    Rules(Arc<Robots>),
    /// It could not answer.
    Unclear,
}

/// What each origin said, until that is too old.
#[derive(Debug, Default)]
pub(super) struct Permissions {
    known: Mutex<HashMap<String, (Permission, Instant)>>,
}

impl Permissions {
    /// What an origin said not too long ago.
    pub(super) fn find(&self, origin: &str) -> Option<Permission> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (permission, until) = known.get(origin)?;
        (Instant::now() < *until).then(|| permission.clone())
    }

    /// Remembers what an origin said.
    pub(super) fn keep(&self, origin: String, permission: Permission) {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_ORIGINS {
            known.retain(|_, (_, until)| now < *until);
        }
        if known.len() >= MOST_ORIGINS {
            known.clear();
        }
        let kept = match permission {
            Permission::Rules(_) => KEPT,
            Permission::Unclear => UNCLEAR_KEPT,
        };
        known.insert(origin, (permission, now + kept));
    }
}
