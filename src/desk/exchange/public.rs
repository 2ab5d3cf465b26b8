//! Published verdicts as content management systems take them over: what the
//! public pages show, and nothing else.

use std::ops::Range;

use crate::domain::ids::{ClaimId, EntryIndex};
use crate::domain::verdict::Evidence;
use crate::export::{json, record};
use crate::store::citations::{self, Cited};
use crate::store::public::{self, Shown};
use crate::store::publications::{self, Corrected, Published};
use crate::store::{Db, StoreError};

use super::super::DeskError;
use super::batch::{Around, ByClaim};
use super::parts;

/// Reads what is public of the claims with numbers in a range.
pub(super) fn published(
    db: &Db<'_>,
    range: Range<i64>,
) -> Result<Vec<record::Published>, DeskError> {
    let shown = public::list_of(db, range)?;
    let ids: Vec<ClaimId> = shown.iter().map(|shown| shown.claim).collect();
    let mut citations = ByClaim::new(citations::list_of(db, &ids)?);
    let mut publications = ByClaim::new(publications::list_of(db, &ids)?);
    let mut corrections = ByClaim::new(publications::corrections_of(db, &ids)?);
    let mut around = Around::new(db)?;
    let mut read = Vec::with_capacity(shown.len());
    for shown in shown {
        let claim = shown.claim;
        let evidence = evidence(db, &mut around, &shown, citations.of(claim))?;
        let history = (publications.of(claim), corrections.of(claim));
        read.push(written(shown, evidence, history));
    }
    Ok(read)
}

fn written(
    shown: Shown,
    evidence: Vec<record::Evidence>,
    (publications, corrections): (Vec<Published>, Vec<Corrected>),
) -> record::Published {
    let acts = publications.iter().map(|published| published.entry);
    let acts = acts.chain(corrections.iter().map(|corrected| corrected.entry));
    let newest = acts.max().unwrap_or(EntryIndex::new(0));
    let corrections: Vec<json::Correction> = parts::corrections(corrections);
    record::Published {
        claim: shown.claim.get(),
        publication: shown.id.get(),
        path: format!("/published/{}", shown.claim),
        statement: shown.verdict.statement.into(),
        claimant: shown.claimant,
        scale: shown.verdict.scale,
        rating: shown.verdict.rating,
        rationale: shown.verdict.rationale.into(),
        published_at: shown.at,
        retracted: shown.retracted,
        stale: shown.stale,
        evidence,
        log_index: newest,
        corrections,
    }
}

fn evidence(
    db: &Db<'_>,
    around: &mut Around,
    shown: &Shown,
    citations: Vec<Cited>,
) -> Result<Vec<record::Evidence>, DeskError> {
    let mut written = Vec::new();
    for bound in &shown.verdict.evidence {
        let cited = citations
            .iter()
            .find(|cited| cited.citation.id == bound.citation)
            .ok_or_else(|| missing(bound))?;
        written.push(words(db, around, bound, cited)?);
    }
    Ok(written)
}

fn missing(bound: &Evidence) -> StoreError {
    StoreError::Missing {
        what: "citation",
        id: bound.citation.get(),
    }
}

/// The words as the verdict binds them, with where their source can be found.
fn words(
    db: &Db<'_>,
    around: &mut Around,
    bound: &Evidence,
    cited: &Cited,
) -> Result<record::Evidence, DeskError> {
    let behind = around.behind(db, cited)?;
    let taken = around.snapshot(db, cited.citation.snapshot)?;
    let (at, archived) = (taken.snapshot.url.clone(), taken.archived.clone());
    let seen = around.chain(db, bound.source)?.last().copied();
    Ok(record::Evidence {
        quote: bound.quote.clone(),
        stance: bound.stance,
        url: at.or_else(|| seen.and_then(|source| source.sheet.url.clone())),
        chain: behind.chain,
        archived,
        pages: bound.pages,
        locator: behind.locator,
        span: bound.span,
        raw_sha256: bound.raw,
        text_sha256: bound.text,
        extractor: bound.extractor.clone(),
        notice: behind.notice,
    })
}
