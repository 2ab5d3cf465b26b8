//! The reading order of a page: column by column where it is set in columns,
//! row by row where it is a table.

use super::lines::{COLUMN_GAP, Line, Piece, lines};

/// Above this many parts a page is a table or a drawing, and is read in rows.
const MOST_PARTS: usize = 2000;
/// How often a part of a page may be cut again.
const DEEPEST: usize = 12;
/// Columns have at least this many lines together.
const FEWEST_LINES: usize = 6;
/// Parts whose base lines are nearer than this, in sizes of type, are one row.
const SAME_ROW: f64 = 0.15;
/// Lines of running text have at least this many glyphs, on average.
const PROSE: usize = 14;

/// Lines that belong together, in the order in which they are read.
pub(super) type Block = Vec<Line>;

/// Orders the parts of lines of one page into blocks.
pub(super) fn order(parts: Vec<Line>) -> Vec<Block> {
    let mut blocks = Vec::new();
    divide(parts, 0, &mut blocks);
    blocks
}

fn divide(mut parts: Vec<Line>, depth: usize, blocks: &mut Vec<Block>) {
    if parts.is_empty() {
        return;
    }
    parts.sort_by(|a, b| a.base.total_cmp(&b.base));
    let cut = if depth < DEEPEST && parts.len() <= MOST_PARTS {
        widest_cut(&parts)
    } else {
        None
    };
    let Some(cut) = cut else {
        blocks.push(rows(parts));
        return;
    };
    let below = parts.split_off(cut.until);
    let inside = parts.split_off(cut.from);
    divide(parts, depth + 1, blocks);
    let (left, right) = inside.into_iter().partition(|part| part.start < cut.gutter);
    divide(left, depth + 1, blocks);
    divide(right, depth + 1, blocks);
    divide(below, depth + 1, blocks);
}

/// Puts the parts that stand on one base line together again.
fn rows(parts: Vec<Line>) -> Block {
    let pieces: Vec<Piece> = parts.into_iter().flat_map(|part| part.pieces).collect();
    lines(pieces)
}

/// A run of parts, `from..until` from the top down, with a white strip that
/// none of them crosses.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cut {
    from: usize,
    until: usize,
    gutter: f64,
}

/// Finds the longest run that a white strip divides into two columns of
/// running text.
fn widest_cut(parts: &[Line]) -> Option<Cut> {
    let long = parts.iter().filter(|part| part.length() >= PROSE).count();
    if long < FEWEST_LINES {
        return None;
    }
    let mut best: Option<Cut> = None;
    let mut from = 0;
    while from < parts.len() {
        let most = best.map_or(0, |cut| cut.until - cut.from);
        if parts.len() - from <= most {
            break;
        }
        // Columns begin with a row; the other parts of one, which a wide table
        // has many of, are not tried.
        let goes_on =
            from > 0 && parts[from].base - parts[from - 1].base < SAME_ROW * parts[from].size;
        if goes_on {
            from += 1;
            continue;
        }
        for cut in cuts_from(parts, from) {
            let length = cut.until - cut.from;
            if length > best.map_or(0, |best| best.until - best.from) && are_columns(parts, cut) {
                best = Some(cut);
            }
        }
        from += 1;
    }
    best
}

/// The white strips that open at a part, each with how far down it reaches.
fn cuts_from(parts: &[Line], from: usize) -> Vec<Cut> {
    let width = COLUMN_GAP * parts[from].size;
    let left = parts
        .iter()
        .map(|part| part.start)
        .fold(f64::INFINITY, f64::min);
    let right = parts
        .iter()
        .map(|part| part.end)
        .fold(f64::NEG_INFINITY, f64::max);
    let mut strips = vec![(left - 1.0, right + 1.0)];
    let mut cuts = Vec::new();
    for (at, part) in parts.iter().enumerate().skip(from) {
        let mut kept = Vec::with_capacity(strips.len() + 1);
        for (open, close) in strips {
            if part.end <= open || part.start >= close {
                kept.push((open, close));
                continue;
            }
            let mut survives = false;
            for (start, end) in [(open, part.start.min(close)), (part.end.max(open), close)] {
                if end - start >= width {
                    kept.push((start, end));
                    survives = true;
                }
            }
            if !survives && at - from >= FEWEST_LINES {
                let gutter = f64::midpoint(open, close);
                cuts.push(Cut {
                    from,
                    until: at,
                    gutter,
                });
            }
        }
        strips = kept;
        if strips.is_empty() {
            return cuts;
        }
    }
    cuts.extend(strips.into_iter().map(|(open, close)| Cut {
        from,
        until: parts.len(),
        gutter: f64::midpoint(open, close),
    }));
    cuts
}

/// Whether a cut divides columns: both sides are running text, or one is and
/// the other stands free of its lines, as the labels of a figure do. The cells
/// of a table are short and stand in rows, and its rows are read across.
fn are_columns(parts: &[Line], cut: Cut) -> bool {
    let (left, right): (Vec<&Line>, Vec<&Line>) = parts[cut.from..cut.until]
        .iter()
        .partition(|part| part.start < cut.gutter);
    match (is_prose(&left), is_prose(&right)) {
        (true, true) => true,
        (true, false) => stands_free(&right, &left),
        (false, true) => stands_free(&left, &right),
        (false, false) => false,
    }
}

fn is_prose(side: &[&Line]) -> bool {
    if side.len() < 2 {
        return false;
    }
    let glyphs: usize = side.iter().map(|line| line.length()).sum();
    let mut widths: Vec<f64> = side.iter().map(|line| line.end - line.start).collect();
    widths.sort_by(f64::total_cmp);
    let wide = widths[widths.len() * 9 / 10];
    let full = widths.iter().filter(|width| **width > 0.6 * wide).count();
    glyphs / side.len() >= PROSE && full * 2 >= side.len()
}

/// Whether nearly all parts of a side stand on no base line of the other side.
/// The line numbers of a transcript go on below its last words and would be
/// half free.
fn stands_free(side: &[&Line], text: &[&Line]) -> bool {
    let free = side.iter().filter(|part| {
        let near = SAME_ROW * part.size;
        let after = text.partition_point(|line| line.base < part.base - near);
        text.get(after)
            .is_none_or(|line| line.base > part.base + near)
    });
    text.len() >= FEWEST_LINES && side.len() >= 2 && free.count() * 4 > side.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(left: f64, base: f64, glyphs: usize) -> Line {
        Line::of(vec![Piece {
            glyphs: vec![0; glyphs],
            start: left,
            end: left + 5.0 * glyphs as f64,
            base,
            size: 10.0,
            spaced: false,
        }])
    }

    /// Two sides of eight lines: the second starts at `right` with lines of so
    /// many glyphs, lowered by so many points.
    fn check(right: (f64, usize, f64), expected: &[usize]) {
        let (start, glyphs, lowered) = right;
        let rows = (0..8).map(|row| 12.0 * f64::from(row));
        let parts =
            rows.flat_map(|base| [part(50.0, base, 40), part(start, base + lowered, glyphs)]);
        let blocks = order(parts.collect());
        let lines: Vec<usize> = blocks.iter().map(Vec::len).collect();
        assert_eq!(lines, expected, "{right:?}");
    }

    #[test]
    fn running_text_is_cut_and_tables_are_not() {
        check((270.0, 40, 0.0), &[8, 8]);
        check((270.0, 5, 0.0), &[8]);
        check((270.0, 5, 6.0), &[8, 8]);
        // Too near to be another column.
        check((256.0, 40, 0.0), &[8]);
    }
}
