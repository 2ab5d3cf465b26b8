//! Every file that `citekeep export` makes: to a place and to standard output,
//! the same bytes as over HTTP, and read back by programs that do not know this
//! one. And `citekeep import --csv`.

use std::fs;
use std::path::{Path, PathBuf};

use citekeep::desk::claim_reviews;
use citekeep::domain::publication::CorrectionKind;
use citekeep::store::public_changes::Window;
use serde_json::Value;

use super::annotations::article;
use super::feeds::{correct, publish};
use super::round_trip::{citekeep, succeeds};
use crate::support::served::Served;
use crate::support::{check, desk, desk_of_today, python};

/// Prints all words that a file holds, by kind.
const READ: &str = r#"
import csv, io, json, sys
from html.parser import HTMLParser
from xml.etree import ElementTree

def words(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [word for each in value for word in words(each)]
    return [str(value)]

data = sys.stdin.buffer.read()
text = data.decode('utf-8-sig')
if kind == 'json':
    found = words(json.loads(text))
elif kind == 'lines':
    lines = [json.loads(line) for line in text.splitlines()]
    assert (lines[0]['record'], lines[-1]['record']) == ('head', 'end')
    found = words(lines)
elif kind == 'table':
    rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    assert len(rows) > 1 and len({len(row) for row in rows}) == 1
    found = words(rows)
elif kind == 'xml':
    root = ElementTree.fromstring(data)
    assert root.tag == '{http://www.w3.org/2005/Atom}feed'
    found = list(root.itertext())
elif kind == 'bibtex':
    from pybtex.database import parse_string
    entries = parse_string(text, 'bibtex').entries.values()
    found = [str(field) for entry in entries for field in entry.fields.values()]
elif kind == 'page':
    found = []
    class Reader(HTMLParser):
        def handle_data(self, data):
            found.append(data)
    Reader(convert_charrefs=True).feed(text)
print(json.dumps(found))
"#;

/// Tells whether words stand in a file of a format, as another program reads it.
fn holds(format: &str, bytes: &[u8], words: &str) {
    let kind = match format {
        "ndjson" => "lines",
        "claims-csv" | "citations-csv" => "table",
        "atom" => "xml",
        "bibtex" => "bibtex",
        "draft-html" => "page",
        _ => "json",
    };
    let script = format!("kind = {kind:?}\n{READ}");
    let found = match kind {
        "bibtex" => python::pybtex(&script, bytes),
        _ => python::python(&script, bytes),
    };
    let found: Vec<String> = serde_json::from_value(found).expect("a list of words");
    assert!(
        found.iter().any(|one| one.contains(words)),
        "{format}: '{words}' is not in {found:?}"
    );
}

/// The draft without the moment at which it was made.
fn timeless(text: &str) -> String {
    let Some((before, after)) = text.split_once("<dt>Printed</dt>") else {
        return text.to_owned();
    };
    let rest = after.split_once("</dd>").map(|(_, rest)| rest);
    format!("{before}{}", rest.expect("the moment ends"))
}

/// A served desk with everything that a file may hold: claim 1 is published and
/// corrected, claim 2 was taken back, claims 3 and 4 stand in article 1.
fn served() -> (Served, String, PathBuf) {
    let desk = desk_of_today();
    let (first, _) = desk.published();
    correct(
        &desk,
        first,
        CorrectionKind::Correction,
        "A date was wrong.",
    );
    let second = publish(&desk, "It rained all of May.", "true");
    correct(
        &desk,
        second,
        CorrectionKind::Retraction,
        "It did not rain.",
    );
    article(
        &desk,
        &["The bridge 𝔬pened in 1932.", "It is 503 metres long."],
    );
    let claim = citekeep::domain::ids::ClaimId::new(4).expect("a number");
    let snapshot = desk.snapshot(
        desk.source("A survey"),
        "It is 503 metres long, we measured.",
    );
    desk.cite(claim, snapshot, "It is 503 metres long");
    let link = desk.link(desk.editor);
    let served = desk.serve();
    let listen = served.base.trim_start_matches("http://");
    let listen = listen.trim_end_matches('/').to_owned();
    let config = served.data.with_extension("toml");
    fs::write(&config, format!("[server]\nlisten = \"{listen}\"\n")).expect("a configuration");
    (served, link, config)
}

/// What the command makes, where it is served, and words that it holds.
const FILES: [(&str, &str, &str); 27] = [
    ("json", "", "The bridge opened in 1932."),
    ("json --claim 4", "", "It is 503 metres long"),
    ("ndjson", "/exports/desk.ndjson", "It is 503 metres long."),
    (
        "ndjson --published",
        "/exports/published.ndjson",
        "The bridge opened in 1932.",
    ),
    (
        "claims-csv",
        "/claims.csv?queue=all",
        "It is 503 metres long.",
    ),
    (
        "claims-csv --bom",
        "/claims.csv?queue=all&bom=yes",
        "It is 503 metres long.",
    ),
    (
        "claims-csv --published",
        "/published/claims.csv",
        "It rained all of May.",
    ),
    (
        "citations-csv",
        "/citations.csv?queue=all",
        "It is 503 metres long",
    ),
    (
        "citations-csv --published",
        "/published/citations.csv",
        "The bridge was opened in 1932.",
    ),
    (
        "citations-csv --claim 4",
        "/claims/4/citations.csv",
        "It is 503 metres long",
    ),
    (
        "citations-csv --claim 1 --published",
        "/published/1/citations.csv",
        "opened in 1932.",
    ),
    ("bibtex", "/sources.bib", "A survey"),
    ("bibtex --claim 4", "/claims/4/sources.bib", "A survey"),
    ("bibtex --article 1", "/articles/1/sources.bib", "A survey"),
    (
        "bibtex --claim 1 --published",
        "/published/1/sources.bib",
        "report",
    ),
    ("csl-json", "/sources.csl.json", "A survey"),
    (
        "csl-json --article 1",
        "/articles/1/sources.csl.json",
        "A survey",
    ),
    (
        "csl-json --claim 1 --published",
        "/published/1/sources.csl.json",
        "The city's report",
    ),
    (
        "claim-review",
        "/published/claim-reviews.json",
        "The bridge opened in 1932.",
    ),
    (
        "claim-review --claim 1",
        "/published/1/claim-review.json",
        "The bridge was opened in 1932.",
    ),
    ("atom", "/feed.atom", "A date was wrong."),
    ("json-feed", "/feed.json", "A date was wrong."),
    (
        "annotations --article 1",
        "/articles/1/annotations.jsonld",
        "The bridge 𝔬pened in 1932.",
    ),
    (
        "annotations --article 1 --page 0",
        "/articles/1/annotations.jsonld?page=0",
        "It is 503",
    ),
    (
        "hypothesis --article 1",
        "/articles/1/hypothesis.json",
        "It is 503 metres long.",
    ),
    (
        "hypothesis --snapshot 3",
        "/snapshots/3/hypothesis.json",
        "It is 503 metres long",
    ),
    (
        "draft-html --article 1",
        "/articles/1/draft.html",
        "It is 503 metres long.",
    ),
];

#[test]
fn every_file_is_the_one_that_is_served_and_others_read_it() {
    let (served, link, config) = served();
    let me = served.enter(&link);
    let config = config.display().to_string();
    let place = served.data.with_extension("file");
    let to = place.display().to_string();
    for (wanted, path, words) in FILES {
        let mut arguments = vec!["export", "--config", config.as_str(), "--format"];
        arguments.extend(wanted.split(' '));
        let written = succeeds(&served.data, &[&arguments[..], &["--out", "-"]].concat());
        assert_eq!(
            succeeds(&served.data, &[&arguments[..], &["--out", &to]].concat()),
            ""
        );
        let kept = fs::read_to_string(&place).expect("the file");
        assert_eq!(timeless(&kept), timeless(&written), "{wanted}");
        if !path.is_empty() {
            let answer = me.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            assert_eq!(timeless(&answer.body), timeless(&written), "{wanted}");
        }
        let format = wanted.split(' ').next().expect("a format");
        holds(format, written.as_bytes(), words);
    }
    let older = fs::read_dir(served.data.parent().expect("a directory")).expect("a directory");
    let left = older.filter_map(Result::ok).map(|file| file.file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    served.end();
}

#[test]
fn a_review_that_was_taken_back_is_told_as_gone_and_not_written() {
    let (served, link, config) = served();
    let config = config.display().to_string();
    let export = ["export", "--config", &config, "--format", "claim-review"];
    let whole: Value = serde_json::from_str(&succeeds(&served.data, &export)).expect("JSON");
    let items = whole["dataFeedElement"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert!(items[0]["dateDeleted"].is_string(), "{}", items[0]);
    assert!(items[1]["dateDeleted"].is_null(), "{}", items[1]);
    let place = served.data.with_extension("file");
    let to = ["--claim", "2", "--out", &place.display().to_string()].map(str::to_owned);
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let answer = citekeep(&served.data, &[&export[..], &to].concat());
    let said = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert_eq!(answer.status.code(), Some(2), "{said}");
    assert!(said.contains("took its verdict on claim 2 back"), "{said}");
    assert!(!place.exists(), "half a file was left");
    let served_as = served.enter(&link).get("/published/2/claim-review.json");
    assert_eq!(served_as.status, 410);
    served.end();
}

#[test]
fn the_whole_feed_of_reviews_is_its_pages_one_after_the_other() {
    let desk = desk();
    let count = claim_reviews::PAGE + 2;
    for claim in 0..count {
        publish(&desk, &format!("Finding {claim} is right."), "true");
    }
    let base = "https://desk.example";
    let (mut written, mut told) = (Vec::new(), 0);
    claim_reviews::write(&desk.desk, base, &mut written, &mut |done| told = done)
        .expect("the whole feed");
    let whole: Value = serde_json::from_slice(&written).expect("JSON");
    let (mut window, mut pages) = (Some(Window::default()), Vec::new());
    while let Some(asked) = window {
        let page = claim_reviews::feed(&desk.desk, base, asked).expect("a page");
        let json: Value = serde_json::from_str(&page.json).expect("JSON");
        if pages.is_empty() {
            assert_eq!(whole["dateModified"], json["dateModified"]);
        }
        pages.extend(json["dataFeedElement"].as_array().expect("items").clone());
        window = page.next;
    }
    assert_eq!((pages.len(), told), (count, count as u64));
    assert_eq!(whole["dataFeedElement"], Value::Array(pages));
    desk.is_clean();
}

#[test]
fn an_empty_desk_makes_files_that_others_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let file = dir.path().join("none.json");
    let none = "{\"format\": \"citekeep\", \"version\": 1}";
    fs::write(&file, none).expect("a file");
    succeeds(&data, &["import", &file.display().to_string()]);
    let export = |format: &str| succeeds(&data, &["export", "--format", format]);
    let reviews: Value = serde_json::from_str(&export("claim-review")).expect("JSON");
    assert_eq!(reviews["dataFeedElement"], Value::Array(Vec::new()));
    holds("atom", export("atom").as_bytes(), "fact checks");
    holds("json-feed", export("json-feed").as_bytes(), "fact checks");
    assert_eq!(export("bibtex"), "");
    assert_eq!(export("claims-csv").lines().count(), 1);
}

/// Runs an import of a table; returns how it ended and what it said.
fn import(data: &Path, csv: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let file = data.with_extension("csv");
    fs::write(&file, csv).expect("a table");
    let file = file.display().to_string();
    let answer = citekeep(data, &[&["import", "--csv", &file], arguments].concat());
    let said = [answer.stdout, answer.stderr].concat();
    (
        answer.status.code(),
        String::from_utf8(said).expect("UTF-8"),
    )
}

#[test]
fn a_table_is_rehearsed_row_by_row_and_then_taken_in() {
    let desk = desk_of_today();
    desk.claim("The tunnel under the river opened in 1971 for trains.");
    desk.snapshot(
        desk.source("The report"),
        "It rained twice. It snowed once.",
    );
    let closed = desk.close();
    let data = &closed.data;
    let csv = "No;What was said;Who;Words;In\n\
        1;It rained.;Ana Example;It rained twice.;1\n\
        2;It rained.;;It snowed once.;1\n\
        3;It rained.;;;\n\
        4;The tunnel under the river opened in 1971 for trains!;;;\n\
        5;It hailed.;;It hailed.;1\n";
    let map = [
        "--map",
        "statement=What was said,claimant=Who,quote=Words,snapshot=In",
    ];
    let fates = "line 2: a new claim\n\
        line 3: another citation for the claim of line 2\n\
        line 4: left out: the same as line 2\n\
        line 5: looks like claim 1 (100% the same)\n\
        line 6: bad: quote: these words are not in the text; check them against it, or choose another snapshot\n";
    let before = succeeds(data, &["export"]);
    let told = import(data, csv, &[&map[..], &["--dry-run"]].concat());
    assert_eq!(told, (Some(1), fates.to_owned()));
    let (code, said) = import(data, csv, &map);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("nothing was imported; mend these rows"),
        "{said}"
    );
    assert_eq!(succeeds(data, &["export"]), before, "nothing was changed");
    let (code, said) = import(data, csv, &[&map[..], &["--keep-going"]].concat());
    assert_eq!(code, Some(1), "{said}");
    let taken = "imported 1 claims, 2 citations; left out 3 rows\n";
    assert_eq!(said, format!("{fates}{taken}"));
    let alike = "claim\nThe tunnel under the river opened in 1971 for trains!\n";
    let (code, said) = import(data, alike, &["--dry-run"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "line 2: looks like claim 1 (100% the same)\n")
    );
    let (code, said) = import(data, alike, &["--take-alike"]);
    assert!(
        said.ends_with("imported 1 claims, 0 citations; left out 0 rows\n"),
        "{said}"
    );
    assert_eq!(code, Some(0));
    assert_eq!(check(data).findings, []);
}

#[test]
fn a_table_or_a_map_that_cannot_be_read_is_bad_usage() {
    let closed = desk_of_today().close();
    let csv = "No,What was said\n1,It rained.\n";
    for (csv, arguments, reason) in [
        (csv, &["--dry-run"][..], "say which column holds the claims"),
        (csv, &["--map", "statement=Claim"], "--map: "),
        (csv, &["--map", "words=No"], "--map: "),
        ("", &["--dry-run"], "citekeep: "),
    ] {
        let (code, said) = import(&closed.data, csv, arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    let whole = citekeep(&closed.data, &["import", "--dry-run", "desk.json"]);
    assert_eq!(whole.status.code(), Some(2), "a dry run is of a table");
    let gone = citekeep(
        &closed.data,
        &["import", "--csv", "/nowhere/to/be/found.csv"],
    );
    assert_eq!(gone.status.code(), Some(2));
}
