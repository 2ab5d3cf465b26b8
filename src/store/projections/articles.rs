//! Projects articles, their revisions, and where claims stand in them.

use rusqlite::params;

use crate::domain::article::{Aside, AsideKept, Revision};
use crate::domain::citation::Reanchoring;
use crate::domain::event::Event;
use crate::domain::ids::{ArticleId, ClaimId};
use crate::store::articles::Placed;
use crate::store::{StoreError, Tx};

use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::ArticleAdded {
            article,
            sheet,
            revision,
        } => {
            tx.conn
                .prepare_cached(
                    "INSERT INTO article (id, sheet, revision, text, chars, added_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    article.get(),
                    json(sheet)?,
                    revision.number,
                    revision.text.to_string(),
                    revision.chars as i64,
                    at.millis()
                ])?;
            add_revision(tx, at, *article, revision)?;
            Ok(Subject::article(*article))
        }
        Event::ArticleRevised {
            article,
            sheet,
            revision,
            asides,
        } => {
            tx.conn
                .prepare_cached(
                    "UPDATE article SET sheet = ?2, revision = ?3, text = ?4, chars = ?5
                     WHERE id = ?1",
                )?
                .execute(params![
                    article.get(),
                    json(sheet)?,
                    revision.number,
                    revision.text.to_string(),
                    revision.chars as i64
                ])?;
            add_revision(tx, at, *article, revision)?;
            keep_asides(tx, *article, asides)?;
            Ok(Subject::article(*article))
        }
        Event::PassageSetAside { aside } => {
            set_aside(tx, at, aside)?;
            Ok(Subject::article(aside.article))
        }
        Event::PassageTakenUp { article, aside } => {
            tx.conn
                .prepare_cached("UPDATE aside SET live = 0 WHERE entry = ?1")?
                .execute([aside.get() as i64])?;
            Ok(Subject::article(*article))
        }
        Event::PassageReanchored {
            claim,
            article,
            revision,
            result,
        } => {
            place(tx, *claim, *revision, result)?;
            Ok(both(*claim, *article))
        }
        Event::PassageAccepted { claim, article, .. } => {
            tx.conn
                .prepare_cached("UPDATE claim SET drifted = 0 WHERE id = ?1")?
                .execute([claim.get()])?;
            Ok(both(*claim, *article))
        }
        _ => Ok(Subject::default()),
    }
}

/// What is about a claim in its article is told in the history of both.
fn both(claim: ClaimId, article: ArticleId) -> Subject {
    Subject {
        article: Some(article.get()),
        ..Subject::claim(claim)
    }
}

fn add_revision(
    tx: &Tx<'_>,
    at: &At<'_>,
    article: ArticleId,
    revision: &Revision,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO revision (article, number, text, chars, person, at, entry)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            article.get(),
            revision.number,
            revision.text.to_string(),
            revision.chars as i64,
            at.person(),
            at.millis(),
            at.entry
        ])?;
    Ok(())
}

/// Passages that were set aside stay so only where their words still stand.
fn keep_asides(tx: &Tx<'_>, article: ArticleId, asides: &[AsideKept]) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE aside SET live = 0 WHERE article = ?1 AND live = 1")?
        .execute([article.get()])?;
    let mut keep = tx
        .conn
        .prepare_cached("UPDATE aside SET live = 1, start = ?2, stop = ?3 WHERE entry = ?1")?;
    for kept in asides {
        keep.execute(params![
            kept.aside.get() as i64,
            kept.span.start() as i64,
            kept.span.end() as i64
        ])?;
    }
    Ok(())
}

fn set_aside(tx: &Tx<'_>, at: &At<'_>, aside: &Aside) -> Result<(), StoreError> {
    let span = aside.passage.span;
    tx.conn
        .prepare_cached(
            "INSERT INTO aside (entry, article, aside, start, stop, person, at, live)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1)",
        )?
        .execute(params![
            at.entry,
            aside.article.get(),
            json(aside)?,
            span.start() as i64,
            span.end() as i64,
            at.person(),
            at.millis()
        ])?;
    Ok(())
}

fn place(
    tx: &Tx<'_>,
    claim: ClaimId,
    revision: u32,
    result: &Reanchoring,
) -> Result<(), StoreError> {
    let placed = Placed {
        revision,
        result: result.clone(),
    };
    tx.conn
        .prepare_cached("UPDATE claim SET placed = ?2, drifted = max(drifted, ?3) WHERE id = ?1")?
        .execute(params![claim.get(), json(&placed)?, result.is_stale()])?;
    Ok(())
}
