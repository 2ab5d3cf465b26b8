//! How often somebody may try to get in. Wrong tries make the next one wait,
//! longer each time and never for long: nobody is locked out by what others
//! type. Tries from a browser where their person signed in before are counted
//! apart from everybody else's, so that an attack on a name does not hold up
//! the person whose name it is.
//!
//! The counts are in memory, and there are not more than so many; a restart
//! forgets them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use crate::domain::time::Timestamp;

/// Tries of all strangers together in a second: each keeps a processor busy. As
/// many again are left to those who were here before, whatever strangers do.
const IN_ALL: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
/// How many counts are kept.
const MOST: usize = 10_000;
/// What was not tried for so long is forgotten, in milliseconds.
const FORGOTTEN: i64 = 60 * 60 * 1_000;
/// The longest waits, in seconds.
const MINUTE: i64 = 60;
const QUARTER: i64 = 15 * MINUTE;

/// Something that is tried, with how often it may be without waiting, and the
/// longest wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Door {
    key: String,
    free: u32,
    longest: i64,
}

impl Door {
    /// A sign-in name, however it is written, from a browser that is not known.
    pub(super) fn name(name: &str) -> Self {
        Self::new("name", &plain(name), (10, MINUTE))
    }

    /// A sign-in name from a browser in which its person signed in before.
    pub(super) fn known(name: &str, browser: &str) -> Self {
        let key = format!("{} {}", plain(browser), plain(name));
        Self::new("known", &key, (10, QUARTER))
    }

    /// A browser in which somebody signed in before, whoever it was.
    pub(super) fn browser(browser: &str) -> Self {
        Self::new("browser", &plain(browser), (10, QUARTER))
    }

    /// A network address; of IPv6 the network, in which one house has as many
    /// addresses as it likes.
    pub(super) fn address(address: IpAddr) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("{:?}", &address.segments()[..4]),
        };
        Self::new("address", &network, (30, QUARTER))
    }

    /// The second step of a person.
    pub(super) fn second(person: impl ToString, is_known: bool) -> Self {
        let key = format!("{} {is_known}", person.to_string());
        Self::new("second", &key, (5, QUARTER))
    }

    /// A session in which somebody shows once more who they are.
    pub(super) fn session(name: &str) -> Self {
        Self::new("session", name, (5, QUARTER))
    }

    /// Whether anybody can knock at it, who has shown nothing yet.
    fn is_strangers(&self) -> bool {
        self.key.starts_with("name ") || self.key.starts_with("address ")
    }

    fn new(kind: &str, key: &str, (free, longest): (u32, i64)) -> Self {
        let key = format!("{kind} {key}");
        Self { key, free, longest }
    }

    /// How long the next try waits after so many wrong ones, in milliseconds.
    fn wait(&self, wrong: u32) -> i64 {
        let Some(over) = wrong.checked_sub(self.free) else {
            return 0;
        };
        let seconds = 1_i64.checked_shl(over.min(30)).unwrap_or(self.longest);
        seconds.min(self.longest) * 1_000
    }
}

/// A name however it is written, of a bounded length.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().chars().take(100).collect()
}

/// A try that was let through: it counts as a wrong one until it is known to
/// be right.
#[derive(Debug)]
pub(super) struct Try {
    doors: Vec<Door>,
    /// How many wrong ones came before at the first door.
    pub(super) before: u32,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    wrong: u32,
    last: i64,
}

/// Counts tries.
pub(super) struct Throttle {
    counts: Mutex<HashMap<String, Count>>,
    strangers: DefaultDirectRateLimiter,
    others: DefaultDirectRateLimiter,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self {
            counts: Mutex::default(),
            strangers: RateLimiter::direct(Quota::per_second(IN_ALL)),
            others: RateLimiter::direct(Quota::per_second(IN_ALL)),
        }
    }

    /// Lets a try through, or says for how many seconds it has to wait.
    pub(super) fn lets(&self, doors: Vec<Door>, now: Timestamp) -> Result<Try, i64> {
        let now = now.as_millis();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let live = |door: &Door| counts.get(&door.key).filter(|count| count.is_live(now));
        let found: Vec<Option<Count>> = doors.iter().map(|door| live(door).copied()).collect();
        let waits = doors.iter().zip(&found).filter_map(|(door, count)| {
            let count = (*count)?;
            Some(count.last + door.wait(count.wrong) - now)
        });
        if let Some(wait) = waits.max().filter(|wait| *wait > 0) {
            return Err((wait + 999) / 1_000);
        }
        let all = if doors.iter().any(Door::is_strangers) {
            &self.strangers
        } else {
            &self.others
        };
        if all.check().is_err() {
            return Err(1);
        }
        let wrong: Vec<u32> = found
            .iter()
            .map(|count| count.map_or(0, |c| c.wrong))
            .collect();
        for (door, wrong) in doors.iter().zip(&wrong) {
            make_room(&mut counts, now);
            let count = Count {
                wrong: wrong + 1,
                last: now,
            };
            counts.insert(door.key.clone(), count);
        }
        let before = wrong.first().copied().unwrap_or_default();
        Ok(Try { doors, before })
    }

    /// A try was right: what it counted at is as if nothing had been tried,
    /// but for an address, from which somebody else may be trying.
    pub(super) fn passed(&self, tried: &Try) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for door in &tried.doors {
            if door.key.starts_with("address ") {
                if let Some(count) = counts.get_mut(&door.key) {
                    count.wrong = count.wrong.saturating_sub(1);
                }
            } else {
                counts.remove(&door.key);
            }
        }
    }
}

