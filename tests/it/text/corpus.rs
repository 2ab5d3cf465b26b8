//! Made-up texts that read like reports, and what happens to quotes on their
//! way. The same seed gives the same text; the benchmarks use them too.

/// Chance that anybody can repeat: splitmix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const SMALL: &[&str] = &[
    "the", "of", "and", "to", "in", "a", "that", "was", "for", "it", "with", "as", "his", "on",
    "be", "at", "by", "had", "not", "are", "but", "from", "or", "have", "an", "they", "which",
    "one", "were", "all", "their", "there", "been", "many", "some", "so", "it's", "no",
];
const STARTS: &[&str] = &[
    "re", "pro", "con", "de", "in", "ex", "com", "per", "sub", "trans", "pre", "dis", "over",
    "under", "out", "af", "st", "sp", "tr", "gr", "cl", "br", "fl", "ph",
];
const MIDDLES: &[&str] = &[
    "port", "vis", "form", "tract", "duc", "spec", "scrib", "pos", "mit", "vert", "cap", "fer",
    "ffi", "fin", "flo", "ang", "ent", "ill", "ord", "ust", "eav", "oun", "ist", "arm",
];
const ENDS: &[&str] = &[
    "ed", "ing", "ion", "s", "er", "al", "ive", "ment", "ly", "e", "ure", "ance", "y", "or", "ist",
    "ory", "", "able",
];
const NAMES: &[&str] = &[
    "Kabul",
    "Nangarhar",
    "Gen. Votel",
    "Straße",
    "José",
    "U.S.",
    "ISIS-K",
    "Müller",
    "Łódź",
    "Congress",
];
const COMPOUNDS: &[&str] = &[
    "long-term",
    "self-made",
    "co-operate",
    "well-known",
    "20-year",
];

/// A text of about so many bytes: sentences with figures, names, marks and
/// dashes, in lines, paragraphs and pages.
pub(crate) fn report(bytes: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut text = String::with_capacity(bytes + 200);
    let mut line = 0;
    while text.len() < bytes {
        let start = text.len();
        sentence(&mut text, &mut dice);
        line += text.len() - start;
        text.push_str(match dice.below(60) {
            0 => "\u{c}\n",
            1..=6 => "\n\n",
            _ if line > 70 => "\n",
            _ => " ",
        });
        if text.ends_with('\n') {
            line = 0;
        }
    }
    text
}

fn sentence(text: &mut String, dice: &mut Dice) {
    let words = 6 + dice.below(20);
    for at in 0..words {
        if at > 0 {
            text.push_str(match dice.below(40) {
                0 => " — ",
                1 => "—",
                2 => "… ",
                3..=5 => ", ",
                _ => " ",
            });
        }
        let word = match dice.below(100) {
            0..=44 => dice.pick(SMALL).to_owned(),
            45..=49 => (1 + dice.below(2_100)).to_string(),
            50 => format!("−{}", 1 + dice.below(40)),
            51..=53 => dice.pick(NAMES).to_owned(),
            54..=55 => dice.pick(COMPOUNDS).to_owned(),
            56..=57 => format!("“{}”", made_up(dice)),
            58 => format!("{}’s", made_up(dice)),
            _ => made_up(dice),
        };
        text.push_str(&word);
    }
    text.push('.');
}

fn made_up(dice: &mut Dice) -> String {
    // Few words are frequent and most are rare, as in any language.
    let rank = dice.below(1_000) * dice.below(1_000) * dice.below(1_000) / 100_000;
    let mut own = Dice(rank as u64);
    format!(
        "{}{}{}",
        own.pick(STARTS),
        own.pick(MIDDLES),
        own.pick(ENDS)
    )
}

/// A stretch of whole words of about `length` characters: its place in code
/// points, and its words.
pub(crate) fn cut(chars: &[char], length: usize, dice: &mut Dice) -> (usize, String) {
    let is_blank = |at: usize| chars[at].is_whitespace();
    let mut start = dice.below(chars.len() - 2 * length - 200);
    while !is_blank(start) {
        start += 1;
    }
    while is_blank(start) {
        start += 1;
    }
    let mut end = start + length;
    while !is_blank(end) {
        end += 1;
    }
    while is_blank(end - 1) {
        end -= 1;
    }
    (start, chars[start..end].iter().collect())
}

/// Changes so many characters: each is replaced, dropped, or gets a neighbour.
pub(crate) fn damaged(quote: &str, edits: usize, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = quote.chars().collect();
    for _ in 0..edits {
        let at = dice.below(chars.len());
        let letter = char::from(b'a' + dice.below(26) as u8);
        match dice.below(3) {
            0 => chars[at] = letter,
            1 if chars.len() > 1 => drop(chars.remove(at)),
            _ => chars.insert(at, letter),
        }
    }
    chars.into_iter().collect()
}

/// The same words as another program would give them: other marks of
/// quotation, dashes, spaces, ligatures, case, and line ends where words may
/// be divided. No figure, sign or word changes.
pub(crate) fn retyped(quote: &str, dice: &mut Dice) -> String {
    let quote = quote.replace("ffi", dice.pick(&["ffi", "ﬃ"]));
    let quote = quote.replace("fi", dice.pick(&["fi", "ﬁ"]));
    let quote = quote.replace("fl", dice.pick(&["fl", "ﬂ"]));
    let chars: Vec<char> = quote.chars().collect();
    let upper = dice.below(5) == 0;
    let mut typed = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(at + 1);
        let in_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
        match c {
            '“' | '”' => typed.push_str(dice.pick(&["\"", "“", "”", "'", "‘", "„"])),
            '’' => typed.push_str(dice.pick(&["'", "’", "ʼ"])),
            '…' => typed.push_str(dice.pick(&["...", "…", " . . . "])),
            '−' => typed.push_str(dice.pick(&["-", "−", "–"])),
            '—' => {
                let typed_space = typed.trim_end().len();
                typed.truncate(typed_space);
                typed.push_str(dice.pick(&["—", " — ", "--", " -- ", " – "]));
            }
            ' ' if before == Some('—') => {}
            ' ' if before == Some('…') || after == Some(&'…') => typed.push(' '),
            c if c.is_whitespace() => {
                typed.push_str(dice.pick(&[" ", "\n", "\u{a0}", "  ", "\u{2009}"]))
            }
            '-' if in_word(before.as_ref()) && in_word(after) => {
                typed.push_str(dice.pick(&["-", "‑", "-\n", "‐"]));
            }
            c => {
                if upper {
                    typed.extend(c.to_uppercase());
                } else {
                    typed.push(*c);
                }
            }
        }
        let within = in_word(Some(c)) && in_word(after);
        if within && !upper {
            match dice.below(60) {
                0 => typed.push('\u{ad}'),
                1 => typed.push_str("-\n"),
                2 => typed.push('\u{200b}'),
                _ => {}
            }
        }
    }
    typed
}
