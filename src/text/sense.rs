//! What folding hides although it may change the sense: `mW` and `MW`, `US`
//! and `us`, minutes and seconds, a minus sign and a long dash.

use super::fold::Folded;
use super::glyph::{is_long_dash, quotation_mark};

/// Units of two or three letters that mean something else in other case.
const UNITS: &[&str] = &[
    "mw", "mg", "mm", "ma", "mv", "mj", "mn", "ms", "ml", "mb", "kb", "gb", "tb", "nm", "pg", "pj",
    "mwh", "mhz", "mpa", "mev",
];
/// Words that capitals only stress.
const STRESSED: &[&str] = &[
    "not", "no", "and", "or", "the", "all", "any", "am", "pm", "is", "are", "was",
];

/// A stretch of a folded text, which begins at the byte `at` of the key.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'t> {
    pub(super) text: &'t str,
    pub(super) folded: &'t Folded,
    pub(super) at: usize,
}

impl<'t> Stretch<'t> {
    /// The words that a part of the key, counted from the beginning of the
    /// stretch, came from.
    fn origin(self, start: usize, end: usize) -> &'t str {
        let span = self.folded.original(self.at + start, self.at + end);
        span.and_then(|span| self.text.get(span.start..span.end))
            .unwrap_or_default()
    }
}

/// Whether two stretches with the same key of `length` bytes agree in what the
/// key hides.
pub(super) fn agree(ours: Stretch<'_>, theirs: Stretch<'_>, length: usize) -> bool {
    let whole = (ours.origin(0, length), theirs.origin(0, length));
    if whole.0 == whole.1 {
        return true;
    }
    let Some(key) = theirs.folded.as_str().get(theirs.at..theirs.at + length) else {
        return true;
    };
    let is_shouted = |words: &str| !words.contains(char::is_lowercase);
    let shouted = is_shouted(whole.0) || is_shouted(whole.1);
    let has_seams = whole.0.contains(is_without_width) || whole.1.contains(is_without_width);
    let (mut last, mut last_but_one): (Option<(usize, char)>, Option<char>) = (None, None);
    for (at, c) in key.char_indices() {
        let before = (last_but_one, last.map(|(_, c)| c));
        let end = at + c.len_utf8();
        let differs = |start: usize, end: usize, mark: fn(&str) -> bool| {
            mark(ours.origin(start, end)) != mark(theirs.origin(start, end))
        };
        let next = key[end..].chars().next();
        let is_other = if c.is_alphabetic() && !before.1.is_some_and(char::is_alphabetic) {
            let word = short_word(&key[at..]);
            let follows_figure = follows_figure(before);
            word.is_some_and(|word| {
                let both = (
                    ours.origin(at, at + word.len()),
                    theirs.origin(at, at + word.len()),
                );
                match follows_figure && is_unit(word) {
                    true => capitals(both.0) != capitals(both.1),
                    false => !shouted && !STRESSED.contains(&word) && is_name_of_one(both),
                }
            })
        } else if c == '-' && next.is_some_and(char::is_numeric) && is_open(before) {
            differs(at, end, |dash| dash.starts_with(is_long_dash))
        } else if matches!(c, '\'' | '"') && is_measure(before, next) {
            differs(at, end, is_double)
        } else if has_seams
            && c.is_numeric()
            && let Some((from, figure)) = last
        {
            figure.is_numeric() && differs(from, end, |pair| pair.contains(is_without_width))
        } else {
            false
        };
        if is_other {
            return false;
        }
        (last_but_one, last) = (before.1, Some((at, c)));
    }
    true
}

const fn is_without_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}')
}

/// The word at the beginning, if it has three letters at most.
fn short_word(key: &str) -> Option<&str> {
    let end = key.char_indices().take(4).find(|(_, c)| !c.is_alphabetic());
    match end {
        Some((_, c)) if c.is_numeric() => None,
        Some((end, _)) => Some(&key[..end]),
        None => (key.chars().nth(3).is_none()).then_some(key),
    }
}

fn follows_figure((last_but_one, last): (Option<char>, Option<char>)) -> bool {
    let is_figure = |c: Option<char>| c.is_some_and(char::is_numeric);
    is_figure(last) || (last == Some(' ') && is_figure(last_but_one))
}

fn is_unit(word: &str) -> bool {
    UNITS.contains(&word) || (word.chars().count() == 1 && !matches!(word, "a" | "i"))
}

fn capitals(word: &str) -> Vec<bool> {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    letters.map(char::is_uppercase).collect()
}

/// Whether one of both is all capitals and the other has none, as `US`, `us`.
fn is_name_of_one((ours, theirs): (&str, &str)) -> bool {
    let (ours, theirs) = (capitals(ours), capitals(theirs));
    let all = |word: &[bool], capital: bool| word.iter().all(|is| *is == capital);
    let is_pair = |a: &[bool], b: &[bool]| all(a, true) && all(b, false);
    ours.len() > 1
        && ours.len() == theirs.len()
        && (is_pair(&ours, &theirs) || is_pair(&theirs, &ours))
}

/// Whether a dash after these characters may be a minus sign.
fn is_open((last_but_one, last): (Option<char>, Option<char>)) -> bool {
    match last {
        None | Some('(' | '[' | '/' | ':') => true,
        Some('\'' | '"') => last_but_one.is_none_or(|c| matches!(c, ' ' | '(' | '[')),
        _ => false,
    }
}

/// A mark behind a figure and a space that opens nothing.
fn is_measure(before: (Option<char>, Option<char>), next: Option<char>) -> bool {
    let follows = before.1 == Some(' ') && before.0.is_some_and(char::is_numeric);
    follows && !next.is_some_and(char::is_alphanumeric)
}

fn is_double(mark: &str) -> bool {
    let mut chars = mark.chars();
    chars.next().and_then(quotation_mark) == Some('"') || chars.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: &str, theirs: &str, expected: bool) {
        let folded = (Folded::new(ours), Folded::new(theirs));
        assert_eq!(
            folded.0.as_str(),
            folded.1.as_str(),
            "{ours:?} and {theirs:?}"
        );
        let (text, at) = (ours, 0);
        let left = Stretch {
            text,
            folded: &folded.0,
            at,
        };
        let right = Stretch {
            text: theirs,
            folded: &folded.1,
            at,
        };
        let length = folded.0.as_str().len();
        assert_eq!(
            agree(left, right, length),
            expected,
            "{ours:?} and {theirs:?}"
        );
    }

    #[test]
    fn capitals_that_change_the_sense_count() {
        check("used 5 mW in", "used 5 MW in", false);
        check("used 5mg in", "used 5Mg in", false);
        check("at 10 PM", "at 10 pm", true);
        check("The US was in", "the us was in", false);
        check("The US was in", "THE US WAS IN", true);
        check("He did NOT go", "He did not go", true);
        check("In May it", "In may it", true);
        check("Who was it?", "who was it?", true);
        check("The WHO was it", "The who was it", false);
    }

    #[test]
    fn measures_signs_and_divided_figures_count() {
        check("about 5 ′ of", "about 5 ″ of", false);
        check("about 5 ' of", "about 5 '' of", false);
        check("killed 18 “men” in", "killed 18 'men' in", true);
        check("was “−3” of", "was “—3” of", false);
        check("was (–3) of", "was (—3) of", false);
        check("was (–3) of", "was (−3) of", true);
        check("“so”—3 of", "“so” – 3 of", true);
        check("the 10\u{200c}5 men", "the 105 men", false);
        check("the 10\u{2060}5 men", "the 105 men", true);
    }
}
