//! Files that only the holder of a key can read: age (c2sp.org/age, version 1)
//! to X25519 recipients. Whoever has such a key reads them with any program
//! that knows the format.
//!
//! Why it is written here and not taken from a library: docs/decisions/022.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use curve25519_dalek::MontgomeryPoint;
use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use sha2::Sha256;

use super::super::Rng;
use super::bech32;

const FIRST_LINE: &str = "age-encryption.org/v1\n";
const WRAPPED_FOR: &[u8] = b"age-encryption.org/v1/X25519";
/// The payload is sealed in pieces of this size.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// Headers longer than this are not ours to read.
const LONGEST_HEADER: usize = 64 * 1024;

/// Whom a file is for: the public half of a key, `age1…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

/// What opens a file: the secret half, `AGE-SECRET-KEY-1…`.
#[derive(Clone)]
pub struct Identity([u8; 32]);

/// Why a file could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgeError {
    /// It is no such file.
    #[error("it is no age file")]
    Format,
    /// It is for somebody else.
    #[error("it is encrypted for another key; name the right one with --identity")]
    NotForYou,
    /// It was changed or cut off.
    #[error("it was changed, or a part of it is missing")]
    Altered,
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadKey(&'static str);

impl FromStr for Recipient {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let bytes = bech32::decode("age", text.trim());
        bytes.map(Self).ok_or(BadKey(
            "a recipient looks like age1… with 62 characters in all; `age-keygen` makes one",
        ))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode("age", &self.0))
    }
}

impl FromStr for Identity {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let bytes = bech32::decode("AGE-SECRET-KEY-", text.trim());
        bytes
            .map(Self)
            .ok_or(BadKey("an identity looks like AGE-SECRET-KEY-1…"))
    }
}

impl Identity {
    /// Reads a file of identities as `age-keygen` writes it: a key on each
    /// line, beside comments.
    ///
    /// # Errors
    /// When a line is neither, or there is no key.
    pub fn read_all(text: &str) -> Result<Vec<Self>, BadKey> {
        let lines = text.lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Vec<Self> = keys.map(str::parse).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(BadKey("the file holds no identity, AGE-SECRET-KEY-1…"));
        }
        Ok(keys)
    }

    /// The public half.
    pub fn recipient(&self) -> Recipient {
        Recipient(MontgomeryPoint::mul_base_clamped(self.0).to_bytes())
    }
}

/// Encrypts bytes for everybody named.
pub fn seal(plain: &[u8], to: &[Recipient], rng: &dyn Rng) -> Vec<u8> {
    let file_key: [u8; 16] = drawn(rng);
    let mut header = FIRST_LINE.to_owned();
    for recipient in to {
        header.push_str(&stanza(&file_key, recipient, drawn(rng)));
    }
    header.push_str("---");
    let mac = STANDARD_NO_PAD.encode(mac(&file_key, &header).finalize().into_bytes());
    let nonce: [u8; 16] = drawn(rng);
    let mut sealed = format!("{header} {mac}\n").into_bytes();
    sealed.extend(nonce);
    let key = payload_key(&file_key, &nonce);
    // Nothing at all is one empty piece.
    let pieces = plain.len().div_ceil(CHUNK).max(1);
    for at in 0..pieces {
        let end = plain.len().min((at + 1) * CHUNK);
        let mut piece = plain[at * CHUNK..end].to_vec();
        key.seal_in_place_append_tag(counted(at, at + 1 == pieces), Aad::empty(), &mut piece)
            .expect("a piece is far below the limit of the cipher");
        sealed.extend(piece);
    }
    sealed
}

/// Decrypts a file with one of the identities.
///
/// # Errors
/// When it is none of theirs, or not whole.
pub fn open(sealed: &[u8], identities: &[Identity]) -> Result<Vec<u8>, AgeError> {
    let header = header_of(sealed).ok_or(AgeError::Format)?;
    let (stanzas, given) = header.rsplit_once("\n--- ").ok_or(AgeError::Format)?;
    let file_key = file_key(stanzas, identities)?;
    let given = STANDARD_NO_PAD
        .decode(given)
        .map_err(|_| AgeError::Format)?;
    mac(&file_key, &format!("{stanzas}\n---"))
        .verify_slice(&given)
        .map_err(|_| AgeError::Altered)?;
    let payload = &sealed[header.len() + 1..];
    let (nonce, payload) = payload.split_first_chunk().ok_or(AgeError::Altered)?;
    let key = payload_key(&file_key, nonce);
    let mut plain = Vec::with_capacity(payload.len());
    let pieces = payload.len().div_ceil(CHUNK + TAG);
    for (at, piece) in payload.chunks(CHUNK + TAG).enumerate() {
        let mut piece = piece.to_vec();
        let opened = key.open_in_place(counted(at, at + 1 == pieces), Aad::empty(), &mut piece);
        let opened = opened.map_err(|_| AgeError::Altered)?;
        if opened.is_empty() && at > 0 {
            return Err(AgeError::Altered);
        }
        plain.extend_from_slice(opened);
    }
    if pieces == 0 {
        return Err(AgeError::Altered);
    }
    Ok(plain)
}

/// The header without its last line feed.
fn header_of(sealed: &[u8]) -> Option<&str> {
    let start = &sealed[..sealed.len().min(LONGEST_HEADER)];
    if !start.starts_with(FIRST_LINE.as_bytes()) {
        return None;
    }
    let last = memchr::memmem::find(start, b"\n--- ")? + 1;
    let end = last + memchr::memchr(b'\n', &start[last..])?;
    std::str::from_utf8(&start[..end]).ok()
}

