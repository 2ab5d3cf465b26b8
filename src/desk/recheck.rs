//! A newer capture is held against the cited words.

use std::collections::BTreeMap;

use crate::capture::ReadText;
use crate::domain::change::Confirmation;
use crate::domain::citation::Reanchoring;
use crate::domain::claim::Reopening;
use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId, TextId};
use crate::domain::snapshot::family;
use crate::store::citations::Cited;
use crate::store::{Db, citations, claims, snapshots, verdicts};
use crate::text::find::Searchable;
use crate::text::offset::OffsetIndex;
use crate::text::reanchor::reanchor_in;

use super::{DeskError, Pen};

/// What became of citations, with the text in which that was seen, counted
/// among the new snapshot's texts.
pub(super) type Foreseen = BTreeMap<CitationId, (Option<usize>, Reanchoring)>;

/// Looks the cited words of a source up in texts that are not recorded yet, so
/// that no other write has to wait for it. What is cited in the meantime is
/// looked up when they are recorded.
pub(super) fn foresee(
    db: &Db<'_>,
    source: SourceId,
    texts: &[&ReadText],
) -> Result<Foreseen, DeskError> {
    let cited = readable(db, source)?;
    follow(db, cited.iter(), texts)
}

/// The citations in use of a source's words. What was erased cannot be looked
/// for.
fn readable(db: &Db<'_>, source: SourceId) -> Result<Vec<Cited>, DeskError> {
    let mut cited = citations::list_read_in(db, source)?;
    cited.retain(|cited| cited.erased.is_none());
    Ok(cited)
}

/// Looks for the words of citations in texts, each of which is folded once.
fn follow<'c>(
    db: &Db<'_>,
    cited: impl Iterator<Item = &'c Cited>,
    texts: &[&ReadText],
) -> Result<Foreseen, DeskError> {
    let mut cited = cited.peekable();
    // Mostly all is foreseen; then nothing is worth an index.
    if cited.peek().is_none() {
        return Ok(Foreseen::new());
    }
    let indexes: Vec<_> = texts
        .iter()
        .map(|read| OffsetIndex::new(&read.text))
        .collect();
    let readings = Readings::new(texts, &indexes);
    let found = cited.map(|cited| {
        let found = readings.follow(db, cited)?;
        Ok((cited.citation.id, found))
    });
    found.collect()
}

/// Records what became of every cited word of a source in its newest texts,
/// and reopens the claims whose verdict rests on words that changed or
/// vanished.
pub(super) fn look_up(
    pen: &Pen<'_, '_>,
    (source, snapshot): (SourceId, SnapshotId),
    texts: &[(TextId, ReadText)],
    mut foreseen: Foreseen,
) -> Result<(), DeskError> {
    let plain: Vec<&ReadText> = texts.iter().map(|(_, read)| read).collect();
    let mut all = readable(pen, source)?;
    all.retain(|cited| cited.citation.snapshot != snapshot);
    let made_since = all
        .iter()
        .filter(|cited| !foreseen.contains_key(&cited.citation.id));
    let found_now = follow(pen, made_since, &plain)?;
    foreseen.extend(found_now);
    let mut stale: BTreeMap<ClaimId, Vec<CitationId>> = BTreeMap::new();
    for cited in all {
        let citation = &cited.citation;
        let Some(found) = foreseen.remove(&citation.id) else {
            continue;
        };
        let result = &found.1;
        let is_news = cited
            .reanchored
            .as_ref()
            .is_none_or(|before| changed(before, result));
        if result.is_stale() && is_news {
            stale.entry(citation.claim).or_default().push(citation.id);
        }
        log_found(pen, &cited, (snapshot, texts), found)?;
    }
    for (claim, changed) in stale {
        reopen(pen, claim, snapshot, changed)?;
    }
    Ok(())
}

/// Logs what became of one citation's words in a snapshot.
fn log_found(
    pen: &Pen<'_, '_>,
    cited: &Cited,
    (snapshot, texts): (SnapshotId, &[(TextId, ReadText)]),
    (text, result): (Option<usize>, Reanchoring),
) -> Result<(), DeskError> {
    pen.log(Event::CitationReanchored {
        claim: cited.citation.claim,
        citation: cited.citation.id,
        snapshot,
        text: text.and_then(|at| texts.get(at)).map(|(id, _)| *id),
        result,
    })?;
    Ok(())
}

/// A snapshot's texts, each folded once for all the citations that are looked
/// up in it.
struct Readings<'t> {
    /// The extractor of each text, and the text.
    texts: Vec<(&'t str, Searchable<'t>)>,
}

