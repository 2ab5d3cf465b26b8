//! Which of the passkeys that the log knows let their person in. One that was
//! retired lets nobody in, whatever stands here.

use rusqlite::{OptionalExtension, params};

use crate::domain::ids::PersonId;
use crate::domain::passkey::{Octets, Passkey};
use crate::domain::time::Timestamp;
use crate::store::rows::json;
use crate::store::{Db, StoreError, Tx};

/// Lets a passkey of somebody's let them in.
pub fn allow(
    tx: &Tx<'_>,
    person: PersonId,
    credential: &Octets,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO sign_in_passkey (credential, person, since) VALUES (?1, ?2, ?3)
             ON CONFLICT (credential) DO NOTHING",
        )?
        .execute(params![
            credential.to_string(),
            person.get(),
            now.as_millis()
        ])?;
    Ok(())
}

/// Lets a passkey of somebody's let nobody in; whether it did.
pub fn refuse(tx: &Tx<'_>, person: PersonId, credential: &Octets) -> Result<bool, StoreError> {
    let gone = tx
        .conn
        .prepare_cached("DELETE FROM sign_in_passkey WHERE credential = ?1 AND person = ?2")?
        .execute(params![credential.to_string(), person.get()])?;
    Ok(gone == 1)
}

/// Lets none of somebody's passkeys let them in; how many did.
pub fn refuse_all(tx: &Tx<'_>, person: PersonId) -> Result<usize, StoreError> {
    let gone = tx
        .conn
        .prepare_cached("DELETE FROM sign_in_passkey WHERE person = ?1")?
        .execute([person.get()])?;
    Ok(gone)
}

/// Lists the passkeys that let somebody in, at most 100.
pub fn list(db: &Db<'_>, person: PersonId) -> Result<Vec<Passkey>, StoreError> {
    let sql = "SELECT passkey.passkey FROM sign_in_passkey
               JOIN passkey ON passkey.credential = sign_in_passkey.credential
                 AND passkey.person = sign_in_passkey.person AND passkey.retired_at IS NULL
               WHERE sign_in_passkey.person = ?1 ORDER BY passkey.entry LIMIT 100";
    let mut select = db.conn.prepare_cached(sql)?;
    let rows = select.query_map([person.get()], |row| json(row, "passkey"))?;
    rows.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// Finds a passkey that lets its person in.
pub fn find(db: &Db<'_>, credential: &Octets) -> Result<Option<Passkey>, StoreError> {
    let sql = "SELECT passkey.passkey FROM sign_in_passkey
               JOIN passkey ON passkey.credential = sign_in_passkey.credential
                 AND passkey.person = sign_in_passkey.person AND passkey.retired_at IS NULL
               WHERE sign_in_passkey.credential = ?1";
    let mut select = db.conn.prepare_cached(sql)?;
    let found = select.query_row([credential.to_string()], |row| json(row, "passkey"));
    Ok(found.optional()?)
}

/// Notes that a passkey let its person in.
pub fn used(tx: &Tx<'_>, credential: &Octets, now: Timestamp) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE sign_in_passkey SET used_at = ?2 WHERE credential = ?1")?
        .execute(params![credential.to_string(), now.as_millis()])?;
    Ok(())
}
