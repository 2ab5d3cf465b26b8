//! Captures as WARC and as WACZ: of one snapshot, of a source, of a claim.
//!
//! A [`Plan`] is made in one short look at the database and knows what will be
//! in the file. Each snapshot is then read in a look of its own and written
//! while no look is open: in memory are one snapshot and its texts. What is
//! added to a desk meanwhile, such as a text that is derived again, may be in
//! the file already.

mod wacz;

use std::collections::BTreeSet;
use std::io::Write;

use crate::domain::hash::ContentHash;
use crate::domain::ids::{CitationId, ClaimId, EntryIndex, SnapshotId, SourceId};
use crate::domain::snapshot::{DerivedText, Snapshot};
use crate::domain::time::Timestamp;
use crate::export::warc::{Capture, Heading, Hole, Packing, Text, Writer};
use crate::store::snapshots::{self, Taken};
use crate::store::{Db, StoreError, batches, citations, claims, people, sources, verdicts};

use super::super::{Desk, DeskError};
use super::outgoing::ExportError;

/// How many snapshots one file has at most: the newest.
const MOST: usize = 10_000;
/// How many snapshots are looked at together.
const AT_ONCE: usize = 100;
/// How many verdicts of a claim are looked at.
const VERDICTS: usize = 1_000;

/// Whose captures a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// One snapshot.
    Snapshot(SnapshotId),
    /// Every snapshot of a source.
    Source(SourceId),
    /// Every snapshot that a claim's citations in use, or its verdicts, rest on.
    Claim(ClaimId),
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// WARC 1.1.
    Warc(Packing),
    /// WACZ 1.1.1, with the WARC in it.
    Wacz,
}

/// What will be in a file.
#[derive(Debug, Clone)]
pub struct Plan {
    heading: Heading,
    title: String,
    /// The snapshots, the oldest first.
    snapshots: Vec<SnapshotId>,
    /// How many raw bytes they have.
    bytes: u64,
}

impl Plan {
    /// Looks what will be in the file.
    ///
    /// # Errors
    /// When there is no such snapshot, source or claim, or nothing was captured.
    pub fn new(desk: &Desk, of: Of) -> Result<Self, DeskError> {
        desk.read(|db| {
            let known = people::desk(db)?.ok_or(DeskError::NoDesk)?;
            let (title, taken) = match of {
                Of::Snapshot(id) => of_snapshot(db, id)?,
                Of::Source(id) => of_source(db, id)?,
                Of::Claim(id) => of_claim(db, id)?,
            };
            let newest = taken.iter().map(|line| line.at).max();
            Ok(Self {
                heading: Heading {
                    origin: known.origin().to_owned(),
                    desk: known.name,
                    at: newest.ok_or_else(|| nothing(of))?,
                },
                title,
                bytes: taken.iter().map(|line| line.bytes).sum(),
                snapshots: taken.into_iter().map(|line| line.id).collect(),
            })
        })
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When the desk cannot be read, bytes are not what the log says, or
    /// whoever reads is gone.
    pub fn write(
        &self,
        desk: &Desk,
        format: Format,
        out: &mut dyn Write,
    ) -> Result<(), ExportError> {
        match format {
            Format::Wacz => wacz::write(self, desk, out),
            Format::Warc(packing) => {
                let sink = |bytes: &[u8]| out.write_all(bytes);
                let mut writer = Writer::begin(packing, &self.heading, sink)?;
                for id in &self.snapshots {
                    Held::read(desk, *id)?.lend(|capture| writer.add(capture))?;
                }
                Ok(())
            }
        }
    }
}

/// Writes one snapshot as a WARC of its own, of records that are compressed one
/// by one, as it is seen at the moment that is being read.
///
/// # Errors
/// As for [`Plan::write`].
pub(super) fn write_one(
    db: &Db<'_>,
    id: SnapshotId,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let known = people::desk(db)?.ok_or(DeskError::NoDesk)?;
    let held = Held::of(db, id)?;
    let heading = Heading {
        origin: known.origin().to_owned(),
        desk: known.name,
        at: held.taken.at,
    };
    let sink = |bytes: &[u8]| out.write_all(bytes);
    let mut writer = Writer::begin(Packing::Gzip, &heading, sink)?;
    held.lend(|capture| writer.add(capture))?;
    Ok(())
}

fn nothing(of: Of) -> DeskError {
    let (what, id) = match of {
        Of::Snapshot(id) => ("snapshot", id.get()),
        Of::Source(id) => ("snapshot of source", id.get()),
        Of::Claim(id) => ("snapshot cited for claim", id.get()),
    };
    DeskError::NoSuch { what, id }
}

/// What a plan knows of a snapshot.
struct Line {
    id: SnapshotId,
    at: Timestamp,
    bytes: u64,
}

impl Line {
    fn new(taken: &Taken) -> Self {
        Self {
            id: taken.snapshot.id,
            at: taken.at,
            bytes: taken.snapshot.bytes,
        }
    }
}

/// What a file is called, and what is in it.
type Found = (String, Vec<Line>);

fn of_snapshot(db: &Db<'_>, id: SnapshotId) -> Result<Found, DeskError> {
    let taken = snapshots::find(db, id)?.ok_or_else(|| nothing(Of::Snapshot(id)))?;
    db.shelf().blobs().readable(taken.snapshot.raw)?;
    let source = sources::get(db, taken.snapshot.source)?.sheet;
    let title = format!("{}: snapshot {id}", source.title);
    Ok((title, vec![Line::new(&taken)]))
}

fn of_source(db: &Db<'_>, id: SourceId) -> Result<Found, DeskError> {
    let no_such = DeskError::NoSuch {
        what: "source",
        id: id.get(),
    };
    let source = sources::find(db, id)?.ok_or(no_such)?.sheet;
    let mut lines = Vec::new();
    let mut before = None;
    while lines.len() < MOST {
        let part = snapshots::list_before(db, id, before, AT_ONCE)?;
        lines.extend(part.iter().map(Line::new));
        before = part.last().map(|taken| taken.snapshot.id);
        if part.len() < AT_ONCE {
            break;
        }
    }
    lines.reverse();
    Ok((source.title.into(), lines))
}

fn of_claim(db: &Db<'_>, id: ClaimId) -> Result<Found, DeskError> {
    let claim = claims::find(db, id)?.ok_or(DeskError::NoSuch {
        what: "claim",
        id: id.get(),
    })?;
    let given = verdicts::list(db, id, VERDICTS)?.into_iter();
    let evidence = given.flat_map(|given| given.verdict.evidence);
    let judged: BTreeSet<CitationId> = evidence.map(|item| item.citation).collect();
    let cited = citations::list(db, id)?.into_iter();
    let cited = cited.filter(|one| !one.removed || judged.contains(&one.citation.id));
    let wanted: BTreeSet<SnapshotId> = cited.map(|one| one.citation.snapshot).collect();
    let wanted: Vec<SnapshotId> = wanted.into_iter().collect();
    let mut lines = Vec::new();
    for part in wanted.chunks(AT_ONCE) {
        let taken = batches::snapshots(db, part)?;
        lines.extend(taken.values().map(Line::new));
    }
    let title = format!("Claim {id}: {}", claim.statement);
    Ok((title, lines))
}

/// A snapshot with its bytes and texts, read at one moment.
struct Held {
    taken: Taken,
    /// The number of the snapshot in words, which tells pages apart.
    id: String,
    title: String,
    bytes: Kept,
    texts: Vec<HeldText>,
}

struct HeldText {
    text: DerivedText,
    entry: EntryIndex,
    at: Timestamp,
    bytes: Kept,
}

/// Bytes, or why they are not there.
type Kept = Result<Vec<u8>, Hole>;

impl Held {
    /// Reads a snapshot with the eyes of whoever reads: its bytes come from the
    /// shelf of the same look.
    fn read(desk: &Desk, id: SnapshotId) -> Result<Self, DeskError> {
        desk.read(|db| Self::of(db, id))
    }

