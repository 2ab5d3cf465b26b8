//! The first step: what would be logged is written down and shown.

use serde::{Deserialize, Serialize};

use crate::domain::event::{Event, statement};
use crate::domain::ids::{ClaimId, EntryIndex, PersonId, VerdictId};
use crate::domain::passkey::{Passkey, SigningRule};
use crate::domain::person::Deed;
use crate::domain::time::later;
use crate::domain::words::{Name, Note};
use crate::ledger::assertion::challenge;
use crate::store::local::prepared::{self, Prepared as Row};
use crate::store::{Db, StoreError, citations, log, signatures, snapshots, verdicts as rows};

use super::super::verdicts::{Draft, approval_event, dissent_event, verdict_event};
use super::super::{Actor, Desk, DeskError, Pen};
use super::NotSigned;

/// How long a statement waits for its signature, in milliseconds.
const WAITS: i64 = 10 * 60 * 1_000;

/// How many passkeys one person may have in use.
pub(super) const MOST_PASSKEYS: usize = 10;

/// Where the desk is reached, as browsers and passkeys name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The name that passkeys are made for.
    pub rp_id: String,
    /// The address of its pages without a path.
    pub origin: String,
}

/// What a passkey is registered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign verdicts and opinions.
    Signing,
    /// To sign them, and to let its owner in.
    SignIn,
}

/// What somebody wants to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Intent {
    /// A verdict.
    Verdict {
        /// Over which claim.
        claim: ClaimId,
        /// As it was seen.
        seen: EntryIndex,
        /// The verdict.
        draft: Draft,
    },
    /// An approval of the verdict that stands.
    Approval {
        /// Of which claim.
        claim: ClaimId,
        /// As it was seen.
        seen: EntryIndex,
        /// In words.
        note: Option<Note>,
    },
    /// A dissent from it.
    Dissent {
        /// Of which claim.
        claim: ClaimId,
        /// As it was seen.
        seen: EntryIndex,
        /// Why.
        note: Note,
    },
    /// A passkey that is to be registered.
    Passkey {
        /// What its owner calls it.
        name: Name,
        /// Whether it is to let its owner in as well.
        #[serde(default)]
        signs_in: bool,
    },
}

impl Intent {
    /// What the person must be allowed.
    pub(super) const fn deed(&self) -> Deed {
        match self {
            Self::Verdict { .. } => Deed::Decide,
            Self::Approval { .. } | Self::Dissent { .. } => Deed::Judge,
            Self::Passkey { .. } => Deed::Read,
        }
    }

    /// What would be logged now, or why it may not be; a passkey is not known
    /// before it is made.
    pub(super) fn event(
        &self,
        pen: &Pen<'_, '_>,
        verdict: Option<VerdictId>,
    ) -> Result<Event, DeskError> {
        match self.clone() {
            Self::Verdict { claim, seen, draft } => {
                let id = verdict.ok_or(NotSigned::Gone)?;
                verdict_event(pen, (claim, seen), draft, id)
            }
            Self::Approval { claim, seen, note } => approval_event(pen, (claim, seen), note),
            Self::Dissent { claim, seen, note } => dissent_event(pen, (claim, seen), note),
            Self::Passkey { .. } => Err(NotSigned::Gone.into()),
        }
    }
}

/// A statement that waits for its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Names it.
    pub id: String,
    /// What is to be done.
    pub intent: Intent,
    /// What is signed, to the byte.
    pub statement: String,
    /// The person's passkeys that may sign it here.
    pub passkeys: Vec<Passkey>,
    pub(super) row: Row,
}

impl Prepared {
    /// What the passkey is given: SHA-256 of the statement.
    pub fn challenge(&self) -> [u8; 32] {
        challenge(self.statement.as_bytes())
    }
}

/// Writes down what would be logged, and returns the name under which it waits
/// for its signature.
///
/// # Errors
/// When it could not be logged now, nobody signs here, or the person has no
/// passkey for this site.
pub fn prepare(
    desk: &Desk,
    actor: Actor,
    intent: Intent,
    site: &Site,
) -> Result<String, DeskError> {
    let (id, site) = (desk.draw_secret(), site.clone());
    desk.act(actor, intent.deed(), move |pen| {
        let by = pen.by.ok_or(NotSigned::NoPasskey)?;
        if pen.rules.signing == SigningRule::Off {
            return Err(NotSigned::Off.into());
        }
        if usable(pen, by.person, &site)?.is_empty() {
            return Err(NotSigned::NoPasskey.into());
        }
        let verdict = match &intent {
            Intent::Verdict { .. } => Some(rows::next(pen)?),
            _ => None,
        };
        let event = intent.event(pen, verdict)?;
        must_see(pen, &event)?;
        let after = log::size(pen)?;
        let said = statement(after, Some(by), &event);
        keep(pen, (id, by.person), &intent, (verdict, after, said))
    })
}

