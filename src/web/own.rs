//! The turns of each of the desk's people, within those that all of them have:
//! whoever asks often for what takes long waits for their own, and keeps nobody
//! else out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::PersonId;

use super::turns::{Turn, Turns};

/// Turns at one thing, for one person each.
pub(super) struct Own {
    made: fn() -> Turns,
    of: Mutex<HashMap<PersonId, Arc<Turns>>>,
}

impl Own {
    /// As many turns for each as are made for the first.
    pub(super) fn new(made: fn() -> Turns) -> Self {
        Self {
            made,
            of: Mutex::default(),
        }
    }

    /// Waits for one of somebody's turns; there is none for whoever has waited too
    /// long.
    pub(super) async fn next(&self, person: PersonId) -> Option<Turn> {
        self.of(person).next().await
    }

    fn of(&self, person: PersonId) -> Arc<Turns> {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.entry(person);
        Arc::clone(own.or_insert_with(|| Arc::new((self.made)())))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[actix_web::test]
    async fn whoever_asks_often_waits_for_their_own() {
        let own = Own::new(|| Turns::new(2, Duration::from_millis(10)));
        let (one, other) = (PersonId::FIRST, PersonId::FIRST.next());
        let (first, second) = (own.next(one).await, own.next(one).await);
        assert!(first.is_some() && second.is_some());
        assert!(own.next(one).await.is_none());
        assert!(own.next(other).await.is_some());
        drop(first);
        assert!(own.next(one).await.is_some());
    }
}
