//! Describing a place by its words and what stands around them (W3C
//! TextQuoteSelector).

use crate::domain::citation::Passage;
use crate::domain::span::CharSpan;

use super::offset::OffsetIndex;

/// How many code points of context a selector keeps on each side.
pub const CONTEXT: usize = 32;

/// Describes a span of a text; nothing when the text is shorter.
///
/// ```
/// use citekeep::domain::span::CharSpan;
/// use citekeep::text::offset::OffsetIndex;
/// use citekeep::text::selector::describe;
/// let text = "no. yes. no.";
/// let span = CharSpan::new(4, 8).expect("not empty");
/// let passage = describe(text, &OffsetIndex::new(text), span).expect("within");
/// assert_eq!((passage.prefix.as_str(), passage.quote.as_str()), ("no. ", "yes."));
/// ```
pub fn describe(text: &str, index: &OffsetIndex, span: CharSpan) -> Option<Passage> {
    let (prefix, suffix) = around(text, index, span, CONTEXT)?;
    Some(Passage {
        span,
        quote: index.slice(text, span)?.to_owned(),
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
    })
}

/// What stands before and after a span, at most `width` code points a side.
///
/// ```
/// use citekeep::domain::span::CharSpan;
/// use citekeep::text::offset::OffsetIndex;
/// use citekeep::text::selector::around;
/// let text = "no. yes. no.";
/// let span = CharSpan::new(4, 8).expect("not empty");
/// assert_eq!(around(text, &OffsetIndex::new(text), span, 2), Some((". ", " n")));
/// ```
pub fn around<'t>(
    text: &'t str,
    index: &OffsetIndex,
    span: CharSpan,
    width: usize,
) -> Option<(&'t str, &'t str)> {
    let bytes = index.byte_span(text, span)?;
    let (before, after) = (&text[..bytes.start], &text[bytes.end..]);
    let from = before
        .char_indices()
        .rev()
        .take(width)
        .last()
        .map_or(before.len(), |(at, _)| at);
    let to = after
        .char_indices()
        .nth(width)
        .map_or(after.len(), |(at, _)| at);
    Some((&before[from..], &after[..to]))
}
