//! Captures by address: a queue that is worked off beside everything else.
//!
//! What waits is machinery (`store::local::captures`); what is kept of it goes
//! into the log through `desk::snapshots`. A desk without a network loses
//! nothing here: every file can be uploaded instead.

mod found;
mod settle;
mod work;

use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::person::Deed;
use crate::domain::source::SourceSheet;
use crate::domain::words::{Address, FileName, Notice};
use crate::store::local::captures::{self, NewCapture, Queued, Stage, Task};
use crate::store::{Db, changes, snapshots, sources};

use super::snapshots::{NewSnapshot, prepare_read, record};
use super::{Actor, Desk, DeskError, Pen};

pub use self::found::{Found, known};
pub use self::settle::MOST_TRIES;
pub(super) use self::work::blocking;
pub use self::work::{Archive, Queue, Worker, look, progress};

/// No more captures than this may wait or run.
const MOST_OPEN: u64 = 5_000;

/// How many due sources are queued in one go.
const DUE_AT_ONCE: usize = 100;

/// Asks for an address to be captured: for a source, or to propose the sheet
/// of a new one. Returns the capture's number.
///
/// # Errors
/// When there is no such source, or the queue is full.
pub fn ask(
    desk: &Desk,
    actor: Actor,
    source: Option<SourceId>,
    url: Address,
) -> Result<i64, DeskError> {
    add(desk, actor, move |pen| {
        if let Some(source) = source {
            must_exist(pen, source)?;
            pen.must_see(source)?;
        }
        Ok(NewCapture {
            task: Task::Fetch,
            source,
            snapshot: None,
            url: Some(url.into()),
            person: actor.byline().map(|by| by.person),
        })
    })
}

/// Asks for a source to be looked at again, at the address of its newest
/// snapshot or of its sheet.
///
/// # Errors
/// When there is no such source, or it has no address.
pub fn recheck(desk: &Desk, actor: Actor, source: SourceId) -> Result<i64, DeskError> {
    add(desk, actor, move |pen| {
        // Whether a sealed source has an address is nobody else's to know.
        pen.must_see(source)?;
        let url = address(pen, source)?.ok_or(DeskError::NoAddress)?;
        Ok(NewCapture {
            task: Task::Recheck,
            source: Some(source),
            snapshot: None,
            url: Some(url.into()),
            person: actor.byline().map(|by| by.person),
        })
    })
}

/// Asks for a copy of a fetched snapshot's page to be kept elsewhere.
///
/// # Errors
/// When there is no such snapshot, or it came from no address.
pub fn archive(desk: &Desk, actor: Actor, snapshot: SnapshotId) -> Result<i64, DeskError> {
    add(desk, actor, move |pen| {
        let taken = snapshots::find(pen, snapshot)?.ok_or(DeskError::NoSuch {
            what: "snapshot",
            id: snapshot.get(),
        })?;
        pen.must_see(taken.snapshot.source)?;
        let url = taken.response.map(|response| response.last);
        let url = url.or(taken.snapshot.url).ok_or(DeskError::NoAddress)?;
        Ok(NewCapture {
            task: Task::Archive,
            source: Some(taken.snapshot.source),
            snapshot: Some(snapshot),
            url: Some(url.into()),
            person: actor.byline().map(|by| by.person),
        })
    })
}

