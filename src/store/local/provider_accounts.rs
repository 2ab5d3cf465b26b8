//! Accounts at providers of single sign-on, whom they let in, and addresses
//! whose account is yet to come.

use rusqlite::{OptionalExtension, Row, params};

use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::rows::{id, moment, moment_option};
use crate::store::{Db, StoreError, Tx};

/// How many accounts of one person, and how many addresses, are listed.
pub const MOST: usize = 20;

/// What names an account for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountKey<'a> {
    /// Who issued it.
    pub issuer: &'a str,
    /// What the subject is called there.
    pub claim: &'a str,
    /// The subject.
    pub subject: &'a str,
}

/// An account that lets somebody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderAccount {
    /// Names it here.
    pub id: i64,
    /// Who issued it.
    pub issuer: String,
    /// Whom it lets in.
    pub person: PersonId,
    /// How the provider called it when it was linked.
    pub called: String,
    /// When it was linked.
    pub since: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

const SELECT: &str = "SELECT id, issuer, person, called, since, used_at FROM provider_account";

/// Finds an account.
pub fn find(db: &Db<'_>, key: AccountKey<'_>) -> Result<Option<ProviderAccount>, StoreError> {
    let sql = format!("{SELECT} WHERE issuer = ?1 AND claim = ?2 AND subject = ?3");
    let mut select = db.conn.prepare_cached(&sql)?;
    let found = select.query_row(params![key.issuer, key.claim, key.subject], row);
    Ok(found.optional()?)
}

/// Finds an account of a person by its number.
pub fn find_own(
    db: &Db<'_>,
    person: PersonId,
    number: i64,
) -> Result<Option<ProviderAccount>, StoreError> {
    let sql = format!("{SELECT} WHERE person = ?1 AND id = ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let found = select.query_row(params![person.get(), number], row);
    Ok(found.optional()?)
}

/// Lists the accounts of a person, the oldest first.
pub fn list(db: &Db<'_>, person: PersonId) -> Result<Vec<ProviderAccount>, StoreError> {
    let sql = format!("{SELECT} WHERE person = ?1 ORDER BY id LIMIT ?2");
    let mut select = db.conn.prepare_cached(&sql)?;
    let rows = select.query_map(params![person.get(), MOST as i64], row)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Links an account to a person.
pub fn put(
    tx: &Tx<'_>,
    key: AccountKey<'_>,
    person: PersonId,
    (called, now): (&str, Timestamp),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO provider_account (issuer, claim, subject, person, called, since)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            key.issuer,
            key.claim,
            key.subject,
            person.get(),
            called,
            now.as_millis()
        ])?;
    Ok(())
}

/// Notes that an account was used.
pub fn used(tx: &Tx<'_>, key: AccountKey<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "UPDATE provider_account SET used_at = ?4
             WHERE issuer = ?1 AND claim = ?2 AND subject = ?3",
        )?
        .execute(params![key.issuer, key.claim, key.subject, now.as_millis()])?;
    Ok(())
}

/// Takes an account away.
pub fn remove(tx: &Tx<'_>, number: i64) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM provider_account WHERE id = ?1")?
        .execute([number])?;
    Ok(())
}

/// Takes all addresses that were named for a person back.
pub fn unname_all(tx: &Tx<'_>, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM provider_address WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(())
}

/// Whose account an address is to be.
pub fn named(db: &Db<'_>, address: &str) -> Result<Option<PersonId>, StoreError> {
    let sql = "SELECT person FROM provider_address WHERE address = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([address], |row| id(row, "person"));
    Ok(found.optional()?)
}

/// The addresses that were named for a person.
pub fn addresses(db: &Db<'_>, person: PersonId) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT address FROM provider_address WHERE person = ?1 ORDER BY address LIMIT ?2";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map(params![person.get(), MOST as i64], |row| row.get(0))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Names an address for a person; one that was named for another is theirs.
pub fn name(
    tx: &Tx<'_>,
    address: &str,
    (person, now): (PersonId, Timestamp),
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO provider_address (address, person, since) VALUES (?1, ?2, ?3)
             ON CONFLICT (address) DO UPDATE SET person = ?2, since = ?3",
        )?
        .execute(params![address, person.get(), now.as_millis()])?;
    Ok(())
}

/// Takes the name of an address back, or uses it up.
pub fn unname(tx: &Tx<'_>, address: &str, person: PersonId) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("DELETE FROM provider_address WHERE address = ?1 AND person = ?2")?
        .execute(params![address, person.get()])?;
    Ok(())
}

fn row(row: &Row<'_>) -> rusqlite::Result<ProviderAccount> {
    Ok(ProviderAccount {
        id: row.get("id")?,
        issuer: row.get("issuer")?,
        person: id(row, "person")?,
        called: row.get("called")?,
        since: moment(row, "since")?,
        used_at: moment_option(row, "used_at")?,
    })
}
