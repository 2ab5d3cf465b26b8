//! Names and Ed25519 keys of those who sign notes (C2SP signed-note), in the
//! text forms that Go's `sumdb/note` and other verifiers read.
//!
//! It must not know where keys are kept or where their chance comes from.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

/// The signature type that C2SP signed-note gives to Ed25519.
const ED25519: u8 = 0x01;

/// What a signing key's text begins with, so that nobody takes it for the
/// public one.
pub(super) const PRIVATE: &str = "PRIVATE+KEY+";

/// The first four bytes of a hash over a key and its name, which stand before
/// each signature to say who made it. Too short to be trusted by itself.
pub type KeyHash = [u8; 4];

/// The name of a key: not empty, without Unicode white space, `+` or control
/// characters. A URL without its scheme is the custom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// What is wrong with a key or its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name may not be used in a note.
    #[error(
        "a key name is not empty and has no white space, `+` or control character; use a host name such as `desk.example/log`"
    )]
    Name,
    /// The text does not have the parts of a verifier key.
    #[error("a verifier key reads `name+hash+key`; check that it was copied whole")]
    VerifierForm,
    /// The text does not have the parts of a signing key.
    #[error("a signing key reads `PRIVATE+KEY+name+hash+key`; check that it was copied whole")]
    SigningForm,
    /// The key is of a type that is not read here.
    #[error("the key is not of type 1, Ed25519; ask the signer for an Ed25519 key")]
    Algorithm,
    /// The key is not one that cosigns.
    #[error("the key is not of type 4, an Ed25519 key that cosigns; ask the witness for that one")]
    CosignerAlgorithm,
    /// The 32 bytes are no point of the curve, or one that anybody can sign for.
    #[error("the public key is not a safe Ed25519 key; ask the signer for another")]
    PublicKey,
    /// The hash beside the key is not the hash of this key and name.
    #[error("the key hash does not belong to this name and key; check that neither was changed")]
    HashMismatch,
}

/// A public key with its name: what a stranger needs to check a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    hash: KeyHash,
    key: ed25519_dalek::VerifyingKey,
}

