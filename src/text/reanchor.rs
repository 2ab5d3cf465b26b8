//! What became of cited words in a newer text of the same source.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::citation::Reanchoring;
use crate::domain::span::CharSpan;

use super::edges::{Edges, edges};
use super::find::Searchable;
use super::offset::OffsetIndex;
use super::surroundings::{Gap, Surroundings};

/// How alike words must be, in thousandths, to count as the altered form of
/// what stood there rather than as gone.
const ALTERED_FLOOR: u32 = 550;
/// The same beside what stood around the words.
const BESIDE_FLOOR: u32 = 400;
/// Words that are so alike are the altered form wherever they stand.
const SURE_FLOOR: u32 = 700;
/// What standing in the same surroundings is worth, in thousandths.
const SURROUNDINGS: u32 = 150;

/// Quotes of fewer words are only the same where the words around them are.
const SHORT: usize = 4;

/// Finds what became of `old[span]` in a newer text.
///
/// Unchanged: the same words at the same place. Moved: the same words, though
/// perhaps in other typography, elsewhere. Altered: what stands in their place,
/// or the most similar words, if they are similar enough; a changed figure,
/// name or negation is always at least this. Gone: nothing alike is left.
///
/// ```
/// use citekeep::domain::citation::Reanchoring;
/// use citekeep::domain::span::CharSpan;
/// use citekeep::text::reanchor::reanchor;
/// let span = CharSpan::new(0, 26).expect("not empty");
/// let result = reanchor("At least 68 people died in it.", span, "Note. At least 85 people died in it.");
/// assert!(matches!(result, Reanchoring::Altered { .. }));
/// ```
pub fn reanchor(old: &str, span: CharSpan, new: &str) -> Reanchoring {
    let (old_index, new_index) = (OffsetIndex::new(old), OffsetIndex::new(new));
    let old = Searchable::new(old, &old_index);
    reanchor_in(&old, span, &Searchable::new(new, &new_index))
}

/// Like [`reanchor`], for texts in which many citations are looked up.
///
/// ```
/// use citekeep::domain::citation::Reanchoring;
/// use citekeep::domain::span::CharSpan;
/// use citekeep::text::find::Searchable;
/// use citekeep::text::offset::OffsetIndex;
/// use citekeep::text::reanchor::reanchor_in;
/// let text = "At least 68 people died in it.";
/// let index = OffsetIndex::new(text);
/// let reading = Searchable::new(text, &index);
/// let span = CharSpan::new(9, 18).expect("not empty");
/// assert_eq!(reanchor_in(&reading, span, &reading), Reanchoring::Unchanged { span });
/// ```
pub fn reanchor_in(old: &Searchable<'_>, span: CharSpan, new: &Searchable<'_>) -> Reanchoring {
    let Some(cited) = Cited::new(old, span) else {
        return Reanchoring::Gone;
    };
    if new.index().slice(new.text(), span) == Some(cited.quote) && cited.has_edges_of(new, span) {
        return Reanchoring::Unchanged { span };
    }
    let places = cited.places(new);
    let result = match cited.its_own(new, &places) {
        Some(place) => Ok(place),
        None => Err(cited.altered(new, &places)),
    };
    match result {
        Ok(span) => Reanchoring::Moved { span },
        Err(Some(span)) => {
            let now = new.index().slice(new.text(), span).unwrap_or_default();
            Reanchoring::Altered {
                span,
                now: now.to_owned(),
            }
        }
        Err(None) => Reanchoring::Gone,
    }
}

/// Cited words where they were read.
struct Cited<'t> {
    quote: &'t str,
    span: CharSpan,
    edges: Edges,
    around: Surroundings<'t>,
    is_short: bool,
    /// What stands around the other places of the same words.
    copies: Vec<Surroundings<'t>>,
}

impl<'t> Cited<'t> {
    fn new(old: &Searchable<'t>, span: CharSpan) -> Option<Self> {
        let quote = old.index().slice(old.text(), span)?;
        let mut cited = Self {
            quote,
            span,
            edges: edges(old.text(), old.index().byte_span(old.text(), span)?),
            around: Surroundings::of(old, span),
            is_short: quote.unicode_words().take(SHORT).count() < SHORT,
            copies: Vec::new(),
        };
        let others = old.exact(quote, Some(span.start())).into_iter();
        cited.copies = others
            .filter(|other| *other != span && cited.has_edges_of(old, *other))
            .map(|other| Surroundings::of(old, other))
            .collect();
        Some(cited)
    }

    /// Whether a place cuts words where the cited words did, and nowhere else.
    fn has_edges_of(&self, reading: &Searchable<'_>, place: CharSpan) -> bool {
        let bytes = reading.index().byte_span(reading.text(), place);
        bytes.is_some_and(|bytes| edges(reading.text(), bytes) == self.edges)
    }

    /// The same words in the newer text, the nearest to the old place first.
    fn places(&self, new: &Searchable<'_>) -> Vec<CharSpan> {
        let near = Some(self.span.start());
        let mut places = new.exact(self.quote, near);
        for place in new.same_but_for_typography(self.quote, near) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places.retain(|place| self.has_edges_of(new, *place));
        places
    }

    /// The one of the same words that are these and not a copy of them.
    fn its_own(&self, new: &Searchable<'_>, places: &[CharSpan]) -> Option<CharSpan> {
        let none_is_lost = places.len() > self.copies.len();
        let around = |place: CharSpan| Surroundings::of(new, place);
        let is_ours = |place: CharSpan| {
            let ours = self.around.likeness(around(place));
            let theirs = self.copies.iter().map(|copy| copy.likeness(around(place)));
            none_is_lost || theirs.max().is_none_or(|theirs| ours > theirs)
        };
        let place = places
            .iter()
            .copied()
            .filter(|place| is_ours(*place))
            .max_by_key(|place| {
                let away = place.start().abs_diff(self.span.start());
                (
                    self.around.likeness(around(*place)),
                    std::cmp::Reverse(away),
                )
            })?;
        if self.around.are_same(around(place)) {
            return Some(place);
        }
        // The words stand in other surroundings: a correction may cite what it
        // corrects, and a short quote says little alone.
        let is_only_cited = self.is_short || self.replaced(new, place);
        (!is_only_cited).then_some(place)
    }

