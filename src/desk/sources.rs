//! Sources are added and revised.

use crate::domain::event::Event;
use crate::domain::ids::{EntryIndex, SourceId};
use crate::domain::person::Deed;
use crate::domain::source::SourceSheet;
use crate::store::{Db, sources};

use super::{Actor, Desk, DeskError, Pen};

/// Adds a source.
pub fn add(desk: &Desk, actor: Actor, sheet: SourceSheet) -> Result<SourceId, DeskError> {
    desk.act(actor, Deed::AddSource, move |pen| add_with(pen, sheet))
}

/// Logs a new source.
pub(super) fn add_with(pen: &Pen<'_, '_>, sheet: SourceSheet) -> Result<SourceId, DeskError> {
    let source = sources::next(pen)?;
    check_chain(pen, source, &sheet)?;
    pen.log(Event::SourceAdded { source, sheet })?;
    Ok(source)
}

/// Replaces what is said about a source.
pub fn revise(
    desk: &Desk,
    actor: Actor,
    (source, seen): (SourceId, EntryIndex),
    sheet: SourceSheet,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::AddSource, move |pen| {
        let found = sources::find(pen, source)?.ok_or(DeskError::NoSuch {
            what: "source",
            id: source.get(),
        })?;
        pen.must_see(source)?;
        if found.rev != seen {
            return Err(DeskError::SourceConflict { source_id: source });
        }
        check_chain(pen, source, &sheet)?;
        pen.log(Event::SourceRevised {
            source,
            version: found.version + 1,
            sheet,
        })?;
        Ok(())
    })
}

/// A chain of "as cited by" ends at a source that can be seen, within a few
/// steps, and never comes back to its start.
fn check_chain(db: &Db<'_>, source: SourceId, sheet: &SourceSheet) -> Result<(), DeskError> {
    let mut next = sheet.as_cited_by;
    for _ in 0..sources::LONGEST_CHAIN {
        let Some(citing) = next else { return Ok(()) };
        if citing == source {
            return Err(DeskError::CircularChain);
        }
        let found = sources::find(db, citing)?.ok_or(DeskError::NoSuch {
            what: "source",
            id: citing.get(),
        })?;
        next = found.sheet.as_cited_by;
    }
    Err(DeskError::CircularChain)
}
