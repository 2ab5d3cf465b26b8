//! What stands around cited words, and where the same surroundings are in
//! another text: they tell copies apart, and show what took a quote's place.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::span::CharSpan;

use super::find::Searchable;
use super::selector::around;

/// How many code points of surroundings are looked for on each side; fewer
/// where so many are not there any more.
const REACHES: [usize; 3] = [64, 32, 18];
/// How many are taken from the old text.
const AROUND: usize = 128;
/// How many code points, beside twice the quote's own, are next to a side.
const BESIDE: u64 = 64;
/// How many characters next to a quote are compared one by one.
const TOUCHING: usize = 32;
/// How many words next to a quote are compared on each side, and among how
/// many words of the other text each is looked for.
const WORDS: (usize, usize) = (8, 12);
/// Surroundings of fewer characters are found anywhere.
const LEAST: usize = 10;
/// How alike surroundings must be, in thousandths, to be the same ones.
const SAME_FLOOR: u32 = 750;
/// In a longer folded text, similar surroundings are looked for only this many
/// bytes around the old place: reading all of it six times takes seconds.
const WHOLE_READING: usize = 4_000_000;
/// No more places of each side than this are put together.
const MOST_SIDES: usize = 8;
/// No more code points than this, beside four times the quote's own, are
/// between its surroundings when they are still its surroundings.
const MOST_BETWEEN: u64 = 400;

/// What stands before and after a stretch of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings<'t> {
    before: &'t str,
    after: &'t str,
}

impl<'t> Surroundings<'t> {
    pub(super) fn of(reading: &Searchable<'t>, span: CharSpan) -> Self {
        let (before, after) =
            around(reading.text(), reading.index(), span, AROUND).unwrap_or_default();
        Self { before, after }
    }

    /// How many of the words next to the stretch are next to the other one
    /// too, in thousandths; 1,000 where there are none to compare.
    pub(super) fn likeness(self, other: Self) -> u32 {
        let (same, all) = self.shared(other);
        let all_words = all.0 + all.1;
        ((same.0 + same.1) * 1_000)
            .checked_div(all_words)
            .unwrap_or(1_000) as u32
    }

    /// Whether both stretches stand in the same surroundings: most of the
    /// words on one side, or half of those on both, are there.
    pub(super) fn are_same(self, other: Self) -> bool {
        let (same, all) = self.shared(other);
        let most = |same: usize, all: usize| all >= 3 && same * 4 >= all * 3;
        most(same.0, all.0) || most(same.1, all.1) || (same.0 + same.1) * 2 >= all.0 + all.1
    }

    /// Whether the same stands directly before and after both stretches.
    pub(super) fn touch_the_same(self, other: Self) -> bool {
        let ends = |text: &str, other: &str| {
            let pairs = text.chars().rev().zip(other.chars().rev());
            pairs.take(TOUCHING).all(|(ours, theirs)| ours == theirs)
        };
        let starts = |text: &str, other: &str| {
            let pairs = text.chars().zip(other.chars());
            pairs.take(TOUCHING).all(|(ours, theirs)| ours == theirs)
        };
        ends(self.before, other.before) && starts(self.after, other.after)
    }

    /// Words in common and words in all, before and after.
    fn shared(self, other: Self) -> ((usize, usize), (usize, usize)) {
        let (near, far) = WORDS;
        let side = |ours: &[&str], theirs: &[&str]| {
            let ours = &ours[..ours.len().min(near)];
            let theirs = &theirs[..theirs.len().min(far)];
            let same = ours.iter().filter(|word| theirs.contains(word)).count();
            (same, ours.len())
        };
        let before = side(&backwards(self.before), &backwards(other.before));
        let after = side(&forwards(self.after), &forwards(other.after));
        ((before.0, after.0), (before.1, after.1))
    }

    /// The stretch of a newer text that is between these surroundings, for a
    /// quote that stood between them at `span`.
    pub(super) fn gap(self, new: &Searchable<'_>, span: CharSpan) -> Gap {
        let before = sides(new, span.start(), |most| last_chars(self.before, most));
        let after = sides(new, span.start(), |most| first_chars(self.after, most));
        let room = span.len().saturating_mul(4).saturating_add(MOST_BETWEEN);
        let pairs = before
            .iter()
            .flat_map(|before| after.iter().map(move |after| (before.end(), after.start())));
        let fitting = pairs.filter(|(start, end)| start <= end && end - start <= room);
        if let Some((start, end)) =
            fitting.min_by_key(|(start, end)| (end - start).abs_diff(span.len()))
        {
            return Gap::Between(start, end);
        }
        let reach = span.len().saturating_mul(2).saturating_add(BESIDE);
        if let Some(before) = before.first() {
            let end = before.end().saturating_add(reach);
            return Gap::Beside(before.end(), end.min(new.index().chars()));
        }
        match after.first() {
            Some(after) => Gap::Beside(after.start().saturating_sub(reach), after.start()),
            None => Gap::Lost,
        }
    }
}

/// Where the surroundings of a quote are in a newer text, in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Both sides are there, with this between them; perhaps nothing.
    Between(u64, u64),
    /// One side is there, and this is next to it.
    Beside(u64, u64),
    /// Neither is there.
    Lost,
}

/// The places of one side, the nearest to the old place first: of all of it,
/// or else of what was nearest to the quote.
fn sides<'s>(new: &Searchable<'_>, near: u64, next_to: impl Fn(usize) -> &'s str) -> Vec<CharSpan> {
    let parts = || {
        let parts = REACHES.iter().map(|reach| next_to(*reach).trim());
        parts.filter(|part| part.chars().count() >= LEAST)
    };
    let key = new.folded().as_str();
    let place = new.folded().place_of(new.byte_near(near));
    let whole = if key.len() <= WHOLE_READING {
        0..key.len()
    } else {
        let start = key.floor_char_boundary(place.saturating_sub(WHOLE_READING / 2));
        start..key.floor_char_boundary(key.len().min(place.saturating_add(WHOLE_READING / 2)))
    };
    let same = parts().map(|part| new.same_but_for_typography(part, Some(near)));
    let alike = parts().map(|part| {
        let alike = new.alike(part, SAME_FLOOR, whole.clone()).into_iter();
        alike.map(|candidate| candidate.span).collect()
    });
    let found = same.chain(alike).find(|places: &Vec<_>| !places.is_empty());
    let mut places = found.unwrap_or_default();
    places.truncate(MOST_SIDES);
    places
}

/// At most so many characters from the end, from the border of a word on.
fn last_chars(text: &str, most: usize) -> &str {
    let from = text.char_indices().rev().take(most).last();
    let from = from.map_or(0, |(at, _)| at);
    // A word that is cut in two would not be found whole.
    match text[from..].find(char::is_whitespace) {
        Some(space) if from > 0 => &text[from + space..],
        _ => &text[from..],
    }
}

fn first_chars(text: &str, most: usize) -> &str {
    let to = text.char_indices().nth(most);
    let to = to.map_or(text.len(), |(at, _)| at);
    match text[..to].rfind(char::is_whitespace) {
        Some(space) if to < text.len() => &text[..space],
        _ => &text[..to],
    }
}

fn forwards(text: &str) -> Vec<&str> {
    text.unicode_words().collect()
}

fn backwards(text: &str) -> Vec<&str> {
    text.unicode_words().rev().collect()
}
