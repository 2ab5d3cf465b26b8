//! Sources are captured: bytes and texts are made durable, then recorded.

use crate::capture::apart::Reading;
use crate::capture::{self, Document, MediaType, ReadText, Unreadable};
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{SnapshotId, SourceId, TextId};
use crate::domain::person::Deed;
use crate::domain::response::Response;
use crate::domain::snapshot::{CaptureMethod, DerivedText, Snapshot};
use crate::domain::words::{Address, FileName, Note, Notice};
use crate::store::blobs::Blobs;
use crate::store::{snapshots, sources};
use crate::text::normalise::NORMAL_FORM;

use super::recheck::{self, Foreseen};
use super::{Actor, Desk, DeskError, Pen};

/// A capture on its way in.
#[derive(Debug, Clone)]
pub struct NewSnapshot {
    /// What was captured.
    pub source: SourceId,
    /// The bytes, as they came.
    pub bytes: Vec<u8>,
    /// The media type or file name that came with them.
    pub declared: Option<String>,
    /// How they came.
    pub how: CaptureMethod,
    /// From where, if from an address.
    pub url: Option<Address>,
    /// The name of the file.
    pub file_name: Option<FileName>,
    /// A warning shown wherever its words are shown.
    pub notice: Option<Notice>,
    /// How the server answered, where the desk fetched it.
    pub response: Option<Response>,
}

/// What was captured, read and made durable, before it is recorded.
pub(super) struct Prepared {
    new: NewSnapshot,
    raw: ContentHash,
    media_type: MediaType,
    read: Result<Vec<Derived>, Unreadable>,
    /// What became of the words cited so far.
    foreseen: Foreseen,
}

impl Prepared {
    /// Gives a capture that waited for its source the one it got.
    pub(super) fn of(mut self, source: SourceId) -> Self {
        self.new.source = source;
        self
    }

    /// Looks the words cited so far up in the new texts, before the write.
    pub(super) fn foresee(mut self, desk: &Desk) -> Result<Self, DeskError> {
        let derived = self.read.as_deref().unwrap_or_default();
        let texts: Vec<&ReadText> = derived.iter().map(|derived| &derived.read).collect();
        self.foreseen = desk.read(|db| recheck::foresee(db, self.new.source, &texts))?;
        Ok(self)
    }
}

/// A text with the name of its blob.
pub(super) struct Derived {
    read: ReadText,
    hash: ContentHash,
}

/// Takes a snapshot of a source. Every citation that was read in the source's
/// earlier snapshots is looked up in the new texts; claims whose verdict rests
/// on words that changed or vanished are reopened as stale. A file that cannot
/// be read is kept all the same: its snapshot has no text and says why.
///
/// # Errors
/// When there are no bytes, pasted text holds no words, or the desk's scanner
/// does not let the bytes in.
pub fn take(desk: &Desk, actor: Actor, new: NewSnapshot) -> Result<SnapshotId, DeskError> {
    actor.must(Deed::AddSource)?;
    let prepared = prepare(desk.reading(), desk.store().shelf().blobs(), new)?;
    let prepared = prepared.foresee(desk)?;
    desk.act(actor, Deed::AddSource, move |pen| record(pen, prepared))
}

/// Scans the bytes, derives the texts, and makes both durable.
pub(super) fn prepare(
    reading: &Reading,
    blobs: &Blobs,
    new: NewSnapshot,
) -> Result<Prepared, DeskError> {
    reading.scan(&new.bytes)?;
    let read = reading.read(&new.bytes, new.declared.as_deref());
    prepare_read(blobs, new, read)
}

/// Makes bytes and texts durable that were scanned and read already.
pub(super) fn prepare_read(
    blobs: &Blobs,
    new: NewSnapshot,
    read: Result<Document, Unreadable>,
) -> Result<Prepared, DeskError> {
    let must_read = new.how == CaptureMethod::Pasted || new.bytes.is_empty();
    match &read {
        // The machine's trouble is no property of the document.
        Err(Unreadable::NotStarted) => return Err(Unreadable::NotStarted.into()),
        Err(unreadable) if must_read => return Err(unreadable.clone().into()),
        _ => {}
    }
    // Bytes and texts are durable before the entries that name them.
    let raw = blobs.put(&new.bytes)?;
    let media_type = read.as_ref().map_or_else(
        |_| capture::media_type(&new.bytes, new.declared.as_deref()),
        |document| document.media_type,
    );
    let read = match read {
        Ok(document) => Ok(derive(blobs, document)?),
        Err(unreadable) => Err(unreadable),
    };
    Ok(Prepared {
        new,
        raw,
        media_type,
        read,
        foreseen: Foreseen::new(),
    })
}

fn derive(blobs: &Blobs, document: Document) -> Result<Vec<Derived>, DeskError> {
    let texts = document.texts.into_iter().map(|read| {
        let hash = blobs.put(read.text.as_bytes())?;
        Ok(Derived { read, hash })
    });
    texts.collect()
}

