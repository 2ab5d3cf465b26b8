//! Finding words, and finding them again, in real texts. Where the shared
//! inputs are not at hand, `tests/all` says so.

mod corpus;
mod exchanges;
mod finding;
mod revisions;

use std::path::Path;

use citekeep::domain::citation::Reanchoring;
use citekeep::domain::span::CharSpan;
use citekeep::text::anchor::places;
use citekeep::text::offset::OffsetIndex;
use citekeep::text::reanchor::reanchor;
use serde_json::Value;

fn input(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/inputs")
        .join(name);
    std::fs::read_to_string(path).ok()
}

fn whole(text: &str) -> CharSpan {
    CharSpan::new(0, text.chars().count() as u64).expect("some words")
}

/// Two versions of a sentence of an encyclopaedia that say different things:
/// no citation of the first may pass for one of the second.
#[test]
fn a_fact_that_changed_is_never_unchanged() {
    let Some(pairs) = input("revisions.jsonl") else {
        return;
    };
    let (mut altered, mut gone, mut same) = (0, 0, 0);
    for line in pairs.lines() {
        let pair: Value = serde_json::from_str(line).expect("JSON");
        let (old, new) = (pair["evidence_a"].as_str(), pair["evidence_b"].as_str());
        let (old, new) = (old.expect("a sentence"), new.expect("a sentence"));
        let text = format!("Before. {new} After.");
        match reanchor(old, whole(old), &text) {
            Reanchoring::Altered { span, now } => {
                altered += 1;
                let index = OffsetIndex::new(&text);
                assert_eq!(index.slice(&text, span), Some(now.as_str()));
            }
            Reanchoring::Gone => gone += 1,
            // The first sentence stands whole inside the second: its words did
            // not change, whatever was added around them.
            Reanchoring::Moved { .. } if new.to_lowercase().contains(&old.to_lowercase()) => {
                same += 1
            }
            other => unreachable!("{old}\n{new}\n{other:?}"),
        }
    }
    assert_eq!(altered + gone + same, 500);
    assert!(
        altered > 5 * gone,
        "{altered} altered, {gone} gone, {same} the same"
    );
}

/// Published cases of matching a quotation: how often its words stand in the
/// text of a page, as far as they ask for words alone.
#[test]
fn published_cases_of_finding_a_quotation() {
    let Some(cases) = input("quotes/apache-text-quote-match.json") else {
        return;
    };
    let cases: Value = serde_json::from_str(&cases).expect("JSON");
    let mut checked = 0;
    for (name, case) in cases.as_object().expect("cases") {
        let selector = &case["selector"];
        let exact = selector["exact"].as_str().expect("words");
        let narrowed = ["prefix", "suffix"].iter().any(|side| {
            selector[*side]
                .as_str()
                .is_some_and(|words| !words.is_empty())
        });
        if narrowed || exact.trim().is_empty() {
            continue;
        }
        let html = case["html"].as_str().expect("a page");
        let text = without_tags(html);
        let expected = case["expected"].as_array().expect("places").len();
        let found = places(&text, &OffsetIndex::new(&text), exact);
        assert_eq!(found.len(), expected, "{name}: {text:?}, {exact:?}");
        checked += 1;
    }
    assert!(checked >= 10, "{checked} cases");
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}
