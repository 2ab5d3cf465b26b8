//! Erasures: one admin asks, another consents, and words go for good. What
//! refers to them stays whole, and every proof still verifies.

use std::collections::BTreeSet;

use crate::domain::erasure::{Erasure, ErasurePart, ErasureRequest, Hole};
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::person::{Deed, Role};
use crate::domain::redaction::{ErasureMark, redact};
use crate::domain::words::Note;
use crate::store::erasures::{self, Asked, Stage};
use crate::store::{Db, StoreError, log, people, renew, replay};

use super::{Actor, Desk, DeskError, Pen};

/// Asks for an erasure. Nothing goes before another admin consents.
///
/// # Errors
/// When something of it is not there, was erased already, holds nobody's
/// words, or has to stay.
pub fn ask(desk: &Desk, actor: Actor, request: ErasureRequest) -> Result<EntryIndex, DeskError> {
    person(actor)?;
    desk.act(actor, Deed::Erase, move |pen| {
        let request = ErasureRequest {
            parts: in_order(request.parts)?,
            ..request
        };
        // What could not be done is refused now and not at the consent.
        let mark = ErasureMark::new(pen.at, EntryIndex::new(log::size(pen)?));
        plan(pen, EntryIndex::new(0), &request, &mark)?;
        Ok(pen.log(Event::ErasureAsked { request })?.index)
    })
}

/// Takes back what one asked for.
///
/// # Errors
/// When somebody else asked, or it ended already.
pub fn withdraw(desk: &Desk, actor: Actor, asked: EntryIndex) -> Result<(), DeskError> {
    let me = person(actor)?;
    desk.act(actor, Deed::Erase, move |pen| {
        if open(pen, asked)?.by != me {
            return Err(DeskError::OthersErasure);
        }
        pen.log(Event::ErasureWithdrawn { asked })?;
        Ok(())
    })
}

/// Refuses what another admin asked for, with words.
///
/// # Errors
/// When one asked oneself, or it ended already.
pub fn refuse(desk: &Desk, actor: Actor, asked: EntryIndex, reason: Note) -> Result<(), DeskError> {
    let me = person(actor)?;
    desk.act(actor, Deed::Erase, move |pen| {
        others(&open(pen, asked)?, me)?;
        pen.log(Event::ErasureRefused { asked, reason })?;
        Ok(())
    })
}

/// Consents to what another admin asked for, and erases it: bodies and salts
/// go and the tables are brought over the holes, in one transaction; then bytes
/// and texts are deleted and what is left of them in the database's file is
/// overwritten. If we crash between, or somebody's long look stands in the way,
/// the rest is done later ([`is_swept`] tells). Returns the erasure's entry.
///
/// # Errors
/// When one asked oneself, when the asker left, or when it ended already.
pub fn consent(desk: &Desk, actor: Actor, asked: EntryIndex) -> Result<EntryIndex, DeskError> {
    let me = person(actor)?;
    let two = desk.store().two_replays()?;
    let erased = desk.act_alone(actor, Deed::Erase, move |pen| {
        let open = open(pen, asked)?;
        others(&open, me)?;
        still_admin(pen, open.by)?;
        let index = EntryIndex::new(log::size(pen)?);
        let mark = ErasureMark::new(pen.at, index);
        let erasure = plan(pen, asked, &open.request, &mark)?;
        pen.log(Event::Erased {
            erasure: erasure.clone(),
        })?;
        let renewed = renew::over(pen.tx, &two, &erasure);
        erasures::take(pen.tx, index, &erasure)?;
        if let Err(error) = renewed {
            // Tables that somebody spoilt do not keep words from going.
            tracing::warn!(%error, "the tables are not what the log says; all are made anew");
            replay::rebuild(pen.tx, |_| {})?;
        }
        Ok(index)
    })?;
    // What is committed holds; a disk that cannot be swept now is swept later.
    if let Err(error) = sweep(desk) {
        tracing::warn!(%error, "what was erased may still be on the disk");
    }
    Ok(erased)
}