/// Refuses to show somebody words of a sealed source that they may not see:
/// what is signed is shown whole.
fn must_see(pen: &Pen<'_, '_>, event: &Event) -> Result<(), DeskError> {
    let Event::VerdictGiven { verdict } = event else {
        return Ok(());
    };
    for words in &verdict.evidence {
        let cited = citations::get(pen, words.citation)?.citation;
        pen.must_see(cited.source)?;
        pen.must_see(snapshots::get(pen, cited.snapshot)?.snapshot.source)?;
    }
    Ok(())
}

/// Begins to register a passkey: what is signed then is only a number that
/// nobody can foresee, which shows that the passkey is made now.
///
/// # Errors
/// When the person has as many passkeys as may be.
pub fn register(
    desk: &Desk,
    actor: Actor,
    name: Name,
    purpose: Purpose,
) -> Result<String, DeskError> {
    let (id, said) = (desk.draw_secret(), desk.draw_secret());
    desk.act(actor, Deed::Read, move |pen| {
        let by = pen.by.ok_or(NotSigned::NotYours)?;
        let known = signatures::list(pen, by.person)?;
        let used = known.iter().filter(|known| known.retired.is_none());
        if used.count() >= MOST_PASSKEYS {
            return Err(NotSigned::TooMany(MOST_PASSKEYS).into());
        }
        let after = log::size(pen)?;
        let signs_in = purpose == Purpose::SignIn;
        let intent = Intent::Passkey { name, signs_in };
        keep(pen, (id, by.person), &intent, (None, after, said))
    })
}

fn keep(
    pen: &Pen<'_, '_>,
    (id, person): (String, PersonId),
    intent: &Intent,
    (verdict, after, statement): (Option<VerdictId>, u64, String),
) -> Result<String, DeskError> {
    let row = Row {
        id,
        person,
        intent: serde_json::to_string(intent)
            .map_err(|error| StoreError::corrupt("statement", error))?,
        verdict,
        after,
        statement,
        expires: later(pen.at, WAITS),
    };
    prepared::insert(pen.tx, &row, pen.at)?;
    Ok(row.id)
}

/// The event that a statement is about, out of the statement itself: what is
/// shown is what is signed.
pub fn event_of(waiting: &Prepared) -> Result<Event, DeskError> {
    #[derive(Deserialize)]
    struct Said {
        event: Event,
    }
    let said: Said = serde_json::from_str(&waiting.statement)
        .map_err(|error| StoreError::corrupt("statement", error))?;
    Ok(said.event)
}

/// Finds a statement that waits for somebody.
///
/// # Errors
/// When it was signed, has expired, or is somebody else's.
pub fn look(desk: &Desk, person: PersonId, id: &str, site: &Site) -> Result<Prepared, DeskError> {
    let now = desk.now();
    desk.read(|db| {
        let row = prepared::find(db, (id, person), now)?.ok_or(NotSigned::Gone)?;
        read(row, usable(db, person, site)?)
    })
}

pub(super) fn read(row: Row, passkeys: Vec<Passkey>) -> Result<Prepared, DeskError> {
    let intent = serde_json::from_str(&row.intent);
    Ok(Prepared {
        id: row.id.clone(),
        intent: intent.map_err(|error| StoreError::corrupt("statement", error))?,
        statement: row.statement.clone(),
        passkeys,
        row,
    })
}

/// The passkeys with which somebody may sign at a site.
fn usable(db: &Db<'_>, person: PersonId, site: &Site) -> Result<Vec<Passkey>, DeskError> {
    let known = signatures::list(db, person)?.into_iter();
    let used = known.filter(|known| known.retired.is_none());
    let here = used.map(|known| known.passkey);
    let here = here.filter(|key| key.rp_id == site.rp_id && key.origin == site.origin);
    Ok(here.collect())
}
