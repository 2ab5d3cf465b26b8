//! Passkeys (Web Authentication): what the log remembers of a reviewer's own
//! key, and what it made.
//!
//! Whether a signature is right is for the ledger's arithmetic; these are the
//! values that it is given.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::choice::choice;
use super::hash::ContentHash;
use super::ids::PersonId;
use super::schema;
use super::words::Name;

/// The most bytes that one part of a signature may have.
const MOST: usize = 4_096;

choice! {
    /// Whether reviewers sign with keys of their own.
    SigningRule {
        /// Nobody is asked to.
        Off = "off" / "nobody signs",
        /// Whoever has a passkey may sign.
        Offered = "offered" / "whoever has a passkey may sign",
        /// No verdict and no approval without a signature.
        Required = "required" / "every verdict and approval is signed",
    }
}

/// Bytes as browsers and the log write them: Base 64 for URLs without padding
/// (RFC 4648, section 5), at most 4,096 of them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Octets(Vec<u8>);

/// A text that is no Base 64 for URLs, or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not what a browser sends: Base 64 for URLs without padding, {MOST} bytes at most; try again with another browser"
)]
pub struct BadOctets;

impl Octets {
    /// Takes bytes that are not too many.
    pub fn of(bytes: &[u8]) -> Result<Self, BadOctets> {
        if bytes.is_empty() || bytes.len() > MOST {
            return Err(BadOctets);
        }
        Ok(Self(bytes.to_vec()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for Octets {
    type Err = BadOctets;

    fn from_str(text: &str) -> Result<Self, BadOctets> {
        if text.len() > MOST * 2 {
            return Err(BadOctets);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadOctets)?;
        Self::of(&bytes)
    }
}

impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Octets({self})")
    }
}

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn octets() -> Schema {
    json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" })
}

schema::described!(Octets, |_| octets());

/// A passkey as its owner registered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Passkey {
    /// Whose it is.
    pub person: PersonId,
    /// What the owner calls it.
    pub name: Name,
    /// Names it among all passkeys: the credential id.
    pub credential: Octets,
    /// The public key: SubjectPublicKeyInfo (RFC 5280) in DER.
    pub public_key: Octets,
    /// The name that it was made for: the relying party.
    pub rp_id: String,
    /// The address of the page on which it was made, without a path.
    pub origin: String,
}

impl Passkey {
    /// SHA-256 of the public key, in groups of four digits: short enough to be
    /// written down and compared by eye.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.public_key.as_bytes())
    }
}

/// The first 32 digits of a public key's SHA-256, in groups of four.
fn fingerprint(public_key: &[u8]) -> String {
    let hash = ContentHash::of(public_key).to_string();
    let groups: Vec<&str> = (0..8).map(|at| &hash[at * 4..at * 4 + 4]).collect();
    groups.join(" ")
}

/// What a passkey made of a statement: an assertion (Web Authentication,
/// section 7.2). What is signed is the authenticator's data, followed by
/// SHA-256 of the client's data, which holds SHA-256 of the statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonalSignature {
    /// How many entries the log had when the statement was prepared. It is part
    /// of what is signed, so that no two statements are the same.
    pub after: u64,
    /// The passkey.
    pub credential: Octets,
    /// `authenticatorData`, as the authenticator made it.
    pub authenticator_data: Octets,
    /// `clientDataJSON`, as the browser made it.
    pub client_data: Octets,
    /// The signature.
    pub signature: Octets,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_written_one_way() {
        let octets: Octets = "_-8".parse().expect("Base 64 for URLs");
        assert_eq!(octets.as_bytes(), [0xff, 0xef]);
        assert_eq!(octets.to_string(), "_-8");
        for bad in ["", "_-8=", "/+8", "_-9", "a b"] {
            assert_eq!(bad.parse::<Octets>(), Err(BadOctets), "{bad}");
        }
        let long = "A".repeat(MOST * 2);
        assert_eq!(long.parse::<Octets>(), Err(BadOctets));
    }

    #[test]
    fn a_fingerprint_is_the_beginning_of_the_hash() {
        assert_eq!(
            fingerprint(b"abc"),
            "ba78 16bf 8f01 cfea 4141 40de 5dae 2223"
        );
    }
}
