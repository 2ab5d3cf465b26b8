//! What a stranger needs to have a file of any size written: a turn, which they
//! keep for as long as they take what is written, and a share of what one
//! address may hold.
//!
//! A file is written part by part, as its reader takes it. Whoever takes nothing
//! for a while, or too little for too long, loses the turn to those who wait;
//! and nobody has all the turns by opening many connections.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::crowd::site;
use super::turns::{LONGEST, TooSlow, Turn, Turns};

/// How many files are written at once for one address.
const ONE_ADDRESS: usize = 3;
/// How long a reader may take nothing.
const STALLED: Duration = Duration::from_secs(20);

/// Those who have files written, and those who wait for it.
pub(super) struct Passes {
    turns: Turns,
    held: Arc<Mutex<HashMap<u128, usize>>>,
}

impl Passes {
    pub(super) fn new() -> Self {
        Self {
            turns: Turns::at_sending(),
            held: Arc::default(),
        }
    }

    /// The turns, for those who watch over the desk.
    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Waits for a turn; there is none for whoever has waited too long, or holds
    /// as many as one address may. What comes from this machine has no share:
    /// behind it stand all those whom a proxy speaks for.
    pub(super) async fn next(&self, address: Option<IpAddr>) -> Option<Pass> {
        let address = address.filter(|address| !address.is_loopback());
        let share = match address {
            Some(address) => Some(self.share(site(address))?),
            None => None,
        };
        let turn = self.turns.next().await?;
        Some(Pass::watched((turn, share), (STALLED, LONGEST)))
    }

    fn share(&self, site: u128) -> Option<Share> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(site).or_default();
        if *count >= ONE_ADDRESS {
            return None;
        }
        *count += 1;
        Some(Share {
            site,
            held: Arc::clone(&self.held),
        })
    }
}

/// One of the files that an address has written for it.
struct Share {
    site: u128,
    held: Arc<Mutex<HashMap<u128, usize>>>,
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let left = held.get_mut(&self.site).map(|count| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            held.remove(&self.site);
        }
    }
}

/// A turn at having a file written. It ends when it is dropped, when its reader
/// takes nothing any more, and when the file takes too long.
pub(super) struct Pass(Arc<Going>);

struct Going {
    kept: Mutex<Option<(Turn, Option<Share>)>>,
    /// How many parts were taken.
    parts: AtomicU64,
}

impl Pass {
    fn watched(kept: (Turn, Option<Share>), (stalled, longest): (Duration, Duration)) -> Self {
        let going = Arc::new(Going {
            kept: Mutex::new(Some(kept)),
            parts: AtomicU64::new(0),
        });
        let watched = Arc::downgrade(&going);
        actix_web::rt::spawn(async move {
            let end = Instant::now() + longest;
            let mut before = 0;
            loop {
                tokio::time::sleep(stalled).await;
                let Some(going) = watched.upgrade() else {
                    return;
                };
                let parts = going.parts.load(Ordering::Relaxed);
                if parts == before || Instant::now() >= end {
                    going.end();
                    return;
                }
                before = parts;
            }
        });
        Self(going)
    }

    /// Notes that the reader wants another part.
    ///
    /// # Errors
    /// When the turn has ended meanwhile.
    pub(super) fn goes_on(&self) -> Result<(), TooSlow> {
        self.0.parts.fetch_add(1, Ordering::Relaxed);
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().map(|_| ()).ok_or(TooSlow)
    }
}

impl Going {
    fn end(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = kept.take();
        drop(kept);
        drop(ended);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().expect("an address"))
    }

    #[actix_web::test]
    async fn nobody_has_all_the_turns_by_many_connections() {
        let passes = Passes::new();
        let mut taken = Vec::new();
        for last in 1..=ONE_ADDRESS {
            let inner = format!("2001:db8::{last}");
            taken.push(passes.next(address(&inner)).await.expect("a turn"));
        }
        let same_house = passes.next(address("2001:db8::99")).await;
        assert!(same_house.is_none());
        assert!(passes.next(address("2001:db8:0:1::1")).await.is_some());
        taken.pop();
        assert!(passes.next(address("2001:db8::99")).await.is_some());
        drop(taken);
        let held = passes.held.lock().expect("nobody panicked");
        assert!(held.is_empty(), "what is over leaves nothing");
    }

    #[actix_web::test]
    async fn whoever_takes_nothing_loses_the_turn_and_whoever_goes_on_keeps_it() {
        let passes = Passes::new();
        let turn = || async { (passes.turns.next().await.expect("a turn"), None) };
        let soon = Duration::from_millis(40);
        let deaf = Pass::watched(turn().await, (soon, LONGEST));
        let quick = Pass::watched(turn().await, (soon, LONGEST));
        let begun = Instant::now();
        while deaf.0.kept.lock().expect("nobody panicked").is_some() {
            assert!(quick.goes_on().is_ok());
            assert!(begun.elapsed() < Duration::from_secs(10), "it never ends");
            tokio::time::sleep(soon / 20).await;
        }
        assert_eq!(deaf.goes_on(), Err(TooSlow));
        assert_eq!(passes.turns.taken(), 1);
        drop(quick);
        assert_eq!(passes.turns.taken(), 0);
    }

    #[actix_web::test]
    async fn no_file_takes_longer_than_the_longest() {
        let passes = Passes::new();
        let turn = (passes.turns.next().await.expect("a turn"), None);
        let slow = Pass::watched(turn, (Duration::from_millis(20), Duration::from_millis(60)));
        let begun = Instant::now();
        while slow.goes_on().is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(10), "it never ends");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(passes.turns.taken(), 0);
    }
}
