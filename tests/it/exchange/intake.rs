//! Claims from a table: what is told of every row, and what is made of it.

use citekeep::capture::table::{self, Table};
use citekeep::desk::exchange::columns::Map;
use citekeep::desk::exchange::intake::{self, Alike, Fate, Taken};
use citekeep::store;

use crate::support::http::{Visitor, texts};
use crate::support::program::citekeep;
use crate::support::{TestDesk, desk, desk_of_today};

fn table(csv: &str) -> (Table, Map) {
    let table = table::read(csv.as_bytes()).expect("a table");
    let map = Map::guess(&table.names);
    (table, map)
}

/// What is told of every row of a table.
fn check(desk: &TestDesk, csv: &str, expected: &[&str]) {
    let (table, map) = table(csv);
    let rows = intake::rehearse(&desk.desk, &table, &map).expect("a rehearsal");
    let told = rows.iter().map(|row| match &row.fate {
        Fate::New => "new".to_owned(),
        Fate::More { line } => format!("more of {line}"),
        Fate::Repeated { line } => format!("as {line}"),
        Fate::Alike { claim, .. } => format!("like claim {claim}"),
        Fate::Bad(flaws) => {
            let flaws = flaws.iter();
            let flaws = flaws.map(|flaw| format!("{}: {}", flaw.field.as_str(), flaw.reason));
            flaws.collect::<Vec<_>>().join("; ")
        }
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "{csv}");
}

#[test]
fn every_row_is_told_its_fate_and_every_wrong_field_its_reason() {
    let desk = desk();
    desk.claim("The tunnel under the river opened in 1971 for trains.");
    let snapshot = desk.snapshot(desk.source("The report"), "It rained twice.");
    let head = "claim,said by,role,url,date,quote,snapshot,source,stance\n";
    for (row, fate) in [
        ("The bridge opened in 1932.", "new"),
        (",Somebody", "statement: this may not be empty"),
        (
            "A claim.,,mayor",
            "claimant: a role needs the name of whoever has it",
        ),
        (
            "A claim.,,,example.org",
            "appearance_url: an address starts with http:// or https:// and names a host",
        ),
        (
            "A claim.,,,,May 1932",
            "appearance_date: write the date as far as it is known: 2021, 2021-08 or 2021-08-27",
        ),
        (
            "A claim.,,,,,It rained.,x",
            "snapshot: a number from 1 upwards is needed here",
        ),
        (
            "A claim.,,,,,It rained.",
            "quote: name the snapshot that it stands in, or a source that has one",
        ),
        (
            "A claim.,,,,,It snowed.,1",
            "quote: these words are not in the text; check them against it, or choose another snapshot",
        ),
        ("A claim.,,,,,It rained.,9", "quote: there is no snapshot 9"),
        (
            "A claim.,,,,,It rained twice.,1,,proves",
            "stance: choose one of: supports refutes context ",
        ),
        ("A claim.,,,,,It rained twice.,1", "new"),
        ("A claim.,,,,,It rained twice.,,1,refutes", "new"),
        (
            "The tunnel under the river opened in 1971 for trains!",
            "like claim 1",
        ),
    ] {
        check(&desk, &format!("{head}{row}\n"), &[fate]);
    }
    assert_eq!(snapshot.get(), 1);
    let twice =
        "claim,quote,snapshot\nIt rained.,,\n\"it  RAINED.\",,\nIt rained.,It rained twice.,1\n";
    check(&desk, twice, &["new", "as 2", "more of 2"]);
    desk.is_clean();
}

#[test]
fn what_is_taken_in_is_what_was_told_in_one_transaction() {
    let desk = desk();
    desk.claim("The tunnel under the river opened in 1971 for trains.");
    desk.snapshot(
        desk.source("The report"),
        "It rained twice. It snowed once.",
    );
    let csv = "Claim;Said by;Role;Quote;Snapshot;Stance\n\
        It rained.;Ana Example;mayor;It rained twice.;1;supports\n\
        It rained.;;;It snowed once.;1;refutes\n\
        ;;;;;\n\
        ;nobody;;;;\n\
        The tunnel under the river opened in 1971 for trains;;;;;\n";
    let before = desk
        .desk
        .read(|db| Ok(store::log::size(db)?))
        .expect("the log");
    let (rows, map) = table(csv);
    intake::rehearse(&desk.desk, &rows, &map).expect("a rehearsal");
    let after = desk
        .desk
        .read(|db| Ok(store::log::size(db)?))
        .expect("the log");
    assert_eq!(before, after, "a rehearsal changes nothing");
    let none = Alike::Only(Default::default());
    let taken = intake::take(&desk.desk, desk.researcher, (rows, map), none).expect("taken");
    assert_eq!(
        taken,
        Taken {
            claims: 1,
            citations: 2,
            left_out: 2
        }
    );
    let claim = citekeep::domain::ids::ClaimId::new(2).expect("a number");
    let (found, cited) = desk
        .desk
        .read(|db| {
            Ok((
                store::claims::get(db, claim)?,
                store::citations::list(db, claim)?,
            ))
        })
        .expect("the claim");
    let by = found.claimant.expect("a claimant");
    assert_eq!(
        (by.name.as_str(), found.state.as_str()),
        ("Ana Example", "in_review")
    );
    assert_eq!(cited.len(), 2);
    let (rows, map) = table(csv);
    let again = intake::take(&desk.desk, desk.researcher, (rows, map), Alike::All);
    assert_eq!(
        again.expect("taken").claims,
        2,
        "those who say so take what is alike"
    );
    desk.is_clean();
}

#[test]
fn a_person_uploads_looks_and_only_then_confirms() {
    let desk = desk_of_today();
    desk.claim("The tunnel under the river opened in 1971 for trains.");
    let link = desk.link(desk.researcher);
    let closed = desk.close();
    let mut program = citekeep(&closed.data, &["serve"]);
    let base = program.address();
    let me = Visitor::enter(&base, &link);
    let csv = "No,What was said\n1,The bridge opened in 1932.\n2,The tunnel under the river opened in 1971 for trains.\n";
    let unknown = me.post("/imports/rehearsal", &[("table", csv)]);
    assert_eq!(unknown.status, 422);
    assert!(
        unknown.body.contains("say which column holds the claims"),
        "{}",
        unknown.body
    );
    let chosen = [("table", csv), ("chosen", "yes"), ("statement", "1")];
    let told = me.post("/imports/rehearsal", &chosen);
    assert_eq!(told.status, 200, "{}", told.body);
    let heads = texts(&told, "h2");
    assert!(
        heads.contains(&"1 look like claims of the desk".to_owned()),
        "{heads:?}"
    );
    assert!(
        heads.contains(&"1 become a new claim".to_owned()),
        "{heads:?}"
    );
    assert!(
        !me.get("/claims?queue=all").body.contains("bridge"),
        "nothing is saved"
    );
    let carried = texts(&told, "textarea[name=table]");
    assert_eq!(carried, [csv.trim()]);
    let taken = me.post("/imports", &chosen);
    assert_eq!(
        taken.location.as_deref(),
        Some("/imports?claims=1&citations=0&left=1")
    );
    assert!(me.get("/claims?queue=all").body.contains("bridge"));
    assert_eq!(me.post("/imports/rehearsal", &[("table", "")]).status, 422);
}
