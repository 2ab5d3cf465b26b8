//! Writing a desk, or one claim, as JSON: read at one moment, written record
//! by record, so that a desk of any size needs little memory.

use std::collections::BTreeSet;
use std::io::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use crate::domain::hash::ContentHash;
use crate::domain::ids::{ArticleId, ClaimId, SnapshotId, SourceId};
use crate::export::json;
use crate::store::{
    Db, articles, checkpoints, claims, erasures, log, other_checks, people, scales, settings,
    snapshots, sources,
};

use super::super::dossier::Dossier;
use super::super::{Desk, DeskError, Rules};
use super::batch;
use super::drafts::article;
use super::parts;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Desk,
    /// One claim and what it rests on.
    Claim(ClaimId),
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The desk could not be read.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The file could not be written.
    #[error("the file could not be written: {0}")]
    Write(#[from] std::io::Error),
}

impl From<crate::store::StoreError> for ExportError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// How many rows are read at a time.
const CHUNK: usize = 200;

/// Writes the file. Every quote is held against its text once more; one that
/// does not stand there ends the export with an error.
pub fn write(
    desk: &Desk,
    scope: Scope,
    out: &mut dyn Write,
    tell: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    let rules = &*desk.rules();
    desk.store()
        .read(desk.eyes(), |db| write_from(db, rules, (scope, out), tell))
}

/// Writes the file as the desk is at the moment that is being read.
pub(super) fn write_from(
    db: &Db<'_>,
    rules: &Rules,
    (scope, out): (Scope, &mut dyn Write),
    tell: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    let wanted = match scope {
        Scope::Desk => None,
        Scope::Claim(claim) => Some(Wanted::of(db, claim, rules)?),
    };
    let mut file = Writer { out, first: true };
    let schema = json::File::SCHEMA;
    write!(
        file.out,
        "{{\"$schema\":\"{schema}\",\"format\":\"citekeep\",\"version\":1"
    )?;
    file.field("desk", &header(db, rules)?)?;
    file.field("scales", &scales::list(db)?)?;
    file.array("articles", |file| write_articles(db, wanted.as_ref(), file))?;
    file.array("sources", |file| write_sources(db, wanted.as_ref(), file))?;
    file.array("snapshots", |file| {
        write_snapshots(db, wanted.as_ref(), file)
    })?;
    file.array("claims", |file| write_claims(db, scope, file, tell))?;
    file.out.write_all(b"}\n")?;
    Ok(())
}

/// What one claim rests on.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) article: Option<ArticleId>,
    pub(super) sources: BTreeSet<SourceId>,
    pub(super) snapshots: BTreeSet<SnapshotId>,
}

impl Wanted {
    pub(super) fn of(db: &Db<'_>, claim: ClaimId, rules: &Rules) -> Result<Self, DeskError> {
        let dossier = Dossier::read(db, claim, rules)?;
        let mut wanted = Self {
            article: dossier.article.as_ref().map(|article| article.id),
            ..Self::default()
        };
        for file in &dossier.citations {
            wanted.snapshots.insert(file.cited.citation.snapshot);
            wanted.snapshots.extend(file.cited.newer);
            wanted.sources.insert(file.snapshot.snapshot.source);
            wanted
                .sources
                .extend(file.chain.iter().map(|source| source.id));
        }
        Ok(wanted)
    }
}

/// A JSON object being written field by field.
struct Writer<'o> {
    out: &'o mut dyn Write,
    first: bool,
}

impl Writer<'_> {
    fn field(&mut self, name: &str, value: &impl Serialize) -> Result<(), ExportError> {
        write!(self.out, ",\"{name}\":")?;
        serde_json::to_writer(&mut *self.out, value).map_err(std::io::Error::from)?;
        Ok(())
    }

    fn array(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut Self) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        write!(self.out, ",\n\"{name}\":[")?;
        self.first = true;
        fill(self)?;
        self.out.write_all(b"]")?;
        Ok(())
    }

    fn item(&mut self, value: &impl Serialize) -> Result<(), ExportError> {
        self.out
            .write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        serde_json::to_writer(&mut *self.out, value).map_err(std::io::Error::from)?;
        Ok(())
    }
}

pub(super) fn header(db: &Db<'_>, rules: &Rules) -> Result<json::Desk, DeskError> {
    let known = people::desk(db)?.ok_or(DeskError::NoDesk)?;
    Ok(json::Desk {
        name: known.name,
        sheet: settings::sheet(db)?,
        approvals: rules.approvals.0,
        scale: rules.scale.clone(),
        verifier_key: known.verifier_key,
        log_size: log::size(db)?,
        checkpoint: checkpoints::newest(db)?.map(|(_, note)| note),
    })
}

pub(super) fn content(db: &Db<'_>, hash: ContentHash) -> Result<json::Content, DeskError> {
    if db.shelf().blobs().is_sealed(hash) {
        return Ok(json::Content::Sealed(true));
    }
    if let Some(gone) = erasures::of_blob(db, hash)? {
        return Ok(json::Content::Erased(gone.erased));
    }
    let bytes = db.shelf().blobs().get(hash)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => json::Content::Utf8(text),
        Err(error) => json::Content::Base64(BASE64_STANDARD.encode(error.as_bytes())),
    })
}

