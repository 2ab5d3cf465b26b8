//! What stands directly outside a stretch and belongs to its sense: `million`
//! behind a figure, `not` before a word.

use super::edges::NEGATING_STARTS;
use super::glyph::{is_blank, is_dash, is_of_word};
use super::offset::ByteSpan;

/// Words that make another figure of the one before them.
const SCALES: &[&str] = &[
    "hundred",
    "thousand",
    "million",
    "billion",
    "trillion",
    "dozen",
    "percent",
    "percentage",
];
/// Words that deny what comes after them.
const NEGATIONS: &[&str] = &["not", "never", "without", "cannot"];
/// A figure of its own before a figure, as in `1 18`.
const FIGURE: &str = "figure";
const FIGURE_ABOVE: &str = "figure above";
/// No more characters than this are read for a word.
const WORD: usize = 16;

/// What belongs to the sense of a stretch on each side; empty where nothing
/// does.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    before: String,
    after: String,
}

impl Outside {
    /// Whether the same belongs to both. A figure on the line above may come
    /// to stand on the same line, or go, without any change.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_either = |one: &str, two: &str| {
            (self.before == one && other.before == two)
                || (self.before == two && other.before == one)
        };
        let is_layout = is_either(FIGURE, FIGURE_ABOVE) || is_either(FIGURE_ABOVE, "");
        self.after == other.after && (self.before == other.before || is_layout)
    }
}

/// Something outside: what it says, and how many bytes it takes.
type Found = (String, usize);

/// Looks at both sides of a stretch.
pub(super) fn outside(text: &str, span: ByteSpan) -> Outside {
    let (before, after) = both_sides(text, span);
    let said = |side: Option<Found>| side.map(|(said, _)| said).unwrap_or_default();
    Outside {
        before: said(before),
        after: said(after),
    }
}

/// The stretch with what belongs to it on both sides, or with the rest of the
/// words and figures that it cuts through.
pub(super) fn widened(text: &str, span: ByteSpan) -> ByteSpan {
    let (before, after) = both_sides(text, span);
    let words = text.get(span.start..span.end).unwrap_or_default();
    let bytes = |side: Option<Found>, rest: usize| side.map_or(rest, |(_, bytes)| bytes);
    let rest_before = || {
        let before = text.get(..span.start).unwrap_or_default();
        let goes_on = |c: char| is_of_word(c) || matches!(c, '.' | ',') || is_dash(c);
        let is_cut = before.ends_with(is_of_word)
            || (words.starts_with(char::is_numeric) && before.ends_with(goes_on));
        let rest = before.chars().rev().take_while(|c| goes_on(*c)).take(WORD);
        if is_cut && words.starts_with(is_of_word) {
            rest.map(char::len_utf8).sum()
        } else {
            0
        }
    };
    let rest_after = || {
        let after = text.get(span.end..).unwrap_or_default();
        if words.ends_with(is_of_word) {
            first_word(after).len()
        } else {
            0
        }
    };
    ByteSpan {
        start: span.start.saturating_sub(bytes(before, rest_before())),
        end: span.end + bytes(after, rest_after()),
    }
}

fn both_sides(text: &str, span: ByteSpan) -> (Option<Found>, Option<Found>) {
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let words = part(span.start..span.end);
    // Blanks within the stretch are between the words and what is beside them.
    let start = span.end - words.trim_start_matches(is_blank).len();
    let end = span.start + words.trim_end_matches(is_blank).len();
    if start >= end {
        return (None, None);
    }
    let words = part(start..end);
    let beyond = |found: Found, blanks: usize| (found.0, found.1.saturating_sub(blanks));
    (
        before_first(part(0..start), words).map(|found| beyond(found, start - span.start)),
        after_last(words, part(end..text.len())).map(|found| beyond(found, span.end - end)),
    )
}

