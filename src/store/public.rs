//! Reads what strangers may see, and finds words in nothing else.
//!
//! What is public of a claim is its newest publication: the wording that was
//! judged, the verdict, the rating. A wording or a claimant that was changed
//! since is not public before the next publication, so nothing here shows or
//! finds it.

use rusqlite::types::ToSql;
use rusqlite::{OptionalExtension, Row, named_params};

use crate::domain::article::ArticleSheet;
use crate::domain::claim::Claimant;
use crate::domain::event::Event;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PublicationId};
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::verdict::Verdict;
use crate::domain::words::Title;

use super::rows::{id, json, json_option, moment};
use super::{Db, StoreError, log, search};

/// How many words of a query are looked for.
const WORDS: usize = 8;
/// How many claimants a list can be narrowed to.
const CLAIMANTS: usize = 300;
/// How many months a list can be narrowed to.
const MONTHS: usize = 240;

/// Which published verdicts a list shows; an empty filter shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in which every one of these words occurs.
    pub words: Option<String>,
    /// Only those with this rating, by its key.
    pub rating: Option<String>,
    /// Only those of this year or month.
    pub when: Option<PartialDate>,
    /// Only those of what this person or body said.
    pub claimant: Option<String>,
    /// Only those published from this moment on.
    pub since: Option<Timestamp>,
    /// Only those that the desk stands by.
    pub standing: bool,
    /// Only those of articles in this language, as BCP 47 names it.
    pub language: Option<String>,
}

/// A published verdict as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The publication.
    pub id: PublicationId,
    /// The claim.
    pub claim: ClaimId,
    /// The verdict, with the wording that was judged.
    pub verdict: Verdict,
    /// Who made the claim.
    pub claimant: Option<Claimant>,
    /// When it was published.
    pub at: Timestamp,
    /// Whether the desk took it back.
    pub retracted: bool,
    /// Whether its words changed since.
    pub stale: bool,
    /// Whether a correction was ever published.
    pub corrected: bool,
}

/// What a list of published verdicts can be narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Ratings in use: key and label.
    pub ratings: Vec<(String, String)>,
    /// Months in which something was published, newest first: `2022-03`.
    pub months: Vec<String>,
    /// Who made the claims.
    pub claimants: Vec<String>,
}

/// The newest publication of every claim. Who made the claim is known of the
/// wording that stands; it is left out where that is not the published one.
const NEWEST: &str = "FROM publication AS p
    JOIN verdict AS v ON v.id = p.verdict
    JOIN claim AS c ON c.id = p.claim
    WHERE NOT EXISTS (
      SELECT 1 FROM publication AS later WHERE later.claim = p.claim AND later.id > p.id)";
const SAME_WORDING: &str = "v.verdict ->> 'wording' = c.wording";
const WRITTEN_IN: &str = " AND EXISTS (SELECT 1 FROM article
    WHERE article.id = c.article AND article.sheet ->> 'language' = :language COLLATE NOCASE)";
const MONTH: &str = "strftime('%Y-%m', p.at / 1000, 'unixepoch')";