    /// Whether other, similar words stand where these stood.
    fn replaced(&self, new: &Searchable<'_>, copy: CharSpan) -> bool {
        let Gap::Between(start, end) = self.around.gap(new, self.span) else {
            return false;
        };
        let holds_copy = start <= copy.start() && copy.end() <= end;
        !holds_copy && self.best_within(new, (start, end), ALTERED_FLOOR).is_some()
    }

    /// What stands in the newer text instead of the words.
    fn altered(&self, new: &Searchable<'_>, copies: &[CharSpan]) -> Option<CharSpan> {
        let gap = self.around.gap(new, self.span);
        if let Gap::Between(start, end) = gap {
            let similar = self.best_within(new, (start, end), ALTERED_FLOOR);
            if similar.is_some() {
                return similar;
            }
        }
        let elsewhere = self.most_alike(new, copies);
        if let Some((span, score)) = elsewhere
            && score >= SURE_FLOOR
        {
            return Some(span);
        }
        let beside = match gap {
            Gap::Between(start, end) => trimmed(new, (start, end)),
            Gap::Beside(start, end) => self.best_within(new, (start, end), BESIDE_FLOOR),
            Gap::Lost => None,
        };
        beside.or(elsewhere.map(|(span, _)| span))
    }

    /// The most similar words anywhere, but not a copy that was there before.
    fn most_alike(&self, new: &Searchable<'_>, copies: &[CharSpan]) -> Option<(CharSpan, u32)> {
        if self.is_short {
            return None;
        }
        let whole = 0..new.folded().as_str().len();
        let found = new.alike(self.quote, ALTERED_FLOOR, whole).into_iter();
        let worth = |span: CharSpan, score: u32| {
            let same = self.around.are_same(Surroundings::of(new, span));
            score + if same { SURROUNDINGS } else { 0 }
        };
        found
            .filter(|candidate| !copies.contains(&candidate.span))
            .map(|candidate| (candidate.span, candidate.score))
            .max_by_key(|(span, score)| {
                let away = span.start().abs_diff(self.span.start());
                (worth(*span, *score), std::cmp::Reverse(away))
            })
    }

    /// The most similar words in a part of the newer text.
    fn best_within(
        &self,
        new: &Searchable<'_>,
        (start, end): (u64, u64),
        floor: u32,
    ) -> Option<CharSpan> {
        let place = |at: u64| new.folded().place_of(new.byte_near(at));
        let found = new.alike(self.quote, floor, place(start)..place(end));
        found.first().map(|candidate| candidate.span)
    }
}

/// A part of a text without the white space at its ends; nothing when that is
/// all there is.
fn trimmed(reading: &Searchable<'_>, (start, end): (u64, u64)) -> Option<CharSpan> {
    let span = CharSpan::new(start, end).ok()?;
    let words = reading.index().slice(reading.text(), span)?;
    let blank = |words: &str, rest: &str| (words.chars().count() - rest.chars().count()) as u64;
    let from = start + blank(words, words.trim_start());
    CharSpan::new(from, end - blank(words, words.trim_end())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, quote: &str, new: &str, expected: &str) {
        let start = old.find(quote).expect("the quote is in the old text");
        let start = old[..start].chars().count() as u64;
        let span = CharSpan::new(start, start + quote.chars().count() as u64).expect("not empty");
        let result = reanchor(old, span, new);
        let shown = match &result {
            Reanchoring::Altered { now, .. } => format!("altered: {now}"),
            Reanchoring::Moved { span } => {
                format!("moved to {}", span.start())
            }
            other => other.as_str().to_owned(),
        };
        assert_eq!(shown, expected, "{old:?} -> {new:?}");
    }

    #[test]
    fn every_outcome() {
        let old = "At least 68 people were killed. The school stood in Kabul.";
        let quote = "At least 68 people were killed.";
        check(old, quote, old, "unchanged");
        check(
            old,
            quote,
            "Corrected. At least 68 people were killed.",
            "moved to 11",
        );
        check(old, quote, "At least 68 people\nwere killed.", "moved to 0");
        check(
            old,
            quote,
            "At least 85 people were killed. Kabul.",
            "altered: At least 85 people were killed.",
        );
        check(
            old,
            quote,
            "At least 68 people were not killed.",
            "altered: At least 68 people were not killed.",
        );
        check(old, quote, "Nothing of it stands here any more.", "gone");
        check(old, quote, "", "gone");
    }

    #[test]
    fn a_number_that_stands_elsewhere_has_not_moved() {
        let old = "In 2017 it was 18 attacks. Later it fell.";
        let new = "In 2017 it was 19 attacks. Later it fell. The office has a total of 18 doors and windows.";
        check(old, "18", new, "altered: 19");
        let same = "A correction. In 2017 it was 18 attacks. Later it fell.";
        check(old, "18", same, "moved to 29");
    }

    #[test]
    fn a_copy_is_told_apart_by_what_stands_around_it() {
        let old = "In 2016 it was six. In 2017 it was 18. It fell. In 2018 it was 24. It rose.";
        let new = "New page. In 2017 it was 18. It fell. And so. In 2018 it was 24. It rose.";
        check(old, "It rose.", new, "moved to 65");
    }
}
