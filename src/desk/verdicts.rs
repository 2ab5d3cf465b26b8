//! Verdicts are given, approved, dissented from.

use serde::{Deserialize, Serialize};

use crate::domain::claim::Approvals;
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, ClaimId, EntryIndex, VerdictId};
use crate::domain::person::Deed;
use crate::domain::publication::{Opinion, VerdictRef};
use crate::domain::verdict::{Evidence, ScaleUsed, Verdict};
use crate::domain::words::{Note, Rationale, Statement};
use crate::store::citations::Cited;
use crate::store::verdicts::Given;
use crate::store::{Db, StoreError, citations, log, scales, snapshots, verdicts};

use super::{Actor, Desk, DeskError, Pen, signing};

/// A verdict as a reviewer drafts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The key of a rating on the desk's scale.
    pub rating: String,
    /// Why.
    pub rationale: Rationale,
    /// The claim's citations that it rests on.
    pub citations: Vec<CitationId>,
}

/// Gives a verdict over the claim as the reviewer saw it.
///
/// # Errors
/// When the claim changed since, its life does not allow a verdict, the
/// rating is not on the scale, or the evidence is missing or not what its
/// hash promises.
pub fn give(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    draft: Draft,
) -> Result<VerdictId, DeskError> {
    desk.act(actor, Deed::Decide, move |pen| {
        signing::refuse_unsigned(pen)?;
        let id = verdicts::next(pen)?;
        let event = verdict_event(pen, (claim, seen), draft, id)?;
        pen.log(event)?;
        Ok(id)
    })
}

/// A verdict as it would be logged now, or why it may not be given.
pub(super) fn verdict_event(
    pen: &Pen<'_, '_>,
    (claim, seen): (ClaimId, EntryIndex),
    draft: Draft,
    id: VerdictId,
) -> Result<Event, DeskError> {
    let found = pen.claim_as_seen(claim, seen)?;
    found.state.decide(id)?;
    let scale = scales::newest(pen, &pen.rules.scale)?
        .ok_or_else(|| DeskError::NoRating(draft.rating.clone()))?;
    let rating = scale
        .sheet
        .rating(&draft.rating)
        .ok_or_else(|| DeskError::NoRating(draft.rating.clone()))?
        .clone();
    if draft.citations.is_empty() && !rating.uncited {
        return Err(DeskError::NothingCited);
    }
    let verdict = Verdict {
        id,
        claim,
        wording: found.wording,
        statement: Statement::parse(&found.statement)
            .map_err(|error| StoreError::corrupt("statement", error))?,
        scale: ScaleUsed {
            id: scale.id,
            key: scale.sheet.key().clone(),
            version: scale.version,
        },
        rating,
        rationale: draft.rationale,
        evidence: gather(pen, claim, &draft.citations)?,
    };
    Ok(Event::VerdictGiven { verdict })
}

/// Reads every word that a verdict rests on once more before binding it.
fn gather(db: &Db<'_>, claim: ClaimId, chosen: &[CitationId]) -> Result<Vec<Evidence>, DeskError> {
    let mut evidence: Vec<Evidence> = Vec::new();
    for id in chosen {
        let cited = citations::find(db, *id)?
            .filter(|cited| cited.citation.claim == claim && !cited.removed)
            .ok_or(DeskError::NotCited(id.get()))?;
        if evidence.iter().all(|known| known.citation != *id) {
            evidence.push(bind(db, &cited)?);
        }
    }
    Ok(evidence)
}

fn bind(db: &Db<'_>, cited: &Cited) -> Result<Evidence, DeskError> {
    let citation = &cited.citation;
    if let Some(erased) = cited.erased {
        return Err(DeskError::WordsErased { erased });
    }
    check_words(db, cited)?;
    let snapshot = snapshots::get(db, citation.snapshot)?;
    let text = snapshots::get_text(db, citation.text)?;
    Ok(Evidence {
        citation: citation.id,
        source: citation.source,
        raw: snapshot.snapshot.raw,
        text: citation.text_hash,
        extractor: text.extractor,
        span: citation.passage.span,
        quote: citation.passage.quote.clone(),
        pages: citation.pages,
        stance: citation.stance,
    })
}

/// Makes sure that a citation's words stand where it says: `text[span] ==
/// quote`. A mismatch is never repaired. Words that were erased, or stood in a
/// text that was, are a hole that everybody sees, and no mismatch.
pub fn check_words(db: &Db<'_>, cited: &Cited) -> Result<(), DeskError> {
    if cited.erased.is_some() || cited.sealed {
        return Ok(());
    }
    let passage = &cited.citation.passage;
    let text = db.shelf().text(cited.citation.text_hash)?;
    if text.slice(passage.span) == Some(passage.quote.as_str()) {
        return Ok(());
    }
    let why = format!(
        "the words of citation {} do not stand in their text",
        cited.citation.id
    );
    Err(StoreError::corrupt("citation", why).into())
}

