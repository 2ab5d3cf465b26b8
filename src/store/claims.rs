//! Reads claims.

use rusqlite::{OptionalExtension, Row, named_params};

use crate::domain::claim::{Appearance, ClaimState, Claimant, Reopening};
use crate::domain::ids::{
    ArticleId, ClaimId, EntryIndex, PersonId, PublicationId, SourceId, VerdictId,
};
use crate::domain::plan::{Plan, Priority};
use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;

use super::articles::Placed;
use super::rows::{id, id_option, json, json_option, moment, moment_option, next_id};
use super::{Db, StoreError};

/// A claim as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its number.
    pub id: ClaimId,
    /// Its wording as it stands.
    pub statement: String,
    /// The version of that wording.
    pub wording: u32,
    /// Who made it.
    pub claimant: Option<Claimant>,
    /// Where it was made.
    pub appearance: Appearance,
    /// Where it stands.
    pub state: ClaimState,
    /// The publication that is live, whatever the state.
    pub published: Option<PublicationId>,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// Whether the last verdict's words changed since.
    pub stale: bool,
    /// Whether a correction was ever published.
    pub corrected: bool,
    /// Why it was reopened last.
    pub reopening: Option<Reopening>,
    /// The last entry that changed what is judged.
    pub rev: EntryIndex,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Where its passage stands in a newer revision of its article.
    pub placed: Option<Placed>,
    /// Whether the draft says something else now than when it was marked.
    pub drifted: bool,
    /// How urgent it is and by when it is wanted.
    pub plan: Plan,
    /// How many questions in its thread are open.
    pub questions: u32,
    /// How many citations are in use.
    pub cited: u32,
    /// How many colleagues dissent from its last verdict.
    pub dissents: u32,
}

impl Claim {
    /// Where its words stand in a revision of its article, if they do.
    pub fn span_in(&self, revision: u32) -> Option<CharSpan> {
        if let Some(placed) = self.placed.as_ref().filter(|at| at.revision == revision) {
            return placed.result.span();
        }
        let marked = self.appearance.passage.as_ref()?;
        (marked.revision == revision).then_some(marked.passage.span)
    }
}

/// Which claims a list shows; an empty filter shows all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in this state, as [`ClaimState::as_str`] writes it.
    pub state: Option<String>,
    /// Only those of this person.
    pub assignee: Option<PersonId>,
    /// Only those of nobody.
    pub unassigned: bool,
    /// Only stale ones.
    pub stale: bool,
    /// Only those of this article.
    pub article: Option<ArticleId>,
    /// Only those whose standing verdict has this rating, by its key.
    pub rating: Option<String>,
    /// Only those that cite this source now.
    pub source: Option<SourceId>,
    /// Only those opened at this moment or later.
    pub since: Option<Timestamp>,
    /// Only those opened before this moment.
    pub until: Option<Timestamp>,
    /// Only those of articles in this language, as BCP 47 names it.
    pub language: Option<String>,
}

pub(super) const COLUMNS: &str =
    "id, statement, wording, claimant, appearance, state, verdict, published,
    assignee, stale, corrected, reopening, rev, opened_at, placed, drifted, priority, due_at,
    questions, cited, dissents";

/// Finds a claim.
pub fn find(db: &Db<'_>, claim: ClaimId) -> Result<Option<Claim>, StoreError> {
    let sql = select(COLUMNS, "FROM claim WHERE id = ?1");
    let found = db
        .conn
        .prepare_cached(&sql)?
        .query_row([claim.get()], row)
        .optional()?;
    Ok(found)
}

/// Finds a claim that must be there.
pub fn get(db: &Db<'_>, claim: ClaimId) -> Result<Claim, StoreError> {
    find(db, claim)?.ok_or(StoreError::Missing {
        what: "claim",
        id: claim.get(),
    })
}

