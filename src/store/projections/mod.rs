//! Projections: what pages and searches read, written from events alone.
//!
//! The same code runs when an act is logged and when the log is replayed, so
//! a dropped projection comes back equal. Nothing here reads a clock, a blob
//! (the full-text index apart) or anything that is not in the log.

mod articles;
mod changes;
mod claims;
mod erasures;
mod keys;
mod sources;
mod verdicts;
mod wire;
mod work;

use rusqlite::params;

use crate::domain::event::{Event, Record};
use crate::domain::ids::EntryIndex;

use super::{StoreError, Tx};

/// What an event is about, for the trail.
#[derive(Default)]
struct Subject {
    claim: Option<i64>,
    source: Option<i64>,
    article: Option<i64>,
}

impl Subject {
    fn claim(id: crate::domain::ids::ClaimId) -> Self {
        Self {
            claim: Some(id.get()),
            ..Self::default()
        }
    }

    fn article(id: crate::domain::ids::ArticleId) -> Self {
        Self {
            article: Some(id.get()),
            ..Self::default()
        }
    }

    fn source(id: crate::domain::ids::SourceId) -> Self {
        Self {
            source: Some(id.get()),
            ..Self::default()
        }
    }
}

/// The entry that is being projected.
struct At<'a> {
    entry: i64,
    record: &'a Record,
}

impl At<'_> {
    fn millis(&self) -> i64 {
        self.record.at.as_millis()
    }

    fn person(&self) -> Option<i64> {
        self.record.by.map(|by| by.person.get())
    }

    fn role(&self) -> Option<&'static str> {
        self.record.by.map(|by| by.role.as_str())
    }
}

/// Writes what one entry means into the projections.
///
/// # Errors
/// When an event does not fit what came before it: the rules of the desk were
/// broken when it was written, or the log was made by somebody else.
pub(super) fn apply(tx: &Tx<'_>, index: EntryIndex, record: &Record) -> Result<(), StoreError> {
    let at = At {
        entry: index.get() as i64,
        record,
    };
    let subject = project(tx, &at, &record.event)?;
    wire::note(tx, &at, &record.event)?;
    keys::note_signature(tx, &at)?;
    tx.conn
        .prepare_cached(
            "INSERT INTO trail (entry, at, person, role, kind, claim, source, article)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            at.entry,
            at.millis(),
            at.person(),
            at.role(),
            record.event.kind(),
            subject.claim,
            subject.source,
            subject.article
        ])?;
    Ok(())
}

fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::ArticleAdded { .. }
        | Event::ArticleRevised { .. }
        | Event::PassageSetAside { .. }
        | Event::PassageTakenUp { .. }
        | Event::PassageReanchored { .. }
        | Event::PassageAccepted { .. } => articles::project(tx, at, event),
        Event::ClaimPlanned { .. } | Event::RemarkMade { .. } | Event::QuestionSettled { .. } => {
            work::project(tx, at, event)
        }
        Event::ClaimOpened { .. }
        | Event::ClaimReworded { .. }
        | Event::ClaimAssigned { .. }
        | Event::ClaimWithdrawn { .. }
        | Event::ClaimReopened { .. } => claims::project(tx, at, event),
        Event::SourceAdded { .. }
        | Event::SourceRevised { .. }
        | Event::SnapshotTaken { .. }
        | Event::TextDerived { .. }
        | Event::CitationMade { .. }
        | Event::CitationRemoved { .. }
        | Event::CitationReanchored { .. } => sources::project(tx, at, event),
        Event::SnapshotFetched { .. }
        | Event::SnapshotUnread { .. }
        | Event::TextLocated { .. }
        | Event::SnapshotConfirmed { .. }
        | Event::SnapshotArchived { .. }
        | Event::RecheckScheduled { .. }
        | Event::ChangeDismissed { .. } => changes::project(tx, at, event),
        Event::VerdictGiven { .. }
        | Event::VerdictApproved { .. }
        | Event::ApprovalTakenBack { .. }
        | Event::VerdictDissented { .. }
        | Event::VerdictPublished { .. }
        | Event::PublicationCorrected { .. } => verdicts::project(tx, at, event),
        Event::OtherCheckNoted { .. } | Event::OtherCheckRemoved { .. } => {
            wire::project(tx, at, event)
        }
        Event::KeyRotated { .. }
        | Event::KeyReplaced { .. }
        | Event::SigningRuled { .. }
        | Event::PasskeyRegistered { .. }
        | Event::PasskeyRetired { .. } => keys::project(tx, at, event),
        Event::ErasureAsked { .. }
        | Event::ErasureWithdrawn { .. }
        | Event::ErasureRefused { .. }
        | Event::Erased { .. }
        | Event::SourceSealed { .. }
        | Event::SourceUnsealed { .. } => erasures::project(tx, at, event),
        Event::DeskOpened { .. }
        | Event::OlderLogAccepted { .. }
        | Event::ScaleAdopted { .. }
        | Event::PersonJoined { .. }
        | Event::RoleChanged { .. }
        | Event::PersonLeft { .. }
        | Event::DeskDescribed { .. }
        | Event::RulesSet { .. } => project_desk(tx, at, event),
    }
}

fn project_desk(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::DeskOpened { name, verifier_key } => {
            keys::open(tx, at, verifier_key)?;
            tx.conn
                .prepare_cached("INSERT INTO desk (id, name, verifier_key) VALUES (1, ?1, ?2)")?
                .execute(params![name.as_str(), verifier_key])?
        }
        Event::ScaleAdopted { scale } => tx
            .conn
            .prepare_cached("INSERT INTO scale (id, key, version, sheet) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                scale.id.get(),
                scale.sheet.key().as_str(),
                scale.version,
                json(&scale.sheet)?
            ])?,
        Event::PersonJoined { person, name, role } => tx
            .conn
            .prepare_cached("INSERT INTO person (id, name, role, gone) VALUES (?1, ?2, ?3, 0)")?
            .execute(params![person.get(), name.as_str(), role.as_str()])?,
        Event::RoleChanged { person, role } => tx
            .conn
            .prepare_cached("UPDATE person SET role = ?2 WHERE id = ?1")?
            .execute(params![person.get(), role.as_str()])?,
        Event::PersonLeft { person } => tx
            .conn
            .prepare_cached("UPDATE person SET gone = 1 WHERE id = ?1")?
            .execute([person.get()])?,
        Event::DeskDescribed { sheet } => tx
            .conn
            .prepare_cached(
                "INSERT OR REPLACE INTO desk_sheet (id, sheet, entry) VALUES (1, ?1, ?2)",
            )?
            .execute(params![json(sheet)?, at.entry])?,
        Event::RulesSet { approvals, scale } => tx
            .conn
            .prepare_cached(
                "INSERT OR REPLACE INTO desk_rules (id, approvals, scale, entry)
                 VALUES (1, ?1, ?2, ?3)",
            )?
            .execute(params![approvals.0, scale.as_str(), at.entry])?,
        _ => 0,
    };
    Ok(Subject::default())
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt("value", error))
}
