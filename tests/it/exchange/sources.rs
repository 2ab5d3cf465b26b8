//! Lists of sources as BibTeX, read with pybtex, and as CSL-JSON.

use citekeep::desk::Desk;
use citekeep::desk::exchange::bibliography::{Format, List, Of};
use citekeep::domain::hash::ContentHash;
use citekeep::domain::ids::ClaimId;
use serde_json::{Value, json};

use crate::support::http::Visitor;
use crate::support::program::citekeep;
use crate::support::python::pybtex;
use crate::support::{TestDesk, desk, desk_of_today};

const READ: &str = "
import json, sys
from pybtex.database import parse_bytes
bib = parse_bytes(sys.stdin.buffer.read(), 'bibtex', encoding='utf-8')
print(json.dumps({key: dict(entry.fields, type=entry.type) for key, entry in bib.entries.items()}))
";

fn written(desk: &Desk, format: Format, of: Of) -> Vec<u8> {
    let mut list = List::new(format, of);
    let mut file = Vec::new();
    while let Some(part) = list.next(desk).expect("the next part") {
        file.extend(part);
    }
    file
}

/// A claim that cites an assessment, as cited by a report.
fn chain(desk: &TestDesk) -> (ClaimId, ContentHash) {
    let report = desk.source("50% of {bridges} & _more_");
    let assessment = desk.source_known_through("The assessment", Some(report));
    desk.source("Nobody cites this");
    let claim = desk.claim("The bridge opened in 1932.");
    let text = "It says that the bridge opened in 1932.";
    let snapshot = desk.snapshot(report, text);
    desk.snapshot(report, "A newer text, which nobody cites.");
    let new = citekeep::desk::citations::NewCitation {
        claim,
        source: Some(assessment),
        snapshot,
        quote: "the bridge opened in 1932".to_owned(),
        text: None,
        near: None,
        stance: citekeep::domain::citation::Stance::Supports,
    };
    citekeep::desk::citations::make(&desk.desk, desk.researcher, new).expect("a citation");
    (claim, ContentHash::of(text.as_bytes()))
}

#[test]
fn pybtex_reads_what_a_claim_rests_on() {
    let desk = desk();
    let (claim, raw) = chain(&desk);
    let file = written(&desk.desk, Format::Bibtex, Of::Claim(claim));
    let found = pybtex(READ, &file);
    let keys: Vec<&String> = found.as_object().expect("entries").keys().collect();
    assert_eq!(keys, ["test.example-desk-s1", "test.example-desk-s2"]);
    let seen = &found["test.example-desk-s1"];
    assert_eq!(seen["type"], "techreport");
    let title = r"{50\% of \textbraceleft{}bridges\textbraceright{} \& \_more\_}";
    assert_eq!(seen["title"], title);
    assert_eq!(seen["institution"], "{Publisher}");
    let told = &found["test.example-desk-s2"];
    assert_eq!(told["sha256"], raw.to_string());
    let note = told["note"].as_str().expect("a note");
    assert!(
        note.starts_with("As cited by test.example-desk-s1. Captured 2022-03-01,"),
        "{note}"
    );
    desk.is_clean();
}

#[test]
fn csl_json_says_the_same_of_the_whole_desk_over_many_batches() {
    let desk = desk();
    chain(&desk);
    for number in 4..=401 {
        desk.source(&format!("Source {number}"));
    }
    let file = written(&desk.desk, Format::Csl, Of::Desk);
    let items: Vec<Value> = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(items.len(), 401);
    let first = items.last().expect("the oldest");
    assert_eq!(first["id"], "test.example-desk-s1");
    assert_eq!(first["title"], "50% of {bridges} & _more_");
    assert_eq!(first["custom"]["sha256"].as_array().map(Vec::len), Some(2));
    assert_eq!(first["accessed"]["date-parts"], json!([[2022, 3, 1]]));
    // What every item of the CSL-JSON schema must have, and may have.
    let known = [
        "id",
        "type",
        "title",
        "author",
        "publisher",
        "genre",
        "issued",
        "accessed",
        "URL",
        "note",
        "custom",
        "container-title",
    ];
    for item in &items {
        let fields = item.as_object().expect("an item");
        assert!(
            fields.keys().all(|field| known.contains(&field.as_str())),
            "{item}"
        );
        assert!(item["id"].is_string() && item["type"] == "report", "{item}");
    }
    let empty = crate::support::desk();
    assert_eq!(written(&empty.desk, Format::Csl, Of::Desk), b"[\n]\n");
    assert_eq!(written(&empty.desk, Format::Bibtex, Of::Desk), b"");
    desk.is_clean();
}

#[test]
fn lists_of_sources_are_downloads_and_a_public_one_has_what_is_public() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    desk.source("A secret source");
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let nobody = Visitor::nobody(&base);
    let answer = nobody.get(&format!("/published/{claim}/sources.csl.json"));
    let items: Vec<Value> = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(items.len(), 1);
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("application/vnd.citationstyles.csl+json"));
    assert_eq!(nobody.get("/published/9/sources.bib").status, 404);
    assert_eq!(nobody.get("/sources.bib").status, 303);
    let me = Visitor::enter(&base, &link);
    let all = me.get("/sources.bib");
    assert_eq!(all.body.matches("@techreport{").count(), 2, "{}", all.body);
    let name = all.header("content-disposition");
    assert_eq!(name, Some("attachment; filename=\"sources.bib\""));
    assert_eq!(me.get("/articles/9/sources.bib").status, 404);
    assert_eq!(me.get("/claims/9/sources.csl.json").status, 404);
}
