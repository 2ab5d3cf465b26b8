//! What becomes of cited figures when figures change places: in the rows of a
//! table and within a sentence, in long texts with furniture around them.

use citekeep::domain::span::CharSpan;
use citekeep::text::reanchor::reanchor;

use super::corpus::{Dice, report};

const PLACES: [&str; 8] = [
    "Kabul", "Herat", "Kunduz", "Balkh", "Farah", "Logar", "Zabul", "Ghazni",
];

/// A table with one figure of two digits a row, all different, or the same as
/// sentences.
fn rows(figures: &[usize], as_table: bool) -> String {
    let row = |(place, figure): (&&str, &usize)| match as_table {
        true => format!("{place} {figure} men\n"),
        false => format!("In {place} they counted {figure} dead men. "),
    };
    PLACES.iter().zip(figures).map(row).collect()
}

fn page(body: &str, day: u64) -> String {
    let (before, after) = (report(300, day), report(300, day + 1));
    format!("Home | News\n{before}\n\n{body}\n\nRead also: {after}\n")
}

/// Whether words of the first text are reported as changed in the second.
fn alarms(old: &str, words: &str, new: &str) -> bool {
    let start = old.find(words).expect("the words are in the old text");
    let start = old[..start].chars().count() as u64;
    let span = CharSpan::new(start, start + words.chars().count() as u64);
    reanchor(old, span.expect("some words"), new).is_stale()
}

#[test]
fn figures_that_change_places_always_raise_an_alarm_and_furniture_never_does() {
    let mut dice = Dice(41);
    for case in 0..200 {
        let first = 11 + dice.below(20);
        let figures: Vec<usize> = (0..PLACES.len()).map(|at| first + at * 7).collect();
        let cited = dice.below(figures.len());
        let other = (cited + 1 + dice.below(figures.len() - 1)) % figures.len();
        let mut exchanged = figures.clone();
        exchanged.swap(cited, other);
        for as_table in [true, false] {
            let old = page(&rows(&figures, as_table), case);
            let same = page(&rows(&figures, as_table), case + 1_000);
            let new = page(&rows(&exchanged, as_table), case + 1_000);
            let words = if as_table { "men" } else { "dead men" };
            for words in [
                format!("{} {words}", figures[cited]),
                format!("counted {}", figures[cited]),
                format!("{} {}", PLACES[cited], figures[cited]),
            ] {
                // A table has no verb, and a sentence more than a figure
                // behind its place.
                if !old.contains(&words) {
                    continue;
                }
                assert!(alarms(&old, &words, &new), "{words:?}\n{old}\n{new}");
                assert!(!alarms(&old, &words, &same), "{words:?}\n{old}\n{same}");
            }
        }
    }
}
