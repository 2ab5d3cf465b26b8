//! Showing once more who one is, before something grave.

use crate::domain::account::Happening;
use crate::store::local::{accounts, sessions};

use super::super::people::{SignedIn, hash_of};
use super::super::signing::Site;
use super::super::{Desk, DeskError};
use super::enter::heard;
use super::factors::{self, Shown};
use super::passkeys::{self, PasskeyAnswer};
use super::{Whence, hint, note, passwords};

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
    (proof, whence): (Proof, Whence),
) -> Result<String, DeskError> {
    let address = whence.address.clone();
    heard("proof", &address, take(desk, me, cookie, (proof, whence)))
}

fn take(
    desk: &Desk,
    me: &SignedIn,
    cookie: &str,
    (proof, whence): (Proof, Whence),
) -> Result<String, DeskError> {
    let (person, by) = (me.person.id, me.actor());
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
    let (old, new, own) = (cookie.to_owned(), secret.clone(), desk.clone());
    desk.store().write(move |tx| {
        if let Some(typed) = code
            && factors::take((&own, tx), person, &typed)? == Shown::Recovery
        {
            let kind = Happening::RecoveryUsed;
            note((tx, own.now()), person, kind, by, (&whence, ""))?;
        }
        if !hint::renew((&own, tx), (&old, &new))? {
            return Err(DeskError::NotSignedIn);
        }
        Ok(sessions::proven(tx, hash_of(&new), own.now())?)
    })?;
    Ok(secret)
}
