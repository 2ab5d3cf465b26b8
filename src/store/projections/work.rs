//! Projects how the work on claims is planned and talked about.

use rusqlite::params;

use crate::domain::event::Event;
use crate::domain::remark::{Remark, RemarkKind};
use crate::store::{StoreError, Tx};

use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::ClaimPlanned { claim, plan } => {
            tx.conn
                .prepare_cached("UPDATE claim SET priority = ?2, due_at = ?3 WHERE id = ?1")?
                .execute(params![
                    claim.get(),
                    plan.priority.rank(),
                    plan.due.map(|due| due.as_millis())
                ])?;
            Ok(Subject::claim(*claim))
        }
        Event::RemarkMade { remark } => {
            add(tx, at, remark)?;
            Ok(Subject::claim(remark.claim))
        }
        Event::QuestionSettled { claim, remark } => {
            tx.conn
                .prepare_cached("UPDATE remark SET settled_by = ?2, settled_at = ?3 WHERE id = ?1")?
                .execute(params![remark.get(), at.person(), at.millis()])?;
            tx.conn
                .prepare_cached("UPDATE claim SET questions = questions - 1 WHERE id = ?1")?
                .execute([claim.get()])?;
            Ok(Subject::claim(*claim))
        }
        _ => Ok(Subject::default()),
    }
}

fn add(tx: &Tx<'_>, at: &At<'_>, remark: &Remark) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO remark (id, claim, remark, person, role, at, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            remark.id.get(),
            remark.claim.get(),
            json(remark)?,
            at.person(),
            at.role(),
            at.millis(),
            at.entry
        ])?;
    if remark.kind == RemarkKind::Question {
        tx.conn
            .prepare_cached("UPDATE claim SET questions = questions + 1 WHERE id = ?1")?
            .execute([remark.claim.get()])?;
    }
    Ok(())
}
