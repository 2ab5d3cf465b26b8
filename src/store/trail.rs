//! Reads who did what, when, to what.

mod names;
pub mod told;

use rusqlite::{Params, Row};

use crate::domain::event::Record;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, SourceId};
use crate::domain::person::Byline;
use crate::domain::time::Timestamp;

use super::rows::{byline, id_option, json, moment, numbers, of_claims};
use super::{Db, StoreError};

pub use self::names::{Named, Wanted, named};

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The entry.
    pub entry: EntryIndex,
    /// When.
    pub at: Timestamp,
    /// Who, and as what; nobody when the desk itself did it.
    pub by: Option<Byline>,
    /// The kind of event.
    pub kind: String,
    /// The claim that it is about.
    pub claim: Option<ClaimId>,
    /// The source that it is about.
    pub source: Option<SourceId>,
    /// The article that it is about.
    pub article: Option<ArticleId>,
}

/// What somebody follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// All that happens.
    Desk,
    /// One claim.
    Claim(ClaimId),
    /// One article and the claims that were made in it.
    Article(ArticleId),
}

const SELECT: &str = "SELECT entry, at, person, role, kind, claim, source, article FROM trail";

/// Lists what happened to a claim, newest first, before an entry.
pub fn of_claim(db: &Db<'_>, claim: ClaimId, limit: usize) -> Result<Vec<Step>, StoreError> {
    let sql = format!("{SELECT} WHERE claim = ?1 ORDER BY entry DESC LIMIT ?2");
    rows(db, &sql, [claim.get(), limit as i64])
}

/// Lists the entries about some claims, claim by claim, newest first.
pub fn entries_of(
    db: &Db<'_>,
    claims: &[ClaimId],
) -> Result<Vec<(ClaimId, EntryIndex)>, StoreError> {
    let sql = "SELECT claim, entry FROM trail
               WHERE claim IN (SELECT value FROM json_each(?1)) ORDER BY claim, entry DESC";
    of_claims(db, sql, claims, |row| {
        Ok(EntryIndex::new(row.get::<_, i64>("entry")? as u64))
    })
}

/// Lists what the newest steps of a claim's own life say: its wordings, who it
/// went to, plans, reasons. Of what was erased, what is left.
pub fn records_of_claim(
    db: &Db<'_>,
    claim: ClaimId,
    limit: usize,
) -> Result<Vec<(EntryIndex, Record)>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT idx, body FROM trail JOIN said ON idx = trail.entry
         WHERE trail.claim = ?1 AND body IS NOT NULL AND kind IN ('claim_opened',
           'claim_reworded', 'claim_assigned', 'claim_planned', 'claim_withdrawn',
           'question_settled', 'citation_removed', 'citation_reanchored',
           'other_check_noted', 'other_check_removed')
         ORDER BY idx DESC LIMIT ?2",
    )?;
    let rows = select.query_map([claim.get(), limit as i64], |row| {
        let entry = EntryIndex::new(row.get::<_, i64>("idx")? as u64);
        Ok((entry, json(row, "body")?))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds the step of an entry.
pub fn find(db: &Db<'_>, entry: EntryIndex) -> Result<Option<Step>, StoreError> {
    let sql = format!("{SELECT} WHERE entry = ?1");
    let place = i64::try_from(entry.get()).unwrap_or(i64::MAX);
    Ok(rows(db, &sql, [place])?.pop())
}

/// Lists what happened to something from an entry on, oldest first.
pub fn since(
    db: &Db<'_>,
    followed: Followed,
    from: EntryIndex,
    limit: usize,
) -> Result<Vec<Step>, StoreError> {
    let (condition, id) = match followed {
        Followed::Desk => ("?3 = 0", 0),
        Followed::Claim(claim) => ("claim = ?3", claim.get()),
        Followed::Article(article) => (
            "(article = ?3 OR claim IN (SELECT id FROM claim WHERE claim.article = ?3))",
            article.get(),
        ),
    };
    let sql = format!("{SELECT} WHERE entry >= ?1 AND {condition} ORDER BY entry LIMIT ?2");
    // A place beyond what SQLite can count has nothing after it.
    let from = i64::try_from(from.get()).unwrap_or(i64::MAX);
    rows(db, &sql, [from, limit as i64, id])
}

/// Lists the steps with these numbers, oldest first.
pub fn numbered(db: &Db<'_>, entries: &[EntryIndex]) -> Result<Vec<Step>, StoreError> {
    let sql = format!("{SELECT} WHERE entry IN (SELECT value FROM json_each(?1)) ORDER BY entry");
    let wanted = numbers(entries.iter().map(|entry| entry.get() as i64));
    rows(db, &sql, [wanted])
}

/// Lists what was said about some sources and captured of them, oldest first,
/// at most 20,000 steps; what only confirms is left out.
pub fn of_sources(db: &Db<'_>, sources: &[SourceId]) -> Result<Vec<Step>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE source IN (SELECT value FROM json_each(?1)) AND kind IN (
           'source_added', 'source_revised', 'snapshot_taken', 'snapshot_fetched',
           'snapshot_unread', 'snapshot_archived', 'text_derived', 'text_located')
         ORDER BY entry LIMIT 20000"
    );
    rows(
        db,
        &sql,
        [numbers(sources.iter().map(|source| source.get()))],
    )
}

/// Lists the texts that an article had, oldest first, at most 1,000.
pub fn of_article_texts(db: &Db<'_>, article: ArticleId) -> Result<Vec<Step>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE article = ?1 AND kind IN ('article_added', 'article_revised')
         ORDER BY entry LIMIT 1000"
    );
    rows(db, &sql, [article.get()])
}

/// Lists how the desk was opened and with which keys it signed, which scales it
/// adopted, who joined it and with which passkeys people sign, oldest first, at
/// most 5,000 steps.
pub fn of_desk(db: &Db<'_>) -> Result<Vec<Step>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE kind IN ('desk_opened', 'key_rotated', 'key_replaced', 'scale_adopted',
           'person_joined', 'passkey_registered', 'passkey_retired')
         ORDER BY entry LIMIT 5000"
    );
    rows(db, &sql, [])
}

fn rows(db: &Db<'_>, sql: &str, values: impl Params) -> Result<Vec<Step>, StoreError> {
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map(values, row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn row(row: &Row<'_>) -> rusqlite::Result<Step> {
    Ok(Step {
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        at: moment(row, "at")?,
        by: byline(row)?,
        kind: row.get("kind")?,
        claim: id_option(row, "claim")?,
        source: id_option(row, "source")?,
        article: id_option(row, "article")?,
    })
}
