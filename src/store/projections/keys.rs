//! Projects the keys of the desk and of its people.

use rusqlite::params;

use crate::domain::event::Event;
use crate::domain::passkey::{Octets, Passkey};
use crate::domain::words::Note;
use crate::store::{StoreError, Tx};

use super::{At, Subject, json};

pub(super) fn project(tx: &Tx<'_>, at: &At<'_>, event: &Event) -> Result<Subject, StoreError> {
    match event {
        Event::KeyRotated {
            previous,
            statement,
            verifier_key,
        } => follow(tx, at, previous, (verifier_key, "rotated", statement, None))?,
        Event::KeyReplaced {
            previous,
            reason,
            statement,
            verifier_key,
        } => follow(
            tx,
            at,
            previous,
            (verifier_key, "replaced", statement, Some(reason)),
        )?,
        Event::SigningRuled { rule } => {
            tx.conn
                .prepare_cached(
                    "INSERT OR REPLACE INTO signing_rule (id, rule, entry) VALUES (1, ?1, ?2)",
                )?
                .execute(params![rule.as_str(), at.entry])?;
        }
        Event::PasskeyRegistered { passkey } => register(tx, at, passkey)?,
        Event::PasskeyRetired { credential, .. } => retire(tx, at, credential)?,
        _ => {}
    }
    Ok(Subject::default())
}

/// The key with which the log was opened.
pub(super) fn open(tx: &Tx<'_>, at: &At<'_>, verifier_key: &str) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO desk_key (entry, verifier_key, came, at) VALUES (?1, ?2, 'opened', ?3)",
        )?
        .execute(params![at.entry, verifier_key, at.millis()])?;
    Ok(())
}

/// A key as the log tells it: itself, how it came, its signed note, and why.
type Next<'a> = (&'a str, &'static str, &'a str, Option<&'a Note>);

fn follow(
    tx: &Tx<'_>,
    at: &At<'_>,
    previous: &str,
    (verifier_key, came, statement, reason): Next<'_>,
) -> Result<(), StoreError> {
    let sql = "UPDATE desk SET verifier_key = ?2 WHERE verifier_key = ?1";
    let mut update = tx.conn.prepare_cached(sql)?;
    // Two keys that follow one would be two logs.
    if update.execute([previous, verifier_key])? != 1 {
        let why = "a new key follows one that was not the desk's key then";
        return Err(StoreError::corrupt("key", why));
    }
    tx.conn
        .prepare_cached(
            "INSERT INTO desk_key (entry, verifier_key, came, statement, reason, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            at.entry,
            verifier_key,
            came,
            statement,
            reason.map(Note::as_str),
            at.millis()
        ])?;
    Ok(())
}

fn register(tx: &Tx<'_>, at: &At<'_>, passkey: &Passkey) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached(
            "INSERT INTO passkey (entry, person, credential, passkey, at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            at.entry,
            passkey.person.get(),
            passkey.credential.to_string(),
            json(passkey)?,
            at.millis()
        ])?;
    Ok(())
}

fn retire(tx: &Tx<'_>, at: &At<'_>, credential: &Octets) -> Result<(), StoreError> {
    tx.conn
        .prepare_cached("UPDATE passkey SET retired_at = ?2 WHERE credential = ?1")?
        .execute(params![credential.to_string(), at.millis()])?;
    Ok(())
}

/// Remembers that an entry carries a signature.
pub(super) fn note_signature(tx: &Tx<'_>, at: &At<'_>) -> Result<(), StoreError> {
    let Some(signature) = &at.record.signature else {
        return Ok(());
    };
    tx.conn
        .prepare_cached("INSERT INTO signature (entry, credential) VALUES (?1, ?2)")?
        .execute(params![at.entry, signature.credential.to_string()])?;
    Ok(())
}
