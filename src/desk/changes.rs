//! What people decide about change: how often a source is looked at again,
//! and that a change does not matter.

use crate::domain::change::{Dismissal, Interval, Standing};
use crate::domain::citation::Reanchoring;
use crate::domain::claim::{Approvals, Enough, Refusal, Reopening};
use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, EntryIndex, SourceId, VerdictId};
use crate::domain::person::Deed;
use crate::domain::publication::CorrectionKind;
use crate::domain::words::Note;
use crate::store::claims::Claim;
use crate::store::{citations, publications, sources, verdicts};

use super::verdicts::{approvals, reference};
use super::{Actor, Desk, DeskError, Pen};

/// Sets how often a source is looked at again; nothing: not any more.
///
/// # Errors
/// When there is no such source, or it has no address to look at.
pub fn schedule(
    desk: &Desk,
    actor: Actor,
    source: SourceId,
    every: Option<Interval>,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::AddSource, move |pen| {
        let found = sources::find(pen, source)?.ok_or(DeskError::NoSuch {
            what: "source",
            id: source.get(),
        })?;
        if every.is_some() && found.sheet.url.is_none() {
            return Err(DeskError::NoAddress);
        }
        pen.log(Event::RecheckScheduled { source, every })?;
        Ok(())
    })
}

/// Judges that the change under a stale verdict does not matter: the verdict
/// stands again where it stood, and the judgement is on record.
///
/// # Errors
/// When the claim changed since the reviewer saw it, nothing waits for this
/// judgement, or the verdict is the reviewer's own and the desk asks for four
/// eyes.
pub fn dismiss(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    reason: Note,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Judge, move |pen| {
        let found = pen.claim_as_seen(claim, seen)?;
        let Some(Reopening::Stale {
            verdict, snapshot, ..
        }) = found.reopening.clone().filter(|_| found.stale)
        else {
            return Err(Refusal::NothingChanged.into());
        };
        let given = verdicts::get(pen, verdict)?;
        if given.verdict.wording != found.wording {
            return Err(DeskError::OtherWording);
        }
        let own = given.by.map(|by| by.person) == pen.by.map(|by| by.person);
        if pen.by.is_none() || (own && pen.rules.approvals != Approvals::NONE) {
            return Err(DeskError::OwnChange);
        }
        let restores = standing(pen, &found, verdict)?;
        found
            .state
            .stand_again(verdict, restores, found.published)?;
        let dismissal = Dismissal {
            verdict: reference(pen, &given)?,
            snapshot,
            citations: changed_under(pen, claim, verdict)?,
            reason,
            restores,
        };
        pen.log(Event::ChangeDismissed { claim, dismissal })?;
        Ok(())
    })
}

/// Where a verdict stood before the words under it changed.
fn standing(pen: &Pen<'_, '_>, claim: &Claim, verdict: VerdictId) -> Result<Standing, DeskError> {
    let live = publications::list(pen, claim.id)?
        .into_iter()
        .find(|publication| Some(publication.id) == claim.published);
    if let Some(publication) = live.filter(|publication| publication.verdict == verdict) {
        let corrected = publications::corrections(pen, claim.id)?
            .iter()
            .any(|correction| {
                correction.publication == publication.id
                    && correction.kind != CorrectionKind::Clarification
            });
        if corrected {
            return Err(DeskError::CorrectedSince);
        }
        return Ok(Standing::Published);
    }
    let have = Approvals(approvals(pen, verdict)?);
    Ok(match have.enough_for(pen.rules.approvals) {
        Enough::Yes if pen.rules.approvals != Approvals::NONE => Standing::Approved,
        _ => Standing::Decided,
    })
}

/// The citations under a verdict whose words differ in the newest snapshot.
fn changed_under(
    pen: &Pen<'_, '_>,
    claim: ClaimId,
    verdict: VerdictId,
) -> Result<Vec<CitationId>, DeskError> {
    let mut changed = Vec::new();
    for cited in citations::list(pen, claim)? {
        let is_stale = cited.reanchored.as_ref().is_some_and(Reanchoring::is_stale);
        if is_stale && verdicts::rests_on(pen, verdict, cited.citation.id)? {
            changed.push(cited.citation.id);
        }
    }
    Ok(changed)
}
