//! Words that a search found in a text: where they stand, and how an address
//! names those places.

use crate::domain::span::CharSpan;
use crate::store::search::{CLOSE, OPEN};
use crate::text::offset::OffsetIndex;

use super::view::snippet;

/// No address names more places.
const MOST: usize = 50;

/// Stands where a snippet leaves words out.
const LEFT_OUT: char = '…';

/// Where the words stand that a snippet of a text marks as found; nothing when
/// the snippet is not of this text.
pub(super) fn places(text: &str, index: &OffsetIndex, found: &str) -> Vec<CharSpan> {
    // A text may begin or end with such a mark itself: without it the snippet
    // is still a part of the text.
    let found = found.strip_prefix(LEFT_OUT).unwrap_or(found);
    let found = found.strip_suffix(LEFT_OUT).unwrap_or(found);
    let plain: String = found.split([OPEN, CLOSE]).collect();
    let Some(mut at) = text.find(&plain).filter(|_| !plain.is_empty()) else {
        return Vec::new();
    };
    let mut spans = Vec::new();
    for (is_found, words) in snippet(found) {
        let (start, end) = (at, at + words.len());
        at = end;
        if is_found
            && let (Some(start), Some(end)) = (index.char_at(text, start), index.char_at(text, end))
        {
            spans.extend(CharSpan::new(start, end));
        }
    }
    spans.truncate(MOST);
    spans
}

/// Places as an address names them: `12-18,40-46`, in code points.
pub(super) fn in_address(places: &[CharSpan]) -> String {
    let places = places.iter();
    let named = places.map(|place| format!("{}-{}", place.start(), place.end()));
    named.collect::<Vec<_>>().join(",")
}

/// The places that an address names; what names none is passed over.
pub(super) fn from_address(named: &str) -> Vec<CharSpan> {
    let place = |named: &str| {
        let (start, end) = named.split_once('-')?;
        CharSpan::new(start.parse().ok()?, end.parse().ok()?).ok()
    };
    named.split(',').take(MOST).filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `found` has what was found in `[]`; `expected` is how an address names it.
    fn check(text: &str, found: &str, expected: &str) {
        let index = OffsetIndex::new(text);
        let snippet = found.replace('[', "\u{e000}").replace(']', "\u{e001}");
        let places = places(text, &index, &snippet);
        assert_eq!(in_address(&places), expected, "{found}");
        assert_eq!(from_address(expected), places);
    }

    #[test]
    fn found_words_are_named_by_their_place() {
        let text = "Über die Brücke.\n\nThe bridge opened; the bridge closed…";
        check(text, "…The [bridge] opened; the [bridge]…", "22-28,41-47");
        check(text, "[Über] die [Brücke].…", "0-4,9-15");
        check(text, "…the [bridge closed]…", "41-54");
        check(text, "no [such] words", "");
        check(text, "", "");
    }

    #[test]
    fn nonsense_in_an_address_names_no_place() {
        for nonsense in ["", "x", "7", "9-3", "-1-2", "1-2-3", ",,"] {
            assert_eq!(from_address(nonsense), [], "{nonsense}");
        }
        let many = "1-2,".repeat(1_000);
        assert_eq!(from_address(&many).len(), MOST);
    }
}
