//! Reads what the things are called that a page of the trail speaks of.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{ArticleId, ClaimId, PersonId, SourceId};

use super::super::rows::{id, numbers};
use super::super::{Db, StoreError, people, scales};

/// Whose names are needed beside those of the desk's people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// These claims.
    pub claims: BTreeSet<ClaimId>,
    /// These sources.
    pub sources: BTreeSet<SourceId>,
    /// These articles.
    pub articles: BTreeSet<ArticleId>,
}

/// What things are called now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The desk's people.
    pub people: BTreeMap<PersonId, String>,
    /// Its scales, by key.
    pub scales: BTreeMap<String, String>,
    /// The wordings of claims.
    pub claims: BTreeMap<ClaimId, String>,
    /// The titles of sources.
    pub sources: BTreeMap<SourceId, String>,
    /// The titles of articles.
    pub articles: BTreeMap<ArticleId, String>,
}

/// Reads names, in one query for each kind of thing.
pub fn named(db: &Db<'_>, wanted: &Wanted) -> Result<Named, StoreError> {
    let scales = scales::list(db)?.into_iter();
    let scales = scales.map(|scale| {
        (
            scale.sheet.key().to_string(),
            scale.sheet.name().to_string(),
        )
    });
    Ok(Named {
        people: people::names(db)?,
        scales: scales.collect(),
        claims: called(
            db,
            "SELECT id, statement AS name FROM claim
             WHERE id IN (SELECT value FROM json_each(?1))",
            wanted.claims.iter().map(|claim| claim.get()),
        )?,
        sources: called(
            db,
            "SELECT id, sheet ->> 'title' AS name FROM source
             WHERE id IN (SELECT value FROM json_each(?1))",
            wanted.sources.iter().map(|source| source.get()),
        )?,
        articles: called(
            db,
            "SELECT id, sheet ->> 'title' AS name FROM article
             WHERE id IN (SELECT value FROM json_each(?1))",
            wanted.articles.iter().map(|article| article.get()),
        )?,
    })
}

fn called<Id>(
    db: &Db<'_>,
    sql: &str,
    wanted: impl ExactSizeIterator<Item = i64>,
) -> Result<BTreeMap<Id, String>, StoreError>
where
    Id: TryFrom<i64> + Ord,
    Id::Error: std::error::Error + Send + Sync + 'static,
{
    if wanted.len() == 0 {
        return Ok(BTreeMap::new());
    }
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([numbers(wanted)], |row| {
        let name: Option<String> = row.get("name")?;
        Ok((id(row, "id")?, name.unwrap_or_default()))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}
