//! The walls, cell by cell: every route and operation × everybody who could ask
//! × things that are their own, somebody else's, public, sealed or erased.
//!
//! What is expected is `table.txt`, for people to read: those who get the same
//! answers stand together. A route that is new stands in no group and fails the
//! test, as does a cell that changed. Each answer is also dressed as it must be
//! (`headers.rs`). What the roles and scopes alone say is
//! written out once more by hand in `people.rs`, so that nobody takes a hole in
//! the wall into the table by mistake.

mod house;
mod people;
mod walk;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use citekeep::web::api::{BASE, operations};
use citekeep::web::routes::TABLE;

use self::people::{Somebody, may};
use self::walk::{Cell, Row};

/// What is expected, below the words for its reader.
const EXPECTED: &str = "tests/it/http/walls/table.txt";

/// Every route of the pages and every operation of the API.
fn rows() -> Vec<Row> {
    let pages = TABLE.iter().map(|(method, pattern, need)| Row {
        method: method.to_uppercase(),
        pattern: (*pattern).to_owned(),
        need: *need,
        for_people: false,
    });
    let api = operations().iter().map(|operation| Row {
        method: operation.method.to_string(),
        pattern: format!("{BASE}{}", operation.path),
        need: operation.need,
        for_people: operation.for_people,
    });
    let mut rows: Vec<Row> = pages.chain(api).collect();
    rows.sort_by_key(|row| (row.seals(), row.ends_something()));
    rows
}

/// Those who get the same answers, with the rows for which they do.
fn table(cells: &BTreeMap<String, Vec<String>>) -> String {
    let mut table = String::new();
    for (who, rows) in cells {
        let _ = writeln!(table, "{who}");
        for row in rows {
            let _ = writeln!(table, "    {row}");
        }
        table.push('\n');
    }
    table
}

#[test]
fn everybody_comes_as_far_as_the_table_says_and_no_further() {
    let (house, people) = house::build();
    let mut cells: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong: Vec<String> = Vec::new();
    for row in rows() {
        for kind in row.kinds() {
            let path = house.path(&row, kind);
            let is_asked_by_all = kind.is_empty() || *kind == "open";
            let asking: Vec<&Somebody> = people
                .iter()
                .filter(|one| is_asked_by_all || one.is_one_of_few())
                .collect();
            let mut answers = Vec::new();
            for one in &asking {
                let cell = walk::ask(&house, &row, &path, one);
                wrong.extend(
                    against_rules(&row, one, cell).map(|words| format!("{words} at {path}")),
                );
                answers.push(cell);
            }
            let who = grouped(&asking, &answers);
            let line = format!("{:<6} {} {kind}", row.method, row.pattern);
            let line = line.trim_end().to_owned();
            cells.entry(who).or_default().push(line);
        }
    }
    house.served.end();
    assert!(wrong.is_empty(), "{wrong:#?}");
    compare(&table(&cells));
}

/// What role and scope alone say against a cell, if they do.
fn against_rules(row: &Row, one: &Somebody, cell: Cell) -> Option<String> {
    let is_right = match may(one, row) {
        Ok(()) => ![Cell::Unknown, Cell::Broken].contains(&cell),
        Err(refusal) => cell == refusal,
    };
    let words = || format!("{}: {cell:?} for {} {}", one.name, row.method, row.pattern);
    (!is_right).then(words)
}

/// Answers as a line: each answer with those who get it.
fn grouped(people: &[&Somebody], answers: &[Cell]) -> String {
    let mut by_answer: Vec<(Cell, Vec<&str>)> = Vec::new();
    for (one, cell) in people.iter().zip(answers) {
        match by_answer.iter_mut().find(|(other, _)| other == cell) {
            Some((_, names)) => names.push(one.name),
            None => by_answer.push((*cell, vec![one.name])),
        }
    }
    by_answer.sort();
    let parts = by_answer.iter().map(|(cell, names)| {
        let all = names.len() == people.len();
        let names = if all {
            "everybody".to_owned()
        } else {
            names.join(" ")
        };
        format!("{cell}: {names}")
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Holds the table against the one that is expected.
fn compare(found: &str) {
    let lines = |table: &str| table.lines().map(str::to_owned).collect::<Vec<_>>();
    // Lines for the reader stand at the head of the file.
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXPECTED);
    let file = std::fs::read_to_string(place).expect("the table");
    let expected = file.split_once("----\n").map_or("", |(_, table)| table);
    if found == expected {
        return;
    }
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walls.txt");
    std::fs::write(&place, found).expect("a file to look at");
    let (found, expected) = (lines(found), lines(expected));
    let new: Vec<_> = found
        .iter()
        .filter(|line| !expected.contains(line))
        .collect();
    let gone: Vec<_> = expected
        .iter()
        .filter(|line| !found.contains(line))
        .collect();
    assert!(
        found == expected,
        "the table is another one; it stands in {}\nnew: {new:#?}\ngone: {gone:#?}",
        place.display()
    );
}
