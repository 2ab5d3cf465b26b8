//! Cutting a text into sentences, so that each can be marked as a claim.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::span::CharSpan;

use super::offset::OffsetIndex;

/// Words after which a full stop rarely ends a sentence.
const ABBREVIATIONS: &[&str] = &[
    "Mr.", "Mrs.", "Ms.", "Dr.", "Gen.", "Lt.", "Col.", "Maj.", "Capt.", "Sgt.", "Adm.", "Sen.",
    "Rep.", "Gov.", "Prof.", "No.", "St.", "vs.", "e.g.", "i.e.", "Inc.", "Jan.", "Feb.", "Aug.",
    "Sept.", "Oct.", "Nov.", "Dec.",
];

/// Lists the sentences of a text in order, without the white space around
/// them: UAX #29, never across a blank line, and joined again after common
/// abbreviations and initials.
///
/// ```
/// use citekeep::text::sentences::sentences;
/// let spans = sentences("Gen. Votel spoke. It rained.\n\nWhat then?");
/// assert_eq!(spans.len(), 3);
/// assert_eq!((spans[0].start(), spans[0].end()), (0, 17));
/// ```
pub fn sentences(text: &str) -> Vec<CharSpan> {
    let mut spans: Vec<CharSpan> = Vec::new();
    let mut position = 0;
    for paragraph in text.split_inclusive("\n\n") {
        let mut waiting: Option<u64> = None;
        let paragraph_start = position;
        for piece in paragraph.split_sentence_bounds() {
            let length = piece.chars().count() as u64;
            let lead = (piece.chars().count() - piece.trim_start().chars().count()) as u64;
            let mut start = waiting.take().unwrap_or(position + lead);
            if piece.trim_start().starts_with(char::is_lowercase)
                && let Some(before) = spans.pop_if(|before| before.start() >= paragraph_start)
            {
                // “Is it?” he asked: a small letter goes on with the sentence.
                start = before.start();
            }
            let end = position + piece.trim_end().chars().count() as u64;
            position += length;
            if ends_in_abbreviation(piece) {
                waiting = Some(start);
            } else {
                spans.extend(CharSpan::new(start, end));
            }
        }
        if let Some(start) = waiting {
            spans.extend(CharSpan::new(start, position));
        }
    }
    spans
}

/// Lists the sentences of a text that may state something: those of two words
/// or more, and those of eight letters or more, for scripts without spaces.
///
/// ```
/// use citekeep::text::offset::OffsetIndex;
/// use citekeep::text::sentences::worded;
/// let text = "1.\n\nHe lied. * * *";
/// assert_eq!(worded(text, &OffsetIndex::new(text)).len(), 1);
/// ```
pub fn worded(text: &str, index: &OffsetIndex) -> Vec<CharSpan> {
    let is_worded = |span: &CharSpan| {
        let words = index.slice(text, *span).unwrap_or_default();
        let says = |word: &&str| word.contains(char::is_alphanumeric);
        words.split_whitespace().filter(says).nth(1).is_some()
            || words.chars().filter(|c| c.is_alphabetic()).nth(7).is_some()
    };
    sentences(text).into_iter().filter(is_worded).collect()
}

fn ends_in_abbreviation(piece: &str) -> bool {
    let Some(last) = piece.split_whitespace().next_back() else {
        return false;
    };
    let last = last.trim_start_matches(['“', '"', '(', '‘', '\'']);
    let initials = last.ends_with('.')
        && last.trim_end_matches('.').split('.').all(|part| {
            let mut chars = part.chars();
            chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
        });
    initials || ABBREVIATIONS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let index = OffsetIndex::new(text);
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|span| index.slice(text, span).expect("within the text"))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_are_what_people_call_sentences() {
        check("One. Two.", &["One.", "Two."]);
        check(
            "Gen. Kenneth spoke. Done.",
            &["Gen. Kenneth spoke.", "Done."],
        );
        check(
            "13\u{a0}U.S. Troops died. So.",
            &["13\u{a0}U.S. Troops died.", "So."],
        );
        check("A heading\n\nA text.", &["A heading", "A text."]);
        check("“Is it?” he asked.", &["“Is it?” he asked."]);
        check("", &[]);
        check(" \n\n ", &[]);
    }
}
