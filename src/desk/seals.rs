//! Confidential sources: who may see them, and who says so.

use std::collections::BTreeSet;

use crate::domain::event::Event;
use crate::domain::ids::{PersonId, SourceId};
use crate::domain::person::Deed;
use crate::domain::source::SourceSheet;
use crate::store::local::once;
use crate::store::{Db, people, sources, veil};

use super::{Actor, Desk, DeskError, Pen};

/// Adds a source that is sealed from its first moment, for whoever adds it.
///
/// # Errors
/// As for adding any source; and nobody can be meant where nobody acts.
pub fn add(desk: &Desk, actor: Actor, sheet: SourceSheet) -> Result<SourceId, DeskError> {
    let me = actor.byline().map(|by| by.person);
    desk.act(actor, Deed::AddSource, move |pen| {
        let me = me.ok_or(DeskError::NoReaders)?;
        let source = super::sources::add_with(pen, sheet)?;
        pen.log(Event::SourceSealed {
            source,
            readers: vec![me],
        })?;
        Ok(source)
    })
}

/// Seals a source, or chooses anew who may see a sealed one. Whoever added it
/// is always among them. Editors and admins may; so may whoever added it.
///
/// # Errors
/// When a reader is nobody of the desk, or nobody would be left to see it.
pub fn seal(
    desk: &Desk,
    actor: Actor,
    source: SourceId,
    readers: Vec<PersonId>,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::AddSource, move |pen| {
        let added_by = may_seal(pen, actor, source)?;
        let mut named: BTreeSet<PersonId> = readers.into_iter().collect();
        for person in &named {
            if !is_here(pen, *person)? {
                return Err(DeskError::NoSuch {
                    what: "person at this desk",
                    id: person.get(),
                });
            }
        }
        if let Some(person) = added_by
            && is_here(pen, person)?
        {
            named.insert(person);
        }
        if named.is_empty() {
            return Err(DeskError::NoReaders);
        }
        pen.log(Event::SourceSealed {
            source,
            readers: named.into_iter().collect(),
        })?;
        // Answers that are given once more may hold what somebody sees no more.
        Ok(once::forget(pen.tx)?)
    })
}

/// Lets everybody of the desk see a source again.
///
/// # Errors
/// When it is not sealed.
pub fn unseal(desk: &Desk, actor: Actor, source: SourceId) -> Result<(), DeskError> {
    desk.act(actor, Deed::Seal, move |pen| {
        find(pen, source)?;
        if veil::readers(pen, source)?.is_empty() {
            return Err(DeskError::NotSealed);
        }
        pen.log(Event::SourceUnsealed { source })?;
        Ok(())
    })
}

/// Who may see a sealed source, and who added it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seal {
    /// Who may see it; nobody where it is not sealed.
    pub readers: Vec<PersonId>,
    /// Who added it.
    pub added_by: Option<PersonId>,
}

/// How a source is sealed.
///
/// # Errors
/// When there is no such source.
pub fn of(db: &Db<'_>, source: SourceId) -> Result<Seal, DeskError> {
    find(db, source)?;
    Ok(Seal {
        readers: veil::readers(db, source)?,
        added_by: sources::added_by(db, source)?,
    })
}

/// Whether a source is sealed, and how, as far as somebody may know: for whom it
/// is sealed is told to those, and to those who may choose them.
///
/// # Errors
/// When there is no such source.
pub fn told_to(
    db: &Db<'_>,
    actor: Actor,
    source: SourceId,
) -> Result<(bool, Option<Seal>), DeskError> {
    let seal = of(db, source)?;
    let is_sealed = !seal.readers.is_empty();
    let may_know = actor.byline().is_none_or(|by| {
        let is_theirs = seal.added_by == Some(by.person) || seal.readers.contains(&by.person);
        !is_sealed || is_theirs || by.role.may(Deed::Seal)
    });
    Ok((is_sealed, may_know.then_some(seal)))
}

/// Refuses those who may not seal a source, and tells who added it.
fn may_seal(
    pen: &Pen<'_, '_>,
    actor: Actor,
    source: SourceId,
) -> Result<Option<PersonId>, DeskError> {
    find(pen, source)?;
    let added_by = sources::added_by(pen, source)?;
    let me = actor.byline().map(|by| by.person);
    if me.is_none() || me != added_by {
        actor.must(Deed::Seal)?;
    }
    Ok(added_by)
}

pub(super) fn find(db: &Db<'_>, source: SourceId) -> Result<(), DeskError> {
    sources::find(db, source)?
        .map(|_| ())
        .ok_or(DeskError::NoSuch {
            what: "source",
            id: source.get(),
        })
}

fn is_here(db: &Db<'_>, person: PersonId) -> Result<bool, DeskError> {
    Ok(people::find(db, person)?.is_some_and(|person| !person.gone))
}
