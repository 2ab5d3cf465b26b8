//! The ID token that a provider wants to see again when somebody signs out
//! (`id_token_hint`). It says who they are, by name and address, and the provider
//! signed it; so it is kept sealed, with the secret of the session or of the step
//! that it belongs to. The desk keeps only that secret's hash: whoever reads the
//! database reads no token.

use sha2::{Digest, Sha256};

use crate::store::Tx;
use crate::store::local::{arrivals, sessions};

use super::super::cipher::Cipher;
use super::super::people::hash_of;
use super::super::{Desk, DeskError};

/// What the key is drawn from beside the secret, so that it is another number
/// than the hash by which the secret is found.
const FOR: &[u8] = b"citekeep id_token_hint\n";

/// What of a session's secret seals. The secret has 256 bits of chance, so that
/// nothing slower than a hash is needed.
fn cipher(secret: &str) -> Cipher {
    let hash = Sha256::new().chain_update(FOR).chain_update(secret);
    Cipher::new(&hash.finalize().into())
}

/// Seals an ID token with a secret.
pub(super) fn seal(desk: &Desk, secret: &str, hint: &str) -> String {
    cipher(secret).close(hint.as_bytes(), &*desk.world.rng)
}

/// The ID token that was sealed with a secret; nothing where it was not.
pub(super) fn open(secret: &str, sealed: &str) -> Option<String> {
    String::from_utf8(cipher(secret).open(sealed)?).ok()
}

/// Gives a session another secret, and seals with it what the old one had sealed;
/// whether there was such a session.
pub(super) fn renew(
    (desk, tx): (&Desk, &Tx<'_>),
    (old, new): (&str, &str),
) -> Result<bool, DeskError> {
    let arrival = arrivals::find_session(tx, hash_of(old))?;
    if !sessions::renew(tx, hash_of(old), hash_of(new))? {
        return Ok(false);
    }
    if let Some(arrival) = arrival {
        let hint = open(old, &arrival.hint);
        let sealed = hint.map(|hint| seal(desk, new, &hint));
        arrivals::sealed_anew(tx, hash_of(new), &sealed.unwrap_or_default())?;
    }
    Ok(true)
}
