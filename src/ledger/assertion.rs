//! Assertions of passkeys (W3C Web Authentication, section 7.2): whether a
//! public key signed a statement, on the page of the site that asked for it,
//! with somebody there.
//!
//! It must not know whose key it is, nor what the statement says. What an
//! authenticator counts is not looked at: keys that are kept on several
//! devices count nothing, and a statement is signed once anyway.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Somebody was there: the flag of the authenticator's data.
const PRESENT: u8 = 0x01;
/// Somebody was recognised: by a finger, a face or a secret.
const RECOGNISED: u8 = 0x04;
/// A public key follows.
const ATTESTED: u8 = 0x40;

/// What stands before an uncompressed point of P-256 in a
/// SubjectPublicKeyInfo (RFC 5480).
const SPKI_P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// What stands before the 32 bytes of an Ed25519 key (RFC 8410).
const SPKI_ED25519: &[u8] = &[
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// What stands before an RSA key of 2,048 bits (RFC 3279).
const SPKI_RSA: &[u8] = &[
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
    0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00,
];
/// What stands in an RSAPublicKey of 2,048 bits before its modulus, whose
/// first bit is set, and after it: the exponent 65,537.
const RSA_BEFORE: &[u8] = &[0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
const RSA_AFTER: &[u8] = &[0x02, 0x03, 0x01, 0x00, 0x01];

/// A public key that a passkey has: ECDSA on P-256 (ES256), Ed25519 (EdDSA),
/// or RSA of 2,048 bits (RS256).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kind: Kind,
    /// The key as the arithmetic takes it.
    raw: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    Ed25519,
    Rsa,
}

/// What a passkey answered.
#[derive(Debug, Clone, Copy)]
pub struct Assertion<'a> {
    /// `authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// The signature over both.
    pub signature: &'a [u8],
}

/// What it was asked, and where.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The bytes whose SHA-256 is the challenge.
    pub statement: &'a [u8],
    /// The page's address without a path: `https://desk.example`.
    pub origin: &'a str,
    /// The name that the passkey was made for: `desk.example`.
    pub rp_id: &'a str,
}

/// A passkey that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// Its public key.
    pub key: PublicKey,
}

/// What is wrong with what a passkey answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// The client's data cannot be read.
    #[error("the browser's data is not what Web Authentication says; try again")]
    ClientData,
    /// The authenticator's data cannot be read.
    #[error("the authenticator's data is not what Web Authentication says; try again")]
    AuthenticatorData,
    /// It was made for something else.
    #[error("the passkey was asked for something else than this; try again")]
    Ceremony,
    /// It signed another statement.
    #[error("the passkey signed another statement than this one; do not trust it")]
    Challenge,
    /// It was made on a page of another site.
    #[error("the passkey was asked by a page of another site; do not trust it")]
    Origin,
    /// It was made for another site.
    #[error("the passkey signed for another site; do not trust it")]
    RelyingParty,
    /// Nobody was there.
    #[error("the passkey signed without anybody there; do not trust it")]
    NobodyPresent,
    /// Whoever was there was not recognised.
    #[error("the passkey did not make sure who was there: a finger, a face or a secret is needed")]
    NobodyRecognised,
    /// The signature is not the key's.
    #[error("the signature is not by this passkey over this statement; do not trust it")]
    Signature,
    /// The key is of a kind that is not read here.
    #[error(
        "the passkey's public key is none of ES256, EdDSA and RS256 with 2,048 bits; use another passkey"
    )]
    Key,
}

/// What a browser adds to what is signed.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

/// The challenge of a statement: its SHA-256.
///
/// ```
/// use citekeep::ledger::assertion::challenge;
/// assert_eq!(challenge(b"abc")[..2], [0xba, 0x78]);
/// ```
pub fn challenge(statement: &[u8]) -> [u8; 32] {
    Sha256::digest(statement).into()
}

