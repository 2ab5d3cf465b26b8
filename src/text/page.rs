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

/// How many pages a text has; one without page ends has one.
///
/// ```
/// assert_eq!(citekeep::text::page::count("one\u{c}two"), 2);
/// ```
pub fn count(text: &str) -> usize {
    1 + memchr::memchr_iter(0x0c, text.as_bytes()).count()
}

/// The page of a number from 1, in bytes; nothing past the last.
///
/// ```
/// let page = citekeep::text::page::span("one\u{c}two", 2).expect("two pages");
/// assert_eq!((page.start, page.end), (4, 7));
/// assert_eq!(citekeep::text::page::span("one", 2), None);
/// ```
pub fn span(text: &str, page: u32) -> Option<ByteSpan> {
    let before = page.checked_sub(1)? as usize;
    let start = match before.checked_sub(1) {
        None => 0,
        Some(ends) => memchr::memchr_iter(0x0c, text.as_bytes()).nth(ends)? + 1,
    };
    let length = memchr::memchr(0x0c, text.as_bytes().get(start..)?);
    Some(ByteSpan {
        start,
        end: length.map_or(text.len(), |length| start + length),
    })
}
