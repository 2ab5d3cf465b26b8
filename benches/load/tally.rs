//! What was measured of a crowd and of the program meanwhile, and whether it
//! stayed as it was.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::running::Running;
use crate::say;

/// A run is looked at in so many parts of the same length.
pub(crate) const PARTS: usize = 10;
/// The first part is passed over: caches fill and the allocator learns.
const EARLY: usize = 1;
const LATE: usize = PARTS - 1;

/// What a crowd did.
#[derive(Default)]
pub(crate) struct Tally {
    /// Microseconds from the moment that was planned, by the part of the run.
    times: [Vec<u32>; PARTS],
    /// How many answers were none, or of a status that is no success.
    errors: BTreeMap<u16, u64>,
}

impl Tally {
    pub(crate) fn note(&mut self, part: usize, took: Duration, status: u16) {
        let took = took.as_micros().try_into().unwrap_or(u32::MAX);
        self.times[part.min(LATE)].push(took);
        if !(200..300).contains(&status) {
            *self.errors.entry(status).or_default() += 1;
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (own, others) in self.times.iter_mut().zip(other.times) {
            own.extend(others);
        }
        for (status, count) in other.errors {
            *self.errors.entry(status).or_default() += count;
        }
    }

    pub(crate) fn say(&mut self, name: &str, lasted: Duration) {
        let mut all = self.times.concat();
        all.sort_unstable();
        for part in &mut self.times {
            part.sort_unstable();
        }
        say(&format!(
            "{name:<28} {:>8.0} a second  median {:>7.2} ms  p99 {:>7.2} ms  p99.9 {:>7.2} ms  slowest {:>7.1} ms  errors {:?}",
            all.len() as f64 / lasted.as_secs_f64(),
            at(&all, 0.5),
            at(&all, 0.99),
            at(&all, 0.999),
            at(&all, 1.0),
            self.errors
        ));
    }

    /// Whether nothing failed and the slow ones were no slower late than early, by
    /// half and five milliseconds. The parts are in order since it was said.
    pub(crate) fn is_flat(&self) -> bool {
        let (early, late) = (at(&self.times[EARLY], 0.99), at(&self.times[LATE], 0.99));
        say(&format!(
            "p99 in the second tenth {early:.2} ms, in the last {late:.2} ms"
        ));
        self.errors.is_empty() && late <= early * 1.5 + 5.0
    }
}

/// The time in milliseconds that such a share of sorted times is not above.
fn at(sorted: &[u32], share: f64) -> f64 {
    let at = ((sorted.len().max(1) - 1) as f64 * share) as usize;
    f64::from(sorted.get(at).copied().unwrap_or(0)) / 1_000.0
}

/// What the program holds at one moment.
pub(crate) struct Held {
    megabytes: u64,
    descriptors: usize,
}

/// Says after each part how much the program holds, so that what grows is seen.
pub(crate) fn watch(
    running: &Running,
    (begun, lasting): (Instant, Duration),
    over: &AtomicBool,
) -> Vec<Held> {
    let mut held: Vec<Held> = Vec::new();
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(200));
        let passed = begun.elapsed().as_secs_f64() / lasting.as_secs_f64();
        if (passed * PARTS as f64) as usize > held.len() {
            let now = Held {
                megabytes: running.memory(),
                descriptors: running.descriptors(),
            };
            say(&format!(
                "after {:>4} s: {} MB, {} descriptors",
                begun.elapsed().as_secs(),
                now.megabytes,
                now.descriptors
            ));
            held.push(now);
        }
    }
    held
}

/// Whether the program held no more late than early, by a tenth and ten
/// megabytes, and sixteen descriptors.
pub(crate) fn is_flat(held: &[Held]) -> bool {
    let (Some(early), Some(late)) = (held.get(EARLY), held.last()) else {
        return false;
    };
    let more = late.megabytes.saturating_sub(early.megabytes);
    more <= early.megabytes / 10 + 10 && late.descriptors <= early.descriptors + 16
}
