//! Cosignatures of checkpoints (C2SP tlog-cosignature, the Ed25519 form): a
//! witness says that at a moment this was the largest consistent tree that it
//! had seen of a log.
//!
//! It must not know how a witness is asked, nor what it remembers.

use std::fmt;
use std::str::FromStr;

use super::key::{KeyError, KeyHash, KeyName, PRIVATE, SigningKey, VerifierKey};
use super::key::{key_hash, parse_three_parts, three_parts, typed_bytes};
use super::note::{self, Note};

/// The signature type that C2SP signed-note gives to these cosignatures.
const COSIGNATURE_V1: u8 = 0x04;

/// How many bytes the time has that stands before a signature.
const TIME_BYTES: usize = 8;

/// The public key of a witness, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignerKey {
    /// Whose hash is another one than that of the same key as it signs notes.
    key: VerifierKey,
    hash: KeyHash,
}

/// The private key of a witness. Its `Debug` shows the public half alone.
#[derive(Debug, Clone)]
pub struct CosigningKey {
    key: SigningKey,
    verifier: CosignerKey,
}

/// A cosignature that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    time: u64,
    line: String,
}

/// What is wrong with a cosignature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// No line claims to be by the key asked for.
    #[error("there is no cosignature by {0}; check which witness was asked")]
    NotCosignedBy(KeyName),
    /// A line that claims to be by the key has not the bytes of a cosignature.
    #[error("the cosignature by {0} is not a time and a signature; do not trust the note")]
    Form(KeyName),
    /// The time is zero or beyond 63 bits.
    #[error("the cosignature by {0} has no possible time; do not trust the note")]
    Time(KeyName),
    /// The signature does not belong to this checkpoint, time and key.
    #[error("the cosignature by {0} does not belong to this checkpoint; do not trust the note")]
    BadSignature(KeyName),
}

/// Cosigns the text of a checkpoint at a time, in seconds since 1970, and
/// returns the signature line with its newline.
///
/// Whoever calls this has checked that the checkpoint continues what was
/// cosigned before.
///
/// ```
/// use citekeep::ledger::cosignature::{CosigningKey, cosign};
/// let name = "witness.example/w1".parse().expect("a good name");
/// let key = CosigningKey::from_seed(name, &[7; 32]);
/// let line = cosign("log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", 1, &key);
/// assert!(line.starts_with("\u{2014} witness.example/w1 "));
/// ```
pub fn cosign(text: &str, time: u64, key: &CosigningKey) -> String {
    let signature = key.key.sign_bytes(message(text, time).as_bytes());
    line(&key.verifier, time, &signature)
}

/// Checks the cosignatures of a note by one key, and returns the newest.
///
/// Lines by other keys are passed over. One by this key that does not verify
/// is an error even beside one that does.
///
/// ```
/// use citekeep::ledger::cosignature::{CosigningKey, cosign, verify};
/// use citekeep::ledger::note::Note;
/// let text = "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
/// let name = "witness.example/w1".parse().expect("a good name");
/// let key = CosigningKey::from_seed(name, &[7; 32]);
/// let message = format!("{text}\n{}", cosign(text, 1_646_092_800, &key));
/// let note = Note::parse(&message).expect("a note");
/// let found = verify(&note, &key.verifier()).expect("a cosignature");
/// assert_eq!(found.time(), 1_646_092_800);
/// ```
pub fn verify(note: &Note<'_>, key: &CosignerKey) -> Result<Cosignature, CosignatureError> {
    let mut newest: Option<Cosignature> = None;
    for bytes in note.signatures_by(key.name(), key.hash) {
        let found = check(note.text(), bytes, key)?;
        if newest.as_ref().is_none_or(|other| other.time < found.time) {
            newest = Some(found);
        }
    }
    newest.ok_or_else(|| CosignatureError::NotCosignedBy(key.name().clone()))
}

fn check(text: &str, bytes: &[u8], key: &CosignerKey) -> Result<Cosignature, CosignatureError> {
    let name = || key.name().clone();
    let (time, signature) = bytes
        .split_first_chunk::<TIME_BYTES>()
        .filter(|(_, signature)| signature.len() == 64)
        .ok_or_else(|| CosignatureError::Form(name()))?;
    let time = u64::from_be_bytes(*time);
    // The standard bounds it from above. Zero would be a statement about no
    // moment, which only other kinds of cosignature make.
    if time == 0 || i64::try_from(time).is_err() {
        return Err(CosignatureError::Time(name()));
    }
    if !key.key.accepts(message(text, time).as_bytes(), signature) {
        return Err(CosignatureError::BadSignature(name()));
    }
    let line = line(key, time, signature);
    Ok(Cosignature { time, line })
}

