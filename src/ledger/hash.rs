//! The hash that leaves, nodes and roots of the tree are made of.
//!
//! It must not know what a leaf says or where nodes are kept.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What stands before a leaf when it is hashed (RFC 6962, section 2.1).
const LEAF_MARK: u8 = 0x00;

/// What stands before two children when they are hashed (RFC 6962, section
/// 2.1). It differs from the leaf's mark so that no leaf can pass for a node.
const NODE_MARK: u8 = 0x01;

/// A SHA-256 hash in the tree: 32 bytes, written as 64 lower-case hexadecimal
/// digits, or as Base 64 in checkpoints.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// What is wrong with a text that should be a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The text is not 64 hexadecimal digits.
    #[error("a hash is 64 hexadecimal digits; check that it was copied whole")]
    Hex,
    /// The text is not the standard Base 64 of 32 bytes.
    #[error("a hash is the Base 64 of 32 bytes, padding included; check that it was copied whole")]
    Base64,
}

impl Hash {
    /// The root of a tree without leaves: SHA-256 of nothing (RFC 6962,
    /// section 2.1).
    pub const EMPTY_ROOT: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// Hashes a leaf: SHA-256(0x00 ‖ `bytes`) (RFC 6962, section 2.1).
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// assert!(Hash::leaf(b"").to_string().starts_with("6e340b9cffb3"));
    /// ```
    pub fn leaf(bytes: &[u8]) -> Self {
        let hasher = Sha256::new().chain_update([LEAF_MARK]);
        Self(hasher.chain_update(bytes).finalize().into())
    }

    /// Hashes two children: SHA-256(0x01 ‖ `left` ‖ `right`) (RFC 6962,
    /// section 2.1).
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// let (a, b) = (Hash::leaf(b"a"), Hash::leaf(b"b"));
    /// assert_ne!(Hash::node(a, b), Hash::node(b, a));
    /// ```
    pub fn node(left: Self, right: Self) -> Self {
        // One buffer and one call: this is the inner loop of every check.
        let mut bytes = [NODE_MARK; 65];
        bytes[1..33].copy_from_slice(&left.0);
        bytes[33..].copy_from_slice(&right.0);
        Self(Sha256::digest(bytes).into())
    }

    /// Wraps 32 bytes that are already a SHA-256 hash.
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// assert!(Hash::from_bytes([0xab; 32]).to_string().starts_with("abab"));
    /// ```
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes of the hash.
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// assert_eq!(Hash::from_bytes([7; 32]).as_bytes(), &[7; 32]);
    /// ```
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the standard Base 64 of a hash (RFC 4648, section 4), padding
    /// included; anything but exactly 32 bytes is [`HashError::Base64`].
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// let text = Hash::EMPTY_ROOT.to_base64();
    /// assert_eq!(Hash::from_base64(&text), Ok(Hash::EMPTY_ROOT));
    /// ```
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashError::Base64)?;
        let bytes = bytes.try_into().map_err(|_| HashError::Base64)?;
        Ok(Self(bytes))
    }

    /// Writes the hash in standard Base 64, as checkpoints and proofs do.
    ///
    /// ```
    /// use citekeep::ledger::hash::Hash;
    /// assert!(Hash::EMPTY_ROOT.to_base64().starts_with("47DEQpj8"));
    /// ```
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }
}

/// Commits to `body` without showing it: SHA-256(`salt` ‖ `body`).
///
/// The salt keeps a short or guessable body from being found by trial, and
/// once salt and body are erased the commitment tells nothing about them.
///
/// ```
/// use citekeep::ledger::hash::commitment;
/// assert_ne!(commitment(&[1; 16], b"body"), commitment(&[2; 16], b"body"));
/// ```
pub fn commitment(salt: &[u8; 16], body: &[u8]) -> Hash {
    let hasher = Sha256::new().chain_update(salt);
    Hash(hasher.chain_update(body).finalize().into())
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        if text.len() != 64 {
            return Err(HashError::Hex);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = (hex_digit(pair[0])? << 4) | hex_digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn hex_digit(digit: u8) -> Result<u8, HashError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(HashError::Hex),
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}
