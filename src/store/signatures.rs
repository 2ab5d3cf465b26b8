//! Reads people's passkeys and what was signed with them.

use rusqlite::{OptionalExtension, Row};

use crate::domain::event::Record;
use crate::domain::ids::{ClaimId, EntryIndex, PersonId};
use crate::domain::passkey::{Octets, Passkey, PersonalSignature, SigningRule};
use crate::domain::time::Timestamp;

use super::rows::{json, json_option, moment, of_claims, parsed};
use super::{Db, StoreError};

/// A passkey that somebody registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The entry that registered it.
    pub entry: EntryIndex,
    /// The passkey.
    pub passkey: Passkey,
    /// When.
    pub at: Timestamp,
    /// When it was retired; none: it signs.
    pub retired: Option<Timestamp>,
}

/// The signature of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The entry.
    pub entry: EntryIndex,
    /// The passkey that signed it.
    pub passkey: Passkey,
    /// The signature and what was signed, for those who may see it.
    pub whole: Option<(PersonalSignature, String)>,
}

/// Whether reviewers sign, once the desk has said so.
pub fn rule(db: &Db<'_>) -> Result<Option<SigningRule>, StoreError> {
    let mut select = db.conn.prepare_cached("SELECT rule FROM signing_rule")?;
    let found = select.query_row([], |row| parsed(row, "rule"));
    Ok(found.optional()?)
}

const SELECT: &str = "SELECT entry, passkey, at, retired_at FROM passkey";

/// Lists somebody's passkeys, the newest first, retired ones too; at most 100.
pub fn list(db: &Db<'_>, person: PersonId) -> Result<Vec<Registered>, StoreError> {
    let sql = format!("{SELECT} WHERE person = ?1 ORDER BY entry DESC LIMIT 100");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map([person.get()], registered)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds a passkey.
pub fn find(db: &Db<'_>, credential: &Octets) -> Result<Option<Registered>, StoreError> {
    let sql = format!("{SELECT} WHERE credential = ?1");
    let mut select = db.conn.prepare_cached(&sql)?;
    let found = select.query_row([credential.to_string()], registered);
    Ok(found.optional()?)
}

/// Lists the signatures under the entries about some claims, claim by claim.
pub fn of(db: &Db<'_>, claims: &[ClaimId]) -> Result<Vec<(ClaimId, Signed)>, StoreError> {
    let sql = "SELECT trail.claim, signature.entry, passkey.passkey, entry.body
               FROM trail JOIN signature ON signature.entry = trail.entry
               JOIN passkey ON passkey.credential = signature.credential
               JOIN entry ON entry.idx = trail.entry
               WHERE trail.claim IN (SELECT value FROM json_each(?1))
               ORDER BY trail.claim, trail.entry";
    of_claims(db, sql, claims, signed)
}

fn registered(row: &Row<'_>) -> rusqlite::Result<Registered> {
    let retired: Option<i64> = row.get("retired_at")?;
    Ok(Registered {
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        passkey: json(row, "passkey")?,
        at: moment(row, "at")?,
        retired: retired.and_then(|millis| Timestamp::from_millis(millis).ok()),
    })
}

fn signed(row: &Row<'_>) -> rusqlite::Result<Signed> {
    let record: Option<Record> = json_option(row, "body")?;
    let whole = record.and_then(|record| {
        let statement = record.statement()?;
        Some((record.signature?, statement))
    });
    Ok(Signed {
        entry: EntryIndex::new(row.get::<_, i64>("entry")? as u64),
        passkey: json(row, "passkey")?,
        whole,
    })
}