/// What is signed: a header, the time, and the whole text of the checkpoint.
fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn line(key: &CosignerKey, time: u64, signature: &[u8]) -> String {
    let bytes = [&key.hash[..], &time.to_be_bytes(), signature].concat();
    note::line(key.name(), &bytes)
}

impl Cosignature {
    /// Returns when it was made, in seconds since 1970.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::{CosigningKey, cosign, verify};
    /// use citekeep::ledger::note::Note;
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// let message = format!("words\n\n{}", cosign("words\n", 5, &key));
    /// let note = Note::parse(&message).expect("a note");
    /// assert_eq!(verify(&note, &key.verifier()).expect("a cosignature").time(), 5);
    /// ```
    pub const fn time(&self) -> u64 {
        self.time
    }

    /// Returns its line, newline included, as it is added to a note.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::{CosigningKey, cosign, verify};
    /// use citekeep::ledger::note::Note;
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// let line = cosign("words\n", 5, &key);
    /// let message = format!("words\n\n{line}");
    /// let note = Note::parse(&message).expect("a note");
    /// assert_eq!(verify(&note, &key.verifier()).expect("a cosignature").line(), line);
    /// ```
    pub fn line(&self) -> &str {
        &self.line
    }
}

impl CosignerKey {
    fn of(key: VerifierKey) -> Self {
        let hash = key_hash(key.name(), COSIGNATURE_V1, &key.public_bytes());
        Self { key, hash }
    }

    /// Returns the name of the witness.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::CosigningKey;
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// assert_eq!(key.verifier().name().as_str(), "w.example");
    /// ```
    pub const fn name(&self) -> &KeyName {
        self.key.name()
    }

    /// Returns the 32 bytes of the Ed25519 public key, by which two verifier
    /// keys are known as the same one under two names.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::CosigningKey;
    /// let [a, b] = ["a.example", "b.example"].map(|name| {
    ///     CosigningKey::from_seed(name.parse().expect("a name"), &[7; 32]).verifier()
    /// });
    /// assert_ne!(a, b);
    /// assert_eq!(a.public_bytes(), b.public_bytes());
    /// ```
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.public_bytes()
    }
}

impl CosigningKey {
    /// Makes the key of a witness of a name and a 32-byte Ed25519 seed.
    ///
    /// The seed must come from a cryptographic source, be kept secret, and
    /// serve no other witness: what is signed does not name the witness.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::CosigningKey;
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// assert!(key.verifier().to_string().starts_with("w.example+"));
    /// ```
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_seed(name, seed);
        let verifier = CosignerKey::of(key.verifier());
        Self { key, verifier }
    }

    /// Returns the public half, to be given to logs and their readers.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::{CosignerKey, CosigningKey};
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// let text = key.verifier().to_string();
    /// assert_eq!(text.parse::<CosignerKey>(), Ok(key.verifier()));
    /// ```
    pub fn verifier(&self) -> CosignerKey {
        self.verifier.clone()
    }

    /// Writes the private form, `PRIVATE+KEY+name+hash+key`, to be kept secret.
    ///
    /// ```
    /// use citekeep::ledger::cosignature::CosigningKey;
    /// let key = CosigningKey::from_seed("w.example".parse().expect("a name"), &[7; 32]);
    /// let again: CosigningKey = key.to_private_text().parse().expect("it reads what it writes");
    /// assert_eq!(again.verifier(), key.verifier());
    /// ```
    pub fn to_private_text(&self) -> String {
        let CosignerKey { key, hash } = &self.verifier;
        let seed = self.key.seed();
        let text = three_parts(key.name(), *hash, (COSIGNATURE_V1, &seed));
        format!("{PRIVATE}{text}")
    }
}

impl FromStr for CosignerKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, hash, key) = parse_three_parts(text).ok_or(KeyError::VerifierForm)?;
        let other = (COSIGNATURE_V1, KeyError::CosignerAlgorithm);
        let public = typed_bytes(&key, other, KeyError::VerifierForm)?;
        let key = Self::of(VerifierKey::new(name.parse()?, &public)?);
        if key.hash == hash {
            Ok(key)
        } else {
            Err(KeyError::HashMismatch)
        }
    }
}

impl FromStr for CosigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let parts = text.strip_prefix(PRIVATE).and_then(parse_three_parts);
        let (name, hash, key) = parts.ok_or(KeyError::SigningForm)?;
        let other = (COSIGNATURE_V1, KeyError::CosignerAlgorithm);
        let seed = typed_bytes(&key, other, KeyError::SigningForm)?;
        let key = Self::from_seed(name.parse()?, &seed);
        if key.verifier.hash == hash {
            Ok(key)
        } else {
            Err(KeyError::HashMismatch)
        }
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = (COSIGNATURE_V1, &self.key.public_bytes());
        f.write_str(&three_parts(self.name(), self.hash, key))
    }
}
