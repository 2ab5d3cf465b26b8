//! The finder: every place of a text that may be meant by a quote, with how it
//! was found and how like the quote it is.

use std::ops::Range;
use std::sync::OnceLock;

use crate::domain::citation::QUOTE_LIMIT;
use crate::domain::span::CharSpan;

use super::alike::alike;
use super::edges::edges;
use super::fold::Folded;
use super::needle::{Needle, occurrences};
use super::normalise::normalise;
use super::offset::{ByteSpan, OffsetIndex};
use super::sense::{self, Stretch};

/// No more places than this are listed for one quote.
pub const MOST_PLACES: usize = 100;

/// How alike words must be, in thousandths, to be shown as a suggestion. A
/// quote of 40 characters with a fifth of them changed is above it 99 times
/// in 100, one that is nowhere about once in 100 (in a megabyte of text).
pub const SUGGESTION_FLOOR: u32 = 640;
/// The same for quotes of fewer than [`FEW`] characters, which are more often
/// alike by chance.
const FLOOR_OF_FEW: u32 = 720;
const FEW: usize = 30;

/// What standing close to the hint is worth, in thousandths of likeness.
const NEARNESS: u64 = 20;

/// How a candidate was found; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Letter by letter.
    Exact,
    /// The same words in other typography.
    Folded,
    /// Other words; a suggestion for a person, never a find.
    Approximate,
}

/// A place that may be meant by a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where, in code points.
    pub span: CharSpan,
    /// How it was found.
    pub kind: Kind,
    /// How like the quote it is, in thousandths: one less the edits over the
    /// characters of the longer of the two. Only exact and folded ones have
    /// 1,000.
    pub score: u32,
}

/// Lists the places that may be meant by a quote, at most [`MOST_PLACES`]: the
/// exact ones, or where there is none the folded ones, or where there is
/// neither, approximate ones. The nearest to `near`, a code point, is first;
/// without it, the first in the text. Of approximate ones, the most alike is.
///
/// ```
/// use citekeep::text::find::{Kind, candidates};
/// use citekeep::text::offset::OffsetIndex;
/// let text = "It was blue. It had 18 doors.";
/// let found = candidates(text, &OffsetIndex::new(text), "It had 19 doors.", None);
/// assert_eq!(found[0].kind, Kind::Approximate);
/// assert_eq!((found[0].span.start(), found[0].span.end()), (13, 29));
/// ```
pub fn candidates(
    text: &str,
    index: &OffsetIndex,
    quote: &str,
    near: Option<u64>,
) -> Vec<Candidate> {
    Searchable::new(text, index).candidates(quote, near)
}

/// A text that is searched for many quotes: it is folded once, when that is
/// first needed.
#[derive(Debug)]
pub struct Searchable<'t> {
    text: &'t str,
    index: &'t OffsetIndex,
    folded: OnceLock<Folded>,
}

impl<'t> Searchable<'t> {
    /// Begins to read a text in the normal form.
    ///
    /// ```
    /// use citekeep::text::find::Searchable;
    /// use citekeep::text::offset::OffsetIndex;
    /// let index = OffsetIndex::new("no. yes.");
    /// let reading = Searchable::new("no. yes.", &index);
    /// assert_eq!(reading.candidates("yes.", None)[0].span.start(), 4);
    /// ```
    pub const fn new(text: &'t str, index: &'t OffsetIndex) -> Self {
        Self {
            text,
            index,
            folded: OnceLock::new(),
        }
    }

