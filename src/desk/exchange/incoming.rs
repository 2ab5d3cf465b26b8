//! Filling a desk from a file.
//!
//! Everything happens in one write transaction: the records run through the
//! same deeds as a person's, a bad one is told with its place, and unless the
//! caller keeps going nothing of the file stays. A stop leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::article::ArticleSheet;
use crate::domain::ids::{ArticleId, CitationId, ClaimId, SnapshotId, SourceId, TextId};
use crate::domain::person::Deed;
use crate::domain::source::SourceSheet;

use super::super::articles::{self, NewArticle};
use super::super::citations::{self, NewCitation};
use super::super::claims::{self, Made, NewClaim};
use super::super::snapshots::{self, NewSnapshot};
use super::super::{Actor, Desk, DeskError, Pen, sources};
use super::{content, wire};

/// What to do with a file that has bad records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Import nothing of it.
    Whole,
    /// Leave the bad records out, and those that need them.
    KeepGoing,
}

/// A record that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecord {
    /// Where it stands in the file, as a JSON pointer: `/claims/3/statement`.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What became of a file.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The desk's articles by the file's numbers.
    pub articles: BTreeMap<i64, ArticleId>,
    /// The desk's sources.
    pub sources: BTreeMap<i64, SourceId>,
    /// The desk's snapshots.
    pub snapshots: BTreeMap<i64, SnapshotId>,
    /// The desk's claims.
    pub claims: BTreeMap<i64, ClaimId>,
    /// The desk's citations.
    pub citations: BTreeMap<i64, CitationId>,
    /// Snapshots that the file keeps for later, by the file's numbers.
    pub later: BTreeMap<i64, NewSnapshot>,
    /// Records that were left out.
    pub bad: Vec<BadRecord>,
    /// How many verdicts the file has; people give verdicts, files do not.
    pub ignored_verdicts: usize,
}

/// Why a file was not imported. Nothing of it was saved.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is not what it should be as a whole.
    #[error("this is not an import file: {0}")]
    NotAFile(String),
    /// Some of its records are bad.
    #[error("{} of its records cannot be imported; mend them, or leave them out with --keep-going", .0.len())]
    BadRecords(Vec<BadRecord>),
    /// The desk could not take it in.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<crate::store::StoreError> for ImportError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// How many records may be reported bad before the import gives up.
const MOST_BAD: usize = 1_000;

/// Imports a file's articles, sources, snapshots, claims and citations.
/// `folder` is where files that it names are looked for; `tell` hears how many
/// records are done, of how many.
pub fn import(
    desk: &Desk,
    actor: Actor,
    (json, folder): (&[u8], &Path),
    policy: Policy,
    tell: impl FnMut(usize, usize) + Send + 'static,
) -> Result<Outcome, ImportError> {
    actor.must(Deed::OpenClaim)?;
    let file: wire::File =
        serde_json::from_slice(json).map_err(|error| ImportError::NotAFile(error.to_string()))?;
    if file.format != "citekeep" || file.version != 1 {
        let reason = "its format must be \"citekeep\" and its version 1";
        return Err(ImportError::NotAFile(reason.to_owned()));
    }
    let folder = folder.to_owned();
    let world = desk.world.clone();
    let rules = desk.rules();
    desk.store().write(move |tx| {
        let pen = Pen {
            tx,
            at: world.clock.now(),
            by: actor.byline(),
            rules: &rules,
            world: &world,
        };
        let total =
            file.articles.len() + file.sources.len() + file.snapshots.len() + file.claims.len();
        let mut import = Import {
            pen,
            folder,
            outcome: Outcome::default(),
            done: 0,
            total,
            tell,
        };
        import.run(file)?;
        let outcome = import.outcome;
        if policy == Policy::Whole && !outcome.bad.is_empty() {
            return Err(ImportError::BadRecords(outcome.bad));
        }
        Ok(outcome)
    })
}

struct Import<'t, 'c, F> {
    pen: Pen<'t, 'c>,
    folder: PathBuf,
    outcome: Outcome,
    done: usize,
    total: usize,
    tell: F,
}

/// What a step of the import may end in: a record that is bad is noted and
/// the import goes on; a desk that fails ends it.
type Step<T> = Result<Option<T>, ImportError>;

impl<F: FnMut(usize, usize)> Import<'_, '_, F> {
    fn run(&mut self, file: wire::File) -> Result<(), ImportError> {
        self.sources(file.sources)?;
        for (at, record) in file.articles.into_iter().enumerate() {
            self.article(&format!("/articles/{at}"), record)?;
        }
        for (at, record) in file.snapshots.into_iter().enumerate() {
            self.snapshot(&format!("/snapshots/{at}"), record)?;
        }
        for (at, record) in file.claims.into_iter().enumerate() {
            self.claim(&format!("/claims/{at}"), record)?;
        }
        Ok(())
    }

    fn count(&mut self) {
        self.done += 1;
        (self.tell)(self.done, self.total);
    }

