//! The queue: which claims wait for whom, in which order, and how many.
//!
//! A page of any queue is one query, and goes on from the key of the last row
//! of the page before, so that its cost does not grow with its place.

mod choice;

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use crate::domain::ids::{ArticleId, ClaimId, PersonId, ScaleId};
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;

use super::claims::{self, COLUMNS, Claim};
use super::rows::{bind, id, id_option, json_option, moment};
use super::{Db, StoreError};

pub use self::choice::{BadKey, Due, Filter, Holder, Key, Order, Queue};

/// A claim as a row of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The claim.
    pub claim: Claim,
    /// Where it stands in the order, for the page that follows.
    pub key: Key,
    /// Who works on it, by name.
    pub holder: Option<String>,
    /// The article it comes from, with its title.
    pub article: Option<(ArticleId, String)>,
    /// The rating of the verdict that stands, and the version of its scale.
    pub rating: Option<(Rating, ScaleId)>,
    /// When what is judged about it changed last.
    pub since: Timestamp,
}

/// Which way one goes through a queue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    On,
    Back,
}

/// Lists claims of a queue that follow `after`.
pub fn list(
    db: &Db<'_>,
    filter: &Filter,
    order: Order,
    after: Option<Key>,
    limit: usize,
) -> Result<Vec<Waiting>, StoreError> {
    let (mut conditions, mut values) = filter.conditions();
    go_on(order, Way::On, after, (&mut conditions, &mut values));
    values.push((":limit", Value::Integer(limit as i64)));
    let sql = format!(
        "SELECT q.*, person.name AS holder, article.sheet ->> 'title' AS title,
                verdict.verdict -> 'rating' AS rated, verdict.verdict ->> '$.scale.id' AS scale,
                coalesce(trail.at, q.opened_at) AS since
         FROM (SELECT {COLUMNS}, article AS of_article, rank, wanted FROM claim
               WHERE {} ORDER BY {} LIMIT :limit) AS q
         LEFT JOIN person ON person.id = q.assignee
         LEFT JOIN article ON article.id = q.of_article
         LEFT JOIN verdict ON verdict.id = q.verdict
         LEFT JOIN trail ON trail.entry = q.rev
         ORDER BY {}",
        conditions.join(" AND "),
        by(order, Way::On, ""),
        by(order, Way::On, "q."),
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    bind(&mut select, &values)?;
    let mut rows = select.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(waiting(row)?);
    }
    Ok(found)
}

/// The claims before and after one in a queue. The claim itself need not be in
/// it any more: its place is where it would stand.
pub fn neighbours(
    db: &Db<'_>,
    filter: &Filter,
    order: Order,
    claim: ClaimId,
) -> Result<(Option<ClaimId>, Option<ClaimId>), StoreError> {
    let sql = "SELECT id, rank, wanted FROM claim WHERE id = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let Some(key) = select.query_row([claim.get()], key).optional()? else {
        return Ok((None, None));
    };
    let next_to = |way| -> Result<Option<ClaimId>, StoreError> {
        let (mut conditions, mut values) = filter.conditions();
        go_on(order, way, Some(key), (&mut conditions, &mut values));
        let sql = format!(
            "SELECT id FROM claim WHERE {} ORDER BY {} LIMIT 1",
            conditions.join(" AND "),
            by(order, way, ""),
        );
        let mut select = db.conn.prepare_cached(&sql)?;
        bind(&mut select, &values)?;
        let mut rows = select.raw_query();
        let found = rows.next()?.map(|row| id(row, "id")).transpose()?;
        Ok(found)
    };
    Ok((next_to(Way::Back)?, next_to(Way::On)?))
}

/// How many claims each named queue holds, for one person at one moment.
pub fn counts(
    db: &Db<'_>,
    me: PersonId,
    now: Timestamp,
) -> Result<BTreeMap<&'static str, u64>, StoreError> {
    let count = |queue: Queue| -> Result<(&'static str, u64), StoreError> {
        let filter = Filter {
            queue,
            ..Filter::of(me, now)
        };
        Ok((queue.as_str(), count(db, &filter)?))
    };
    Queue::ALL.iter().map(|queue| count(*queue)).collect()
}

/// How many claims a filter leaves.
pub fn count(db: &Db<'_>, filter: &Filter) -> Result<u64, StoreError> {
    let (conditions, values) = filter.conditions();
    let conditions = conditions.join(" AND ");
    let sql = match filter.tallied() {
        // Two queues are sums that are kept anyway.
        Some(states) => format!("SELECT coalesce(sum(n), 0) FROM claim_tally WHERE {states}"),
        None => format!(
            "SELECT count(*) FROM claim {} WHERE {conditions}",
            filter.index()
        ),
    };
    let mut select = db.conn.prepare_cached(&sql)?;
    if filter.tallied().is_none() {
        bind(&mut select, &values)?;
    }
    let mut rows = select.raw_query();
    let n = rows.next()?.map(|row| row.get::<_, i64>(0)).transpose()?;
    Ok(n.unwrap_or(0) as u64)
}

/// Adds what leaves out all up to a place.
fn go_on(
    order: Order,
    way: Way,
    from: Option<Key>,
    (conditions, values): (&mut Vec<&'static str>, &mut Vec<(&'static str, Value)>),
) {
    let Some(key) = from else { return };
    conditions.push(match (order, way) {
        (Order::Urgent, Way::On) => "(rank, wanted, id) > (:rank, :wanted, :from)",
        (Order::Urgent, Way::Back) => "(rank, wanted, id) < (:rank, :wanted, :from)",
        (Order::Newest, Way::On) | (Order::Number, Way::Back) => "id < :from",
        (Order::Newest, Way::Back) | (Order::Number, Way::On) => "id > :from",
    });
    values.push((":rank", Value::Integer(key.rank)));
    values.push((":wanted", Value::Integer(key.wanted)));
    values.push((":from", Value::Integer(key.id.get())));
}

fn by(order: Order, way: Way, of: &str) -> String {
    match (order, way) {
        (Order::Urgent, Way::On) => format!("{of}rank, {of}wanted, {of}id"),
        (Order::Urgent, Way::Back) => format!("{of}rank DESC, {of}wanted DESC, {of}id DESC"),
        (Order::Newest, Way::On) | (Order::Number, Way::Back) => format!("{of}id DESC"),
        (Order::Newest, Way::Back) | (Order::Number, Way::On) => format!("{of}id"),
    }
}

fn key(row: &Row<'_>) -> rusqlite::Result<Key> {
    Ok(Key {
        rank: row.get("rank")?,
        wanted: row.get("wanted")?,
        id: id(row, "id")?,
    })
}

fn waiting(row: &Row<'_>) -> Result<Waiting, StoreError> {
    let article: Option<ArticleId> = id_option(row, "of_article")?;
    let title: Option<String> = row.get("title")?;
    let rating: Option<Rating> = json_option(row, "rated")?;
    let scale: Option<ScaleId> = id_option(row, "scale")?;
    Ok(Waiting {
        claim: claims::row(row)?,
        key: key(row)?,
        holder: row.get("holder")?,
        article: article.zip(title),
        rating: rating.zip(scale),
        since: moment(row, "since")?,
    })
}
