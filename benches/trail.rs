//! What the trail costs: a log of a million entries checked whole, checkpoints
//! signed while people work, proofs beside another implementation, erasures,
//! and the veil before sealed sources. Each beside a limit or a peer of the
//! same run, taken in turn with it. `docs/benchmarks.md` has results.
//!
//! `cargo bench --bench trail -- million` measures that part alone.

#[path = "trail/erasure.rs"]
mod erasure;
mod filling;
#[path = "trail/measure.rs"]
mod measure;
#[path = "trail/million.rs"]
mod million;
#[path = "trail/peer.rs"]
mod peer;
#[path = "trail/signing.rs"]
mod signing;
#[expect(dead_code, reason = "the benchmarks need a part of what tests do")]
#[path = "../tests/it/support/mod.rs"]
mod support;
#[path = "trail/veil.rs"]
mod veil;

/// A part of the figures, and what it is called on the command line.
type Part = (&'static str, fn());

/// The short parts first.
const PARTS: [Part; 5] = [
    ("peer", peer::measure),
    ("signing", signing::measure),
    ("million", million::measure),
    ("erasure", erasure::measure),
    ("veil", veil::measure),
];

fn main() {
    let words = std::env::args().skip(1);
    let wanted: Vec<String> = words.filter(|word| !word.starts_with('-')).collect();
    for (name, measure) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            measure();
        }
    }
}