/// A colleague approves the verdict that stands.
pub fn approve(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    note: Option<Note>,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Judge, move |pen| {
        signing::refuse_unsigned(pen)?;
        let event = approval_event(pen, (claim, seen), note)?;
        pen.log(event)?;
        Ok(())
    })
}

/// An approval as it would be logged now, or why it may not be given.
pub(super) fn approval_event(
    pen: &Pen<'_, '_>,
    (claim, seen): (ClaimId, EntryIndex),
    note: Option<Note>,
) -> Result<Event, DeskError> {
    let given = colleague_verdict(pen, claim, seen)?;
    let others =
        approvals(pen, given.verdict.id)? - u32::from(has_approved(pen, given.verdict.id)?);
    let approvals = Approvals(others + 1);
    let asked = pen.rules.approvals;
    pen.claim(claim)?
        .state
        .approve(approvals.enough_for(asked))?;
    Ok(Event::VerdictApproved {
        claim,
        verdict: reference(pen, &given)?,
        note,
        approvals,
        asked,
    })
}

/// A colleague dissents from the verdict that stands; both stay on record.
pub fn dissent(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    note: Note,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Judge, move |pen| {
        let event = dissent_event(pen, (claim, seen), note)?;
        take_back(pen, &event)?;
        pen.log(event)?;
        Ok(())
    })
}

/// Logs that whoever dissents does not approve any more, if they did, before the
/// dissent itself is logged: a verdict that lacks an approval then waits for one.
pub(super) fn take_back(pen: &Pen<'_, '_>, event: &Event) -> Result<(), DeskError> {
    let Event::VerdictDissented { claim, verdict, .. } = event else {
        return Ok(());
    };
    if has_approved(pen, verdict.id)? {
        let left = approvals(pen, verdict.id)? - 1;
        pen.log(Event::ApprovalTakenBack {
            claim: *claim,
            verdict: *verdict,
            approvals: Approvals(left),
            asked: pen.rules.approvals,
        })?;
    }
    Ok(())
}

/// A dissent as it would be logged now, or why it may not be given.
pub(super) fn dissent_event(
    pen: &Pen<'_, '_>,
    (claim, seen): (ClaimId, EntryIndex),
    note: Note,
) -> Result<Event, DeskError> {
    let given = colleague_verdict(pen, claim, seen)?;
    pen.claim(claim)?.state.dissent()?;
    Ok(Event::VerdictDissented {
        claim,
        verdict: reference(pen, &given)?,
        note,
    })
}

/// The verdict that stands, given by somebody else than who acts.
fn colleague_verdict(
    pen: &Pen<'_, '_>,
    claim: ClaimId,
    seen: EntryIndex,
) -> Result<Given, DeskError> {
    let found = pen.claim_as_seen(claim, seen)?;
    // The state refuses in its own words when there is no verdict to judge.
    found.state.dissent()?;
    let id = found
        .state
        .verdict()
        .ok_or(crate::domain::claim::Refusal::NoVerdict)?;
    let given = verdicts::get(pen, id)?;
    let same = given.by.map(|by| by.person) == pen.by.map(|by| by.person);
    if same || pen.by.is_none() {
        return Err(DeskError::OwnVerdict);
    }
    Ok(given)
}

fn has_approved(pen: &Pen<'_, '_>, verdict: VerdictId) -> Result<bool, DeskError> {
    let opinions = verdicts::opinions(pen, verdict)?;
    Ok(opinions.iter().any(|voiced| {
        voiced.opinion == Opinion::Approval && Some(voiced.person) == pen.by.map(|by| by.person)
    }))
}

/// How many colleagues approve of a verdict now.
pub fn approvals(db: &Db<'_>, verdict: VerdictId) -> Result<u32, DeskError> {
    let opinions = verdicts::opinions(db, verdict)?;
    let count = opinions
        .iter()
        .filter(|voiced| voiced.opinion == Opinion::Approval)
        .count();
    Ok(count as u32)
}

/// Names a verdict together with the commitment of its entry.
pub(super) fn reference(db: &Db<'_>, given: &Given) -> Result<VerdictRef, DeskError> {
    let entry = log::find(db, given.entry)?.ok_or(StoreError::Missing {
        what: "entry",
        id: given.entry.get() as i64,
    })?;
    let body: ContentHash = log::leaf_commitment(&entry.leaf)
        .ok_or_else(|| StoreError::corrupt("leaf", &entry.leaf))?;
    Ok(VerdictRef {
        id: given.verdict.id,
        entry: given.entry,
        body,
    })
}
