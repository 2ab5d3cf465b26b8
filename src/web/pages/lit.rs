//! Texts with cited words lit in them: a window of a text, or a long text in
//! blocks, cut so that nothing but the light is added.

use crate::text::offset::OffsetIndex;

use super::view::PieceLink;
use crate::domain::span::CharSpan;

/// About so many lines make one block of a long text.
const BLOCK_LINES: usize = 40;
/// About so many bytes make one line.
const LINE_BYTES: usize = 75;

/// Words that are lit, in bytes of their text.
pub(super) struct Light {
    start: usize,
    end: usize,
    /// What they are tied to; nothing for the words that the page is about.
    link: Option<PieceLink>,
    /// What the place is called where they begin.
    anchor: Option<String>,
}

impl Light {
    /// The words that the page is about.
    pub(super) fn own(text: &str, index: &OffsetIndex, span: CharSpan) -> Option<Self> {
        Self::new(text, index, (span, None))
    }

    /// Words that are cited for a claim.
    pub(super) fn cited(
        text: &str,
        index: &OffsetIndex,
        (span, link): (CharSpan, PieceLink),
    ) -> Option<Self> {
        Self::new(text, index, (span, Some(link)))
    }

    /// The same words, with a name for the place where they begin.
    pub(super) fn called(self, anchor: String) -> Self {
        Self {
            anchor: Some(anchor),
            ..self
        }
    }

    fn new(
        text: &str,
        index: &OffsetIndex,
        (span, link): (CharSpan, Option<PieceLink>),
    ) -> Option<Self> {
        let bytes = index.byte_span(text, span)?;
        Some(Self {
            start: bytes.start,
            end: bytes.end,
            link,
            anchor: None,
        })
    }

    const fn covers(&self, at: usize) -> bool {
        self.start <= at && at < self.end
    }
}

/// A stretch of a text that is lit in one way, or not at all.
pub(super) struct Stretch {
    text: String,
    pub(super) link: Option<PieceLink>,
    /// Whether it is of the words that the page is about.
    pub(super) own: bool,
    /// The names of the places that begin with it.
    pub(super) anchors: Vec<String>,
}

impl Stretch {
    /// The stretch cut at the ends of pages, which are drawn.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&str, bool)> {
        let parts = self.text.split_inclusive('\u{c}');
        parts.map(|part| (part, part.ends_with('\u{c}')))
    }
}

/// Cuts the bytes `from..to` of a text into stretches. The page's own words
/// are lit before all others; where others overlap, the first one is lit.
pub(super) fn stretches(text: &str, (from, to): (usize, usize), lights: &[Light]) -> Vec<Stretch> {
    let near: Vec<&Light> = lights
        .iter()
        .filter(|light| light.start < to && from < light.end)
        .collect();
    let mut ends: Vec<usize> = near
        .iter()
        .flat_map(|light| [light.start.max(from), light.end.min(to)])
        .chain([from, to])
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut lit_by: Option<usize> = None;
    for pair in ends.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let by = lit(&near, start);
        let anchors: Vec<String> = near
            .iter()
            .filter(|light| light.start == start)
            .filter_map(|light| light.anchor.clone())
            .collect();
        let words = &text[start..end];
        match stretches.last_mut() {
            Some(last) if by == lit_by && anchors.is_empty() => last.text.push_str(words),
            _ => stretches.push(Stretch {
                text: words.to_owned(),
                link: by.and_then(|at| near[at].link.clone()),
                own: by.is_some_and(|at| near[at].link.is_none()),
                anchors,
            }),
        }
        lit_by = by;
    }
    stretches
}

/// By which of the lights a place is lit.
fn lit(lights: &[&Light], at: usize) -> Option<usize> {
    let covering = lights
        .iter()
        .enumerate()
        .filter(|(_, light)| light.covers(at));
    covering
        .min_by_key(|(_, light)| (light.link.is_some(), light.start))
        .map(|(at, _)| at)
}

