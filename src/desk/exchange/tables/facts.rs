//! The facts behind a batch of rows, read in a few queries.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::citation::Pages;
use crate::domain::claim::{Appearance, Claimant};
use crate::domain::ids::{ArticleId, CitationId, ClaimId, PersonId, SnapshotId, SourceId};
use crate::domain::locator::Locators;
use crate::domain::scale::Scale;
use crate::domain::source::Directness;
use crate::export::csv::{CitationRow, ClaimRow, Words};
use crate::store::batches::{self, Public};
use crate::store::citations::Cited;
use crate::store::claims::Claim;
use crate::store::public::Shown;
use crate::store::snapshots::Taken;
use crate::store::sources::{LONGEST_CHAIN, Source};
use crate::store::verdicts::Given;
use crate::store::{Db, drafts, people, scales};

use super::super::super::DeskError;
use super::super::super::verdicts::check_words;

/// A claim as a row is written about it.
pub(super) struct Subject {
    claim: ClaimId,
    statement: String,
    claimant: Option<Claimant>,
    appearance: Appearance,
    state: &'static str,
    stale: bool,
    corrected: bool,
    given: Option<Given>,
    stands: bool,
    is_public: bool,
    citations: Vec<Cited>,
}

/// Claims as the desk sees them, with all of their citations.
pub(super) fn inside(db: &Db<'_>, claims: Vec<Claim>) -> Result<Vec<Subject>, DeskError> {
    let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
    let mut verdicts = batches::newest_verdicts(db, &ids)?;
    let mut cited: BTreeMap<ClaimId, Vec<Cited>> = BTreeMap::new();
    for (_, one) in batches::citations(db, &ids)? {
        check_words(db, &one)?;
        cited.entry(one.citation.claim).or_default().push(one);
    }
    let subject = |claim: Claim| {
        let given = verdicts.remove(&claim.id);
        let newest = given.as_ref().map(|given| given.verdict.id);
        Subject {
            claim: claim.id,
            stands: newest.is_some() && newest == claim.state.verdict(),
            state: claim.state.as_str(),
            stale: claim.stale,
            corrected: claim.corrected,
            is_public: claim.published.is_some(),
            statement: claim.statement,
            claimant: claim.claimant,
            appearance: claim.appearance,
            citations: cited.remove(&claim.id).unwrap_or_default(),
            given,
        }
    };
    Ok(claims.into_iter().map(subject).collect())
}

/// Claims as everybody sees them, with the citations that the published
/// verdict rests on.
pub(super) fn outside(db: &Db<'_>, shown: Vec<Shown>) -> Result<Vec<Subject>, DeskError> {
    let ids: Vec<ClaimId> = shown.iter().map(|shown| shown.claim).collect();
    let verdicts: Vec<_> = shown.iter().map(|shown| shown.verdict.id).collect();
    let mut verdicts = batches::verdicts(db, &verdicts)?;
    let mut claims = batches::claims(db, &ids)?;
    let mut cited = batches::citations(db, &ids)?;
    let subject = |shown: Shown| {
        let evidence = shown.verdict.evidence.iter();
        let citations: Vec<Cited> = evidence
            .filter_map(|item| cited.remove(&item.citation))
            .collect();
        for one in &citations {
            check_words(db, one)?;
        }
        let appearance = claims.remove(&shown.claim).map(|claim| claim.appearance);
        Ok(Subject {
            claim: shown.claim,
            statement: shown.verdict.statement.to_string(),
            claimant: shown.claimant,
            appearance: appearance.unwrap_or_default(),
            state: if shown.retracted {
                "retracted"
            } else {
                "published"
            },
            stale: shown.stale,
            corrected: shown.corrected,
            given: verdicts.remove(&shown.verdict.id),
            stands: !shown.retracted,
            is_public: true,
            citations,
        })
    };
    shown.into_iter().map(subject).collect()
}

/// What rows of several claims are written from.
pub(super) struct Facts {
    base: String,
    names: BTreeMap<PersonId, String>,
    scales: Vec<Scale>,
    titles: BTreeMap<ArticleId, String>,
    published: BTreeMap<ClaimId, Public>,
    sources: BTreeMap<SourceId, Source>,
    snapshots: BTreeMap<SnapshotId, Taken>,
    texts: BTreeMap<CitationId, (String, Option<Locators>)>,
}