/// Checks that `key` signed the statement where it was asked, with somebody
/// there who was recognised.
///
/// ```
/// use citekeep::ledger::assertion::{AssertionError, PublicKey, check};
/// # use citekeep::ledger::assertion::{Assertion, Asked};
/// let key = PublicKey::from_spki(&[
///     0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 1, 2, 3, 4, 5, 6, 7,
///     8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
///     32,
/// ])?;
/// let answer = Assertion { authenticator_data: b"", client_data: b"{}", signature: b"" };
/// let asked = Asked { statement: b"words", origin: "https://desk.example", rp_id: "desk.example" };
/// assert_eq!(check(&answer, &key, &asked), Err(AssertionError::ClientData));
/// # Ok::<(), AssertionError>(())
/// ```
pub fn check(
    answer: &Assertion<'_>,
    key: &PublicKey,
    asked: &Asked<'_>,
) -> Result<(), AssertionError> {
    check_client(answer.client_data, "webauthn.get", asked)?;
    check_authenticator(answer.authenticator_data, asked.rp_id)?;
    let mut signed = answer.authenticator_data.to_vec();
    signed.extend_from_slice(&Sha256::digest(answer.client_data));
    key.accepts(&signed, answer.signature)
}

/// Reads a passkey that was just made, and checks that it was made where it
/// was asked for. Without attestation nothing tells what made it.
///
/// ```
/// use citekeep::ledger::assertion::{Asked, AssertionError, created};
/// let asked = Asked { statement: b"words", origin: "https://desk.example", rp_id: "desk.example" };
/// assert_eq!(created(b"{}", b"", &asked), Err(AssertionError::ClientData));
/// ```
pub fn created(
    client_data: &[u8],
    authenticator_data: &[u8],
    asked: &Asked<'_>,
) -> Result<Created, AssertionError> {
    check_client(client_data, "webauthn.create", asked)?;
    check_authenticator(authenticator_data, asked.rp_id)?;
    let bad = AssertionError::AuthenticatorData;
    // After 37 bytes follow, where a key is attested, 16 bytes that name the
    // kind of authenticator, the id with its length before it, and the key.
    let flags = authenticator_data.get(32).ok_or(bad)?;
    if flags & ATTESTED == 0 {
        return Err(bad);
    }
    let rest = authenticator_data.get(37 + 16..).ok_or(bad)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(bad)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > 1_023 || rest.len() < length {
        return Err(bad);
    }
    let (credential, key) = rest.split_at(length);
    Ok(Created {
        credential: credential.to_vec(),
        key: PublicKey::from_cose(key)?,
    })
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280) in DER, as `openssl` does.
    ///
    /// ```
    /// use citekeep::ledger::assertion::{AssertionError, PublicKey};
    /// assert_eq!(PublicKey::from_spki(b"no key"), Err(AssertionError::Key));
    /// ```
    pub fn from_spki(der: &[u8]) -> Result<Self, AssertionError> {
        let is_point = |key: &&[u8]| key.len() == 65 && key[0] == 4;
        if let Some(key) = der.strip_prefix(SPKI_P256).filter(is_point) {
            return Ok(Self::of(Kind::P256, key));
        }
        if let Some(key) = der.strip_prefix(SPKI_ED25519).filter(|key| key.len() == 32) {
            return Ok(Self::of(Kind::Ed25519, key));
        }
        let rsa = der.strip_prefix(SPKI_RSA).filter(|key| is_rsa(key));
        rsa.map(|key| Self::of(Kind::Rsa, key))
            .ok_or(AssertionError::Key)
    }

    /// Writes the SubjectPublicKeyInfo in DER.
    ///
    /// ```
    /// use citekeep::ledger::assertion::{AssertionError, PublicKey};
    /// let der: Vec<u8> = [
    ///     0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    /// ].into_iter().chain(1..=32).collect();
    /// assert_eq!(PublicKey::from_spki(&der)?.to_spki(), der);
    /// # Ok::<(), AssertionError>(())
    /// ```
    pub fn to_spki(&self) -> Vec<u8> {
        let before = match self.kind {
            Kind::P256 => SPKI_P256,
            Kind::Ed25519 => SPKI_ED25519,
            Kind::Rsa => SPKI_RSA,
        };
        [before, &self.raw].concat()
    }

    fn of(kind: Kind, raw: &[u8]) -> Self {
        Self {
            kind,
            raw: raw.to_vec(),
        }
    }

    /// Reads a COSE key (RFC 9053) at the front of `bytes`. Authenticators
    /// write them in the one canonical form of CTAP2, so that each kind has one
    /// beginning; extensions may follow.
    fn from_cose(bytes: &[u8]) -> Result<Self, AssertionError> {
        const P256_X: &[u8] = &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        const P256_Y: &[u8] = &[0x22, 0x58, 0x20];
        const ED25519: &[u8] = &[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
        const RSA_N: &[u8] = &[
            0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00,
        ];
        const RSA_E: &[u8] = &[0x21, 0x43, 0x01, 0x00, 0x01];
        let bad = AssertionError::Key;
        if let Some(rest) = bytes.strip_prefix(P256_X) {
            let (x, rest) = rest.split_first_chunk::<32>().ok_or(bad)?;
            let rest = rest.strip_prefix(P256_Y).ok_or(bad)?;
            let (y, _) = rest.split_first_chunk::<32>().ok_or(bad)?;
            return Ok(Self::of(Kind::P256, &[&[4][..], x, y].concat()));
        }
        if let Some(rest) = bytes.strip_prefix(ED25519) {
            let (key, _) = rest.split_first_chunk::<32>().ok_or(bad)?;
            return Ok(Self::of(Kind::Ed25519, key));
        }
        let rest = bytes.strip_prefix(RSA_N).ok_or(bad)?;
        let (modulus, rest) = rest.split_first_chunk::<256>().ok_or(bad)?;
        rest.strip_prefix(RSA_E).ok_or(bad)?;
        let key = [RSA_BEFORE, modulus, RSA_AFTER].concat();
        if !is_rsa(&key) {
            return Err(bad);
        }
        Ok(Self::of(Kind::Rsa, &key))
    }

    fn accepts(&self, message: &[u8], signature: &[u8]) -> Result<(), AssertionError> {
        let algorithm: &'static dyn VerificationAlgorithm = match self.kind {
            Kind::P256 => &ECDSA_P256_SHA256_ASN1,
            Kind::Ed25519 => &ED25519,
            Kind::Rsa => &RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.raw)
            .verify(message, signature)
            .map_err(|_| AssertionError::Signature)
    }
}

