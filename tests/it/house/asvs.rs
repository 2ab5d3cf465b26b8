//! docs/security.md has every requirement of OWASP ASVS 5.0.0, levels 1 and 2, and
//! names no file that is not there.

use std::path::Path;

/// Each section with its last number at level 1 or 2; those of level 3 come
/// after these in every section. Chapters 6 and 7 have a paper of their own.
#[rustfmt::skip]
const SECTIONS: &[(&str, u32)] = &[
    ("1.1", 2), ("1.2", 9), ("1.3", 11), ("1.4", 3), ("1.5", 2),
    ("2.1", 3), ("2.2", 3), ("2.3", 4), ("2.4", 1),
    ("3.2", 2), ("3.3", 4), ("3.4", 6), ("3.5", 5), ("3.7", 2),
    ("4.1", 3), ("4.2", 1), ("4.3", 2), ("4.4", 4),
    ("5.1", 1), ("5.2", 3), ("5.3", 2), ("5.4", 3),
    ("8.1", 2), ("8.2", 3), ("8.3", 1), ("8.4", 1),
    ("9.1", 3), ("9.2", 4),
    ("10.1", 2), ("10.2", 2), ("10.3", 4), ("10.4", 11), ("10.5", 5), ("10.6", 2), ("10.7", 3),
    ("11.1", 2), ("11.2", 3), ("11.3", 3), ("11.4", 4), ("11.5", 1), ("11.6", 1),
    ("12.1", 3), ("12.2", 2), ("12.3", 4),
    ("13.1", 1), ("13.2", 5), ("13.3", 2), ("13.4", 5),
    ("14.1", 2), ("14.2", 4), ("14.3", 3),
    ("15.1", 3), ("15.2", 3), ("15.3", 7),
    ("16.1", 1), ("16.2", 5), ("16.3", 4), ("16.4", 3), ("16.5", 3),
    ("17.1", 1), ("17.2", 4), ("17.3", 2),
];

/// Those of them that are of level 1.
#[rustfmt::skip]
const LEVEL_1: [&str; 51] = [
    "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.5.1",
    "2.1.1", "2.2.1", "2.2.2", "2.3.1",
    "3.2.1", "3.2.2", "3.3.1", "3.4.1", "3.4.2", "3.5.1", "3.5.2", "3.5.3",
    "4.1.1", "4.4.1", "5.2.1", "5.2.2", "5.3.1", "5.3.2",
    "8.1.1", "8.2.1", "8.2.2", "8.3.1", "9.1.1", "9.1.2", "9.1.3", "9.2.1",
    "10.4.1", "10.4.2", "10.4.3", "10.4.4", "10.4.5",
    "11.3.1", "11.3.2", "11.4.1", "12.1.1", "12.2.1", "12.2.2", "13.4.1",
    "14.2.1", "14.3.1", "15.1.1", "15.2.1", "15.3.1",
];

/// Those of the chapters on sign-in and sessions, up to level 3.
#[rustfmt::skip]
const SIGN_IN_SECTIONS: &[(&str, u32)] = &[
    ("6.1", 3), ("6.2", 12), ("6.3", 8), ("6.4", 6), ("6.5", 8), ("6.6", 4), ("6.7", 2), ("6.8", 4),
    ("7.1", 3), ("7.2", 4), ("7.3", 2), ("7.4", 5), ("7.5", 3), ("7.6", 2),
];

/// Those of them that are of level 3.
#[rustfmt::skip]
const SIGN_IN_LEVEL_3: [&str; 12] = [
    "6.3.5", "6.3.6", "6.3.7", "6.3.8", "6.4.5", "6.4.6", "6.5.6", "6.5.7", "6.5.8", "6.7.1", "6.7.2", "7.5.3",
];

const SIGN_IN: &str = include_str!("../../../docs/asvs-sign-in.md");

const PAPER: &str = include_str!("../../../docs/security.md");

