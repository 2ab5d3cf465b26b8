//! A desk as a stream of records, one a line, of any size in little memory.
//!
//! Two threads read portions in turn, each in a short look of its own at the
//! database, and hand finished bytes over in order. While bytes wait for who
//! reads them, no look is open and nothing is locked; what waits is bounded.
//! The head tells how far the log had grown when the stream began: a record
//! that is read later may be newer than that.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use serde::Serialize;

use crate::export::record::{Counts, End, Head, Holds, Record};
use crate::store::{Db, StoreError, articles, claims, scales, snapshots, sources};

use super::super::{Desk, DeskError};
use super::outgoing::{self, ExportError};
use super::{batch, drafts, public};

/// How many numbers of articles, sources and snapshots are looked at together.
const AT_ONCE: i64 = 50;
/// How many threads read.
const READERS: usize = 2;
/// How many finished pieces of a reader may wait.
const WAITING: usize = 1;

/// Writes a stream line by line; `tell` hears how many records are written.
///
/// # Errors
/// When the desk cannot be read, a quote does not stand in its text, or whoever
/// reads is gone.
pub fn write(
    desk: &Desk,
    holds: Holds,
    out: &mut dyn Write,
    tell: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    let (head, plan) = desk.read(|db| {
        let head = outgoing::header(db, &desk.rules())?;
        Ok((Head::new(holds, head), Plan::new(db, holds)?))
    })?;
    let mut counts = Counts::default();
    out.write_all(&line(&Record::Head(Box::new(head)))?)?;
    thread::scope(|scope| {
        let readers: Vec<Receiver<Made>> = (0..READERS)
            .map(|reader| {
                let (send, receive) = sync_channel(WAITING);
                let plan = &plan;
                scope.spawn(move || read_in_turn(desk, plan, reader, &send));
                receive
            })
            .collect();
        for part in 0..plan.parts() {
            join(&readers[part % READERS], out, &mut counts, tell)?;
        }
        Ok::<_, ExportError>(())
    })?;
    out.write_all(&line(&Record::End(End { counts }))?)?;
    Ok(())
}

/// One part of the stream: records of one kind with numbers in a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scales,
    Articles,
    Sources,
    Snapshots,
    Claims,
    Published,
}

/// Which parts a stream has, in order: what was there when it began.
struct Plan(Vec<(Kind, i64)>);

impl Plan {
    fn new(db: &Db<'_>, holds: Holds) -> Result<Self, StoreError> {
        let claims = claims::next(db)?.get();
        Ok(Self(match holds {
            Holds::Published => vec![(Kind::Published, claims)],
            Holds::Desk => vec![
                (Kind::Scales, 2),
                (Kind::Articles, articles::next(db)?.get()),
                (Kind::Sources, sources::next(db)?.get()),
                (Kind::Snapshots, snapshots::next(db)?.get()),
                (Kind::Claims, claims),
            ],
        }))
    }

    const fn step(kind: Kind) -> i64 {
        match kind {
            Kind::Claims | Kind::Published => batch::AT_ONCE,
            _ => AT_ONCE,
        }
    }

    fn parts_of(kind: Kind, end: i64) -> usize {
        // Numbers are counted up one by one, so few of a range are not in use.
        let numbers = usize::try_from(end - 1).unwrap_or(0);
        numbers.div_ceil(Self::step(kind) as usize)
    }

    fn parts(&self) -> usize {
        let parts = self.0.iter();
        parts.map(|(kind, end)| Self::parts_of(*kind, *end)).sum()
    }

    /// The kind and the numbers of a part.
    fn part(&self, mut part: usize) -> Option<(Kind, Range<i64>)> {
        for (kind, end) in &self.0 {
            let parts = Self::parts_of(*kind, *end);
            if part < parts {
                let step = Self::step(*kind);
                let start = 1 + step * i64::try_from(part).ok()?;
                return Some((*kind, start..(start + step).min(*end)));
            }
            part -= parts;
        }
        None
    }
}

/// What a reader hands over.
enum Made {
    /// Whole lines, and how many of which kind they are.
    Lines(Vec<u8>, Kind, u64),
    /// A part is complete.
    Done,
    /// The desk could not be read.
    Failed(ExportError),
}

/// Reads every second part and hands it over; ends when nobody takes it.
fn read_in_turn(desk: &Desk, plan: &Plan, reader: usize, send: &SyncSender<Made>) {
    for part in (reader..plan.parts()).step_by(READERS) {
        let Some((kind, range)) = plan.part(part) else {
            return;
        };
        let mut hand = |lines: Lines| match send.send(Made::Lines(lines.bytes, kind, lines.count)) {
            Ok(()) => Ok(()),
            // Whoever joins the parts has stopped and knows why.
            Err(_) => Err(ExportError::Write(io::ErrorKind::BrokenPipe.into())),
        };
        let made = match read_part(desk, kind, range, &mut hand) {
            Ok(()) => Made::Done,
            Err(error) => Made::Failed(error),
        };
        let failed = matches!(made, Made::Failed(_));
        if send.send(made).is_err() || failed {
            return;
        }
    }
}