    fn bad(&mut self, place: impl Into<String>, reason: impl Display) -> Result<(), ImportError> {
        let reason = reason.to_string();
        self.outcome.bad.push(BadRecord {
            place: place.into(),
            reason,
        });
        if self.outcome.bad.len() >= MOST_BAD {
            return Err(ImportError::BadRecords(std::mem::take(
                &mut self.outcome.bad,
            )));
        }
        Ok(())
    }

    fn parse<T: DeserializeOwned>(&mut self, place: &str, record: Value) -> Step<T> {
        match serde_path_to_error::deserialize(record) {
            Ok(parsed) => Ok(Some(parsed)),
            Err(error) => {
                let path = error
                    .path()
                    .to_string()
                    .replace(['.', '['], "/")
                    .replace(']', "");
                let place = if path == "/" {
                    place.to_owned()
                } else {
                    format!("{place}/{path}")
                };
                self.bad(place, error.inner())?;
                Ok(None)
            }
        }
    }

    /// Keeps a deed's result, or notes its refusal; a failing store ends all.
    fn keep<T>(&mut self, place: String, done: Result<T, DeskError>) -> Step<T> {
        match done {
            Ok(value) => Ok(Some(value)),
            Err(DeskError::Store(error)) => Err(error.into()),
            Err(error) => {
                self.bad(place, error)?;
                Ok(None)
            }
        }
    }

    /// A number must not stand for two things.
    fn is_new<T>(&mut self, place: &str, known: bool, id: T) -> Result<bool, ImportError>
    where
        T: Display,
    {
        if known {
            self.bad(
                format!("{place}/id"),
                format!("the number {id} is used twice"),
            )?;
        }
        Ok(!known)
    }

    /// Sources may name one that stands later in the file, so those that are
    /// waited for go first.
    fn sources(&mut self, records: Vec<Value>) -> Result<(), ImportError> {
        let mut waiting = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, record) in records.into_iter().enumerate() {
            self.count();
            let place = format!("/sources/{at}");
            let Some(source) = self.parse::<wire::Source>(&place, record)? else {
                continue;
            };
            if self.is_new(&place, !seen.insert(source.id), source.id)? {
                waiting.push((place, source));
            }
        }
        loop {
            let before = waiting.len();
            let mut still = Vec::new();
            for (place, source) in waiting {
                match source.as_cited_by {
                    Some(citing) if !self.outcome.sources.contains_key(&citing) => {
                        still.push((place, source))
                    }
                    _ => self.source(&place, source)?,
                }
            }
            waiting = still;
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        for (place, _) in waiting {
            self.bad(
                format!("{place}/as_cited_by"),
                "there is no such source in the file that could be imported",
            )?;
        }
        Ok(())
    }

    fn source(&mut self, place: &str, source: wire::Source) -> Result<(), ImportError> {
        let sheet = SourceSheet {
            title: source.title,
            kind: source.kind,
            publisher: source.publisher,
            author: source.author,
            published: source.published,
            directness: source.directness,
            grade: source.grade,
            origin: source.origin,
            url: source.url,
            as_cited_by: source
                .as_cited_by
                .and_then(|id| self.outcome.sources.get(&id).copied()),
        };
        let added = sources::add_with(&self.pen, sheet);
        if let Some(id) = self.keep(place.to_owned(), added)? {
            self.outcome.sources.insert(source.id, id);
        }
        Ok(())
    }

    fn article(&mut self, place: &str, record: Value) -> Result<(), ImportError> {
        self.count();
        let Some(article) = self.parse::<wire::Article>(place, record)? else {
            return Ok(());
        };
        let known = self.outcome.articles.contains_key(&article.id);
        if !self.is_new(place, known, article.id)? {
            return Ok(());
        }
        let Some((bytes, declared)) = self.content(place, &article.content)? else {
            return Ok(());
        };
        let sheet = ArticleSheet {
            title: article.title,
            url: article.url,
            published: article.published,
            language: article.language,
            notice: article.notice,
        };
        let new = NewArticle {
            sheet,
            bytes,
            declared,
        };
        let (reading, blobs) = (&self.pen.world.reading, self.pen.shelf().blobs());
        let added = articles::prepare(reading, blobs, new)
            .and_then(|ready| articles::record(&self.pen, ready));
        if let Some(id) = self.keep(format!("{place}/content"), added)? {
            self.outcome.articles.insert(article.id, id);
        }
        Ok(())
    }

