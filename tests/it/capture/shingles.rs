//! How much of an article's text was found: shingles of four words, scored as
//! scrapinghub's article-extraction-benchmark scores them.

use std::collections::HashMap;

/// How many words make a shingle.
const WORDS: usize = 4;

/// Shares of a page's shingles, which sum up to one unless there are none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shares {
    /// In both texts.
    pub(crate) shared: f64,
    /// In the found text alone.
    pub(crate) surplus: f64,
    /// In the true text alone.
    pub(crate) missing: f64,
}

/// Means over pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Score {
    /// How much of what was found is true.
    pub(crate) precision: f64,
    /// How much of what is true was found.
    pub(crate) recall: f64,
    /// The harmonic mean of the two means.
    pub(crate) f1: f64,
}

/// Compares one page's text with what people marked.
pub(crate) fn compare(truth: &str, found: &str) -> Shares {
    let truth = shingles(truth);
    let found = shingles(found);
    let (mut shared, mut surplus, mut missing) = (0, 0, 0);
    for (shingle, &count) in &truth {
        let other = found.get(shingle).copied().unwrap_or(0);
        shared += count.min(other);
        missing += count.saturating_sub(other);
    }
    for (shingle, &count) in &found {
        surplus += count.saturating_sub(truth.get(shingle).copied().unwrap_or(0));
    }
    let all = f64::from(shared + surplus + missing).max(1.0);
    Shares {
        shared: f64::from(shared) / all,
        surplus: f64::from(surplus) / all,
        missing: f64::from(missing) / all,
    }
}

/// The means over all pages; a page without words on a side does not count
/// for that side.
pub(crate) fn score(pages: &[Shares]) -> Score {
    let precision = mean(pages.iter().map(|page| (page.shared, page.surplus)));
    let recall = mean(pages.iter().map(|page| (page.shared, page.missing)));
    let f1 = 2.0 * precision * recall / (precision + recall);
    Score {
        precision,
        recall,
        f1,
    }
}

fn mean(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let shares: Vec<f64> = pairs
        .filter(|(right, wrong)| right + wrong > 0.0)
        .map(|(right, wrong)| right / (right + wrong))
        .collect();
    let count = u32::try_from(shares.len()).expect("few pages");
    shares.iter().sum::<f64>() / f64::from(count.max(1))
}

fn shingles(text: &str) -> HashMap<Vec<&str>, u32> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let mut counts = HashMap::new();
    if words.is_empty() {
        return counts;
    }
    let length = WORDS.min(words.len());
    for shingle in words.windows(length) {
        *counts.entry(shingle.to_vec()).or_insert(0) += 1;
    }
    counts
}

#[test]
fn shingles_are_counted() {
    let half = compare("a b c d e", "a b c d f");
    assert_eq!(
        (half.shared, half.surplus, half.missing),
        (1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0)
    );
    let same = score(&[compare("a, b.", "a b")]);
    assert_eq!((same.precision, same.recall, same.f1), (1.0, 1.0, 1.0));
}
