//! Full-text search over claims, sources, texts and verdicts (SQLite FTS5).
//!
//! Ranking reads every row that matches, and words such as "the" match them
//! all. So only the newest [`RANKED`] matches are ranked, which bounds the cost
//! whatever is typed; who wants older ones adds a word.

mod similar;
mod typed;

pub(super) use self::typed::{expression, words};

use rusqlite::Row;
use rusqlite::types::Value;

use crate::domain::hash::ContentHash;
use crate::domain::ids::{ArticleId, SourceId};
use crate::domain::source::SourceKind;
use crate::domain::time::{PartialDate, Timestamp};

use super::rows::{bind, id_option, moment_option};
use super::{Db, StoreError};

pub use self::similar::{Similar, similar};

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelfmark {
    /// Wordings and claimants.
    Claims,
    /// Rationales and ratings.
    Verdicts,
    /// Titles, publishers and authors.
    Sources,
    /// The texts of snapshots.
    Texts,
}

/// What narrows a search down. What does not fit a place is not asked there;
/// [`Narrow::fits`] says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrow {
    /// Claims in this state.
    pub state: Option<String>,
    /// Claims whose standing verdict has this rating, and verdicts with it.
    pub rating: Option<String>,
    /// Claims of this article, and verdicts on them.
    pub article: Option<ArticleId>,
    /// Sources of this kind.
    pub kind: Option<SourceKind>,
    /// Texts of this source.
    pub source: Option<SourceId>,
    /// From this day on: claims opened, verdicts given, texts captured (UTC),
    /// sources published.
    pub from: Option<PartialDate>,
    /// Up to this day, itself included.
    pub to: Option<PartialDate>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The number of the claim, source, text or verdict.
    pub id: i64,
    /// Words around the hit; what matched stands between [`OPEN`] and [`CLOSE`].
    pub snippet: String,
    /// The number of what its page shows: a claim, a source or a snapshot.
    pub page: i64,
    /// The source's title, or the wording of the claim that was judged.
    pub title: Option<String>,
    /// The state of the claim.
    pub state: Option<String>,
    /// Whether the claim is stale, or the verdict stands no longer.
    pub stale: bool,
    /// A rating or a kind of source.
    pub label: Option<String>,
    /// A claimant, a publisher or a reviewer.
    pub who: Option<String>,
    /// When the claim was opened, the verdict given, the text captured.
    pub at: Option<Timestamp>,
    /// The source that a text belongs to.
    pub source: Option<SourceId>,
    /// The SHA-256 of a text.
    pub text: Option<ContentHash>,
}

/// A page of what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The best hits of this page.
    pub hits: Vec<Hit>,
    /// How many matches were ranked.
    pub ranked: usize,
}

impl Found {
    /// Whether there are older matches, which were not ranked.
    pub const fn is_cut(&self) -> bool {
        self.ranked == RANKED
    }
}

/// How many matches are ranked.
pub const RANKED: usize = 2_000;

/// Stands before words that matched: a character that no text holds.
pub const OPEN: char = '\u{E000}';
/// Stands after words that matched.
pub const CLOSE: char = '\u{E001}';

impl Narrow {
    /// Whether all that narrows the search can be asked of a place.
    pub const fn fits(&self, place: Shelfmark) -> bool {
        let claims = matches!(place, Shelfmark::Claims);
        let judged = matches!(place, Shelfmark::Claims | Shelfmark::Verdicts);
        (self.state.is_none() || claims)
            && ((self.rating.is_none() && self.article.is_none()) || judged)
            && (self.kind.is_none() || matches!(place, Shelfmark::Sources))
            && (self.source.is_none() || matches!(place, Shelfmark::Texts))
    }

    fn conditions(&self, place: &Place) -> Vec<&'static str> {
        let asked = [
            (self.state.is_some(), place.state),
            (self.rating.is_some(), place.rating),
            (self.article.is_some(), place.article),
            (self.kind.is_some(), place.kind),
            (self.source.is_some(), place.source),
            (self.from.is_some(), place.from),
            (self.to.is_some(), place.to),
        ];
        let asked = asked.into_iter().filter(|(is, sql)| *is && !sql.is_empty());
        asked.map(|(_, sql)| sql).collect()
    }

    fn values(&self) -> [(&'static str, Value); 9] {
        let text = |text: Option<&str>| Value::Text(text.unwrap_or_default().to_owned());
        let number = |number: Option<i64>| Value::Integer(number.unwrap_or_default());
        let (from, to) = (self.from.as_ref(), self.to.as_ref());
        [
            (":state", text(self.state.as_deref())),
            (":rating", text(self.rating.as_deref())),
            (":article", number(self.article.map(ArticleId::get))),
            (":kind", text(self.kind.map(SourceKind::as_str))),
            (":source", number(self.source.map(SourceId::get))),
            (":from_day", text(from.map(PartialDate::as_str))),
            (":to_day", text(to.map(PartialDate::as_str))),
            (":from", number(from.and_then(PartialDate::starts_at))),
            (":to", number(to.and_then(PartialDate::ends_at))),
        ]
    }
}

