//! A window of a long text around the words that a page is about: some
//! thousand characters, cut between paragraphs, or one page of a document.

use crate::domain::span::CharSpan;
use crate::text::offset::OffsetIndex;
use crate::text::page;

/// How many code points a window has before and after the words.
const BEFORE: u64 = 2_500;
const AFTER: u64 = 3_500;
/// How many code points a step earlier or later has.
const STEP: u64 = 6_000;
/// How many code points before the words are in sight without a step.
const LEAD: u64 = 400;
/// No page of a document is shown longer than this, in code points.
const LONGEST_PAGE: u64 = 30_000;

/// Which part of a text is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What stands around the words.
    Around,
    /// What follows a code point.
    From(u64),
    /// A page, from 1.
    Page(u32),
}

/// A part of a text, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: usize,
    /// Where it begins to be shown; what stands before is folded away.
    pub(super) lead: usize,
    pub(super) to: usize,
    /// The code points at which the parts before and after begin.
    pub(super) earlier: Option<u64>,
    pub(super) later: Option<u64>,
    /// The page, and how many there are, where the text has pages.
    pub(super) page: Option<(u32, u32)>,
}

/// Cuts the part of a text that is wanted.
pub(super) fn cut(text: &str, index: &OffsetIndex, words: Option<CharSpan>, part: Part) -> Window {
    let count = page::count(text) as u32;
    if count > 1 && !matches!(part, Part::From(_)) {
        let number = match (part, words) {
            (Part::Page(number), _) => number.clamp(1, count),
            (_, Some(words)) => page_at(text, index, words),
            _ => 1,
        };
        if let Some(window) = one_page(text, index, (number, count), words) {
            return window;
        }
    }
    let (from, to) = match (part, words) {
        (Part::From(at), _) => (at, at.saturating_add(STEP)),
        (_, Some(words)) => (
            words.start().saturating_sub(BEFORE),
            words.end().saturating_add(AFTER),
        ),
        _ => (0, STEP),
    };
    let from = match part {
        Part::From(at) => at.min(index.chars()),
        _ => from,
    };
    let start = line_start(text, byte(text, index, from));
    let end = line_end(text, byte(text, index, to)).max(start);
    bounded(text, index, (start, end), words, None)
}

fn byte(text: &str, index: &OffsetIndex, at: u64) -> usize {
    index
        .byte_at(text, at.min(index.chars()))
        .unwrap_or(text.len())
}

/// The page on which words begin.
fn page_at(text: &str, index: &OffsetIndex, words: CharSpan) -> u32 {
    let at = byte(text, index, words.start());
    1 + memchr::memchr_iter(0x0c, &text.as_bytes()[..at]).count() as u32
}

fn one_page(
    text: &str,
    index: &OffsetIndex,
    (number, count): (u32, u32),
    words: Option<CharSpan>,
) -> Option<Window> {
    let bytes = page::span(text, number)?;
    // Words that run on to the next page are shown to their end.
    let end = words
        .filter(|words| page_at(text, index, *words) == number)
        .map_or(bytes.end, |words| {
            byte(text, index, words.end()).max(bytes.end)
        });
    let long = text[bytes.start..end].chars().count() as u64 > LONGEST_PAGE;
    (!long).then(|| {
        bounded(
            text,
            index,
            (bytes.start, end),
            words,
            Some((number, count)),
        )
    })
}

fn bounded(
    text: &str,
    index: &OffsetIndex,
    (from, to): (usize, usize),
    words: Option<CharSpan>,
    page: Option<(u32, u32)>,
) -> Window {
    let at = |byte: usize| index.char_at(text, byte).unwrap_or(0);
    let words = words.map(|words| byte(text, index, words.start()));
    let lead = words
        .filter(|start| from < *start && *start < to)
        .map_or(from, |start| lead(text, (from, start)));
    Window {
        from,
        lead,
        to,
        earlier: (page.is_none() && from > 0).then(|| at(from).saturating_sub(STEP)),
        later: (page.is_none() && to < text.len()).then(|| at(to)),
        page,
    }
}

