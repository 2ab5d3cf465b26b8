//! How a claim looks in its draft: by its state, by the place of its rating
//! on its scale, and by what somebody should look at.

use crate::desk::drafts::{Draft, has_drifted};
use crate::domain::scale::{Rating, Scale};
use crate::store::drafts::Marked;
use crate::web::pages::view::{RatingMark, state_words};

/// A claim's look, in words and as classes of the style sheet.
pub(super) struct Look {
    /// What the marks beside the words say, in words.
    pub(super) label: String,
    /// The state, and how the rating stands: `published r2`.
    pub(super) class: String,
    /// The number, and a sign for each thing that somebody should look at.
    pub(super) sign: String,
    pub(super) rating: Option<RatingMark>,
    /// Whether the rating is that of a verdict that stands.
    pub(super) stands: bool,
}

impl Look {
    pub(super) fn new(draft: &Draft, marked: &Marked) -> Self {
        let claim = &marked.claim;
        let state = claim.state.as_str();
        let rated = marked.rated.as_ref();
        let rating = rated.map(|rated| rating_mark(&draft.scales, rated.scale, &rated.rating));
        let stands = marked.stands();
        let mut class = state.to_owned();
        let mut label = format!("Claim {}: {}", claim.id, state_words(state));
        let mut sign = claim.id.to_string();
        if let (Some(mark), Some(rated)) = (&rating, rated) {
            let words = if stands { "rated" } else { "once rated" };
            label.push_str(&format!(", {words} {}", mark.label));
            if stands {
                class.push_str(step(mark, &rated.rating));
            }
        }
        let signs = [
            (claim.stale, "stale", "!"),
            (has_drifted(claim), "drifted", "≠"),
            (claim.questions > 0, "open question", "?"),
        ];
        for (_, words, mark) in signs.into_iter().filter(|(is_so, ..)| *is_so) {
            label.push_str(&format!(", {words}"));
            sign.push_str(mark);
        }
        if claim.stale {
            class.push_str(" stale");
        }
        Self {
            label,
            class,
            sign,
            rating,
            stands,
        }
    }
}

/// The mark of a rating on the version of the scale that its verdict used.
pub(super) fn rating_mark(
    scales: &[Scale],
    used: crate::domain::ids::ScaleId,
    rating: &Rating,
) -> RatingMark {
    let scale = scales.iter().find(|scale| scale.id == used);
    RatingMark::new(rating, scale.map_or(&[], |scale| scale.sheet.ratings()))
}

/// The class for a rating's place on its scale, in fifths from the best (1) to
/// the worst (5), whatever the number of its steps; 0 for one that stands
/// outside the order or needs no citation.
fn step(mark: &RatingMark, rating: &Rating) -> &'static str {
    let Some(place) = mark.place.filter(|_| !rating.uncited) else {
        return " r0";
    };
    let steps = mark.of.saturating_sub(1).max(1);
    match (8 * (place - 1) + steps) / (2 * steps) {
        0 => " r1",
        1 => " r2",
        2 => " r3",
        3 => " r4",
        _ => " r5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: Option<usize>, of: usize, uncited: bool, expected: &str) {
        let rating: Rating = serde_json::from_value(serde_json::json!({
            "key": "a", "label": "A", "value": null, "meaning": "What it is.", "uncited": uncited,
        }))
        .expect("a rating");
        let mark = RatingMark {
            label: String::new(),
            place,
            of,
        };
        assert_eq!(step(&mark, &rating).trim(), expected);
    }

    #[test]
    fn a_rating_looks_as_its_place_on_its_scale() {
        for (place, expected) in [(1, "r1"), (2, "r2"), (3, "r3"), (4, "r4"), (5, "r5")] {
            check(Some(place), 5, false, expected);
        }
        check(Some(1), 2, false, "r1");
        check(Some(2), 2, false, "r5");
        check(Some(2), 3, false, "r3");
        check(Some(6), 6, false, "r5");
        check(Some(1), 1, false, "r1");
        check(None, 5, false, "r0");
        check(Some(3), 5, true, "r0");
    }
}