/// Looks among the stanzas for one that an identity opens.
fn file_key(stanzas: &str, identities: &[Identity]) -> Result<[u8; 16], AgeError> {
    let mut lines = stanzas.lines().skip(1);
    while let Some(line) = lines.next() {
        let arguments = line.strip_prefix("-> ").ok_or(AgeError::Format)?;
        let mut body = String::new();
        loop {
            let part = lines.next().ok_or(AgeError::Format)?;
            body.push_str(part);
            if part.len() < 64 {
                break;
            }
        }
        let Some(share) = arguments.strip_prefix("X25519 ") else {
            continue;
        };
        let share = STANDARD_NO_PAD.decode(share).ok();
        let share: [u8; 32] = share
            .and_then(|share| share.try_into().ok())
            .ok_or(AgeError::Format)?;
        let body = STANDARD_NO_PAD.decode(body).map_err(|_| AgeError::Format)?;
        if body.len() != 16 + TAG {
            return Err(AgeError::Format);
        }
        for identity in identities {
            let secret = MontgomeryPoint(share).mul_clamped(identity.0).to_bytes();
            if secret == [0; 32] {
                return Err(AgeError::Format);
            }
            let key = wrapping(&secret, &share, &identity.recipient());
            let mut body = body.clone();
            let opened = key.open_in_place(zero(), Aad::empty(), &mut body);
            if let Some(file_key) = opened.ok().and_then(|key| <[u8; 16]>::try_from(&*key).ok()) {
                return Ok(file_key);
            }
        }
    }
    Err(AgeError::NotForYou)
}

/// The file's key, wrapped for one recipient.
fn stanza(file_key: &[u8; 16], recipient: &Recipient, ephemeral: [u8; 32]) -> String {
    let share = MontgomeryPoint::mul_base_clamped(ephemeral).to_bytes();
    let secret = MontgomeryPoint(recipient.0).mul_clamped(ephemeral);
    let key = wrapping(&secret.to_bytes(), &share, recipient);
    let mut body = file_key.to_vec();
    key.seal_in_place_append_tag(zero(), Aad::empty(), &mut body)
        .expect("a key is far below the limit of the cipher");
    let encoded = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    // 32 bytes are 43 letters: the one line, shorter than 64, that ends a stanza.
    format!("-> X25519 {}\n{}\n", encoded(&share), encoded(&body))
}

fn wrapping(secret: &[u8; 32], share: &[u8; 32], recipient: &Recipient) -> LessSafeKey {
    let salt = [share.as_slice(), &recipient.0].concat();
    cipher(&derived(secret, &salt, WRAPPED_FOR))
}

fn payload_key(file_key: &[u8; 16], nonce: &[u8; 16]) -> LessSafeKey {
    cipher(&derived(file_key, nonce, b"payload"))
}

fn mac(file_key: &[u8; 16], header: &str) -> Hmac<Sha256> {
    let key = derived(file_key, &[], b"header");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(header.as_bytes());
    mac
}

/// HKDF with SHA-256 (RFC 5869).
fn derived(secret: &[u8], salt: &[u8], info: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], HKDF_SHA256)
        .and_then(|key| key.fill(&mut out))
        .expect("one hash is not too much to ask for");
    out
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key);
    LessSafeKey::new(key.expect("the cipher takes 32 bytes"))
}

fn zero() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Which piece it is, and whether it is the last.
fn counted(at: usize, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&(at as u64).to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}

fn drawn<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::{AgeError, CHUNK, Identity, Recipient, Rng, open, seal};

    struct Counting(AtomicU8);

    impl Rng for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    fn keys() -> [Identity; 2] {
        [Identity([7; 32]), Identity([9; 32])]
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let to: Vec<Recipient> = keys().iter().map(Identity::recipient).collect();
        seal(plain, &to, &Counting(AtomicU8::new(0)))
    }

    #[test]
    fn what_is_sealed_is_opened_by_each_key_and_by_no_other() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let sealed = sealed(&plain);
            for key in keys() {
                assert_eq!(open(&sealed, &[key]), Ok(plain.clone()), "{length}");
            }
            let other = Identity([8; 32]);
            assert_eq!(open(&sealed, &[other]), Err(AgeError::NotForYou));
        }
    }

    #[test]
    fn no_byte_can_be_changed_and_no_end_cut_off() {
        let sealed = sealed(b"Words that nobody else may read.");
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert!(open(&other, &keys()).is_err(), "byte {at}");
            assert!(open(&sealed[..at], &keys()).is_err(), "cut at {at}");
        }
        let whole_pieces = super::tests::sealed(&[1; 2 * CHUNK]);
        let cut = whole_pieces.len() - CHUNK - super::TAG;
        assert_eq!(open(&whole_pieces[..cut], &keys()), Err(AgeError::Altered));
    }

    #[test]
    fn a_file_of_identities_has_comments() {
        let key = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
        let text = format!("# created\n# public key: age1\n{key}\n\n");
        let read = Identity::read_all(&text).expect("one key");
        assert_eq!(
            read[0].recipient().to_string(),
            "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
        );
        assert!(Identity::read_all("# nothing").is_err());
        assert!(Identity::read_all("age1").is_err());
    }
}
