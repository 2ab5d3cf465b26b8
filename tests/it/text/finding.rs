//! How often the finder is right in a long text: quotes in other typography,
//! quotes that were changed, and quotes that say something else. The benchmark
//! `find` counts many more cases in a text of a megabyte.

use std::sync::LazyLock;

use citekeep::domain::span::CharSpan;
use citekeep::text::anchor::places_near;
use citekeep::text::find::{Candidate, Kind, Searchable};
use citekeep::text::normalise::normalise;
use citekeep::text::offset::OffsetIndex;

use super::corpus::{Dice, cut, damaged, report, retyped};

struct Shelf {
    text: String,
    index: OffsetIndex,
    chars: Vec<char>,
}

static LONG: LazyLock<Shelf> = LazyLock::new(|| {
    let text = normalise(&report(400_000, 1));
    Shelf {
        index: OffsetIndex::new(&text),
        chars: text.chars().collect(),
        text,
    }
});

static READING: LazyLock<Searchable<'static>> =
    LazyLock::new(|| Searchable::new(&LONG.text, &LONG.index));

fn best(quote: &str) -> Option<Candidate> {
    READING.candidates(quote, None).first().copied()
}

fn overlap(span: CharSpan, start: usize, length: usize) -> bool {
    span.start() < (start + length) as u64 && (start as u64) < span.end()
}

#[test]
fn a_quote_in_any_typography_is_found_whole() {
    let mut dice = Dice(11);
    for case in 0..400 {
        let (start, quote) = cut(&LONG.chars, 60 + case * 3, &mut dice);
        let typed = retyped(&quote, &mut dice);
        let found = best(&typed);
        let span = (start as u64, (start + quote.chars().count()) as u64);
        let right = found.is_some_and(|found| {
            found.kind != Kind::Approximate && (found.span.start(), found.span.end()) == span
        });
        assert!(right, "{quote:?}\n{typed:?}\n{found:?} {span:?}");
    }
}

#[test]
fn a_changed_figure_sign_or_negation_is_never_exact_or_folded() {
    let mut dice = Dice(12);
    let mut changed = 0;
    for _ in 0..400 {
        let (start, quote) = cut(&LONG.chars, 120, &mut dice);
        let length = quote.chars().count();
        for other in other_senses(&quote, &mut dice) {
            changed += 1;
            let found = places_near(&READING, &retyped(&other, &mut dice), None);
            let called_same = found
                .iter()
                .find(|place| overlap(place.span, start, length));
            assert!(
                called_same.is_none(),
                "{quote:?}\n{other:?}\n{called_same:?}"
            );
        }
    }
    assert!(changed > 500, "{changed} changes");
}

/// The same words with a figure, a sign or a negation changed.
fn other_senses(quote: &str, dice: &mut Dice) -> Vec<String> {
    let mut others = Vec::new();
    let figures: Vec<(usize, char)> = quote
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit())
        .collect();
    if let Some((at, figure)) = figures.get(dice.below(figures.len())) {
        let next = (b'0' + (*figure as u8 - b'0' + 1 + dice.below(8) as u8) % 10) as char;
        for new in [
            next.to_string(),
            String::new(),
            format!("{figure}{next}"),
            format!("{figure}.{next}"),
        ] {
            others.push(format!("{}{new}{}", &quote[..*at], &quote[at + 1..]));
        }
    }
    if quote.contains("−") {
        others.push(quote.replacen('−', "", 1));
    }
    if let Some(space) = quote.find(" the ") {
        others.push(format!("{} not{}", &quote[..space], &quote[space..]));
    }
    if quote.contains(" not ") {
        others.push(quote.replacen(" not ", " ", 1));
    }
    others
}

#[test]
fn a_quote_with_a_fifth_of_it_changed_is_found_at_the_right_place() {
    let mut dice = Dice(13);
    let (mut right, mut wrong, mut cases) = (0, 0, 0);
    for length in [40, 60, 120, 300, 1_000] {
        for _ in 0..12 {
            let (start, quote) = cut(&LONG.chars, length, &mut dice);
            let length = quote.chars().count();
            let found = best(&damaged(&quote, length / 5, &mut dice));
            cases += 1;
            match found {
                Some(found) if overlap(found.span, start, length) => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
        }
    }
    assert!(right * 100 >= cases * 99, "{right} of {cases} right");
    assert_eq!(wrong, 0, "of {cases}");
}

#[test]
fn a_quote_that_is_nowhere_is_found_nowhere() {
    let other: Vec<char> = report(100_000, 2).chars().collect();
    let mut dice = Dice(14);
    for length in [40, 80, 300] {
        for _ in 0..8 {
            let (_, quote) = cut(&other, length, &mut dice);
            assert_eq!(best(&quote), None, "{quote:?}");
        }
    }
}