impl Facts {
    pub(super) fn read(db: &Db<'_>, subjects: &[Subject], base: &str) -> Result<Self, DeskError> {
        let claims: Vec<ClaimId> = subjects.iter().map(|subject| subject.claim).collect();
        let passages = subjects.iter().filter_map(Subject::article);
        let articles: BTreeSet<ArticleId> = passages.collect();
        let cited = || subjects.iter().flat_map(|subject| &subject.citations);
        let citations: Vec<CitationId> = cited().map(|one| one.citation.id).collect();
        let sources: BTreeSet<SourceId> = cited().map(|one| one.citation.source).collect();
        let snapshots: BTreeSet<SnapshotId> = cited().map(|one| one.citation.snapshot).collect();
        let list = |set: BTreeSet<SourceId>| set.into_iter().collect::<Vec<_>>();
        let everybody = people::list(db)?.into_iter();
        let sources = drafts::sources(db, &list(sources))?.into_iter();
        Ok(Self {
            base: base.to_owned(),
            names: everybody.map(|person| (person.id, person.name)).collect(),
            scales: scales::list(db)?,
            titles: batches::titles(db, &articles.into_iter().collect::<Vec<_>>())?,
            published: batches::published(db, &claims)?,
            sources: sources.map(|source| (source.id, source)).collect(),
            snapshots: batches::snapshots(db, &snapshots.into_iter().collect::<Vec<_>>())?,
            texts: batches::texts(db, &citations)?,
        })
    }

    /// A claim's row.
    pub(super) fn claim(&self, subject: &Subject) -> ClaimRow {
        let in_use = || subject.citations.iter().filter(|one| subject.counts(one));
        let origins: Vec<&Source> = in_use()
            .filter_map(|one| self.sources.get(&one.citation.source))
            .collect();
        let distinct: BTreeSet<String> = origins.iter().map(|source| source.origin()).collect();
        let secondary = |source: &&Source| source.sheet.directness == Directness::Secondary;
        let public = self.published.get(&subject.claim);
        let article = subject.article();
        let row = ClaimRow {
            claim: subject.claim.get(),
            statement: Words::new(&subject.statement),
            claimant: Words::maybe(subject.claimant.as_ref().map(|by| &by.name)),
            claimant_role: Words::maybe(subject.claimant.as_ref().and_then(|by| by.role.as_ref())),
            article: article.map(ArticleId::get),
            article_title: Words::maybe(article.and_then(|id| self.titles.get(&id))),
            appearance_url: Words::maybe(subject.appearance.url.as_ref()),
            appearance_date: subject.appearance.date.clone(),
            state: subject.state,
            stale: subject.stale,
            corrected: subject.corrected,
            verdict_stands: subject.stands,
            first_published_at: public.map(|public| public.first),
            published_at: public.map(|public| public.last),
            corrected_at: public.and_then(|public| public.corrected),
            url: Words::maybe(
                (subject.is_public || public.is_some())
                    .then(|| format!("{}/published/{}", self.base, subject.claim)),
            ),
            citations: in_use().count(),
            independent_origins: distinct.len(),
            only_secondary: !origins.is_empty() && origins.iter().all(secondary),
            ..ClaimRow::default()
        };
        match &subject.given {
            Some(given) => self.rated(row, given),
            None => row,
        }
    }

    fn rated(&self, row: ClaimRow, given: &Given) -> ClaimRow {
        let verdict = &given.verdict;
        let scale = self
            .scales
            .iter()
            .find(|scale| scale.id == verdict.scale.id);
        let steps = scale.map_or(&[][..], |scale| scale.sheet.ratings());
        let values = || steps.iter().filter_map(|step| step.value);
        let name = given.by.and_then(|by| self.names.get(&by.person));
        ClaimRow {
            rating: Words::new(verdict.rating.key.as_str()),
            rating_label: Words::new(verdict.rating.label.as_str()),
            rating_value: verdict.rating.value,
            best_value: values().max(),
            worst_value: values().min(),
            scale: Words::new(verdict.scale.key.as_str()),
            scale_version: Some(verdict.scale.version),
            rationale: Words::new(verdict.rationale.as_str()),
            reviewer: Words::new(name.map_or("the desk", String::as_str)),
            decided_at: Some(given.at),
            ..row
        }
    }

