//! From a page's glyphs to its text, with the way back from each character
//! to the glyph that it comes from.

use hayro::kurbo::Vec2;

use super::columns::{self, Block};
use super::glyphs::Glyph;
use super::lines::{Line, Piece, divided, lines, pieces, segments};
use super::right_to_left;

/// Writing that runs in more ways than this on one page is a drawing; the
/// rest is read as it was drawn.
const MOST_WAYS: usize = 24;
/// Ways of writing closer than this, as a cosine, are one: about 3 degrees.
const SAME_WAY: f64 = 0.9986;

/// The text of a page as it is read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) text: String,
    /// For each glyph in the text: the byte at which its characters start,
    /// which glyph it is, and the number of its line.
    pub(super) places: Vec<Place>,
}

/// Where in the text a glyph stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) byte: usize,
    pub(super) glyph: usize,
    pub(super) line: usize,
}

/// Reads a page: the writing that most of it runs in first, turned writing
/// behind it.
pub(super) fn read(glyphs: &[Glyph]) -> Reading {
    let mut reading = Reading::default();
    let mut line_number = 0;
    for (along, chosen) in ways(glyphs) {
        let whole = lines(pieces(glyphs, &chosen, along));
        let parts: Vec<Line> = whole.into_iter().flat_map(segments).collect();
        for block in columns::order(parts) {
            write_block(glyphs, &block, &mut reading, &mut line_number);
        }
    }
    reading
}

/// The glyphs by the way in which they are written, most first.
fn ways(glyphs: &[Glyph]) -> Vec<(Vec2, Vec<usize>)> {
    let mut ways: Vec<(Vec2, Vec<usize>)> = Vec::new();
    for (index, glyph) in glyphs.iter().enumerate() {
        let known = ways
            .iter()
            .position(|(along, _)| along.dot(glyph.along) > SAME_WAY);
        match known {
            Some(at) => ways[at].1.push(index),
            None if ways.len() < MOST_WAYS => ways.push((glyph.along, vec![index])),
            None => ways[MOST_WAYS - 1].1.push(index),
        }
    }
    ways.sort_by_key(|(_, chosen)| std::cmp::Reverse(chosen.len()));
    ways
}

fn write_block(glyphs: &[Glyph], block: &Block, reading: &mut Reading, line_number: &mut usize) {
    let mut before: Option<&Line> = None;
    for line in block {
        if !reading.text.is_empty() {
            reading.text.push('\n');
            if before.is_none_or(|before| line.base - before.base > 1.7 * before.size) {
                reading.text.push('\n');
            }
        }
        write_line(glyphs, &line.pieces, reading, *line_number);
        *line_number += 1;
        before = Some(line);
    }
}

fn write_line(glyphs: &[Glyph], row: &[Piece], reading: &mut Reading, line: usize) {
    let mut words: Vec<Vec<usize>> = Vec::new();
    let mut before: Option<&Piece> = None;
    for piece in row {
        match words.last_mut() {
            Some(word) if before.is_some_and(|before| !divided(before, piece)) => {
                word.extend(&piece.glyphs);
            }
            _ => words.push(piece.glyphs.clone()),
        }
        before = Some(piece);
    }
    right_to_left::put_in_order(glyphs, &mut words);
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            reading.text.push(' ');
        }
        for &glyph in word {
            reading.places.push(Place {
                byte: reading.text.len(),
                glyph,
                line,
            });
            reading.text.push_str(&glyphs[glyph].text);
        }
    }
}
