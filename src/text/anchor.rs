//! Finding a quote in a text: letter by letter first, then folded, and as a
//! suggestion only, approximately.

use crate::domain::citation::{FoundBy, QUOTE_LIMIT};
use crate::domain::span::CharSpan;

use super::find::Searchable;
use super::normalise::normalise;
use super::offset::OffsetIndex;

pub use super::find::MOST_PLACES;

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
    places_near(&Searchable::new(text, index), quote, None)
}

/// Like [`places`], in a text that is read for many quotes; with `near` the
/// nearest to that code point comes first.
///
/// ```
/// use citekeep::text::anchor::places_near;
/// use citekeep::text::find::Searchable;
/// use citekeep::text::offset::OffsetIndex;
/// let text = "no. yes. no.";
/// let index = OffsetIndex::new(text);
/// let found = places_near(&Searchable::new(text, &index), "no.", Some(8));
/// assert_eq!(found[0].span.start(), 9);
/// ```
pub fn places_near(reading: &Searchable<'_>, quote: &str, near: Option<u64>) -> Vec<Located> {
    let located = |spans: Vec<CharSpan>, found: FoundBy| {
        let located = spans.into_iter().map(|span| Located { span, found });
        located.collect::<Vec<_>>()
    };
    let exact = reading.exact(quote, near);
    if !exact.is_empty() {
        return located(exact, FoundBy::Exact);
    }
    let folded = reading.same_but_for_typography(quote, near);
    located(folded, FoundBy::Folded)
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
    let reading = Searchable::new(text, index);
    let mut places = places_near(&reading, quote, near);
    if near.is_some() {
        places.truncate(1);
    }
    match places.as_slice() {
        [] => Err(NotLocated::Nowhere {
            nearest: reading
                .approximate(quote, near)
                .first()
                .map(|candidate| candidate.span),
        }),
        [place] => Ok(*place),
        _ => Err(NotLocated::Ambiguous { places }),
    }
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
                if place.found == FoundBy::Exact {
                    proptest::prop_assert_eq!(words, quote.as_str());
                }
            }
        }
    }
}
