//! A desk of any size, filled as an import would fill it.

use std::path::Path;

use citekeep::desk::exchange::incoming::{Policy, import};
use citekeep::desk::verdicts::{self, Draft};
use citekeep::desk::{Actor, Desk, audit, publishing};
use citekeep::domain::ids::{CitationId, ClaimId, EntryIndex};
use citekeep::domain::words::Rationale;
use citekeep::store;
use serde_json::{Value, json};

use crate::support::{TestDesk, desk_of_today};

/// Claims that share a source.
const PER_SOURCE: u64 = 50;

const WORDS: &[&str] = &[
    "bridge",
    "river",
    "council",
    "report",
    "water",
    "school",
    "road",
    "budget",
    "survey",
    "opened",
    "closed",
    "court",
    "record",
    "minister",
    "figure",
    "thousand",
    "million",
    "percent",
    "increase",
    "fall",
    "year",
    "month",
    "city",
    "district",
    "hospital",
    "teacher",
    "police",
    "fire",
    "harbour",
    "train",
    "station",
    "airport",
    "company",
    "worker",
    "strike",
    "vote",
    "election",
    "judge",
    "ruling",
    "appeal",
    "statement",
    "witness",
    "letter",
];

/// Words in an order that every run repeats (a linear congruential sequence).
struct Words(u64);

impl Words {
    fn some(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                WORDS[(self.0 >> 33) as usize % WORDS.len()]
            })
            .collect();
        words.join(" ")
    }
}

/// An import file with so many claims, each tied to one sentence of a report
/// of fifty sentences.
fn file(claims: u64) -> Value {
    let mut words = Words(7);
    let count = claims.div_ceil(PER_SOURCE);
    let mut sentences = Vec::new();
    let (mut sources, mut snapshots) = (Vec::new(), Vec::new());
    for source in 0..count {
        let own: Vec<String> = (0..PER_SOURCE)
            .map(|at| format!("Finding {}: {}.", source * PER_SOURCE + at, words.some(18)))
            .collect();
        sources.push(json!({
            "id": source, "title": format!("Report {source} on {}", words.some(2)),
            "kind": "report", "publisher": "City", "directness": "primary",
            "grade": {"reliability": "B", "credibility": "2"},
        }));
        snapshots.push(json!({
            "id": source, "source": source, "media_type": "text/plain",
            "content": {"utf8": own.join("\n\n")},
        }));
        sentences.extend(own);
    }
    let claims: Vec<Value> = (0..claims)
        .map(|claim| {
            json!({
                "id": claim,
                "statement": format!("Claim {claim}: the {}", words.some(12)),
                "claimant": {"name": format!("Speaker {}", claim % 977), "role": null},
                "citations": [{
                    "id": claim + 1, "snapshot": claim / PER_SOURCE, "stance": "supports",
                    "quote": sentences[claim as usize],
                }],
            })
        })
        .collect();
    json!({
        "format": "citekeep", "version": 1,
        "sources": sources, "snapshots": snapshots, "claims": claims,
    })
}

/// A desk with so many claims.
pub(crate) fn desk_with(claims: u64) -> TestDesk {
    let desk = desk_of_today();
    bring(&desk.desk, claims);
    desk
}

/// Imports a file with so many claims into a desk, and signs the log.
pub(crate) fn bring(desk: &Desk, claims: u64) {
    let json = serde_json::to_vec(&file(claims)).expect("JSON");
    import(
        desk,
        Actor::Operator,
        (&json, Path::new(".")),
        Policy::Whole,
        |_, _| {},
    )
    .expect("a file that is right");
    audit::checkpoint(desk).expect("a checkpoint");
}

/// How many people publish at once, so that they share commits.
const CROWD: u64 = 32;

/// A desk with so many claims, all decided, approved and published.
pub(crate) fn published_desk(claims: u64) -> TestDesk {
    let desk = desk_with(claims);
    std::thread::scope(|scope| {
        for person in 0..CROWD {
            let desk = &desk;
            scope.spawn(move || {
                for number in (1 + person..=claims).step_by(CROWD as usize) {
                    publish(desk, ClaimId::new(number as i64).expect("a number"));
                }
            });
        }
    });
    audit::checkpoint(&desk.desk).expect("a checkpoint");
    desk
}

fn seen(desk: &Desk, claim: ClaimId) -> (ClaimId, EntryIndex) {
    let found = desk.read(|db| Ok(store::claims::get(db, claim)?));
    (claim, found.expect("the claim").rev)
}

fn publish(desk: &TestDesk, claim: ClaimId) {
    let why = format!(
        "Claim {claim} says what the report says: the finding stands in it word for word, the \
         report was written by those who measured, and nobody who was asked disputes the figure. \
         The council confirmed it in writing, and two earlier reports give the same figure."
    );
    let draft = Draft {
        rating: "true".to_owned(),
        rationale: Rationale::parse(&why).expect("a rationale"),
        citations: vec![CitationId::new(claim.get()).expect("a number")],
    };
    let at = |desk: &TestDesk| seen(&desk.desk, claim);
    verdicts::give(&desk.desk, desk.reviewer, at(desk), draft).expect("a verdict");
    verdicts::approve(&desk.desk, desk.second, at(desk), None).expect("an approval");
    publishing::publish(&desk.desk, desk.editor, at(desk)).expect("a publication");
}
