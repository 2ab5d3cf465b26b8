//! How often strangers of one address may ask: generously, and not without end.
//!
//! The counts are in memory and there are so many of them, however many
//! addresses ask: an address has its place among them by chance, and two that
//! meet in one place share what it allows. A restart forgets them.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// So many requests may come at once for each that is allowed in a second: a
/// newsroom behind one address, or a program that fetches what is public.
const AT_ONCE: u32 = 20;

/// Counts the requests of strangers.
pub(super) struct Crowd {
    places: Option<DefaultKeyedRateLimiter<u16>>,
    chance: RandomState,
}

impl Crowd {
    /// Allows so many requests of one address in a second; 0: as many as come.
    pub(super) fn new(per_second: u32) -> Self {
        let quota = NonZeroU32::new(per_second).map(|each| {
            let at_once = each.saturating_mul(NonZeroU32::new(AT_ONCE).unwrap_or(each));
            Quota::per_second(each).allow_burst(at_once)
        });
        Self {
            places: quota.map(RateLimiter::keyed),
            chance: RandomState::new(),
        }
    }

    /// Counts a request; in how many seconds it may be sent again, if not now.
    /// What comes from this machine is not counted: behind it stand all those
    /// whom a proxy speaks for, or its own people.
    pub(super) fn must_wait(&self, address: Option<IpAddr>) -> Option<u64> {
        let places = self.places.as_ref()?;
        let address = address.filter(|address| !address.is_loopback())?;
        let place = self.chance.hash_one(site(address)) as u16;
        let refused = places.check_key(&place).err()?;
        let wait = refused.wait_time_from(DefaultClock::default().now());
        Some(wait.as_secs() + 1)
    }
}

/// Those who share an address: in IPv6 one customer has the lower half of it.
pub(super) fn site(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().expect("an address"))
    }

    #[test]
    fn whoever_asks_without_end_waits_and_nobody_else_does() {
        let crowd = Crowd::new(1);
        let one = address("198.51.100.7");
        let let_in = (0..100).filter(|_| crowd.must_wait(one).is_none()).count();
        assert!((20..25).contains(&let_in), "{let_in}");
        let wait = crowd.must_wait(one).expect("a wait");
        assert!((1..=2).contains(&wait), "{wait} seconds");
        let others = (0..100).map(|n| address(&format!("203.0.113.{n}")));
        let held_up = others.filter(|other| crowd.must_wait(*other).is_some());
        // One of them may share a place, by a chance of 1 in 650.
        assert!(held_up.count() <= 1);
    }

    #[test]
    fn a_customer_of_ipv6_is_one_however_many_addresses_they_take() {
        let crowd = Crowd::new(1);
        let many = (0..100).map(|n| address(&format!("2001:db8:1:2::{n:x}")));
        let let_in = many.filter(|one| crowd.must_wait(*one).is_none()).count();
        assert!((20..25).contains(&let_in), "{let_in}");
    }

    #[test]
    fn this_machine_and_a_desk_without_a_limit_are_not_counted() {
        let crowd = Crowd::new(1);
        let here = address("127.0.0.1");
        assert!((0..100).all(|_| crowd.must_wait(here).is_none()));
        let without = Crowd::new(0);
        let one = address("198.51.100.7");
        assert!((0..100).all(|_| without.must_wait(one).is_none()));
    }
}
