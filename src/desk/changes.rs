//! What people decide about change: how often a source is looked at again,
//! and that a change does not matter.

use crate::domain::change::{Dismissal, Interval, Standing};
use crate::domain::citation::Reanchoring;
use crate::domain::claim::{Approvals, Enough, Refusal, Reopening};
use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, EntryIndex, SnapshotId, SourceId, VerdictId};
use crate::domain::person::Deed;
use crate::domain::publication::CorrectionKind;
use crate::domain::words::Note;
use crate::store::claims::Claim;
use crate::store::{citations, publications, verdicts};

use super::verdicts::{approvals, reference};
use super::{Actor, Desk, DeskError, Pen, capturing};

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
        pen.must_see(source)?;
        if every.is_some() && capturing::address(pen, source)?.is_none() {
            return Err(DeskError::NoAddress);
        }
        pen.log(Event::RecheckScheduled { source, every })?;
        Ok(())
    })
}

/// Judges that the change under a stale verdict does not matter: the verdict
/// stands again where it stood, and the judgement is on record. `compared` is
/// the newest snapshot that the reviewer saw the words held against.
///
/// # Errors
/// When the claim or the words changed since the reviewer saw them, nothing waits for this
/// judgement, or the verdict is the reviewer's own and the desk asks for four
/// eyes.
pub fn dismiss(
    desk: &Desk,
    actor: Actor,
    (claim, seen, compared): (ClaimId, EntryIndex, SnapshotId),
    reason: Note,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Judge, move |pen| {
        let found = pen.claim_as_seen(claim, seen)?;
        let Some(Reopening::Stale { verdict, .. }) =
            found.reopening.clone().filter(|_| found.stale)
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
        let (snapshot, citations) = changed_under(pen, claim, verdict)?;
        if snapshot != Some(compared) {
            return Err(DeskError::Conflict {
                claim,
                now: found.rev,
            });
        }
        let dismissal = Dismissal {
            verdict: reference(pen, &given)?,
            snapshot: compared,
            citations,
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

/// The newest snapshot that the words under a verdict were held against, and
/// the citations whose words differ there; none where the words came back.
fn changed_under(
    pen: &Pen<'_, '_>,
    claim: ClaimId,
    verdict: VerdictId,
) -> Result<(Option<SnapshotId>, Vec<CitationId>), DeskError> {
    let (mut newest, mut changed) = (None, Vec::new());
    for cited in citations::list(pen, claim)? {
        if !verdicts::rests_on(pen, verdict, cited.citation.id)? {
            continue;
        }
        newest = newest.max(cited.newer);
        if cited.reanchored.as_ref().is_some_and(Reanchoring::is_stale) {
            changed.push(cited.citation.id);
        }
    }
    Ok((newest, changed))
}
