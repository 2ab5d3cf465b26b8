//! Gathers what a ClaimReview says, of what is public and of what an editor is
//! about to publish.

use std::io::Write;

use crate::domain::article::ArticleSheet;
use crate::domain::claim::ClaimState;
use crate::domain::ids::ClaimId;
use crate::domain::verdict::Verdict;
use crate::export::claim_review::lint::{Advice, lint};
use crate::export::claim_review::{
    Cited, Corrected, Facts, Judged, Published, Publisher, document, feed,
};
use crate::store::claims::Claim;
use crate::store::public::{self, Shown};
use crate::store::public_changes::{self, Window};
use crate::store::verdicts;
use crate::store::{
    Db, StoreError, articles, citations, claims, publications, scales, snapshots, sources,
};

use super::exchange::outgoing::ExportError;
use super::verdicts::check_words;
use super::{Desk, DeskError};

/// How many reviews a page of the feed holds.
pub const PAGE: usize = 50;

/// A page of the feed.
#[derive(Debug)]
pub struct FeedPage {
    /// The feed as JSON.
    pub json: String,
    /// Where the next page begins, if there may be one.
    pub next: Option<Window>,
}

/// The desk as a publisher under an address.
pub fn publisher(desk: &Desk, base: &str) -> Publisher {
    Publisher {
        sheet: desk.sheet().as_ref().clone(),
        base: base.to_owned(),
    }
}

/// What the review of a published claim says; nothing where nothing is public.
///
/// # Errors
/// When words that the verdict rests on are not where they should be.
pub fn of_public(
    db: &Db<'_>,
    desk: &Publisher,
    claim: ClaimId,
) -> Result<Option<Facts>, DeskError> {
    let Some(shown) = public::find(db, claim)? else {
        return Ok(None);
    };
    as_shown(db, desk, &claims::get(db, claim)?, &shown).map(Some)
}

fn as_shown(
    db: &Db<'_>,
    desk: &Publisher,
    claim: &Claim,
    shown: &Shown,
) -> Result<Facts, DeskError> {
    let publications = publications::list(db, claim.id)?;
    let article = claim.appearance.passage.as_ref().map(|at| at.article);
    let newest = publications.iter().find(|one| one.id == shown.id);
    // What is said of the article since is not public yet.
    let sheet = match (article, newest) {
        (Some(article), Some(newest)) => public::sheet(db, article, newest.entry)?,
        _ => None,
    };
    let mut facts = about(desk, claim, sheet.as_ref());
    facts.claim = shown.verdict.statement.to_string();
    facts.claimant = shown.claimant.clone();
    facts.judged = Some(judged(db, &shown.verdict)?);
    facts.published = Some(published(db, shown, publications.last())?);
    Ok(facts)
}

/// What consumers of a claim's review may dislike, the worst first; nothing of
/// a claim that was withdrawn.
///
/// # Errors
/// When its words are not where they should be.
pub fn advice(db: &Db<'_>, desk: &Publisher, claim: &Claim) -> Result<Vec<Advice>, DeskError> {
    if claim.state == ClaimState::Withdrawn {
        return Ok(Vec::new());
    }
    Ok(lint(&of_standing(db, desk, claim)?))
}

/// What the review of a claim would say as it stands: of the verdict that
/// waits for publication, or of the one that is public, or without one.
///
/// # Errors
/// When there is no such claim, or its words are not where they should be.
fn of_standing(db: &Db<'_>, desk: &Publisher, claim: &Claim) -> Result<Facts, DeskError> {
    let waiting = claim
        .state
        .verdict()
        .filter(|_| claim.state.as_str() != "published");
    if waiting.is_none()
        && claim.published.is_some()
        && let Some(shown) = public::find(db, claim.id)?
    {
        let mut facts = as_shown(db, desk, claim, &shown)?;
        facts.twins = twins(db, desk, claim)?;
        return Ok(facts);
    }
    let article = match &claim.appearance.passage {
        Some(passage) => articles::find(db, passage.article)?,
        None => None,
    };
    let mut facts = about(desk, claim, article.as_ref().map(|article| &article.sheet));
    facts.twins = twins(db, desk, claim)?;
    if let Some(verdict) = waiting {
        facts.judged = Some(judged(db, &verdicts::get(db, verdict)?.verdict)?);
    }
    Ok(facts)
}

/// The review of a published claim as a file; nothing where the desk no longer
/// stands by its verdict.
///
/// # Errors
/// When nothing is public of it, or its words are not where they should be.
pub fn file(desk: &Desk, base: &str, claim: ClaimId) -> Result<Option<String>, DeskError> {
    let publisher = publisher(desk, base);
    let facts = desk.read(|db| of_public(db, &publisher, claim))?;
    let facts = facts.ok_or_else(|| DeskError::NoSuch {
        what: "published claim",
        id: claim.get(),
    })?;
    let written = document(&facts).transpose();
    Ok(written.map_err(unwritten)?)
}

