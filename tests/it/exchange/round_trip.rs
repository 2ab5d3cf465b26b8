//! The worked example goes out as a file and comes into another desk.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use citekeep::desk::changes;
use serde_json::Value;

use crate::support::{desk_of_today, note};

pub(super) fn citekeep(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .expect("the program starts")
}

pub(super) fn succeeds(data: &Path, arguments: &[&str]) -> String {
    let output = citekeep(data, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn export(data: &Path) -> Value {
    serde_json::from_str(&succeeds(data, &["export"])).expect("JSON")
}

pub(super) fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().expect(name)
}

/// One fact about every record, in an order that numbering does not change.
fn facts(file: &Value, of: impl Fn(&Value) -> Vec<String>) -> Vec<String> {
    let mut facts = of(file);
    facts.sort();
    facts
}

fn words_of_citations(file: &Value) -> Vec<String> {
    let of_claim = |claim: &Value| {
        let citations = list(claim, "citations").iter();
        let used = citations.filter(|citation| citation["removed"] == false);
        used.map(|citation| {
            let chain = list(citation, "chain").iter();
            let titles: Vec<_> = chain.map(|link| link["title"].to_string()).collect();
            format!(
                "{} {} {} {} {} {titles:?}",
                claim["statement"],
                citation["quote"],
                citation["span"],
                citation["text_sha256"],
                citation["stance"]
            )
        })
        .collect::<Vec<_>>()
    };
    list(file, "claims").iter().flat_map(of_claim).collect()
}

#[test]
fn the_worked_example_goes_out_and_comes_in() {
    let dir = tempfile::tempdir().expect("a directory");
    let (first, second) = (dir.path().join("first"), dir.path().join("second"));
    succeeds(&first, &["demo", "--fill-only"]);
    let out = dir.path().join("desk.json");
    succeeds(&first, &["export", "--out", &out.to_string_lossy()]);
    let said = succeeds(&second, &["import", &out.to_string_lossy()]);
    assert!(said.contains("left out 0 bad records"), "{said}");
    let (before, after) = (export(&first), export(&second));
    for (name, field) in [
        ("articles", "text_sha256"),
        ("snapshots", "raw_sha256"),
        ("sources", "title"),
        ("claims", "statement"),
    ] {
        let of = |file: &Value| {
            let records = list(file, name).iter();
            records.map(|record| record[field].to_string()).collect()
        };
        assert!(!list(&before, name).is_empty());
        assert_eq!(facts(&before, of), facts(&after, of), "{name}");
    }
    assert_eq!(
        facts(&before, words_of_citations),
        facts(&after, words_of_citations)
    );
    let given = |file: &Value| {
        let claims = list(file, "claims").iter();
        claims
            .map(|claim| list(claim, "verdicts").len())
            .sum::<usize>()
    };
    assert!(given(&before) > 0);
    assert_eq!(given(&after), 0, "people give verdicts, files do not");
    for data in [&first, &second] {
        succeeds(data, &["verify"]);
    }
}

#[test]
fn one_claim_goes_out_with_what_it_rests_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    let whole = export(&data);
    let one: Value =
        serde_json::from_str(&succeeds(&data, &["export", "--claim", "1"])).expect("JSON");
    assert_eq!(list(&one, "claims").len(), 1);
    let all = list(&whole, "claims").iter();
    let same = all.clone().find(|claim| claim["id"] == 1);
    assert_eq!(Some(&one["claims"][0]), same);
    for citation in list(&one["claims"][0], "citations") {
        let holds = |name: &str, id: &Value| list(&one, name).iter().any(|it| it["id"] == *id);
        assert!(holds("snapshots", &citation["snapshot"]));
        assert!(holds("sources", &citation["source"]));
    }
    assert!(list(&one, "sources").len() < list(&whole, "sources").len());
    let missing = citekeep(&data, &["export", "--claim", "999"]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
}

#[test]
fn a_file_with_a_bad_record_ends_with_1_and_one_that_is_no_file_with_2() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let bad = dir.path().join("bad.json");
    let json = r#"{"format":"citekeep","version":1,"claims":[{"id":1,"statement":""}]}"#;
    std::fs::write(&bad, json).expect("a file");
    let output = citekeep(&data, &["import", &bad.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("/claims/0/statement: "), "{said}");
    let none = dir.path().join("none.json");
    let output = citekeep(&data, &["import", &none.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2));
}

/// Every name of a field in a value.
fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                into.insert(name.clone());
                names(value, into);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, into)),
        _ => {}
    }
}

#[test]
fn every_field_is_documented() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    succeeds(&data, &["demo", "--fill-only"]);
    let mut fields = BTreeSet::new();
    names(&export(&data), &mut fields);
    let paper = include_str!("../../../docs/json.md");
    let silent: Vec<_> = fields
        .into_iter()
        .filter(|field| !paper.contains(&format!("`{field}`")))
        .collect();
    assert!(silent.is_empty(), "docs/json.md says nothing of {silent:?}");
}

#[test]
fn what_changed_under_a_citation_is_known_where_the_file_comes_in() {
    let desk = desk_of_today();
    let (claim, source) = desk.published();
    desk.snapshot(
        source,
        "It rained. The bridge was opened in 1933. It rained again.",
    );
    let newest = desk
        .desk
        .read(|db| Ok(citekeep::store::snapshots::newest(db, source)?))
        .expect("the newest")
        .expect("a snapshot");
    let (claim, seen) = desk.seen(claim);
    let seen = (claim, seen, newest.snapshot.id);
    changes::dismiss(&desk.desk, desk.second, seen, note("A typing error.")).expect("judged");
    let out = export(&desk.data());
    let sent = &list(&out, "claims")[0];
    assert_eq!(sent["dismissals"][0]["reason"], "A typing error.");
    assert_eq!(sent["dismissals"][0]["restores"], "published");
    assert_eq!(sent["citations"][0]["reanchored"]["outcome"], "altered");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let (data, file) = (
        elsewhere.path().join("data"),
        elsewhere.path().join("desk.json"),
    );
    std::fs::write(&file, out.to_string()).expect("a file");
    succeeds(&data, &["import", &file.display().to_string()]);
    let back = export(&data);
    let came = &list(&back, "claims")[0]["citations"][0];
    assert_eq!(came["reanchored"]["outcome"], "altered");
    assert_eq!(came["quote"], sent["citations"][0]["quote"]);
}
