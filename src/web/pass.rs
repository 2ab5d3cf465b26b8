//! What a stranger needs to have a file of any size written: a turn, which they
//! keep for as long as they take what is written, and a share of what one
//! address may hold.
//!
//! A file is written part by part, as its reader takes it. Whoever takes nothing
//! for a while, or too little for too long, loses the turn to those who wait;
//! and nobody has all the turns by opening many connections.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::shares::{Share, Shares, Whose};
use super::turns::{LONGEST, TooSlow, Turn, Turns};

/// How many files are written at once for one address.
pub(super) const ONE_ADDRESS: usize = 3;
/// How long a reader may take nothing.
const STALLED: Duration = Duration::from_secs(20);

/// Those who have files written, and those who wait for it.
pub(super) struct Passes {
    turns: Turns,
    shares: Shares,
}

impl Passes {
    pub(super) fn new() -> Self {
        Self {
            turns: Turns::at_sending(),
            shares: Shares::default(),
        }
    }

    /// The turns, for those who watch over the desk.
    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Waits for a turn; there is none for whoever has waited too long, or holds
    /// as many as one address may.
    pub(super) async fn next(&self, whose: Option<Whose>) -> Option<Pass> {
        let share = self.shares.take(whose, ONE_ADDRESS)?;
        let turn = self.turns.next().await?;
        Some(Pass::watched((turn, share), (STALLED, LONGEST)))
    }
}

/// A turn at having a file written. It ends when it is dropped, when its reader
/// takes nothing any more, and when the file takes too long.
pub(super) struct Pass(Arc<Going>);

struct Going {
    kept: Mutex<Option<(Turn, Share)>>,
    /// How many parts were taken.
    parts: AtomicU64,
}

impl Pass {
    fn watched(kept: (Turn, Share), (stalled, longest): (Duration, Duration)) -> Self {
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

    async fn turn(passes: &Passes) -> (Turn, Share) {
        let share = passes.shares.take(None, ONE_ADDRESS).expect("a share");
        (passes.turns.next().await.expect("a turn"), share)
    }

    #[actix_web::test]
    async fn nobody_has_all_the_turns_by_many_connections() {
        let passes = Passes::new();
        let (one, other) = (Some(Whose::Address(1)), Some(Whose::Address(2)));
        let mut taken = Vec::new();
        for _ in 0..ONE_ADDRESS {
            taken.push(passes.next(one).await.expect("a turn"));
        }
        assert!(passes.next(one).await.is_none());
        assert!(passes.next(other).await.is_some());
        drop(taken);
        assert!(passes.shares.is_nobodys());
    }

    #[actix_web::test]
    async fn whoever_takes_nothing_loses_the_turn_and_whoever_goes_on_keeps_it() {
        let passes = Passes::new();
        let soon = Duration::from_millis(40);
        let deaf = Pass::watched(turn(&passes).await, (soon, LONGEST));
        let quick = Pass::watched(turn(&passes).await, (soon, LONGEST));
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
        let turn = turn(&passes).await;
        let slow = Pass::watched(turn, (Duration::from_millis(20), Duration::from_millis(60)));
        let begun = Instant::now();
        while slow.goes_on().is_ok() {
            assert!(begun.elapsed() < Duration::from_secs(10), "it never ends");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(passes.turns.taken(), 0);
    }
}