/// Deletes what erasures named from the disk, and what nothing names, where that is
/// not done yet. If we crash here, the next call begins again.
///
/// # Errors
/// When a file cannot be deleted, or somebody still reads the old pages.
pub fn sweep(desk: &Desk) -> Result<(), DeskError> {
    let unswept = desk.read(|db| Ok(erasures::unswept(db)?))?;
    let Some(newest) = unswept.last() else {
        return Ok(());
    };
    desk.store().forget_erased()?;
    desk.store().forget_unnamed()?;
    desk.store().sweep(*newest)?;
    desk.store()
        .write(move |tx| Ok(erasures::swept(tx, &unswept)?))
}

/// Whether nothing of what an erasure took is left in the desk's files.
pub fn is_swept(db: &Db<'_>, erased: EntryIndex) -> Result<bool, StoreError> {
    Ok(!erasures::unswept(db)?.contains(&erased))
}

/// What an erasure would be and is: the words it takes, and what is left.
///
/// # Errors
/// As [`ask`].
pub fn plan(
    db: &Db<'_>,
    asked: EntryIndex,
    request: &ErasureRequest,
    mark: &ErasureMark,
) -> Result<Erasure, DeskError> {
    let mut holes = Vec::new();
    let mut hashes: BTreeSet<ContentHash> = BTreeSet::new();
    for part in &request.parts {
        match part {
            ErasurePart::Entry { entry } => holes.push(hole(db, part, *entry, mark)?),
            ErasurePart::Name { person } => {
                let entry = name(db, part, *person)?;
                holes.push(hole(db, part, entry, mark)?);
            }
            ErasurePart::Bytes { .. } | ErasurePart::Text { .. } | ErasurePart::Revision { .. } => {
                hashes.insert(blob(db, part)?);
            }
        }
    }
    holes.sort_by_key(|hole| hole.entry);
    holes.dedup_by_key(|hole| hole.entry);
    let (mut blobs, mut kept) = (Vec::new(), Vec::new());
    for hash in hashes {
        let holders = erasures::holders(db, hash)?;
        let all = holders.iter().all(|part| request.parts.contains(part));
        if all { &mut blobs } else { &mut kept }.push(hash);
    }
    Ok(Erasure {
        asked,
        holes,
        blobs,
        kept,
    })
}

