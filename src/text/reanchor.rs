//! What became of cited words in a newer text of the same source.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::citation::Reanchoring;
use crate::domain::span::CharSpan;

use super::anchor::places;
use super::offset::{ByteSpan, OffsetIndex};

/// How alike words must be, in thousandths, to be shown as a suggestion.
pub const SUGGESTION_FLOOR: u32 = 700;

/// How alike words must be, in thousandths, to count as the altered form of
/// what stood there rather than as gone.
const ALTERED_FLOOR: u32 = 550;

/// Quotes of fewer words are only the same where the words around them are.
const SHORT: usize = 4;

/// How many code points around a quote help to tell its copies apart.
const AROUND: usize = 64;

/// Finds what became of `old[span]` in a newer text.
///
/// Unchanged: the same words at the same place. Moved: the same words, though
/// perhaps in other typography, elsewhere. Altered: the most similar words, if
/// they are similar enough; a changed figure, name or negation is always at
/// least this. Gone: nothing alike is left.
///
/// ```
/// use citekeep::domain::citation::Reanchoring;
/// use citekeep::domain::span::CharSpan;
/// use citekeep::text::reanchor::reanchor;
/// let span = CharSpan::new(0, 26).expect("not empty");
/// let result = reanchor("At least 68 people died in it.", span, "Note. At least 85 people died in it.");
/// assert!(matches!(result, Reanchoring::Altered { .. }));
/// ```
pub fn reanchor(old: &str, span: CharSpan, new: &str) -> Reanchoring {
    let old_index = OffsetIndex::new(old);
    let new_index = OffsetIndex::new(new);
    let Some(quote) = old_index.slice(old, span) else {
        return Reanchoring::Gone;
    };
    if new_index.slice(new, span) == Some(quote) {
        return Reanchoring::Unchanged { span };
    }
    let context = around(old, &old_index, span);
    let best = places(new, &new_index, quote)
        .into_iter()
        .max_by_key(|place| {
            let alike = alike(&context, &around(new, &new_index, place.span));
            (
                alike,
                std::cmp::Reverse(place.span.start().abs_diff(span.start())),
            )
        });
    let is_short = quote.unicode_words().count() < SHORT;
    if let Some(place) = best
        && (!is_short || stands_alike(&context, &around(new, &new_index, place.span)))
    {
        return Reanchoring::Moved { span: place.span };
    }
    // A short quote says little alone; it is looked for with what stood around.
    let wide = if is_short {
        widened(old, &old_index, span)
    } else {
        quote
    };
    let similar = nearest(new, wide).filter(|(_, score)| *score >= ALTERED_FLOOR);
    let similar = similar.map(|(span, _)| with_marks(new, wide, span));
    let Some(span) = similar.and_then(|span| new_index.char_span(new, span)) else {
        return Reanchoring::Gone;
    };
    let now = new_index.slice(new, span).unwrap_or_default().to_owned();
    Reanchoring::Altered { span, now }
}

/// Takes in the marks around a stretch of words that the quote has around its
/// own, so that a difference does not show a full stop that is still there.
fn with_marks(text: &str, quote: &str, span: ByteSpan) -> ByteSpan {
    let is_word = |c: char| c.is_alphanumeric();
    let after = quote.rfind(is_word).map_or("", |at| {
        let word = quote[at..].chars().next().map_or(0, char::len_utf8);
        &quote[at + word..]
    });
    let before = &quote[..quote.find(is_word).unwrap_or(0)];
    let same_after = text[span.end..].chars().zip(after.chars());
    let same_before = text[..span.start].chars().rev().zip(before.chars().rev());
    let count = |same: &mut dyn Iterator<Item = (char, char)>| -> usize {
        same.take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum()
    };
    ByteSpan {
        start: span.start - count(&mut { same_before }),
        end: span.end + count(&mut { same_after }),
    }
}

/// A span with the words around it.
fn widened<'t>(text: &'t str, index: &OffsetIndex, span: CharSpan) -> &'t str {
    let around = AROUND as u64;
    let end = text.chars().count() as u64;
    CharSpan::new(
        span.start().saturating_sub(around),
        (span.end() + around).min(end),
    )
    .ok()
    .and_then(|wide| index.slice(text, wide))
    .unwrap_or(text)
}

/// Whether at least half of the words around a quote stand around its copy.
fn stands_alike(old: &str, new: &str) -> bool {
    alike(old, new) * 2 >= old.unicode_words().count()
}

/// The words before and after a span, as one text for comparing.
fn around(text: &str, index: &OffsetIndex, span: CharSpan) -> String {
    let Some(bytes) = index.byte_span(text, span) else {
        return String::new();
    };
    let before = text[..bytes.start].chars().rev().take(AROUND);
    let after = text[bytes.end..].chars().take(AROUND);
    before.chain(after).collect()
}

/// How many leading characters of two contexts agree, counted word by word.
fn alike(a: &str, b: &str) -> usize {
    let words: Vec<&str> = b.unicode_words().collect();
    a.unicode_words()
        .filter(|word| words.contains(word))
        .count()
}

