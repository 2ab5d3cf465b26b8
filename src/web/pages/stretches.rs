//! A long text in stretches. Laying out two megabytes takes a browser half a
//! second; of blocks it lays out only those in sight.

use super::view::Piece;

/// Gathers pieces into stretches of at least so many bytes, each of which ends
/// with a line, so that a block of its own looks as if there were none.
pub(super) fn stretches(pieces: Vec<Piece>, least: usize) -> Vec<Vec<Piece>> {
    let (mut all, mut now, mut length) = (Vec::new(), Vec::new(), 0);
    for Piece { text, link } in pieces {
        let mut rest = text.as_str();
        while link.is_none() {
            let from = rest.floor_char_boundary(least.saturating_sub(length));
            let Some(end) = rest[from..].find('\n').map(|at| from + at + 1) else {
                break;
            };
            now.push(Piece {
                text: rest[..end].to_owned(),
                link: None,
            });
            all.push(std::mem::take(&mut now));
            (rest, length) = (&rest[end..], 0);
        }
        length += rest.len();
        if !rest.is_empty() {
            now.push(Piece {
                text: rest.to_owned(),
                link,
            });
        }
    }
    if !now.is_empty() {
        all.push(now);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ClaimId;
    use crate::web::pages::view::PieceLink;

    /// Lit words stand in brackets; stretches are set apart by bars.
    fn check(text: &str, least: usize, expected: &str) {
        let pieces = text.split_inclusive(']').flat_map(|part| {
            let (plain, lit) = part.split_once('[').unwrap_or((part, ""));
            let link = PieceLink {
                claim: ClaimId::new(1).expect("a number"),
                label: String::new(),
                class: "supports",
            };
            let lit = lit.trim_end_matches(']');
            let lit = (!lit.is_empty()).then(|| Piece {
                text: lit.to_owned(),
                link: Some(link),
            });
            let plain = Piece {
                text: plain.to_owned(),
                link: None,
            };
            std::iter::once(plain).chain(lit)
        });
        let found = stretches(pieces.collect(), least);
        let drawn = found.iter().map(|stretch| {
            let piece = |piece: &Piece| match piece.link {
                Some(_) => format!("[{}]", piece.text),
                None => piece.text.clone(),
            };
            stretch.iter().map(piece).collect::<String>()
        });
        assert_eq!(drawn.collect::<Vec<_>>().join("|"), expected);
    }

    #[test]
    fn a_stretch_ends_with_a_line_and_never_within_lit_words() {
        check("", 4, "");
        check("one", 4, "one");
        check("one\ntwo\n", 3, "one\n|two\n");
        check("one\ntwo\n", 4, "one\ntwo\n");
        check("one\ntwo\nthree", 4, "one\ntwo\n|three");
        check("a[one\ntwo]b\nc\n", 2, "a[one\ntwo]b\n|c\n");
        check("ää\nää\n", 1, "ää\n|ää\n");
        check("\n\n\n", 0, "\n|\n|\n");
    }
}
