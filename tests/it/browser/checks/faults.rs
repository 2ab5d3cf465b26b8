//! What is wrong with pages, told by the kind of fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How many examples of one fault are told, and how many pages of each.
const EXAMPLES: usize = 5;
const PLACES: usize = 4;

/// Faults by their name: what shows each, and the pages on which it was found.
#[derive(Default)]
pub(super) struct Faults(BTreeMap<String, BTreeMap<String, Vec<String>>>);

impl Faults {
    pub(super) fn add(&mut self, (name, shown): (String, String), place: &str) {
        let shown = self.0.entry(name).or_default().entry(shown);
        shown.or_default().push(place.to_owned());
    }

    /// Takes what was found elsewhere.
    pub(super) fn join(&mut self, others: Self) {
        for (name, examples) in others.0 {
            let known = self.0.entry(name).or_default();
            for (shown, places) in examples {
                known.entry(shown).or_default().extend(places);
            }
        }
    }

    /// Tells them all.
    pub(super) fn none(&self, looked_at: usize) {
        let mut told = String::new();
        for (name, examples) in &self.0 {
            write!(told, "\n{name}\n").expect("memory");
            for (shown, places) in examples.iter().take(EXAMPLES) {
                let places = few(places, PLACES);
                write!(told, "  - {shown}\n    on {places}\n").expect("memory");
            }
            if examples.len() > EXAMPLES {
                let rest = examples.values().skip(EXAMPLES).flatten();
                let rest: BTreeSet<&String> = rest.collect();
                let rest: Vec<String> = rest.into_iter().cloned().collect();
                let count = examples.len() - EXAMPLES;
                let places = few(&rest, 3 * PLACES);
                write!(told, "  - and {count} more like these\n    on {places}\n").expect("memory");
            }
        }
        let count = self.0.len();
        assert!(
            count == 0,
            "{count} kinds of fault on {looked_at} pages:\n{told}"
        );
    }
}

fn few(places: &[String], most: usize) -> String {
    let shown = places.iter().take(most).cloned().collect::<Vec<_>>();
    let more = match places.len().saturating_sub(most) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    shown.join(", ") + &more
}
