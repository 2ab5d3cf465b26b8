//! From glyphs to words and lines: what stands on one base line, and where
//! the gaps are wide enough for a space.
//!
//! Everything here is measured along the line (`start`, `end`) and across it
//! (`base`, growing from line to line), so that turned text is read as well.

use super::glyphs::Glyph;

/// A gap of this many type sizes divides two words.
const WORD_GAP: f64 = 0.1;
/// A gap of this many type sizes divides two words where a space was drawn; a
/// space that was taken back by moving left divides nothing.
const SPACE_GAP: f64 = 0.03;
/// A gap of this many type sizes may divide two columns.
pub(super) const COLUMN_GAP: f64 = 0.8;

/// Glyphs that follow each other without a gap.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// Which glyphs of the page, in the order of the line.
    pub(super) glyphs: Vec<usize>,
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    /// A space was drawn before it.
    pub(super) spaced: bool,
}

/// A part of a line, or all of it, in the order in which it is read.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) base: f64,
    pub(super) size: f64,
}

impl Line {
    /// A line of these pieces; their largest type gives its base and size.
    pub(super) fn of(pieces: Vec<Piece>) -> Self {
        let mut line = Self {
            start: f64::INFINITY,
            end: f64::NEG_INFINITY,
            base: 0.0,
            size: 0.0,
            pieces,
        };
        for piece in &line.pieces {
            line.start = line.start.min(piece.start);
            line.end = line.end.max(piece.end);
            if piece.size > line.size {
                line.size = piece.size;
                line.base = piece.base;
            }
        }
        line
    }

    /// How many glyphs it has.
    pub(super) fn length(&self) -> usize {
        self.pieces.iter().map(|piece| piece.glyphs.len()).sum()
    }
}

/// The place of a glyph along and across the writing of `along`.
pub(super) fn place(glyph: &Glyph, along: hayro::kurbo::Vec2) -> (f64, f64) {
    let at = glyph.origin.to_vec2();
    (at.dot(along), along.cross(at))
}

/// Joins the glyphs that were drawn one behind the other.
pub(super) fn pieces(glyphs: &[Glyph], chosen: &[usize], along: hayro::kurbo::Vec2) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    let mut spaced = false;
    for &index in chosen {
        let glyph = &glyphs[index];
        let (start, base) = place(glyph, along);
        if glyph.text.trim().is_empty() {
            open = false;
            spaced = true;
            continue;
        }
        let end = start + glyph.advance;
        if let Some(last) = pieces.last_mut().filter(|_| open) {
            let gap = start - last.end;
            let follows = (base - last.base).abs() < 0.05 * last.size
                && (glyph.size - last.size).abs() < 0.05 * last.size
                && gap > -WORD_GAP * last.size
                && gap < WORD_GAP * last.size;
            if follows {
                last.glyphs.push(index);
                last.end = last.end.max(end);
                continue;
            }
        }
        pieces.push(Piece {
            glyphs: vec![index],
            start,
            end,
            base,
            size: glyph.size,
            spaced,
        });
        open = true;
        spaced = false;
    }
    pieces
}

/// Puts what stands on one base line together, from the top down. Raised and
/// lowered small type belongs to the line that it is raised from.
pub(super) fn lines(mut pieces: Vec<Piece>) -> Vec<Line> {
    pieces.sort_by(|a, b| {
        let larger = b.size.total_cmp(&a.size);
        larger
            .then(a.base.total_cmp(&b.base))
            .then(a.start.total_cmp(&b.start))
    });
    let mut rows: Vec<(f64, f64, Vec<Piece>)> = Vec::new();
    for piece in pieces {
        let after = rows.partition_point(|row| row.0 < piece.base);
        let nearest = [after.checked_sub(1), Some(after)]
            .into_iter()
            .flatten()
            .filter(|&at| at < rows.len())
            .min_by(|&a, &b| {
                let apart = |at: usize| (rows[at].0 - piece.base).abs();
                apart(a).total_cmp(&apart(b))
            });
        if let Some(at) = nearest
            && belongs(&rows[at], &piece)
        {
            rows[at].2.push(piece);
        } else {
            rows.insert(after, (piece.base, piece.size, vec![piece]));
        }
    }
    rows.into_iter()
        .map(|(_, _, mut row)| {
            row.sort_by(|a, b| a.start.total_cmp(&b.start));
            Line::of(row)
        })
        .collect()
}

/// Whether a piece belongs to a row of this base line and type size. What is
/// raised or lowered stands close beside a piece of the row and not over it:
/// two small lines beside a large word are no part of its line.
fn belongs((base, size, row): &(f64, f64, Vec<Piece>), piece: &Piece) -> bool {
    let apart = (base - piece.base).abs();
    if apart < 0.2 * piece.size {
        return true;
    }
    if apart >= (0.45 * size).min(0.65 * piece.size) {
        return false;
    }
    let near = 0.3 * piece.size;
    row.iter().any(|other| {
        let overlap = other.end.min(piece.end) - other.start.max(piece.start);
        (-near..near).contains(&overlap)
    })
}

/// Cuts a line where its gaps may divide columns.
pub(super) fn segments(line: Line) -> Vec<Line> {
    let mut parts: Vec<Vec<Piece>> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for piece in line.pieces {
        let wide = piece.start - end > COLUMN_GAP * piece.size.max(1.0);
        end = end.max(piece.end);
        match parts.last_mut().filter(|_| !wide) {
            Some(part) => part.push(piece),
            None => parts.push(vec![piece]),
        }
    }
    parts.into_iter().map(Line::of).collect()
}

/// Whether a space stands between two pieces of a line.
pub(super) fn divided(left: &Piece, right: &Piece) -> bool {
    let gap = right.start - left.end;
    let size = left.size.min(right.size);
    gap >= WORD_GAP * size || (right.spaced && gap >= SPACE_GAP * size)
}
