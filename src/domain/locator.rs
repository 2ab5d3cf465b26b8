//! Locators: how a document itself names its places, beside code points. A
//! printed page label, or the time code of a transcript.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::span::CharSpan;

choice! {
    /// What a document's own places are.
    LocatorKind {
        /// Labels printed on pages: `iv`, `12`, `A-3`.
        Page = "page" / "page",
        /// Time codes: `00:01:02.345`.
        Time = "time" / "time code",
    }
}

/// The places that a document names, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Locators {
    /// What they are.
    pub kind: LocatorKind,
    /// Where each begins.
    pub marks: Vec<Mark>,
}

/// Where one of a document's own places begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The code point of the text at which it begins.
    pub at: u64,
    /// What the document calls it.
    pub label: String,
}

impl Locators {
    /// No more marks than this are kept for one text.
    pub const MOST: usize = 20_000;

    /// What the document calls the places at which a span begins and ends;
    /// one label where both are the same.
    pub fn of(&self, span: CharSpan) -> Option<(&str, Option<&str>)> {
        let at = |point: u64| {
            let after = self.marks.partition_point(|mark| mark.at <= point);
            after.checked_sub(1).map(|index| &self.marks[index])
        };
        let first = at(span.start())?;
        let last = at(span.end().saturating_sub(1).max(span.start()))?;
        let second = (last.at != first.at).then_some(last.label.as_str());
        Some((&first.label, second))
    }

    /// The same in words: `page iv`, `time code 00:01:02.000–00:01:09.500`.
    pub fn in_words(&self, span: CharSpan) -> Option<String> {
        let (first, last) = self.of(span)?;
        let kind = self.kind.label();
        Some(match last {
            None => format!("{kind} {first}"),
            Some(last) => format!("{kind} {first}–{last}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: u64, end: u64, expected: Option<&str>) {
        let mark = |at, label: &str| Mark {
            at,
            label: label.to_owned(),
        };
        let locators = Locators {
            kind: LocatorKind::Page,
            marks: vec![mark(2, "iv"), mark(10, "1"), mark(20, "2")],
        };
        let span = CharSpan::new(start, end).expect("not empty");
        assert_eq!(locators.in_words(span).as_deref(), expected);
    }

    #[test]
    fn a_span_is_named_as_the_document_names_its_places() {
        check(0, 1, None);
        check(2, 10, Some("page iv"));
        check(3, 11, Some("page iv–1"));
        check(25, 900, Some("page 2"));
    }
}
