//! Finding a quote in a text: letter by letter first, then folded, and as a
//! suggestion only, approximately.

use memchr::memmem::Finder;

use crate::domain::citation::{FoundBy, QUOTE_LIMIT};
use crate::domain::span::CharSpan;

use super::fold::{Folded, LineEndHyphen};
use super::normalise::normalise;
use super::offset::{ByteSpan, OffsetIndex};
use super::reanchor::{SUGGESTION_FLOOR, nearest};

/// No more places than this are listed for one quote.
pub const MOST_PLACES: usize = 100;

/// A place at which a quote stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// Where, in code points.
    pub span: CharSpan,
    /// How it was found.
    pub found: FoundBy,
}

/// Why a quote has no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLocated {
    /// The quote is empty.
    #[error("paste the words that you want to cite")]
    Empty,
    /// The quote is too long.
    #[error("this quote is {length} characters long; cite at most {QUOTE_LIMIT}")]
    TooLong {
        /// Its length in code points.
        length: u64,
    },
    /// The words are not in the text.
    #[error("these words are not in the text; check them against it, or choose another snapshot")]
    Nowhere {
        /// The most similar place, as a suggestion for a person.
        nearest: Option<CharSpan>,
    },
    /// The words stand at several places.
    #[error("these words stand in the text {} times; choose one of the places", places.len())]
    Ambiguous {
        /// The places, in order, at most [`MOST_PLACES`].
        places: Vec<Located>,
    },
}

/// Lists the places of a quote, in order: exact ones, or else folded ones.
///
/// ```
/// use citekeep::text::anchor::places;
/// use citekeep::text::offset::OffsetIndex;
/// let text = "no. yes. “No.”";
/// let found = places(text, &OffsetIndex::new(text), "no.");
/// assert_eq!(found.len(), 1);
/// ```
pub fn places(text: &str, index: &OffsetIndex, quote: &str) -> Vec<Located> {
    let exact = occurrences(text, quote);
    if !exact.is_empty() {
        return located(text, index, exact, FoundBy::Exact);
    }
    for hyphen in [LineEndHyphen::Joined, LineEndHyphen::Kept] {
        let folded = Folded::new(text, hyphen);
        let needle = Folded::new(quote, hyphen);
        let spans: Vec<ByteSpan> = occurrences(folded.as_str(), needle.as_str().trim())
            .into_iter()
            .filter_map(|span| folded.original(span.start, span.end))
            .collect();
        if !spans.is_empty() {
            return located(text, index, spans, FoundBy::Folded);
        }
    }
    Vec::new()
}

/// Finds the one place of a quote. Words that stand at several places need
/// `near`, a code point; the place closest to it is taken.
///
/// ```
/// use citekeep::text::anchor::locate;
/// use citekeep::text::offset::OffsetIndex;
/// let text = "no. yes. no.";
/// let index = OffsetIndex::new(text);
/// assert!(locate(text, &index, "no.", None).is_err());
/// let place = locate(text, &index, "no.", Some(9)).expect("found");
/// assert_eq!(place.span.start(), 9);
/// ```
pub fn locate(
    text: &str,
    index: &OffsetIndex,
    quote: &str,
    near: Option<u64>,
) -> Result<Located, NotLocated> {
    let quote = normalise(quote);
    let quote = quote.trim();
    let length = quote.chars().count() as u64;
    if length == 0 {
        return Err(NotLocated::Empty);
    }
    if length > QUOTE_LIMIT {
        return Err(NotLocated::TooLong { length });
    }
    let mut places = places(text, index, quote);
    if let Some(near) = near {
        places.sort_by_key(|place| place.span.start().abs_diff(near));
        places.truncate(1);
    }
    match places.as_slice() {
        [] => Err(NotLocated::Nowhere {
            nearest: nearest(text, quote)
                .filter(|(_, score)| *score >= SUGGESTION_FLOOR)
                .and_then(|(span, _)| index.char_span(text, span)),
        }),
        [place] => Ok(*place),
        _ => Err(NotLocated::Ambiguous { places }),
    }
}

