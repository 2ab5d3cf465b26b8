//! Projects the life of claims.

use rusqlite::params;

use crate::domain::claim::ClaimState;
use crate::domain::event::Event;
use crate::domain::ids::ClaimId;
use crate::store::{StoreError, Tx, claims};

use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::ClaimOpened { claim, .. } => {
            open(tx, at, event)?;
            Ok(Subject::claim(*claim))
        }
        Event::ClaimReworded {
            claim,
            wording,
            statement,
            claimant,
        } => {
            let state = step(tx, *claim, |state| state.reword())?;
            tx.conn
                .prepare_cached(
                    "UPDATE claim SET statement = ?2, wording = ?3, claimant = ?4, drifted = 0
                     WHERE id = ?1",
                )?
                .execute(params![
                    claim.get(),
                    statement.as_str(),
                    wording,
                    claimant.as_ref().map(json).transpose()?
                ])?;
            add_wording(tx, at, (*claim, *wording, statement.as_str()))?;
            index_words(
                tx,
                *claim,
                statement.as_str(),
                claimant.as_ref().map(|c| c.name.as_str()),
            )?;
            set_state(tx, *claim, state)?;
            touch(tx, at, *claim)?;
            Ok(Subject::claim(*claim))
        }
        Event::ClaimAssigned { claim, assignee } => {
            let state = match assignee {
                Some(_) => step(tx, *claim, |state| state.take_up())?,
                None => claims::get(tx, *claim)?.state,
            };
            tx.conn
                .prepare_cached("UPDATE claim SET assignee = ?2 WHERE id = ?1")?
                .execute(params![claim.get(), assignee.map(|person| person.get())])?;
            set_state(tx, *claim, state)?;
            Ok(Subject::claim(*claim))
        }
        Event::ClaimWithdrawn { claim, .. } => {
            let state = step(tx, *claim, |state| state.withdraw())?;
            set_state(tx, *claim, state)?;
            touch(tx, at, *claim)?;
            Ok(Subject::claim(*claim))
        }
        Event::ClaimReopened { claim, reopening } => {
            let (state, stale) = match reopening {
                crate::domain::claim::Reopening::Stale { .. } => {
                    (claims::get(tx, *claim)?.state.go_stale(), true)
                }
                crate::domain::claim::Reopening::Reconsidered => {
                    (step(tx, *claim, |state| state.reconsider())?, false)
                }
            };
            tx.conn
                .prepare_cached(
                    "UPDATE claim SET stale = max(stale, ?2), reopening = ?3 WHERE id = ?1",
                )?
                .execute(params![claim.get(), stale, json(reopening)?])?;
            set_state(tx, *claim, state)?;
            touch(tx, at, *claim)?;
            Ok(Subject::claim(*claim))
        }
        _ => Ok(Subject::default()),
    }
}

fn open(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<(), StoreError> {
    let Event::ClaimOpened {
        claim,
        statement,
        claimant,
        appearance,
    } = event
    else {
        return Ok(());
    };
    tx.conn
        .prepare_cached(
            "INSERT INTO claim (id, statement, wording, claimant, appearance, article, state,
                                stale, corrected, rev, opened_at)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, 'open', 0, 0, ?6, ?7)",
        )?
        .execute(params![
            claim.get(),
            statement.as_str(),
            claimant.as_ref().map(json).transpose()?,
            json(appearance)?,
            appearance
                .passage
                .as_ref()
                .map(|passage| passage.article.get()),
            at.entry,
            at.millis()
        ])?;
    add_wording(tx, at, (*claim, 1, statement.as_str()))?;
    index_words(
        tx,
        *claim,
        statement.as_str(),
        claimant.as_ref().map(|c| c.name.as_str()),
    )
}

fn add_wording(
    tx: &Tx<'_>,
    at: &At<'_>,
    (claim, version, statement): (ClaimId, u32, &str),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO wording (claim, version, statement, entry) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![claim.get(), version, statement, at.entry])?;
    Ok(())
}

fn index_words(
    tx: &Tx<'_>,
    claim: ClaimId,
    statement: &str,
    claimant: Option<&str>,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO claim_search (rowid, statement, claimant) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            claim.get(),
            statement,
            claimant.unwrap_or_default()
        ])?;
    Ok(())
}

/// Takes a claim's state through a step of its life.
pub(super) fn step(
    tx: &Tx<'_>,
    claim: ClaimId,
    act: impl FnOnce(ClaimState) -> Result<ClaimState, crate::domain::claim::Refusal>,
) -> Result<ClaimState, StoreError> {
    let state = claims::get(tx, claim)?.state;
    act(state).map_err(|refusal| StoreError::corrupt("life of a claim", refusal))
}

/// Writes a claim's state and the verdict that stands in it.
pub(super) fn set_state(tx: &Tx<'_>, claim: ClaimId, state: ClaimState) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE claim SET state = ?2, verdict = ?3,
               decider = (SELECT person FROM verdict WHERE verdict.id = ?3) WHERE id = ?1",
        )?
        .execute(params![
            claim.get(),
            state.as_str(),
            state.verdict().map(|id| id.get())
        ])?;
    Ok(())
}

/// Notes that what is judged about a claim changed with this entry.
pub(super) fn touch(tx: &Tx<'_>, at: &At<'_>, claim: ClaimId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE claim SET rev = ?2 WHERE id = ?1")?
        .execute(params![claim.get(), at.entry])?;
    Ok(())
}