/// Lists published verdicts, newest first, that come before `before`.
pub fn list(
    db: &Db<'_>,
    filter: &Filter,
    before: Option<PublicationId>,
    limit: usize,
) -> Result<Vec<Shown>, StoreError> {
    let words = search::words(filter.words.as_deref().unwrap_or_default());
    let words: Vec<String> = words.take(WORDS).map(str::to_lowercase).collect();
    if filter.words.is_some() && words.is_empty() {
        return Ok(Vec::new());
    }
    let sql = filtered(filter, words.len());
    let before = before.map_or(i64::MAX, |publication| publication.get());
    let when = filter.when.as_ref().map(PartialDate::as_str);
    let since = filter.since.map(Timestamp::as_millis);
    let limit = limit as i64;
    let named: Vec<String> = (0..words.len()).map(|at| format!(":w{at}")).collect();
    let begun: Vec<String> = (0..words.len()).map(|at| format!(":m{at}")).collect();
    let matching: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
    let mut values: Vec<(&str, &dyn ToSql)> = vec![(":before", &before), (":limit", &limit)];
    let optional: [(&str, &dyn ToSql, bool); 5] = [
        (":since", &since, since.is_some()),
        (":language", &filter.language, filter.language.is_some()),
        (":rating", &filter.rating, filter.rating.is_some()),
        (":when", &when, when.is_some()),
        (":claimant", &filter.claimant, filter.claimant.is_some()),
    ];
    values.extend(optional.iter().filter(|o| o.2).map(|o| (o.0, o.1)));
    for at in 0..words.len() {
        values.push((&named[at], &words[at]));
        values.push((&begun[at], &matching[at]));
    }
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map(values.as_slice(), shown)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The statement with the conditions that a filter names.
fn filtered(filter: &Filter, words: usize) -> String {
    let mut sql = format!(
        "SELECT p.id, p.claim, p.at, p.retracted, v.verdict, c.stale, c.corrected,
           CASE WHEN {SAME_WORDING} THEN c.claimant END AS claimant {NEWEST} AND p.id < :before"
    );
    let conditions = [
        (filter.standing, " AND p.retracted = 0".to_owned()),
        (filter.since.is_some(), " AND p.at >= :since".to_owned()),
        (
            filter.rating.is_some(),
            " AND v.rating = :rating".to_owned(),
        ),
        (
            filter.when.is_some(),
            format!(" AND substr({MONTH}, 1, length(:when)) = :when"),
        ),
        (
            filter.claimant.is_some(),
            format!(" AND {SAME_WORDING} AND c.claimant ->> 'name' = :claimant"),
        ),
        (filter.since.is_some(), " AND p.at >= :since".to_owned()),
        (filter.language.is_some(), WRITTEN_IN.to_owned()),
    ];
    for (_, condition) in conditions.iter().filter(|(wanted, _)| *wanted) {
        sql.push_str(condition);
    }
    for at in 0..words {
        sql.push_str(&word(at));
    }
    sql.push_str(" ORDER BY p.id DESC LIMIT :limit");
    sql
}

/// One word must begin a word of the published wording, the claimant, the
/// rationale or the rating. The index of claims holds the wording that stands:
/// where it is another than the published one, the published one is read.
fn word(at: usize) -> String {
    format!(
        " AND (v.id IN (SELECT rowid FROM verdict_search WHERE verdict_search MATCH :m{at})
          OR ({SAME_WORDING} AND c.id IN (
            SELECT rowid FROM claim_search WHERE claim_search MATCH :m{at}))
          OR (NOT {SAME_WORDING} AND instr(lower(v.verdict ->> 'statement'), :w{at}) > 0))"
    )
}

/// The newest publication.
pub fn newest(db: &Db<'_>) -> Result<Option<PublicationId>, StoreError> {
    let sql = "SELECT id FROM publication ORDER BY id DESC LIMIT 1";
    let mut select = db.conn.prepare_cached(sql)?;
    let newest = select.query_row([], |row| id(row, "id")).optional()?;
    Ok(newest)
}

/// What a list of published verdicts can be narrowed to, by those published
/// after one, or by all.
pub fn choices(db: &Db<'_>, after: Option<PublicationId>) -> Result<Choices, StoreError> {
    let after = after.map_or(0, PublicationId::get);
    // Whatever was published once: a choice that finds nothing now is no harm,
    // and these are asked for with every page.
    let ratings = "SELECT used.rating, verdict ->> '$.rating.label' AS label FROM (
           SELECT v.rating, max(v.id) AS newest FROM publication AS p
           JOIN verdict AS v ON v.id = p.verdict WHERE p.id > ?1 GROUP BY v.rating
         ) AS used JOIN verdict ON id = newest ORDER BY label LIMIT 200";
    let mut select = db.conn.prepare_cached(ratings)?;
    let rows = select.query_map([after], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let ratings = rows.collect::<Result<_, _>>()?;
    let months = format!(
        "SELECT DISTINCT {MONTH} AS month FROM publication AS p WHERE p.id > ?1
         ORDER BY month DESC LIMIT ?2"
    );
    let claimants = format!(
        "SELECT DISTINCT c.claimant ->> 'name' AS name {NEWEST} AND p.id > ?1
         AND {SAME_WORDING} AND c.claimant IS NOT NULL ORDER BY name COLLATE NOCASE LIMIT ?2"
    );
    Ok(Choices {
        ratings,
        months: column(db, &months, (after, MONTHS))?,
        claimants: column(db, &claimants, (after, CLAIMANTS))?,
    })
}

