//! Whether the words next to cited words still stand together, with other
//! words between them: then those took the place of the cited words.

use memchr::memmem::{self, Finder};
use unicode_segmentation::UnicodeSegmentation;

use crate::domain::span::CharSpan;

use super::find::Searchable;
use super::fold::Folded;
use super::glyph::is_of_word;
use super::selector::around;

/// How many words of each side make a frame, the most telling first, and how
/// many code points away from the same words it may be.
const SIZES: [(usize, usize, u64); 7] = [
    (3, 3, u64::MAX),
    (3, 1, 2_000),
    (1, 3, 2_000),
    (2, 2, 2_000),
    (2, 1, 400),
    (1, 2, 400),
    (1, 1, 200),
];
/// How many code points hold the words of one side.
const REACH: usize = 96;
/// No more places of the words before are looked at than this.
const MOST_TRIES: usize = 20_000;
/// No more frames are listed than this.
const MOST: usize = 16;

/// What stands in the newer text between the neighbours of `span`, when it is
/// none of `places`, where the same words stand.
pub(super) fn exchanged(
    old: &Searchable<'_>,
    span: CharSpan,
    new: &Searchable<'_>,
    places: &[CharSpan],
) -> Option<CharSpan> {
    let (before, after) = around(old.text(), old.index(), span, REACH)?;
    for (words_before, words_after, most_away) in SIZES {
        let frame = Frame {
            before: Folded::new(last_words(before, words_before)),
            after: Folded::new(first_words(after, words_after)),
            room: span.len() as usize * 2 + 48,
        };
        // Neighbours that have other words between them anyway say nothing.
        let [own] = frame.stretches(old)[..] else {
            continue;
        };
        if own.start() > span.start() || own.end() < span.end() {
            continue;
        }
        let found = frame.stretches(new);
        let holds = |stretch: &CharSpan| {
            let within =
                |place: &CharSpan| stretch.start() <= place.start() && place.end() <= stretch.end();
            places.iter().any(within)
        };
        if found.iter().any(holds) {
            return None;
        }
        let away = |stretch: &CharSpan| {
            let away = |place: &CharSpan| place.start().abs_diff(stretch.start());
            places.iter().map(away).min().unwrap_or(0)
        };
        let near = found.into_iter().filter(|found| away(found) <= most_away);
        let nearest = near.min_by_key(|found| found.start().abs_diff(span.start()));
        if nearest.is_some() {
            return nearest;
        }
    }
    None
}

/// Words that stand before and after something.
struct Frame {
    before: Folded,
    after: Folded,
    /// How many bytes of the key may be between them.
    room: usize,
}

impl Frame {
    /// What stands between the words, wherever they stand close together.
    fn stretches(&self, reading: &Searchable<'_>) -> Vec<CharSpan> {
        let (before, after) = (self.before.as_str().trim(), self.after.as_str().trim());
        if before.is_empty() || after.is_empty() {
            return Vec::new();
        }
        let (folded, finder) = (reading.folded(), Finder::new(after));
        let key = folded.as_str();
        let starts = memmem::find_iter(key.as_bytes(), before).take(MOST_TRIES);
        let stretch = |start: usize| {
            let from = start + before.len();
            let most = key.len().min(from + self.room + after.len());
            let window = &key[from..key.floor_char_boundary(most)];
            let mut ends = finder.find_iter(window.as_bytes());
            let end = ends.find(|end| {
                let end = from + end;
                is_border(key, end) && is_border(key, end + after.len())
            })?;
            let between = &key[from..from + end];
            let is_frame = is_border(key, start) && is_border(key, from);
            // Of two places of the words before, the nearer one is theirs.
            let is_nearest = !between.contains(before);
            if !is_frame || !is_nearest || !between.contains(char::is_alphanumeric) {
                return None;
            }
            let first = from + between.len() - between.trim_start().len();
            let last = from + between.trim_end().len();
            reading
                .index()
                .char_span(reading.text(), folded.original(first, last)?)
        };
        starts.filter_map(stretch).take(MOST).collect()
    }
}

/// Whether no word goes on across a place.
fn is_border(key: &str, at: usize) -> bool {
    !(key[..at].ends_with(is_of_word) && key[at..].starts_with(is_of_word))
}

/// So many words at the end, or as many as there are.
fn last_words(text: &str, count: usize) -> &str {
    let words = text.unicode_word_indices().rev().take(count);
    words.last().map_or("", |(at, _)| &text[at..])
}

fn first_words(text: &str, count: usize) -> &str {
    let words = text.unicode_word_indices().take(count);
    words
        .last()
        .map_or("", |(at, word)| &text[..at + word.len()])
}
