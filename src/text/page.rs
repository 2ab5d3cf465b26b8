//! Page numbers, for texts whose pages are divided by U+000C.

use crate::domain::citation::Pages;

use super::offset::ByteSpan;

/// The first and last page that a stretch touches, counted from 1; nothing for
/// a text without pages.
///
/// ```
/// use citekeep::text::offset::ByteSpan;
/// use citekeep::text::page::pages_of;
/// let pages = pages_of("one\u{c}two", ByteSpan { start: 2, end: 6 });
/// assert_eq!(pages.map(|pages| (pages.first, pages.last)), Some((1, 2)));
/// assert_eq!(pages_of("one", ByteSpan { start: 0, end: 3 }), None);
/// ```
pub fn pages_of(text: &str, span: ByteSpan) -> Option<Pages> {
    memchr::memchr(0x0c, text.as_bytes())?;
    let count = |bytes: &[u8]| memchr::memchr_iter(0x0c, bytes).count() as u32;
    let first = 1 + count(text.as_bytes().get(..span.start)?);
    let last = first + count(text.as_bytes().get(span.start..span.end)?);
    Some(Pages { first, last })
}