/// Queues the sources whose schedule says that it is time; returns how many.
///
/// # Errors
/// When disk or database fail.
pub fn queue_due(desk: &Desk) -> Result<usize, DeskError> {
    let now = desk.now();
    let due = desk.read(|db| Ok(changes::list_due(db, now, DUE_AT_ONCE)?))?;
    let mut queued = 0;
    for source in due {
        match recheck(desk, Actor::Operator, source) {
            Ok(_) => queued += 1,
            Err(DeskError::NoAddress) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(queued)
}

/// Where a source is looked at again: where its newest snapshot was asked for,
/// or the address of its sheet.
///
/// # Errors
/// When there is no such source.
pub fn address(db: &Db<'_>, source: SourceId) -> Result<Option<Address>, DeskError> {
    let sheet = must_exist(db, source)?;
    let asked = snapshots::newest(db, source)?
        .and_then(|taken| taken.response)
        .map(|response| response.asked);
    Ok(asked.or(sheet.url))
}

fn must_exist(db: &Db<'_>, source: SourceId) -> Result<SourceSheet, DeskError> {
    let found = sources::find(db, source)?.ok_or(DeskError::NoSuch {
        what: "source",
        id: source.get(),
    })?;
    Ok(found.sheet)
}

fn add(
    desk: &Desk,
    actor: Actor,
    what: impl FnOnce(&Pen<'_, '_>) -> Result<NewCapture, DeskError> + Send + 'static,
) -> Result<i64, DeskError> {
    let id = desk.act(actor, Deed::AddSource, move |pen| {
        let open = captures::count_open(pen)?;
        if open >= MOST_OPEN {
            return Err(DeskError::QueueFull(open));
        }
        Ok(captures::add(pen.tx, &what(pen)?, pen.at)?)
    })?;
    desk.queue().wake();
    Ok(id)
}

/// Takes a file in that has no source yet: its bytes are kept and read, and a
/// source sheet is proposed from it. Returns the capture's number.
///
/// # Errors
/// When there are no bytes, or the desk's scanner does not let them in.
pub fn bring(
    desk: &Desk,
    actor: Actor,
    bytes: &[u8],
    (declared, file_name): (Option<String>, Option<FileName>),
) -> Result<i64, DeskError> {
    actor.must(Deed::AddSource)?;
    desk.reading().scan(bytes)?;
    let read = desk.reading().read(bytes, declared.as_deref());
    if let (true, Err(unreadable)) = (bytes.is_empty(), &read) {
        return Err(unreadable.clone().into());
    }
    let raw = desk.store().shelf().blobs().put(bytes)?;
    let found = Found::new(raw, declared, &read);
    let found = Found { file_name, ..found };
    desk.act(actor, Deed::AddSource, move |pen| {
        let new = NewCapture {
            task: Task::Fetch,
            source: None,
            snapshot: None,
            url: None,
            person: actor.byline().map(|by| by.person),
        };
        let id = captures::add(pen.tx, &new, pen.at)?;
        let mut queued = captures::find(pen, id)?.ok_or(missing(id))?;
        queued.stage = Stage::Read;
        queued.found = Some(found.encode()?);
        captures::put(pen.tx, &queued)?;
        Ok(id)
    })
}

/// Makes a source of what a capture found, with its first snapshot.
///
/// # Errors
/// When the capture is not read and waiting, or the sheet cannot be.
pub fn adopt(
    desk: &Desk,
    actor: Actor,
    id: i64,
    (sheet, notice): (SourceSheet, Option<Notice>),
) -> Result<SourceId, DeskError> {
    actor.must(Deed::AddSource)?;
    let queued = desk.read(|db| captures::find(db, id)?.ok_or(missing(id)))?;
    let found = waiting_sheet(&queued)?;
    let blobs = desk.store().shelf().blobs();
    let bytes = blobs.get(found.raw)?;
    // The texts are derived again from the bytes: what waited in the queue is
    // machinery, and nothing of it is believed.
    let read = desk.reading().read(&bytes, found.declared.as_deref());
    let archive = found.archive && found.response.is_some();
    let prepared = prepare_read(blobs, found.snapshot(bytes, notice), read)?;
    desk.act(actor, Deed::AddSource, move |pen| {
        let mut queued = captures::find(pen, id)?.ok_or(missing(id))?;
        waiting_sheet(&queued)?;
        let source = super::sources::add_with(pen, sheet)?;
        let snapshot = record(pen, prepared.of(source))?;
        if archive {
            settle::queue_archive(pen, &queued, (source, snapshot))?;
        }
        queued.snapshot = Some(snapshot);
        queued.source = Some(source);
        queued.stage = Stage::Done;
        queued.ended_at = Some(pen.at);
        queued.found = None;
        captures::put(pen.tx, &queued)?;
        Ok(source)
    })
}

/// What a capture found, while it waits for its source sheet.
///
/// # Errors
/// When it does not wait for one.
pub fn waiting_sheet(queued: &Queued) -> Result<Found, DeskError> {
    match (&queued.stage, &queued.found) {
        (Stage::Read, Some(found)) => Found::decode(found),
        _ => Err(DeskError::CaptureStage(queued.stage.label())),
    }
}

/// Stops a capture that waits, runs, or was read and has no source.
///
/// # Errors
/// When it ended already.
pub fn cancel(desk: &Desk, actor: Actor, id: i64) -> Result<(), DeskError> {
    desk.act(actor, Deed::AddSource, move |pen| {
        let mut queued = seen(pen, id)?;
        if queued.stage.is_over() && queued.stage != Stage::Read {
            return Err(DeskError::CaptureStage(queued.stage.label()));
        }
        queued.stage = Stage::Cancelled;
        queued.ended_at = Some(pen.at);
        queued.found = None;
        captures::put(pen.tx, &queued)?;
        Ok(())
    })?;
    desk.queue().stop(id);
    Ok(())
}

/// Tries a capture again that failed or was stopped.
///
/// # Errors
/// When it did not fail, or has no address to fetch.
pub fn retry(desk: &Desk, actor: Actor, id: i64) -> Result<(), DeskError> {
    desk.act(actor, Deed::AddSource, move |pen| {
        let mut queued = seen(pen, id)?;
        if !matches!(
            queued.stage,
            Stage::Failed | Stage::Cancelled | Stage::Waiting
        ) {
            return Err(DeskError::CaptureStage(queued.stage.label()));
        }
        if queued.url.is_none() {
            return Err(DeskError::NoAddress);
        }
        queued.stage = Stage::Waiting;
        queued.tries = 0;
        queued.due_at = pen.at;
        queued.ended_at = None;
        captures::put(pen.tx, &queued)?;
        Ok(())
    })?;
    desk.queue().wake();
    Ok(())
}

/// A capture that is no sealed source's, or whose source whoever acts may see.
fn seen(pen: &Pen<'_, '_>, id: i64) -> Result<Queued, DeskError> {
    let queued = captures::find(pen, id)?.ok_or(missing(id))?;
    if let Some(source) = queued.source {
        pen.must_see(source)?;
    }
    Ok(queued)
}

fn missing(id: i64) -> DeskError {
    DeskError::NoSuch {
        what: "capture",
        id,
    }
}
