//! Lists of sources: what a claim or an article rests on, or every source of
//! the desk, a batch at a time.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{ArticleId, ClaimId, SnapshotId, SourceId};
use crate::export::bibliography::{Capture, Work, bibtex, csl};
use crate::store::batches;
use crate::store::citations::{self, Cited};
use crate::store::sources::{self, Source};
use crate::store::{Db, drafts, people, public};

use super::super::revising::MOST;
use super::super::{Desk, DeskError};

/// How many sources are read at a time.
const CHUNK: usize = 200;

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As BibTeX.
    Bibtex,
    /// As CSL-JSON.
    Csl,
}

/// Which sources the list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Every source of the desk with its newest captures.
    Desk,
    /// Those that a claim cites, with the captures that are cited.
    Claim(ClaimId),
    /// Those that the claims of an article cite.
    Article(ArticleId),
    /// Those that the published verdict on a claim rests on.
    Published(ClaimId),
}

/// A list that is being written.
#[derive(Debug)]
pub struct List {
    format: Format,
    of: Of,
    before: Option<SourceId>,
    written: usize,
    is_done: bool,
}

impl List {
    /// Begins a list.
    pub const fn new(format: Format, of: Of) -> Self {
        Self {
            format,
            of,
            before: None,
            written: 0,
            is_done: false,
        }
    }

    /// Writes the next part of the list; nothing at its end.
    ///
    /// # Errors
    /// When there is no such claim or article.
    pub fn next(&mut self, desk: &Desk) -> Result<Option<Vec<u8>>, DeskError> {
        if self.is_done {
            return Ok(None);
        }
        let (works, origin, last) = desk.read(|db| {
            let known = people::desk(db)?.ok_or(DeskError::NoDesk)?;
            let origin = known.origin().to_owned();
            let (works, last) = self.works(db)?;
            Ok((works, origin, last))
        })?;
        let mut part = String::new();
        if self.written == 0 && self.before.is_none() && self.format == Format::Csl {
            part.push('[');
        }
        for work in &works {
            match self.format {
                Format::Bibtex => part.push_str(&bibtex::entry(work, &origin)),
                Format::Csl => {
                    part.push_str(if self.written == 0 { "\n" } else { ",\n" });
                    part.push_str(&csl::item(work, &origin));
                }
            }
            self.written += 1;
        }
        self.before = last;
        self.is_done = last.is_none();
        if self.is_done && self.format == Format::Csl {
            part.push_str("\n]\n");
        }
        Ok(Some(part.into_bytes()))
    }

    /// The next works, and where those after them begin.
    fn works(&self, db: &Db<'_>) -> Result<(Vec<Work>, Option<SourceId>), DeskError> {
        if self.of == Of::Desk {
            let found = sources::list(db, self.before, CHUNK)?;
            let last = found.last().filter(|_| found.len() == CHUNK);
            let last = last.map(|source| source.id);
            let ids: Vec<SourceId> = found.iter().map(|source| source.id).collect();
            let captures = batches::captures(db, &ids)?;
            let work = |source: Source| {
                let own = captures.get(&source.id).cloned().unwrap_or_default();
                let own = own.into_iter().map(|(sha256, at)| Capture { sha256, at });
                work(source, own.collect())
            };
            return Ok((found.into_iter().map(work).collect(), last));
        }
        Ok((cited(db, &self.citations(db)?)?, None))
    }

    fn citations(&self, db: &Db<'_>) -> Result<Vec<Cited>, DeskError> {
        let no_such = |what, id| DeskError::NoSuch { what, id };
        Ok(match self.of {
            Of::Desk => Vec::new(),
            Of::Claim(claim) => {
                let found = crate::store::claims::find(db, claim)?;
                found.ok_or_else(|| no_such("claim", claim.get()))?;
                in_use(citations::list(db, claim)?)
            }
            Of::Article(article) => {
                super::super::drafts::find(db, article)?;
                let claims = drafts::claims(db, article, MOST)?;
                let claims: Vec<ClaimId> = claims.iter().map(|marked| marked.claim.id).collect();
                in_use(batches::citations(db, &claims)?.into_values().collect())
            }
            Of::Published(claim) => {
                let shown = public::find(db, claim)?;
                let shown = shown.ok_or_else(|| no_such("published claim", claim.get()))?;
                let evidence = shown.verdict.evidence.iter();
                let evidence: BTreeSet<_> = evidence.map(|item| item.citation).collect();
                let all = citations::list(db, claim)?.into_iter();
                all.filter(|cited| evidence.contains(&cited.citation.id))
                    .collect()
            }
        })
    }
}

fn in_use(mut all: Vec<Cited>) -> Vec<Cited> {
    all.retain(|cited| !cited.removed);
    all
}

/// The sources of citations, and those that they are known through, with the
/// captures in which their words stand.
fn cited(db: &Db<'_>, cited: &[Cited]) -> Result<Vec<Work>, DeskError> {
    let mut read_in: BTreeMap<SourceId, BTreeSet<SnapshotId>> = BTreeMap::new();
    for one in cited {
        let citation = &one.citation;
        let captures = read_in.entry(citation.source).or_default();
        captures.insert(citation.snapshot);
    }
    let all: BTreeSet<SnapshotId> = read_in.values().flatten().copied().collect();
    let taken = batches::snapshots(db, &all.into_iter().collect::<Vec<_>>())?;
    let wanted: Vec<SourceId> = read_in.keys().copied().collect();
    let work = |source: Source| {
        let captures = read_in.remove(&source.id).unwrap_or_default();
        let captures = captures.iter().rev().filter_map(|id| taken.get(id));
        let captures = captures.filter(|taken| !taken.snapshot.raw.is_withheld());
        let captures = captures.map(|taken| Capture {
            sha256: taken.snapshot.raw.to_string(),
            at: taken.at,
        });
        work(source, captures.collect())
    };
    Ok(drafts::sources(db, &wanted)?
        .into_iter()
        .map(work)
        .collect())
}

fn work(source: Source, captures: Vec<Capture>) -> Work {
    let sheet = source.sheet;
    Work {
        source: source.id.get(),
        kind: sheet.kind,
        title: sheet.title.into(),
        author: sheet.author.map(String::from),
        publisher: sheet.publisher.into(),
        published: sheet.published,
        url: sheet.url.map(String::from),
        as_cited_by: sheet.as_cited_by.map(SourceId::get),
        captures,
    }
}
