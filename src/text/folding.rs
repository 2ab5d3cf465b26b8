//! The walk through a text that folds it, character by character where it has
//! to, and in long stretches where nothing can change.

use super::fold::{Run, Seam, SeamKind};
use super::glyph::{
    dots, is_blank, is_dash, is_dropped, is_hyphen, is_long_dash, ligature, quotation_mark, small,
    stays,
};

/// A text on its way to its folded form.
pub(super) struct Folding<'t> {
    text: &'t str,
    at: usize,
    key: Vec<u8>,
    /// The last character of `key`.
    last: Option<char>,
    runs: Vec<Run>,
    seams: Vec<Seam>,
}

impl<'t> Folding<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            key: Vec::with_capacity(text.len()),
            last: None,
            runs: Vec::with_capacity(text.len() / 64),
            seams: Vec::new(),
        }
    }

    /// The folded text, where its bytes come from, and its seams.
    pub(super) fn run(mut self) -> (String, Vec<Run>, Vec<Seam>) {
        while self.at < self.text.len() {
            self.plain();
            if let Some(c) = self.rest().chars().next() {
                self.step(c);
            }
        }
        let key = String::from_utf8(self.key).expect("folding pushes whole characters");
        (key, self.runs, self.seams)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Most of most texts: letters, figures and marks that stay as they are,
    /// with single spaces and full stops between them.
    fn plain(&mut self) {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let follows_space = self.last.is_none_or(|last| last == ' ');
        let (mut before, mut at) = (if follows_space { SPECIAL } else { PLAIN }, start);
        while let Some(byte) = bytes.get(at) {
            let class = NEXT[before as usize][CLASSES[*byte as usize] as usize];
            if class != SPECIAL {
                before = class;
                at += 1;
                continue;
            }
            let other = self.text[at..].chars().next().filter(|c| stays(*c));
            let Some(other) = other else {
                break;
            };
            before = PLAIN;
            at += other.len_utf8();
        }
        self.at = at;
        // What depends on what comes next is left for a closer look, but a
        // space before a mark is an ordinary one.
        let next = self.rest().chars().next();
        let is_ordinary = before == SPACE && next.is_some_and(|c| !is_blank(c) && dots(c) == 0);
        let leans = |byte: u8| matches!(CLASSES[byte as usize], SPACE | STOP | CAPITAL_S);
        while !is_ordinary && self.at > start && leans(bytes[self.at - 1]) {
            self.at -= 1;
        }
        if start < self.at {
            self.pair(start);
            let plain = bytes[start..self.at].iter().map(|byte| match byte {
                b'\t' | b'\n' => b' ',
                byte => byte.to_ascii_lowercase(),
            });
            self.key.extend(plain);
            self.last = last_char(&self.key);
        }
    }

    fn step(&mut self, c: char) {
        if is_blank(c) {
            self.blanks();
        } else if is_dash(c) {
            self.dash(c);
        } else if dots(c) > 0 {
            self.dots(c);
        } else if let Some(mark) = quotation_mark(c) {
            self.mark(c, mark);
        } else {
            self.letter(c);
        }
    }

    fn letter(&mut self, c: char) {
        let length = c.len_utf8();
        if let Some(letters) = ligature(c) {
            self.piece(letters, length);
            if letters == "ss" {
                self.seam(self.key.len() - 1, SeamKind::Sharp, true);
            }
            return;
        }
        if c == '\u{307}' && self.last == Some('i') {
            // What is left of a small İ in programs that know no Turkish.
            self.at += length;
            return;
        }
        let mut buffer = [0; 4];
        self.piece(small(c).encode_utf8(&mut buffer), length);
        if c == 'S' && self.rest().starts_with('S') {
            self.seam(self.key.len(), SeamKind::Sharp, false);
        }
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start_matches(is_blank).len();
        let run = &rest[..length];
        let end = self.at + length;
        if let Some((step, space)) = run.char_indices().find(|(_, c)| c.is_whitespace())
            && !self.is_divided_by_soft_hyphen(run, &rest[length..])
            && self.last != Some(' ')
        {
            self.at += step;
            self.piece(" ", space.len_utf8());
        }
        self.at = end;
    }

    /// `govern`, soft hyphen, line end, `ment`.
    fn is_divided_by_soft_hyphen(&self, run: &str, after: &str) -> bool {
        run.starts_with('\u{ad}')
            && run.contains(is_line_end)
            && self.last.is_some_and(char::is_alphabetic)
            && after.starts_with(char::is_alphabetic)
    }

    /// Any run of dashes is one, and the spaces around it are nothing; but a
    /// sign before a figure stays apart from what is before it.
    fn dash(&mut self, first: char) {
        let rest = self.rest();
        let dashes = dash_run(rest);
        let after_dashes = &rest[dashes..];
        let after = after_dashes.trim_start_matches(is_blank);
        let blanks = &after_dashes[..after_dashes.len() - after.len()];
        let spaced = self.last == Some(' ');
        let single = dashes == first.len_utf8();
        if spaced && single && blanks.is_empty() && !is_long_dash(first) && opens_figure(after) {
            self.piece("-", dashes);
            return;
        }
        self.unpush_space();
        let of_word = self.last.is_some_and(char::is_alphabetic);
        if of_word && after.starts_with(char::is_alphabetic) {
            let divides = single && is_hyphen(first) && !spaced && blanks.contains(is_line_end);
            self.seam(self.key.len(), SeamKind::Dash, !divides);
            self.at += dashes;
        } else {
            self.piece("-", dashes);
        }
        self.at += blanks.len();
    }

    /// Three or more full stops, spaced or not, are one ellipsis, and the
    /// spaces around it are nothing.
    fn dots(&mut self, first: char) {
        let rest = self.rest();
        let (mut count, mut end, mut gap) = (0, 0, 0);
        for (at, c) in rest.char_indices() {
            // The point of a figure is not of the ellipsis before it.
            if (gap > 0 || count >= 3) && is_point(&rest[at..]) {
                break;
            }
            match dots(c) {
                0 if is_blank(c) && gap < 2 => gap += 1,
                0 => break,
                more => {
                    count += more;
                    end = at + c.len_utf8();
                    gap = 0;
                }
            }
        }
        if count < 3 {
            let stops = if first == '.' { "." } else { ".." };
            self.piece(stops, first.len_utf8());
            return;
        }
        self.unpush_space();
        self.piece("...", end);
        let after = self.rest();
        self.at += after.len() - after.trim_start_matches(is_blank).len();
    }

    /// Single and double marks are the same, except after a figure, where they
    /// may be feet and inches.
    fn mark(&mut self, c: char, mark: char) {
        let rest = self.rest();
        let mut length = c.len_utf8();
        let mut folded = mark;
        if mark == '\'' && !matches!(c, '‹' | '›') {
            let second = rest[length..].chars().next();
            if let Some(second) = second.filter(|second| *second == c) {
                folded = '"';
                length += second.len_utf8();
            }
        }
        let after = &rest[length..];
        let blanks = after.len() - after.trim_start_matches(is_blank).len();
        let follows_space = self.last.is_none_or(|last| matches!(last, ' ' | '('));
        // French puts spaces inside its marks of quotation.
        if matches!(c, '»' | '›') && !after.starts_with(char::is_alphanumeric) {
            self.unpush_space();
        }
        let is_measure = self.last.is_some_and(char::is_numeric);
        self.piece(
            if is_measure && folded == '"' {
                "\""
            } else {
                "'"
            },
            length,
        );
        if matches!(c, '«' | '‹') && follows_space {
            self.at += blanks;
        }
    }

    /// Takes `length` bytes of the text for `folded`.
    fn piece(&mut self, folded: &str, length: usize) {
        let mut chars = folded.chars();
        let last = chars.next_back();
        if folded.len() == length && chars.next().is_none() {
            self.pair(self.at);
        } else {
            self.runs.push(Run {
                key: self.key.len() as u32,
                text: self.at as u32,
                piece: length as u32,
            });
        }
        self.key.extend_from_slice(folded.as_bytes());
        self.last = last;
        self.at += length;
    }

    /// Makes sure that the next bytes are paired one by one from `text` on.
    fn pair(&mut self, text: usize) {
        // Texts are bounded far below 4 GiB when they are captured.
        let (key, text) = (self.key.len() as u32, text as u32);
        let goes_on = self.runs.last().is_some_and(|run| {
            run.piece == 0 && key.wrapping_sub(run.key) == text.wrapping_sub(run.text)
        });
        if !goes_on {
            self.runs.push(Run {
                key,
                text,
                piece: 0,
            });
        }
    }

    fn unpush_space(&mut self) {
        if self.last != Some(' ') {
            return;
        }
        self.key.pop();
        while self
            .runs
            .pop_if(|run| run.key as usize >= self.key.len())
            .is_some()
        {}
        self.last = last_char(&self.key);
    }

    fn seam(&mut self, key: usize, kind: SeamKind, firm: bool) {
        self.seams.push(Seam {
            key: key as u32,
            kind,
            firm,
        });
    }
}

