//! Reads the trail with what its entries say: of the whole desk, or narrowed to
//! somebody, something, a part of the work or a span of time. Every way to
//! narrow it has an index of its own, so that a page costs the same however
//! long the log is.

use rusqlite::Row;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use crate::domain::choice::choice;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SourceId};
use crate::domain::time::Timestamp;

use super::super::rows::bind;
use super::super::{Db, StoreError};
use super::Step;

choice! {
    /// A part of the desk's work.
    Part {
        /// Articles, claims and citations.
        Claims = "claims" / "claims and articles",
        /// Sources and their snapshots.
        Sources = "sources" / "sources",
        /// Verdicts and what colleagues said of them.
        Verdicts = "verdicts" / "verdicts",
        /// What was published and corrected.
        Publications = "publications" / "publications",
        /// Who works here, and as what.
        People = "people" / "people",
        /// The desk, its rules, its keys and its log.
        Desk = "desk" / "the desk",
    }
}

/// Whose acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Those of the desk itself: its schedule, its set-up, its operator.
    Desk,
    /// Somebody's.
    Person(PersonId),
}

/// Which entries are wanted; an empty filter wants all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only what one hand did.
    pub by: Option<Hand>,
    /// Only what is about a claim.
    pub claim: Option<ClaimId>,
    /// Only what is about a source.
    pub source: Option<SourceId>,
    /// Only what is about an article or a claim that was made in it.
    pub article: Option<ArticleId>,
    /// Only a part of the work.
    pub part: Option<Part>,
    /// Only what was done at this moment or later.
    pub from: Option<Timestamp>,
    /// Only what was done before this moment.
    pub to: Option<Timestamp>,
}

/// From where on a list goes, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The newest first, of those before an entry or of all.
    Before(Option<EntryIndex>),
    /// The oldest first, of those after an entry or of all.
    After(Option<EntryIndex>),
}

/// An entry with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The entry.
    pub entry: EntryIndex,
    /// Its public line.
    pub leaf: String,
    /// Its body, canonical JSON; none after an erasure, and none where it is
    /// about a sealed source that the reader may not see.
    pub body: Option<String>,
    /// What it says, or what an erasure left of it; none where it is sealed.
    pub said: Option<String>,
    /// The entry that says that its body was erased.
    pub erased: Option<EntryIndex>,
    /// Whether anything is sealed at the desk, which may be why it is not read.
    pub seals: bool,
    /// What it is about; none where nothing is known of it any more.
    pub step: Option<Step>,
    /// The size of the oldest checkpoint that covers it.
    pub covered: Option<u64>,
}

/// How far a clock may have been set back without an entry being missed that
/// was made meanwhile, in milliseconds: a day.
const SLACK: i64 = 86_400_000;

/// What is read of each entry.
const COLUMNS: &str = "entry.idx AS entry, entry.leaf, entry.body,
      (SELECT body FROM said WHERE said.idx = entry.idx) AS said,
      (SELECT erased FROM hole WHERE hole.entry = entry.idx) AS erased,
      EXISTS (SELECT 1 FROM seal) AS seals,
      trail.at, trail.person, trail.role, trail.kind, trail.claim, trail.source, trail.article,
      (SELECT size FROM checkpoint WHERE size > entry.idx ORDER BY size LIMIT 1) AS covered";

