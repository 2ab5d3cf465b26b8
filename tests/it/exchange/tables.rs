//! Claims and citations as CSV, read back with Python's own reader.

use citekeep::desk::exchange::tables::{Kind, Of, Table};
use citekeep::desk::{claims, publishing};
use citekeep::domain::claim::Claimant;
use citekeep::domain::ids::{ClaimId, PersonId};
use citekeep::domain::publication::CorrectionKind;
use citekeep::domain::words::{Name, Statement};
use citekeep::store::{public, queue};
use serde_json::Value;

use crate::support::http::Visitor;
use crate::support::program::citekeep;
use crate::support::python::python;
use crate::support::{TestDesk, desk, desk_of_today, note};

const READ: &str = "
import csv, io, json, sys
text = sys.stdin.buffer.read().decode('utf-8-sig')
print(json.dumps(list(csv.DictReader(io.StringIO(text, newline=''), strict=True))))
";

fn everything(desk: &TestDesk) -> Of {
    Of::Queue(queue::Filter {
        queue: queue::Queue::All,
        ..queue::Filter::of(PersonId::FIRST, desk.desk.now())
    })
}

fn written(desk: &TestDesk, kind: Kind, of: Of) -> Vec<u8> {
    let mut table = Table::new(kind, of, "https://desk.example");
    let mut file = Vec::new();
    while let Some(part) = table.next(&desk.desk).expect("the next part") {
        file.extend(part);
    }
    file
}

fn rows(desk: &TestDesk, kind: Kind, of: Of) -> Vec<Value> {
    let file = written(desk, kind, of);
    python(READ, &file).as_array().expect("rows").clone()
}

fn open(desk: &TestDesk, statement: &str, who: &str) -> ClaimId {
    let new = claims::NewClaim {
        statement: Statement::parse(statement).expect("a statement"),
        claimant: Some(Claimant {
            name: Name::parse(who).expect("a name"),
            role: None,
        }),
        made: claims::Made::default(),
    };
    claims::open(&desk.desk, desk.researcher, new).expect("an open claim")
}

#[test]
fn every_claim_is_a_row_and_no_cell_is_a_formula() {
    let desk = desk();
    let (published, _) = desk.published();
    let said = "=HYPERLINK(\"http://x.example\"), said; and more";
    open(&desk, said, "@somebody");
    let found = rows(&desk, Kind::Claims, everything(&desk));
    assert_eq!(found.len(), 2);
    let first = &found[0];
    for (column, expected) in [
        ("claim", "1"),
        ("statement", "The bridge opened in 1932."),
        ("state", "published"),
        ("stale", "false"),
        ("rating", "true"),
        ("rating_label", "True"),
        ("best_value", "5"),
        ("worst_value", "1"),
        ("verdict_stands", "true"),
        ("rationale", "The report says so."),
        ("reviewer", "Reviewer"),
        ("citations", "1"),
        ("independent_origins", "1"),
        ("only_secondary", "false"),
        ("url", "https://desk.example/published/1"),
    ] {
        assert_eq!(first[column], expected, "{column}");
    }
    assert_eq!(published.get(), 1);
    assert!(
        first["published_at"]
            .as_str()
            .expect("a moment")
            .ends_with('Z')
    );
    assert_eq!(found[1]["statement"], format!("'{said}"));
    assert_eq!(found[1]["claimant"], "'@somebody");
    assert_eq!(found[1]["rating"], "");
    assert_eq!(found[1]["url"], "");
    desk.is_clean();
}

#[test]
fn every_citation_is_a_row_with_its_source_and_hashes() {
    let desk = desk();
    let seen = desk.source("The report");
    let told = desk.source_known_through("-The assessment", Some(seen));
    let claim = desk.claim("The bridge opened in 1932.");
    let text = "It rained.\n\"The bridge\",\nit says, opened in 1932.";
    let snapshot = desk.snapshot(seen, text);
    let new = citekeep::desk::citations::NewCitation {
        claim,
        source: Some(told),
        snapshot,
        quote: "\"The bridge\",\nit says, opened in 1932.".to_owned(),
        text: None,
        near: None,
        stance: citekeep::domain::citation::Stance::Refutes,
    };
    citekeep::desk::citations::make(&desk.desk, desk.researcher, new).expect("a citation");
    let found = rows(&desk, Kind::Citations, Of::Claim(claim));
    assert_eq!(found.len(), 1);
    let row = &found[0];
    let text_hash = citekeep::domain::hash::ContentHash::of(text.as_bytes()).to_string();
    for (column, expected) in [
        ("claim", "1"),
        ("stance", "refutes"),
        ("in_use", "true"),
        ("source", "2"),
        ("source_title", "'-The assessment"),
        ("source_kind", "report"),
        ("source_grade", "B2"),
        ("as_cited_by", "The report"),
        ("quote", "\"The bridge\",\nit says, opened in 1932."),
        ("prefix", "It rained.\n"),
        ("start", "11"),
        ("end", "49"),
        ("raw_sha256", text_hash.as_str()),
        ("text_sha256", text_hash.as_str()),
    ] {
        assert_eq!(row[column], expected, "{column}");
    }
    desk.is_clean();
}