/// Finds up to `limit` hits after the first `skip`, best first. A query
/// without a word finds nothing.
pub fn find(
    db: &Db<'_>,
    place: Shelfmark,
    query: &str,
    narrow: &Narrow,
    (skip, limit): (usize, usize),
) -> Result<Found, StoreError> {
    let matching = match typed::expression(query) {
        Some(matching) if narrow.fits(place) => matching,
        _ => return Ok(Found::default()),
    };
    let place = Place::of(place);
    let mut values = vec![(":matching", Value::Text(matching))];
    values.extend(narrow.values());
    let ranked = ranked(db, &place, &asked(&place, narrow), &values)?;
    let page: Vec<i64> = ranked.iter().skip(skip).take(limit).copied().collect();
    Ok(Found {
        hits: shown(db, &place, values, &page)?,
        ranked: ranked.len(),
    })
}

/// The expression for the name of a claimant; nothing for no words.
pub(super) fn claimant(typed: &str) -> Option<String> {
    typed::expression(typed).map(|words| format!("claimant : ({words})"))
}

/// Where rows of an index come from, and what may be asked of them.
struct Place {
    table: &'static str,
    weights: &'static str,
    /// The tables that tell about a row.
    join: &'static str,
    /// What a hit shows.
    columns: &'static str,
    /// The column that snippets come from, the best one for -1,
    column: i64,
    /// and how many words of it they have.
    words: u8,
    state: &'static str,
    rating: &'static str,
    article: &'static str,
    kind: &'static str,
    source: &'static str,
    from: &'static str,
    to: &'static str,
    /// What leaves sealed sources out. An index of words cannot be veiled.
    sealed: &'static str,
}

impl Place {
    const NOWHERE: Self = Self {
        table: "",
        weights: "",
        join: "",
        columns: "",
        column: 0,
        words: 24,
        state: "",
        rating: "",
        article: "",
        kind: "",
        source: "",
        from: "",
        to: "",
        sealed: "",
    };

    const CLAIMS: Self = Self {
        table: "claim_search",
        weights: ", 4.0, 1.0",
        words: 60,
        join: "CROSS JOIN claim ON claim.id = s.rowid
               LEFT JOIN verdict ON verdict.id = claim.verdict",
        columns: "claim.id AS page, NULL AS title, claim.state AS state, claim.stale AS stale,
                  verdict.verdict ->> '$.rating.label' AS label, claim.claimant ->> 'name' AS who,
                  claim.opened_at AS at, NULL AS source, NULL AS hash",
        state: "claim.state = :state",
        rating: "verdict.rating = :rating",
        article: "claim.article = :article",
        from: "claim.opened_at >= :from",
        to: "claim.opened_at < :to",
        ..Self::NOWHERE
    };

    const VERDICTS: Self = Self {
        table: "verdict_search",
        weights: ", 2.0, 1.0",
        join: "CROSS JOIN verdict ON verdict.id = s.rowid
               CROSS JOIN claim ON claim.id = verdict.claim
               LEFT JOIN person ON person.id = verdict.person",
        columns: "claim.id AS page, claim.statement AS title, NULL AS state,
                  claim.verdict IS NOT verdict.id AS stale,
                  verdict.verdict ->> '$.rating.label' AS label, person.name AS who,
                  verdict.at AS at, NULL AS source, NULL AS hash",
        rating: "verdict.rating = :rating",
        article: "claim.article = :article",
        from: "verdict.at >= :from",
        to: "verdict.at < :to",
        ..Self::NOWHERE
    };

    const SOURCES: Self = Self {
        table: "source_search",
        weights: ", 4.0, 2.0, 2.0",
        join: "CROSS JOIN source ON source.id = s.rowid",
        columns: "source.id AS page, source.sheet ->> 'title' AS title, NULL AS state, 0 AS stale,
                  source.sheet ->> 'kind' AS label, source.sheet ->> 'publisher' AS who,
                  NULL AS at, NULL AS source, NULL AS hash",
        column: -1,
        kind: "source.sheet ->> 'kind' = :kind",
        // A year or a month fits where a day of it does.
        from: "source.sheet ->> 'published' >= substr(:from_day, 1, length(source.sheet ->> 'published'))",
        to: "source.sheet ->> 'published' <= :to_day",
        sealed: "s.rowid NOT IN (SELECT source FROM temp.hidden)",
        ..Self::NOWHERE
    };

