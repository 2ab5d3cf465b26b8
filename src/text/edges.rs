//! Whether a stretch of a text leaves out a part of a figure or a negation at
//! its edges: `8 attacks` is in `18 attacks`, but nobody said it.

use super::glyph::{is_blank, is_dash, is_of_word};
use super::offset::ByteSpan;

/// Beginnings of words that turn their sense around.
pub(super) const NEGATING_STARTS: &[&str] = &[
    "un", "in", "im", "il", "ir", "ig", "dis", "non", "anti", "counter", "mis", "mal", "contra",
];
/// Ends of words that turn their sense around.
const NEGATING_ENDS: &[&str] = &["not", "less", "free", "n't", "n’t", "'t", "’t"];

/// What a stretch cuts through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edges {
    /// It starts within a word.
    pub(super) cuts_first: bool,
    /// It ends within a word.
    pub(super) cuts_last: bool,
    /// What it leaves out changes a figure or turns the sense around.
    pub(super) misleads: bool,
}

/// Looks at the edges of a stretch.
pub(super) fn edges(text: &str, span: ByteSpan) -> Edges {
    let parts = (
        text.get(..span.start),
        text.get(span.start..span.end),
        text.get(span.end..),
    );
    let (Some(before), Some(words), Some(after)) = parts else {
        return Edges {
            cuts_first: false,
            cuts_last: false,
            misleads: true,
        };
    };
    let first = words.chars().next();
    let last = words.chars().next_back();
    let cuts_first = first.is_some_and(is_of_word) && before.ends_with(is_of_word);
    let cuts_last = last.is_some_and(is_of_word) && after.starts_with(is_of_word);
    let misleads = figure_goes_back(before, first)
        || figure_goes_on(last, after)
        || (cuts_first && is_negated_before(before))
        || (last.is_some_and(is_of_word) && is_negated_after(after));
    Edges {
        cuts_first,
        cuts_last,
        misleads,
    }
}

/// `8` after `1`, `5` after `1,` or after a minus sign.
fn figure_goes_back(before: &str, first: Option<char>) -> bool {
    if matches!(first, Some('.' | ',')) {
        return false;
    }
    if !first.is_some_and(char::is_numeric) {
        return false;
    }
    let mut back = before.chars().rev();
    match (back.next(), back.next()) {
        (Some(c), _) if c.is_numeric() => true,
        (Some('.' | ',' | '\'' | '’'), Some(c)) => c.is_numeric(),
        (Some('.' | '±' | '+'), _) => true,
        // A sign, unless it stands between two words or figures.
        (Some(c), other) if is_dash(c) => other.is_none_or(|c| is_blank(c) || c == '('),
        _ => false,
    }
}

/// `1` before `8`, `1` before `,000` or `.5` or `²`.
fn figure_goes_on(last: Option<char>, after: &str) -> bool {
    if !last.is_some_and(char::is_numeric) {
        return false;
    }
    let mut ahead = after.chars();
    match (ahead.next(), ahead.next()) {
        (Some(c), _) if c.is_numeric() => true,
        (Some('.' | ',' | '\'' | '’'), Some(c)) => c.is_numeric(),
        _ => false,
    }
}

fn is_negated_before(before: &str) -> bool {
    // No longer than the longest of them, and one more to see that it is.
    let back = before.chars().rev().take(8);
    let piece: String = back.take_while(|c| is_of_word(*c)).collect();
    let piece: String = piece.chars().rev().flat_map(char::to_lowercase).collect();
    NEGATING_STARTS.contains(&piece.as_str())
}

fn is_negated_after(after: &str) -> bool {
    let end = after
        .char_indices()
        .take(8)
        .find(|(_, c)| !is_of_word(*c) && !matches!(c, '\'' | '’'))
        .map_or_else(
            || after.chars().take(8).map(char::len_utf8).sum(),
            |(at, _)| at,
        );
    NEGATING_ENDS.contains(&after[..end].to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, quote: &str, expected: (bool, bool, bool)) {
        let start = text.find(quote).expect("the quote is in the text");
        let found = edges(
            text,
            ByteSpan {
                start,
                end: start + quote.len(),
            },
        );
        assert_eq!(
            (found.cuts_first, found.cuts_last, found.misleads),
            expected,
            "{quote:?} in {text:?}"
        );
    }

    #[test]
    fn half_a_figure_misleads() {
        check("118 men", "18 men", (true, false, true));
        check("it was 1,000 men", "000 men", (false, false, true));
        check("rose by 5.5", "rose by 5", (false, false, true));
        check("rose by 5.", "rose by 5", (false, false, false));
        check("about 10² of", "about 10", (false, true, true));
        check("at −5 degrees", "5 degrees", (false, false, true));
        check("in 1914–1918 it", "1918 it", (false, false, false));
        check("COVID-19 spread", "19 spread", (false, false, false));
    }

    #[test]
    fn half_a_word_may_mislead() {
        check("it is impossible to", "possible to", (true, false, true));
        check("the women left", "men left", (true, false, false));
        check("it isn’t so", "it is", (false, true, true));
        check("it cannot be", "it can", (false, true, true));
        check("bananas", "ana", (true, true, false));
        check("不可能です", "可能", (false, false, false));
        check("no. yes.", "yes.", (false, false, false));
    }
}