impl Count {
    /// Whether it still counts. Where the clock was set back, it counts from
    /// the moment that is now.
    fn is_live(&self, now: i64) -> bool {
        (0..FORGOTTEN).contains(&(now - self.last))
    }
}

/// Makes room for one more count: what is forgotten goes first, then what was
/// tried least, so that names that nobody has do not drive out one that is
/// under attack.
fn make_room(counts: &mut HashMap<String, Count>, now: i64) {
    if counts.len() < MOST {
        return;
    }
    counts.retain(|_, count| count.is_live(now));
    if counts.len() < MOST {
        return;
    }
    let mut all: Vec<(u32, i64)> = counts.values().map(|c| (c.wrong, c.last)).collect();
    all.sort_unstable();
    let middle = all[all.len() / 2];
    counts.retain(|_, count| (count.wrong, count.last) > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(1_646_092_800_000 + second * 1_000).expect("a moment")
    }

    /// Tries a door, at a throttle whose limit for all is not reached.
    fn wait(throttle: &Throttle, doors: &[Door], second: i64) -> Option<i64> {
        throttle.lets(doors.to_vec(), at(second)).err()
    }

    #[test]
    fn a_name_waits_longer_with_each_wrong_try_and_never_long() {
        let throttle = Throttle::new();
        let name = [Door::name("Somebody")];
        for _ in 0..10 {
            assert_eq!(wait(&throttle, &name, 0), None);
        }
        assert_eq!(wait(&throttle, &[Door::name(" somebody ")], 0), Some(1));
        assert_eq!(wait(&throttle, &[Door::name("somebody else")], 0), None);
        assert_eq!(wait(&throttle, &name, 1), None);
        assert_eq!(wait(&throttle, &name, 1), Some(2));
        assert_eq!(wait(&throttle, &name, 3), None);
        assert_eq!(wait(&throttle, &name, 3), Some(4));
        assert_eq!(Door::name("somebody").wait(1_000), 60_000);
        assert_eq!(wait(&throttle, &name, 3 + 3_600), None, "forgotten");
    }

    #[test]
    fn a_known_browser_is_not_held_up_by_others_and_a_right_try_begins_anew() {
        let throttle = Throttle::new();
        let strange = [Door::name("ann")];
        let known = [Door::known("ann", "0001")];
        for _ in 0..10 {
            assert_eq!(wait(&throttle, &strange, 0), None);
        }
        assert_eq!(wait(&throttle, &strange, 0), Some(1));
        let tried = throttle.lets(known.to_vec(), at(0)).expect("let through");
        assert_eq!(tried.before, 0);
        throttle.passed(&tried);
        assert_eq!(wait(&throttle, &strange, 0), Some(1), "still");
        let tried = throttle.lets(strange.to_vec(), at(1)).expect("let through");
        assert_eq!(tried.before, 10);
        throttle.passed(&tried);
        assert_eq!(wait(&throttle, &strange, 1), None);
    }

    #[test]
    fn a_flood_of_strangers_leaves_room_for_those_who_were_here_before() {
        let throttle = Throttle::new();
        let names = (0..100).map(|n| [Door::name(&format!("name-{n}"))]);
        let refused = names.filter(|name| wait(&throttle, name, 0).is_some());
        assert!(refused.count() > 50);
        assert_eq!(wait(&throttle, &[Door::known("ann", "0001")], 0), None);
        assert_eq!(wait(&throttle, &[Door::second(7, false)], 0), None);
        assert_eq!(wait(&throttle, &[Door::session("0123")], 0), None);
    }

    #[test]
    fn an_address_waits_too_and_a_network_of_ipv6_is_one() {
        let address = |text: &str| Door::address(text.parse().expect("an address"));
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
        assert_eq!(address("::ffff:192.0.2.1"), address("192.0.2.1"));
        // Names in turn, from one address: what the limit for all leaves.
        let door = address("192.0.2.1");
        assert_eq!(
            (door.wait(29), door.wait(30), door.wait(99)),
            (0, 1_000, 900_000)
        );
        let throttle = Throttle::new();
        let tried = throttle.lets(vec![door.clone()], at(0)).expect("through");
        throttle.passed(&tried);
        let again = throttle.lets(vec![door.clone()], at(0)).expect("through");
        drop(again);
        let third = throttle.lets(vec![door], at(0)).expect("through");
        assert_eq!(third.before, 1, "a right try takes back its own count only");
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let throttle = Throttle::new();
        let name = [Door::name("ann")];
        for _ in 0..10 {
            assert_eq!(wait(&throttle, &name, 1_000_000), None);
        }
        assert_eq!(wait(&throttle, &name, 1_000_000), Some(1));
        assert_eq!(wait(&throttle, &name, 0), None);
    }

    #[test]
    fn there_are_not_more_counts_than_so_many_and_the_attacked_one_stays() {
        let mut counts = HashMap::new();
        let attacked = Count { wrong: 99, last: 0 };
        counts.insert("attacked".to_owned(), attacked);
        for n in 0..MOST as i64 + 5 {
            make_room(&mut counts, n);
            counts.insert(format!("{n}"), Count { wrong: 1, last: n });
            assert!(counts.len() <= MOST);
        }
        assert!(counts.contains_key("attacked"));
    }
}
