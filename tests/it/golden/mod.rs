//! One encoded example of every event and of every outcome in it. What a
//! desk wrote years ago must still be read, and must still have the hash
//! that the log committed to, so these lines never change; a new event adds
//! a line.

use citekeep::domain::event::{Event, Record};
use citekeep::store::log::{decode, encode};

const LINES: &str = include_str!("events.jsonl");

/// The table of kinds in `kind.rs`, which the compiler keeps whole.
fn kinds() -> Vec<&'static str> {
    include_str!("../../../src/domain/kind.rs")
        .lines()
        .filter(|line| line.trim_start().starts_with("Self::"))
        .filter_map(|line| line.split('"').nth(1))
        .collect()
}

fn records() -> Vec<Record> {
    let records = LINES.lines().map(|line| decode(line).expect(line));
    records.collect()
}

#[test]
fn every_line_is_read_and_written_back_to_the_byte() {
    for (line, record) in LINES.lines().zip(records()) {
        assert_eq!(encode(&record).expect("an encoded record"), line);
    }
}

#[test]
fn every_kind_of_event_has_a_line() {
    let kinds = kinds();
    assert!(kinds.len() >= 24, "{kinds:?}");
    let records = records();
    for kind in kinds {
        assert!(
            records.iter().any(|record| record.event.kind() == kind),
            "events.jsonl has no {kind}"
        );
    }
}

#[test]
fn every_outcome_of_a_reanchoring_has_a_line() {
    let mut outcomes: Vec<_> = records()
        .iter()
        .filter_map(|record| match &record.event {
            Event::CitationReanchored { result, .. } => serde_json::to_value(result).ok(),
            _ => None,
        })
        .map(|result| result["outcome"].to_string())
        .collect();
    outcomes.sort();
    outcomes.dedup();
    assert_eq!(outcomes.len(), 5, "{outcomes:?}");
}

#[test]
fn a_line_with_a_field_too_many_is_refused() {
    for line in LINES.lines() {
        let longer = line.replacen("{\"at\":", "{\"also\":1,\"at\":", 1);
        assert!(decode(&longer).is_err(), "{longer}");
    }
}