#[test]
fn a_table_goes_on_over_many_batches() {
    let desk = desk();
    for number in 1..=401 {
        desk.claim(&format!("Claim number {number}."));
    }
    let found = rows(&desk, Kind::Claims, everything(&desk));
    let numbers: Vec<&str> = found
        .iter()
        .filter_map(|row| row["claim"].as_str())
        .collect();
    let expected: Vec<String> = (1..=401).map(|number| number.to_string()).collect();
    assert_eq!(numbers, expected);
    let file = written(&desk, Kind::Citations, everything(&desk));
    assert_eq!(file.windows(2).filter(|pair| pair == b"\r\n").count(), 1);
    desk.is_clean();
}

#[test]
fn a_public_table_has_what_is_published_and_nothing_else() {
    let desk = desk();
    let (claim, _) = desk.published();
    desk.claim("A secret claim.");
    let seen = desk.seen(claim);
    let statement = Statement::parse("A secret wording.").expect("a statement");
    let of = || Of::Published(public::Filter::default());
    let kind = CorrectionKind::Retraction;
    publishing::correct(&desk.desk, desk.editor, seen, kind, note("Wrong bridge."))
        .expect("retracted");
    let seen = desk.seen(claim);
    claims::reword(&desk.desk, desk.researcher, seen, statement, None).expect("reworded");
    let snapshot = desk.snapshot(desk.source("Another"), "A secret quote.");
    desk.cite(claim, snapshot, "A secret quote.");
    let found = rows(&desk, Kind::Claims, of());
    assert_eq!(found.len(), 1);
    for (column, expected) in [
        ("statement", "The bridge opened in 1932."),
        ("state", "retracted"),
        ("verdict_stands", "false"),
        ("corrected", "true"),
        ("citations", "1"),
    ] {
        assert_eq!(found[0][column], expected, "{column}");
    }
    let quotes = rows(&desk, Kind::Citations, of());
    assert_eq!(quotes.len(), 1);
    assert_eq!(quotes[0]["quote"], "The bridge was opened in 1932.");
    let one = rows(&desk, Kind::Citations, Of::PublishedClaim(claim));
    assert_eq!(one, quotes);
    desk.is_clean();
}

#[test]
fn tables_are_downloads_that_strangers_keep_for_a_minute() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let nobody = Visitor::nobody(&base);
    let answer = nobody.get("/published/claims.csv?bom=yes&rating=true");
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.starts_with("\u{feff}claim,statement,"),
        "{}",
        answer.body
    );
    let own = format!("{}/published/1", base.trim_end_matches('/'));
    assert!(answer.body.contains(&own), "{}", answer.body);
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"published-claims.csv\"")
    );
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    let tag = answer.header("etag").expect("a tag").to_owned();
    let again = nobody.ask("GET", "/published/claims.csv", &[("if-none-match", &tag)]);
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let none = nobody.get("/published/claims.csv?rating=false").body;
    assert_eq!(none.lines().count(), 1, "{none}");
    assert_eq!(nobody.get("/published/2/citations.csv").status, 404);
    assert_eq!(nobody.get("/claims.csv").status, 303);
    let me = Visitor::enter(&base, &link);
    let open = me.get("/claims.csv?queue=open").body;
    assert_eq!(open.lines().count(), 1, "published claims are not open");
    let all = me.get("/citations.csv?queue=all");
    assert_eq!(all.body.lines().count(), 2, "{}", all.body);
    assert_eq!(all.header("cache-control"), Some("no-store"));
    assert_eq!(me.get("/claims/9/citations.csv").status, 404);
}