    fn of(db: &Db<'_>, id: SnapshotId) -> Result<Self, DeskError> {
        let taken = snapshots::get(db, id)?;
        let source = sources::get(db, taken.snapshot.source)?.sheet.title;
        let texts = snapshots::texts_with_entries(db, id)?;
        let entries: Vec<EntryIndex> = texts.iter().map(|(_, entry)| *entry).collect();
        let moments = batches::moments(db, &entries)?;
        let texts = texts.into_iter().map(|(text, entry)| {
            Ok(HeldText {
                bytes: kept(db, text.hash)?,
                at: moments.get(&entry).copied().unwrap_or(taken.at),
                entry,
                text,
            })
        });
        Ok(Self {
            texts: texts.collect::<Result<_, DeskError>>()?,
            bytes: kept(db, taken.snapshot.raw)?,
            id: format!("snapshot-{id}"),
            title: named(source.as_str(), &taken.snapshot),
            taken,
        })
    }

    /// Lends the capture as files take it.
    fn lend<T>(&self, take: impl FnOnce(&Capture<'_>) -> T) -> T {
        let texts = self.texts.iter().map(|held| Text {
            text: &held.text,
            at: held.at,
            entry: held.entry,
            bytes: lent(&held.bytes),
        });
        let texts: Vec<Text<'_>> = texts.collect();
        take(&Capture {
            snapshot: &self.taken.snapshot,
            at: self.taken.at,
            entry: self.taken.entry,
            response: self.taken.response.as_ref(),
            archived: self.taken.archived.as_ref(),
            bytes: lent(&self.bytes),
            texts: &texts,
        })
    }

    /// The text that people read.
    fn main_text(&self) -> &str {
        let newest = self.texts.iter().rev();
        let main = newest.clone().find(|held| held.text.view().is_none());
        let main = main.or_else(|| newest.clone().next());
        let bytes = main.and_then(|held| lent(&held.bytes).ok());
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("")
    }
}

/// What a capture is called in a list: files of one source by their names.
fn named(source: &str, snapshot: &Snapshot) -> String {
    match &snapshot.file_name {
        Some(file) => format!("{source} ({file})"),
        None => source.to_owned(),
    }
}

fn kept(db: &Db<'_>, hash: ContentHash) -> Result<Kept, DeskError> {
    match db.shelf().blobs().get(hash) {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(StoreError::Erased { erased }) => Ok(Err(Hole::Erased(erased))),
        Err(StoreError::Sealed) => Ok(Err(Hole::Sealed)),
        Err(error) => Err(error.into()),
    }
}

fn lent(kept: &Kept) -> Result<&[u8], Hole> {
    kept.as_deref().map_err(|hole| *hole)
}
