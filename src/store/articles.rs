//! Reads articles.

use rusqlite::{OptionalExtension, Row, named_params};

use serde::{Deserialize, Serialize};

use crate::domain::article::{ArticleSheet, Aside};
use crate::domain::citation::Reanchoring;
use crate::domain::hash::ContentHash;
use crate::domain::ids::{ArticleId, EntryIndex, PersonId};
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;

use super::rows::{id, id_option, json, moment, next_id, parsed};
use super::{Db, StoreError};

/// An article as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its number.
    pub id: ArticleId,
    /// What is said about it.
    pub sheet: ArticleSheet,
    /// Its newest revision.
    pub revision: u32,
    /// SHA-256 of that revision's text.
    pub text: ContentHash,
    /// Length of that text in code points.
    pub chars: u64,
    /// When it came to the desk.
    pub added_at: Timestamp,
}

/// Where a claim's passage stands in a newer revision of its article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The revision.
    pub revision: u32,
    /// What became of the words there.
    pub result: Reanchoring,
}

/// A revision of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revised {
    /// Counts the revisions, from 1.
    pub number: u32,
    /// SHA-256 of its text.
    pub text: ContentHash,
    /// Length of the text in code points.
    pub chars: u64,
    /// Who brought it.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// The entry that says so.
    pub entry: EntryIndex,
}

/// A passage that needs no check, where it stands in the newest revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The entry that set it aside, which names it.
    pub entry: EntryIndex,
    /// What was judged.
    pub aside: Aside,
    /// Where it stands now.
    pub span: CharSpan,
    /// Who judged so.
    pub by: Option<PersonId>,
    /// When.
    pub at: Timestamp,
}

