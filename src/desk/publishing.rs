//! Verdicts become public, and what is public is corrected.

use crate::domain::claim::{Approvals, Refusal};
use crate::domain::event::Event;
use crate::domain::ids::{ClaimId, CorrectionId, EntryIndex, PublicationId};
use crate::domain::person::Deed;
use crate::domain::publication::{Correction, CorrectionKind, Publication};
use crate::domain::words::Note;
use crate::store::{citations, publications, verdicts};

use super::verdicts::{approvals, check_words, reference};
use super::{Actor, Desk, DeskError};

/// Makes the verdict that stands public under the claim's permanent address.
///
/// # Errors
/// When approvals are missing, the claim changed since the editor saw it, or
/// words that the verdict rests on are not where they should be.
pub fn publish(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
) -> Result<PublicationId, DeskError> {
    desk.act(actor, Deed::Publish, move |pen| {
        let found = pen.claim_as_seen(claim, seen)?;
        let id = publications::next(pen)?;
        let asked = pen.rules.approvals;
        let have = match found.state.verdict() {
            Some(verdict) => Approvals(approvals(pen, verdict)?),
            None => Approvals::NONE,
        };
        found.state.publish(id, have.enough_for(asked))?;
        // Older logs do not say that a dissent took the only approval back.
        if have == Approvals::NONE && asked != Approvals::NONE {
            return Err(Refusal::NotApproved.into());
        }
        if found.questions > 0 {
            return Err(DeskError::QuestionsOpen(found.questions));
        }
        let verdict = found.state.verdict().ok_or(Refusal::NoVerdict)?;
        let given = verdicts::get(pen, verdict)?;
        for evidence in &given.verdict.evidence {
            let cited = citations::get(pen, evidence.citation)?;
            if let Some(erased) = cited.erased {
                return Err(DeskError::WordsErased { erased });
            }
            check_words(pen, &cited)?;
        }
        let publication = Publication {
            id,
            claim,
            verdict: reference(pen, &given)?,
            approvals: have,
            asked,
        };
        pen.log(Event::VerdictPublished { publication })?;
        Ok(id)
    })
}

/// Corrects what is public. A clarification leaves the verdict standing;
/// anything else reopens the claim, and a retraction takes the verdict back.
pub fn correct(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    kind: CorrectionKind,
    note: Note,
) -> Result<CorrectionId, DeskError> {
    desk.act(actor, Deed::Correct, move |pen| {
        let found = pen.claim_as_seen(claim, seen)?;
        found.state.correct(kind)?;
        let publication = found.published.ok_or(Refusal::NothingPublished)?;
        let id = publications::next_correction(pen)?;
        let correction = Correction {
            id,
            claim,
            publication,
            kind,
            note,
        };
        pen.log(Event::PublicationCorrected { correction })?;
        Ok(id)
    })
}