    /// The rows of a claim's citations.
    pub(super) fn citations(&self, subject: &Subject) -> Vec<CitationRow> {
        let all = subject.citations.iter();
        all.map(|cited| self.citation(subject, cited)).collect()
    }

    fn citation(&self, subject: &Subject, cited: &Cited) -> CitationRow {
        let citation = &cited.citation;
        let chain = self.chain(citation.source);
        let text = self.texts.get(&citation.id);
        let through: Vec<&str> = chain
            .iter()
            .skip(1)
            .map(|source| source.sheet.title.as_str())
            .collect();
        let row = CitationRow {
            claim: subject.claim.get(),
            citation: citation.id.get(),
            stance: citation.stance.as_str(),
            in_use: subject.counts(cited),
            source: citation.source.get(),
            as_cited_by: Words::new(through.join("; ")),
            quote: Words::new(&citation.passage.quote),
            prefix: Words::new(&citation.passage.prefix),
            suffix: Words::new(&citation.passage.suffix),
            place: Words::maybe(place(
                cited,
                text.and_then(|(_, locators)| locators.as_ref()),
            )),
            start: citation.passage.span.start(),
            end: citation.passage.span.end(),
            outcome: cited.reanchored.as_ref().map_or("", |found| found.as_str()),
            snapshot: citation.snapshot.get(),
            text_sha256: citation.text_hash.to_string(),
            extractor: Words::maybe(text.map(|(extractor, _)| extractor)),
            ..CitationRow::default()
        };
        let row = match self.snapshots.get(&citation.snapshot) {
            Some(taken) => captured(row, taken),
            None => row,
        };
        match chain.first() {
            Some(source) => described(row, source),
            None => row,
        }
    }

    /// From whose word it is to the source that was seen.
    fn chain(&self, source: SourceId) -> Vec<&Source> {
        let first = self.sources.get(&source);
        let next = |source: &&Source| self.sources.get(&source.sheet.as_cited_by?);
        std::iter::successors(first, next)
            .take(LONGEST_CHAIN)
            .collect()
    }
}

impl Subject {
    fn article(&self) -> Option<ArticleId> {
        self.appearance
            .passage
            .as_ref()
            .map(|passage| passage.article)
    }

    /// Whether a citation is one of those that the row speaks of: what was
    /// published rests on its words whatever became of them since.
    fn counts(&self, cited: &Cited) -> bool {
        let is_evidence = || {
            let given = self.given.as_ref();
            let evidence = given.map_or(&[][..], |given| &given.verdict.evidence);
            evidence
                .iter()
                .any(|item| item.citation == cited.citation.id)
        };
        !cited.removed || (matches!(self.state, "published" | "retracted") && is_evidence())
    }
}

fn captured(row: CitationRow, taken: &Taken) -> CitationRow {
    CitationRow {
        captured_at: Some(taken.at),
        captured_from: Words::maybe(taken.snapshot.url.as_ref()),
        archived_url: Words::maybe(taken.archived.as_ref().map(|copy| &copy.url)),
        raw_sha256: taken.snapshot.raw.to_string(),
        ..row
    }
}

fn described(row: CitationRow, source: &Source) -> CitationRow {
    let sheet = &source.sheet;
    CitationRow {
        source_title: Words::new(sheet.title.as_str()),
        source_kind: sheet.kind.as_str(),
        source_author: Words::maybe(sheet.author.as_ref()),
        source_publisher: Words::new(sheet.publisher.as_str()),
        source_date: sheet.published.clone(),
        source_directness: sheet.directness.as_str(),
        source_grade: sheet.grade.code(),
        source_origin: Words::maybe(sheet.origin.as_ref()),
        source_url: Words::maybe(sheet.url.as_ref()),
        ..row
    }
}

/// Where words stand: as the document names the place, or else its page.
fn place(cited: &Cited, locators: Option<&Locators>) -> Option<String> {
    let named = locators.and_then(|known| known.in_words(cited.citation.passage.span));
    named.or_else(|| cited.citation.pages.map(page_words))
}

fn page_words(pages: Pages) -> String {
    match (pages.first, pages.last) {
        (first, last) if first == last => format!("page {first}"),
        (first, last) => format!("pages {first}–{last}"),
    }
}