fn before_first(before: &str, words: &str) -> Option<Found> {
    let first = words
        .trim_start_matches(['$', '€', '£', '¥'])
        .chars()
        .next();
    let is_figure = first.is_some_and(char::is_numeric);
    let line = before.trim_end_matches(is_space);
    if is_figure {
        let last = line.chars().next_back()?;
        let is_apart = line.len() < before.len();
        let is_sign =
            matches!(last, '~' | '∼' | '≈' | '≤' | '≥') || (!is_apart && matches!(last, '<' | '>'));
        if is_sign {
            return Some((
                last.to_string(),
                before.len() - line.len() + last.len_utf8(),
            ));
        }
        let above = before.trim_end_matches(is_blank);
        let rest = above.trim_end_matches(char::is_numeric);
        // What has four figures or more is a year, and no group of a figure.
        let is_group = (1..=3).contains(&(above.len() - rest.len()));
        if is_group && above.len() < line.len() {
            return Some((FIGURE_ABOVE.to_owned(), 0));
        }
        if is_group && is_apart {
            return Some((FIGURE.to_owned(), before.len() - rest.len()));
        }
    } else if !words.starts_with(is_of_word) {
        return None;
    }
    if let Some(divided) = before.strip_suffix(is_dash) {
        let piece = last_word(divided);
        let is_negating = NEGATING_STARTS.contains(&piece.to_lowercase().as_str());
        return is_negating.then(|| ("un-".to_owned(), before.len() - divided.len() + piece.len()));
    }
    negation(before, line, is_figure)
}

/// `not`, `never` or `isn’t` before the words; a line may end between them.
fn negation(before: &str, line: &str, is_figure: bool) -> Option<Found> {
    let over_line = line.strip_suffix('\n');
    let near = over_line.map_or(line, |line| line.trim_end_matches(is_space));
    if near.len() == before.len() {
        return None;
    }
    let piece = last_word(near);
    let word = piece.to_lowercase().replace('’', "'");
    // `No 18` is a number, and `No` at the end of a line a button.
    let is_no = word == "no" && !is_figure && over_line.is_none();
    let denies = is_no || NEGATIONS.contains(&word.as_str()) || word.ends_with("n't");
    denies.then(|| ("not".to_owned(), before.len() - near.len() + piece.len()))
}

fn after_last(words: &str, after: &str) -> Option<Found> {
    let marks = after.len() - after.trim_start_matches(is_combining).len();
    if marks > 0 {
        return Some((after[..marks].to_owned(), marks));
    }
    if !words.ends_with(char::is_numeric) {
        return None;
    }
    let ahead = after.trim_start_matches(is_space);
    let blanks = after.len() - ahead.len();
    let first = ahead.chars().next()?;
    let sign = match first {
        '%' | '％' => Some("%"),
        '‰' => Some("‰"),
        '°' => Some("°"),
        _ => None,
    };
    if let Some(sign) = sign {
        return Some((sign.to_owned(), blanks + first.len_utf8()));
    }
    if first.is_numeric() {
        return thousands(words, ahead).map(|bytes| ("000".to_owned(), blanks + bytes));
    }
    if is_dash(first) {
        let dashes = ahead.trim_start_matches(is_dash);
        let beyond = dashes.trim_start_matches(is_space);
        let is_even = (beyond.len() < dashes.len()) == (blanks > 0);
        if is_even && beyond.starts_with(char::is_numeric) {
            let rest = beyond.trim_start_matches(char::is_numeric);
            return Some(("range".to_owned(), after.len() - rest.len()));
        }
    }
    scale(after)
}

/// Three more digits behind a figure of three at most: `18 000`.
fn thousands(words: &str, ahead: &str) -> Option<usize> {
    let figure = words.len() - words.trim_end_matches(char::is_numeric).len();
    let rest = ahead.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_group = ahead.len() - rest.len() == 3 && figure <= 3;
    (is_group && !rest.starts_with(is_of_word)).then_some(3)
}

