//! Timestamps of checkpoints, and how it stands with each authority. They are
//! in no proof of ours: they are proofs of others about our checkpoints.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::authority::AuthorityName;
use crate::domain::time::Timestamp;

use super::rows::{moment, parsed};
use super::{Db, StoreError, Tx};

/// What an authority signed about a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// How many entries the checkpoint covers.
    pub checkpoint: u64,
    /// Who stamped it.
    pub authority: AuthorityName,
    /// When it was asked for, by the desk's clock.
    pub asked_at: Timestamp,
    /// When it was stamped, by the authority's clock.
    pub stamped_at: Timestamp,
    /// The number of the question.
    pub nonce: [u8; 8],
    /// TimeStampResp in DER, as it came.
    pub answer: Vec<u8>,
}

/// The same without its bytes, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How many entries the checkpoint covers.
    pub checkpoint: u64,
    /// Who stamped it.
    pub authority: AuthorityName,
    /// When it was asked for, by the desk's clock.
    pub asked_at: Timestamp,
    /// When it was stamped, by the authority's clock.
    pub stamped_at: Timestamp,
}

/// A place in the list of timestamps, the newest checkpoint first: after this
/// checkpoint's timestamp by this authority.
pub type Place = (u64, AuthorityName);

/// How it stands with an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// How many tries failed since one that did not.
    pub tries: u32,
    /// When it was asked last.
    pub tried_at: Timestamp,
    /// When it is asked again, if the log has grown.
    pub due_at: Timestamp,
    /// What stood in the way of the last try; none: nothing did.
    pub words: Option<String>,
}

const COLUMNS: &str = "checkpoint, authority, asked_at, stamped_at";

/// Keeps a timestamp. Of two for one checkpoint by one authority the first
/// stays, which proves more.
pub fn keep(tx: &Tx<'_>, kept: &Kept) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR IGNORE INTO timestamp
               (checkpoint, authority, asked_at, stamped_at, nonce, answer)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            kept.checkpoint as i64,
            kept.authority.as_str(),
            kept.asked_at.as_millis(),
            kept.stamped_at.as_millis(),
            kept.nonce,
            kept.answer
        ])?;
    Ok(())
}

/// Finds the timestamp of a checkpoint by an authority.
pub fn find(
    db: &Db<'_>,
    checkpoint: u64,
    authority: &AuthorityName,
) -> Result<Option<Kept>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, nonce, answer FROM timestamp WHERE checkpoint = ?1 AND authority = ?2"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let found = select.query_row(params![checkpoint as i64, authority.as_str()], kept);
    Ok(found.optional()?)
}

/// Lists the timestamps of a checkpoint: one of each authority at most.
pub fn of_checkpoint(db: &Db<'_>, checkpoint: u64) -> Result<Vec<Kept>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, nonce, answer FROM timestamp WHERE checkpoint = ?1
         ORDER BY authority LIMIT 100"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([checkpoint as i64], kept)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds the oldest checkpoint that covers at least `size` entries and was
/// stamped: its size and its signed note.
pub fn covering(db: &Db<'_>, size: u64) -> Result<Option<(u64, String)>, StoreError> {
    let sql = "SELECT size, note FROM checkpoint
               WHERE size = (SELECT min(checkpoint) FROM timestamp WHERE checkpoint >= ?1)";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([size as i64], |row| {
        Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
    });
    Ok(found.optional()?)
}

/// Lists timestamps, those of the newest checkpoint first, after a place.
pub fn list(db: &Db<'_>, after: Option<&Place>, limit: usize) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM timestamp
         WHERE checkpoint < ?1 OR (checkpoint = ?1 AND authority > ?2)
         ORDER BY checkpoint DESC, authority LIMIT ?3"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let (size, name) = after.map_or((i64::MAX, ""), |(size, name)| {
        (i64::try_from(*size).unwrap_or(i64::MAX), name.as_str())
    });
    let rows = select.query_map(params![size, name, limit as i64], listed)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds the newest timestamp, by any authority or by one.
pub fn newest(
    db: &Db<'_>,
    authority: Option<&AuthorityName>,
) -> Result<Option<Listed>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM timestamp WHERE ?1 IS NULL OR authority = ?1
         ORDER BY checkpoint DESC, authority LIMIT 1"
    );
    let mut select = db.conn.prepare_cached(&sql)?;
    let found = select.query_row([authority.map(AuthorityName::as_str)], listed);
    Ok(found.optional()?)
}

/// Reads every timestamp with the signed note of its checkpoint, the oldest
/// first.
pub fn walk<E: From<StoreError>>(
    db: &Db<'_>,
    mut look: impl FnMut(Kept, String) -> Result<(), E>,
) -> Result<(), E> {
    let sql = format!(
        "SELECT {COLUMNS}, nonce, answer, note FROM timestamp
         JOIN checkpoint ON checkpoint.size = timestamp.checkpoint
         ORDER BY checkpoint, authority"
    );
    let broken = |error: rusqlite::Error| E::from(StoreError::from(error));
    let mut select = db.conn.prepare_cached(&sql).map_err(broken)?;
    let mut rows = select.query([]).map_err(broken)?;
    while let Some(row) = rows.next().map_err(broken)? {
        let found = kept(row).and_then(|kept| Ok((kept, row.get("note")?)));
        let (kept, note) = found.map_err(broken)?;
        look(kept, note)?;
    }
    Ok(())
}

/// Finds how it stands with an authority; nothing: it was never asked.
pub fn turn(db: &Db<'_>, authority: &AuthorityName) -> Result<Option<Turn>, StoreError> {
    let mut select = db.conn.prepare_cached(
        "SELECT tries, tried_at, due_at, words FROM timestamp_turn WHERE authority = ?1",
    )?;
    let found = select.query_row([authority.as_str()], |row| {
        Ok(Turn {
            tries: row.get("tries")?,
            tried_at: moment(row, "tried_at")?,
            due_at: moment(row, "due_at")?,
            words: row.get("words")?,
        })
    });
    Ok(found.optional()?)
}

/// Writes how it stands with an authority.
pub fn put_turn(tx: &Tx<'_>, authority: &AuthorityName, turn: &Turn) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT OR REPLACE INTO timestamp_turn (authority, tries, tried_at, due_at, words)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            authority.as_str(),
            turn.tries,
            turn.tried_at.as_millis(),
            turn.due_at.as_millis(),
            turn.words
        ])?;
    Ok(())
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        checkpoint: row.get::<_, i64>("checkpoint")? as u64,
        authority: parsed(row, "authority")?,
        asked_at: moment(row, "asked_at")?,
        stamped_at: moment(row, "stamped_at")?,
    })
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let listed = listed(row)?;
    Ok(Kept {
        checkpoint: listed.checkpoint,
        authority: listed.authority,
        asked_at: listed.asked_at,
        stamped_at: listed.stamped_at,
        nonce: row.get("nonce")?,
        answer: row.get("answer")?,
    })
}
