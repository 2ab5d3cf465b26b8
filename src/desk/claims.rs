//! Claims are marked, worded, given to people, withdrawn.

use crate::domain::claim::{Appearance, ArticlePassage, Claimant, Reopening};
use crate::domain::event::Event;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId};
use crate::domain::person::Deed;
use crate::domain::plan::Plan;
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Note, Statement};
use crate::store::{Db, articles, claims, people};
use crate::text::anchor;
use crate::text::selector;

use super::{Actor, Desk, DeskError, Pen};

/// Where a claim was made, as somebody says it; the passage is looked up.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// The words of an article under check, and near which code point.
    pub passage: Option<(ArticleId, String, Option<u64>)>,
    /// An address.
    pub url: Option<Address>,
    /// A date.
    pub date: Option<PartialDate>,
}

/// A claim on its way in.
#[derive(Debug, Clone)]
pub struct NewClaim {
    /// Its wording.
    pub statement: Statement,
    /// Who made it.
    pub claimant: Option<Claimant>,
    /// Where it was made.
    pub made: Made,
}

/// Opens a claim.
///
/// # Errors
/// When the passage is not in the article.
pub fn open(desk: &Desk, actor: Actor, new: NewClaim) -> Result<ClaimId, DeskError> {
    desk.act(actor, Deed::OpenClaim, move |pen| open_with(pen, new))
}

/// Logs a new claim.
pub(super) fn open_with(pen: &Pen<'_, '_>, new: NewClaim) -> Result<ClaimId, DeskError> {
    let appearance = appearance(pen, new.made)?;
    let claim = claims::next(pen)?;
    pen.log(Event::ClaimOpened {
        claim,
        statement: new.statement,
        claimant: new.claimant,
        appearance,
    })?;
    Ok(claim)
}

/// Finds the words of a passage in the newest revision of its article.
pub fn appearance(db: &Db<'_>, made: Made) -> Result<Appearance, DeskError> {
    let passage = match made.passage {
        None => None,
        Some((article, quote, near)) => {
            let found = articles::find(db, article)?.ok_or(DeskError::NoSuch {
                what: "article",
                id: article.get(),
            })?;
            let text = db.shelf().text(found.text)?;
            if let Some(erased) = text.erased() {
                return Err(DeskError::WordsErased { erased });
            }
            let place = anchor::locate(text.as_str(), text.offsets(), &quote, near)?;
            let passage = selector::describe(text.as_str(), text.offsets(), place.span)
                .ok_or(anchor::NotLocated::Nowhere { nearest: None })?;
            Some(ArticlePassage {
                article,
                revision: found.revision,
                passage,
            })
        }
    };
    Ok(Appearance {
        passage,
        url: made.url,
        date: made.date,
    })
}

/// Gives a claim a new wording, which reopens it.
pub fn reword(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    statement: Statement,
    claimant: Option<Claimant>,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let found = pen.claim_as_seen(claim, seen)?;
        found.state.reword()?;
        let wording = found.wording + 1;
        pen.log(Event::ClaimReworded {
            claim,
            wording,
            statement,
            claimant,
        })?;
        Ok(())
    })
}

/// Gives a claim to somebody, or to nobody.
pub fn assign(
    desk: &Desk,
    actor: Actor,
    claim: ClaimId,
    assignee: Option<PersonId>,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Assign, move |pen| {
        somebody_here(pen, assignee)?;
        assign_one(pen, claim, assignee)
    })
}

/// How many claims one act may give to somebody, or plan.
pub const MOST_AT_ONCE: usize = 500;

/// Says how urgent claims are and by when they are wanted, of all or none.
///
/// # Errors
/// When there are more than [`MOST_AT_ONCE`], or one of them is not there.
pub fn plan(desk: &Desk, actor: Actor, claims: Vec<ClaimId>, plan: Plan) -> Result<(), DeskError> {
    if claims.len() > MOST_AT_ONCE {
        return Err(DeskError::TooManyAtOnce(MOST_AT_ONCE));
    }
    desk.act(actor, Deed::Assign, move |pen| {
        for claim in claims {
            pen.claim(claim)?;
            pen.log(Event::ClaimPlanned { claim, plan })?;
        }
        Ok(())
    })
}

/// Refuses a person who is not at the desk.
pub(super) fn somebody_here(
    pen: &Pen<'_, '_>,
    assignee: Option<PersonId>,
) -> Result<(), DeskError> {
    if let Some(person) = assignee {
        let somebody = people::find(pen, person)?.filter(|somebody| !somebody.gone);
        somebody.ok_or(DeskError::NoSuch {
            what: "person",
            id: person.get(),
        })?;
    }
    Ok(())
}

/// Gives one claim to somebody, or to nobody.
pub(super) fn assign_one(
    pen: &Pen<'_, '_>,
    claim: ClaimId,
    assignee: Option<PersonId>,
) -> Result<(), DeskError> {
    let found = pen.claim(claim)?;
    if assignee.is_some() {
        found.state.take_up()?;
    }
    pen.log(Event::ClaimAssigned { claim, assignee })?;
    Ok(())
}

/// Takes a claim off the desk.
pub fn withdraw(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
    reason: Note,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Withdraw, move |pen| {
        let found = pen.claim_as_seen(claim, seen)?;
        found.state.withdraw()?;
        if found.published.is_some() {
            return Err(crate::domain::claim::Refusal::StillPublic.into());
        }
        pen.log(Event::ClaimWithdrawn { claim, reason })?;
        Ok(())
    })
}

/// Takes a withdrawn claim up again.
pub fn reconsider(
    desk: &Desk,
    actor: Actor,
    (claim, seen): (ClaimId, EntryIndex),
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Withdraw, move |pen| {
        pen.claim_as_seen(claim, seen)?.state.reconsider()?;
        pen.log(Event::ClaimReopened {
            claim,
            reopening: Reopening::Reconsidered,
        })?;
        Ok(())
    })
}