fn occurrences(text: &str, quote: &str) -> Vec<ByteSpan> {
    if quote.is_empty() {
        return Vec::new();
    }
    let finder = Finder::new(quote);
    let first = quote.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    // Places may overlap: “ana” stands twice in “bananas”.
    std::iter::from_fn(|| {
        let start = from + finder.find(text.as_bytes().get(from..)?)?;
        from = start + first;
        Some(ByteSpan {
            start,
            end: start + quote.len(),
        })
    })
    .take(MOST_PLACES)
    .collect()
}

fn located(text: &str, index: &OffsetIndex, spans: Vec<ByteSpan>, found: FoundBy) -> Vec<Located> {
    spans
        .into_iter()
        .filter_map(|span| index.char_span(text, span))
        .map(|span| Located { span, found })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows the place that was found between ‹ and ›, or why there is none.
    fn check(text: &str, quote: &str, near: Option<u64>, expected: &str) {
        let index = OffsetIndex::new(text);
        let shown = match locate(text, &index, quote, near) {
            Ok(place) => {
                let span = index.byte_span(text, place.span).expect("within the text");
                let mark = if place.found == FoundBy::Folded {
                    "~"
                } else {
                    ""
                };
                format!(
                    "{}‹{mark}{}›{}",
                    &text[..span.start],
                    &text[span.start..span.end],
                    &text[span.end..]
                )
            }
            Err(NotLocated::Nowhere { nearest: Some(_) }) => "similar".to_owned(),
            Err(NotLocated::Nowhere { nearest: None }) => "nowhere".to_owned(),
            Err(NotLocated::Ambiguous { places }) => format!("{} times", places.len()),
            Err(other) => format!("{other:?}"),
        };
        assert_eq!(shown, expected, "{quote:?} in {text:?}");
    }

    #[test]
    fn a_quote_is_found_where_it_stands() {
        check("no. yes. no.", "no.", Some(9), "no. yes. ‹no.›");
        check("no. yes. no.", "no.", Some(2), "‹no.› yes. no.");
        check("no. yes. no.", "no.", None, "2 times");
        check("no. yes.", "  yes. ", None, "no. ‹yes.›");
        check("no.", "", None, "Empty");
        check("caf\u{e9}s", "cafe\u{301}s", None, "‹caf\u{e9}s›");
    }

    #[test]
    fn typography_does_not_hide_a_quote() {
        check(
            "he said “13\u{a0}men”.",
            "\"13 men\"",
            None,
            "he said ‹~“13\u{a0}men”›.",
        );
        check(
            "the govern-\nment fell",
            "government fell",
            None,
            "the ‹~govern-\nment fell›",
        );
        check(
            "a long-\nterm plan",
            "long-term plan",
            None,
            "a ‹~long-\nterm plan›",
        );
        check("one\u{c}two", "one two", None, "‹~one\u{c}two›");
        check("The School", "the school", None, "‹~The School›");
    }

    #[test]
    fn a_changed_figure_or_negation_is_never_found() {
        let text = "It mounted 18 attacks in 2017, and the group is not relatively small at all.";
        check(text, "It mounted 19 attacks in 2017", None, "similar");
        check(
            text,
            "the group is relatively small at all",
            None,
            "similar",
        );
        check(
            text,
            "Bananas are rich in potassium and cheap",
            None,
            "nowhere",
        );
    }

    proptest::proptest! {
        #[test]
        fn what_is_cut_out_is_found_again(text in "[a-zé“” \n]{30,120}", at in 0usize..20, n in 5usize..10) {
            let quote: String = text.chars().skip(at).take(n).collect();
            let index = OffsetIndex::new(&text);
            for place in places(&text, &index, &quote) {
                let words = index.slice(&text, place.span).expect("within");
                proptest::prop_assert_eq!(words, quote.as_str());
            }
        }
    }
}
