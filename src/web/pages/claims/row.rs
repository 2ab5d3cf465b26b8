//! A claim as a row of the queue.

use std::collections::HashMap;

use crate::domain::ids::ScaleId;
use crate::domain::scale::Scale;
use crate::domain::time::Timestamp;
use crate::store::claims::Claim;
use crate::store::queue::Waiting;
use crate::web::pages::view::{RatingMark, state_words};

/// A claim as a row of the queue.
pub(super) struct QueueRow {
    pub(super) claim: Claim,
    pub(super) state: &'static str,
    pub(super) holder: Option<String>,
    pub(super) article: Option<(i64, String)>,
    pub(super) rating: Option<RatingMark>,
    pub(super) since: Timestamp,
    pub(super) waited: String,
    /// Whether its deadline has passed.
    pub(super) late: bool,
    /// Whether it was ticked in a form that came back.
    pub(super) ticked: bool,
}

impl QueueRow {
    pub(super) fn new(
        waiting: Waiting,
        scales: &HashMap<ScaleId, Scale>,
        now: Timestamp,
        ticked: &[i64],
    ) -> Self {
        let rating = waiting.rating.and_then(|(rating, scale)| {
            let scale = scales.get(&scale)?;
            Some(RatingMark::new(&rating, scale.sheet.ratings()))
        });
        Self {
            state: waiting.claim.state.as_str(),
            holder: waiting.holder,
            article: waiting.article.map(|(id, title)| (id.get(), title)),
            rating,
            since: waiting.since,
            waited: waited(waiting.since, now),
            late: waiting.claim.plan.due.is_some_and(|due| due < now),
            ticked: ticked.contains(&waiting.claim.id.get()),
            claim: waiting.claim,
        }
    }

    pub(super) fn state_words(&self) -> &str {
        state_words(self.state)
    }

    /// What keeps the claim, a word and what it means for each.
    pub(super) fn marks(&self) -> Vec<(&'static str, String)> {
        let mut marks = Vec::new();
        let count = |n: u32, one: &str, many: &str| match n {
            1 => one.to_owned(),
            n => format!("{n} {many}"),
        };
        if self.claim.stale {
            marks.push(("stale", "stale".to_owned()));
        }
        if self.claim.questions > 0 {
            let words = count(self.claim.questions, "open question", "open questions");
            marks.push(("question", words));
        }
        if self.claim.dissents > 0 {
            marks.push(("dissent", count(self.claim.dissents, "dissent", "dissents")));
        }
        if self.claim.drifted {
            marks.push(("drifted", "draft changed".to_owned()));
        }
        if self.claim.corrected {
            marks.push(("corrected", "corrected".to_owned()));
        }
        marks
    }
}

/// How long something has waited, in its largest unit.
fn waited(since: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_millis() - since.as_millis()).max(0) / 60_000;
    let in_words = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match minutes {
        0 => "a moment".to_owned(),
        1..60 => in_words(minutes, "minute"),
        60..2_880 => in_words(minutes / 60, "hour"),
        _ => in_words(minutes / 1_440, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(minutes: i64, expected: &str) {
        let at = |minutes| Timestamp::from_millis(minutes * 60_000).expect("a moment");
        assert_eq!(waited(at(1_000), at(1_000 + minutes)), expected);
    }

    #[test]
    fn waiting_is_said_in_its_largest_unit() {
        check(-5, "a moment");
        check(1, "1 minute");
        check(59, "59 minutes");
        check(60, "1 hour");
        check(47 * 60, "47 hours");
        check(48 * 60, "2 days");
    }
}