/// Whether this is an RSAPublicKey of exactly 2,048 bits with the exponent
/// 65,537.
fn is_rsa(key: &[u8]) -> bool {
    let modulus = key.strip_prefix(RSA_BEFORE);
    let modulus = modulus.and_then(|rest| rest.strip_suffix(RSA_AFTER));
    modulus.is_some_and(|modulus| modulus.len() == 256 && modulus[0] >= 0x80)
}

fn check_client(bytes: &[u8], ceremony: &str, asked: &Asked<'_>) -> Result<(), AssertionError> {
    let client: ClientData =
        serde_json::from_slice(bytes).map_err(|_| AssertionError::ClientData)?;
    if client.ceremony != ceremony {
        return Err(AssertionError::Ceremony);
    }
    if client.challenge != URL_SAFE_NO_PAD.encode(challenge(asked.statement)) {
        return Err(AssertionError::Challenge);
    }
    if client.origin != asked.origin || client.cross_origin {
        return Err(AssertionError::Origin);
    }
    Ok(())
}

fn check_authenticator(data: &[u8], rp_id: &str) -> Result<(), AssertionError> {
    let (head, _) = data
        .split_first_chunk::<37>()
        .ok_or(AssertionError::AuthenticatorData)?;
    let site: [u8; 32] = Sha256::digest(rp_id).into();
    if head[..32] != site {
        return Err(AssertionError::RelyingParty);
    }
    if head[32] & PRESENT == 0 {
        return Err(AssertionError::NobodyPresent);
    }
    if head[32] & RECOGNISED == 0 {
        return Err(AssertionError::NobodyRecognised);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
