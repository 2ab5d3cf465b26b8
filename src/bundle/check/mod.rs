//! Checking a bundle with nothing but the file: no desk, no network, no clock.
//!
//! From the outside in: the archive and the bag; the checkpoint and its
//! signature; receipts, leaves and bodies; the words that verdicts rest on; and
//! whether the dossier says what the entries say. What is in memory at a time
//! is bounded, whatever the file says of itself.

mod around;
mod container;
mod dossier;
mod keys;
mod list;
mod log;
mod personal;
mod published;
pub mod report;
mod skim;
mod strict;
mod words;

use std::io::{self, Read, Seek};

use crate::ledger::key::VerifierKey;
use crate::ledger::policy::Policy;
use crate::ledger::timestamp::Roots;

use self::container::Bag;
use self::report::Report;
use super::facts::{Facts, Kind};

/// What whoever checks a bundle brings along; none of it is needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'k> {
    /// The key of the desk's log. Without it the bundle's own is used, which
    /// proves that the bundle fits itself.
    pub key: Option<&'k VerifierKey>,
    /// Notes of new keys of the log that the bundle itself cannot have: those of
    /// changes after it was made.
    pub successions: &'k [&'k str],
    /// Whom timestamps must lead to. Without them a timestamp proves that
    /// somebody made it.
    pub roots: Option<&'k Roots>,
    /// Which witnesses must have signed, and how many of them.
    pub policy: Option<&'k Policy>,
}

/// Checks a bundle.
///
/// # Errors
/// When the file cannot be read; whatever stands in it is in the report.
pub fn check<R: Read + Seek>(file: R, known: Known<'_>) -> io::Result<Report> {
    let mut report = Report::new();
    report.roots_given = known.roots.is_some();
    report.policy_given = known.policy.is_some();
    if let Some(mut bag) = container::open(file, &mut report)? {
        inside(&mut bag, known, &mut report)?;
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
    known: Known<'_>,
    report: &mut Report,
) -> io::Result<()> {
    let Some(facts) = list::read(bag, report)? else {
        return Ok(());
    };
    list::check(bag, &facts, report);
    let Some(checkpoint) = log::checkpoint(bag, &facts, report)? else {
        return Ok(());
    };
    log::witnesses(bag, (&checkpoint, known.policy), report)?;
    log::stamps(bag, &facts, (&checkpoint, known.roots), report)?;
    let entries = log::entries(bag, &facts, &checkpoint, report)?;
    keys::check(&entries, (&checkpoint, &facts), known, report);
    clocks(&facts, report);
    words::check(bag, &facts, &entries, report)?;
    personal::check(&facts, &entries, report);
    match facts.kind {
        Kind::Desk => dossier::check(bag, &facts, &entries, report),
        Kind::Public => published::check(bag, &facts, &entries, report),
    }
}

/// Says where a clock of the desk and one of a timestamping authority cannot
/// both have been right.
fn clocks(facts: &Facts, report: &mut Report) {
    if let Some(stamped) = report.stamped_at.filter(|stamped| *stamped < facts.at) {
        report.not_proven.push(format!(
            "when the newest entry was made: it says {}, and a timestamp that it existed before {stamped}; one of the two clocks was wrong",
            facts.at
        ));
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
    if report.key.as_ref().is_some_and(|key| key.through > 0) {
        report.not_proven.push(
            "that whoever has the keys between yours and the one that signed kept to one log: compare this checkpoint with the log under your key".to_owned(),
        );
    }
    let open = [
        "that a source is authentic, or that what it says is true",
        "that a verdict is right",
        "that nothing was left out before it was logged, or that every entry about the claim is here",
        "that a text says what the captured bytes say; `citekeep extract` makes it again from them",
        "that the public page, the WARC files and the README say what the entries say",
        "what the desk is called, what its captures are, and what kinds of entries they are whose bodies are not here: nobody signed that",
    ];
    report.not_proven.extend(open.map(str::to_owned));
    if report.counts.policy_witnesses == 0 {
        report.not_proven.push(
            "that the desk shows everybody the same log: keep this checkpoint and compare it with a later one".to_owned(),
        );
    }
    if report.counts.witnesses > 0 && !report.policy_given {
        report
            .not_proven
            .push("that the witnesses are whom you trust: name them with --policy".to_owned());
    }
    conclude_open(report);
    if report.result == report::State::Ok {
        conclude_proven(report);
    }
}

/// What is not proven, going by what the bundle holds.
fn conclude_open(report: &mut Report) {
    if report.counts.timestamps == 0 {
        report
            .not_proven
            .push("when it was decided: times are the desk's own".to_owned());
    } else if !report.roots_given {
        report.not_proven.push(
            "that the timestamps are by authorities that you trust: name their roots with --roots"
                .to_owned(),
        );
    }
    if report.counts.unchecked_signatures > 0 {
        report.not_proven.push(
            "that the people who are named signed with their passkeys: what registers the passkeys is not public".to_owned(),
        );
    }
    if report.counts.unread > 0 {
        report.not_proven.push(format!(
            "that {} quotes stood in their texts: those were erased",
            report.counts.unread
        ));
    }
    if report.counts.sealed > 0 {
        report.not_proven.push(
            "what sealed sources say, and that what is called sealed is: their entries have no body here".to_owned(),
        );
    }
    if report.verdict_in_hole {
        report.not_proven.push(
            "what the published verdict said: the body of its entry is not here, and its rating, and whatever else data/published.json tells of it, are the word of whoever made the bundle".to_owned(),
        );
    }
    if report.public == Some(true) && report.counts.erased > 0 {
        report.not_proven.push(
            "that what is called erased was erased, and what it said: the entry that tells of it is not public".to_owned(),
        );
    }
    if report.public == Some(false) {
        report.not_proven.push(
            "what the dossier tells beside that: where the claim stands and was made, what others found, the sheets of its sources, the captures in it (their bytes are in data/blobs)".to_owned(),
        );
    }
    if report.public == Some(true) {
        report.not_proven.push(
            "who made the claim and what its sources are called: the entries that say so are not public".to_owned(),
        );
    }
}

/// What a bundle proves in which nothing is amiss.
fn conclude_proven(report: &mut Report) {
    let Some(covered) = &report.checkpoint else {
        return;
    };
    let counts = report.counts;
    // Anybody can make a timestamp that leads to nobody.
    if let Some(at) = report.stamped_at.filter(|_| report.roots_given) {
        let words = format!(
            "the log was so by {at}; timestamps that say so: {}",
            counts.timestamps
        );
        report.proven.push(words);
    }
    report.proven.extend([
        format!(
            "{} bytes in {} files are, to the byte, those that the bag lists",
            counts.bytes, counts.files
        ),
        format!(
            "the log {} was signed with {} entries",
            covered.origin, covered.size
        ),
        format!(
            "receipts that lead to the signed root {}: {}",
            covered.root, counts.receipts
        ),
        format!("entries that say what was logged: {}", counts.bodies),
        format!(
            "captured files and texts that have the hash that they are named by: {}",
            counts.blobs
        ),
        format!(
            "quotes that stand in their text, letter by letter: {}",
            counts.quotes
        ),
        format!(
            "verdicts that rest on the words that they name: {}",
            counts.verdicts
        ),
        match report.public {
            Some(true) if report.verdict_in_hole => {
                "when it was published, and its corrections, are what the entries say"
            }
            Some(true) => "what is said to be published is what the entries say",
            _ => {
                "the dossier's wording, citations, verdicts, opinions, publications, corrections and remarks, and who made them, are those of the entries"
            }
        }
        .to_owned(),
    ]);
}