impl<'t> Readings<'t> {
    fn new(texts: &[&'t ReadText], indexes: &'t [OffsetIndex]) -> Self {
        let texts = texts.iter().zip(indexes).map(|(read, index)| {
            let new = Searchable::new(&read.text, index);
            (read.extractor.as_str(), new)
        });
        Self {
            texts: texts.collect(),
        }
    }

    /// Looks for one citation's words: first in the text that was derived in
    /// the same way, then in the others, so that words which only left the
    /// main part of a page are still found on it.
    fn follow(
        &self,
        db: &Db<'_>,
        cited: &Cited,
    ) -> Result<(Option<usize>, Reanchoring), DeskError> {
        let citation = &cited.citation;
        let old = db.shelf().text(citation.text_hash)?;
        let old = Searchable::new(old.as_str(), old.offsets());
        let extractor = snapshots::get_text(db, citation.text)?.extractor;
        let (same, others): (Vec<_>, Vec<_>) = self
            .texts
            .iter()
            .enumerate()
            .partition(|(_, (name, _))| family(name) == family(&extractor));
        let mut best = None;
        for (at, (_, new)) in same.into_iter().chain(others.into_iter().rev()) {
            let result = reanchor_in(&old, citation.passage.span, new);
            if !result.is_stale() {
                return Ok((Some(at), result));
            }
            let is_better = matches!(
                (&best, &result),
                (None, _) | (Some((_, Reanchoring::Gone)), Reanchoring::Altered { .. })
            );
            if is_better {
                best = Some((at, result));
            }
        }
        Ok(match best {
            Some((at, result)) => (Some(at), result),
            None => (None, Reanchoring::Unreadable),
        })
    }
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

/// Holds words that were cited from an older snapshot against the newest one
/// of the same source, so that nobody decides on words that changed already.
pub(super) fn catch_up(pen: &Pen<'_, '_>, citation: CitationId) -> Result<(), DeskError> {
    let cited = citations::get(pen, citation)?;
    let read_in = snapshots::get(pen, cited.citation.snapshot)?.snapshot;
    let Some(newest) = snapshots::newest(pen, read_in.source)? else {
        return Ok(());
    };
    let snapshot = newest.snapshot.id;
    if snapshot == read_in.id {
        return Ok(());
    }
    let texts = recorded(pen, snapshot)?;
    let plain: Vec<&ReadText> = texts.iter().map(|(_, read)| read).collect();
    for (_, found) in follow(pen, std::iter::once(&cited), &plain)? {
        log_found(pen, &cited, (snapshot, &texts), found)?;
    }
    Ok(())
}

fn is_newest(pen: &Pen<'_, '_>, source: SourceId, snapshot: SnapshotId) -> Result<bool, DeskError> {
    let newest = snapshots::newest(pen, source)?;
    Ok(newest.is_some_and(|newest| newest.snapshot.id == snapshot))
}

/// Looks every cited word up once more, in the newest snapshot, after texts
/// were added to it.
pub(super) fn look_again(pen: &Pen<'_, '_>, snapshot: SnapshotId) -> Result<(), DeskError> {
    let source = snapshots::get(pen, snapshot)?.snapshot.source;
    if !is_newest(pen, source, snapshot)? {
        return Ok(());
    }
    let texts = recorded(pen, snapshot)?;
    look_up(pen, (source, snapshot), &texts, Foreseen::new())
}

/// The texts of a snapshot that is on record.
fn recorded(pen: &Pen<'_, '_>, snapshot: SnapshotId) -> Result<Vec<(TextId, ReadText)>, DeskError> {
    let mut texts = snapshots::texts(pen, snapshot)?;
    texts.retain(|derived| pen.shelf().blobs().erased(derived.hash).is_none());
    let texts = texts.into_iter().map(|derived| {
        let read = ReadText {
            text: pen.shelf().text(derived.hash)?.as_str().to_owned(),
            extractor: derived.extractor,
            flaws: Vec::new(),
            locators: None,
        };
        Ok((derived.id, read))
    });
    texts.collect()
}

/// Records that a source still says what a snapshot says, unless a newer one
/// was taken in the meantime; false then.
pub(super) fn confirm(
    pen: &Pen<'_, '_>,
    (source, snapshot): (SourceId, SnapshotId),
    how: Confirmation,
) -> Result<bool, DeskError> {
    if !is_newest(pen, source, snapshot)? {
        return Ok(false);
    }
    pen.log(Event::SnapshotConfirmed { snapshot, how })?;
    Ok(true)
}
