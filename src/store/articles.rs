//! Reads articles.

use rusqlite::{OptionalExtension, Row};

use crate::domain::article::ArticleSheet;
use crate::domain::hash::ContentHash;
use crate::domain::ids::ArticleId;
use crate::domain::time::Timestamp;

use super::rows::{id, json, moment, next_id, parsed};
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