/// Finds an article.
pub fn find(db: &Db<'_>, article: ArticleId) -> Result<Option<Article>, StoreError> {
    let sql = "SELECT id, sheet, revision, text, chars, added_at FROM article WHERE id = ?1";
    let found = db
        .conn
        .prepare_cached(sql)?
        .query_row([article.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds an article that must be there.
pub fn get(db: &Db<'_>, article: ArticleId) -> Result<Article, StoreError> {
    find(db, article)?.ok_or(StoreError::Missing {
        what: "article",
        id: article.get(),
    })
}

/// Lists articles, newest first, that come before `before`.
pub fn list(
    db: &Db<'_>,
    before: Option<ArticleId>,
    limit: usize,
) -> Result<Vec<Article>, StoreError> {
    let sql = "SELECT id, sheet, revision, text, chars, added_at FROM article
               WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let before = before.map_or(i64::MAX, ArticleId::get);
    let rows = select.query_map([before, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Which articles a list shows; an empty filter shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in this language, as BCP 47 names it.
    pub language: Option<String>,
    /// Only those that came to the desk at this moment or later.
    pub since: Option<Timestamp>,
    /// Only those that came before this moment.
    pub until: Option<Timestamp>,
}

/// Lists articles that a filter leaves, newest first, that come before
/// `before`.
pub fn list_filtered(
    db: &Db<'_>,
    filter: &Filter,
    before: Option<ArticleId>,
    limit: usize,
) -> Result<Vec<Article>, StoreError> {
    // What is not asked is not in the statement, so that the index of
    // languages is used where one is named.
    let language = match filter.language {
        Some(_) => "sheet ->> 'language' = :language COLLATE NOCASE",
        None => ":language IS NULL",
    };
    let sql = format!(
        "SELECT id, sheet, revision, text, chars, added_at FROM article
         WHERE {language} AND id < :before AND added_at >= :since AND added_at < :until
         ORDER BY id DESC LIMIT :limit"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map(
        named_params! {
            ":language": filter.language,
            ":since": filter.since.map_or(i64::MIN, Timestamp::as_millis),
            ":until": filter.until.map_or(i64::MAX, Timestamp::as_millis),
            ":before": before.map_or(i64::MAX, ArticleId::get),
            ":limit": limit as i64,
        },
        row,
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The state that an article is in: its newest revision, and the newest entry
/// about it or about a claim that was made in it.
pub fn state_of(db: &Db<'_>, article: ArticleId) -> Result<Option<(u32, EntryIndex)>, StoreError> {
    let sql = "SELECT revision, max(
                 coalesce((SELECT max(entry) FROM trail WHERE trail.article = article.id), 0),
                 coalesce((SELECT max(newest) FROM (
                   SELECT (SELECT max(entry) FROM trail WHERE trail.claim = claim.id) AS newest
                   FROM claim WHERE claim.article = article.id)), 0)
               ) AS newest FROM article WHERE id = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([article.get()], |row| {
        let newest = EntryIndex::new(row.get::<_, i64>("newest")? as u64);
        Ok((row.get("revision")?, newest))
    });
    Ok(found.optional()?)
}

/// Lists articles after one by their numbers, the first added first.
pub fn list_after(db: &Db<'_>, after: i64, limit: usize) -> Result<Vec<Article>, StoreError> {
    let sql = "SELECT id, sheet, revision, text, chars, added_at FROM article
               WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([after, limit as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the revisions of an article, newest first.
pub fn revisions(
    db: &Db<'_>,
    article: ArticleId,
    limit: usize,
) -> Result<Vec<Revised>, StoreError> {
    revisions_before(db, article, u32::MAX, limit)
}

/// Lists the revisions of an article before one, newest first.
pub fn revisions_before(
    db: &Db<'_>,
    article: ArticleId,
    before: u32,
    limit: usize,
) -> Result<Vec<Revised>, StoreError> {
    let sql = "SELECT number, text, chars, person, at, entry FROM revision
               WHERE article = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([article.get(), before.into(), limit as i64], revised)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds one revision of an article.
pub fn revision(
    db: &Db<'_>,
    article: ArticleId,
    number: u32,
) -> Result<Option<Revised>, StoreError> {
    let sql = "SELECT number, text, chars, person, at, entry FROM revision
               WHERE article = ?1 AND number = ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([article.get(), number.into()], revised);
    Ok(found.optional()?)
}

fn revised(row: &Row<'_>) -> rusqlite::Result<Revised> {
    Ok(Revised {
        number: row.get("number")?,
        text: parsed(row, "text")?,
        chars: row.get::<_, i64>("chars")? as u64,
        by: id_option(row, "person")?,
        at: moment(row, "at")?,
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
    })
}

/// Lists the passages of an article that need no check, in their order.
pub fn asides(db: &Db<'_>, article: ArticleId, limit: usize) -> Result<Vec<SetAside>, StoreError> {
    let sql = "SELECT entry, aside, start, stop, person, at FROM aside
               WHERE article = ?1 AND live = 1 ORDER BY start LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([article.get(), limit as i64], |row| {
        Ok(SetAside {
            entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
            aside: json(row, "aside")?,
            span: span(row)?,
            by: id_option(row, "person")?,
            at: moment(row, "at")?,
        })
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

fn span(row: &Row<'_>) -> rusqlite::Result<CharSpan> {
    let (start, stop) = (row.get::<_, i64>("start")?, row.get::<_, i64>("stop")?);
    CharSpan::new(start as u64, stop as u64).map_err(|error| {
        let error = StoreError::corrupt("span of a passage", error);
        rusqlite::Error::UserFunctionError(Box::new(error))
    })
}

/// The number that the next article gets.
pub fn next(db: &Db<'_>) -> Result<ArticleId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM article")
}

fn row(row: &Row<'_>) -> rusqlite::Result<Article> {
    Ok(Article {
        id: id(row, "id")?,
        sheet: json(row, "sheet")?,
        revision: row.get("revision")?,
        text: parsed(row, "text")?,
        chars: row.get::<_, i64>("chars")? as u64,
        added_at: moment(row, "added_at")?,
    })
}