fn column(db: &Db<'_>, sql: &str, (after, limit): (i64, usize)) -> Result<Vec<String>, StoreError> {
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([after, limit as i64], |row| row.get(0))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

impl Choices {
    /// These together with those of what was published since.
    #[must_use]
    pub fn with(&self, newer: Self) -> Self {
        let mut all = self.clone();
        for (rating, label) in newer.ratings {
            all.ratings.retain(|(known, _)| *known != rating);
            all.ratings.push((rating, label));
        }
        all.ratings.sort_by(|a, b| a.1.cmp(&b.1));
        all.months.extend(newer.months);
        all.months.sort_unstable_by(|a, b| b.cmp(a));
        all.months.dedup();
        all.months.truncate(MONTHS);
        // As the database puts them in order: the case of A to Z does not count.
        all.claimants.extend(newer.claimants);
        all.claimants
            .sort_by_cached_key(|name| (name.to_ascii_lowercase(), name.clone()));
        all.claimants.dedup();
        all.claimants.truncate(CLAIMANTS);
        all
    }
}

/// Finds what is public of a claim.
pub fn find(db: &Db<'_>, claim: ClaimId) -> Result<Option<Shown>, StoreError> {
    let sql = format!(
        "SELECT p.id, p.claim, p.at, p.retracted, v.verdict, c.stale, c.corrected, c.claimant
         {NEWEST} AND p.claim = ?1"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let found = select.query_row([claim.get()], shown).optional()?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.claimant = claimant(db, claim, found.verdict.wording)?;
    Ok(Some(found))
}

/// Lists what is public of the claims with numbers in a range, the first
/// opened first.
pub fn list_of(db: &Db<'_>, range: std::ops::Range<i64>) -> Result<Vec<Shown>, StoreError> {
    let sql = format!(
        "SELECT p.id, p.claim, p.at, p.retracted, v.verdict, c.stale, c.corrected, c.claimant,
           {SAME_WORDING} AS same
         {NEWEST} AND p.claim >= ?1 AND p.claim < ?2 ORDER BY p.claim"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([range.start, range.end], |row| {
        Ok((shown(row)?, row.get::<_, bool>("same")?))
    })?;
    let mut list = Vec::new();
    for found in rows {
        let (mut found, is_same_wording) = found?;
        if !is_same_wording {
            found.claimant = claimant(db, found.claim, found.verdict.wording)?;
        }
        list.push(found);
    }
    Ok(list)
}

/// Who made a claim, as it was said together with one of its wordings.
fn claimant(db: &Db<'_>, claim: ClaimId, wording: u32) -> Result<Option<Claimant>, StoreError> {
    let sql = "SELECT entry FROM wording WHERE claim = :claim AND version = :version";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry: Option<i64> = select
        .query_row(
            named_params! { ":claim": claim.get(), ":version": wording },
            |row| row.get(0),
        )
        .optional()?;
    let Some(entry) = entry else {
        return Ok(None);
    };
    let found = log::find_record(db, EntryIndex::new(entry as u64))?;
    Ok(match found.map(|record| record.event) {
        Some(Event::ClaimOpened { claimant, .. } | Event::ClaimReworded { claimant, .. }) => {
            claimant
        }
        _ => None,
    })
}

/// The title of an article as it was when something was published: what it is
/// called since is nobody's business before the next publication.
pub fn title(
    db: &Db<'_>,
    article: ArticleId,
    published: EntryIndex,
) -> Result<Option<Title>, StoreError> {
    Ok(sheet(db, article, published)?.map(|sheet| sheet.title))
}

/// What was said about an article when something was published.
pub fn sheet(
    db: &Db<'_>,
    article: ArticleId,
    published: EntryIndex,
) -> Result<Option<ArticleSheet>, StoreError> {
    let sql = "SELECT max(entry) FROM revision WHERE article = ?1 AND entry < ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry: Option<i64> =
        select.query_row([article.get(), published.get() as i64], |row| row.get(0))?;
    let Some(entry) = entry else {
        return Ok(None);
    };
    let found = log::find_record(db, EntryIndex::new(entry as u64))?;
    Ok(match found.map(|record| record.event) {
        Some(Event::ArticleAdded { sheet, .. } | Event::ArticleRevised { sheet, .. }) => {
            Some(sheet)
        }
        _ => None,
    })
}

fn shown(row: &Row<'_>) -> rusqlite::Result<Shown> {
    Ok(Shown {
        id: id(row, "id")?,
        claim: id(row, "claim")?,
        verdict: json(row, "verdict")?,
        claimant: json_option(row, "claimant")?,
        at: moment(row, "at")?,
        retracted: row.get("retracted")?,
        stale: row.get("stale")?,
        corrected: row.get("corrected")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(ratings: &[&str], months: &[&str], claimants: &[&str]) -> Choices {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let rating = |label: &&str| (label.to_lowercase(), (*label).to_owned());
        Choices {
            ratings: ratings.iter().map(rating).collect(),
            months: words(months),
            claimants: words(claimants),
        }
    }

    #[test]
    fn newer_choices_stand_where_all_of_them_would() {
        let known = choices(&["False", "True"], &["2022-03"], &["ann", "The council"]);
        let newer = choices(
            &["Half true", "TRUE"],
            &["2022-04", "2022-03"],
            &["Bob", "ann"],
        );
        let all = choices(
            &["False", "Half true", "TRUE"],
            &["2022-04", "2022-03"],
            &["ann", "Bob", "The council"],
        );
        assert_eq!(known.with(newer), all);
    }
}
