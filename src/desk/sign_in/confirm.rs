//! Showing once more who one is, before something grave.

use crate::store::local::{accounts, sessions};

use super::super::people::{SignedIn, token};
use super::super::signing::Site;
use super::super::{Desk, DeskError};
use super::passkeys::{self, PasskeyAnswer};
use super::{factors, passwords};

/// What somebody shows.
#[derive(Debug, Clone)]
pub enum Proof {
    /// Their password.
    Password(String),
    /// A code of their app, or a recovery code.
    Code(String),
    /// What their passkey answered.
    Passkey(Box<PasskeyAnswer>, Site),
}

/// Takes a proof that whoever asks is the person of the session, and returns
/// the session's new secret.
///
/// # Errors
/// When the proof is not right, or the session is over.
pub fn confirm(
    desk: &Desk,
    me: &SignedIn,
    cookie: &str,
    proof: Proof,
) -> Result<String, DeskError> {
    let person = me.person.id;
    let code = match proof {
        Proof::Password(typed) => {
            let account = desk.read(|db| Ok(accounts::find(db, person)?))?;
            let stored = account.and_then(|account| account.password);
            if !passwords::fits(desk, &typed, stored.as_deref())? {
                return Err(DeskError::WrongFactor);
            }
            None
        }
        Proof::Passkey(answer, site) => {
            if passkeys::check(desk, &answer, &site)? != person {
                return Err(DeskError::WrongFactor);
            }
            None
        }
        Proof::Code(typed) => Some(typed),
    };
    let secret = desk.draw_secret();
    let (old, new, own) = (token(cookie), token(&secret), desk.clone());
    desk.store().write(move |tx| {
        if let Some(typed) = code {
            factors::take((&own, tx), person, &typed)?;
        }
        if !sessions::renew(tx, old, new)? {
            return Err(DeskError::NotSignedIn);
        }
        Ok(sessions::proven(tx, new, own.now())?)
    })?;
    Ok(secret)
}