/// Writes the whole feed as one file, read at one moment; `tell` hears how many
/// claims are done.
///
/// # Errors
/// When words that a verdict rests on are not where they should be, or the file
/// cannot be written.
pub fn write(
    desk: &Desk,
    base: &str,
    out: &mut dyn Write,
    tell: &mut dyn FnMut(u64),
) -> Result<(), ExportError> {
    let publisher = publisher(desk, base);
    desk.store().read(desk.eyes(), |db| {
        let (mut window, mut done) = (Window::default(), 0);
        loop {
            let (facts, next) = part(db, &publisher, window)?;
            if done == 0 {
                let head = feed::head(&publisher, address(base), feed::newest(&facts));
                out.write_all(head.map_err(unwritten)?.as_bytes())?;
            }
            for item in feed::items(&facts).map_err(unwritten)? {
                let comma = if done == 0 { "" } else { "," };
                write!(out, "{comma}{item}")?;
                done += 1;
                tell(done);
            }
            let Some(next) = next else {
                break;
            };
            window = next;
        }
        out.write_all(feed::END.as_bytes())?;
        Ok(())
    })
}

/// A page of the feed, the newest change first.
///
/// # Errors
/// When words that a verdict rests on are not where they should be.
pub fn feed(desk: &Desk, base: &str, window: Window) -> Result<FeedPage, DeskError> {
    let publisher = publisher(desk, base);
    desk.read(|db| {
        let (facts, next) = part(db, &publisher, window)?;
        let json = feed::page(&publisher, address(base), &facts).map_err(unwritten)?;
        Ok(FeedPage { json, next })
    })
}

/// The claims of a page, and where the next one begins.
fn part(
    db: &Db<'_>,
    desk: &Publisher,
    window: Window,
) -> Result<(Vec<Facts>, Option<Window>), DeskError> {
    let changed = public_changes::list(db, window, PAGE)?;
    let mut facts = Vec::with_capacity(changed.len());
    for change in &changed {
        facts.extend(of_public(db, desk, change.claim)?);
    }
    let last = changed.last().filter(|_| changed.len() == PAGE);
    let next = last.map(|last| Window {
        before: Some(last.entry),
        ..window
    });
    Ok((facts, next))
}

/// The address of the whole feed.
fn address(base: &str) -> String {
    format!("{base}/published/claim-reviews.json")
}

fn unwritten(error: serde_json::Error) -> StoreError {
    StoreError::corrupt("claim review", error)
}

/// What is said of a claim whatever its verdict.
fn about(desk: &Publisher, claim: &Claim, sheet: Option<&ArticleSheet>) -> Facts {
    let places = [
        claim.appearance.url.clone(),
        sheet.and_then(|sheet| sheet.url.clone()),
    ];
    let mut appearances: Vec<_> = places.into_iter().flatten().collect();
    appearances.dedup();
    Facts {
        desk: desk.clone(),
        url: format!("{}/published/{}", desk.base, claim.id),
        claim: claim.statement.clone(),
        claimant: claim.claimant.clone(),
        made: claim.appearance.date.clone(),
        appearances,
        language: sheet.and_then(|sheet| sheet.language.clone()),
        judged: None,
        published: None,
        twins: Vec::new(),
    }
}

fn twins(db: &Db<'_>, desk: &Publisher, claim: &Claim) -> Result<Vec<String>, DeskError> {
    let twins = public_changes::twins(db, claim.id, &claim.statement)?;
    let page = |twin| format!("{}/published/{twin}", desk.base);
    Ok(twins.into_iter().map(page).collect())
}

fn judged(db: &Db<'_>, verdict: &Verdict) -> Result<Judged, DeskError> {
    let scale = scales::find(db, verdict.scale.id)?;
    Ok(Judged {
        rating: verdict.rating.clone(),
        ratings: scale.map_or_else(Vec::new, |scale| scale.sheet.ratings().to_vec()),
        rationale: verdict.rationale.to_string(),
        cited: cited(db, verdict)?,
    })
}

/// What a verdict rests on: each source in each capture once, with all the
/// words that were cited from it. Every word is held against its text.
fn cited(db: &Db<'_>, verdict: &Verdict) -> Result<Vec<Cited>, DeskError> {
    let mut works: Vec<Cited> = Vec::new();
    let mut known = Vec::new();
    for evidence in &verdict.evidence {
        let cited = citations::get(db, evidence.citation)?;
        check_words(db, &cited)?;
        let key = (cited.citation.snapshot, evidence.source, evidence.text);
        let words = (evidence.citation, evidence.quote.clone());
        if let Some(at) = known.iter().position(|other| *other == key) {
            works[at].quotes.push(words);
            continue;
        }
        let taken = snapshots::get(db, cited.citation.snapshot)?;
        let chain = sources::chain(db, evidence.source)?;
        known.push(key);
        works.push(Cited {
            chain: chain.into_iter().map(|source| source.sheet).collect(),
            url: taken.snapshot.url,
            copy: taken.archived,
            taken: taken.at,
            media_type: taken.snapshot.media_type,
            raw: evidence.raw,
            text: evidence.text,
            quotes: vec![words],
        });
    }
    Ok(works)
}

fn published(
    db: &Db<'_>,
    shown: &Shown,
    first: Option<&publications::Published>,
) -> Result<Published, DeskError> {
    let corrections = publications::corrections(db, shown.claim)?;
    let changed = public_changes::find(db, shown.claim)?;
    Ok(Published {
        first: first.map_or(shown.at, |first| first.at),
        changed: changed.unwrap_or(shown.at),
        retracted: shown.retracted,
        stale: shown.stale,
        corrections: corrections
            .into_iter()
            .map(|correction| Corrected {
                kind: correction.kind,
                note: correction.note,
                at: correction.at,
            })
            .collect(),
    })
}
