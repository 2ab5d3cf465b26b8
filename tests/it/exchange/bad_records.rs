//! Files with something wrong in them: each is refused with the place and the
//! reason, and leaves nothing behind unless the good part was asked for.

use std::path::Path;

use citekeep::desk::Actor;
use citekeep::desk::exchange::incoming::{BadRecord, ImportError, Outcome, Policy, import};
use citekeep::store::log;
use serde_json::{Value, json};

use crate::support::{TestDesk, desk};

/// A small file that is right.
fn file() -> Value {
    json!({
        "format": "citekeep",
        "version": 1,
        "articles": [
            {"id": 1, "title": "The bridge", "content": {"utf8": "The bridge opened in 1932."}},
        ],
        "sources": [
            {"id": 1, "title": "The survey", "kind": "assessment", "publisher": "The city",
             "directness": "primary", "grade": {"reliability": "B", "credibility": "2"},
             "as_cited_by": 2},
            {"id": 2, "title": "The report", "kind": "report", "publisher": "The city",
             "directness": "secondary", "grade": {"reliability": "A", "credibility": "1"},
             "as_cited_by": null, "published": null, "url": null},
        ],
        "snapshots": [
            {"id": 1, "source": 2, "content": {"utf8": "It opened in 1932. It closed. It closed."}},
        ],
        "claims": [
            {"id": 1, "statement": "The bridge opened in 1932.",
             "appearance": {"article": 1, "quote": "opened in 1932"},
             "citations": [
                {"id": 1, "source": 1, "snapshot": 1, "quote": "opened in 1932", "stance": "supports"},
             ]},
            {"id": 2, "statement": "The bridge closed."},
        ],
    })
}

fn bring(
    desk: &TestDesk,
    folder: &Path,
    file: &Value,
    policy: Policy,
) -> Result<Outcome, ImportError> {
    let json = serde_json::to_vec(file).expect("JSON");
    import(
        &desk.desk,
        Actor::Operator,
        (&json, folder),
        policy,
        |_, _| {},
    )
}

fn bad(result: Result<Outcome, ImportError>) -> Vec<BadRecord> {
    match result {
        Err(ImportError::BadRecords(bad)) => bad,
        other => unreachable!("the file has a bad record, but: {other:?}"),
    }
}

fn log_size(desk: &TestDesk) -> u64 {
    desk.desk.read(|db| Ok(log::size(db)?)).expect("a size")
}

#[test]
fn a_good_file_is_taken_in_whole() {
    let desk = desk();
    let done = bring(&desk, Path::new("."), &file(), Policy::Whole).expect("a good file");
    assert_eq!(
        (
            done.articles.len(),
            done.sources.len(),
            done.snapshots.len()
        ),
        (1, 2, 1)
    );
    assert_eq!((done.claims.len(), done.citations.len()), (2, 1));
    desk.is_clean();
}

/// What to change in the good file, at which JSON pointer; where the import
/// says that it is bad; and a part of the reason.
type Case = (&'static str, fn() -> Value, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "/articles/0/title",
        || json!(""),
        "/articles/0/title",
        "empty",
    ),
    (
        "/articles/0/content",
        || json!({"utf8": "  "}),
        "/articles/0/content",
        "no words",
    ),
    (
        "/articles/0/content",
        || json!({"base64": "%%"}),
        "/articles/0/content",
        "not base64",
    ),
    (
        "/sources/1/grade/reliability",
        || json!("Z"),
        "/sources/1/grade/reliability",
        "Z",
    ),
    (
        "/sources/1/kind",
        || json!("rumour"),
        "/sources/1/kind",
        "rumour",
    ),
    (
        "/sources/1/publisher",
        || Value::Null,
        "/sources/1/publisher",
        "null",
    ),
    ("/sources/1/id", || json!(1), "/sources/1/id", "used twice"),
    (
        "/sources/0/as_cited_by",
        || json!(99),
        "/sources/0/as_cited_by",
        "no such source",
    ),
    (
        "/sources/1/as_cited_by",
        || json!(1),
        "/sources/0/as_cited_by",
        "no such source",
    ),
    (
        "/sources/1/published",
        || json!("2021-13"),
        "/sources/1/published",
        "write the date",
    ),
    (
        "/sources/1/url",
        || json!("javascript:alert(1)"),
        "/sources/1/url",
        "http",
    ),
    (
        "/snapshots/0/source",
        || json!(99),
        "/snapshots/0/source",
        "no source 99",
    ),
    (
        "/snapshots/0/content",
        || json!({"file": "none.txt"}),
        "/snapshots/0/content",
        "not there",
    ),
    (
        "/snapshots/0/content",
        || json!({"file": "../outside.txt"}),
        "/snapshots/0/content",
        "in the folder",
    ),
    (
        "/snapshots/0/content",
        || json!({"file": "/etc/hostname"}),
        "/snapshots/0/content",
        "in the folder",
    ),
    (
        "/snapshots/0/content",
        || json!({"file": "link.txt"}),
        "/snapshots/0/content",
        "leads out",
    ),
    (
        "/snapshots/0/content",
        || json!({"file": "linked/outside.txt"}),
        "/snapshots/0/content",
        "leads out",
    ),
    (
        "/claims/0/statement",
        || json!(""),
        "/claims/0/statement",
        "empty",
    ),
    ("/claims/1/id", || json!(1), "/claims/1/id", "used twice"),
    ("/claims/0/id", || json!("one"), "/claims/0/id", "one"),
    (
        "/claims/0/appearance/article",
        || json!(7),
        "/claims/0/appearance/article",
        "no article 7",
    ),
    (
        "/claims/0/appearance/quote",
        || json!("1933"),
        "/claims/0/appearance",
        "not in the text",
    ),
    (
        "/claims/0/citations/0/quote",
        || json!("1933"),
        "/claims/0/citations/0/quote",
        "not in the text",
    ),
    (
        "/claims/0/citations/0/quote",
        || json!("It closed."),
        "/claims/0/citations/0/quote",
        "2 times",
    ),
    (
        "/claims/0/citations/0/stance",
        || json!("agrees"),
        "/claims/0/citations/0/stance",
        "agrees",
    ),
    (
        "/claims/0/citations/0/snapshot",
        || json!(9),
        "/claims/0/citations/0/snapshot",
        "no snapshot 9",
    ),
    (
        "/claims/0/citations/0/source",
        || json!(9),
        "/claims/0/citations/0/source",
        "no source 9",
    ),
];

