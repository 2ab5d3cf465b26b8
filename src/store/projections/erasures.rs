//! Projects erasures: who asked, who consented, and the holes that are left.
//!
//! The rules are held here as well as by the deed, so that an erasure that
//! breaks them is found by whoever replays the log.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use crate::domain::erasure::{Erasure, ErasureRequest};
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId, SourceId};
use crate::domain::person::{Deed, Role};
use crate::domain::redaction::{ErasureMark, Unerasable, redact};
use crate::domain::words::Note;
use crate::store::erasures::{self, Asked, Stage};
use crate::store::{StoreError, Tx, people, sources};

use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::ErasureAsked { request } => ask(tx, at, request)?,
        Event::ErasureWithdrawn { asked } => {
            let open = open(tx, *asked)?;
            if Some(open.by) != at.record.by.map(|by| by.person) {
                return Err(broken("only whoever asked takes it back"));
            }
            end(tx, at, (*asked, Stage::Withdrawn), None)?;
        }
        Event::ErasureRefused { asked, reason } => {
            second_admin(tx, at, &open(tx, *asked)?)?;
            end(tx, at, (*asked, Stage::Refused), Some(reason))?;
        }
        Event::Erased { erasure } => erase(tx, at, erasure)?,
        Event::SourceSealed { source, readers } => {
            may_seal(tx, at, *source)?;
            unseal(tx, *source)?;
            let mut put = tx.conn.prepare_cached(
                "INSERT OR IGNORE INTO seal (source, person, entry) VALUES (?1, ?2, ?3)",
            )?;
            for reader in readers {
                put.execute(params![source.get(), reader.get(), at.entry])?;
            }
            return Ok(Subject::source(*source));
        }
        Event::SourceUnsealed { source } => {
            unseal(tx, *source)?;
            return Ok(Subject::source(*source));
        }
        _ => {}
    }
    Ok(Subject::default())
}

/// Editors and admins seal sources, and whoever added one.
fn may_seal(tx: &Tx<'_>, at: &At<'_>, source: SourceId) -> Result<(), StoreError> {
    let Some(by) = at.record.by else {
        return Ok(());
    };
    if by.role.may(Deed::Seal) || sources::added_by(tx, source)? == Some(by.person) {
        Ok(())
    } else {
        Err(StoreError::corrupt(
            "seal",
            "whoever signed it may not seal the source",
        ))
    }
}

fn unseal(tx: &Tx<'_>, source: SourceId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM seal WHERE source = ?1")?
        .execute([source.get()])?;
    Ok(())
}

fn broken(why: &str) -> StoreError {
    StoreError::corrupt("erasure", why)
}

fn ask(tx: &Tx<'_>, at: &At<'_>, request: &ErasureRequest) -> Result<(), StoreError> {
    let person = admin(tx, at)?;
    tx.conn
        .prepare_cached(
            "INSERT INTO erasure (asked, request, person, at, state)
             VALUES (?1, ?2, ?3, ?4, 'asked')",
        )?
        .execute(params![at.entry, json(request)?, person.get(), at.millis()])?;
    Ok(())
}

/// The person of the entry, who has to be an admin of the desk by then.
fn admin(tx: &Tx<'_>, at: &At<'_>) -> Result<PersonId, StoreError> {
    let by = at.record.by.ok_or_else(|| broken("nobody signed it"))?;
    if is_admin(tx, by.person)? && by.role == Role::Admin {
        Ok(by.person)
    } else {
        Err(broken("whoever signed it is no admin"))
    }
}

fn is_admin(tx: &Tx<'_>, person: PersonId) -> Result<bool, StoreError> {
    let found = people::find(tx, person)?;
    Ok(found.is_some_and(|person| !person.gone && person.role == Role::Admin))
}

fn second_admin(tx: &Tx<'_>, at: &At<'_>, open: &Asked) -> Result<(), StoreError> {
    if admin(tx, at)? == open.by {
        return Err(broken("one admin asked for it and decided on it"));
    }
    Ok(())
}

fn open(tx: &Tx<'_>, asked: EntryIndex) -> Result<Asked, StoreError> {
    erasures::find(tx, asked)?
        .filter(|found| found.stage == Stage::Asked)
        .ok_or_else(|| broken("nothing that waits was asked for by that entry"))
}

fn end(
    tx: &Tx<'_>,
    at: &At<'_>,
    (asked, stage): (EntryIndex, Stage),
    words: Option<&Note>,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE erasure SET state = ?2, ended = ?3, ended_by = ?4, ended_at = ?5, words = ?6
             WHERE asked = ?1",
        )?
        .execute(params![
            asked.get() as i64,
            stage.as_str(),
            at.entry,
            at.person(),
            at.millis(),
            words.map(Note::as_str)
        ])?;
    Ok(())
}

fn erase(tx: &Tx<'_>, at: &At<'_>, erasure: &Erasure) -> Result<(), StoreError> {
    let asked = open(tx, erasure.asked)?;
    second_admin(tx, at, &asked)?;
    if !is_admin(tx, asked.by)? {
        return Err(broken("whoever asked for it is no admin any more"));
    }
    named(tx, &asked.request, erasure)?;
    let mark = ErasureMark::new(at.record.at, EntryIndex::new(at.entry as u64));
    for hole in &erasure.holes {
        let is_earlier = (hole.entry.get() as i64) < at.entry;
        if !is_earlier || redact(&hole.left, &mark) != Err(Unerasable::Wordless) {
            return Err(broken("what it leaves of an entry is not without words"));
        }
        tx.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO hole (entry, erased, at, body) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                hole.entry.get() as i64,
                at.entry,
                at.millis(),
                json(&hole.left)?
            ])?;
    }
    for hash in &erasure.blobs {
        erasures::put_blob(tx, *hash, (at.entry, at.millis()))?;
    }
    end(tx, at, (erasure.asked, Stage::Done), None)?;
    tx.conn
        .prepare_cached("UPDATE erasure SET kept = ?2 WHERE asked = ?1")?
        .execute(params![erasure.asked.get() as i64, json(&erasure.kept)?])?;
    Ok(())
}

/// Nothing goes that was not asked for.
fn named(tx: &Tx<'_>, request: &ErasureRequest, erasure: &Erasure) -> Result<(), StoreError> {
    if !erasure.holes.iter().all(|hole| request.names(hole)) {
        return Err(broken("it empties an entry that was not asked for"));
    }
    let mut asked: BTreeSet<ContentHash> = BTreeSet::new();
    for part in &request.parts {
        asked.extend(erasures::blob_of(tx, *part)?);
    }
    let gone: BTreeSet<ContentHash> = erasure.blobs.iter().chain(&erasure.kept).copied().collect();
    if gone != asked {
        return Err(broken("it takes other bytes than were asked for"));
    }
    Ok(())
}

/// Whether the words of a text are erased.
pub(super) fn is_erased(tx: &Tx<'_>, hash: ContentHash) -> Result<bool, StoreError> {
    let found = tx
        .conn
        .prepare_cached("SELECT 1 FROM erased_blob WHERE hash = ?1")?
        .query_row([hash.to_string()], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}