/// Takes one part from its reader and writes it.
fn join(
    reader: &Receiver<Made>,
    out: &mut dyn Write,
    counts: &mut Counts,
    tell: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    loop {
        // A reader that is gone without a word has panicked.
        let made = reader
            .recv()
            .map_err(|_| ExportError::Write(io::ErrorKind::Interrupted.into()))?;
        match made {
            Made::Done => return Ok(()),
            Made::Failed(error) => return Err(error),
            Made::Lines(bytes, kind, count) => {
                out.write_all(&bytes)?;
                *counter(counts, kind) += count;
                if matches!(kind, Kind::Claims | Kind::Published) {
                    tell(*counter(counts, kind));
                }
            }
        }
    }
}

const fn counter(counts: &mut Counts, kind: Kind) -> &mut u64 {
    match kind {
        Kind::Scales => &mut counts.scale,
        Kind::Articles => &mut counts.article,
        Kind::Sources => &mut counts.source,
        Kind::Snapshots => &mut counts.snapshot,
        Kind::Claims => &mut counts.claim,
        Kind::Published => &mut counts.published,
    }
}

/// Finished lines.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    count: u64,
}

impl Lines {
    fn add(&mut self, record: &Record) -> Result<(), ExportError> {
        serialise(record, &mut self.bytes)?;
        self.count += 1;
        Ok(())
    }
}

type Hand<'h> = &'h mut dyn FnMut(Lines) -> Result<(), ExportError>;

fn read_part(
    desk: &Desk,
    kind: Kind,
    range: Range<i64>,
    hand: Hand<'_>,
) -> Result<(), ExportError> {
    match kind {
        Kind::Claims => read_claims(desk, range, hand),
        Kind::Articles => one_by_one(desk, range, hand, |db, id| {
            let found = articles::list_after(db, id - 1, 1)?.pop();
            let found = found.filter(|article| article.id.get() == id);
            let article = found.map(|found| drafts::article(db, found)).transpose()?;
            Ok(article.map(|article| Record::Article(Box::new(article))))
        }),
        Kind::Snapshots => one_by_one(desk, range, hand, |db, id| {
            let found = snapshots::list_after(db, id - 1, 1)?.pop();
            let found = found.filter(|taken| taken.snapshot.id.get() == id);
            let snapshot = found
                .map(|taken| outgoing::snapshot(db, taken))
                .transpose()?;
            Ok(snapshot.map(|snapshot| Record::Snapshot(Box::new(snapshot))))
        }),
        Kind::Scales => together(desk, hand, |db| {
            let list = scales::list(db)?.into_iter();
            Ok(list.map(Record::Scale).collect())
        }),
        Kind::Sources => together(desk, hand, |db| {
            let found = sources::list_after(db, range.start - 1, AT_ONCE as usize)?.into_iter();
            let inside = found.filter(|source| range.contains(&source.id.get()));
            let list = inside.map(|found| Record::Source(Box::new(outgoing::source(found))));
            Ok(list.collect())
        }),
        Kind::Published => together(desk, hand, |db| {
            let list = public::published(db, range.clone())?.into_iter();
            Ok(list
                .map(|shown| Record::Published(Box::new(shown)))
                .collect())
        }),
    }
}

/// Claims in portions, each read at one moment.
fn read_claims(desk: &Desk, range: Range<i64>, hand: Hand<'_>) -> Result<(), ExportError> {
    let numbers = desk.read(|db| Ok(claims::numbers(db, range)?))?;
    for portion in batch::portions(numbers) {
        together(desk, hand, |db| {
            let list = batch::claims(db, &portion)?.into_iter();
            Ok(list.map(|claim| Record::Claim(Box::new(claim))).collect())
        })?;
    }
    Ok(())
}

/// Records that are read at one moment and handed over together.
fn together(
    desk: &Desk,
    hand: Hand<'_>,
    read: impl FnOnce(&Db<'_>) -> Result<Vec<Record>, DeskError>,
) -> Result<(), ExportError> {
    let records = desk.read(read)?;
    let mut lines = Lines::default();
    for record in &records {
        lines.add(record)?;
    }
    drop(records);
    hand(lines)
}

/// Records that hold whole documents: in memory is one of them at a time.
fn one_by_one(
    desk: &Desk,
    range: Range<i64>,
    hand: Hand<'_>,
    read: impl Fn(&Db<'_>, i64) -> Result<Option<Record>, DeskError>,
) -> Result<(), ExportError> {
    for id in range {
        if let Some(record) = desk.read(|db| read(db, id))? {
            let mut lines = Lines::default();
            lines.add(&record)?;
            drop(record);
            hand(lines)?;
        }
    }
    Ok(())
}

fn line(record: &Record) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::new();
    serialise(record, &mut bytes)?;
    Ok(bytes)
}

fn serialise(record: &impl Serialize, into: &mut Vec<u8>) -> Result<(), ExportError> {
    serde_json::to_writer(&mut *into, record).map_err(io::Error::from)?;
    into.push(b'\n');
    Ok(())
}
