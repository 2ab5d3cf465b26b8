//! The ID token that a provider wants to see again when somebody signs out
//! (`id_token_hint`). It says who they are, by name and address, and the provider
//! signed it; so it is kept sealed, with the secret of the session or of the step
//! that it belongs to. The desk keeps only that secret's hash: whoever reads the
//! database reads no token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{Context, SHA256};

use crate::store::Tx;
use crate::store::local::{arrivals, sessions};

use super::super::people::hash_of;
use super::super::{Desk, DeskError};

/// What the key is drawn from beside the secret, so that it is another number
/// than the hash by which the secret is found.
const FOR: &[u8] = b"citekeep id_token_hint\n";

/// What of a session's secret seals. The secret has 256 bits of chance, so that
/// nothing slower than a hash is needed.
fn key(secret: &str) -> LessSafeKey {
    let mut hash = Context::new(&SHA256);
    hash.update(FOR);
    hash.update(secret.as_bytes());
    let key = UnboundKey::new(&CHACHA20_POLY1305, hash.finish().as_ref());
    LessSafeKey::new(key.expect("a key of 32 bytes"))
}

/// Seals an ID token with a secret.
pub(super) fn seal(desk: &Desk, secret: &str, hint: &str) -> String {
    let mut seal = [0; NONCE_LEN];
    desk.world.rng.fill(&mut seal);
    let mut said = hint.as_bytes().to_vec();
    key(secret)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(seal), Aad::empty(), &mut said)
        .expect("a short text can be sealed");
    URL_SAFE_NO_PAD.encode([&seal[..], &said].concat())
}

/// The ID token that was sealed with a secret; nothing where it was not.
pub(super) fn open(secret: &str, sealed: &str) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (seal, said) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(seal).ok()?;
    let mut said = said.to_vec();
    let said = key(secret).open_in_place(nonce, Aad::empty(), &mut said);
    String::from_utf8(said.ok()?.to_vec()).ok()
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
