//! A desk for tests of single modules, with a clock that a test moves, and chance
//! that is always the same.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::capture::apart::Reading;
use crate::domain::time::Timestamp;
use crate::domain::words::Name;

use super::keys::KeyPlace;
use super::set_up::{self, Identity};
use super::{Clock, Desk, Rng, Rules, World};

/// The clock, and the chance.
pub(crate) struct Still(AtomicI64);

impl Still {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_646_092_800_000)))
    }

    /// Lets so many milliseconds pass.
    pub(crate) fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed)).expect("a moment")
    }
}

impl Rng for Still {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

/// Opens a desk in a directory, and makes it if there is none.
pub(crate) fn open(dir: &Path, clock: &Arc<Still>) -> Desk {
    let identity = Identity {
        name: Name::parse("A desk").expect("a name"),
        origin: "test.example/desk".to_owned(),
        key: KeyPlace::Beside,
    };
    let world = World {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        rng: Arc::clone(clock) as Arc<dyn Rng>,
        reading: Reading::Here,
    };
    let opened = set_up::open(dir, &identity, Rules::default(), world, &mut |_| {});
    opened.expect("a desk")
}
