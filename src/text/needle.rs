//! A quote made ready for looking it up, and the look-up of every place where
//! it stands.

use std::ops::Range;

use memchr::memmem::{Finder, FinderRev};

use super::find::MOST_PLACES;
use super::fold::Folded;
use super::glyph::{is_blank, is_dash};
use super::offset::ByteSpan;

/// No more occurrences than this are looked at closely for one quote.
const MOST_TRIES: usize = 20_000;

/// A folded quote; dashes at its ends are looked for in the text as it is,
/// because between letters they are not in the folded one.
pub(super) struct Needle {
    pub(super) folded: Folded,
    /// What is searched for in the folded text.
    pub(super) range: Range<usize>,
    dash_before: bool,
    dash_after: bool,
}

impl Needle {
    pub(super) fn new(quote: &str) -> Self {
        let folded = Folded::new(quote);
        let key = folded.as_str();
        let mut range = key.len() - key.trim_start().len()..key.trim_end().len();
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let words = key.trim();
        let dash_before = words.starts_with('-') && is_letter(words.chars().nth(1));
        let dash_after = words.ends_with('-') && is_letter(words.chars().rev().nth(1));
        range.start += usize::from(dash_before);
        range.end -= usize::from(dash_after);
        Self {
            folded,
            range,
            dash_before,
            dash_after,
        }
    }

    pub(super) fn words(&self) -> Option<&str> {
        let words = self.folded.as_str().get(self.range.clone())?;
        (!words.is_empty()).then_some(words)
    }

    /// Takes in the dashes that the quote has at its ends; nothing where the
    /// text has none.
    pub(super) fn with_dashes(&self, text: &str, mut span: ByteSpan) -> Option<ByteSpan> {
        if self.dash_before {
            let before = text[..span.start].trim_end_matches(is_blank);
            let rest = before.trim_end_matches(is_dash);
            span.start = (rest.len() < before.len()).then_some(rest.len())?;
        }
        if self.dash_after {
            let after = &text[span.end..];
            let dashes = after.trim_start_matches(is_blank);
            let rest = dashes.trim_start_matches(is_dash);
            span.end = (rest.len() < dashes.len()).then_some(text.len() - rest.len())?;
        }
        Some(span)
    }
}

/// The occurrences of `needle` that are accepted: the first ones, or from
/// `from` on and back from there.
pub(super) fn occurrences(
    text: &str,
    needle: &str,
    from: Option<usize>,
    accept: impl Fn(usize) -> Option<ByteSpan>,
) -> Vec<ByteSpan> {
    let Some(first) = needle.chars().next().map(char::len_utf8) else {
        return Vec::new();
    };
    let bytes = text.as_bytes();
    let middle = from.unwrap_or(0).min(bytes.len());
    let finder = Finder::new(needle);
    let mut next = middle;
    // Places may overlap: “ana” stands twice in “bananas”.
    let ahead = std::iter::from_fn(|| {
        let start = next + finder.find(bytes.get(next..)?)?;
        next = start + first;
        Some(start)
    });
    let mut found: Vec<ByteSpan> = ahead
        .take(MOST_TRIES)
        .filter_map(&accept)
        .take(MOST_PLACES)
        .collect();
    if middle > 0 {
        let finder = FinderRev::new(needle);
        // An occurrence that starts before the middle may end after it.
        let mut end = (middle + needle.len() - 1).min(bytes.len());
        let back = std::iter::from_fn(|| {
            let start = finder.rfind(bytes.get(..end)?)?;
            end = (start + needle.len()).checked_sub(1)?;
            Some(start)
        });
        found.extend(back.take(MOST_TRIES).filter_map(&accept).take(MOST_PLACES));
    }
    found
}