/// `million`, perhaps on the next line or behind a hyphen.
fn scale(after: &str) -> Option<Found> {
    let same_line = after.trim_start_matches(is_space);
    let ahead = same_line.strip_prefix('\n').unwrap_or(same_line);
    let ahead = ahead.strip_prefix(is_dash).unwrap_or(ahead);
    let ahead = ahead.trim_start_matches(is_space);
    let piece = first_word(ahead);
    if piece.is_empty() || ahead.len() == after.len() {
        return None;
    }
    let word = piece.to_lowercase();
    let bytes = after.len() - ahead.len() + piece.len();
    if word == "per" {
        let rest = &ahead[piece.len()..];
        let cent = rest.trim_start_matches(is_blank);
        let is_percent = first_word(cent).eq_ignore_ascii_case("cent");
        let all = bytes + rest.len() - cent.len() + "cent".len();
        return is_percent.then(|| ("%".to_owned(), all));
    }
    let word = word.strip_suffix('s').unwrap_or(&word);
    if !SCALES.contains(&word) {
        return None;
    }
    let said = if word == "percent" { "%" } else { word };
    Some((said.to_owned(), bytes))
}

/// A blank that ends no line.
fn is_space(c: char) -> bool {
    is_blank(c) && !matches!(c, '\n' | '\r' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

const fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}')
}

/// The word at the end of a text, with its apostrophes; nothing if it is long.
fn last_word(text: &str) -> &str {
    let is_inside = |c: char| is_of_word(c) || matches!(c, '\'' | '’');
    let back = text.char_indices().rev().take(WORD);
    let start = back.take_while(|(_, c)| is_inside(*c)).last();
    let start = start.map_or(text.len(), |(at, _)| at);
    &text[start..]
}

/// The word at the beginning of a text, as far as it is read.
fn first_word(text: &str) -> &str {
    let inside = text.chars().take(WORD).take_while(|c| is_of_word(*c));
    &text[..inside.map(char::len_utf8).sum()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, quote: &str, expected: (&str, &str), wide: &str) {
        let start = text.find(quote).expect("the quote is in the text");
        let end = start + quote.len();
        let found = outside(text, ByteSpan { start, end });
        assert_eq!(
            (found.before.as_str(), found.after.as_str()),
            expected,
            "{quote:?} in {text:?}"
        );
        let span = widened(text, ByteSpan { start, end });
        assert_eq!(&text[span.start..span.end], wide);
    }

    #[test]
    fn what_makes_another_figure_belongs_to_it() {
        check("rose 18% in", "rose 18", ("", "%"), "rose 18%");
        check(
            "rose 18 per cent in",
            "rose 18",
            ("", "%"),
            "rose 18 per cent",
        );
        check("rose 18 000 in", "rose 18", ("", "000"), "rose 18 000");
        check(
            "rose 18-million",
            "rose 18",
            ("", "million"),
            "rose 18-million",
        );
        check("rose 18–20 in", "rose 18", ("", "range"), "rose 18–20");
        check(
            "rose 18\u{336} in",
            "rose 18",
            ("", "\u{336}"),
            "rose 18\u{336}",
        );
        check("rose $18m in", "rose $18", ("", ""), "rose $18m");
        check("rose by −18 in", "18 in", ("", ""), "−18 in");
        check("in 2018 300 men", "in 2018", ("", ""), "in 2018");
        check("in 2018\n\n300 men", "in 2018", ("", ""), "in 2018");
        check("by 1 18 in", "18 in", ("figure", ""), "1 18 in");
        check("in 2020 287 cases", "287 cases", ("", ""), "287 cases");
        check("by ~18 in", "18 in", ("~", ""), "~18 in");
        check("Home > 18 men", "18 men", ("", ""), "18 men");
        check("rose 18 people", "rose 18", ("", ""), "rose 18");
    }

    #[test]
    fn a_negation_belongs_to_its_words() {
        check("not guilty of", "guilty of", ("not", ""), "not guilty of");
        check(
            "weren’t\nguilty of",
            "guilty of",
            ("not", ""),
            "weren’t\nguilty of",
        );
        check("un-guilty of", "guilty of", ("un-", ""), "un-guilty of");
        check("No\nguilty of", "guilty of", ("", ""), "guilty of");
        check("co-guilty of", "guilty of", ("", ""), "guilty of");
        check("not guilty of", " guilty of", ("not", ""), "not guilty of");
        check("knot guilty of", "guilty of", ("", ""), "guilty of");
        check("not. guilty of", "guilty of", ("", ""), "guilty of");
    }
}
