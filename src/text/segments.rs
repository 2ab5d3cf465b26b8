//! Cutting a text into the paragraphs that a page draws, and a paragraph into
//! segments where marked stretches begin and end.

use super::offset::ByteSpan;

/// A paragraph longer than this, in bytes, is cut at a space.
const LONGEST: usize = 6_000;

/// A piece of a text over which the same marks lie from its start to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Where it stands, in bytes.
    pub span: ByteSpan,
    /// Which marks lie over it, by their place in the list that was given.
    pub over: Vec<usize>,
}

/// Lists the paragraphs of a text in order, without the blank lines and ends
/// of pages between them. One without end is cut at a space.
///
/// ```
/// use citekeep::text::segments::paragraphs;
/// let text = "One.\n\nTwo\nlines.\n";
/// let found = paragraphs(text);
/// assert_eq!(&text[found[1].start..found[1].end], "Two\nlines.");
/// assert_eq!(found.len(), 2);
/// ```
pub fn paragraphs(text: &str) -> Vec<ByteSpan> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let pages = rest.find('\u{c}').map(|at| (at, 1));
        let lines = rest.find("\n\n").map(|at| (at, 2));
        let (length, gap) = [pages, lines]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or((rest.len(), 0));
        cut(text, start, start + length, &mut found);
        start += length + gap;
    }
    found
}

/// Takes white space off both ends, and cuts what is left where it is too long.
fn cut(text: &str, start: usize, end: usize, found: &mut Vec<ByteSpan>) {
    let words = &text[start..end];
    let mut start = start + (words.len() - words.trim_start().len());
    let end = start + text[start..end].trim_end().len();
    while start < end {
        let limit = text.floor_char_boundary((start + LONGEST).min(end));
        let to = if limit == end {
            end
        } else {
            let space = text[start..limit].rfind(char::is_whitespace);
            space.filter(|at| *at > 0).map_or(limit, |at| start + at)
        };
        found.push(ByteSpan { start, end: to });
        start = to;
    }
}

/// Cuts a stretch of a text wherever one of the marks begins or ends; together
/// the segments are the stretch. Marks may overlap, and reach beyond it.
///
/// ```
/// use citekeep::text::offset::ByteSpan;
/// use citekeep::text::segments::segments;
/// let span = |start, end| ByteSpan { start, end };
/// let cut = segments(span(0, 9), &[span(0, 5), span(3, 20)]);
/// let over: Vec<_> = cut.iter().map(|piece| (piece.span.end, piece.over.as_slice())).collect();
/// assert_eq!(over, [(3, &[0][..]), (5, &[0, 1]), (9, &[1])]);
/// ```
pub fn segments(whole: ByteSpan, marks: &[ByteSpan]) -> Vec<Segment> {
    let inside = |at: &usize| (whole.start..=whole.end).contains(at);
    let ends = marks.iter().flat_map(|mark| [mark.start, mark.end]);
    let mut cuts: Vec<usize> = ends.filter(inside).collect();
    cuts.extend([whole.start, whole.end]);
    cuts.sort_unstable();
    cuts.dedup();
    let pieces = cuts.windows(2).map(|pair| {
        let span = ByteSpan {
            start: pair[0],
            end: pair[1],
        };
        let over = marks.iter().enumerate();
        let over = over.filter(|(_, mark)| mark.start < span.end && span.start < mark.end);
        Segment {
            span,
            over: over.map(|(at, _)| at).collect(),
        }
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paragraphs stand in brackets.
    fn check(text: &str, expected: &str) {
        let mut shown = text.to_owned();
        for span in paragraphs(text).into_iter().rev() {
            shown.insert(span.end, ']');
            shown.insert(span.start, '[');
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn paragraphs_end_at_blank_lines_and_pages() {
        check("", "");
        check("One.", "[One.]");
        check(
            "One.\nTwo.\n\n\n Three. \n",
            "[One.\nTwo.]\n\n\n [Three.] \n",
        );
        check("One.\u{c}Two.", "[One.]\u{c}[Two.]");
        check(" \n\n ", " \n\n ");
    }

    #[test]
    fn a_paragraph_without_end_is_cut() {
        let text = "word ".repeat(3_000);
        let found = paragraphs(&text);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|span| span.end - span.start <= LONGEST));
        let endless = "x".repeat(LONGEST + 1);
        assert_eq!(paragraphs(&endless).len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(marks in proptest::collection::vec((0_usize..30, 1_usize..20), 0..6)) {
            let marks: Vec<ByteSpan> = marks
                .into_iter()
                .map(|(start, length)| ByteSpan { start, end: start + length })
                .collect();
            let whole = ByteSpan { start: 5, end: 25 };
            let cut = segments(whole, &marks);
            let mut at = whole.start;
            for piece in &cut {
                proptest::prop_assert_eq!(piece.span.start, at);
                at = piece.span.end;
                for (which, mark) in marks.iter().enumerate() {
                    let lies = mark.start <= piece.span.start && piece.span.end <= mark.end;
                    proptest::prop_assert_eq!(piece.over.contains(&which), lies);
                }
            }
            proptest::prop_assert_eq!(at, whole.end);
        }
    }
}