const SPECIAL: u8 = 0;
const PLAIN: u8 = 1;
const SPACE: u8 = 2;
const STOP: u8 = 3;
/// `SS` may be `ß`.
const CAPITAL_S: u8 = 4;

/// After which class which class is plain; `SPECIAL` where it is not. A table
/// costs no wrong guess of the processor at every space.
const NEXT: [[u8; 5]; 5] = [
    [SPECIAL, PLAIN, SPECIAL, SPECIAL, CAPITAL_S],
    [SPECIAL, PLAIN, SPACE, STOP, CAPITAL_S],
    [SPECIAL, PLAIN, SPECIAL, SPECIAL, CAPITAL_S],
    [SPECIAL, PLAIN, SPACE, SPECIAL, CAPITAL_S],
    [SPECIAL, PLAIN, SPACE, STOP, SPECIAL],
];

/// Which bytes are plain: ASCII that folds to itself or its small letter,
/// whatever is around it.
const CLASSES: [u8; 256] = {
    let mut classes = [SPECIAL; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        if !matches!(byte as u8, b'-' | b'\'' | b'"' | b'`') {
            classes[byte] = PLAIN;
        }
        byte += 1;
    }
    classes[b' ' as usize] = SPACE;
    classes[b'\t' as usize] = SPACE;
    classes[b'\n' as usize] = SPACE;
    classes[b'.' as usize] = STOP;
    classes[b'S' as usize] = CAPITAL_S;
    classes
};

const fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// How many bytes of dashes are one dash; a sign at their end is not of them.
fn dash_run(text: &str) -> usize {
    let after = text.trim_start_matches(|c| is_dash(c) || is_dropped(c));
    let run = &text[..text.len() - after.len()];
    let mut back = run.chars().rev().filter(|c| !is_dropped(*c));
    let (Some(last), Some(before)) = (back.next(), back.next()) else {
        return run.len();
    };
    // `—−5`, and `---5` where nobody can tell.
    let is_apart = before != last || back.next().is_some();
    if is_apart && !is_long_dash(last) && opens_figure(after) {
        return run.rfind(last).unwrap_or(run.len());
    }
    run.len()
}

/// Whether a figure starts here, perhaps behind a currency or a point.
fn opens_figure(text: &str) -> bool {
    text.trim_start_matches(['$', '€', '£', '¥', '.', ','])
        .starts_with(char::is_numeric)
}

/// Whether a figure starts here with its point: `.5`.
fn is_point(text: &str) -> bool {
    let after = text
        .strip_prefix('.')
        .map(|after| after.trim_start_matches(is_dropped));
    after.is_some_and(|after| after.starts_with(char::is_numeric))
}

fn last_char(key: &[u8]) -> Option<char> {
    let last = *key.last()?;
    if last.is_ascii() {
        return Some(char::from(last));
    }
    let from = key.len().saturating_sub(4);
    let start = (from..key.len()).rev().find(|at| key[*at] & 0xc0 != 0x80)?;
    std::str::from_utf8(&key[start..]).ok()?.chars().next()
}
