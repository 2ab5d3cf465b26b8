//! The register of corrections and the evidence for an assessment.

use citekeep::desk::{publishing, settings};
use citekeep::domain::ids::ClaimId;
use citekeep::domain::person::Role;
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::sheet::DeskSheet;
use citekeep::domain::words::{Name, Policy};
use dom_query::Document;
use serde_json::Value;

use super::super::api::json;
use super::{HOSTILE, trail};
use crate::support::http::Visitor;
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today, note};

#[test]
fn the_register_says_what_was_wrong_and_what_came_of_it() {
    let trail = trail();
    let nobody = trail.served.nobody();
    let page = Document::from(nobody.get("/corrections").body);
    let row = page.select(".list > li").text().to_string();
    for words in [
        "The year was 1933",
        "Published as True",
        "Not published again since",
    ] {
        assert!(row.contains(words), "{row}");
    }
    assert_eq!(page.select("a[href^=\"/log/receipts/\"]").length(), 2);
    assert_eq!(
        trail
            .page("/corrections")
            .select("a[href^=\"/log/entries/\"]")
            .length(),
        2
    );
    for (query, rows) in [
        ("kind=correction", 1),
        ("kind=retraction", 0),
        ("when=2001", 0),
        ("claim=1", 1),
        ("claim=2&kind=correction", 0),
        ("kind=nonsense", 1),
    ] {
        let page = Document::from(nobody.get(&format!("/corrections?{query}")).body);
        assert_eq!(page.select(".list > li").length(), rows, "{query}");
        let file = nobody.get(&format!("/corrections.csv?{query}"));
        assert_eq!(
            file.body.lines().count(),
            rows + 1,
            "{query}: {}",
            file.body
        );
    }
    let file = nobody.get("/corrections.csv").body;
    assert!(file.starts_with("correction,entry,at,kind,note,"), "{file}");
    assert!(
        file.contains(",correction,\"The year was 1933, says the archive.\","),
        "{file}"
    );
    let listed = json(&nobody.get("/api/v1/corrections?kind=correction"));
    assert_eq!(listed["items"][0]["next"], Value::Null);
    assert!(listed["items"][0]["entry"].is_u64(), "{listed}");
    trail.served.end();
}

/// Says that the desk promises one thing and nothing else.
fn promise(desk: &TestDesk) {
    let mut sheet = DeskSheet::named(Name::parse("The bridge desk").expect("a name"));
    sheet.policies.corrections = Some(Policy::parse(HOSTILE).expect("a policy"));
    let admin = desk.join(Role::Admin);
    settings::describe(&desk.desk, admin, sheet).expect("a sheet");
}

/// A desk with two published claims, the second of them retracted, and two who
/// want to read the evidence: an admin and an editor.
fn assessed() -> (Served, Visitor, Visitor, ClaimId) {
    let desk = desk_of_today();
    promise(&desk);
    let (claim, _) = desk.published();
    let (wrong, _) = desk.published();
    let (seen, why) = (desk.seen(wrong), note("We had read the wrong year."));
    publishing::correct(
        &desk.desk,
        desk.editor,
        seen,
        CorrectionKind::Retraction,
        why,
    )
    .expect("retracted");
    let links = [desk.join(Role::Admin), desk.editor].map(|who| desk.link(who));
    let served = desk.serve();
    let [admin, editor] = links.map(|link| served.enter(&link));
    (served, admin, editor, claim)
}

#[test]
fn an_assessor_gets_promises_counts_and_what_is_missing() {
    let (served, me, _, claim) = assessed();
    let file = me.get("/settings/assessment.json");
    assert!(
        file.header("content-disposition")
            .is_some_and(|how| how.starts_with("attachment"))
    );
    let found = json(&file);
    let counts = &found["counts"];
    assert_eq!(
        (&counts["checks"], &counts["citations"]),
        (&2.into(), &2.into())
    );
    assert_eq!(
        counts["by_rating"][0],
        serde_json::json!({ "of": "True", "count": 2 })
    );
    assert_eq!(counts["one_origin"], 2);
    assert_eq!(counts["by_correction"][0]["of"], "retraction");
    let months = counts["by_month"].as_array().expect("months");
    let sum: u64 = months
        .iter()
        .filter_map(|month| month["count"].as_u64())
        .sum();
    assert_eq!((months.len() >= 12, sum), (true, 2), "{months:?}");
    assert_eq!(found["commitments"].as_array().map(Vec::len), Some(5));
    let missing = found["missing"].as_array().expect("what is missing");
    assert!(missing.contains(&"who pays for it".into()), "{missing:?}");
    assert!(
        !missing.contains(&"how mistakes are corrected".into()),
        "{missing:?}"
    );
    let check = &found["checks"][1];
    assert_eq!(
        (&check["claim"], &check["sources"]),
        (&claim.get().into(), &1.into())
    );
    assert_eq!(found["checks"][0]["retracted"], true);

    served.end();
}

#[test]
fn the_evidence_is_one_page_and_one_file_of_any_span_for_admins() {
    let (served, me, editor, _) = assessed();
    let html = me.get("/settings/assessment.html").body;
    assert!(
        html.contains("Not said yet:") && html.contains("who pays for it"),
        "{html}"
    );
    assert!(
        html.contains("We had read the wrong year.") && !html.contains("<b>rained"),
        "{html}"
    );
    assert_eq!(
        Document::from(html.as_str())
            .select("script, link, img")
            .length(),
        0
    );
    let earlier = json(&me.get("/settings/assessment.json?from=2001&until=2001"));
    assert_eq!(
        (
            &earlier["counts"]["checks"],
            earlier["counts"]["by_month"].as_array().map(Vec::len)
        ),
        (&0.into(), Some(12))
    );
    let page = me.get("/settings/assessment?from=never");
    assert!(
        page.status == 200 && page.body.contains("“never” is no date"),
        "{}",
        page.body
    );
    assert_eq!(editor.get("/settings/assessment").status, 403);
    served.end();
}

#[test]
fn the_command_line_writes_the_same_evidence() {
    let desk = desk_of_today();
    desk.published();
    let closed = desk.close();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_citekeep"));
        let done = command
            .arg("export")
            .args(arguments)
            .arg("--data")
            .arg(&closed.data)
            .output();
        let done = done.expect("the program runs");
        (
            done.status.code(),
            String::from_utf8_lossy(&done.stdout).into_owned(),
        )
    };
    let (code, file) = run(&[
        "--format",
        "assessment-json",
        "--from",
        "2001",
        "--until",
        "2001-12-31",
    ]);
    let found: Value = serde_json::from_str(&file).expect("JSON");
    assert_eq!((code, &found["counts"]["checks"]), (Some(0), &0.into()));
    let (code, file) = run(&["--format", "assessment"]);
    assert!(
        code == Some(0) && file.starts_with("<!DOCTYPE html>"),
        "{file}"
    );
    assert!(file.contains("/published/1\""), "{file}");
    let (code, file) = run(&["--format", "corrections-csv"]);
    assert_eq!((code, file.lines().count()), (Some(0), 1));
    assert_eq!(run(&["--format", "json", "--from", "2001"]).0, Some(2));
    assert_eq!(run(&["--format", "assessment", "--claim", "1"]).0, Some(2));
}