/// Whether an entry holds words whose erasure can be asked for.
///
/// # Errors
/// When the database fails.
pub fn has_words(db: &Db<'_>, entry: EntryIndex) -> Result<bool, DeskError> {
    let Some(record) = log::find_record(db, entry)? else {
        return Ok(false);
    };
    let mark = ErasureMark::new(record.at, entry);
    match hole(db, &ErasurePart::Entry { entry }, entry, &mark) {
        Ok(_) => Ok(true),
        Err(DeskError::Unerasable { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn refused(part: &ErasurePart, why: &'static str) -> DeskError {
    DeskError::Unerasable {
        what: part.in_words(),
        why,
    }
}

const GONE: &str = "it was erased already";

fn hole(
    db: &Db<'_>,
    part: &ErasurePart,
    entry: EntryIndex,
    mark: &ErasureMark,
) -> Result<Hole, DeskError> {
    if erasures::of_entry(db, entry)?.is_some() {
        return Err(refused(part, GONE));
    }
    let Some(record) = log::find_record(db, entry)? else {
        return Err(DeskError::NoSuch {
            what: "entry",
            id: i64::try_from(entry.get()).unwrap_or(i64::MAX),
        });
    };
    // A name goes by its own part, which has its own rule.
    if matches!(record.event, Event::PersonJoined { .. })
        && matches!(part, ErasurePart::Entry { .. })
    {
        return Err(refused(part, "it is a name; ask for that person’s name"));
    }
    match redact(&record, mark) {
        Ok(left) => Ok(Hole { entry, left }),
        Err(crate::domain::redaction::Unerasable::Wordless) => {
            Err(refused(part, "it holds no words, only numbers and choices"))
        }
        Err(crate::domain::redaction::Unerasable::Kept) => {
            Err(refused(part, "the log rests on it, and it stays"))
        }
    }
}

/// The entry that holds somebody's name. Whoever works here signs with it.
fn name(db: &Db<'_>, part: &ErasurePart, person: PersonId) -> Result<EntryIndex, DeskError> {
    let missing = DeskError::NoSuch {
        what: "person",
        id: person.get(),
    };
    let Some(found) = people::find(db, person)? else {
        return Err(missing);
    };
    if !found.gone {
        return Err(refused(part, "they still work here; let them go first"));
    }
    erasures::joined(db, person)?.ok_or(missing)
}

fn blob(db: &Db<'_>, part: &ErasurePart) -> Result<ContentHash, DeskError> {
    let Some(hash) = erasures::blob_of(db, *part)? else {
        return Err(refused(part, "there is no such thing"));
    };
    match erasures::of_blob(db, hash)? {
        Some(_) => Err(refused(part, GONE)),
        None => Ok(hash),
    }
}

fn in_order(parts: Vec<ErasurePart>) -> Result<Vec<ErasurePart>, DeskError> {
    let parts: BTreeSet<ErasurePart> = parts.into_iter().collect();
    if parts.is_empty() || parts.len() > ErasureRequest::MOST {
        return Err(DeskError::ErasureSize(ErasureRequest::MOST));
    }
    Ok(parts.into_iter().collect())
}

/// Whoever acts, who has to be somebody: neither the operator's command line
/// nor a program decides what goes.
fn person(actor: Actor) -> Result<PersonId, DeskError> {
    actor
        .byline()
        .map(|by| by.person)
        .ok_or(DeskError::PeopleErase)
}

fn open(pen: &Pen<'_, '_>, asked: EntryIndex) -> Result<Asked, DeskError> {
    // The page that the actor saw may be old: their own place is looked up too.
    if let Some(by) = pen.by {
        still_admin(pen, by.person).map_err(|_| DeskError::NotAllowed { deed: Deed::Erase })?;
    }
    let found = get(pen, asked)?;
    match found.stage {
        Stage::Asked => Ok(found),
        ended => Err(DeskError::ErasureEnded(ended.label())),
    }
}

/// An erasure that was asked for by an entry.
///
/// # Errors
/// When that entry asked for none.
pub fn get(db: &Db<'_>, asked: EntryIndex) -> Result<Asked, DeskError> {
    erasures::find(db, asked)?.ok_or(DeskError::NoSuch {
        what: "erasure asked for by entry",
        id: i64::try_from(asked.get()).unwrap_or(i64::MAX),
    })
}

fn others(open: &Asked, me: PersonId) -> Result<(), DeskError> {
    if open.by == me {
        Err(DeskError::OwnErasure)
    } else {
        Ok(())
    }
}

fn still_admin(db: &Db<'_>, person: PersonId) -> Result<(), DeskError> {
    let found = people::find(db, person)?;
    let is_admin = found.is_some_and(|person| !person.gone && person.role == Role::Admin);
    if is_admin {
        Ok(())
    } else {
        Err(DeskError::AskerGone)
    }
}

impl From<erasures::Gone> for DeskError {
    fn from(gone: erasures::Gone) -> Self {
        Self::Gone {
            erased: gone.erased,
        }
    }
}

/// Refuses to read bytes or a text that were erased.
///
/// # Errors
/// [`DeskError::Gone`], which says by which entry.
pub fn still_there(db: &Db<'_>, hash: ContentHash) -> Result<(), DeskError> {
    match erasures::of_blob(db, hash)? {
        Some(gone) => Err(gone.into()),
        None => Ok(()),
    }
}

/// Where the words of a request stand beside what it names already: other
/// entries that repeat words of its texts.
pub fn repeated(
    db: &Db<'_>,
    parts: &[ErasurePart],
    limit: usize,
) -> Result<Vec<EntryIndex>, StoreError> {
    let mut found = BTreeSet::new();
    for part in parts {
        if let Some(hash) = erasures::blob_of(db, *part)? {
            found.extend(erasures::repeating(db, hash, limit)?);
        }
    }
    for entry in found.clone() {
        let named = parts.contains(&ErasurePart::Entry { entry });
        if named || erasures::of_entry(db, entry)?.is_some() {
            found.remove(&entry);
        }
    }
    Ok(found.into_iter().take(limit).collect())
}
