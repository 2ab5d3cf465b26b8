//! Projects sources, their captures and texts, and the citations in them.

use rusqlite::params;

use crate::domain::event::Event;
use crate::domain::ids::SourceId;
use crate::domain::source::SourceSheet;
use crate::store::{StoreError, Tx};

use super::claims::{set_state, step, touch};
use super::erasures::is_erased;
use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::SourceAdded { source, sheet } => {
            put_sheet(tx, at, (*source, 1, sheet))?;
            Ok(Subject::source(*source))
        }
        Event::SourceRevised {
            source,
            version,
            sheet,
        } => {
            put_sheet(tx, at, (*source, *version, sheet))?;
            Ok(Subject::source(*source))
        }
        Event::SnapshotTaken { snapshot } => {
            tx.conn
                .prepare_cached(
                    "INSERT INTO snapshot (id, source, snapshot, raw, taken_at, taken_by, entry)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    snapshot.id.get(),
                    snapshot.source.get(),
                    json(snapshot)?,
                    snapshot.raw.to_string(),
                    at.millis(),
                    at.person(),
                    at.entry
                ])?;
            Ok(Subject::source(snapshot.source))
        }
        Event::TextDerived { text } => {
            tx.conn
                .prepare_cached("INSERT INTO text (id, snapshot, hash, text, entry) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![
                    text.id.get(),
                    text.snapshot.get(),
                    text.hash.to_string(),
                    json(text)?,
                    at.entry
                ])?;
            if !is_erased(tx, text.hash)? {
                tx.conn
                    .prepare_cached(
                        "INSERT INTO text_search (rowid, words) VALUES (?1, blob_text(?2))",
                    )?
                    .execute(params![text.id.get(), text.hash.to_string()])?;
            }
            let source = crate::store::snapshots::get(tx, text.snapshot)?
                .snapshot
                .source;
            Ok(Subject::source(source))
        }
        other => project_citation(tx, at, other),
    }
}

fn put_sheet(
    tx: &Tx<'_>,
    at: &At<'_>,
    (source, version, sheet): (SourceId, u32, &SourceSheet),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO source (id, version, sheet, as_cited_by, rev)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            source.get(),
            version,
            json(sheet)?,
            sheet.as_cited_by.map(|id| id.get()),
            at.entry
        ])?;
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO source_search (rowid, title, publisher, author)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            source.get(),
            sheet.title.as_str(),
            sheet.publisher.as_str(),
            sheet.author.as_ref().map_or("", |author| author.as_str())
        ])?;
    Ok(())
}

fn project_citation(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::CitationMade { citation } => {
            let state = step(tx, citation.claim, |state| state.take_up())?;
            tx.conn
                .prepare_cached(
                    "INSERT INTO citation (id, claim, source, snapshot, text, citation, removed, entry)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
                )?
                .execute(params![
                    citation.id.get(),
                    citation.claim.get(),
                    citation.source.get(),
                    citation.snapshot.get(),
                    citation.text.get(),
                    json(citation)?,
                    at.entry
                ])?;
            count_citations(tx, citation.claim)?;
            set_state(tx, citation.claim, state)?;
            touch(tx, at, citation.claim)?;
            Ok(Subject {
                claim: Some(citation.claim.get()),
                source: Some(citation.source.get()),
                article: None,
            })
        }
        Event::CitationRemoved { claim, citation } => {
            tx.conn
                .prepare_cached("UPDATE citation SET removed = 1 WHERE id = ?1 AND claim = ?2")?
                .execute(params![citation.get(), claim.get()])?;
            count_citations(tx, *claim)?;
            touch(tx, at, *claim)?;
            Ok(Subject::claim(*claim))
        }
        Event::CitationReanchored {
            claim,
            citation,
            snapshot,
            text,
            result,
        } => {
            tx.conn
                .prepare_cached(
                    "UPDATE citation SET reanchored = ?2, newer = ?3, newer_text = ?4 WHERE id = ?1",
                )?
                .execute(params![
                    citation.get(),
                    json(result)?,
                    snapshot.get(),
                    text.map(|id| id.get())
                ])?;
            Ok(Subject::claim(*claim))
        }
        _ => Ok(Subject::default()),
    }
}

fn count_citations(tx: &Tx<'_>, claim: crate::domain::ids::ClaimId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE claim SET cited = (SELECT count(*) FROM citation
             WHERE citation.claim = ?1 AND removed = 0) WHERE id = ?1",
        )?
        .execute([claim.get()])?;
    Ok(())
}