/// A block of a long text. A browser draws only the blocks that are in sight.
pub(super) struct Block {
    /// The code point at which it begins.
    pub(super) at: u64,
    pub(super) stretches: Vec<Stretch>,
}

/// A whole text in blocks of about the same height, cut between lines.
pub(super) fn blocks(text: &str, lights: &[Light]) -> Vec<Block> {
    let mut at = 0;
    let blocks = cuts(text).into_iter().map(|(from, to)| {
        let block = Block {
            at,
            stretches: stretches(text, (from, to), lights),
        };
        at += text[from..to].chars().count() as u64;
        block
    });
    blocks.collect()
}

/// Where a text is cut into blocks, in bytes.
fn cuts(text: &str) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let (mut from, mut at, mut lines) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        for piece in pieces(line) {
            at += piece.len();
            lines += 1 + piece.len() / LINE_BYTES;
            if lines >= BLOCK_LINES {
                cuts.push((from, at));
                (from, lines) = (at, 0);
            }
        }
    }
    if from < text.len() {
        cuts.push((from, text.len()));
    }
    cuts
}

/// A line as it is; one that is as long as a chapter, cut between words.
fn pieces(line: &str) -> Vec<&str> {
    const LONGEST: usize = 4 * BLOCK_LINES * LINE_BYTES;
    let (mut rest, mut pieces) = (line, Vec::new());
    while rest.len() > LONGEST {
        let end = rest.floor_char_boundary(BLOCK_LINES * LINE_BYTES);
        let end = rest[..end].rfind(' ').map_or(end, |at| at + 1);
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ClaimId;

    fn light(start: usize, end: usize, claim: Option<i64>) -> Light {
        Light {
            start,
            end,
            anchor: claim.map(|claim| claim.to_string()),
            link: claim.map(|claim| PieceLink {
                claim: ClaimId::try_from(claim).expect("a number"),
                label: String::new(),
                class: "supports",
            }),
        }
    }

    /// Own words stand in `«»`, those of claim 7 in `[7:]`, anchors as `#7`.
    fn check(range: (usize, usize), lights: &[Light], expected: &str) {
        let text = "one two three four";
        let drawn: String = stretches(text, range, lights)
            .iter()
            .map(|stretch| {
                let anchors: String = stretch.anchors.iter().map(|id| format!("#{id}")).collect();
                let words = &stretch.text;
                match &stretch.link {
                    _ if stretch.own => format!("{anchors}«{words}»"),
                    Some(link) => format!("{anchors}[{}:{words}]", link.claim),
                    None => format!("{anchors}{words}"),
                }
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn words_are_lit_once_and_the_pages_own_first() {
        check((0, 18), &[], "one two three four");
        check((0, 18), &[light(4, 7, None)], "one «two» three four");
        check((4, 18), &[light(0, 7, None)], "«two» three four");
        check(
            (0, 18),
            &[light(0, 13, Some(7)), light(4, 7, None)],
            "#7[7:one ]«two»[7: three] four",
        );
        check(
            (0, 18),
            &[light(0, 7, Some(7)), light(4, 13, Some(8))],
            "#7[7:one ]#8[7:two][8: three] four",
        );
    }

    #[test]
    fn blocks_together_are_the_text() {
        let lines = "A line of a text.\n".repeat(300);
        let long = "word ".repeat(20_000);
        let spaceless = "é".repeat(50_000);
        for text in ["", "one", &lines, &long, &spaceless] {
            let cuts = cuts(text);
            let whole: String = cuts.iter().map(|(from, to)| &text[*from..*to]).collect();
            assert_eq!(whole, *text);
            let longest = cuts.iter().map(|(from, to)| to - from).max();
            assert!(longest.unwrap_or(0) <= 4 * BLOCK_LINES * LINE_BYTES);
        }
        assert!(
            cuts(&lines)
                .iter()
                .all(|(_, to)| lines[..*to].ends_with('\n'))
        );
    }
}
