//! What the desk's own bundle holds: everything about the claim that somebody
//! who is signed in may read.

use std::collections::BTreeSet;
use std::io::Write;

use crate::bundle::layout::Part;
use crate::bundle::write::{Content, WriteError};
use crate::domain::event::Event;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ClaimId, EntryIndex, PersonId, ScaleId, SnapshotId, SourceId, TextId};
use crate::store::{Db, snapshots, trail};

use super::super::super::{DeskError, Rules};
use super::super::outgoing::{self, ExportError, Scope, Wanted};
use super::super::warc;
use super::{Gathered, Parts, record};

/// The claim's own entries; what they rest on; who did it, by which scale.
pub(super) fn gather(db: &Db<'_>, claim: ClaimId, rules: &Rules) -> Result<Gathered, DeskError> {
    let wanted = Wanted::of(db, claim, rules)?;
    let mut gathered = Gathered::default();
    let own = trail::entries_of(db, &[claim])?;
    gathered
        .entries
        .extend(own.into_iter().map(|(_, entry)| entry));
    let mut texts = BTreeSet::new();
    for id in &wanted.snapshots {
        let taken = snapshots::get(db, *id)?;
        gathered.entries.insert(taken.entry);
        let media_type = &taken.snapshot.media_type;
        gathered.blob(
            taken.snapshot.raw,
            format!("the bytes of snapshot {id}, {media_type}"),
        );
        for text in snapshots::texts(db, *id)? {
            let extractor = &text.extractor;
            gathered.blob(
                text.hash,
                format!("the text of snapshot {id}, by {extractor}"),
            );
            texts.insert(text.id);
        }
    }
    let captured = Captured {
        snapshots: &wanted.snapshots,
        texts,
    };
    captured.entries(db, &wanted.sources, &mut gathered)?;
    if let Some(article) = wanted.article {
        let steps = trail::of_article_texts(db, article)?;
        gathered.entries.extend(steps.iter().map(|step| step.entry));
    }
    people_and_scales(db, &mut gathered)?;
    Ok(gathered)
}

/// What was captured of the sources that the claim rests on.
struct Captured<'w> {
    snapshots: &'w BTreeSet<SnapshotId>,
    texts: BTreeSet<TextId>,
}

impl Captured<'_> {
    fn entries(
        &self,
        db: &Db<'_>,
        sources: &BTreeSet<SourceId>,
        gathered: &mut Gathered,
    ) -> Result<(), DeskError> {
        let sources: Vec<SourceId> = sources.iter().copied().collect();
        for step in trail::of_sources(db, &sources)? {
            if event(db, step.entry)?.is_some_and(|event| self.is_about(&event)) {
                gathered.entries.insert(step.entry);
            }
        }
        Ok(())
    }

    fn is_about(&self, event: &Event) -> bool {
        match event {
            Event::SourceAdded { .. } | Event::SourceRevised { .. } => true,
            Event::SnapshotTaken { snapshot } => self.snapshots.contains(&snapshot.id),
            Event::SnapshotFetched { snapshot, .. }
            | Event::SnapshotUnread { snapshot, .. }
            | Event::SnapshotArchived { snapshot, .. } => self.snapshots.contains(snapshot),
            Event::TextDerived { text } => self.snapshots.contains(&text.snapshot),
            Event::TextLocated { text, .. } => self.texts.contains(text),
            _ => false,
        }
    }
}

/// What an entry says; nothing where it was erased.
fn event(db: &Db<'_>, entry: EntryIndex) -> Result<Option<Event>, DeskError> {
    Ok(record(db, entry)?.map(|record| record.event))
}

/// How the desk was opened, and its keys; the people that the entries name as
/// those who acted, with their passkeys; and the scales that verdicts used.
fn people_and_scales(db: &Db<'_>, gathered: &mut Gathered) -> Result<(), DeskError> {
    let own: Vec<EntryIndex> = gathered.entries.iter().copied().collect();
    let steps = trail::numbered(db, &own)?;
    let acted = steps.iter().filter_map(|step| Some(step.by?.person));
    let acted: BTreeSet<PersonId> = acted.collect();
    let mut scales: BTreeSet<ScaleId> = BTreeSet::new();
    for step in steps.iter().filter(|step| step.kind == "verdict_given") {
        if let Some(Event::VerdictGiven { verdict }) = event(db, step.entry)? {
            scales.insert(verdict.scale.id);
        }
    }
    for step in trail::of_desk(db)? {
        let goes_along = match event(db, step.entry)? {
            Some(
                Event::DeskOpened { .. } | Event::KeyRotated { .. } | Event::KeyReplaced { .. },
            ) => true,
            Some(Event::PersonJoined { person, .. } | Event::PasskeyRetired { person, .. }) => {
                acted.contains(&person)
            }
            Some(Event::PasskeyRegistered { passkey }) => acted.contains(&passkey.person),
            Some(Event::ScaleAdopted { scale }) => scales.contains(&scale.id),
            _ => false,
        };
        if goes_along {
            gathered.entries.insert(step.entry);
        }
    }
    Ok(())
}

/// The dossier, as the desk exports it, and the captures as web archives see
/// them. What was erased is a hole in its archive, which names it; of a sealed
/// source there is no archive at all, since it would tell how it was captured.
pub(super) fn parts<'a>(
    db: &'a Db<'_>,
    claim: ClaimId,
    rules: &'a Rules,
) -> Result<Parts<'a>, DeskError> {
    let dossier = Content::Written(Box::new(move |out: &mut dyn Write| {
        let scope = Scope::Claim(claim);
        outgoing::write_from(db, rules, (scope, out), &mut |_| {}).map_err(broken)
    }));
    let mut parts = vec![(Part::Claim, dossier)];
    let blobs = db.shelf().blobs();
    for id in Wanted::of(db, claim, rules)?.snapshots {
        let texts = snapshots::texts(db, id)?.into_iter();
        let mut hashes: Vec<ContentHash> = texts.map(|text| text.hash).collect();
        hashes.push(snapshots::get(db, id)?.snapshot.raw);
        if !hashes.iter().any(|hash| blobs.is_sealed(*hash)) {
            let capture = Content::Written(Box::new(move |out: &mut dyn Write| {
                warc::write_one(db, id, out).map_err(broken)
            }));
            parts.push((Part::Warc(id), capture));
        }
    }
    Ok(parts)
}

fn broken(error: ExportError) -> DeskError {
    match error {
        ExportError::Desk(error) => error,
        ExportError::Write(error) => WriteError::from(error).into(),
    }
}
