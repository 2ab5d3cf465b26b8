//! Stretches of a folded text that are nearly a quote: found by edit distance
//! over characters, and cut at the borders of words.

use std::ops::Range;

use super::fold::Folded;
use super::glyph::is_of_word;
use super::myers::{From, Pattern};
use super::sieve;

/// Quotes of fewer characters are like too much.
const LEAST: usize = 4;
/// No more stretches than this are kept.
const MOST: usize = 32;
/// A text is read whole while its length times the blocks of the pattern stays
/// below this (about a tenth of a second); beyond it goes through the sieve.
const WHOLE_READING: usize = 40_000_000;
/// Patterns of so few blocks say too little for the sieve.
const SHORT_BLOCKS: usize = 2;
/// How many more edits a cut at the border of a word may cost.
const BORDER_EDITS: u32 = 16;

/// A stretch of a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alike {
    /// Where it stands in the folded text.
    pub(super) key: Range<usize>,
    /// How like the quote it is, in thousandths.
    pub(super) score: u32,
}

/// Finds the stretches within a part of a folded text that are like a folded
/// quote, the best first; none overlap and none scores below `floor`.
pub(super) fn alike(folded: &Folded, needle: &str, floor: u32, within: Range<usize>) -> Vec<Alike> {
    let Some(part) = folded.as_str().get(within.clone()) else {
        return Vec::new();
    };
    let search = Search::new(folded.as_str(), needle, floor);
    if search.pattern.length() < LEAST {
        return Vec::new();
    }
    let blocks = search.pattern.blocks();
    let ends = if blocks <= SHORT_BLOCKS || blocks.saturating_mul(part.len()) <= WHOLE_READING {
        search.ends([within])
    } else {
        let stretches = sieve::likely(part, needle).into_iter();
        search.ends(stretches.map(|s| s.start + within.start..s.end + within.start))
    };
    let mut found: Vec<Alike> = ends
        .into_iter()
        .filter_map(|(end, distance)| search.settle(end, distance))
        .filter(|alike| alike.score >= floor)
        .collect();
    found.sort_by_key(|alike| (std::cmp::Reverse(alike.score), alike.key.start));
    let mut apart: Vec<Alike> = Vec::new();
    for alike in found {
        let overlaps =
            |other: &Alike| alike.key.start < other.key.end && other.key.start < alike.key.end;
        if !apart.iter().any(overlaps) {
            apart.push(alike);
        }
    }
    apart
}

struct Search<'k> {
    key: &'k str,
    pattern: Pattern,
    backwards: Pattern,
    limit: u32,
}

impl<'k> Search<'k> {
    fn new(key: &'k str, needle: &str, floor: u32) -> Self {
        let pattern = Pattern::new(needle.chars());
        // What is longer than the quote by as much as the floor allows has
        // more edits than the quote alone would.
        let length = pattern.length() as u32;
        let limit = length.saturating_mul(1_000 - floor.min(1_000)) / floor.max(500);
        Self {
            key,
            pattern,
            backwards: Pattern::new(needle.chars().rev()),
            limit: limit.min(length.saturating_sub(1)),
        }
    }

    /// The last characters of the best matches, with their edits.
    fn ends(&self, parts: impl IntoIterator<Item = Range<usize>>) -> Vec<(usize, u32)> {
        let width = self.pattern.length();
        let slack = width as u32 / 8 + 2;
        let mut ends: Vec<(usize, u32)> = Vec::new();
        let mut limit = self.limit;
        for part in parts {
            let Some(text) = self.key.get(part.clone()) else {
                continue;
            };
            let chars = text.char_indices().map(|(at, c)| (part.start + at, c));
            let mut last_seen = 0;
            self.pattern
                .scan(chars, From::Anywhere, limit, |at, distance| {
                    let goes_on = at.abs_diff(last_seen) <= 4;
                    last_seen = at;
                    match ends.last_mut() {
                        Some((end, best)) if at.abs_diff(*end) <= width => {
                            if distance < *best || (distance == *best && goes_on) {
                                (*end, *best) = (at, distance);
                            }
                        }
                        _ => ends.push((at, distance)),
                    }
                    if ends.len() > MOST {
                        limit = limit.min(drop_worst(&mut ends));
                    }
                    limit = limit.min(distance.saturating_add(slack));
                    limit
                });
        }
        ends.sort_unstable();
        ends.dedup_by_key(|(end, _)| *end);
        ends
    }

