//! Sources are captured, and a newer capture is held against the cited words.

use std::collections::BTreeMap;

use crate::capture::{self, Capture, Unreadable};
use crate::domain::citation::Reanchoring;
use crate::domain::claim::Reopening;
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId, TextId};
use crate::domain::person::Deed;
use crate::domain::snapshot::{CaptureMethod, DerivedText, Snapshot};
use crate::domain::words::{Address, FileName, Notice};
use crate::store::shelf::Shelf;
use crate::store::{citations, claims, snapshots, sources, verdicts};
use crate::text::normalise::NORMAL_FORM;
use crate::text::reanchor::reanchor;

use super::{Actor, Desk, DeskError, Pen};

/// A capture on its way in.
#[derive(Debug, Clone)]
pub struct NewSnapshot {
    /// What was captured.
    pub source: SourceId,
    /// The bytes, as they came.
    pub bytes: Vec<u8>,
    /// The media type or file name that came with them.
    pub declared: Option<String>,
    /// How they came.
    pub how: CaptureMethod,
    /// From where, if from an address.
    pub url: Option<Address>,
    /// The name of the file.
    pub file_name: Option<FileName>,
    /// A warning shown wherever its words are shown.
    pub notice: Option<Notice>,
}

/// What was captured, before it is recorded.
pub(super) struct Prepared {
    new: NewSnapshot,
    capture: Capture,
    raw: ContentHash,
    text: ContentHash,
}

/// Takes a snapshot of a source. Every citation that was read in the source's
/// earlier snapshots is looked up in the new text; claims whose verdict rests
/// on words that changed or vanished are reopened as stale.
///
/// # Errors
/// When the bytes hold no text.
pub fn take(desk: &Desk, actor: Actor, new: NewSnapshot) -> Result<SnapshotId, DeskError> {
    actor.must(Deed::AddSource)?;
    let prepared = prepare(desk.store().shelf(), new)?;
    desk.act(actor, Deed::AddSource, move |pen| record(pen, prepared))
}

/// Derives the text and makes bytes and text durable.
pub(super) fn prepare(shelf: &Shelf, new: NewSnapshot) -> Result<Prepared, DeskError> {
    let capture = capture::extract(&new.bytes, new.declared.as_deref())?;
    // Bytes and text are durable before the entries that name them.
    let blobs = shelf.blobs();
    let raw = blobs.put(&new.bytes)?;
    let text = blobs.put(capture.text.as_bytes())?;
    Ok(Prepared {
        new,
        capture,
        raw,
        text,
    })
}

/// Logs a prepared snapshot and looks up the words cited from earlier ones.
pub(super) fn record(pen: &Pen<'_, '_>, prepared: Prepared) -> Result<SnapshotId, DeskError> {
    let Prepared {
        new,
        capture,
        raw,
        text,
    } = prepared;
    if sources::find(pen, new.source)?.is_none() {
        return Err(DeskError::NoSuch {
            what: "source",
            id: new.source.get(),
        });
    }
    let (id, text_id) = (snapshots::next(pen)?, snapshots::next_text(pen)?);
    let chars = capture.text.chars().count() as u64;
    pen.log(Event::SnapshotTaken {
        snapshot: Snapshot {
            id,
            source: new.source,
            raw,
            bytes: new.bytes.len() as u64,
            media_type: capture.media_type.as_str().to_owned(),
            how: new.how,
            url: new.url,
            file_name: new.file_name,
            notice: new.notice,
        },
    })?;
    pen.log(Event::TextDerived {
        text: DerivedText {
            id: text_id,
            snapshot: id,
            hash: text,
            extractor: capture.extractor.to_owned(),
            normal_form: NORMAL_FORM.to_owned(),
            chars,
            flaws: capture.flaws,
        },
    })?;
    recheck(pen, new.source, (id, text_id, &capture.text))?;
    Ok(id)
}

/// Looks every cited word of a source up in its newest text.
fn recheck(
    pen: &Pen<'_, '_>,
    source: SourceId,
    (snapshot, text_id, text): (SnapshotId, TextId, &str),
) -> Result<(), DeskError> {
    let mut stale: BTreeMap<ClaimId, Vec<CitationId>> = BTreeMap::new();
    for cited in citations::list_read_in(pen, source)? {
        let citation = &cited.citation;
        let old = pen.shelf().text(citation.text_hash)?;
        let result = reanchor(old.as_str(), citation.passage.span, text);
        if result.is_stale()
            && cited
                .reanchored
                .as_ref()
                .is_none_or(|before| changed(before, &result))
        {
            stale.entry(citation.claim).or_default().push(citation.id);
        }
        pen.log(Event::CitationReanchored {
            claim: citation.claim,
            citation: citation.id,
            snapshot,
            text: Some(text_id),
            result,
        })?;
    }
    for (claim, changed) in stale {
        reopen(pen, claim, snapshot, changed)?;
    }
    Ok(())
}

/// Whether a re-anchoring says something that the one before it did not say.
fn changed(before: &Reanchoring, now: &Reanchoring) -> bool {
    match (before, now) {
        (Reanchoring::Altered { now: a, .. }, Reanchoring::Altered { now: b, .. }) => a != b,
        _ => before.as_str() != now.as_str(),
    }
}

/// Reopens a claim whose standing verdict rests on changed words.
fn reopen(
    pen: &Pen<'_, '_>,
    claim: ClaimId,
    snapshot: SnapshotId,
    changed: Vec<CitationId>,
) -> Result<(), DeskError> {
    let Some(verdict) = claims::get(pen, claim)?.state.verdict() else {
        return Ok(());
    };
    let mut citations = Vec::new();
    for citation in changed {
        if verdicts::rests_on(pen, verdict, citation)? {
            citations.push(citation);
        }
    }
    if !citations.is_empty() {
        let reopening = Reopening::Stale {
            verdict,
            snapshot,
            citations,
        };
        pen.log(Event::ClaimReopened { claim, reopening })?;
    }
    Ok(())
}

/// Tells what would be stored for some bytes, without storing anything.
pub fn preview(bytes: &[u8], declared: Option<&str>) -> Result<Capture, Unreadable> {
    capture::extract(bytes, declared)
}
