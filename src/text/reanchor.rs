//! What became of cited words in a newer text of the same source.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::citation::Reanchoring;
use crate::domain::span::CharSpan;

use super::edges::{Edges, edges};
use super::find::Searchable;
use super::frames::exchanged;
use super::offset::OffsetIndex;
use super::outside::{Outside, outside, widened};
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
/// Quotes of fewer words, and those with a figure, may stand twice in the same
/// passage: what stands directly next to them tells which is which.
const FEW: usize = 6;

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
    let Some(mut cited) = Cited::new(old, span) else {
        return Reanchoring::Gone;
    };
    let is_there =
        new.index().slice(new.text(), span) == Some(cited.quote) && cited.has_edges_of(new, span);
    if is_there && (!cited.says_little || cited.touches_the_same(new)) {
        return Reanchoring::Unchanged { span };
    }
    cited.copies = cited.copies_in(old);
    let (places, others) = cited.places(new);
    let is_exchangeable = cited.says_little && !places.is_empty();
    let instead = is_exchangeable.then(|| exchanged(old, span, new, &places));
    let result = match instead.flatten() {
        Some(other) => Err(Some(other)),
        None if is_there => return Reanchoring::Unchanged { span },
        None => match cited.its_own(new, &places) {
            Some(place) => Ok(place),
            None => Err(cited.altered(new, &places, &others)),
        },
    };
    match result {
        Ok(span) => Reanchoring::Moved { span },
        Err(Some(span)) => {
            let span = cited.with_what_changed(new, span);
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
    edges: (Edges, Outside),
    around: Surroundings<'t>,
    is_short: bool,
    says_little: bool,
    /// What stands around the other places of the same words.
    copies: Vec<Surroundings<'t>>,
}

impl<'t> Cited<'t> {
    fn new(old: &Searchable<'t>, span: CharSpan) -> Option<Self> {
        let quote = old.index().slice(old.text(), span)?;
        let bytes = old.index().byte_span(old.text(), span)?;
        let words = quote.unicode_words().take(FEW).count();
        let cited = Self {
            quote,
            span,
            edges: (edges(old.text(), bytes), outside(old.text(), bytes)),
            around: Surroundings::of(old, span),
            is_short: words < SHORT,
            says_little: words < FEW || quote.contains(char::is_numeric),
            copies: Vec::new(),
        };
        Some(cited)
    }

    /// What stands around the same words elsewhere in the old text.
    fn copies_in(&self, old: &Searchable<'t>) -> Vec<Surroundings<'t>> {
        let (quote, near) = (self.quote, Some(self.span.start()));
        let found = if self.says_little {
            old.same_but_for_typography(quote, near)
        } else {
            old.exact(quote, near)
        };
        let is_apart =
            |other: &CharSpan| other.end() <= self.span.start() || self.span.end() <= other.start();
        let others = found
            .into_iter()
            .filter(|other| is_apart(other) && self.has_edges_of(old, *other));
        others.map(|other| Surroundings::of(old, other)).collect()
    }

    /// Whether a place cuts words where the cited words did, and nowhere else,
    /// and nothing else beside it belongs to its sense.
    fn has_edges_of(&self, reading: &Searchable<'_>, place: CharSpan) -> bool {
        let bytes = reading.index().byte_span(reading.text(), place);
        bytes.is_some_and(|bytes| {
            let text = reading.text();
            edges(text, bytes) == self.edges.0 && outside(text, bytes).is_same(&self.edges.1)
        })
    }

    fn touches_the_same(&self, new: &Searchable<'_>) -> bool {
        let there = Surroundings::of(new, self.span);
        self.around.touch_the_same(there)
    }

    /// The same words in the newer text, the nearest to the old place first;
    /// and apart from them those that something beside them changes.
    fn places(&self, new: &Searchable<'_>) -> (Vec<CharSpan>, Vec<CharSpan>) {
        let near = Some(self.span.start());
        let mut places = new.exact(self.quote, near);
        for place in new.same_but_for_typography(self.quote, near) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
            .into_iter()
            .partition(|place| self.has_edges_of(new, *place))
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
        let is_only_cited = if self.is_short {
            !self.is_the_only_one(new, places)
        } else {
            self.replaced(new, place)
        };
        (!is_only_cited).then_some(place)
    }

    /// Whether a few words stand once in each text, and where they stood there
    /// is nothing else.
    fn is_the_only_one(&self, new: &Searchable<'_>, places: &[CharSpan]) -> bool {
        let [place] = places else {
            return false;
        };
        let says_enough = self.quote.unicode_words().nth(1).is_some();
        let is_left = || match self.around.gap(new, self.span) {
            Gap::Between(start, end) | Gap::Beside(start, end) => {
                start <= place.start() && place.end() <= end
            }
            Gap::Lost => true,
        };
        says_enough && self.copies.is_empty() && is_left()
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
    fn altered(
        &self,
        new: &Searchable<'_>,
        copies: &[CharSpan],
        others: &[CharSpan],
    ) -> Option<CharSpan> {
        let is_ours = |place: &&CharSpan| self.around.are_same(Surroundings::of(new, **place));
        if let Some(place) = others.iter().find(is_ours) {
            return Some(*place);
        }
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

    /// The same words together with what stands beside them and changes them.
    fn with_what_changed(&self, new: &Searchable<'_>, span: CharSpan) -> CharSpan {
        let (text, index) = (new.text(), new.index());
        if index.slice(text, span) != Some(self.quote) {
            return span;
        }
        let bytes = index.byte_span(text, span);
        let wide = bytes.and_then(|bytes| index.char_span(text, widened(text, bytes)));
        wide.unwrap_or(span)
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
    fn words_that_changed_places_have_not_moved() {
        let old = "The north had 18 dead and the south had 44 dead by night, they said.";
        let new = "The north had 44 dead and the south had 18 dead by night, they said.";
        check(old, "18", new, "altered: 44");
        check(old, "18 dead", new, "altered: 44 dead");
        let old = "Year A B\n2016 18 x\n2017 19 x\n2018 20 x\n";
        let new = "Year A B\n2016 19 x\n2017 18 x\n2018 20 x\n";
        check(old, "18", new, "altered: 19");
        let old = "Table 2016 18 2017 19 2018 20 end";
        let new = "Table 2016 19 2017 18 2018 20 end";
        check(old, "18", new, "altered: 19");
        let old = "one six seven eight 18 nine ten eleven twelve";
        let new = "one six seven eight 19 nine ten 18 eleven twelve";
        check(old, "18", new, "altered: 19");
        let old = "The north counted 18 dead soldiers and the south counted 44 dead soldiers.";
        let new = "The north counted 44 dead soldiers and the south counted 18 dead soldiers.";
        let now = "altered: counted 44 dead soldiers";
        check(old, "counted 18 dead soldiers", new, now);
    }

    #[test]
    fn what_stands_directly_beside_the_words_counts() {
        let old = "They met in the hall. At least 18 people died in the fire, he said.";
        for (instead, now) in [
            ("18% people", "At least 18%"),
            ("18 million people", "At least 18 million"),
            ("18-20 people", "At least 18-20"),
            ("18\u{336} people", "At least 18\u{336}"),
            ("18 000 people", "At least 18 000"),
            ("18m people", "At least 18m"),
        ] {
            let new = old.replace("18 people", instead);
            check(old, "At least 18", &new, &format!("altered: {now}"));
            check(&new, "At least 18", &new, "unchanged");
            let moved = format!("News. {new}");
            check(&new, "At least 18", &moved, "moved to 28");
        }
        let old = "Wins: 37\n\n18 people died in the fire at the mill.";
        let new = "Wins: 37 18 people died in the fire at the mill.";
        check(old, "18 people died in", new, "moved to 9");
        let old = "They met, and the men were guilty of the theft in the town.";
        for denied in ["not guilty", "un-guilty", "non-guilty"] {
            let new = old.replace("guilty", denied);
            let now = format!("altered: {denied} of the theft");
            check(old, "guilty of the theft", &new, &now);
        }
        let new = old.replace("were guilty", "weren't guilty");
        let now = "altered: weren't guilty of the theft";
        check(old, "guilty of the theft", &new, now);
    }

    #[test]
    fn a_few_words_that_stand_once_are_not_gone() {
        let old = "The committee met in the large hall. 18 people died. The minister left.";
        let menu = "Menu Home News About. ".repeat(9);
        let new = format!("{menu}18 people died. Subscribe now! We use cookies.");
        check(old, "18 people died.", &new, "moved to 198");
        let new = format!("{menu}Subscribe now! We use cookies.");
        check(old, "18 people died.", &new, "gone");
        let old = format!("He was at the mill. {old}At the time it rained.");
        let new = format!("{menu}He was at the mill. We use cookies.");
        check(&old, "At the", &new, "gone");
    }

    #[test]
    fn a_copy_is_told_apart_by_what_stands_around_it() {
        let old = "In 2016 it was six. In 2017 it was 18. It fell. In 2018 it was 24. It rose.";
        let new = "New page. In 2017 it was 18. It fell. And so. In 2018 it was 24. It rose.";
        check(old, "It rose.", new, "moved to 65");
    }
}
