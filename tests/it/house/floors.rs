//! Who may know whom.

use super::files::{File, below};

/// Each room of `src/`, and the rooms that it may name.
const MAY_NAME: [(&str, &[&str]); 12] = [
    ("domain", &[]),
    ("text", &["domain"]),
    ("ledger", &["domain"]),
    ("store", &["domain", "text", "ledger"]),
    ("capture", &["domain", "text", "ledger"]),
    ("export", &["domain", "text", "ledger"]),
    ("bundle", &["domain", "text", "ledger"]),
    (
        "desk",
        &[
            "domain", "text", "ledger", "store", "capture", "export", "bundle",
        ],
    ),
    (
        "web",
        &[
            "domain", "text", "ledger", "store", "capture", "export", "bundle", "desk", "config",
        ],
    ),
    (
        "cli",
        &[
            "domain", "text", "ledger", "store", "capture", "export", "bundle", "desk", "config",
            "web",
        ],
    ),
    ("config", &["domain"]),
    ("lib", &[]),
];

/// Words that one place alone may write.
const ONLY_IN: [(&[&str], &str); 6] = [
    (&["rusqlite"], "src/store/"),
    (&["actix_web", "actix_multipart"], "src/web/"),
    (&["hyper", "tokio_rustls"], "src/capture/"),
    (&["TcpStream", "lookup_host"], "src/capture/fetch/"),
    (
        &["println!", "eprintln!", "print!", "eprint!"],
        "src/cli/output.rs",
    ),
    (
        &[
            "SystemTime::now",
            "Timestamp::now",
            "Zoned::now",
            "getrandom",
            "OsRng",
            "thread_rng",
        ],
        "src/main.rs",
    ),
];

/// What the pure floors never touch.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::io::",
    "std::env",
    "std::process",
    "std::thread",
    "tokio",
    "async fn",
    "Instant::now",
];

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim_start()))
        .filter(|(_, line)| !line.starts_with("//"))
}

/// The module path of a file below `src/`: `["web", "pages", "claims"]`.
fn module(path: &str) -> Vec<&str> {
    let inner = path.strip_prefix("src/").unwrap_or(path);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut parts: Vec<&str> = inner.split('/').collect();
    if parts.len() > 1 && parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts
}

fn name_at(rest: &str) -> &str {
    let end = rest
        .find(|mark: char| !(mark.is_alphanumeric() || mark == '_'))
        .unwrap_or(rest.len());
    &rest[..end]
}

/// The rooms that a line names, by `crate::` or by climbing to the root.
fn named<'l>(line: &'l str, module: &[&str]) -> Vec<&'l str> {
    let mut rooms: Vec<&str> = line
        .match_indices("crate::")
        .map(|(at, found)| name_at(&line[at + found.len()..]))
        .collect();
    for (at, _) in line.match_indices("super::") {
        if line[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &line[at..];
        let mut climbed = 0;
        while let Some(further) = rest.strip_prefix("super::") {
            rest = further;
            climbed += 1;
        }
        if climbed == module.len() {
            rooms.push(name_at(rest));
        }
    }
    rooms
}

fn offences(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let module = module(&file.path);
    let room = module[0];
    let allowed = MAY_NAME.iter().find(|(name, _)| *name == room);
    for (at, line) in lines(&file.text) {
        let mut say = |what: String| found.push(format!("{}:{at}: {what}", file.path));
        for other in named(line, &module) {
            let knows = allowed.is_none_or(|(_, rooms)| rooms.contains(&other));
            let is_room = MAY_NAME.iter().any(|(name, _)| *name == other);
            if is_room && other != room && !knows {
                say(format!("{room} must not know {other}"));
            }
        }
        for (words, place) in ONLY_IN {
            for word in words.iter().filter(|word| line.contains(**word)) {
                let within = file.path.starts_with(place);
                let found = line.find(*word).unwrap_or(0);
                let is_whole = !line[..found].ends_with(char::is_alphanumeric);
                if !within && is_whole {
                    say(format!("{word} belongs in {place}"));
                }
            }
        }
        if ["domain", "text", "ledger", "export"].contains(&room) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                say(format!("{word} has no place on a pure floor"));
            }
        }
    }
    found
}

#[test]
fn every_floor_knows_only_the_ones_below() {
    let found: Vec<String> = below(&["src"]).iter().flat_map(offences).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_room_stands_in_the_table() {
    for file in below(&["src"]) {
        let module = module(&file.path);
        let known = MAY_NAME.iter().any(|(name, _)| *name == module[0]);
        assert!(
            known || module == ["main"],
            "{} is in no room of the table",
            file.path
        );
    }
}

#[test]
fn made_up_offenders_are_caught() {
    let offenders = [
        ("src/domain/claim.rs", "use crate::store::Store;"),
        ("src/text/anchor.rs", "use crate::ledger::hash;"),
        ("src/text/anchor.rs", "use super::super::ledger::hash;"),
        ("src/store/log.rs", "let page = crate::web::serve();"),
        ("src/desk/mod.rs", "use super::cli::output;"),
        ("src/desk/claims.rs", "use rusqlite::Connection;"),
        ("src/desk/claims.rs", "fn f(_: actix_web::HttpRequest) {}"),
        ("src/cli/verify.rs", "println!(\"done\");"),
        ("src/cli/verify.rs", "eprint!(\"done\");"),
        ("src/store/open.rs", "let now = jiff::Timestamp::now();"),
        ("src/desk/people.rs", "getrandom::fill(&mut salt);"),
        ("src/ledger/tree.rs", "use std::fs;"),
        ("src/export/json.rs", "async fn write() {}"),
        ("src/bundle/write.rs", "use crate::store::blobs;"),
    ];
    for (path, line) in offenders {
        let found = offences(&File::new(path, line));
        assert_eq!(found.len(), 1, "{path}: {line}: {found:?}");
    }
}

#[test]
fn good_lines_are_left_alone() {
    let good = [
        ("src/desk/claims.rs", "use super::super::store::Store;"),
        ("src/store/log.rs", "use crate::domain::ids::ClaimId;"),
        ("src/store/log.rs", "// the way of crate::web is elsewhere"),
        ("src/web/pages/claims/list.rs", "use super::super::view;"),
        ("src/cli/output.rs", "println!(\"done\");"),
        ("src/main.rs", "getrandom::fill(&mut salt);"),
    ];
    for (path, line) in good {
        assert_eq!(offences(&File::new(path, line)), Vec::<String>::new());
    }
}
