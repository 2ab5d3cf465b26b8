//! What becomes of a capture that ended: recorded, tried later, or given up.

use std::time::Duration;

use crate::capture::Unreadable;
use crate::capture::fetch::Fetched;
use crate::capture::scan::Unclean;
use crate::capture::wayback::Attestation;
use crate::domain::change::{ArchiveCopy, Confirmation};
use crate::domain::event::Event;
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::person::{Byline, Deed};
use crate::domain::response::{Header, Hop, Response};
use crate::domain::snapshot::CaptureMethod;
use crate::domain::time::{Timestamp, later};
use crate::domain::words::{Address, Name};
use crate::store::local::captures::{self, NewCapture, Queued, Stage, Task};
use crate::store::{StoreError, people, snapshots};

use super::super::{Actor, Desk, DeskError, Pen, recheck};
use super::work::pause;
use super::{Found, NewSnapshot, missing, prepare_read, record};

/// How often a capture is tried.
pub const MOST_TRIES: u32 = 5;

/// No more headers of an answer than this are kept.
const MOST_HEADERS: usize = 100;

/// The longest header value that is kept, in characters.
const LONGEST_HEADER: usize = 2_000;

/// How a capture ended.
pub(super) enum Ending {
    Fetched(Box<Fetched>),
    /// Nothing changed since this snapshot.
    NotModified(SnapshotId),
    Archived {
        name: String,
        kept: Attestation,
    },
    Later {
        words: String,
        after: Option<Duration>,
    },
    Never(String),
    Stopped,
}

impl Ending {
    /// A trouble that may be gone at the next try.
    pub(super) fn later(trouble: &dyn std::error::Error, after: Option<Duration>) -> Self {
        Self::Later {
            words: trouble.to_string(),
            after,
        }
    }
}

/// Writes down what became of a capture.
pub(super) fn settle(
    desk: &Desk,
    mut queued: Queued,
    ending: Ending,
    archive_always: bool,
) -> Result<(), DeskError> {
    let now = desk.now();
    match ending {
        Ending::Stopped => Ok(()),
        Ending::Fetched(fetched) if fetched.body.is_empty() => fail(
            desk,
            queued,
            "the server answered without any content".to_owned(),
        ),
        Ending::Fetched(fetched) => {
            queued.bytes = fetched.body.len() as u64;
            keep(desk, queued, *fetched, archive_always)
        }
        Ending::NotModified(against) => confirm(desk, queued, (against, Confirmation::NotModified)),
        Ending::Archived { name, kept } => attest(desk, queued, name, kept),
        Ending::Later { words, after } if queued.tries < MOST_TRIES => {
            queued.stage = Stage::Waiting;
            queued.due_at = later(now, pause(queued.tries, after));
            queued.words = Some(words);
            put(desk, queued)
        }
        Ending::Later { words, .. } | Ending::Never(words) => fail(desk, queued, words),
    }
}

fn fail(desk: &Desk, mut queued: Queued, words: String) -> Result<(), DeskError> {
    queued.stage = Stage::Failed;
    queued.ended_at = Some(desk.now());
    queued.words = Some(words);
    put(desk, queued)
}

/// Writes a capture down, unless somebody stopped it in the meantime.
fn put(desk: &Desk, queued: Queued) -> Result<(), DeskError> {
    desk.store().write(move |tx| {
        if is_same_run(captures::find(tx, queued.id)?.as_ref(), queued.tries) {
            captures::put(tx, &queued)?;
        }
        Ok(())
    })
}

/// Whether a capture still runs, in the try that ended: it may have been
/// stopped and begun anew in the meantime.
fn is_same_run(now: Option<&Queued>, tries: u32) -> bool {
    now.is_some_and(|queued| queued.stage == Stage::Running && queued.tries == tries)
}

/// Keeps what was fetched: as a new snapshot, as a confirmation of the newest
/// one, or until it has a source.
fn keep(
    desk: &Desk,
    queued: Queued,
    fetched: Fetched,
    archive_always: bool,
) -> Result<(), DeskError> {
    match desk.reading().scan(&fetched.body) {
        // Malware stays malware; an answer may come at the next try.
        Err(malware @ Unclean::Malware { .. }) => return fail(desk, queued, malware.to_string()),
        scanned => scanned?,
    }
    let blobs = desk.store().shelf().blobs();
    let raw = match blobs.put(&fetched.body) {
        // What had to go once does not come back by itself.
        Err(error @ StoreError::Erased { .. }) => return fail(desk, queued, error.to_string()),
        kept => kept?,
    };
    if let Some(source) = queued.source {
        let newest = desk.read(|db| Ok(snapshots::newest(db, source)?))?;
        if let Some(same) = newest.filter(|taken| taken.snapshot.raw == raw) {
            let how = (same.snapshot.id, Confirmation::SameBytes);
            return confirm(desk, queued, how);
        }
    }
    let declared = fetched.media_type.clone();
    let Some(response) = response(&fetched, desk.now()) else {
        let words = "the address that answered, or one on the way there, is too long to be kept";
        return fail(desk, queued, words.to_owned());
    };
    let read = desk.reading().read(&fetched.body, declared.as_deref());
    if let Err(Unreadable::NotStarted) = read {
        return Err(Unreadable::NotStarted.into());
    }
    let Some(source) = queued.source else {
        let found = Found {
            response: Some(response),
            archive: archive_always,
            ..Found::new(raw, declared, &read)
        };
        return put(
            desk,
            Queued {
                stage: Stage::Read,
                ended_at: Some(desk.now()),
                words: None,
                found: Some(found.encode()?),
                ..queued
            },
        );
    };
    let new = NewSnapshot {
        source,
        bytes: fetched.body,
        declared,
        how: CaptureMethod::Fetched,
        url: Some(response.last.clone()),
        file_name: None,
        notice: None,
        response: Some(response),
    };
    let prepared = prepare_read(blobs, new, read)?.foresee(desk)?;
    done(desk, queued, move |pen, queued| {
        let snapshot = record(pen, prepared)?;
        queued.snapshot = Some(snapshot);
        queued.stage = Stage::Done;
        if archive_always {
            queue_archive(pen, queued, (source, snapshot))?;
        }
        Ok(())
    })
}