/// What other publishers found about a claim, the newest first, at most 200.
///
/// # Errors
/// When there is no such claim.
pub fn others_checks(db: &Db<'_>, claim: ClaimId) -> Result<Vec<json::OtherCheck>, DeskError> {
    claims::find(db, claim)?.ok_or(DeskError::NoSuch {
        what: "claim",
        id: claim.get(),
    })?;
    let noted = other_checks::list(db, claim)?;
    Ok(parts::others_checks(noted, &batch::Around::new(db)?))
}

fn write_articles(
    db: &Db<'_>,
    wanted: Option<&Wanted>,
    file: &mut Writer<'_>,
) -> Result<(), ExportError> {
    if let Some(wanted) = wanted {
        return match wanted.article {
            Some(id) => file.item(&article(db, articles::get(db, id)?)?),
            None => Ok(()),
        };
    }
    let mut before = None;
    loop {
        let chunk = articles::list(db, before, CHUNK)?;
        let Some(last) = chunk.last() else {
            return Ok(());
        };
        before = Some(last.id);
        for found in chunk {
            file.item(&article(db, found)?)?;
        }
    }
}

fn write_sources(
    db: &Db<'_>,
    wanted: Option<&Wanted>,
    file: &mut Writer<'_>,
) -> Result<(), ExportError> {
    if let Some(wanted) = wanted {
        for id in &wanted.sources {
            file.item(&source(sources::get(db, *id)?))?;
        }
        return Ok(());
    }
    let mut before = None;
    loop {
        let chunk = sources::list(db, before, CHUNK)?;
        let Some(last) = chunk.last() else {
            return Ok(());
        };
        before = Some(last.id);
        for found in chunk {
            file.item(&source(found))?;
        }
    }
}

pub(super) fn source(source: sources::Source) -> json::Source {
    json::Source {
        id: source.id.get(),
        sheet: source.sheet,
        version: source.version,
        log_index: source.rev,
    }
}

fn write_snapshots(
    db: &Db<'_>,
    wanted: Option<&Wanted>,
    file: &mut Writer<'_>,
) -> Result<(), ExportError> {
    if let Some(wanted) = wanted {
        for id in &wanted.snapshots {
            file.item(&snapshot(db, snapshots::get(db, *id)?)?)?;
        }
        return Ok(());
    }
    let mut after = 0;
    loop {
        let chunk = snapshots::list_after(db, after, CHUNK)?;
        let Some(last) = chunk.last() else {
            return Ok(());
        };
        after = last.snapshot.id.get();
        for taken in chunk {
            file.item(&snapshot(db, taken)?)?;
        }
    }
}

pub(super) fn snapshot(db: &Db<'_>, taken: snapshots::Taken) -> Result<json::Snapshot, DeskError> {
    let texts = snapshots::texts(db, taken.snapshot.id)?
        .into_iter()
        .map(|text| {
            Ok(json::Text {
                locators: snapshots::locators(db, text.id)?,
                id: text.id.get(),
                text_sha256: text.hash,
                extractor: text.extractor,
                normal_form: text.normal_form,
                chars: text.chars,
                flaws: text.flaws,
            })
        })
        .collect::<Result<_, DeskError>>()?;
    let taken_by = match taken.by {
        Some(person) => people::get(db, person)?.name,
        None => "the desk".to_owned(),
    };
    Ok(json::Snapshot {
        id: taken.snapshot.id.get(),
        source: taken.snapshot.source.get(),
        how: taken.snapshot.how,
        media_type: taken.snapshot.media_type,
        file_name: taken.snapshot.file_name,
        url: taken.snapshot.url,
        notice: taken.snapshot.notice,
        content: content(db, taken.snapshot.raw)?,
        raw_sha256: taken.snapshot.raw,
        bytes: taken.snapshot.bytes,
        taken_at: taken.at,
        taken_by,
        log_index: taken.entry,
        response: taken.response,
        unread: taken.unread,
        confirmed_at: taken.confirmed,
        archived: taken.archived,
        texts,
    })
}

fn write_claims(
    db: &Db<'_>,
    scope: Scope,
    file: &mut Writer<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    if let Scope::Claim(id) = scope {
        return file.item(&claim(db, id)?);
    }
    let (mut end, mut done) = (claims::next(db)?.get(), 0);
    while end > 1 {
        let start = (end - batch::AT_ONCE).max(1);
        for portion in batch::portions(claims::numbers(db, start..end)?)
            .iter()
            .rev()
        {
            for record in batch::claims(db, portion)?.iter().rev() {
                file.item(record)?;
                done += 1;
                tell(done);
            }
        }
        end = start;
    }
    Ok(())
}

/// One claim as the file holds it.
///
/// # Errors
/// When there is no such claim, or words that it cites do not stand in their
/// text.
pub fn claim(db: &Db<'_>, id: ClaimId) -> Result<json::Claim, DeskError> {
    let found = batch::claims(db, &[id])?.pop();
    found.ok_or(DeskError::NoSuch {
        what: "claim",
        id: id.get(),
    })
}
