//! Cosignatures, held against the checkpoints that they stand beside.

use std::collections::BTreeSet;

use crate::ledger::cosignature::{self, CosignerKey};
use crate::ledger::note::Note;
use crate::ledger::policy::Policy;
use crate::store::cosignatures::{self, Cosignature};
use crate::store::{Db, checkpoints};

use super::super::{DeskError, witnesses};
use super::report::{Kind, Report};

/// Checks every stored cosignature by the key that its row names.
pub(super) fn check(db: &Db<'_>, report: &mut Report) -> Result<(), DeskError> {
    let mut witnesses = BTreeSet::new();
    // Rows come in the order of sizes, so that each note is read once.
    let mut covered: Option<(u64, String)> = None;
    cosignatures::walk(db, |found| {
        if covered.as_ref().is_none_or(|(size, _)| *size != found.size) {
            covered = checkpoints::covering(db, found.size)?;
        }
        let note = covered.as_ref().filter(|(size, _)| *size == found.size);
        match wrong(&found, note.map(|(_, note)| note.as_str())) {
            None => {
                report.cosignatures += 1;
                witnesses.insert(found.vkey);
            }
            Some(words) => {
                let place = format!("cosignature of checkpoint {} by {}", found.size, found.vkey);
                report.find(Kind::ForeignCosignature, place, words);
            }
        }
        Ok::<_, DeskError>(())
    })?;
    report.witnesses = witnesses.len() as u64;
    Ok(())
}

/// Looks for a checkpoint that a policy is content with.
pub(super) fn hold_to(db: &Db<'_>, policy: &Policy, report: &mut Report) -> Result<(), DeskError> {
    let newest = witnesses::newest_enough(db, policy)?;
    let judged = newest.and_then(|note| policy.judge(&note).ok());
    let Some(judged) = judged else {
        // What was said before rests on the log alone, and more was asked for.
        report.proven.clear();
        let words = "no checkpoint is signed by a log of the policy and cosigned by enough of its witnesses; \
                     look at Settings, Witnesses, and check that the policy is for this log";
        report.find(Kind::TooFewCosignatures, "the checkpoints", words);
        return Ok(());
    };
    let names: Vec<&str> = judged.cosigned.keys().map(String::as_str).collect();
    let by = match names.as_slice() {
        [] => "nobody, as the policy allows".to_owned(),
        names => names.join(", "),
    };
    report.proven.push(format!(
        "the checkpoint of {} entries is cosigned by {by}",
        judged.checkpoint.size()
    ));
    Ok(())
}

/// What is wrong with a stored cosignature.
fn wrong(found: &Cosignature, note: Option<&str>) -> Option<String> {
    const AGAIN: &str = "delete the row; the witness is asked again at the next checkpoint";
    let Some(note) = note else {
        return Some(format!("the checkpoint is not there; {AGAIN}"));
    };
    let key: CosignerKey = match found.vkey.parse() {
        Ok(key) => key,
        Err(error) => return Some(format!("its key cannot be read: {error}; {AGAIN}")),
    };
    // The line is held against the checkpoint's text alone: what else stands in
    // the note is checked elsewhere.
    let text = Note::parse(note).ok()?.text();
    let message = format!("{text}\n{}", found.line);
    let parsed = Note::parse(&message).ok();
    let parsed = parsed.filter(|parsed| parsed.text() == text);
    let checked = parsed.and_then(|note| cosignature::verify(&note, &key).ok());
    match checked {
        Some(checked) if checked.time() == found.time && checked.line() == found.line => None,
        Some(_) => Some(format!(
            "its row names another time or more lines than it has; {AGAIN}"
        )),
        None => Some(format!(
            "the witness did not make it for this checkpoint; {AGAIN}"
        )),
    }
}