/// The rows of the tables: number, level, state, words.
fn rows() -> Vec<[&'static str; 4]> {
    let lines = PAPER.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = lines.filter_map(|line| {
        let mut cells = line.trim_end_matches(" |").splitn(4, " | ");
        Some([cells.next()?, cells.next()?, cells.next()?, cells.next()?])
    });
    rows.filter(|row| row[0].starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

#[test]
fn every_requirement_is_answered_once_in_its_order() {
    let expected: Vec<String> = SECTIONS
        .iter()
        .flat_map(|(section, last)| (1..=*last).map(move |n| format!("{section}.{n}")))
        .collect();
    let found: Vec<&str> = rows().iter().map(|row| row[0]).collect();
    assert_eq!(found, expected);
    for [number, level, state, words] in rows() {
        let expected = if LEVEL_1.contains(&number) { "1" } else { "2" };
        assert_eq!(level, expected, "{number}");
        assert!(["met", "n/a", "open"].contains(&state), "{number}: {state}");
        assert!(words.ends_with('.'), "{number}: {words}");
    }
}

#[test]
fn every_file_that_is_named_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let quoted = || PAPER.split('`').skip(1).step_by(2);
    let is_path = |words: &&str| {
        let begins = ["src/", "tests/", "docs/", "static/", "db/"];
        begins.iter().any(|begin| words.starts_with(begin)) && !words.contains(' ')
    };
    let missing: Vec<&str> = quoted()
        .filter(is_path)
        .filter(|path| !root.join(path).exists())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    // After a path others are named without the folder that they share with it.
    let mut code = String::new();
    all(&root.join("src"), &mut code);
    all(&root.join("tests/it"), &mut code);
    let alone = quoted().filter(|words| words.ends_with(".rs") && !is_path(words));
    let unknown: Vec<&str> = alone
        .filter(|name| !code.contains(&format!("/{name}\n")))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Met by what the program is made of: the compiler shows it, or that there is
/// nothing to be shown.
const BY_NATURE: [&str; 9] = [
    "1.4.1", "1.4.3", "3.7.1", "11.5.1", "12.1.2", "15.2.3", "15.3.5", "15.3.6", "16.4.2",
];

#[test]
fn whatever_is_met_names_its_test_or_its_paper() {
    for [number, _, state, words] in rows() {
        let is_shown = ["tests/", ".md", " above", "As "]
            .iter()
            .any(|part| words.contains(part));
        let is_by_nature = BY_NATURE.contains(&number);
        assert!(
            state != "met" || is_shown || is_by_nature,
            "{number}: {words}"
        );
    }
}

/// The numbers of a row: one, or the first and the last of some.
fn numbers(cell: &str) -> Vec<String> {
    let number = cell.split(' ').next().unwrap_or_default();
    let Some((first, last)) = number.split_once('–') else {
        return vec![number.to_owned()];
    };
    let (section, from) = first.rsplit_once('.').expect("a section");
    let (_, to) = last.rsplit_once('.').expect("a section");
    let [from, to] = [from, to].map(|n| n.parse::<u32>().expect("a number"));
    (from..=to).map(|n| format!("{section}.{n}")).collect()
}

#[test]
fn every_requirement_of_sign_in_and_sessions_is_answered_once_in_its_order() {
    let expected: Vec<String> = SIGN_IN_SECTIONS
        .iter()
        .flat_map(|(section, last)| (1..=*last).map(move |n| format!("{section}.{n}")))
        .collect();
    let lines = SIGN_IN.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(" | ").collect()).collect();
    let found: Vec<String> = rows.iter().flat_map(|row| numbers(row[0])).collect();
    assert_eq!(found, expected);
    for row in rows {
        let is_answer = ["met", "not applicable", "open"]
            .iter()
            .any(|a| row[1].starts_with(a));
        assert!(is_answer && row.len() == 3, "{row:?}");
        let number = row[0].split(' ').next().unwrap_or_default();
        let is_third = SIGN_IN_LEVEL_3.contains(&number);
        assert_eq!(row[0].ends_with("(3)"), is_third, "{row:?}");
    }
}

/// What the files below a folder hold, one after the other, with their paths.
fn all(folder: &Path, into: &mut String) {
    for file in std::fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.is_dir() {
            all(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let words = std::fs::read_to_string(&path).expect("its words");
            *into += &format!("\n{}\n{words}", path.display());
        }
    }
}

#[test]
fn every_test_and_file_that_the_paper_on_sign_in_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    all(&root.join("src"), &mut code);
    all(&root.join("tests/it"), &mut code);
    let quoted: Vec<&str> = SIGN_IN.split('`').skip(1).step_by(2).collect();
    let is_test = |words: &&&str| {
        let is_name = words.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
        is_name && words.contains('_') && *words != &"second_factor"
    };
    let is_file = |words: &&&str| words.ends_with(".rs");
    let tests = quoted
        .iter()
        .filter(is_test)
        .map(|name| format!("fn {name}()"));
    let files = quoted
        .iter()
        .filter(is_file)
        .map(|path| format!("/{path}\n"));
    let wanted: Vec<String> = tests.chain(files).collect();
    assert!(wanted.len() > 30, "{}", wanted.len());
    let missing: Vec<&String> = wanted.iter().filter(|name| !code.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
