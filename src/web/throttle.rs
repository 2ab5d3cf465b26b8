//! How often somebody may try a password: for one name, and for the desk as a
//! whole, whose processors each try keeps busy for a while.
//!
//! It counts tries, not people: behind a proxy all of them have one address.
//! The counts are in memory; a restart forgets them.

use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Tries for one name: so many at once, and then as many in a minute.
const PER_NAME: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Tries for all names together in a second.
const IN_ALL: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
/// Names that are remembered before those that rest are forgotten.
const MOST_NAMES: usize = 10_000;

/// Counts tries.
pub(super) struct Throttle {
    names: DefaultKeyedRateLimiter<String>,
    all: DefaultDirectRateLimiter,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self {
            names: RateLimiter::keyed(Quota::per_minute(PER_NAME)),
            all: RateLimiter::direct(Quota::per_second(IN_ALL)),
        }
    }

    /// Counts a try for a name and says whether it may go on.
    pub(super) fn lets(&self, name: &str) -> bool {
        if self.names.len() > MOST_NAMES {
            self.names.retain_recent();
        }
        // A key has a bounded length, whatever was typed.
        let name: String = name.trim().to_lowercase().chars().take(100).collect();
        // Tries that a name has no more of do not use up those of others.
        self.names.check_key(&name).is_ok() && self.all.check().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_tried_ten_times_however_it_is_written() {
        let throttle = Throttle::new();
        for _ in 0..10 {
            assert!(throttle.lets("Somebody"));
        }
        assert!(!throttle.lets(" somebody "));
        assert!(throttle.lets("somebody else"));
    }
}