    /// The text.
    ///
    /// ```
    /// use citekeep::text::find::Searchable;
    /// use citekeep::text::offset::OffsetIndex;
    /// let index = OffsetIndex::new("no.");
    /// assert_eq!(Searchable::new("no.", &index).text(), "no.");
    /// ```
    pub const fn text(&self) -> &'t str {
        self.text
    }

    /// The offsets of the text.
    ///
    /// ```
    /// use citekeep::text::find::Searchable;
    /// use citekeep::text::offset::OffsetIndex;
    /// let index = OffsetIndex::new("no.");
    /// assert_eq!(Searchable::new("no.", &index).index().chars(), 3);
    /// ```
    pub const fn index(&self) -> &'t OffsetIndex {
        self.index
    }

    /// The folded text, made when it is first asked for.
    ///
    /// ```
    /// use citekeep::text::find::Searchable;
    /// use citekeep::text::offset::OffsetIndex;
    /// let index = OffsetIndex::new("No.");
    /// assert_eq!(Searchable::new("No.", &index).folded().as_str(), "no.");
    /// ```
    pub fn folded(&self) -> &Folded {
        self.folded.get_or_init(|| Folded::new(self.text))
    }

    /// Like [`candidates`].
    ///
    /// ```
    /// use citekeep::text::find::{Kind, Searchable};
    /// use citekeep::text::offset::OffsetIndex;
    /// let index = OffsetIndex::new("“No.”");
    /// let reading = Searchable::new("“No.”", &index);
    /// assert_eq!(reading.candidates("\"no.\"", None)[0].kind, Kind::Folded);
    /// ```
    pub fn candidates(&self, quote: &str, near: Option<u64>) -> Vec<Candidate> {
        let quote = normalise(quote);
        let quote = quote.trim();
        if quote.is_empty() || quote.chars().nth(QUOTE_LIMIT as usize).is_some() {
            return Vec::new();
        }
        let listed = |spans: Vec<CharSpan>, kind: Kind| -> Vec<Candidate> {
            let score = 1_000;
            let listed = spans
                .into_iter()
                .map(|span| Candidate { span, kind, score });
            listed.collect()
        };
        let exact = self.exact(quote, near);
        if !exact.is_empty() {
            return listed(exact, Kind::Exact);
        }
        let folded = self.same_but_for_typography(quote, near);
        if !folded.is_empty() {
            return listed(folded, Kind::Folded);
        }
        self.approximate(quote, near)
    }

    /// The places of a quote letter by letter.
    pub(super) fn exact(&self, quote: &str, near: Option<u64>) -> Vec<CharSpan> {
        let from = near.map(|near| self.byte_near(near));
        let spans = occurrences(self.text, quote, from, |start| {
            let span = ByteSpan {
                start,
                end: start + quote.len(),
            };
            (!edges(self.text, span).misleads).then_some(span)
        });
        self.in_order(spans, near)
    }

    /// The places of the same words in any typography, exact ones among them.
    pub(super) fn same_but_for_typography(&self, quote: &str, near: Option<u64>) -> Vec<CharSpan> {
        let needle = Needle::new(quote);
        let Some(words) = needle.words() else {
            return Vec::new();
        };
        let folded = self.folded();
        let from = near.map(|near| folded.place_of(self.byte_near(near)));
        let spans = occurrences(folded.as_str(), words, from, |start| {
            let end = start + words.len();
            let agrees = !folded.cuts_a_piece(start, end)
                && folded.seams_agree(start, &needle.folded, needle.range.clone());
            if !agrees {
                return None;
            }
            let span = needle.with_dashes(self.text, folded.original(start, end)?)?;
            let ours = Stretch {
                text: self.text,
                folded,
                at: start,
            };
            let theirs = Stretch {
                text: quote,
                folded: &needle.folded,
                at: needle.range.start,
            };
            let is_same =
                !edges(self.text, span).misleads && sense::agree(ours, theirs, words.len());
            is_same.then_some(span)
        });
        self.in_order(spans, near)
    }

    /// The places of words that are like the quote.
    pub(super) fn approximate(&self, quote: &str, near: Option<u64>) -> Vec<Candidate> {
        let whole = 0..self.folded().as_str().len();
        let floor = match quote.chars().nth(FEW) {
            Some(_) => SUGGESTION_FLOOR,
            None => FLOOR_OF_FEW,
        };
        let mut found = self.alike(quote, floor, whole);
        let length = self.index.chars().max(1);
        // Of two places that are as good as each other, the nearer one.
        let worth = |candidate: &Candidate| {
            let bonus = near.map_or(0, |near| {
                NEARNESS - NEARNESS * candidate.span.start().abs_diff(near).min(length) / length
            });
            u64::from(candidate.score) + bonus
        };
        found.sort_by_key(|candidate| {
            let away = near.map_or(0, |near| candidate.span.start().abs_diff(near));
            (std::cmp::Reverse(worth(candidate)), away)
        });
        found
    }

    /// What is like a quote within a part of the folded text, the best first.
    pub(super) fn alike(&self, quote: &str, floor: u32, within: Range<usize>) -> Vec<Candidate> {
        let needle = Folded::new(quote);
        let folded = self.folded();
        let found = alike(folded, needle.as_str().trim(), floor, within);
        let candidate = |key: Range<usize>, score: u32| {
            let span = folded.original(key.start, key.end)?;
            Some(Candidate {
                span: self.index.char_span(self.text, span)?,
                kind: Kind::Approximate,
                // What was not found as the same words is not the same words.
                score: score.min(999),
            })
        };
        found
            .into_iter()
            .filter_map(|alike| candidate(alike.key, alike.score))
            .collect()
    }

    /// The byte of a code point, or the end of the text.
    pub(super) fn byte_near(&self, near: u64) -> usize {
        self.index
            .byte_at(self.text, near)
            .unwrap_or(self.text.len())
    }

    fn in_order(&self, spans: Vec<ByteSpan>, near: Option<u64>) -> Vec<CharSpan> {
        let mut spans: Vec<CharSpan> = spans
            .into_iter()
            .filter_map(|span| self.index.char_span(self.text, span))
            .collect();
        if let Some(near) = near {
            spans.sort_by_key(|span| span.start().abs_diff(near));
        }
        spans.truncate(MOST_PLACES);
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows each candidate with the first letter of its kind.
    fn check(text: &str, quote: &str, near: Option<u64>, expected: &[&str]) {
        let index = OffsetIndex::new(text);
        let shown: Vec<String> = candidates(text, &index, quote, near)
            .into_iter()
            .map(|candidate| {
                let words = index.slice(text, candidate.span).expect("within the text");
                let kind = match candidate.kind {
                    Kind::Exact => "e",
                    Kind::Folded => "f",
                    Kind::Approximate => "a",
                };
                format!("{kind}{} {words}", candidate.span.start())
            })
            .collect();
        assert_eq!(shown, expected, "{quote:?} in {text:?}");
    }

    #[test]
    fn the_nearest_comes_first() {
        let text = "no. yes. no. No. no.";
        check(text, "no.", None, &["e0 no.", "e9 no.", "e17 no."]);
        check(text, "no.", Some(10), &["e9 no.", "e17 no.", "e0 no."]);
        check(text, "no.", Some(9_999), &["e17 no.", "e9 no.", "e0 no."]);
        check(text, "", None, &[]);
        check("", "no.", Some(3), &[]);
    }

    #[test]
    fn typography_of_every_kind_is_folded() {
        check(
            "the govern-\nment’s long-\nterm plan",
            "government's long-term plan",
            None,
            &["f4 govern-\nment’s long-\nterm plan"],
        );
        check(
            "the government's long-term plan",
            "govern-\nment’s long-\nterm plan",
            None,
            &["f4 government's long-term plan"],
        );
        check(
            "he left — at once",
            "left--at once",
            None,
            &["f3 left — at once"],
        );
        check("he left—at once", "— at once", None, &["f7 —at once"]);
        check(
            "“Yes,” he said",
            "‘Yes,’ he said",
            None,
            &["f0 “Yes,” he said"],
        );
        check(
            "so . . . they left",
            "so… they",
            None,
            &["f0 so . . . they"],
        );
        check(
            "the ofﬁce\u{200b} of\u{c}\n\nthe",
            "office of the",
            None,
            &["f4 ofﬁce\u{200b} of\u{c}\n\nthe"],
        );
        check("in der STRASSE", "Straße", None, &["f7 STRASSE"]);
        check("Ｆｕｌｌ　１８", "full 18", None, &["f0 Ｆｕｌｌ　１８"]);
        check("café noir", "cafe\u{301} NOIR", None, &["f0 café noir"]);
        check(
            "a DRUG-\u{ad}\nfree day",
            "drug-free",
            None,
            &["f2 DRUG-\u{ad}\nfree"],
        );
    }

    #[test]
    fn what_changes_the_sense_is_never_more_than_approximate() {
        for (text, quote) in [
            ("they had 118 attacks then", "18 attacks then"),
            ("about 10² of them died", "about 102 of them died"),
            ("about 10² of them died", "about 10 of them died"),
            ("it fell to −5 degrees", "it fell to 5 degrees"),
            ("from 1914-\n1918 in all", "from 19141918 in all"),
            ("it was ½ of all men", "it was 12 of all men"),
            ("it cost 1,000 in all", "it cost 1.000 in all"),
            ("it is impossible to win", "possible to win"),
            ("it isn’t small at all", "it is small at all"),
            ("they re-signed it in May", "they resigned it in May"),
            ("in Massen getrunken wird", "in Maßen getrunken wird"),
            ("a rise of 5′ in a day", "a rise of 5″ in a day"),
        ] {
            let found = candidates(text, &OffsetIndex::new(text), quote, None);
            assert!(
                found
                    .iter()
                    .all(|c| c.kind == Kind::Approximate && c.score < 1_000),
                "{quote:?} in {text:?}: {found:?}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_may_be_searched(
            text in "[aAnN-— .…'’“«»\n\u{c}\u{ad}Sß1,²é]{0,60}", quote in "[aAnN-— .…'’“«»\nSß1,²é]{1,12}", near in 0u64..80,
        ) {
            let text = normalise(&text);
            let index = OffsetIndex::new(&text);
            for near in [None, Some(near)] {
                for candidate in candidates(&text, &index, &quote, near) {
                    let words = index.slice(&text, candidate.span).expect("within the text");
                    if candidate.kind == Kind::Exact {
                        let quote = normalise(&quote);
                        proptest::prop_assert_eq!(words, quote.trim());
                    }
                }
            }
        }

        #[test]
        fn what_is_cut_out_is_found_where_it_was(text in "[a-zé“”—\n -]{30,120}", at in 0u64..20, n in 5u64..10) {
            let index = OffsetIndex::new(&text);
            let span = CharSpan::new(at, at + n).expect("not empty");
            let quote = index.slice(&text, span).expect("within the text");
            if quote.trim() == quote {
                let found = candidates(&text, &index, quote, Some(at));
                proptest::prop_assume!(!found.is_empty() && found[0].kind == Kind::Exact);
                proptest::prop_assert_eq!(found[0].span, span);
            }
        }
    }
}
