//! Projects how sources are looked at again, and what is judged of changes.

use rusqlite::params;

use crate::domain::change::Dismissal;
use crate::domain::event::Event;
use crate::domain::ids::{ClaimId, SnapshotId};
use crate::store::{StoreError, Tx, claims, snapshots};

use super::claims::{set_state, step, touch};
use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::SnapshotFetched { snapshot, response } => {
            tx.conn
                .prepare_cached("UPDATE snapshot SET response = ?2 WHERE id = ?1")?
                .execute(params![snapshot.get(), json(response)?])?;
            about(tx, *snapshot)
        }
        Event::SnapshotUnread { snapshot, reason } => {
            tx.conn
                .prepare_cached("UPDATE snapshot SET unread = ?2 WHERE id = ?1")?
                .execute(params![snapshot.get(), reason.as_str()])?;
            about(tx, *snapshot)
        }
        Event::TextLocated { text, locators } => {
            tx.conn
                .prepare_cached("UPDATE text SET locators = ?2 WHERE id = ?1")?
                .execute(params![text.get(), json(locators)?])?;
            about(tx, snapshots::get_text(tx, *text)?.snapshot)
        }
        Event::SnapshotConfirmed { snapshot, .. } => {
            tx.conn
                .prepare_cached("UPDATE snapshot SET confirmed = ?2 WHERE id = ?1")?
                .execute(params![snapshot.get(), at.millis()])?;
            about(tx, *snapshot)
        }
        Event::SnapshotArchived { snapshot, copy } => {
            tx.conn
                .prepare_cached("UPDATE snapshot SET archived = ?2 WHERE id = ?1")?
                .execute(params![snapshot.get(), json(copy)?])?;
            about(tx, *snapshot)
        }
        Event::RecheckScheduled { source, every } => {
            match every {
                Some(every) => tx
                    .conn
                    .prepare_cached(
                        "INSERT OR REPLACE INTO schedule (source, days, person, entry)
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute(params![source.get(), every.days(), at.person(), at.entry])?,
                None => tx
                    .conn
                    .prepare_cached("DELETE FROM schedule WHERE source = ?1")?
                    .execute([source.get()])?,
            };
            Ok(Subject::source(*source))
        }
        Event::ChangeDismissed { claim, dismissal } => {
            dismiss(tx, at, *claim, dismissal)?;
            Ok(Subject::claim(*claim))
        }
        _ => Ok(Subject::default()),
    }
}

fn about(tx: &Tx<'_>, snapshot: SnapshotId) -> Result<Subject, StoreError> {
    let source = snapshots::get(tx, snapshot)?.snapshot.source;
    Ok(Subject::source(source))
}

fn dismiss(
    tx: &Tx<'_>,
    at: &At<'_>,
    claim: ClaimId,
    dismissal: &Dismissal,
) -> Result<(), StoreError> {
    let published = claims::get(tx, claim)?.published;
    let state = step(tx, claim, |state| {
        state.stand_again(dismissal.verdict.id, dismissal.restores, published)
    })?;
    tx.conn
        .prepare_cached(
            "INSERT INTO dismissal (entry, claim, dismissal, person, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            at.entry,
            claim.get(),
            json(dismissal)?,
            at.person(),
            at.millis()
        ])?;
    tx.conn
        .prepare_cached("UPDATE claim SET stale = 0, reopening = NULL WHERE id = ?1")?
        .execute([claim.get()])?;
    set_state(tx, claim, state)?;
    touch(tx, at, claim)
}
