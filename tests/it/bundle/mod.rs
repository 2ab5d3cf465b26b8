//! The evidence bundle: what it holds, that every change of it is caught, and
//! that tools of others read it.

mod attacks;
mod bytes;
mod commands;
mod contents;
mod forgeries;
mod holes;
mod keys;
mod signed;
mod stamped;
mod tools;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use citekeep::bundle::check::report::{Report, State};
use citekeep::bundle::check::{Known, check};
use citekeep::bundle::facts::Facts;
use citekeep::bundle::write::{self, Content, WriteError};
use citekeep::desk::Desk;
use citekeep::desk::exchange::bundle::{self, Kind};
use citekeep::domain::ids::ClaimId;
use citekeep::store::Db;
use citekeep::web::published_file;

use crate::support::TestDesk;

/// The bundle of a claim.
pub(crate) fn bundle_of(desk: &TestDesk, claim: ClaimId, kind: Kind) -> Vec<u8> {
    written(&desk.desk, claim, kind)
}

fn written(desk: &Desk, claim: ClaimId, kind: Kind) -> Vec<u8> {
    let base = "https://desk.example";
    let draw = |db: &Db<'_>, claim| published_file(desk, db, (base, claim));
    let written = bundle::write(desk, (claim, kind), &draw);
    let mut written = written.expect("a bundle");
    let mut bytes = Vec::new();
    written.file.read_to_end(&mut bytes).expect("its bytes");
    assert_eq!(bytes.len() as u64, written.length);
    bytes
}

fn judged(bytes: &[u8]) -> Report {
    check(Cursor::new(bytes), Known::default()).expect("bytes in memory can be read")
}

/// The bundle must be found as it should be.
fn is_ok(bytes: &[u8]) -> Report {
    let report = judged(bytes);
    assert_eq!(report.findings, []);
    assert_eq!(report.result, State::Ok);
    report
}

/// The bundle must be found so, with words that hold a part.
fn is_found(bytes: &[u8], state: State, part: &str) {
    let report = judged(bytes);
    assert_eq!(report.result, state, "{:#?}", report.findings);
    let words: Vec<String> = report
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.place, finding.words))
        .collect();
    assert!(words.iter().any(|words| words.contains(part)), "{words:#?}");
}

/// The files of an archive, by name, without the folder that they stand in.
fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = BTreeMap::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).expect("a file");
        let name = file.name().expect("a name").into_owned();
        let (_, name) = name.split_once('/').expect("a folder");
        let name = name.to_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("its bytes");
        files.insert(name, content);
    }
    files
}

/// A part of a bundle as text.
fn text(bytes: &[u8], name: &str) -> String {
    let content = files(bytes).remove(name);
    String::from_utf8(content.expect(name)).expect("text")
}

/// The bundle with some of its files changed, and made anew around them as
/// somebody would who knows the format well.
fn remade(
    bytes: &[u8],
    change: impl FnOnce(&mut Facts, &mut BTreeMap<String, Vec<u8>>),
) -> Vec<u8> {
    let mut files = files(bytes);
    let facts = files.remove("data/bundle.json").expect("what it holds");
    let mut facts: Facts = serde_json::from_slice(&facts).expect("facts");
    files.retain(|name, _| name.starts_with("data/"));
    change(&mut facts, &mut files);
    let parts = files.into_iter().map(|(name, content)| {
        let part = name.parse().expect("the name of a part");
        (part, Content::<WriteError>::Bytes(content))
    });
    let written = write::write(Cursor::new(Vec::new()), &facts, parts.collect());
    written.expect("a bundle").into_inner()
}
