//! Whose turn it is at a host: requests keep their distance from one another,
//! whoever makes them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most hosts that are remembered at one time.
const MOST_HOSTS: usize = 4096;

/// When each host may next be asked.
#[derive(Debug, Default)]
pub(super) struct Turns {
    next: Mutex<HashMap<String, Instant>>,
}

impl Turns {
    /// Takes the next turn at a host, and says how long it is until then.
    /// Nothing is taken if that is longer than `patience`: then it is the
    /// error.
    pub(super) fn take(
        &self,
        host: &str,
        gap: Duration,
        patience: Duration,
    ) -> Result<Duration, Duration> {
        let mut next = self.next();
        let now = Instant::now();
        if next.len() >= MOST_HOSTS {
            next.retain(|_, free| *free > now);
        }
        if next.len() >= MOST_HOSTS && !next.contains_key(host) {
            return Err(patience);
        }
        let turn = next.get(host).map_or(now, |free| now.max(*free));
        let wait = turn.saturating_duration_since(now);
        if wait > patience {
            return Err(wait);
        }
        next.insert(host.to_owned(), turn + gap);
        Ok(wait)
    }

    /// Leaves a host alone for a while, as it asked.
    pub(super) fn rest(&self, host: &str, until: Duration) {
        let mut next = self.next();
        let free = Instant::now() + until;
        if let Some(known) = next.get_mut(host) {
            *known = free.max(*known);
        }
    }

    fn next(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        // The map is whole after every step, so that a panic elsewhere while
        // it was held does no harm.
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_secs(10);
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn the_second_waits_for_the_first() {
        let turns = Turns::default();
        assert_eq!(turns.take("a", GAP, MINUTE), Ok(Duration::ZERO));
        assert_eq!(turns.take("b", GAP, MINUTE), Ok(Duration::ZERO));
        let second = turns.take("a", GAP, MINUTE).expect("a turn");
        assert!(second > GAP / 2 && second <= GAP, "{second:?}");
        let third = turns.take("a", GAP, MINUTE).expect("a turn");
        assert!(third > GAP && third <= 2 * GAP, "{third:?}");
    }

    #[test]
    fn nobody_waits_longer_than_they_want() {
        let turns = Turns::default();
        turns.take("a", GAP, MINUTE).expect("a turn");
        turns.rest("a", 2 * MINUTE);
        let wait = turns.take("a", GAP, MINUTE).expect_err("too long");
        assert!(wait > MINUTE && wait <= 2 * MINUTE, "{wait:?}");
    }

    #[test]
    fn a_flood_of_names_does_not_grow_without_end() {
        let turns = Turns::default();
        for number in 0..MOST_HOSTS {
            turns
                .take(&number.to_string(), GAP, MINUTE)
                .expect("a turn");
        }
        assert_eq!(turns.take("one more", GAP, MINUTE), Err(MINUTE));
        assert!(turns.take("7", GAP, MINUTE).is_ok());
    }
}
