//! What the style guide draws of the editors' room: the thread of a claim, its
//! card in the margin of a draft, the palette's choices and the share card.

use crate::domain::ids::{CitationId, ClaimId, RemarkId};
use crate::export::card::Card;
use crate::web::pages::articles::Slip;
use crate::web::pages::claims::{RemarkView, Strand};
use crate::web::pages::view::RatingMark;

use super::samples::{ARABIC, HEBREW, LONG_WORD, moment};

fn remark(id: i64, who: &str, words: &str) -> Option<RemarkView> {
    Some(RemarkView {
        id: RemarkId::new(id).ok()?,
        is_question: false,
        is_open: false,
        words: words.to_owned(),
        who: who.to_owned(),
        at: moment()?,
        settled: None,
        citation: None,
    })
}

/// An open question with its answer, one that is settled, and notes.
pub(super) fn strands() -> Option<Vec<Strand>> {
    let alone = |first| Strand {
        first,
        answers: Vec::new(),
    };
    let open = RemarkView {
        is_question: true,
        is_open: true,
        citation: CitationId::new(1).ok(),
        ..remark(1, "Ada Example", "Is there a second origin for the date?")?
    };
    let settled = RemarkView {
        is_question: true,
        settled: Some(("Ben Example".to_owned(), moment()?)),
        ..remark(3, "Ada Example", "Was the length measured or taken over?")?
    };
    Some(vec![
        Strand {
            first: open,
            answers: vec![remark(2, "Ben Example", "I wrote to the city’s archive.")?],
        },
        alone(settled),
        alone(remark(4, "Cleo Example", ARABIC)?),
        alone(remark(5, "Cleo Example", &LONG_WORD.repeat(3))?),
    ])
}

fn slip(id: i64, class: &str, state: &'static str, statement: &str) -> Option<Slip> {
    Some(Slip {
        claim: ClaimId::new(id).ok()?,
        class: class.to_owned(),
        statement: statement.to_owned(),
        state,
        rating: None,
        stands: false,
        stale: false,
        drifted: None,
        questions: 0,
        dissents: 0,
        assignee: None,
        due: None,
    })
}

fn rated(label: &str, place: usize) -> Option<RatingMark> {
    Some(RatingMark {
        label: label.to_owned(),
        place: Some(place),
        of: 5,
    })
}

/// A card in the margin in every state, and what else it can say.
pub(super) fn slips() -> Option<Vec<Slip>> {
    let words = "The bridge over the river was opened in 1932.";
    Some(vec![
        slip(1, "open", "open", words)?,
        Slip {
            assignee: Some("Ada Example".to_owned()),
            due: moment(),
            questions: 2,
            ..slip(2, "in_review", "in_review", words)?
        },
        Slip {
            rating: rated("True", 1),
            stands: true,
            ..slip(3, "decided r1", "decided", words)?
        },
        Slip {
            rating: rated("Half true", 3),
            stands: true,
            dissents: 1,
            ..slip(4, "approved r3", "approved", words)?
        },
        Slip {
            rating: rated("False", 5),
            stands: true,
            drifted: Some("altered"),
            ..slip(5, "published r5", "published", words)?
        },
        Slip {
            rating: rated("Mostly true", 2),
            stale: true,
            ..slip(6, "in_review stale", "in_review", words)?
        },
        slip(7, "withdrawn", "withdrawn", words)?,
        slip(8, "open", "open", HEBREW)?,
        slip(9, "open", "open", &LONG_WORD.repeat(2))?,
    ])
}

/// What the palette offers, each with its key or what it is.
pub(super) const CHOICES: [(&str, &str); 5] = [
    ("Approve", "a"),
    ("Go to Queue", "g q"),
    (
        "Report on the bridges: The bridge was opened in 1932, and at least 68 people came.",
        "found",
    ),
    (ARABIC, "found"),
    ("Search for “bridge”", "/"),
];

/// The share card with a rating, under review again, retracted, and full.
pub(super) fn cards() -> [(&'static str, Card); 4] {
    let plain = Card {
        statement: "The bridge over the river was opened in 1932.".to_owned(),
        claimant: Some("The city".to_owned()),
        rating: "Mostly true".to_owned(),
        place: Some((2, 5)),
        warning: None,
        retracted: false,
        desk: "Example desk".to_owned(),
    };
    let again = Card {
        warning: Some("Under review again"),
        ..plain.clone()
    };
    let retracted = Card {
        retracted: true,
        ..plain.clone()
    };
    let full = Card {
        statement: "The bridge over the river was opened in 1932, is 503 metres long, and cost "
            .repeat(4),
        claimant: Some(LONG_WORD.repeat(2)),
        rating: "Unproven".to_owned(),
        place: None,
        ..plain.clone()
    };
    [
        ("with a rating", plain),
        ("under review again", again),
        ("retracted", retracted),
        ("with more words than it holds", full),
    ]
}