/// Where a reader begins to read so that words come soon: at their paragraph,
/// at a line, or at a word not far before.
fn lead(text: &str, (from, words): (usize, usize)) -> usize {
    let before = &text[from..words];
    let near = before
        .char_indices()
        .rev()
        .take(LEAD as usize)
        .last()
        .map_or(0, |(at, _)| at);
    if near == 0 {
        return from;
    }
    let close = &before[near..];
    let paragraph = close.find("\n\n").map(|at| at + 2);
    let line = close.find('\n').map(|at| at + 1);
    let word = close.find(char::is_whitespace).map(|at| at + 1);
    let cut = paragraph.or(line).or(word).unwrap_or(0);
    let cut = close.ceil_char_boundary(cut);
    from + near + cut
}

/// The start of the line that a byte is in, if it is not far; else a word's.
fn line_start(text: &str, at: usize) -> usize {
    let back = text.floor_char_boundary(at.saturating_sub(1_000));
    let before = &text[back..at];
    match before.rfind('\n') {
        Some(found) => back + found + 1,
        None if back == 0 => 0,
        None => before.rfind(' ').map_or(at, |found| back + found + 1),
    }
}

/// The end of the line that a byte is in, if it is not far; else a word's.
fn line_end(text: &str, at: usize) -> usize {
    let ahead = text.ceil_char_boundary((at + 1_000).min(text.len()));
    let after = &text[at..ahead];
    match after.find('\n') {
        Some(found) => at + found + 1,
        None if ahead == text.len() => ahead,
        None => after.find(' ').map_or(at, |found| at + found + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str, words: &str) -> CharSpan {
        let start = text.split(words).next().unwrap_or_default().chars().count();
        let length = words.chars().count();
        CharSpan::new(start as u64, (start + length) as u64).expect("not empty")
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        let text = "One.\n\nTwo is cited.\n\nThree.";
        let index = OffsetIndex::new(text);
        let window = cut(text, &index, Some(span(text, "Two")), Part::Around);
        assert_eq!((window.from, window.lead, window.to), (0, 0, text.len()));
        assert_eq!(
            (window.earlier, window.later, window.page),
            (None, None, None)
        );
    }

    #[test]
    fn a_long_text_is_cut_between_paragraphs_and_its_words_come_soon() {
        let filler = "Ein Satz über Brücken, der Platz füllt.\n\n".repeat(500);
        let text = format!("{filler}The bridge opened in 1932.\n\n{filler}");
        let index = OffsetIndex::new(&text);
        let words = span(&text, "opened in 1932");
        let window = cut(&text, &index, Some(words), Part::Around);
        let shown = &text[window.from..window.to];
        assert!(
            shown.starts_with("Ein Satz") && shown.ends_with(".\n"),
            "{shown}"
        );
        assert!(shown.chars().count() < 8_000);
        let lead = &text[window.lead..window.to];
        assert!(lead.starts_with("Ein Satz"));
        assert!(lead.find("opened in 1932").is_some_and(|at| at < 500));
        let later = window.later.expect("there is more");
        let next = cut(&text, &index, Some(words), Part::From(later));
        assert_eq!(next.from, window.to, "nothing is left out");
        let earlier = window.earlier.expect("there is more before");
        let before = cut(&text, &index, Some(words), Part::From(earlier));
        assert!(before.to >= window.from, "nothing is left out");
        let last = cut(&text, &index, Some(words), Part::From(u64::MAX));
        assert_eq!(last.later, None);
    }

    #[test]
    fn a_text_with_pages_is_shown_page_by_page() {
        let text = "First page.\u{c}Second page is cited.\u{c}Third.";
        let index = OffsetIndex::new(text);
        let words = Some(span(text, "is cited"));
        let shown = |part| {
            let window = cut(text, &index, words, part);
            (&text[window.from..window.to], window.page)
        };
        assert_eq!(shown(Part::Around), ("Second page is cited.", Some((2, 3))));
        assert_eq!(shown(Part::Page(1)), ("First page.", Some((1, 3))));
        assert_eq!(shown(Part::Page(99)), ("Third.", Some((3, 3))));
        let words = Some(span(text, "cited.\u{c}Third"));
        let window = cut(text, &index, words, Part::Around);
        assert_eq!(
            &text[window.from..window.to],
            "Second page is cited.\u{c}Third"
        );
    }
}
