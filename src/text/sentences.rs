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

/// No heading is longer, in code points.
const LONGEST_HEADING: usize = 120;

/// Lists what looks like a heading: a short line that stands alone as a
/// paragraph, does not end as a sentence does, and is followed by a paragraph
/// that does. A line above another such line is not taken for one: that may be
/// a list.
///
/// ```
/// use citekeep::text::offset::OffsetIndex;
/// use citekeep::text::sentences::headings;
/// let text = "The bridge\n\nIt opened in 1932.";
/// let found = headings(text, &OffsetIndex::new(text));
/// assert_eq!((found[0].start(), found[0].end()), (0, 10));
/// ```
pub fn headings(text: &str, index: &OffsetIndex) -> Vec<CharSpan> {
    let mut headings = Vec::new();
    let mut line: Option<(usize, usize)> = None;
    let mut at = 0;
    for paragraph in text.split_inclusive("\n\n") {
        let words = paragraph.trim();
        let start = at + (paragraph.len() - paragraph.trim_start().len());
        at += paragraph.len();
        if words.is_empty() {
            continue;
        }
        let closes = closes(words);
        if closes && let Some((start, end)) = line {
            let span = index.char_at(text, start).zip(index.char_at(text, end));
            headings.extend(span.and_then(|(start, end)| CharSpan::new(start, end).ok()));
        }
        let is_line = !closes
            && !words.contains(['\n', '\u{c}'])
            && words.chars().nth(LONGEST_HEADING).is_none();
        line = is_line.then_some((start, start + words.len()));
    }
    headings
}

/// Whether words end as a sentence does, or as what introduces something.
fn closes(words: &str) -> bool {
    let bare = words.trim_end_matches(['”', '’', '"', '\'', '»', ')', ']']);
    bare.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？'])
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

    fn check_headings(text: &str, expected: &[&str]) {
        let index = OffsetIndex::new(text);
        let found: Vec<&str> = headings(text, &index)
            .into_iter()
            .map(|span| index.slice(text, span).expect("within the text"))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_short_line_that_begins_a_section_is_a_heading() {
        check_headings("Über Brücken\n\nThey stand.", &["Über Brücken"]);
        check_headings(
            "\n\n  One\n\n\n\n“They stand.”\n\nTwo\n\nHe said:\n",
            &["One", "Two"],
        );
        // The end of a text, a list, a question, two lines, a long line.
        check_headings("They stand.\n\nThe end", &[]);
        check_headings("piers\n\ncables\n\ntolls", &[]);
        check_headings("Why?\n\nThey stand.", &[]);
        check_headings("By a\nreporter\n\nThey stand.", &[]);
        let long = format!("{}\n\nThey stand.", "word ".repeat(30));
        check_headings(&long, &[]);
        check_headings("", &[]);
    }
}
