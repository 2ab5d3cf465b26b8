//! No byte of a bundle can be changed unnoticed.

use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};

use citekeep::bundle::check::check_bag;
use citekeep::bundle::check::report::State;
use citekeep::desk::exchange::bundle::Kind;

use super::{bundle_of, files, is_ok, judged, remade};
use crate::support::desk;

/// How many bytes a thread looks at before it asks for more.
const RUN: usize = 256;

/// Whether a bundle in which one byte is another one would pass.
fn passes(bytes: &[u8]) -> bool {
    // The archive and the bag alone find nearly everything, and quickly; what
    // they let pass is checked whole.
    let bag = check_bag(Cursor::new(bytes)).expect("bytes in memory");
    bag.result == State::Ok && judged(bytes).result == State::Ok
}

/// Tries a bundle with every byte, or one in so many, changed.
fn no_byte_passes(good: &[u8], stride: usize) {
    is_ok(good);
    let next = AtomicUsize::new(0);
    let passed = AtomicUsize::new(usize::MAX);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                let mut bytes = good.to_vec();
                loop {
                    let start = next.fetch_add(RUN * stride, Ordering::Relaxed);
                    if start >= good.len() {
                        return;
                    }
                    let end = good.len().min(start + RUN * stride);
                    for at in (start..end).step_by(stride) {
                        bytes[at] ^= 1;
                        if passes(&bytes) {
                            passed.fetch_min(at, Ordering::Relaxed);
                        }
                        bytes[at] ^= 1;
                    }
                }
            });
        }
    });
    let passed = passed.into_inner();
    assert_eq!(passed, usize::MAX, "byte {passed} can be changed");
}

#[test]
fn every_single_byte_change_is_caught() {
    let desk = desk();
    let (claim, _) = desk.published();
    no_byte_passes(&bundle_of(&desk, claim, Kind::Public), 1);
}

/// The desk's own bundle is thrice as large; one byte in seven is tried here.
#[test]
fn changes_of_the_desk_s_own_bundle_are_caught() {
    let desk = desk();
    let (claim, _) = desk.published();
    no_byte_passes(&bundle_of(&desk, claim, Kind::Desk), 7);
}

#[test]
#[ignore = "takes a minute without optimisation; the public bundle is tried whole"]
fn every_single_byte_change_of_the_desk_s_own_bundle_is_caught() {
    let desk = desk();
    let (claim, _) = desk.published();
    no_byte_passes(&bundle_of(&desk, claim, Kind::Desk), 1);
}

#[test]
fn a_bundle_that_was_cut_off_anywhere_is_caught() {
    let desk = desk();
    let (claim, _) = desk.published();
    let good = bundle_of(&desk, claim, Kind::Public);
    for end in (0..good.len()).step_by(97) {
        assert_ne!(judged(&good[..end]).result, State::Ok, "cut at {end}");
    }
}

/// Whoever changes what was logged and makes the bag anew around it changes
/// hashes that the checkpoint is signed over.
#[test]
fn whoever_makes_the_bag_anew_is_caught_by_the_log() {
    let desk = desk();
    let (claim, _) = desk.published();
    let good = bundle_of(&desk, claim, Kind::Desk);
    assert_eq!(
        remade(&good, |_, _| {}),
        good,
        "a bundle is made in one way"
    );
    let parts = files(&good).into_iter();
    let bound = parts.filter(|(name, _)| {
        ["data/log/", "data/blobs/", "data/keys/"]
            .iter()
            .any(|folder| name.starts_with(folder))
    });
    let mut tried = 0;
    for (name, content) in bound {
        for at in (0..content.len()).step_by(61) {
            let forged = remade(&good, |_, files| {
                let bytes = files.get_mut(&name).expect("the part");
                bytes[at] ^= 1;
            });
            let result = judged(&forged).result;
            assert_ne!(result, State::Ok, "byte {at} of {name}");
            tried += 1;
        }
    }
    assert!(tried > 200, "only {tried} changes were tried");
}

/// A generator of numbers that are the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % most
    }
}

#[test]
fn damage_of_every_kind_is_caught_and_breaks_nothing() {
    let desk = desk();
    let (claim, _) = desk.published();
    let good = bundle_of(&desk, claim, Kind::Public);
    let mut numbers = Numbers(1);
    for round in 0..1_500 {
        let mut bytes = good.clone();
        let (at, long) = (numbers.below(good.len() - 64), 1 + numbers.below(64));
        match round % 4 {
            0 => drop(bytes.drain(at..at + long)),
            1 => drop(bytes.splice(at..at, good[..long].to_vec())),
            2 => bytes[at..at + long].fill(0xff),
            _ => {
                let from = numbers.below(good.len() - 64);
                bytes[at..at + long].copy_from_slice(&good[from..from + long]);
            }
        }
        if bytes != good {
            assert_ne!(judged(&bytes).result, State::Ok, "round {round}, byte {at}");
        }
    }
}