/// A folder to import from, with ways out of it.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("outside.txt"), "It opened in 1932.").expect("a file");
    let inside = dir.path().join("inside");
    std::fs::create_dir(&inside).expect("a folder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink("../outside.txt", inside.join("link.txt")).expect("a link");
        symlink("..", inside.join("linked")).expect("a link");
    }
    dir
}

#[test]
fn each_bad_record_is_told_with_its_place_and_nothing_stays() {
    let desk = desk();
    let dir = folder();
    let before = log_size(&desk);
    for (pointer, value, place, reason) in CASES {
        let mut file = file();
        *file.pointer_mut(pointer).expect(pointer) = value();
        let told = bad(bring(
            &desk,
            &dir.path().join("inside"),
            &file,
            Policy::Whole,
        ));
        assert!(
            told[0].place == *place && told[0].reason.contains(reason),
            "{pointer}: {told:?}"
        );
        // What else is told follows from the first: records that need it.
        for record in &told[1..] {
            assert!(record.reason.contains("could be imported"), "{record:?}");
        }
        assert_eq!(log_size(&desk), before, "{pointer}");
    }
    desk.is_clean();
}

#[test]
fn a_missing_field_is_named() {
    let desk = desk();
    let mut file = file();
    let source = file["sources"][1].as_object_mut().expect("a record");
    source.remove("publisher");
    let told = bad(bring(&desk, Path::new("."), &file, Policy::Whole));
    assert_eq!(told[0].place, "/sources/1");
    assert!(told[0].reason.contains("`publisher`"), "{told:?}");
}

#[test]
fn keep_going_leaves_out_the_bad_and_what_needs_it() {
    let desk = desk();
    let mut file = file();
    file["snapshots"][0]["source"] = json!(99);
    let done = bring(&desk, Path::new("."), &file, Policy::KeepGoing).expect("the good part");
    let places: Vec<&str> = done.bad.iter().map(|bad| bad.place.as_str()).collect();
    assert_eq!(
        places,
        ["/snapshots/0/source", "/claims/0/citations/0/snapshot"]
    );
    assert_eq!((done.claims.len(), done.citations.len()), (2, 0));
    desk.is_clean();
}

#[test]
fn files_of_another_kind_are_refused_as_a_whole() {
    let desk = desk();
    for (field, value) in [
        ("format", json!("other")),
        ("version", json!(2)),
        ("claims", json!({})),
    ] {
        let mut file = file();
        file[field] = value;
        let refused = bring(&desk, Path::new("."), &file, Policy::KeepGoing);
        assert!(matches!(refused, Err(ImportError::NotAFile(_))), "{field}");
    }
}

#[test]
fn a_file_that_is_bad_throughout_ends_early() {
    let desk = desk();
    let mut file = file();
    file["claims"] = Value::Array(vec![json!({}); 5_000]);
    let told = bad(bring(&desk, Path::new("."), &file, Policy::KeepGoing));
    assert_eq!(told.len(), 1_000);
}
