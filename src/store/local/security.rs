//! What happened with people's ways in.

use rusqlite::{Row, params};

use crate::domain::account::Happening;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::rows::{id, id_option, moment, parsed};
use crate::store::{Db, StoreError, Tx};

/// Something that happened with somebody's way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEvent {
    /// Its number; the newest has the highest.
    pub id: i64,
    /// Whose way in.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Happening,
    /// Who did it; none: whoever runs the desk's machine.
    pub by: Option<PersonId>,
    /// The session in which it was done; empty: in none of the person's.
    pub session: String,
    /// From which address.
    pub address: String,
    /// What the browser called itself.
    pub browser: String,
    /// Whether the person said that they know.
    pub told: bool,
}

/// How many are kept for one person.
const KEPT: i64 = 500;

/// Notes that something happened; the oldest of its person make room. Its own
/// number is not looked at.
pub fn put(tx: &Tx<'_>, event: &SecurityEvent) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "DELETE FROM security_event WHERE id IN (SELECT id FROM security_event
               WHERE person = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![event.person.get(), KEPT - 1])?;
    tx.conn
        .prepare_cached(
            "INSERT INTO security_event (person, at, kind, by, session, address, browser, told)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            event.person.get(),
            event.at.as_millis(),
            event.kind.as_str(),
            event.by.map(PersonId::get),
            event.session,
            event.address,
            event.browser,
            event.told
        ])?;
    Ok(())
}

/// Lists what happened with somebody's way in before an event, the newest
/// first.
pub fn list(
    db: &Db<'_>,
    person: PersonId,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<SecurityEvent>, StoreError> {
    let sql = "SELECT id, person, at, kind, by, session, address, browser, told FROM security_event
               WHERE person = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    let mut select = db.conn.prepare_cached(sql)?;
    let before = before.unwrap_or(i64::MAX);
    let rows = select.query_map(params![person.get(), before, limit], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The newest that somebody was not told of and did not do in this session.
pub fn untold(
    db: &Db<'_>,
    person: PersonId,
    session: &str,
) -> Result<Option<SecurityEvent>, StoreError> {
    let sql = "SELECT id, person, at, kind, by, session, address, browser, told FROM security_event
               WHERE person = ?1 AND told = 0 AND session <> ?2 ORDER BY id DESC LIMIT 1";
    let mut select = db.conn.prepare_cached(sql)?;
    let mut rows = select.query_map(params![person.get(), session], row)?;
    rows.next().transpose().map_err(StoreError::from)
}

/// Notes that somebody knows what happened up to an event; what was done in the
/// session that says so is not among it, so that whoever got in cannot keep that
/// from its person.
pub fn tell(
    tx: &Tx<'_>,
    person: PersonId,
    (session, up_to): (&str, i64),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE security_event SET told = 1
             WHERE person = ?1 AND told = 0 AND id <= ?3 AND session <> ?2",
        )?
        .execute(params![person.get(), session, up_to])?;
    Ok(())
}

fn row(row: &Row<'_>) -> rusqlite::Result<SecurityEvent> {
    Ok(SecurityEvent {
        id: row.get("id")?,
        person: id(row, "person")?,
        at: moment(row, "at")?,
        kind: parsed::<Happening>(row, "kind")?,
        by: id_option(row, "by")?,
        session: row.get("session")?,
        address: row.get("address")?,
        browser: row.get("browser")?,
        told: row.get("told")?,
    })
}
