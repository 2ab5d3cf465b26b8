//! What single characters are to folding: which are dashes, marks of quotation
//! or nothing at all, and what a letter becomes.

/// What is dropped wherever it stands: soft hyphens, characters without width,
/// marks of direction and of variation. Overrides of direction stay, because
/// they change what a reader sees.
pub(super) const fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// White space, or what is dropped.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_dropped(c)
}

/// Every kind of hyphen, dash and minus sign.
pub(super) const fn is_dash(c: char) -> bool {
    is_hyphen(c)
        || matches!(
            c,
            '‒' | '–' | '—' | '―' | '−' | '⸺' | '⸻' | '﹘' | '﹣' | '－'
        )
}

/// What may divide a word at the end of a line.
pub(super) const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑')
}

/// Dashes that are never a minus sign.
pub(super) const fn is_long_dash(c: char) -> bool {
    matches!(c, '—' | '―' | '⸺' | '⸻' | '﹘')
}

/// How many full stops a character is.
pub(super) const fn dots(c: char) -> usize {
    match c {
        '.' => 1,
        '‥' => 2,
        '…' => 3,
        _ => 0,
    }
}

/// Marks of quotation, apostrophes and primes: `'` for single ones, `"` for
/// double ones.
pub(super) const fn quotation_mark(c: char) -> Option<char> {
    match c {
        '\'' | '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' | '‹' | '›' | '＇' => {
            Some('\'')
        }
        '"' | '“' | '”' | '„' | '‟' | '″' | '«' | '»' | '〝' | '〞' | '〟' | '＂' => {
            Some('"')
        }
        _ => None,
    }
}

/// What one character stands for when letters are printed together.
pub(super) const fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        'Ĳ' | 'ĳ' => "ij",
        'ß' | 'ẞ' => "ss",
        _ => return None,
    })
}

/// The small, plain form of a letter. Superscripts and fractions stay what
/// they are: 10² is not 102.
pub(super) fn small(c: char) -> char {
    match narrow(c) {
        'ς' => 'σ',
        'ſ' => 's',
        'İ' => 'i',
        'µ' => 'μ',
        c => {
            let mut small = c.to_lowercase();
            match (small.next(), small.next()) {
                (Some(small), None) => small,
                _ => c,
            }
        }
    }
}

/// Whether a character outside ASCII surely folds to itself: small letters of
/// alphabets, and the scripts without case that fill whole texts.
pub(super) const fn stays(c: char) -> bool {
    matches!(
        c,
        'à'..='ö' | 'ø'..='ÿ'
            | 'α'..='ρ' | 'σ'..='ώ'
            | 'а'..='џ'
            | '\u{5d0}'..='\u{5ea}'
            | '\u{620}'..='\u{64a}'
            | '\u{904}'..='\u{939}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
    )
}

/// The usual form of a full-width letter, figure or mark.
const fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(c as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => c,
        },
        c => c,
    }
}

/// Whether a character belongs to a word in a script that puts spaces between
/// words; in others any place may be the border of a word.
pub(super) fn is_of_word(c: char) -> bool {
    let spaced =
        (c as u32) < 0x0e00 || matches!(c, '\u{1e00}'..='\u{1fff}' | '\u{fb00}'..='\u{fb06}');
    c.is_numeric() || (spaced && c.is_alphabetic())
}