/// Lists claims by their numbers, in their order.
pub fn list_named(db: &Db<'_>, wanted: &[ClaimId]) -> Result<Vec<Claim>, StoreError> {
    let sql = select(
        COLUMNS,
        "FROM claim WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id",
    );
    let wanted =
        serde_json::to_string(wanted).map_err(|error| StoreError::corrupt("numbers", error))?;
    let mut statement = db.conn.prepare_cached(&sql)?;
    let rows = statement.query_map([wanted], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The state that a claim is in: the entry that changed last what is judged,
/// and the newest one about the claim or a source that it ever cited, which
/// may show in what is said of the claim.
pub fn state_of(
    db: &Db<'_>,
    claim: ClaimId,
) -> Result<Option<(EntryIndex, EntryIndex)>, StoreError> {
    let sql = "SELECT rev, max(
                 coalesce((SELECT max(entry) FROM trail WHERE trail.claim = claim.id), 0),
                 coalesce((SELECT max(newest) FROM (
                   SELECT (SELECT max(entry) FROM trail WHERE trail.source = cited.source) AS newest
                   FROM (SELECT DISTINCT source FROM citation WHERE citation.claim = claim.id)
                     AS cited)), 0)
               ) AS newest FROM claim WHERE id = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let entry = |row: &Row<'_>, column: &str| {
        Ok::<_, rusqlite::Error>(EntryIndex::new(row.get::<_, i64>(column)? as u64))
    };
    let found = select.query_row([claim.get()], |row| {
        Ok((entry(row, "rev")?, entry(row, "newest")?))
    });
    Ok(found.optional()?)
}

