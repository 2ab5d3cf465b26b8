//! A newer capture is held against the cited words.

use std::collections::BTreeMap;

use crate::capture::ReadText;
use crate::domain::change::Confirmation;
use crate::domain::citation::Reanchoring;
use crate::domain::claim::Reopening;
use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId, TextId};
use crate::store::citations::Cited;
use crate::store::{citations, claims, snapshots, verdicts};
use crate::text::reanchor::reanchor;

use super::snapshots::family;
use super::{DeskError, Pen};

/// Looks every cited word of a source up in its newest texts, and reopens the
/// claims whose verdict rests on words that changed or vanished.
pub(super) fn look_up(
    pen: &Pen<'_, '_>,
    source: SourceId,
    snapshot: SnapshotId,
    texts: &[(TextId, ReadText)],
) -> Result<(), DeskError> {
    let mut stale: BTreeMap<ClaimId, Vec<CitationId>> = BTreeMap::new();
    for cited in citations::list_read_in(pen, source)? {
        let (text, result) = follow(pen, &cited, texts)?;
        let citation = &cited.citation;
        let is_news = cited
            .reanchored
            .as_ref()
            .is_none_or(|before| changed(before, &result));
        if result.is_stale() && is_news {
            stale.entry(citation.claim).or_default().push(citation.id);
        }
        pen.log(Event::CitationReanchored {
            claim: citation.claim,
            citation: citation.id,
            snapshot,
            text,
            result,
        })?;
    }
    for (claim, changed) in stale {
        reopen(pen, claim, snapshot, changed)?;
    }
    Ok(())
}

/// Looks for one citation's words: first in the text that was derived in the
/// same way, then in the others, so that words which only left the main part
/// of a page are still found on it.
fn follow(
    pen: &Pen<'_, '_>,
    cited: &Cited,
    texts: &[(TextId, ReadText)],
) -> Result<(Option<TextId>, Reanchoring), DeskError> {
    let citation = &cited.citation;
    let old = pen.shelf().text(citation.text_hash)?;
    let extractor = snapshots::get_text(pen, citation.text)?.extractor;
    let (same, others): (Vec<_>, Vec<_>) = texts
        .iter()
        .partition(|(_, read)| family(&read.extractor) == family(&extractor));
    let mut best = None;
    for (id, read) in same.into_iter().chain(others.into_iter().rev()) {
        let result = reanchor(old.as_str(), citation.passage.span, &read.text);
        if !result.is_stale() {
            return Ok((Some(*id), result));
        }
        let is_better = matches!(
            (&best, &result),
            (None, _) | (Some((_, Reanchoring::Gone)), Reanchoring::Altered { .. })
        );
        if is_better {
            best = Some((*id, result));
        }
    }
    Ok(match best {
        Some((id, result)) => (Some(id), result),
        None => (None, Reanchoring::Unreadable),
    })
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

/// Records that a source still says what its newest snapshot says.
pub(super) fn confirm(
    pen: &Pen<'_, '_>,
    source: SourceId,
    how: Confirmation,
) -> Result<Option<SnapshotId>, DeskError> {
    let Some(newest) = snapshots::newest(pen, source)? else {
        return Ok(None);
    };
    let snapshot = newest.snapshot.id;
    pen.log(Event::SnapshotConfirmed { snapshot, how })?;
    Ok(Some(snapshot))
}
