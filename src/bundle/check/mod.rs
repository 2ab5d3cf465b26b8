//! Checking a bundle with nothing but the file: no desk, no network, no clock.
//!
//! From the outside in: the archive and the bag; the checkpoint and its
//! signature; receipts, leaves and bodies; the words that verdicts rest on; and
//! whether the dossier says what the entries say. What is in memory at a time
//! is bounded, whatever the file says of itself.

mod container;
mod dossier;
mod list;
mod log;
pub mod report;
mod skim;
mod words;

use std::io::{self, Read, Seek};

use crate::ledger::key::VerifierKey;

use self::container::Bag;
use self::report::Report;
use super::facts::Kind;

/// Checks a bundle. Without a key, the bundle's own is used, which proves that
/// the bundle fits itself.
///
/// # Errors
/// When the file cannot be read; whatever stands in it is in the report.
pub fn check<R: Read + Seek>(file: R, key: Option<&VerifierKey>) -> io::Result<Report> {
    let mut report = Report::new();
    if let Some(mut bag) = container::open(file, &mut report)? {
        inside(&mut bag, key, &mut report)?;
    }
    conclude(&mut report);
    Ok(report)
}

/// Checks the archive and the bag alone: whether the file is, byte for byte,
/// what its manifests say. Who made it is not asked.
///
/// # Errors
/// When the file cannot be read.
pub fn check_bag<R: Read + Seek>(file: R) -> io::Result<Report> {
    let mut report = Report::new();
    container::open(file, &mut report)?;
    conclude(&mut report);
    Ok(report)
}

fn inside<R: Read + Seek>(
    bag: &mut Bag<R>,
    key: Option<&VerifierKey>,
    report: &mut Report,
) -> io::Result<()> {
    let Some(facts) = list::read(bag, report)? else {
        return Ok(());
    };
    list::check(bag, &facts, report);
    let Some(checkpoint) = log::checkpoint(bag, &facts, key, report)? else {
        return Ok(());
    };
    let entries = log::entries(bag, &facts, &checkpoint, report)?;
    words::check(bag, &facts, &entries, report)?;
    match facts.kind {
        Kind::Desk => dossier::claim(bag, &facts, &entries, report),
        Kind::Public => dossier::published(bag, &facts, &entries, report),
    }
}

/// Says in words what the check proves, and what it does not.
fn conclude(report: &mut Report) {
    let is_own = report.key.as_ref().is_none_or(|key| !key.given);
    if is_own {
        report.not_proven.push(
            "that the key in the bundle is the desk's: compare it with the one on the desk's page about its method, or name one that you kept with --key".to_owned(),
        );
    }
    let open = [
        "that a source is authentic, or that what it says is true",
        "that a verdict is right",
        "that nothing was left out before it was logged, or that every entry about the claim is here",
        "that a text says what the captured bytes say; `citekeep extract` makes it again from them",
        "that the public page, the WARC files and the README say what the entries say",
    ];
    report.not_proven.extend(open.map(str::to_owned));
    if report.counts.witnesses == 0 {
        report.not_proven.push(
            "that the desk shows everybody the same log: keep this checkpoint and compare it with a later one".to_owned(),
        );
    }
    if report.counts.timestamps == 0 {
        report
            .not_proven
            .push("when it was decided: times are the desk's own".to_owned());
    }
    if report.counts.sealed > 0 {
        report.not_proven.push(
            "what sealed sources say, and that what is called sealed is: their entries have no body here".to_owned(),
        );
    }
    if report.public == Some(true) {
        report.not_proven.push(
            "who made the claim and what its sources are called: the entries that say so are not public".to_owned(),
        );
    }
    if report.result != report::State::Ok {
        return;
    }
    let Some(covered) = &report.checkpoint else {
        return;
    };
    let counts = report.counts;
    report.proven = vec![
        format!(
            "{} bytes in {} files are, to the byte, those that the bag lists",
            counts.bytes, counts.files
        ),
        format!(
            "the log {} was signed with {} entries",
            covered.origin, covered.size
        ),
        format!(
            "{} receipts lead to the signed root {}",
            counts.receipts, covered.root
        ),
        format!("{} entries say what was logged", counts.bodies),
        format!(
            "{} captured files and texts have the hash that they are named by",
            counts.blobs
        ),
        format!(
            "{} quotes stand in their text, letter by letter",
            counts.quotes
        ),
        format!(
            "{} verdicts rest on the words that they name",
            counts.verdicts
        ),
        "the dossier says what the entries say".to_owned(),
    ];
}