/// Finds the stretch of `text` that is most like `quote`, with its likeness in
/// thousandths: first the window of words that shares the most words with the
/// quote, then its best cut by edit distance over words.
///
/// ```
/// use citekeep::text::reanchor::nearest;
/// let (span, score) = nearest("It was blue. It had 18 doors.", "It had 19 doors.").expect("similar");
/// assert_eq!(&"It was blue. It had 18 doors."[span.start..span.end], "It had 18 doors");
/// assert!(score < 1_000);
/// ```
pub fn nearest(text: &str, quote: &str) -> Option<(ByteSpan, u32)> {
    let wanted: Vec<String> = quote.unicode_words().map(str::to_lowercase).collect();
    let words: Vec<(usize, &str)> = text.unicode_word_indices().collect();
    if wanted.is_empty() || words.is_empty() {
        return None;
    }
    let folded: Vec<String> = words.iter().map(|(_, word)| word.to_lowercase()).collect();
    let centre = busiest_window(&folded, &wanted)?;
    let slack = wanted.len() / 2 + 2;
    let from = centre.saturating_sub(slack);
    let to = (centre + wanted.len() + slack).min(folded.len());
    let (start, end, cost) = best_cut(&folded[from..to], &wanted);
    if start == end {
        return None;
    }
    let (first, last) = (words[from + start], words[from + end - 1]);
    let span = ByteSpan {
        start: first.0,
        end: last.0 + last.1.len(),
    };
    let longest = wanted.len().max(end - start) as u32;
    Some((span, 1_000 - (1_000 * cost / longest).min(1_000)))
}

/// The start of the window of as many words as the quote has that shares the
/// most words with it.
fn busiest_window(words: &[String], wanted: &[String]) -> Option<usize> {
    let mut owed: HashMap<&str, i64> = HashMap::new();
    for word in wanted {
        *owed.entry(word).or_default() += 1;
    }
    let (mut shared, mut best, mut best_at) = (0_i64, 0_i64, None);
    for (at, word) in words.iter().enumerate() {
        if let Some(left) = owed.get_mut(word.as_str()) {
            shared += i64::from(*left > 0);
            *left -= 1;
        }
        if let Some(leaving) = at.checked_sub(wanted.len())
            && let Some(left) = owed.get_mut(words[leaving].as_str())
        {
            *left += 1;
            shared -= i64::from(*left > 0);
        }
        if shared > best {
            best = shared;
            best_at = Some((at + 1).saturating_sub(wanted.len()));
        }
    }
    best_at
}

/// The cut of `words` with the least edit distance to `wanted`, over words
/// (Sellers 1980): start, end and cost.
fn best_cut(words: &[String], wanted: &[String]) -> (usize, usize, u32) {
    let width = words.len() + 1;
    // Each cell: the cost so far, and where in `words` its cut began.
    let mut above: Vec<(u32, usize)> = (0..width).map(|column| (0, column)).collect();
    for (row, want) in wanted.iter().enumerate() {
        let mut line = Vec::with_capacity(width);
        line.push((row as u32 + 1, 0));
        for column in 1..width {
            let same = u32::from(words[column - 1] != *want);
            let take = (above[column - 1].0 + same, above[column - 1].1);
            let skip_want = (above[column].0 + 1, above[column].1);
            let skip_word: (u32, usize) = (line[column - 1].0 + 1, line[column - 1].1);
            line.push(take.min(skip_want).min(skip_word));
        }
        above = line;
    }
    // Of equally good cuts the longest shows most of what stands there now.
    let best = above
        .iter()
        .enumerate()
        .min_by_key(|(end, (cost, _))| (*cost, std::cmp::Reverse(*end)));
    best.map_or((0, 0, 0), |(end, (cost, start))| (*start, end, *cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, quote: &str, new: &str, expected: &str) {
        let start = old.find(quote).expect("the quote is in the old text");
        let start = old[..start].chars().count() as u64;
        let span = CharSpan::new(start, start + quote.chars().count() as u64).expect("not empty");
        let result = reanchor(old, span, new);
        let shown = match &result {
            Reanchoring::Altered { now, .. } => format!("altered: {now}"),
            Reanchoring::Moved { span } => {
                format!("moved to {}", span.start())
            }
            other => other.as_str().to_owned(),
        };
        assert_eq!(shown, expected, "{old:?} -> {new:?}");
    }

    #[test]
    fn every_outcome() {
        let old = "At least 68 people were killed. The school stood in Kabul.";
        let quote = "At least 68 people were killed.";
        check(old, quote, old, "unchanged");
        check(
            old,
            quote,
            "Corrected. At least 68 people were killed.",
            "moved to 11",
        );
        check(old, quote, "At least 68 people\nwere killed.", "moved to 0");
        check(
            old,
            quote,
            "At least 85 people were killed. Kabul.",
            "altered: At least 85 people were killed.",
        );
        check(
            old,
            quote,
            "At least 68 people were not killed.",
            "altered: At least 68 people were not killed.",
        );
        check(old, quote, "Nothing of it stands here any more.", "gone");
        check(old, quote, "", "gone");
    }

    #[test]
    fn a_number_that_stands_elsewhere_has_not_moved() {
        let old = "In 2017 it was 18 attacks. Later it fell.";
        let new = "In 2017 it was 19 attacks. Later it fell. The office has a total of 18 doors and windows.";
        check(
            old,
            "18",
            new,
            "altered: In 2017 it was 19 attacks. Later it fell.",
        );
        let same = "A correction. In 2017 it was 18 attacks. Later it fell.";
        check(old, "18", same, "moved to 29");
    }

    #[test]
    fn a_copy_is_told_apart_by_what_stands_around_it() {
        let old = "In 2016 it was six. In 2017 it was 18. It fell. In 2018 it was 24. It rose.";
        let new = "New page. In 2017 it was 18. It fell. And so. In 2018 it was 24. It rose.";
        check(old, "It rose.", new, "moved to 65");
    }
}