/// Lists claims, newest first, that come before `before`.
pub fn list(
    db: &Db<'_>,
    filter: &Filter,
    before: Option<ClaimId>,
    limit: usize,
) -> Result<Vec<Claim>, StoreError> {
    let sql = filtered(filter);
    let mut statement = db.conn.prepare_cached(&sql)?;
    // Conditions that a filter does not name are not in the statement, so that
    // SQLite can choose the index that fits; their values are bound to NULL.
    let rows = statement.query_map(
        named_params! {
            ":state": filter.state,
            ":assignee": filter.assignee.map(|person| person.get()),
            ":article": filter.article.map(|article| article.get()),
            ":rating": filter.rating,
            ":source": filter.source.map(|source| source.get()),
            ":since": filter.since.map(|since| since.as_millis()),
            ":until": filter.until.map(|until| until.as_millis()),
            ":language": filter.language,
            ":before": before.map_or(i64::MAX, |claim| claim.get()),
            ":limit": limit as i64,
        },
        row,
    )?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists the claims with numbers in a range, the first opened first, with how
/// many citations of each are in use.
pub fn numbers(
    db: &Db<'_>,
    range: std::ops::Range<i64>,
) -> Result<Vec<(ClaimId, u32)>, StoreError> {
    let sql = "SELECT id, cited FROM claim WHERE id >= ?1 AND id < ?2 ORDER BY id";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([range.start, range.end], |row| {
        Ok((id(row, "id")?, row.get("cited")?))
    })?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Lists some claims by their numbers, the first opened first.
pub fn list_of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<Claim>, StoreError> {
    let sql = select(
        COLUMNS,
        "FROM claim WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id",
    );
    let mut statement = db.conn.prepare_cached(&sql)?;
    let wanted = super::rows::numbers(claims.iter().map(|claim| claim.get()));
    let rows = statement.query_map([wanted], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

const RATED: &str = " AND EXISTS (SELECT 1 FROM verdict
    WHERE verdict.id = claim.verdict AND verdict.rating = :rating)";
const CITING: &str = " AND EXISTS (SELECT 1 FROM citation
    WHERE citation.claim = claim.id AND citation.source = :source AND removed = 0)";
const WRITTEN_IN: &str = " AND EXISTS (SELECT 1 FROM article
    WHERE article.id = claim.article AND article.sheet ->> 'language' = :language COLLATE NOCASE)";

fn filtered(filter: &Filter) -> String {
    let mut sql = select(
        COLUMNS,
        "FROM claim WHERE id < :before AND (:state IS NULL OR 1) AND (:assignee IS NULL OR 1)
         AND (:article IS NULL OR 1) AND (:rating IS NULL OR 1) AND (:source IS NULL OR 1)
         AND (:since IS NULL OR 1) AND (:until IS NULL OR 1) AND (:language IS NULL OR 1)",
    );
    let conditions = [
        (filter.state.is_some(), " AND state = :state"),
        (filter.assignee.is_some(), " AND assignee = :assignee"),
        (filter.unassigned, " AND assignee IS NULL"),
        (filter.stale, " AND stale = 1"),
        (filter.article.is_some(), " AND article = :article"),
        (filter.rating.is_some(), RATED),
        (filter.source.is_some(), CITING),
        (filter.since.is_some(), " AND opened_at >= :since"),
        (filter.until.is_some(), " AND opened_at < :until"),
        (filter.language.is_some(), WRITTEN_IN),
    ];
    for (wanted, condition) in conditions {
        if wanted {
            sql.push_str(condition);
        }
    }
    sql.push_str(" ORDER BY id DESC LIMIT :limit");
    sql
}

fn select(columns: &str, rest: &str) -> String {
    format!("SELECT {columns} {rest}")
}

/// Finds the claims before and after one by their numbers, among those of an
/// article where one is named.
pub fn beside(
    db: &Db<'_>,
    claim: ClaimId,
    article: Option<ArticleId>,
) -> Result<(Option<ClaimId>, Option<ClaimId>), StoreError> {
    let of = match article {
        Some(_) => "article = ?2",
        None => "?2 IS NULL",
    };
    let sql = format!(
        "SELECT (SELECT max(id) FROM claim WHERE id < ?1 AND {of}) AS before,
                (SELECT min(id) FROM claim WHERE id > ?1 AND {of}) AS after"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let article = article.map(ArticleId::get);
    let found = select.query_row((claim.get(), article), |row| {
        Ok((id_option(row, "before")?, id_option(row, "after")?))
    })?;
    Ok(found)
}

/// Counts claims by state.
pub fn tally(db: &Db<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    let mut select = db
        .conn
        .prepare_cached("SELECT state, n FROM claim_tally WHERE n > 0 ORDER BY state")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Counts stale claims.
pub fn count_stale(db: &Db<'_>) -> Result<u64, StoreError> {
    let n: i64 = db
        .conn
        .prepare_cached("SELECT count(*) FROM claim WHERE stale = 1")?
        .query_row([], |row| row.get(0))?;
    Ok(n as u64)
}

/// The number that the next claim gets.
pub fn next(db: &Db<'_>) -> Result<ClaimId, StoreError> {
    next_id(db, "SELECT coalesce(max(id), 0) FROM claim")
}

/// Reads a claim from the columns that [`COLUMNS`] names.
pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<Claim> {
    Ok(Claim {
        id: id(row, "id")?,
        statement: row.get("statement")?,
        wording: row.get("wording")?,
        claimant: json_option(row, "claimant")?,
        appearance: json(row, "appearance")?,
        state: state(row)?,
        published: id_option(row, "published")?,
        assignee: id_option(row, "assignee")?,
        stale: row.get("stale")?,
        corrected: row.get("corrected")?,
        reopening: json_option(row, "reopening")?,
        rev: EntryIndex::new(row.get::<_, i64>("rev")? as u64),
        opened_at: moment(row, "opened_at")?,
        placed: json_option(row, "placed")?,
        drifted: row.get("drifted")?,
        plan: plan(row)?,
        questions: row.get("questions")?,
        cited: row.get("cited")?,
        dissents: row.get("dissents")?,
    })
}

fn plan(row: &Row<'_>) -> rusqlite::Result<Plan> {
    let rank: u8 = row.get("priority")?;
    let known = Priority::ALL.iter().find(|known| known.rank() == rank);
    let priority = *known.ok_or_else(|| {
        let error = StoreError::corrupt("priority of a claim", rank);
        rusqlite::Error::UserFunctionError(Box::new(error))
    })?;
    let due = moment_option(row, "due_at")?;
    Ok(Plan { priority, due })
}

fn state(row: &Row<'_>) -> rusqlite::Result<ClaimState> {
    let name: String = row.get("state")?;
    let verdict: Option<VerdictId> = id_option(row, "verdict")?;
    let publication: Option<PublicationId> = id_option(row, "published")?;
    let state = match (name.as_str(), verdict, publication) {
        ("open", ..) => ClaimState::Open,
        ("in_review", ..) => ClaimState::InReview,
        ("decided", Some(verdict), _) => ClaimState::Decided { verdict },
        ("approved", Some(verdict), _) => ClaimState::Approved { verdict },
        ("published", Some(verdict), Some(publication)) => ClaimState::Published {
            verdict,
            publication,
        },
        ("withdrawn", ..) => ClaimState::Withdrawn,
        _ => {
            let error = StoreError::corrupt("state of a claim", name);
            return Err(rusqlite::Error::UserFunctionError(Box::new(error)));
        }
    };
    Ok(state)
}
