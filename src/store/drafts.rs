//! Reads what a draft is drawn from: all claims of an article at once, with
//! their newest ratings, and how far the claims of articles have come.

use std::collections::BTreeMap;

use rusqlite::Row;
use serde::Deserialize;

use crate::domain::ids::{ArticleId, ScaleId, SourceId, VerdictId};
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;

use super::claims::{self, Claim};
use super::rows::{id, json_option, moment_option};
use super::sources::{self, Source};
use super::verdicts::{self, Given, Voiced};
use super::{Db, StoreError};

/// A claim as a draft shows it.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The claim.
    pub claim: Claim,
    /// The name of who works on it.
    pub assignee: Option<String>,
    /// What its newest verdict says, whether that stands or not.
    pub rated: Option<Rated>,
}

/// The newest verdict of a claim in short.
#[derive(Debug, Clone, Deserialize)]
pub struct Rated {
    /// The verdict.
    pub verdict: VerdictId,
    /// The version of the scale that it used.
    pub scale: ScaleId,
    /// The step of the scale.
    pub rating: Rating,
}

impl Marked {
    /// Whether its newest verdict stands.
    pub fn stands(&self) -> bool {
        let newest = self.rated.as_ref().map(|rated| rated.verdict);
        newest.is_some() && newest == self.claim.state.verdict()
    }
}

/// How far the claims of one article have come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Claims that are in the text and not withdrawn.
    pub statements: u64,
    /// Those of them with a verdict that stands and is not stale.
    pub decided: u64,
    /// Those of them that are stale.
    pub stale: u64,
    /// The nearest deadline of those that are not decided.
    pub due: Option<Timestamp>,
}

/// Lists the claims of an article in the order in which they were opened.
pub fn claims(db: &Db<'_>, article: ArticleId, limit: usize) -> Result<Vec<Marked>, StoreError> {
    let columns = claims::COLUMNS;
    let sql = format!(
        "SELECT {columns},
           (SELECT name FROM person WHERE person.id = claim.assignee) AS assignee_name,
           (SELECT json_object('verdict', v.id, 'scale', v.verdict -> '$.scale.id',
                               'rating', v.verdict -> '$.rating')
            FROM verdict AS v WHERE v.claim = claim.id ORDER BY v.id DESC LIMIT 1) AS rated
         FROM claim WHERE article = ?1 ORDER BY id LIMIT ?2"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([article.get(), limit as i64], |row| {
        Ok(Marked {
            claim: claims::row(row)?,
            assignee: row.get("assignee_name")?,
            rated: json_option(row, "rated")?,
        })
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Counts the claims of the articles from one number to another.
pub fn tallies(
    db: &Db<'_>,
    (first, last): (ArticleId, ArticleId),
) -> Result<BTreeMap<ArticleId, Tally>, StoreError> {
    let sql = "SELECT article, count(*) AS statements, sum(stale) AS stale,
           sum(stale = 0 AND state IN ('decided', 'approved', 'published')) AS decided,
           min(CASE WHEN state IN ('open', 'in_review') THEN due_at END) AS due
         FROM claim
         WHERE article BETWEEN ?1 AND ?2 AND state <> 'withdrawn'
           AND (placed IS NULL OR placed ->> '$.result.outcome' NOT IN ('gone', 'unreadable'))
         GROUP BY article";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([first.get(), last.get()], |row| {
        let count = |column: &str| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)? as u64);
        let tally = Tally {
            statements: count("statements")?,
            decided: count("decided")?,
            stale: count("stale")?,
            due: moment_option(row, "due")?,
        };
        Ok((id(row, "article")?, tally))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the newest verdict of every claim of an article.
pub fn verdicts(db: &Db<'_>, article: ArticleId, limit: usize) -> Result<Vec<Given>, StoreError> {
    let sql = "SELECT verdict.verdict AS verdict, person, role, at, entry
         FROM claim JOIN verdict ON verdict.id =
           (SELECT max(v.id) FROM verdict AS v WHERE v.claim = claim.id)
         WHERE claim.article = ?1 ORDER BY claim.id LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([article.get(), limit as i64], verdicts::given)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists what colleagues said of the verdicts on the claims of an article.
pub fn opinions(
    db: &Db<'_>,
    article: ArticleId,
    limit: usize,
) -> Result<Vec<(VerdictId, Voiced)>, StoreError> {
    let sql = "SELECT opinion.verdict AS verdict, opinion.person AS person, opinion,
           opinion.note AS note, opinion.at AS at, opinion.entry AS entry
         FROM claim JOIN verdict ON verdict.claim = claim.id
           JOIN opinion ON opinion.verdict = verdict.id
         WHERE claim.article = ?1 ORDER BY opinion.entry LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([article.get(), limit as i64], |row: &Row<'_>| {
        Ok((id(row, "verdict")?, verdicts::voiced(row)?))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists sources by their numbers, with those that they are known through.
pub fn sources(db: &Db<'_>, wanted: &[SourceId]) -> Result<Vec<Source>, StoreError> {
    let sql = "WITH RECURSIVE wanted (id, depth) AS (
           SELECT value, 0 FROM json_each(?1)
           UNION SELECT source.as_cited_by, depth + 1 FROM source JOIN wanted USING (id)
           WHERE source.as_cited_by IS NOT NULL AND depth < 10)
         SELECT id, version, sheet, rev FROM source
         WHERE id IN (SELECT id FROM wanted) ORDER BY id";
    let wanted =
        serde_json::to_string(wanted).map_err(|error| StoreError::corrupt("numbers", error))?;
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([wanted], sources::row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}
