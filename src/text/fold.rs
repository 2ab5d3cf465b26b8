//! Folding: what a typist, a browser or a PDF does to words without changing
//! them. The folded text remembers where each of its bytes came from.

use super::offset::ByteSpan;

/// What to do with a hyphen at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEndHyphen {
    /// `govern-⏎ment` is `government`.
    Joined,
    /// `long-⏎term` is `long-term`.
    Kept,
}

/// A folded text with the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each byte of `text`, where its character starts and ends in the
    /// original.
    from: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds white space, quotation marks, dashes, ligatures, ellipses, case
    /// and line-end hyphens; drops soft hyphens and characters without width.
    ///
    /// ```
    /// use citekeep::text::fold::{Folded, LineEndHyphen};
    /// let folded = Folded::new("“13\u{a0}U.S.\n troops”", LineEndHyphen::Kept);
    /// assert_eq!(folded.as_str(), "\"13 u.s. troops\"");
    /// ```
    pub fn new(text: &str, hyphen: LineEndHyphen) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            from: Vec::with_capacity(text.len()),
        };
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let end = at + c.len_utf8();
            if is_dropped(c) {
                continue;
            }
            if is_dash(c)
                && let Some(skip) = line_end(&text[end..])
            {
                // The line end goes either way; only the hyphen's fate differs.
                while chars.peek().is_some_and(|(next, _)| *next < end + skip) {
                    chars.next();
                }
                if hyphen == LineEndHyphen::Kept {
                    folded.push('-', (at, end));
                }
                continue;
            }
            if c.is_whitespace() {
                if !folded.text.ends_with(' ') {
                    folded.push(' ', (at, end));
                }
                continue;
            }
            folded.push_folded(c, (at, end));
        }
        folded
    }

    /// The folded text.
    ///
    /// ```
    /// use citekeep::text::fold::{Folded, LineEndHyphen};
    /// assert_eq!(Folded::new("ﬁne", LineEndHyphen::Joined).as_str(), "fine");
    /// ```
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where folded bytes came from.
    ///
    /// ```
    /// use citekeep::text::fold::{Folded, LineEndHyphen};
    /// let folded = Folded::new("“no”", LineEndHyphen::Joined);
    /// let span = folded.original(1, 3).expect("within");
    /// assert_eq!((span.start, span.end), (3, 5));
    /// ```
    pub fn original(&self, start: usize, end: usize) -> Option<ByteSpan> {
        let first = self.from.get(start)?;
        let last = self.from.get(end.checked_sub(1)?)?;
        Some(ByteSpan {
            start: first.0 as usize,
            end: last.1 as usize,
        })
    }

    fn push_folded(&mut self, c: char, from: (usize, usize)) {
        match c {
            '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' => self.push('\'', from),
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => self.push('"', from),
            '…' => (0..3).for_each(|_| self.push('.', from)),
            'ﬀ' => "ff".chars().for_each(|c| self.push(c, from)),
            'ﬁ' => "fi".chars().for_each(|c| self.push(c, from)),
            'ﬂ' => "fl".chars().for_each(|c| self.push(c, from)),
            'ﬃ' => "ffi".chars().for_each(|c| self.push(c, from)),
            'ﬄ' => "ffl".chars().for_each(|c| self.push(c, from)),
            'ﬅ' | 'ﬆ' => "st".chars().for_each(|c| self.push(c, from)),
            c if is_dash(c) => self.push('-', from),
            c => c.to_lowercase().for_each(|c| self.push(c, from)),
        }
    }

    fn push(&mut self, c: char, (start, end): (usize, usize)) {
        self.text.push(c);
        // Texts are bounded far below 4 GiB when they are captured.
        let from = (start as u32, end as u32);
        self.from.extend(std::iter::repeat_n(from, c.len_utf8()));
    }
}

const fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−')
}

/// How many bytes of line end follow a hyphen that ends its line within a
/// word.
fn line_end(rest: &str) -> Option<usize> {
    let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let after = rest[spaces..].strip_prefix('\n')?;
    let indent = after.len() - after.trim_start_matches([' ', '\t']).len();
    let word = after[indent..].chars().next()?;
    word.is_alphabetic().then_some(spaces + 1 + indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hyphen: LineEndHyphen, expected: &str) {
        assert_eq!(Folded::new(text, hyphen).as_str(), expected, "{text:?}");
    }

    #[test]
    fn typography_is_folded_and_words_are_not() {
        let kept = LineEndHyphen::Kept;
        check("ISIS\u{2011}K’s \u{a0}\n\nmen", kept, "isis-k's men");
        check("govern\u{ad}ment", kept, "government");
        check("govern-\nment", LineEndHyphen::Joined, "government");
        check("long-\n  term", kept, "long-term");
        check("1914-\n1918", LineEndHyphen::Joined, "1914- 1918");
        check("18 attacks", kept, "18 attacks");
        check("not 19", kept, "not 19");
        check("page\u{c}break", kept, "page break");
    }

    proptest::proptest! {
        #[test]
        fn every_folded_byte_has_an_origin(text in ".{0,80}") {
            let folded = Folded::new(&text, LineEndHyphen::Joined);
            proptest::prop_assert_eq!(folded.from.len(), folded.text.len());
            for (start, end) in &folded.from {
                proptest::prop_assert!(text.get(*start as usize..*end as usize).is_some());
            }
        }
    }
}
