//! The evidence bundle of a claim: what goes into it, read at one moment, and
//! written to a file that goes when nobody reads it any more.

mod own;
mod public;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::bundle::facts::{Facts, Kept, Listed, Presence, Stamped};
use crate::bundle::layout::{self, Part};
use crate::bundle::write::{self, Content, WriteError};
use crate::domain::event::Record;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ClaimId, EntryIndex};
use crate::ledger::receipt::Receipt;
use crate::store::veil::Eyes;
use crate::store::{
    Db, StoreError, checkpoints, cosignatures, erasures, keys, log, people, timestamps, trail,
};

use super::super::{Desk, DeskError, audit, signed};

pub use crate::bundle::facts::Kind;

/// Draws the public page of a claim as one file, if it has one.
pub type Draw<'d> = &'d dyn Fn(&Db<'_>, ClaimId) -> Result<Option<String>, DeskError>;

/// A bundle, written.
pub struct Bundle {
    /// Its bytes, read from the start.
    pub file: File,
    /// How many there are.
    pub length: u64,
    /// What the file is called.
    pub name: String,
}

/// How often a bundle is begun again because the log grew meanwhile.
const TRIES: usize = 5;

/// Writes the bundle of a claim. The same state of the desk gives the same
/// bytes.
///
/// # Errors
/// When there is no such claim, or nothing is published of it and that was
/// asked for; when words do not stand in their text, or a file fails.
/// A bundle leaves the desk: what is sealed is not in it, whoever asks.
pub fn write(desk: &Desk, of: (ClaimId, Kind), draw: Draw<'_>) -> Result<Bundle, DeskError> {
    write_telling(desk, of, draw, &mut |_, _| {})
}

/// Writes the bundle of a claim as [`write()`] does; `tell` hears how many files of
/// how many are written.
///
/// # Errors
/// As [`write()`].
pub fn write_telling(
    desk: &Desk,
    (claim, kind): (ClaimId, Kind),
    draw: Draw<'_>,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<Bundle, DeskError> {
    let desk = &desk.seen_by(Eyes::Anybody);
    for _ in 0..TRIES {
        // The checkpoint must cover every entry that the bundle names.
        audit::checkpoint(desk)?;
        let rules = &*desk.rules();
        let written = desk.read(|db| {
            let mut gathered = match kind {
                Kind::Desk => own::gather(db, claim, rules)?,
                Kind::Public => public::gather(db, claim)?,
            };
            gathered.erasures(db, kind)?;
            let Some(signed) = Signed::covering(db, &gathered)? else {
                return Ok(None);
            };
            let facts = facts(db, (claim, kind), &gathered, &signed)?;
            let mut parts = match kind {
                Kind::Desk => own::parts(db, claim, rules)?,
                Kind::Public => public::parts(db, claim)?,
            };
            parts.extend(shared(db, &facts, &signed)?);
            if let Some(page) = draw(db, claim)? {
                parts.push((Part::Page, Content::Bytes(page.into_bytes())));
            }
            Ok(Some(to_file(desk.dir(), &facts, parts, tell)?))
        })?;
        if let Some((file, length)) = written {
            let name = format!("{}.zip", layout::stem(claim, kind));
            return Ok(Bundle { file, length, name });
        }
    }
    Err(DeskError::ChangedSince("log"))
}

/// Tells one state of a claim's public bundle from another: a hash of all that it
/// follows from. `base` is the address that its page names.
///
/// # Errors
/// When nothing is published of the claim, or the desk cannot be read.
pub fn state(desk: &Desk, claim: ClaimId, base: &str) -> Result<ContentHash, DeskError> {
    let desk = &desk.seen_by(Eyes::Anybody);
    for _ in 0..TRIES {
        audit::checkpoint(desk)?;
        let found = desk.read(|db| {
            let mut gathered = public::gather(db, claim)?;
            gathered.erasures(db, Kind::Public)?;
            let Some(signed) = Signed::covering(db, &gathered)? else {
                return Ok(None);
            };
            let mut text = format!("{} {base}\n", env!("CARGO_PKG_VERSION"));
            // What the page and the list say follows from the log; who vouches
            // for the checkpoint comes later and is not in it.
            text += &format!("{}\n{}", log::size(db)?, signed.note);
            for kept in &signed.stamps {
                text += &format!("{} {}\n", kept.authority, kept.stamped_at);
            }
            Ok(Some(ContentHash::of(text.as_bytes())))
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Err(DeskError::ChangedSince("log"))
}

/// What an entry recorded; nothing where it was erased, or is sealed.
fn record(db: &Db<'_>, entry: EntryIndex) -> Result<Option<Record>, DeskError> {
    let body = log::find(db, entry)?.and_then(|entry| entry.body);
    Ok(body.map(|body| log::decode(&body)).transpose()?)
}

/// Parts of a bundle, each with what it holds.
type Parts<'a> = Vec<(Part, Content<'a, DeskError>)>;

/// What goes into a bundle.
#[derive(Default)]
struct Gathered {
    /// The entries whose bodies go along.
    entries: BTreeSet<EntryIndex>,
    /// The entries whose bodies say more than is public.
    withheld: BTreeSet<EntryIndex>,
    /// Captured bytes and texts, and what they are.
    blobs: BTreeMap<ContentHash, Vec<String>>,
}

impl Gathered {
    fn blob(&mut self, hash: ContentHash, is: String) {
        let known = self.blobs.entry(hash).or_default();
        if !known.contains(&is) {
            known.push(is);
        }
    }
}

impl Gathered {
    /// Adds the entries that erased what would go along: a hole without them is
    /// no better than a loss. What an erasure names beside is not public.
    fn erasures(&mut self, db: &Db<'_>, kind: Kind) -> Result<(), DeskError> {
        let mut erased = BTreeSet::new();
        for entry in &self.entries {
            erased.extend(erasures::of_entry(db, *entry)?.map(|gone| gone.erased));
        }
        let blobs = db.shelf().blobs();
        erased.extend(self.blobs.keys().filter_map(|hash| blobs.erased(*hash)));
        match kind {
            Kind::Desk => self.entries.extend(erased),
            Kind::Public => self.withheld.extend(erased),
        }
        Ok(())
    }
}

/// The checkpoint that a bundle rests on.
struct Signed {
    size: u64,
    note: String,
    stamps: Vec<timestamps::Kept>,
    /// The keys of the witnesses that cosigned it.
    witnesses: Vec<String>,
    key: String,
    origin: String,
    desk: String,
}

impl Signed {
    /// A checkpoint that covers what was gathered: one that was stamped, if
    /// there is one, or the newest.
    fn covering(db: &Db<'_>, gathered: &Gathered) -> Result<Option<Self>, DeskError> {
        let last = gathered.entries.last().max(gathered.withheld.last());
        let Some(last) = last else {
            return Ok(None);
        };
        let stamped = timestamps::covering(db, last.get() + 1)?;
        let found = match stamped {
            Some(stamped) => Some(stamped),
            None => checkpoints::newest(db)?,
        };
        let Some((size, note)) = found else {
            return Ok(None);
        };
        if last.get() >= size || signed::size(&note) != Some(size) {
            return Ok(None);
        }
        let known = people::desk(db)?.ok_or(DeskError::NoDesk)?;
        let witnesses = cosignatures::of(db, size)?.into_iter();
        Ok(Some(Self {
            size,
            note: cosignatures::with_lines(db, (size, note))?,
            witnesses: witnesses.map(|found| found.vkey).collect(),
            stamps: timestamps::of_checkpoint(db, size)?,
            origin: known.origin().to_owned(),
            // Older checkpoints are signed with the key of their time.
            key: keys::signing(db, size)?.map_or(known.verifier_key, |key| key.verifier_key),
            desk: known.name,
        }))
    }
}

fn facts(
    db: &Db<'_>,
    (claim, kind): (ClaimId, Kind),
    gathered: &Gathered,
    signed: &Signed,
) -> Result<Facts, DeskError> {
    let all = gathered.entries.union(&gathered.withheld);
    let steps = trail::numbered(db, &all.copied().collect::<Vec<_>>())?;
    let newest = steps.last().ok_or(DeskError::NoSuch {
        what: "claim",
        id: claim.get(),
    })?;
    let at = newest.at;
    let mut entries = Vec::with_capacity(steps.len());
    for step in steps {
        let found = log::find(db, step.entry)?;
        let is_whole = found.is_some_and(|entry| entry.body.is_some() && entry.salt.is_some());
        entries.push(Listed {
            entry: step.entry,
            body: if !gathered.entries.contains(&step.entry) {
                Presence::Withheld
            } else if is_whole {
                Presence::Here
            } else if erasures::of_entry(db, step.entry)?.is_some() {
                Presence::Erased
            } else {
                Presence::Sealed
            },
            kind: step.kind,
        });
    }
    let blobs = gathered.blobs.iter().map(|(hash, is)| Kept {
        sha256: *hash,
        bytes: match db.shelf().blobs().readable(*hash) {
            Err(StoreError::Sealed) => Presence::Sealed,
            Err(StoreError::Erased { .. }) => Presence::Erased,
            _ => Presence::Here,
        },
        is: is.clone(),
    });
    let stamps = signed.stamps.iter().map(|kept| Stamped {
        authority: kept.authority.clone(),
        at: kept.stamped_at,
    });
    Ok(Facts {
        format: Facts::FORMAT.to_owned(),
        version: Facts::VERSION,
        kind,
        claim,
        desk: signed.desk.clone(),
        origin: signed.origin.clone(),
        software: format!("citekeep/{}", env!("CARGO_PKG_VERSION")),
        size: signed.size,
        at,
        entries,
        blobs: blobs.collect(),
        timestamps: stamps.collect(),
    })
}

/// The parts that both kinds of bundle have: the log and the blobs.
fn shared<'a>(db: &'a Db<'_>, facts: &Facts, signed: &Signed) -> Result<Parts<'a>, DeskError> {
    let mut parts: Parts<'a> = vec![
        (Part::LogKey, bytes(format!("{}\n", signed.key))),
        (Part::Checkpoint, bytes(signed.note.clone())),
    ];
    if !signed.witnesses.is_empty() {
        let keys = signed.witnesses.join("\n") + "\n";
        parts.push((Part::WitnessKeys, bytes(keys)));
    }
    for listed in &facts.entries {
        let entry = listed.entry;
        let Some(found) = log::find(db, entry)? else {
            continue;
        };
        let receipt = Receipt::make(entry.get(), found.leaf.as_bytes(), &signed.note, db)
            .map_err(|error| StoreError::corrupt("tree", error))?;
        parts.push((Part::Leaf(entry), bytes(found.leaf)));
        parts.push((Part::Receipt(entry), bytes(receipt.to_string())));
        if let (Presence::Here, Some(salt), Some(body)) = (listed.body, found.salt, found.body) {
            parts.push((Part::Salt(entry), Content::Bytes(salt)));
            parts.push((Part::Body(entry), bytes(body)));
        }
    }
    for kept in &signed.stamps {
        let stamp = Content::Bytes(kept.answer.clone());
        parts.push((Part::Stamp(kept.authority.clone()), stamp));
    }
    let here = facts.blobs.iter();
    for kept in here.filter(|kept| kept.bytes == Presence::Here) {
        let hash = kept.sha256;
        let blob = Content::Written(Box::new(move |out: &mut dyn Write| {
            let bytes = db.shelf().blobs().get(hash)?;
            Ok(out.write_all(&bytes).map_err(WriteError::from)?)
        }));
        parts.push((Part::Blob(hash), blob));
    }
    Ok(parts)
}

fn bytes<'a>(text: String) -> Content<'a, DeskError> {
    Content::Bytes(text.into_bytes())
}

/// Writes a bundle to a file of the data directory that has no name any more:
/// it takes room on the disk, not in memory, and is gone once it is closed,
/// also after a crash.
fn to_file(
    dir: &Path,
    facts: &Facts,
    parts: Parts<'_>,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<(File, u64), DeskError> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = dir.join(format!("bundle-{}-{number}.part", std::process::id()));
    let broken = |error| DeskError::from(StoreError::file(&path, error));
    // A name that a crash left may be taken once more.
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)
        .map_err(broken)?;
    std::fs::remove_file(&path).map_err(broken)?;
    let out = BufWriter::new(file);
    let written = write::write_telling::<_, DeskError>(out, facts, parts, tell)?;
    let mut file = written
        .into_inner()
        .map_err(|error| broken(error.into_error()))?;
    let length = file.stream_position().map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    Ok((file, length))
}

impl From<WriteError> for DeskError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Write(error) => StoreError::file(Path::new("the bundle"), error).into(),
            WriteError::TooLarge => Self::BundleTooLarge(error.to_string()),
            WriteError::Facts(error) => StoreError::corrupt("bundle", error).into(),
        }
    }
}
