//! The published schemas: what the code gives is what is kept, every export
//! fits, and a spoilt one does not. The validator is Ajv.

use citekeep::export::schema::{NAMES, named};
use serde_json::{Value, json};

use super::round_trip::{list, succeeds};
use crate::support::node::{all_fit, faults, kept};

#[test]
fn the_kept_schemas_are_those_of_the_code() {
    let renew = std::env::var_os("CITEKEEP_UPDATE").is_some();
    for name in NAMES {
        let made = named(name).expect("a schema");
        if renew {
            std::fs::write(kept(name), &made).expect("written");
        }
        let there = std::fs::read_to_string(kept(name)).unwrap_or_default();
        assert!(
            there == made,
            "docs/schema/{name} is not what the code gives; look at what changed, and renew it with CITEKEEP_UPDATE=1 cargo test --test it schema"
        );
    }
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn every_export_of_the_worked_example_fits_its_schema() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    let whole = lines(&succeeds(&data, &["export"]).replace('\n', ""));
    let one = lines(&succeeds(&data, &["export", "--claim", "1"]).replace('\n', ""));
    all_fit("desk-1.json", &[whole.as_slice(), &one].concat());
    all_fit("claim-1.json", list(&whole[0], "claims"));
    let stream = lines(&succeeds(&data, &["export", "--format", "ndjson"]));
    let published = ["export", "--format", "ndjson", "--published"];
    let published = lines(&succeeds(&data, &published));
    assert!(published.len() > 2, "something is published");
    all_fit("record-1.json", &[stream, published].concat());
    let assessed = succeeds(&data, &["export", "--format", "assessment-json"]);
    let assessed = lines(&assessed.replace('\n', ""));
    assert!(
        !list(&assessed[0], "checks").is_empty(),
        "something is published"
    );
    all_fit("assessment-1.json", &assessed);
    let mut spoilt = assessed[0].clone();
    spoilt["counts"]["checks"] = json!(-1);
    assert!(faults("assessment-1.json", &[spoilt])[0].is_some());
}

#[test]
fn a_spoilt_export_is_refused_with_the_place() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    let whole: Value = serde_json::from_str(&succeeds(&data, &["export"])).expect("JSON");
    let decided = |claim: &&Value| !list(claim, "verdicts").is_empty();
    let claims = list(&whole, "claims").iter();
    let cited = claims.clone().position(|claim| decided(&claim));
    let at = format!("/claims/{}", cited.expect("a claim with a verdict"));
    let spoils: [(&str, Value); 14] = [
        ("/version", json!(2)),
        ("/format", json!("other")),
        ("/desk/log_size", json!(-1)),
        ("/scales/0/sheet/ratings", json!([])),
        ("/snapshots/0/raw_sha256", json!("ABC")),
        ("/snapshots/0/taken_at", json!("yesterday")),
        ("/sources/0/grade/reliability", json!("G")),
        ("/articles/0/content", json!({"utf8": "a", "base64": "b"})),
        ("/claims/0/state", json!("doubtful")),
        ("/claims/0/id", json!(0)),
        ("/claims/0/citations/0/span/end", json!(0)),
        ("/claims/0/citations/0/grade", json!("B9")),
        ("/claims/0/verdicts/0/rating/label", json!("")),
        ("/claims/0/verdicts/0/evidence/0/raw", Value::Null),
    ];
    let mut spoilt = Vec::new();
    for (place, value) in &spoils {
        let mut file = whole.clone();
        let place = place.replace("/claims/0", &at);
        *file.pointer_mut(&place).expect(&place) = value.clone();
        spoilt.push(file);
    }
    let mut more = whole.clone();
    more["claims"][0]["surprise"] = json!(1);
    let mut less = whole.clone();
    let first = less["claims"][0].as_object_mut().expect("a claim");
    first.remove("statement").expect("a statement");
    spoilt.extend([more, less]);
    for (at, fault) in faults("desk-1.json", &spoilt).into_iter().enumerate() {
        let place = spoils.get(at).map_or("/claims/0", |(place, _)| place);
        let place = place.rsplit_once('/').map_or("", |(_, last)| last);
        let fault = fault.unwrap_or_else(|| unreachable!("{place} is taken"));
        assert!(
            at >= spoils.len() || fault.contains(place),
            "{place}: {fault}"
        );
    }
}
