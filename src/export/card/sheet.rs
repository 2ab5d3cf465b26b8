//! One page of PDF with rectangles and lines of words.

use std::fmt::Write as _;

use super::widths;

/// Red, green and blue.
#[derive(Clone, Copy)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

/// A font that every PDF reader has.
#[derive(Clone, Copy)]
pub(super) struct Face {
    name: &'static str,
    widths: &'static [u16; 224],
}

pub(super) const SERIF: Face = Face {
    name: "F1",
    widths: &widths::SERIF,
};
pub(super) const BOLD: Face = Face {
    name: "F2",
    widths: &widths::SERIF_BOLD,
};
pub(super) const SANS: Face = Face {
    name: "F3",
    widths: &widths::SANS,
};

/// The fonts as the page calls them.
const FONTS: [(&str, &str); 3] = [
    ("F1", "Times-Roman"),
    ("F2", "Times-Bold"),
    ("F3", "Helvetica"),
];

/// The letters of Windows-1252 from 0x80 to 0x9f that are not those of
/// Unicode.
const WINDOWS: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

/// A letter's code; nothing where it has none. Spaces of every width, marks of
/// direction and joiners are written as a plain space or not at all.
fn code(letter: char) -> Option<u8> {
    match letter {
        ' '..='~' | '\u{a1}'..='\u{ff}' => u8::try_from(u32::from(letter)).ok(),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => Some(b' '),
        '\u{2010}' | '\u{2011}' => Some(b'-'),
        '\u{2212}' => Some(0x96),
        _ => {
            let found = WINDOWS.iter().find(|(other, _)| *other == letter);
            found.map(|(_, code)| *code)
        }
    }
}

/// Characters that leave no mark.
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn codes(words: &str) -> impl Iterator<Item = u8> + '_ {
    words
        .chars()
        .filter(|letter| !is_unseen(*letter))
        .filter_map(code)
}

impl Face {
    fn advance(self, code: u8) -> u16 {
        let at = usize::from(code).checked_sub(32);
        at.and_then(|at| self.widths.get(at)).copied().unwrap_or(0)
    }

    /// Whether the font has every letter of the words.
    pub(super) fn has(self, words: &str) -> bool {
        let mut letters = words.chars().filter(|letter| !is_unseen(*letter));
        letters.all(|letter| code(letter).is_some_and(|code| self.advance(code) > 0))
    }

    /// How wide the words are in points.
    pub(super) fn width(self, words: &str, size: f32) -> f32 {
        let sum: u32 = codes(words).map(|code| u32::from(self.advance(code))).sum();
        sum as f32 * size / 1_000.0
    }

    /// Breaks words into lines; a word that is longer than a line is cut.
    pub(super) fn lines(self, words: &str, size: f32, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in words.split_whitespace() {
            let word = self.cut(word, size, room);
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}"), size) <= room => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word),
            }
        }
        lines
    }

    /// The words, or their beginning with an ellipsis where they are wider
    /// than there is room.
    pub(super) fn cut(self, words: &str, size: f32, room: f32) -> String {
        if self.width(words, size) <= room {
            return words.to_owned();
        }
        let mut kept = words.trim_end_matches([' ', '…']).to_owned();
        while !kept.is_empty() && self.width(&kept, size) + self.width("…", size) > room {
            kept.pop();
        }
        format!("{}…", kept.trim_end())
    }
}

/// A page under construction; distances in points from the lower left.
pub(super) struct Sheet {
    size: (u32, u32),
    content: String,
}

impl Sheet {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self {
            size: (width, height),
            content: String::new(),
        }
    }

    /// Fills a rectangle.
    pub(super) fn fill(&mut self, colour: Colour, at: (f32, f32), size: (f32, f32)) {
        self.put(&format!("{} rg {} f\n", shade(colour), rectangle(at, size)));
    }

    /// Draws the edge of a rectangle.
    pub(super) fn outline(&mut self, colour: Colour, at: (f32, f32), size: (f32, f32)) {
        self.put(&format!(
            "2 w {} RG {} S\n",
            shade(colour),
            rectangle(at, size)
        ));
    }

    /// Writes a line of words from a place on its base line.
    pub(super) fn line(
        &mut self,
        (face, size): (Face, f32),
        colour: Colour,
        (x, y): (f32, f32),
        words: &str,
    ) {
        let mut hex = String::new();
        for code in codes(words) {
            // Writing to memory cannot fail.
            let _ = write!(hex, "{code:02x}");
        }
        self.put(&format!(
            "BT /{} {size} Tf {} rg 1 0 0 1 {x:.2} {y:.2} Tm <{hex}> Tj ET\n",
            face.name,
            shade(colour),
        ));
    }

    fn put(&mut self, operators: &str) {
        self.content.push_str(operators);
    }

    /// Writes the file.
    pub(super) fn bytes(self) -> Vec<u8> {
        let (width, height) = self.size;
        let fonts: String = FONTS
            .iter()
            .map(|(name, font)| {
                format!(
                    "/{name} << /Type /Font /Subtype /Type1 /BaseFont /{font} \
                     /Encoding /WinAnsiEncoding >> "
                )
            })
            .collect();
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>".to_owned(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 {width} {height} ] \
                 /Contents 4 0 R /Resources << /Font << {fonts}>> >> >>"
            ),
            format!(
                "<< /Length {} >>\nstream\n{}\nendstream",
                self.content.len(),
                self.content
            ),
        ];
        file(&objects)
    }
}

fn shade(Colour(red, green, blue): Colour) -> String {
    let part = |part: u8| f32::from(part) / 255.0;
    format!("{:.3} {:.3} {:.3}", part(red), part(green), part(blue))
}

fn rectangle((x, y): (f32, f32), (width, height): (f32, f32)) -> String {
    format!("{x:.2} {y:.2} {width:.2} {height:.2} re")
}

/// The objects as a file, with the table of where each begins.
fn file(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let start = file.len();
    let size = objects.len() + 1;
    let _ = write!(
        file,
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_wide_as_their_letters() {
        assert_eq!(SANS.width("ab", 1_000.0), 1_112.0);
        assert_eq!(SANS.width("", 20.0), 0.0);
        assert_eq!(SERIF.width("“", 1_000.0), 444.0);
    }

    #[test]
    fn lines_are_as_long_as_there_is_room() {
        let lines = SANS.lines("one two three four", 10.0, 50.0);
        assert_eq!(lines, ["one two", "three four"]);
        let lines = SANS.lines("incomprehensibilities", 10.0, 50.0);
        assert_eq!(lines, ["incompr…"]);
    }

    #[test]
    fn a_font_knows_which_letters_it_lacks() {
        for words in ["Plain", "Żółw", "größer – “so”", "20\u{a0}€", "a\u{200e}b"] {
            assert_eq!(SERIF.has(words), words != "Żółw", "{words}");
        }
        assert!(!SANS.has("پل") && !SANS.has("x²"));
    }
}
