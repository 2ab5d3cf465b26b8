//! The page's own record of its article (JSON-LD `articleBody`) as a witness
//! of where the article stands. The words themselves come from the page.

use super::outline::Outline;

/// How many letters a passage begins with that are looked for in the record.
const BEGINNING: usize = 48;

/// A record shorter than this many letters is a teaser.
const LEAST: usize = 200;

/// The longest record, in letters, and the most passages that are compared.
const LONGEST: usize = 200_000;
const MOST: usize = 3_000;

/// For every part, the letters of its subtree that the record has too; none
/// when there is no record.
pub(super) fn witnessed(outline: &Outline<'_>, record: Option<&str>) -> Vec<usize> {
    let record = letters(record.unwrap_or_default(), LONGEST);
    if record.chars().count() < LEAST {
        return vec![0; outline.parts.len()];
    }
    let mut compared = 0;
    outline.sums(|part| {
        if part.prose() == 0 || compared == MOST {
            return 0;
        }
        compared += 1;
        let beginning = letters(&part.node.text(), BEGINNING);
        let long = beginning.len() >= BEGINNING / 2;
        if long && record.contains(&beginning) {
            part.own
        } else {
            0
        }
    })
}

fn letters(text: &str, most: usize) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(most)
        .collect()
}