/// Lists entries with what they say. Holes are listed where nothing but time
/// narrows the list: of a hole it is not known what it was about.
pub fn list(
    db: &Db<'_>,
    filter: &Filter,
    place: Place,
    limit: usize,
) -> Result<Vec<Told>, StoreError> {
    let (mut low, mut high) = span(db, filter)?;
    match place {
        Place::Before(Some(entry)) => high = high.min(number(entry).saturating_sub(1)),
        Place::After(Some(entry)) => low = low.max(number(entry).saturating_add(1)),
        Place::Before(None) | Place::After(None) => {}
    }
    let mut select = db.conn.prepare_cached(&statement(filter, place))?;
    let number = |id: Option<i64>| id.map_or(Value::Null, Value::Integer);
    let person = match filter.by {
        Some(Hand::Person(person)) => Some(person.get()),
        _ => None,
    };
    let part = filter.part.map(|part| part.as_str().to_owned());
    let values = [
        (":low", Value::Integer(low)),
        (":high", Value::Integer(high)),
        (":limit", Value::Integer(limit as i64)),
        (":person", number(person)),
        (":claim", number(filter.claim.map(ClaimId::get))),
        (":source", number(filter.source.map(SourceId::get))),
        (":article", number(filter.article.map(ArticleId::get))),
        (":part", part.map_or(Value::Null, Value::Text)),
        (":from", number(filter.from.map(Timestamp::as_millis))),
        (":to", number(filter.to.map(Timestamp::as_millis))),
    ];
    bind(&mut select, &values)?;
    let rows = select.raw_query().mapped(told);
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds one entry with what it says.
pub fn find(db: &Db<'_>, entry: EntryIndex) -> Result<Option<Told>, StoreError> {
    let before = EntryIndex::new(entry.get().saturating_add(1));
    let place = Place::Before(Some(before));
    let found = list(db, &Filter::default(), place, 1)?.into_iter().next();
    Ok(found.filter(|told| told.entry == entry))
}

/// The statement for a filter: by the index that leaves the fewest entries.
fn statement(filter: &Filter, place: Place) -> String {
    let (from, mut conditions) = chosen(filter);
    let more = [
        (
            filter.from.is_some(),
            "(trail.at IS NULL OR trail.at >= :from)",
        ),
        (filter.to.is_some(), "(trail.at IS NULL OR trail.at < :to)"),
    ];
    conditions.extend(more.iter().filter(|(wanted, _)| *wanted).map(|more| more.1));
    let order = match place {
        Place::Before(_) => "DESC",
        Place::After(_) => "ASC",
    };
    let conditions = conditions.join(" AND ");
    let column = if from.starts_with("entry") {
        "entry.idx"
    } else {
        "trail.entry"
    };
    format!(
        "SELECT {COLUMNS} FROM {from} WHERE {column} BETWEEN :low AND :high {}{conditions}
         ORDER BY {column} {order} LIMIT :limit",
        if conditions.is_empty() { "" } else { "AND " },
    )
}

const BY_CLAIM: &str = "trail.claim = :claim";
const BY_SOURCE: &str = "trail.source = :source";
const BY_PERSON: &str = "trail.person = :person";
const BY_NOBODY: &str = "trail.person IS NULL";
const BY_PART: &str = "trail.part = :part";
const BY_ARTICLE: &str = "trail.entry IN (
      SELECT own.entry FROM trail AS own INDEXED BY trail_by_article WHERE own.article = :article
      UNION ALL
      SELECT made.entry FROM claim CROSS JOIN trail AS made INDEXED BY trail_by_claim
        ON made.claim = claim.id WHERE claim.article = :article)";

/// Where to read, and the conditions that a filter names. SQLite is told which
/// index to take: it cannot know that a claim has fewer entries than a person.
fn chosen(filter: &Filter) -> (String, Vec<&'static str>) {
    let by = filter.by.map(|hand| match hand {
        Hand::Desk => BY_NOBODY,
        Hand::Person(_) => BY_PERSON,
    });
    let named = [
        filter.claim.map(|_| BY_CLAIM),
        filter.source.map(|_| BY_SOURCE),
        filter.article.map(|_| BY_ARTICLE),
        by,
        filter.part.map(|_| BY_PART),
    ];
    let conditions: Vec<&'static str> = named.into_iter().flatten().collect();
    let index = match (filter, by, filter.part) {
        (Filter { claim: Some(_), .. }, ..) => "INDEXED BY trail_by_claim",
        (
            Filter {
                source: Some(_), ..
            },
            ..,
        ) => "INDEXED BY trail_by_source",
        // By the numbers of its entries.
        (
            Filter {
                article: Some(_), ..
            },
            ..,
        ) => "NOT INDEXED",
        (_, Some(BY_PERSON), Some(_)) => "INDEXED BY trail_by_person_and_part",
        (_, Some(BY_PERSON), None) => "INDEXED BY trail_by_person",
        (_, Some(_), Some(_)) => "INDEXED BY trail_by_nobody_and_part",
        (_, Some(_), None) => "INDEXED BY trail_by_nobody",
        (_, None, Some(_)) => "INDEXED BY trail_by_part",
        (_, None, None) => {
            let all = "entry LEFT JOIN trail ON trail.entry = entry.idx";
            return (all.to_owned(), conditions);
        }
    };
    let from = format!("trail {index} CROSS JOIN entry ON entry.idx = trail.entry");
    (from, conditions)
}

/// The first and the last entry that a span of time can hold.
fn span(db: &Db<'_>, filter: &Filter) -> Result<(i64, i64), StoreError> {
    let entry = |sql: &str, millis: i64| -> Result<Option<i64>, StoreError> {
        let mut select = db.conn.prepare_cached(sql)?;
        let mut rows = select.query([millis])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    };
    let low = match filter.from {
        None => 0,
        Some(from) => entry(FIRST, from.as_millis().saturating_sub(SLACK))?.unwrap_or(i64::MAX),
    };
    let high = match filter.to {
        None => i64::MAX,
        Some(to) => entry(LAST, to.as_millis().saturating_add(SLACK))?.unwrap_or(-1),
    };
    Ok((low, high))
}

