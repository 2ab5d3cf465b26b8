//! Projects what is exchanged with others: what changed in public, for those
//! who ask what is new, and what others found about a claim.

use rusqlite::params;

use crate::domain::claim::Reopening;
use crate::domain::event::Event;
use crate::domain::ids::ClaimId;
use crate::store::{StoreError, Tx};

use super::{At, Subject, json};

/// Notes the entry as the newest public change of its claim, if it is one.
pub(super) fn note(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<(), StoreError> {
    match event {
        Event::VerdictPublished { publication } => put(tx, at, publication.claim),
        Event::PublicationCorrected { correction } => put(tx, at, correction.claim),
        Event::ChangeDismissed { claim, .. }
        | Event::ClaimReopened {
            claim,
            reopening: Reopening::Stale { .. },
        } => move_on(tx, at, *claim),
        _ => Ok(()),
    }
}

fn put(tx: &Tx<'_>, at: &At<'_>, claim: ClaimId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO public_change (claim, entry, at) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![claim.get(), at.entry, at.millis()])?;
    Ok(())
}

/// Words that change under a verdict are seen in public only while it stands
/// there.
fn move_on(tx: &Tx<'_>, at: &At<'_>, claim: ClaimId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE public_change SET entry = ?2, at = ?3 WHERE claim = ?1
             AND EXISTS (SELECT 1 FROM claim WHERE claim.id = ?1 AND published IS NOT NULL)",
        )?
        .execute(params![claim.get(), at.entry, at.millis()])?;
    Ok(())
}

/// Projects others' checks.
pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::OtherCheckNoted { check } => {
            tx.conn
                .prepare_cached(
                    "INSERT INTO other_check (id, claim, other_check, url, person, role, at, entry)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    check.id.get(),
                    check.claim.get(),
                    json(check)?,
                    check.review.url.as_str(),
                    at.person(),
                    at.role(),
                    at.millis(),
                    at.entry
                ])?;
            Ok(Subject::claim(check.claim))
        }
        Event::OtherCheckRemoved { claim, check, .. } => {
            tx.conn
                .prepare_cached("UPDATE other_check SET removed_at = ?2 WHERE id = ?1")?
                .execute(params![check.get(), at.millis()])?;
            Ok(Subject::claim(*claim))
        }
        _ => Ok(Subject::default()),
    }
}
