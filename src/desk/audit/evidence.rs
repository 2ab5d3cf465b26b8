//! What the log says of words, held against the blobs and against itself.

use std::collections::BTreeSet;

use crate::domain::hash::ContentHash;
use crate::domain::verdict::Evidence;
use crate::store::citations::{self, Cited};
use crate::store::{Db, StoreError, erasures, snapshots, verdicts};
use crate::text::selector;

use super::super::DeskError;
use super::report::{Kind, Report};

/// Checks blobs, citations and verdicts of a database that the log alone
/// filled, so that an edited projection cannot hide anything.
pub(super) fn check(db: &Db<'_>, report: &mut Report) -> Result<(), DeskError> {
    let lost = blobs(db, report)?;
    citations::walk(db, |cited| {
        report.citations += 1;
        // A blob that is lost is told once, not again for each of its quotes.
        if cited.erased.is_none() && !lost.contains(&cited.citation.text_hash) {
            citation(db, &cited, report)?;
        }
        Ok::<_, DeskError>(())
    })?;
    verdicts::walk(db, |given| {
        report.verdicts += 1;
        for evidence in &given.verdict.evidence {
            let words = erasures::of_entry(db, given.entry)?.is_none();
            if !fits(db, evidence, words)? {
                let place = format!(
                    "verdict {}, citation {}",
                    given.verdict.id, evidence.citation
                );
                report.find(
                    Kind::BrokenBinding,
                    place,
                    "the verdict names other words than its citation holds",
                );
            }
        }
        Ok::<_, DeskError>(())
    })
}

fn blobs(db: &Db<'_>, report: &mut Report) -> Result<BTreeSet<ContentHash>, DeskError> {
    let mut lost = BTreeSet::new();
    let erased = erasures::blobs(db)?;
    for (hash, entry) in &erased {
        if db.shelf().blobs().is_there(*hash) {
            let words = format!(
                "entry {entry} erased these bytes, which are there all the same; start the desk once, which deletes them"
            );
            report.find(Kind::ErasedIsBack, format!("blob {hash}"), words);
        }
        lost.insert(*hash);
    }
    snapshots::walk_blobs(db, |hash, what| {
        if erased.contains_key(&hash) {
            return Ok(());
        }
        report.blobs += 1;
        match db.shelf().blobs().get(hash) {
            Ok(_) => {}
            Err(StoreError::Blob { flaw, .. }) => {
                let kind = if flaw == "missing" {
                    Kind::MissingBlob
                } else {
                    Kind::AlteredBlob
                };
                // Raw bytes and their text can be one blob: told once.
                if lost.insert(hash) {
                    let words = format!("the {what} is {flaw}; put a good copy back");
                    report.find(kind, format!("blob {hash}"), words);
                }
            }
            Err(error) => {
                if lost.insert(hash) {
                    let words = format!("the {what} cannot be read: {error}");
                    report.find(Kind::AlteredBlob, format!("blob {hash}"), words);
                }
            }
        }
        Ok::<_, DeskError>(())
    })?;
    Ok(lost)
}

fn citation(db: &Db<'_>, cited: &Cited, report: &mut Report) -> Result<(), DeskError> {
    let citation = &cited.citation;
    let text = db.shelf().text(citation.text_hash)?;
    let found = selector::describe(text.as_str(), text.offsets(), citation.passage.span);
    let named = snapshots::find_text(db, citation.text)?;
    let same_text = named
        .is_some_and(|text| text.hash == citation.text_hash && text.snapshot == citation.snapshot);
    if found.as_ref() != Some(&citation.passage) || !same_text {
        let words = "its words do not stand in their text at the place that it names";
        report.find(
            Kind::MisplacedQuote,
            format!("citation {}", citation.id),
            words,
        );
    }
    Ok(())
}

/// Whether a verdict's evidence is what its citation holds; `words` says
/// whether the verdict's own were not erased.
fn fits(db: &Db<'_>, evidence: &Evidence, words: bool) -> Result<bool, DeskError> {
    let Some(cited) = citations::find(db, evidence.citation)? else {
        return Ok(false);
    };
    let is_erased = erasures::of_entry(db, cited.entry)?.is_some();
    let citation = cited.citation;
    let (Some(taken), Some(text)) = (
        snapshots::find(db, citation.snapshot)?,
        snapshots::find_text(db, citation.text)?,
    ) else {
        return Ok(false);
    };
    Ok(evidence.source == citation.source
        && evidence.span == citation.passage.span
        && (!words || is_erased || evidence.quote == citation.passage.quote)
        && evidence.text == citation.text_hash
        && evidence.raw == taken.snapshot.raw
        && evidence.extractor == text.extractor
        && evidence.stance == citation.stance
        && evidence.pages == citation.pages)
}