const FIRST: &str = "SELECT entry FROM trail WHERE at >= ?1 ORDER BY at, entry LIMIT 1";
const LAST: &str = "SELECT entry FROM trail WHERE at < ?1 ORDER BY at DESC, entry DESC LIMIT 1";

/// A place as SQLite counts; one beyond that has nothing after it.
fn number(entry: EntryIndex) -> i64 {
    i64::try_from(entry.get()).unwrap_or(i64::MAX)
}

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    let kind: Option<String> = row.get("kind")?;
    Ok(Told {
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        leaf: row.get("leaf")?,
        body: row.get("body")?,
        said: row.get("said")?,
        erased: row
            .get::<_, Option<i64>>("erased")?
            .map(|at| EntryIndex::new(at as u64)),
        seals: row.get("seals")?,
        step: kind.map(|_| super::row(row)).transpose()?,
        covered: row
            .get::<_, Option<i64>>("covered")?
            .map(|size| size as u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open;

    const MOMENT: i64 = 1_646_092_800_000;

    /// Every way to narrow the trail.
    fn filters() -> Vec<Filter> {
        let moment = Timestamp::from_millis(MOMENT).expect("a moment");
        let hands = [None, Some(Hand::Desk), Some(Hand::Person(PersonId::FIRST))];
        let things = [
            (None, None, None),
            (Some(ClaimId::FIRST), None, None),
            (None, Some(SourceId::FIRST), None),
            (None, None, Some(ArticleId::FIRST)),
        ];
        let spans = [(None, None), (Some(moment), Some(moment))];
        let mut all = Vec::new();
        for by in hands {
            for (claim, source, article) in things {
                for part in [None, Some(Part::Verdicts)] {
                    for (from, to) in spans {
                        all.push(Filter {
                            by,
                            claim,
                            source,
                            article,
                            part,
                            from,
                            to,
                        });
                    }
                }
            }
        }
        all
    }

    /// What SQLite would do for a statement.
    fn plan(conn: &rusqlite::Connection, sql: &str) -> Vec<String> {
        let mut select = conn
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .expect(sql);
        let count = select.parameter_count();
        for at in 1..=count {
            select.raw_bind_parameter(at, 1).expect("a value");
        }
        let rows = select.raw_query().mapped(|row| row.get("detail"));
        rows.collect::<Result<_, _>>().expect("a plan")
    }

    #[test]
    fn every_way_to_narrow_the_trail_has_an_index() {
        let conn = open::scratch().expect("a database");
        for filter in filters() {
            for place in [Place::Before(None), Place::After(None)] {
                let sql = statement(&filter, place);
                for step in plan(&conn, &sql) {
                    // Whether there is any seal is told by the first of them.
                    let walks = step.starts_with("SCAN") && step != "SCAN seal";
                    let sorts = step.contains("TEMP B-TREE");
                    assert!(!walks && !sorts, "{filter:?}: {step}\n{sql}");
                }
            }
        }
        for sql in [FIRST, LAST] {
            let steps = plan(&conn, sql);
            assert!(steps[0].contains("trail_by_time (at"), "{steps:?}");
        }
    }

    #[test]
    fn every_kind_of_event_belongs_to_a_part() {
        let conn = open::scratch().expect("a database");
        let mut insert = conn
            .prepare("INSERT INTO trail (entry, at, kind) VALUES (?1, 1, ?2)")
            .expect("a statement");
        let kinds = [
            ("article_added", Part::Claims),
            ("citation_made", Part::Claims),
            ("other_check_noted", Part::Claims),
            ("snapshot_taken", Part::Sources),
            ("recheck_scheduled", Part::Sources),
            ("verdict_given", Part::Verdicts),
            ("change_dismissed", Part::Verdicts),
            ("verdict_published", Part::Publications),
            ("publication_corrected", Part::Publications),
            ("role_changed", Part::People),
            ("older_log_accepted", Part::Desk),
            ("something_of_tomorrow", Part::Desk),
        ];
        for (at, (kind, _)) in (0..).zip(&kinds) {
            insert.execute((at, kind)).expect("a row");
        }
        let mut select = conn
            .prepare("SELECT part FROM trail ORDER BY entry")
            .expect("a statement");
        let rows = select.query_map([], |row| row.get::<_, String>(0));
        let parts: Vec<String> = rows
            .expect("rows")
            .map(|row| row.expect("a part"))
            .collect();
        let expected: Vec<&str> = kinds.iter().map(|(_, part)| part.as_str()).collect();
        assert_eq!(parts, expected);
    }
}