/// Queues the wish that an archive keeps a copy of what was captured.
pub(super) fn queue_archive(
    pen: &Pen<'_, '_>,
    queued: &Queued,
    (source, snapshot): (SourceId, SnapshotId),
) -> Result<(), DeskError> {
    let new = NewCapture {
        task: Task::Archive,
        source: Some(source),
        snapshot: Some(snapshot),
        url: queued.url.clone(),
        person: queued.person,
    };
    captures::add(pen.tx, &new, pen.at)?;
    Ok(())
}

fn confirm(
    desk: &Desk,
    queued: Queued,
    (against, how): (SnapshotId, Confirmation),
) -> Result<(), DeskError> {
    done(desk, queued, move |pen, queued| {
        let confirmed = match queued.source {
            Some(source) => recheck::confirm(pen, (source, against), how)?,
            None => false,
        };
        if !confirmed {
            // A newer snapshot came in between; the page is held against that.
            queued.stage = Stage::Waiting;
            queued.due_at = pen.at;
            queued.ended_at = None;
            return Ok(());
        }
        queued.snapshot = Some(against);
        queued.stage = Stage::Same;
        queued.words = Some(how.label().to_owned());
        Ok(())
    })
}

fn attest(desk: &Desk, queued: Queued, name: String, kept: Attestation) -> Result<(), DeskError> {
    let copy = match (
        Name::parse(&name),
        Address::parse(kept.archived.as_str()),
        Name::parse(&kept.at),
    ) {
        (Ok(archive), Ok(url), Ok(at)) => ArchiveCopy { archive, url, at },
        _ => {
            let words = "the archive's answer cannot be kept as it is";
            return fail(desk, queued, words.to_owned());
        }
    };
    done(desk, queued, move |pen, queued| {
        let Some(snapshot) = queued.snapshot else {
            return Ok(());
        };
        pen.log(Event::SnapshotArchived { snapshot, copy })?;
        queued.stage = Stage::Done;
        Ok(())
    })
}

/// Ends a capture together with what is recorded of it, on behalf of whoever
/// asked for it.
fn done(
    desk: &Desk,
    queued: Queued,
    act: impl FnOnce(&Pen<'_, '_>, &mut Queued) -> Result<(), DeskError> + Send + 'static,
) -> Result<(), DeskError> {
    let actor = asker(desk, &queued)?;
    let (id, tries, bytes) = (queued.id, queued.tries, queued.bytes);
    desk.act(actor, Deed::AddSource, move |pen| {
        let mut queued = captures::find(pen, id)?.ok_or(missing(id))?;
        if !is_same_run(Some(&queued), tries) {
            return Ok(());
        }
        queued.words = None;
        queued.bytes = bytes;
        queued.ended_at = Some(pen.at);
        act(pen, &mut queued)?;
        captures::put(pen.tx, &queued)?;
        Ok(())
    })
}

/// Who asked, in the role of today; the desk itself where nobody did or they
/// have left.
fn asker(desk: &Desk, queued: &Queued) -> Result<Actor, DeskError> {
    let Some(person) = queued.person else {
        return Ok(Actor::Operator);
    };
    let found = desk.read(|db| Ok(people::find(db, person)?))?;
    Ok(match found {
        Some(found) if !found.gone && found.role.may(Deed::AddSource) => Actor::Person(Byline {
            person,
            role: found.role,
        }),
        _ => Actor::Operator,
    })
}

/// The answer as the log keeps it; nothing where an address is too long.
fn response(fetched: &Fetched, at: Timestamp) -> Option<Response> {
    let address = |url: &url::Url| Address::parse(url.as_str()).ok();
    let hops = fetched.hops.iter().map(|hop| {
        Some(Hop {
            from: address(&hop.from)?,
            status: hop.status,
            to: address(&hop.to)?,
        })
    });
    let headers = fetched.headers.iter().take(MOST_HEADERS);
    Some(Response {
        asked: address(&fetched.asked)?,
        hops: hops.collect::<Option<_>>()?,
        last: address(&fetched.last)?,
        peer: fetched.peer.to_string(),
        status: fetched.status,
        headers: headers
            .map(|(name, value)| Header {
                name: name.clone(),
                value: value.chars().take(LONGEST_HEADER).collect(),
            })
            .collect(),
        at,
    })
}
