//! Sign-in names and password hashes.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::store::{Db, StoreError, Tx};

/// How somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: PersonId,
    /// The name that is typed.
    pub sign_in: String,
    /// Argon2id as a PHC string; none until a password is set.
    pub password: Option<String>,
}

/// Finds an account by its sign-in name, whatever the case.
pub fn find_by_name(db: &Db<'_>, sign_in: &str) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT person, sign_in, password FROM account WHERE sign_in = ?1";
    Ok(db
        .conn
        .prepare_cached(sql)?
        .query_row([sign_in], row)
        .optional()?)
}

/// Finds an account by its person.
pub fn find(db: &Db<'_>, person: PersonId) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT person, sign_in, password FROM account WHERE person = ?1";
    Ok(db
        .conn
        .prepare_cached(sql)?
        .query_row([person.get()], row)
        .optional()?)
}

/// Makes an account or changes it.
pub fn put(tx: &Tx<'_>, account: &Account) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO account (person, sign_in, password) VALUES (?1, ?2, ?3)
             ON CONFLICT (person) DO UPDATE SET sign_in = ?2, password = ?3",
        )?
        .execute(params![
            account.person.get(),
            account.sign_in,
            account.password
        ])?;
    Ok(())
}

/// Replaces a password's hash by one of other parameters, unless the password
/// was changed meanwhile.
pub fn rehash(tx: &Tx<'_>, person: PersonId, old: &str, new: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE account SET password = ?3 WHERE person = ?1 AND password = ?2")?
        .execute(params![person.get(), old, new])?;
    Ok(())
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        person: crate::store::rows::id(row, "person")?,
        sign_in: row.get("sign_in")?,
        password: row.get("password")?,
    })
}