/// A private key with its name. It has no `Display`, and its `Debug` shows the
/// public half alone, so that it is not printed by accident.
#[derive(Clone)]
pub struct SigningKey {
    verifier: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

impl KeyName {
    /// Returns the name as it stands in notes.
    ///
    /// ```
    /// use citekeep::ledger::key::KeyName;
    /// let name: KeyName = "desk.example/log".parse().expect("a good name");
    /// assert_eq!(name.as_str(), "desk.example/log");
    /// assert!("two words".parse::<KeyName>().is_err());
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl VerifierKey {
    /// Makes a verifier key of a name and the 32 bytes of an Ed25519 public
    /// key (RFC 8032); a key that anybody could sign for is refused.
    ///
    /// ```
    /// use citekeep::ledger::key::{SigningKey, VerifierKey};
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let signer = SigningKey::from_seed(name, &[7; 32]).verifier();
    /// let name = signer.name().clone();
    /// assert_eq!(VerifierKey::new(name, &signer.public_bytes()), Ok(signer));
    /// ```
    pub fn new(name: KeyName, public: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(public);
        let key = key.map_err(|_| KeyError::PublicKey)?;
        if key.is_weak() {
            return Err(KeyError::PublicKey);
        }
        Ok(Self::of(name, key))
    }

    fn of(name: KeyName, key: ed25519_dalek::VerifyingKey) -> Self {
        let hash = key_hash(&name, ED25519, key.as_bytes());
        Self { name, hash, key }
    }

    /// Returns the key's name.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]).verifier();
    /// assert_eq!(key.name().as_str(), "desk.example/log");
    /// ```
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the four bytes that stand before this key's signatures.
    ///
    /// ```
    /// use citekeep::ledger::key::VerifierKey;
    /// let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    /// let key: VerifierKey = text.parse().expect("a published key");
    /// assert_eq!(key.hash(), [0xc7, 0x4f, 0x20, 0xa3]);
    /// ```
    pub const fn hash(&self) -> KeyHash {
        self.hash
    }

    /// Returns the 32 bytes of the Ed25519 public key.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]).verifier();
    /// assert_eq!(key.public_bytes().len(), 32);
    /// ```
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Tells whether `signature` is this key's Ed25519 signature of `message`.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// let signature = key.sign_bytes(b"words");
    /// assert!(key.verifier().accepts(b"words", &signature));
    /// assert!(!key.verifier().accepts(b"other words", &signature));
    /// ```
    pub fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl SigningKey {
    /// Makes a signing key of a name and a 32-byte Ed25519 seed (RFC 8032).
    ///
    /// The seed must come from a cryptographic source and be kept secret.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// assert_eq!(key.name().as_str(), "desk.example/log");
    /// ```
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let verifier = VerifierKey::of(name, key.verifying_key());
        Self { verifier, key }
    }

    /// Returns the key's name.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// assert_eq!(SigningKey::from_seed(name, &[7; 32]).name().as_str(), "desk.example/log");
    /// ```
    pub const fn name(&self) -> &KeyName {
        &self.verifier.name
    }

    /// Returns the public half, to be given to whoever wants to check.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]).verifier();
    /// assert!(key.to_string().starts_with("desk.example/log+"));
    /// ```
    pub fn verifier(&self) -> VerifierKey {
        self.verifier.clone()
    }

    /// Writes the private form, `PRIVATE+KEY+name+hash+key`, to be kept secret.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let text = SigningKey::from_seed(name, &[7; 32]).to_private_text();
    /// let again: SigningKey = text.parse().expect("it reads what it writes");
    /// assert_eq!(again.to_private_text(), text);
    /// ```
    pub fn to_private_text(&self) -> String {
        let VerifierKey { name, hash, .. } = &self.verifier;
        format!(
            "{PRIVATE}{}",
            three_parts(name, *hash, (ED25519, self.key.as_bytes()))
        )
    }

    pub(super) fn seed(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Signs `message` and returns the 64 bytes of the Ed25519 signature.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// assert_eq!(key.sign_bytes(b"words"), key.sign_bytes(b"words"));
    /// ```
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// Returns the four bytes that stand before this key's signatures.
    ///
    /// ```
    /// use citekeep::ledger::key::SigningKey;
    /// let name = "desk.example/log".parse().expect("a good name");
    /// let key = SigningKey::from_seed(name, &[7; 32]);
    /// assert_eq!(key.hash(), key.verifier().hash());
    /// ```
    pub const fn hash(&self) -> KeyHash {
        self.verifier.hash
    }
}

/// The first bytes of the hash over a name, a signature type and a public key.
pub(super) fn key_hash(name: &KeyName, algorithm: u8, public: &[u8; 32]) -> KeyHash {
    let hasher = Sha256::new().chain_update(name.as_str());
    let hasher = hasher.chain_update([b'\n', algorithm]);
    let [a, b, c, d, ..] = <[u8; 32]>::from(hasher.chain_update(public).finalize());
    [a, b, c, d]
}

/// Writes `name+hash+key`, the key behind the byte of its signature type.
pub(super) fn three_parts(
    name: &KeyName,
    hash: KeyHash,
    (algorithm, key): (u8, &[u8; 32]),
) -> String {
    let mut bytes = vec![algorithm];
    bytes.extend_from_slice(key);
    let (hash, key) = (u32::from_be_bytes(hash), STANDARD.encode(bytes));
    format!("{name}+{hash:08x}+{key}")
}

/// Takes `name+hash+key` apart; nothing if a part is missing or misshapen.
pub(super) fn parse_three_parts(text: &str) -> Option<(&str, KeyHash, Vec<u8>)> {
    // The key's Base 64 may itself hold a `+`, the name and the hash may not.
    let (name, rest) = text.split_once('+')?;
    let (hash, key) = rest.split_once('+')?;
    if hash.len() != 8 || !hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let hash = u32::from_str_radix(hash, 16).ok()?.to_be_bytes();
    Some((name, hash, STANDARD.decode(key).ok()?))
}

/// Takes the type byte, which has to be `wanted`, off an encoded key; what is
/// left has 32 bytes.
pub(super) fn typed_bytes(
    key: &[u8],
    (wanted, other): (u8, KeyError),
    bad_form: KeyError,
) -> Result<[u8; 32], KeyError> {
    let (algorithm, key) = key.split_first().ok_or(bad_form)?;
    if *algorithm != wanted {
        return Err(other);
    }
    key.try_into().map_err(|_| bad_form)
}

impl FromStr for KeyName {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // A control character would make every note signed with it unreadable.
        let bad = |c: char| c.is_whitespace() || c == '+' || c < ' ';
        if text.is_empty() || text.contains(bad) {
            return Err(KeyError::Name);
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, hash, key) = parse_three_parts(text).ok_or(KeyError::VerifierForm)?;
        let public = typed_bytes(&key, (ED25519, KeyError::Algorithm), KeyError::VerifierForm)?;
        let key = Self::new(name.parse()?, &public)?;
        if key.hash == hash {
            Ok(key)
        } else {
            Err(KeyError::HashMismatch)
        }
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let parts = text.strip_prefix(PRIVATE).and_then(parse_three_parts);
        let (name, hash, key) = parts.ok_or(KeyError::SigningForm)?;
        let seed = typed_bytes(&key, (ED25519, KeyError::Algorithm), KeyError::SigningForm)?;
        let key = Self::from_seed(name.parse()?, &seed);
        if key.hash() == hash {
            Ok(key)
        } else {
            Err(KeyError::HashMismatch)
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&three_parts(
            &self.name,
            self.hash,
            (ED25519, self.key.as_bytes()),
        ))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, private half not shown)", self.verifier)
    }
}