    const TEXTS: Self = Self {
        table: "text_search",
        join: "CROSS JOIN text ON text.id = s.rowid
               CROSS JOIN snapshot ON snapshot.id = text.snapshot
               CROSS JOIN source ON source.id = snapshot.source",
        columns:
            "snapshot.id AS page, source.sheet ->> 'title' AS title, NULL AS state, 0 AS stale,
                  NULL AS label, source.sheet ->> 'publisher' AS who, snapshot.taken_at AS at,
                  source.id AS source, text.hash AS hash",
        source: "snapshot.source = :source",
        from: "snapshot.taken_at >= :from",
        to: "snapshot.taken_at < :to",
        sealed: "s.rowid NOT IN (SELECT id FROM temp.hidden_text)",
        ..Self::NOWHERE
    };

    const fn of(place: Shelfmark) -> Self {
        match place {
            Shelfmark::Claims => Self::CLAIMS,
            Shelfmark::Verdicts => Self::VERDICTS,
            Shelfmark::Sources => Self::SOURCES,
            Shelfmark::Texts => Self::TEXTS,
        }
    }
}

/// The rows of an index that are asked for.
fn asked(place: &Place, narrow: &Narrow) -> String {
    let mut conditions = narrow.conditions(place);
    let table = place.table;
    let join = if conditions.is_empty() {
        ""
    } else {
        place.join
    };
    conditions.extend(Some(place.sealed).filter(|sql| !sql.is_empty()));
    let mut sql = format!("{table} AS s {join} WHERE {table} MATCH :matching");
    for condition in conditions {
        sql.push_str(" AND ");
        sql.push_str(condition);
    }
    sql
}

/// The newest matches, the best first.
fn ranked(
    db: &Db<'_>,
    place: &Place,
    asked: &str,
    values: &[(&'static str, Value)],
) -> Result<Vec<i64>, StoreError> {
    let Place { table, weights, .. } = place;
    let sql = format!(
        "SELECT s.rowid, bm25({table}{weights}) FROM {asked} ORDER BY s.rowid DESC LIMIT {RANKED}"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    bind(&mut select, values)?;
    let mut rows = select.raw_query();
    let mut found: Vec<(f64, i64)> = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((row.get(1)?, row.get(0)?));
    }
    found.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)));
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// What is shown of a page of matches. Snippets are cut here, and so of these
/// alone: for one of a text its blob is read. The index is walked once, from
/// the lowest of them on; to ask it for each would begin each time anew.
fn shown(
    db: &Db<'_>,
    place: &Place,
    mut values: Vec<(&'static str, Value)>,
    page: &[i64],
) -> Result<Vec<Hit>, StoreError> {
    let (Some(lowest), Some(highest)) = (page.iter().min(), page.iter().max()) else {
        return Ok(Vec::new());
    };
    let ids = serde_json::to_string(page).map_err(|error| StoreError::corrupt("search", error))?;
    values.push((":lowest", Value::Integer(*lowest)));
    values.push((":highest", Value::Integer(*highest)));
    values.push((":page", Value::Text(ids)));
    let Place {
        table,
        column,
        words,
        join,
        columns,
        ..
    } = place;
    let sql = format!(
        "SELECT s.rowid AS id, snippet({table}, {column}, char(57344), char(57345), '…', {words}) AS snippet,
                {columns}
         FROM {table} AS s {join}
         WHERE {table} MATCH :matching AND s.rowid BETWEEN :lowest AND :highest
           AND +s.rowid IN (SELECT value FROM json_each(:page))"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    bind(&mut select, &values)?;
    let mut rows = select.raw_query();
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        hits.push(hit(row)?);
    }
    hits.sort_by_key(|hit| page.iter().position(|id| *id == hit.id));
    Ok(hits)
}

fn hit(row: &Row<'_>) -> rusqlite::Result<Hit> {
    Ok(Hit {
        id: row.get("id")?,
        snippet: row.get("snippet")?,
        page: row.get("page")?,
        title: row.get("title")?,
        state: row.get("state")?,
        stale: row.get("stale")?,
        label: row.get("label")?,
        who: row.get("who")?,
        at: moment_option(row, "at")?,
        source: id_option(row, "source")?,
        text: row
            .get::<_, Option<String>>("hash")?
            .and_then(|hash| hash.parse().ok()),
    })
}