    /// The whole stretch around the last character of a match, cut at words.
    fn settle(&self, end: usize, distance: u32) -> Option<Alike> {
        let reach = self.pattern.length() + distance as usize + BORDER_EDITS as usize;
        let end = end + self.key[end..].chars().next()?.len_utf8();
        let back = self.key[..end].char_indices().rev().take(reach);
        let limit = distance + BORDER_EDITS;
        let start = best_cut(&self.backwards, back, limit, |at| self.is_first(at))?.0;
        let ahead = self.key[start..].char_indices().take(reach);
        let ahead = ahead.map(|(at, c)| (start + at + c.len_utf8(), c));
        let limit = limit + BORDER_EDITS;
        let (end, distance) = best_cut(&self.pattern, ahead, limit, |at| self.is_last(at))?;
        let length = self.key[start..end].chars().count();
        let longer = length.max(self.pattern.length()) as u64;
        let lost = (1_000 * u64::from(distance)).div_ceil(longer).min(1_000);
        Some(Alike {
            key: start..end,
            score: 1_000 - lost as u32,
        })
    }

    fn is_first(&self, at: usize) -> bool {
        !self.key[at..].starts_with(' ') && self.is_border(at)
    }

    fn is_last(&self, at: usize) -> bool {
        !self.key[..at].ends_with(' ') && self.is_border(at)
    }

    /// Whether neither a word nor a figure goes on here.
    fn is_border(&self, at: usize) -> bool {
        let (before, after) = (&self.key[..at], &self.key[at..]);
        let (mut back, mut ahead) = (before.chars().rev(), after.chars());
        let (Some(last), Some(next)) = (back.next(), ahead.next()) else {
            return true;
        };
        let point = |c: char| matches!(c, '.' | ',');
        let figure = |c: Option<char>| c.is_some_and(char::is_numeric);
        let in_figure = (figure(Some(last)) && point(next) && figure(ahead.next()))
            || (point(last) && figure(Some(next)) && figure(back.next()));
        let in_word = is_of_word(last) && is_of_word(next);
        !in_figure && !in_word
    }
}

/// Of the places up to which a pattern matches from the start of `text`, the
/// one with the fewest edits at which a cut is good, and of several the last.
fn best_cut(
    pattern: &Pattern,
    text: impl Iterator<Item = (usize, char)>,
    limit: u32,
    is_good: impl Fn(usize) -> bool,
) -> Option<(usize, u32)> {
    let mut best: Option<(usize, u32)> = None;
    let mut rough: Option<(usize, u32)> = None;
    pattern.scan(text, From::Start, limit, |at, distance| {
        let better = |than: Option<(usize, u32)>| than.is_none_or(|(_, least)| distance <= least);
        if better(rough) {
            rough = Some((at, distance));
        }
        if better(best) && is_good(at) {
            best = Some((at, distance));
        }
        limit
    });
    best.or(rough)
}

/// Drops the end with the most edits and says how many those were.
fn drop_worst(ends: &mut Vec<(usize, u32)>) -> u32 {
    let worst = (0..ends.len()).max_by_key(|at| ends[*at].1);
    worst.map_or(0, |at| ends.remove(at).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, quote: &str, floor: u32, expected: &[(&str, u32)]) {
        let (folded, needle) = (Folded::new(text), Folded::new(quote));
        let whole = 0..folded.as_str().len();
        let found = alike(&folded, needle.as_str(), floor, whole);
        let shown: Vec<(&str, u32)> = found
            .iter()
            .map(|alike| {
                let span = folded.original(alike.key.start, alike.key.end);
                let span = span.expect("within the text");
                (&text[span.start..span.end], alike.score)
            })
            .collect();
        assert_eq!(shown, expected, "{quote:?} in {text:?}");
    }

    #[test]
    fn what_is_nearly_the_quote_is_found_by_whole_words() {
        let text = "It was blue. It had 18 doors. It had 2,180 windows.";
        check(text, "It had 19 doors.", 700, &[("It had 18 doors.", 937)]);
        check(
            text,
            "It had 2,190 windows",
            700,
            &[("It had 2,180 windows", 950)],
        );
        check(text, "Nothing like it at all", 700, &[]);
        check(text, "no", 700, &[]);
        check("", "It had 19 doors.", 700, &[]);
        check(
            "of — “long-\nterm” plans",
            "long-term plan",
            700,
            &[("long-\nterm” plans", 866)],
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_may_be_searched(text in ".{0,200}", quote in ".{1,60}", floor in 0u32..1_000) {
            let (folded, needle) = (Folded::new(&text), Folded::new(&quote));
            let whole = 0..folded.as_str().len();
            for alike in alike(&folded, needle.as_str(), floor, whole) {
                proptest::prop_assert!(alike.score >= floor);
                proptest::prop_assert!(folded.original(alike.key.start, alike.key.end).is_some());
            }
        }
    }
}