/// Logs a prepared snapshot and looks up the words cited from earlier ones.
pub(super) fn record(pen: &Pen<'_, '_>, prepared: Prepared) -> Result<SnapshotId, DeskError> {
    let Prepared {
        new,
        raw,
        media_type,
        read,
        foreseen,
    } = prepared;
    if sources::find(pen, new.source)?.is_none() {
        return Err(DeskError::NoSuch {
            what: "source",
            id: new.source.get(),
        });
    }
    pen.must_see(new.source)?;
    let id = snapshots::next(pen)?;
    pen.log(Event::SnapshotTaken {
        snapshot: Snapshot {
            id,
            source: new.source,
            raw,
            bytes: new.bytes.len() as u64,
            media_type: media_type.as_str().to_owned(),
            how: new.how,
            url: new.url,
            file_name: new.file_name,
            notice: new.notice,
        },
    })?;
    if let Some(response) = new.response {
        pen.log(Event::SnapshotFetched {
            snapshot: id,
            response,
        })?;
    }
    let mut texts = Vec::new();
    match read {
        Ok(derived) => {
            for derived in derived {
                texts.push(log_text(pen, id, derived)?);
            }
        }
        Err(unreadable) => {
            pen.log(Event::SnapshotUnread {
                snapshot: id,
                reason: reason(&unreadable),
            })?;
        }
    }
    recheck::look_up(pen, (new.source, id), &texts, foreseen)?;
    Ok(id)
}

/// A reason that fits the log.
fn reason(unreadable: &Unreadable) -> Note {
    let words: String = unreadable.to_string().chars().take(1_000).collect();
    Note::parse(&words).unwrap_or_else(|_| {
        Note::parse("its text cannot be read here").expect("this sentence is a note")
    })
}

/// Logs one text of a snapshot.
fn log_text(
    pen: &Pen<'_, '_>,
    snapshot: SnapshotId,
    derived: Derived,
) -> Result<(TextId, ReadText), DeskError> {
    let id = snapshots::next_text(pen)?;
    let Derived { read, hash } = derived;
    pen.log(Event::TextDerived {
        text: DerivedText {
            id,
            snapshot,
            hash,
            extractor: read.extractor.clone(),
            normal_form: NORMAL_FORM.to_owned(),
            chars: read.text.chars().count() as u64,
            flaws: read.flaws.clone(),
        },
    })?;
    if let Some(locators) = read.locators.clone() {
        pen.log(Event::TextLocated { text: id, locators })?;
    }
    Ok((id, read))
}

/// Reads a snapshot's bytes again with today's extractors and adds the texts
/// that it does not have yet. Texts that are there stay as they are. Returns
/// how many were added.
///
/// # Errors
/// When the bytes still hold no text that can be read.
pub fn read_again(desk: &Desk, actor: Actor, snapshot: SnapshotId) -> Result<usize, DeskError> {
    actor.must(Deed::AddSource)?;
    let (taken, known) = desk.read(|db| {
        let taken = snapshots::find(db, snapshot)?.ok_or(DeskError::NoSuch {
            what: "snapshot",
            id: snapshot.get(),
        })?;
        // Before they are read: why they cannot be would be told.
        db.shelf().blobs().readable(taken.snapshot.raw)?;
        Ok((taken, snapshots::texts(db, snapshot)?))
    })?;
    let blobs = desk.store().shelf().blobs();
    let bytes = blobs.get(taken.snapshot.raw)?;
    let file = taken.snapshot.file_name.as_ref().map(FileName::as_str);
    let sent = taken
        .response
        .as_ref()
        .and_then(|r| r.header("content-type"));
    let declared = sent.or(file).unwrap_or(&taken.snapshot.media_type);
    let mut document = desk.reading().read(&bytes, Some(declared))?;
    document
        .texts
        .retain(|read| known.iter().all(|text| text.extractor != read.extractor));
    let derived = derive(blobs, document)?;
    desk.act(actor, Deed::AddSource, move |pen| {
        pen.must_see(taken.snapshot.source)?;
        let known = snapshots::texts(pen, snapshot)?;
        let mut added = 0;
        for derived in derived {
            // Somebody else may have read it again in the meantime.
            if known
                .iter()
                .all(|text| text.extractor != derived.read.extractor)
            {
                log_text(pen, snapshot, derived)?;
                added += 1;
            }
        }
        if added > 0 {
            recheck::look_again(pen, snapshot)?;
        }
        Ok(added)
    })
}

/// The text of a snapshot that people read: the newest that is not a view
/// beside another.
pub fn main_text(mut texts: Vec<DerivedText>) -> Option<DerivedText> {
    let at = texts.iter().rposition(|text| text.view().is_none());
    match at {
        Some(at) => Some(texts.swap_remove(at)),
        None => texts.pop(),
    }
}
