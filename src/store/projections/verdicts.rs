//! Projects verdicts, opinions of them, publications and corrections.

use rusqlite::params;

use crate::domain::claim::Approvals;
use crate::domain::event::Event;
use crate::domain::ids::{ClaimId, VerdictId};
use crate::domain::publication::{Correction, CorrectionKind, Opinion, Publication};
use crate::domain::verdict::Verdict;
use crate::domain::words::Note;
use crate::store::{StoreError, Tx};

use super::claims::{set_state, step, touch};
use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    let claim = match event {
        Event::VerdictGiven { verdict } => {
            give(tx, at, verdict)?;
            verdict.claim
        }
        Event::VerdictApproved {
            claim,
            verdict,
            note,
            approvals,
            asked,
        } => {
            let enough = approvals.enough_for(*asked);
            let state = step(tx, *claim, |state| state.approve(enough))?;
            put_opinion(tx, at, verdict.id, Opinion::Approval, note.as_ref())?;
            count_dissents(tx, *claim, verdict.id)?;
            set_state(tx, *claim, state)?;
            *claim
        }
        Event::ApprovalTakenBack {
            claim,
            approvals,
            asked,
            ..
        } => {
            let enough = approvals.enough_for(*asked);
            let state = step(tx, *claim, |state| state.take_back(enough))?;
            set_state(tx, *claim, state)?;
            *claim
        }
        Event::VerdictDissented {
            claim,
            verdict,
            note,
        } => {
            let state = step(tx, *claim, |state| state.dissent())?;
            put_opinion(tx, at, verdict.id, Opinion::Dissent, Some(note))?;
            count_dissents(tx, *claim, verdict.id)?;
            set_state(tx, *claim, state)?;
            *claim
        }
        Event::VerdictPublished { publication } => {
            publish(tx, at, publication)?;
            publication.claim
        }
        Event::PublicationCorrected { correction } => {
            correct(tx, at, correction)?;
            correction.claim
        }
        _ => return Ok(Subject::default()),
    };
    touch(tx, at, claim)?;
    Ok(Subject::claim(claim))
}

fn give(tx: &Tx<'_>, at: &At<'_>, verdict: &Verdict) -> Result<(), StoreError> {
    let state = step(tx, verdict.claim, |state| state.decide(verdict.id))?;
    tx.conn
        .prepare_cached(
            "INSERT INTO verdict (id, claim, verdict, rating, person, role, at, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            verdict.id.get(),
            verdict.claim.get(),
            json(verdict)?,
            verdict.rating.key.as_str(),
            at.person(),
            at.role(),
            at.millis(),
            at.entry
        ])?;
    let mut rests = tx
        .conn
        .prepare_cached("INSERT INTO verdict_citation (verdict, citation) VALUES (?1, ?2)")?;
    for evidence in &verdict.evidence {
        rests.execute(params![verdict.id.get(), evidence.citation.get()])?;
    }
    tx.conn
        .prepare_cached(
            "INSERT INTO verdict_search (rowid, rationale, rating) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![
            verdict.id.get(),
            verdict.rationale.as_str(),
            verdict.rating.label.as_str()
        ])?;
    tx.conn
        .prepare_cached("UPDATE claim SET stale = 0, reopening = NULL, dissents = 0 WHERE id = ?1")?
        .execute([verdict.claim.get()])?;
    set_state(tx, verdict.claim, state)
}

fn put_opinion(
    tx: &Tx<'_>,
    at: &At<'_>,
    verdict: VerdictId,
    opinion: Opinion,
    note: Option<&Note>,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO opinion (verdict, person, opinion, note, role, at, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            verdict.get(),
            at.person(),
            opinion.as_str(),
            note.map(Note::as_str),
            at.role(),
            at.millis(),
            at.entry
        ])?;
    Ok(())
}

fn count_dissents(tx: &Tx<'_>, claim: ClaimId, verdict: VerdictId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE claim SET dissents = (SELECT count(*) FROM opinion
             WHERE opinion.verdict = ?2 AND opinion = 'dissent') WHERE id = ?1",
        )?
        .execute(params![claim.get(), verdict.get()])?;
    Ok(())
}

fn publish(tx: &Tx<'_>, at: &At<'_>, publication: &Publication) -> Result<(), StoreError> {
    let Approvals(asked) = publication.asked;
    let state = step(tx, publication.claim, |state| {
        let enough = publication.approvals.enough_for(publication.asked);
        state.publish(publication.id, enough)
    })?;
    tx.conn
        .prepare_cached(
            "INSERT INTO publication (id, claim, verdict, approvals, asked, person, at, entry, retracted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
        )?
        .execute(params![
            publication.id.get(),
            publication.claim.get(),
            publication.verdict.id.get(),
            publication.approvals.0,
            asked,
            at.person(),
            at.millis(),
            at.entry
        ])?;
    tx.conn
        .prepare_cached("UPDATE claim SET published = ?2 WHERE id = ?1")?
        .execute(params![publication.claim.get(), publication.id.get()])?;
    set_state(tx, publication.claim, state)
}

fn correct(tx: &Tx<'_>, at: &At<'_>, correction: &Correction) -> Result<(), StoreError> {
    let state = step(tx, correction.claim, |state| state.correct(correction.kind))?;
    tx.conn
        .prepare_cached(
            "INSERT INTO correction (id, claim, publication, kind, note, person, at, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            correction.id.get(),
            correction.claim.get(),
            correction.publication.get(),
            correction.kind.as_str(),
            correction.note.as_str(),
            at.person(),
            at.millis(),
            at.entry
        ])?;
    tx.conn
        .prepare_cached("UPDATE claim SET corrected = 1 WHERE id = ?1")?
        .execute([correction.claim.get()])?;
    if correction.kind == CorrectionKind::Retraction {
        tx.conn
            .prepare_cached("UPDATE publication SET retracted = 1 WHERE id = ?1")?
            .execute([correction.publication.get()])?;
        tx.conn
            .prepare_cached("UPDATE claim SET published = NULL WHERE id = ?1")?
            .execute([correction.claim.get()])?;
    }
    set_state(tx, correction.claim, state)
}
