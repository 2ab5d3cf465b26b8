//! Turning code points, which files and people count, into bytes, which the
//! program slices, and back.

use crate::domain::span::CharSpan;

/// One mark every so many code points; a conversion walks at most this far.
const STRIDE: u64 = 1_024;

/// A stretch of a text in UTF-8 bytes. It never leaves the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSpan {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A sparse table of one text that makes conversions quick: a 2 MB text needs
/// about 2,000 marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffsetIndex {
    /// Byte position of code point 0, 1,024, 2,048 and so on.
    marks: Vec<usize>,
    chars: u64,
    bytes: usize,
}

impl OffsetIndex {
    /// Walks `text` once.
    ///
    /// ```
    /// use citekeep::text::offset::OffsetIndex;
    /// assert_eq!(OffsetIndex::new("café").chars(), 4);
    /// ```
    pub fn new(text: &str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE as usize + 1);
        let mut chars = 0;
        for (byte, _) in text.char_indices() {
            if chars % STRIDE == 0 {
                marks.push(byte);
            }
            chars += 1;
        }
        Self {
            marks,
            chars,
            bytes: text.len(),
        }
    }

    /// How many code points the text has.
    ///
    /// ```
    /// use citekeep::text::offset::OffsetIndex;
    /// assert_eq!(OffsetIndex::new("").chars(), 0);
    /// ```
    pub const fn chars(&self) -> u64 {
        self.chars
    }

    /// The byte at which a code point starts; the end of the text counts too.
    ///
    /// ```
    /// use citekeep::text::offset::OffsetIndex;
    /// let text = "é!";
    /// let index = OffsetIndex::new(text);
    /// assert_eq!(index.byte_at(text, 1), Some(2));
    /// assert_eq!(index.byte_at(text, 3), None);
    /// ```
    pub fn byte_at(&self, text: &str, char_position: u64) -> Option<usize> {
        if char_position > self.chars || text.len() != self.bytes {
            return None;
        }
        if char_position == self.chars {
            return Some(self.bytes);
        }
        let mark = *self.marks.get((char_position / STRIDE) as usize)?;
        let rest = (char_position % STRIDE) as usize;
        let (step, _) = text[mark..].char_indices().nth(rest)?;
        Some(mark + step)
    }

    /// The code point that starts at a byte; the byte must be a boundary.
    ///
    /// ```
    /// use citekeep::text::offset::OffsetIndex;
    /// let text = "é!";
    /// assert_eq!(OffsetIndex::new(text).char_at(text, 2), Some(1));
    /// ```
    pub fn char_at(&self, text: &str, byte: usize) -> Option<u64> {
        if !text.is_char_boundary(byte) || text.len() != self.bytes {
            return None;
        }
        let stride = self
            .marks
            .partition_point(|mark| *mark <= byte)
            .saturating_sub(1);
        let mark = self.marks.get(stride).copied().unwrap_or(0);
        Some(stride as u64 * STRIDE + text[mark..byte].chars().count() as u64)
    }

    /// The bytes of a span, or nothing when the text is shorter.
    ///
    /// ```
    /// use citekeep::domain::span::CharSpan;
    /// use citekeep::text::offset::{ByteSpan, OffsetIndex};
    /// let text = "é!";
    /// let span = CharSpan::new(1, 2).expect("not empty");
    /// assert_eq!(OffsetIndex::new(text).byte_span(text, span), Some(ByteSpan { start: 2, end: 3 }));
    /// ```
    pub fn byte_span(&self, text: &str, span: CharSpan) -> Option<ByteSpan> {
        Some(ByteSpan {
            start: self.byte_at(text, span.start())?,
            end: self.byte_at(text, span.end())?,
        })
    }

    /// The code points of a byte span; nothing when it is empty or cuts a
    /// character.
    ///
    /// ```
    /// use citekeep::text::offset::{ByteSpan, OffsetIndex};
    /// let text = "é!";
    /// let span = OffsetIndex::new(text).char_span(text, ByteSpan { start: 0, end: 2 });
    /// assert_eq!(span.map(|span| (span.start(), span.end())), Some((0, 1)));
    /// ```
    pub fn char_span(&self, text: &str, span: ByteSpan) -> Option<CharSpan> {
        let start = self.char_at(text, span.start)?;
        CharSpan::new(start, self.char_at(text, span.end)?).ok()
    }

    /// The words of a span, or nothing when the text is shorter.
    ///
    /// ```
    /// use citekeep::domain::span::CharSpan;
    /// use citekeep::text::offset::OffsetIndex;
    /// let text = "no. yes.";
    /// let span = CharSpan::new(4, 8).expect("not empty");
    /// assert_eq!(OffsetIndex::new(text).slice(text, span), Some("yes."));
    /// ```
    pub fn slice<'t>(&self, text: &'t str, span: CharSpan) -> Option<&'t str> {
        let bytes = self.byte_span(text, span)?;
        text.get(bytes.start..bytes.end)
    }
}
