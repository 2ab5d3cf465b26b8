//! A sieve before the slow search: the stretches of a text that share the most
//! short runs of characters with a quote.

use std::ops::Range;

/// How many bytes a run has.
const RUN: usize = 6;
/// No more stretches than this are looked at closely.
const STRETCHES: usize = 24;
const SLOTS: usize = 1 << 16;

/// The stretches of `key` that share the most runs with `needle`, each at
/// least three times as long as it; they may overlap.
pub(super) fn likely(key: &str, needle: &str) -> Vec<Range<usize>> {
    let bytes = key.as_bytes();
    if bytes.len() < RUN || needle.len() < RUN {
        return Vec::new();
    }
    let mut known = vec![false; SLOTS];
    for run in needle.as_bytes().windows(RUN) {
        known[slot(run)] = true;
    }
    let width = needle.len().max(64);
    let mut shares = vec![0_u32; bytes.len() / width + 1];
    for (share, piece) in shares.iter_mut().zip(0..) {
        let start: usize = piece * width;
        let end = (start + width + RUN - 1).min(bytes.len());
        let runs = bytes.get(start..end).unwrap_or_default().windows(RUN);
        *share = runs.filter(|run| known[slot(run)]).count() as u32;
    }
    let with_next = |at: usize| shares[at] + shares.get(at + 1).copied().unwrap_or(0);
    let mut best: Vec<usize> = (0..shares.len()).collect();
    if best.len() > STRETCHES {
        best.select_nth_unstable_by_key(STRETCHES, |at| std::cmp::Reverse(with_next(*at)));
        best.truncate(STRETCHES);
    }
    best.sort_unstable();
    let stretch = |at: usize| {
        let start = key.floor_char_boundary((at * width).saturating_sub(width / 2));
        start..key.ceil_char_boundary(((at + 2) * width + width / 2).min(key.len()))
    };
    best.into_iter().map(stretch).collect()
}

fn slot(run: &[u8]) -> usize {
    let mut word = [0; 8];
    word[..RUN].copy_from_slice(run);
    // Multiplicative hashing (Knuth): the high bits are well mixed.
    (u64::from_le_bytes(word).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_stretch_is_among_the_likely_ones() {
        let filler = "nothing to see in this sentence, and none after it. ".repeat(2_000);
        let text = format!("{filler}At least 68 people were killed in the province.{filler}");
        let quote = "at least 86 people were wounded in that province.";
        let key = text.to_lowercase();
        let found = likely(&key, quote);
        assert!(found.len() <= STRETCHES);
        let place = filler.len();
        assert!(found.iter().any(|stretch| stretch.contains(&place)));
        assert!(likely("a", quote).is_empty());
    }
}
