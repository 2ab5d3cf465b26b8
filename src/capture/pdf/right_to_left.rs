//! Hebrew and Arabic: glyphs stand on the page from left to right and are
//! read from right to left.

use super::glyphs::Glyph;

/// Turns the words of a line, which are in the order of the page, into the
/// order in which they are read.
pub(super) fn put_in_order(glyphs: &[Glyph], words: &mut [Vec<usize>]) {
    let mut turned = 0;
    for word in words.iter_mut() {
        if is_right_to_left(glyphs, word) {
            word.reverse();
            turned += 1;
        }
    }
    if turned == 0 {
        return;
    }
    if turned * 2 > words.len() {
        words.reverse();
        return;
    }
    let mut rest = words;
    while !rest.is_empty() {
        let run = rest
            .iter()
            .take_while(|word| is_right_to_left(glyphs, word))
            .count();
        rest[..run].reverse();
        rest = &mut rest[run.max(1)..];
    }
}

fn is_right_to_left(glyphs: &[Glyph], word: &[usize]) -> bool {
    let letters = word.iter().flat_map(|&glyph| glyphs[glyph].text.chars());
    let (mut right_to_left, mut other) = (0, 0);
    for letter in letters.filter(|c| c.is_alphabetic()) {
        if is_hebrew_or_arabic(letter) {
            right_to_left += 1;
        } else {
            other += 1;
        }
    }
    right_to_left > other
}

/// The blocks of Unicode from Hebrew to Arabic Extended, and their
/// presentation forms.
fn is_hebrew_or_arabic(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}