    fn snapshot(&mut self, place: &str, record: Value) -> Result<(), ImportError> {
        self.count();
        let Some(wired) = self.parse::<wire::Snapshot>(place, record)? else {
            return Ok(());
        };
        let known = self.outcome.snapshots.contains_key(&wired.id)
            || self.outcome.later.contains_key(&wired.id);
        if !self.is_new(place, known, wired.id)? {
            return Ok(());
        }
        let Some(source) = self.outcome.sources.get(&wired.source).copied() else {
            return self.bad(
                format!("{place}/source"),
                NoSuchRecord("source", wired.source),
            );
        };
        let Some((bytes, file)) = self.content(place, &wired.content)? else {
            return Ok(());
        };
        let how = wired.came();
        let new = NewSnapshot {
            source,
            bytes,
            declared: wired.media_type.or(file),
            how,
            url: wired.url,
            file_name: wired.file_name,
            notice: wired.notice,
            response: wired.response,
        };
        if wired.later {
            self.outcome.later.insert(wired.id, new);
            return Ok(());
        }
        let (reading, blobs) = (&self.pen.world.reading, self.pen.shelf().blobs());
        let taken = snapshots::prepare(reading, blobs, new)
            .and_then(|ready| snapshots::record(&self.pen, ready));
        if let Some(id) = self.keep(format!("{place}/content"), taken)? {
            self.outcome.snapshots.insert(wired.id, id);
        }
        Ok(())
    }

    fn claim(&mut self, place: &str, record: Value) -> Result<(), ImportError> {
        self.count();
        let Some(wired) = self.parse::<wire::Claim>(place, record)? else {
            return Ok(());
        };
        let known = self.outcome.claims.contains_key(&wired.id);
        if !self.is_new(place, known, wired.id)? {
            return Ok(());
        }
        self.outcome.ignored_verdicts += wired.verdicts.len();
        let Some(made) = self.made(place, wired.appearance)? else {
            return Ok(());
        };
        let new = NewClaim {
            statement: wired.statement,
            claimant: wired.claimant,
            made,
        };
        let opened = claims::open_with(&self.pen, new);
        let Some(claim) = self.keep(format!("{place}/appearance"), opened)? else {
            return Ok(());
        };
        self.outcome.claims.insert(wired.id, claim);
        for (at, record) in wired.citations.into_iter().enumerate() {
            self.citation(&format!("{place}/citations/{at}"), claim, record)?;
        }
        Ok(())
    }

    fn made(&mut self, place: &str, appearance: Option<wire::Appearance>) -> Step<Made> {
        let Some(appearance) = appearance else {
            return Ok(Some(Made::default()));
        };
        let passage = match appearance.article {
            None => None,
            Some(number) => {
                let Some(article) = self.outcome.articles.get(&number).copied() else {
                    self.bad(
                        format!("{place}/appearance/article"),
                        NoSuchRecord("article", number),
                    )?;
                    return Ok(None);
                };
                Some((
                    article,
                    appearance.quote.unwrap_or_default(),
                    appearance.near,
                ))
            }
        };
        Ok(Some(Made {
            passage,
            url: appearance.url,
            date: appearance.date,
        }))
    }

    fn citation(&mut self, place: &str, claim: ClaimId, record: Value) -> Result<(), ImportError> {
        let Some(wired) = self.parse::<wire::Citation>(place, record)? else {
            return Ok(());
        };
        if wired.removed {
            return Ok(());
        }
        let Some(snapshot) = self.outcome.snapshots.get(&wired.snapshot).copied() else {
            return self.bad(
                format!("{place}/snapshot"),
                NoSuchRecord("snapshot", wired.snapshot),
            );
        };
        let source = match wired.source {
            None => None,
            Some(number) => match self.outcome.sources.get(&number) {
                Some(source) => Some(*source),
                None => return self.bad(format!("{place}/source"), NoSuchRecord("source", number)),
            },
        };
        let near = wired.near;
        let text = self.text_by(snapshot, wired.extractor.as_deref())?;
        let new = NewCitation {
            claim,
            source,
            snapshot,
            text,
            quote: wired.quote,
            near,
            stance: wired.stance,
        };
        let made = citations::make_with(&self.pen, &new);
        let field = match &made {
            Err(DeskError::NotSpokenFor(_)) => "source",
            Err(DeskError::OwnArticle) => "stance",
            _ => "quote",
        };
        if let Some(id) = self.keep(format!("{place}/{field}"), made)? {
            self.outcome.citations.insert(wired.id.get(), id);
        }
        Ok(())
    }

    /// The text of a snapshot that was derived as the file says.
    fn text_by(
        &self,
        snapshot: SnapshotId,
        extractor: Option<&str>,
    ) -> Result<Option<TextId>, ImportError> {
        let texts = crate::store::snapshots::texts(&self.pen, snapshot).map_err(DeskError::from)?;
        let same = texts
            .into_iter()
            .find(|text| Some(text.extractor.as_str()) == extractor);
        Ok(same.map(|text| text.id))
    }

    /// The bytes of a record, and the name of the file that they came from.
    fn content(&mut self, place: &str, content: &wire::Content) -> Step<(Vec<u8>, Option<String>)> {
        match content::bytes(&self.folder, content) {
            Ok(found) => Ok(Some(found)),
            Err(reason) => {
                self.bad(format!("{place}/content"), reason)?;
                Ok(None)
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the file has no {0} {1} that could be imported")]
struct NoSuchRecord(&'static str, i64);
