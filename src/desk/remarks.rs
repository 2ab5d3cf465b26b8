//! Colleagues talk about a claim while they work on it.

use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, RemarkId};
use crate::domain::person::Deed;
use crate::domain::remark::{Remark, RemarkKind};
use crate::domain::words::Note;
use crate::store::citations;
use crate::store::remarks::{self, Made};

use super::{Actor, Desk, DeskError, Pen};

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
    desk.act(actor, Deed::Discuss, move |pen| write(pen, new))
}

/// Writes a remark and, in the same act, settles the question that it answers;
/// one that somebody else settled a moment ago stays as it is.
///
/// # Errors
/// As for [`make`].
pub fn make_and_settle(desk: &Desk, actor: Actor, new: NewRemark) -> Result<RemarkId, DeskError> {
    desk.act(actor, Deed::Discuss, move |pen| {
        let (claim, answered) = (new.claim, new.answers);
        let id = write(pen, new)?;
        if let Some(question) = answered
            && found(pen, claim, question)?.is_open()
        {
            let remark = question;
            pen.log(Event::QuestionSettled { claim, remark })?;
        }
        Ok(id)
    })
}

fn write(pen: &Pen<'_, '_>, new: NewRemark) -> Result<RemarkId, DeskError> {
    pen.claim(new.claim)?;
    if let Some(answered) = new.answers {
        found(pen, new.claim, answered)?;
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
}

/// A remark of a claim's thread.
fn found(pen: &Pen<'_, '_>, claim: ClaimId, remark: RemarkId) -> Result<Made, DeskError> {
    let there = remarks::find(pen, remark)?;
    there
        .filter(|made| made.remark.claim == claim)
        .ok_or(DeskError::NoSuch {
            what: "remark",
            id: remark.get(),
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
        if !found(pen, claim, remark)?.is_open() {
            return Err(DeskError::NoOpenQuestion);
        }
        pen.log(Event::QuestionSettled { claim, remark })?;
        Ok(())
    })
}
