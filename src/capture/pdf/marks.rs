//! Where on a page a quote stands.

use hayro::kurbo::{Point, Rect};
use serde::{Deserialize, Serialize};

use crate::text::fold::Folded;
use crate::text::offset::ByteSpan;

use super::glyphs::{Drawing, Glyph};
use super::reading::{Place, Reading};

/// A part of a quote that goes on over a page's end has at least this many
/// folded bytes on this page.
const SHORTEST_PART: usize = 16;
/// So many bytes may agree by chance where the text of a page ends.
const MOST_CHANCE: usize = 4;
/// A quote has at most this many lines marked.
const MOST_MARKS: usize = 500;

/// A box on a page, in thousandths of the page's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// From the left edge of the page.
    pub left: u16,
    /// From the top edge of the page.
    pub top: u16,
    /// Thousandths of the page's width.
    pub width: u16,
    /// Thousandths of the page's height.
    pub height: u16,
}

/// The boxes around a quote, one a line; none where it is not on the page.
pub(super) fn around(drawing: &Drawing, reading: &Reading, quote: &str) -> Vec<Mark> {
    let Some(span) = span(&reading.text, quote) else {
        return Vec::new();
    };
    // A ligature is one glyph of several bytes: the span may start inside it.
    let places = &reading.places;
    let from = places
        .partition_point(|place| place.byte <= span.start)
        .saturating_sub(1);
    let until = places.partition_point(|place| place.byte < span.end);
    boxes(drawing, places.get(from..until).unwrap_or_default())
}

/// Finds a quote on a page: all of it, or its beginning up to the end of a
/// line, or its end from the start of a line, or the whole page inside it.
/// The page's foot may stand between the end of its text and its own end.
fn span(text: &str, quote: &str) -> Option<ByteSpan> {
    let page = Folded::new(text);
    let (key, quote) = (page.as_str(), Folded::new(quote));
    let quote = quote.as_str().trim();
    if quote.is_empty() {
        return None;
    }
    if let Some(start) = key.find(quote) {
        return page.original(start, start + quote.len());
    }
    let whole = key.trim();
    if whole.len() >= SHORTEST_PART && quote.contains(whole) {
        let start = key.len() - key.trim_start().len();
        return page.original(start, start + whole.len());
    }
    let head = longest(quote, |length| {
        let part = quote.get(..length)?.trim_end();
        key.rfind(part).map(|start| (start, start + part.len()))
    });
    let tail = longest(quote, |length| {
        let part = quote.get(quote.len() - length..)?.trim_start();
        key.find(part).map(|start| (start, start + part.len()))
    });
    let head = head
        .and_then(|(start, end)| page.original(start, end))
        .and_then(|span| up_to_line_end(text, span));
    let tail = tail
        .and_then(|(start, end)| page.original(start, end))
        .and_then(|span| from_line_start(text, span));
    let parts = [head, tail].into_iter().flatten();
    parts.max_by_key(|span| span.end - span.start)
}

/// A beginning that goes on over the page's end stops where a line ends. What
/// agrees by chance behind that is cut off.
fn up_to_line_end(text: &str, span: ByteSpan) -> Option<ByteSpan> {
    let after = text
        .get(span.end..)?
        .trim_start_matches([' ', '-', '\u{ad}']);
    if after.is_empty() || after.starts_with('\n') {
        return Some(span);
    }
    let words = text.get(span.start..span.end)?;
    let end = span.start + words.rfind('\n')?;
    (span.end - end <= MOST_CHANCE && end - span.start >= SHORTEST_PART).then_some(ByteSpan {
        start: span.start,
        end,
    })
}

/// An end that comes over from the page before starts where a line starts.
fn from_line_start(text: &str, span: ByteSpan) -> Option<ByteSpan> {
    let before = text.get(..span.start)?.trim_end_matches(' ');
    if before.is_empty() || before.ends_with('\n') {
        return Some(span);
    }
    let words = text.get(span.start..span.end)?;
    let start = span.start + words.find('\n')? + 1;
    (start - span.start <= MOST_CHANCE && span.end - start >= SHORTEST_PART).then_some(ByteSpan {
        start,
        end: span.end,
    })
}

/// The longest part of a quote that is found. Whoever has a part has every
/// shorter part too, so halving finds it, but for cuts inside a character.
fn longest(quote: &str, find: impl Fn(usize) -> Option<(usize, usize)>) -> Option<(usize, usize)> {
    let (mut found, mut low, mut high) = (None, SHORTEST_PART, quote.len());
    while low <= high {
        let middle = low.midpoint(high);
        match find(middle) {
            Some(place) => {
                found = Some(place);
                low = middle + 1;
            }
            None => high = middle - 1,
        }
    }
    found
}

fn boxes(drawing: &Drawing, places: &[Place]) -> Vec<Mark> {
    places
        .chunk_by(|a, b| a.line == b.line)
        .take(MOST_MARKS)
        .filter_map(|line| {
            let around = line
                .iter()
                .filter_map(|place| drawing.glyphs.get(place.glyph))
                .map(rectangle)
                .reduce(|a, b| a.union(b))?;
            mark(around, drawing.width, drawing.height)
        })
        .collect()
}

/// The box of a glyph: from a little below its base line to the height of a
/// capital.
fn rectangle(glyph: &Glyph) -> Rect {
    let along = glyph.along;
    let down = hayro::kurbo::Vec2::new(-along.y, along.x);
    let corner = |forward: f64, below: f64| -> Point {
        glyph.origin + along * forward + down * (below * glyph.size)
    };
    Rect::from_points(corner(0.0, 0.25), corner(glyph.advance, -0.8))
}

fn mark(around: Rect, width: f64, height: f64) -> Option<Mark> {
    let seen = around.intersect(Rect::new(0.0, 0.0, width, height));
    if seen.is_zero_area() {
        return None;
    }
    let left = thousandths(seen.x0, width);
    let top = thousandths(seen.y0, height);
    Some(Mark {
        left,
        top,
        width: thousandths(seen.x1, width).saturating_sub(left).max(1),
        height: thousandths(seen.y1, height).saturating_sub(top).max(1),
    })
}

fn thousandths(length: f64, whole: f64) -> u16 {
    (length / whole * 1000.0).round().clamp(0.0, 1000.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, quote: &str, expected: Option<&str>) {
        let found = span(page, quote).map(|span| &page[span.start..span.end]);
        assert_eq!(found, expected, "{quote:?} in {page:?}");
    }

    #[test]
    fn quotes_are_found_whole_or_in_part() {
        let page = "The “bridge” was\nopened in 1932\n\n17";
        check(page, "'bridge' was opened", Some("“bridge” was\nopened"));
        check(page, "was closed in 1932", None);
        check(
            page,
            "the \"bridge\" was opened in 1932 and closed",
            Some("The “bridge” was\nopened in 1932"),
        );
        check(page, "the \"bridge\" was opened in 19 hours", None);
        let next = "17\n\nby the queen in May, and\nthen it was closed";
        check(
            next,
            "It was opened by the queen in May",
            Some("by the queen in May"),
        );
        check(next, "was seen by her queen in May, and", None);
        check("no", "", None);
        check(
            "éééééééééééééééé",
            "ééééééééééééééééx",
            Some("éééééééééééééééé"),
        );
    }
}
