//! Colleagues talk about a claim while they work on it.

use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, RemarkId};
use crate::domain::person::Deed;
use crate::domain::remark::{Remark, RemarkKind};
use crate::domain::words::Note;
use crate::store::{citations, remarks};

use super::{Actor, Desk, DeskError};

/// A remark on its way in.
#[derive(Debug, Clone)]
pub struct NewRemark {
    /// The claim.
    pub claim: ClaimId,
    /// What it is for.
    pub kind: RemarkKind,
    /// What is said.
    pub words: Note,
    /// The remark that it answers.
    pub answers: Option<RemarkId>,
    /// The citation that it is about.
    pub citation: Option<CitationId>,
}

/// Writes a remark into a claim's thread. A question keeps the claim from
/// being published until somebody settles it.
///
/// # Errors
/// When the remark that it answers, or the citation that it is about, is not
/// of this claim.
pub fn make(desk: &Desk, actor: Actor, new: NewRemark) -> Result<RemarkId, DeskError> {
    desk.act(actor, Deed::Discuss, move |pen| {
        pen.claim(new.claim)?;
        if let Some(answered) = new.answers {
            let there = remarks::find(pen, answered)?;
            there
                .filter(|made| made.remark.claim == new.claim)
                .ok_or(DeskError::NoSuch {
                    what: "remark",
                    id: answered.get(),
                })?;
        }
        if let Some(about) = new.citation {
            let there = citations::list(pen, new.claim)?;
            if there.iter().all(|cited| cited.citation.id != about) {
                return Err(DeskError::NotCited(about.get()));
            }
        }
        let id = remarks::next(pen)?;
        pen.log(Event::RemarkMade {
            remark: Remark {
                id,
                claim: new.claim,
                kind: new.kind,
                words: new.words,
                answers: new.answers,
                citation: new.citation,
            },
        })?;
        Ok(id)
    })
}

/// Settles a question.
///
/// # Errors
/// When it is no open question of this claim.
pub fn settle(
    desk: &Desk,
    actor: Actor,
    claim: ClaimId,
    remark: RemarkId,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Discuss, move |pen| {
        let found = remarks::find(pen, remark)?;
        let found = found.filter(|made| made.remark.claim == claim);
        let made = found.ok_or(DeskError::NoSuch {
            what: "remark",
            id: remark.get(),
        })?;
        if !made.is_open() {
            return Err(DeskError::NoOpenQuestion);
        }
        pen.log(Event::QuestionSettled { claim, remark })?;
        Ok(())
    })
}
