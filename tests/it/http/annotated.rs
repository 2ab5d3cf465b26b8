//! Annotations of others over HTTP: brought, looked at, and only then cited.

use citekeep::domain::person::Role;
use citekeep::store;
use serde_json::{Value, json};

use crate::support::http::{Visitor, texts};
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today};

const REPORT: &str = "It rained twice. “So” it was. It snowed once. It rained twice.";
const NEW: &str = "/snapshots/1/annotations/new";
const REHEARSAL: &str = "/snapshots/1/annotations/rehearsal";
const TAKE: &str = "/snapshots/1/annotations";

fn row(exact: &str, text: &str) -> Value {
    let selector = json!([{ "type": "TextQuoteSelector", "exact": exact }]);
    json!({
        "uri": "https://example.org/report", "text": text,
        "target": [{ "selector": selector }],
    })
}

/// Six annotations: two stand there, one twice, one nowhere, one has too many
/// words, one is of the page as a whole.
fn rows() -> String {
    let page = json!({ "uri": "https://example.org/report", "text": "A fine page.",
                       "target": [{ "source": "https://example.org/report" }] });
    let rows = [
        row("It snowed once.", "Look <b>here</b>."),
        row("\"So\" it was.", ""),
        row("It rained twice.", ""),
        row("It hailed.", ""),
        row(&"It rained. ".repeat(1_000), ""),
        page,
    ];
    json!({ "total": rows.len(), "rows": rows }).to_string()
}

fn served() -> (Served, Visitor) {
    let desk: TestDesk = desk_of_today();
    desk.claim("Snow fell in May.");
    desk.snapshot(desk.source("The report"), REPORT);
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    (served, me)
}

/// The words that are cited for the only claim, and what they do to it.
fn cited(served: Served) -> Vec<(String, &'static str)> {
    let data = served.data.clone();
    let (mut served, claim) = (served, citekeep::domain::ids::ClaimId::new(1));
    served.stop();
    let desk = crate::support::open(&data).expect("the desk once more");
    let claim = claim.expect("a number");
    let found = desk.read(|db| Ok(store::citations::list(db, claim)?));
    let found = found.expect("citations").into_iter();
    let words = found.map(|one| (one.citation.passage.quote, one.citation.stance.as_str()));
    let words = words.collect();
    drop(desk);
    served.end();
    words
}

#[test]
fn what_was_marked_is_brought_looked_at_and_only_then_cited() {
    let (served, me) = served();
    let page = me.get(NEW);
    assert_eq!(texts(&page, "h1"), ["Annotations as citations"]);
    assert_eq!(texts(&page, "main button"), ["Look for the words"]);
    let told = me.post(REHEARSAL, &[("rows", &rows())]);
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(
        texts(&told, "main blockquote")[..4],
        [
            "It snowed once.",
            "\"So\" it was.",
            "It rained twice.",
            "It hailed."
        ]
    );
    for words in [
        "2 of 5 quotes stand in this snapshot. 1 notes to whole pages and answers were left out.",
        "Not taken: these words stand there 2 times.",
        "Not taken: these words are not in this snapshot.",
        "Not taken: there are no words, or too many to be cited.",
        "Look &#60;b&#62;here&#60;/b&#62;.",
        "at character 30",
        "at character 17",
    ] {
        assert!(told.body.contains(words), "{words}: {}", told.body);
    }
    assert_eq!(
        texts(&told, "main select").len(),
        2,
        "one for each that stands there"
    );
    assert_eq!(texts(&told, "datalist option"), ["Snow fell in May."]);
    let carried = texts(&told, "textarea[name=rows]");
    assert_eq!(carried, [rows()]);
    assert_eq!(
        texts(&me.get("/claims/1"), "blockquote"),
        Vec::<String>::new()
    );
    let taken = me.post(
        TAKE,
        &[
            ("rows", &carried[0]),
            ("claim-1", "1"),
            ("stance-1", "refutes"),
            ("claim-2", ""),
            ("stance-2", "supports"),
        ],
    );
    assert_eq!(
        taken.location.as_deref(),
        Some("/snapshots/1"),
        "{}",
        taken.body
    );
    assert_eq!(cited(served), [("It snowed once.".to_owned(), "refutes")]);
}

#[test]
fn a_confirmation_that_is_wrong_in_one_row_cites_none() {
    let (served, me) = served();
    let rows = rows();
    let right = [
        ("rows", rows.as_str()),
        ("claim-1", "1"),
        ("stance-1", "refutes"),
    ];
    for (wrong, reason) in [
        (
            &[("claim-2", "x"), ("stance-2", "supports")][..],
            "a number from 1 upwards",
        ),
        (
            &[("claim-2", "99"), ("stance-2", "supports")],
            "here is no claim 99",
        ),
        (&[("claim-2", "1"), ("stance-2", "proves")], "supports"),
    ] {
        let answer = me.post(TAKE, &[&right[..], wrong].concat());
        assert_eq!(answer.status, 422, "{wrong:?}: {}", answer.body);
        assert!(answer.body.contains(reason), "{wrong:?}: {}", answer.body);
        assert!(
            answer.body.contains("name=\"claim-1\" value=\"1\""),
            "what was typed is kept"
        );
    }
    let none = me.post(TAKE, &right[..1]);
    assert_eq!(none.status, 422);
    assert!(
        none.body
            .contains("name the claim of at least one annotation"),
        "{}",
        none.body
    );
    assert_eq!(cited(served), []);
}

#[test]
fn a_file_that_holds_no_annotations_is_told_and_brought_again() {
    let (served, me) = served();
    let many = json!(vec![row("It snowed once.", ""); 301]).to_string();
    for (rows, reason) in [
        ("", "this is not the JSON of Hypothesis"),
        ("{", "this is not the JSON of Hypothesis"),
        ("{}", "this JSON has no annotations"),
        (
            many.as_str(),
            "the file has 301 annotations; bring at most 300 at a time",
        ),
    ] {
        for path in [REHEARSAL, TAKE] {
            let answer = me.post(path, &[("rows", rows)]);
            assert_eq!(answer.status, 422, "{path}: {}", answer.body);
            assert!(
                answer.body.contains(reason),
                "{path}, {reason}: {}",
                answer.body
            );
            assert_eq!(texts(&answer, "main button"), ["Look for the words"]);
        }
    }
    served.end();
}

#[test]
fn only_who_may_cite_brings_annotations_and_only_to_a_snapshot() {
    let desk = desk_of_today();
    desk.snapshot(desk.source("The report"), REPORT);
    let (reader, me) = (
        desk.link(desk.join(Role::Reader)),
        desk.link(desk.researcher),
    );
    let served = desk.serve();
    let (reader, me) = (served.enter(&reader), served.enter(&me));
    assert_eq!(reader.get(NEW).status, 403);
    assert_eq!(reader.post(REHEARSAL, &[("rows", &rows())]).status, 403);
    assert_eq!(
        reader
            .post(TAKE, &[("rows", &rows()), ("claim-1", "1")])
            .status,
        403
    );
    let missing = me.get("/snapshots/9/annotations/new");
    assert_eq!(missing.status, 404);
    let missing = me.post("/snapshots/9/annotations/rehearsal", &[("rows", &rows())]);
    assert_eq!(missing.status, 404);
    served.end();
}
