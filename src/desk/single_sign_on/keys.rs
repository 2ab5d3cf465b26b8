//! The keys that a provider signs with (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::trouble::Untrusted;

/// No more keys of a provider are looked at.
const MOST: usize = 100;

/// The keys of a provider that could have signed an ID token.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Keys {
    /// Reads a JWK set. Keys that are for something else, or that nobody here
    /// could check with, are passed over: a provider may have such.
    ///
    /// # Errors
    /// When it is no set of keys, or none of them is of use.
    pub fn read(bytes: &[u8]) -> Result<Self, Untrusted> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(bytes).map_err(|_| Untrusted::Keys)?;
        let keys: Vec<Key> = set.keys.into_iter().take(MOST).filter_map(read).collect();
        if keys.is_empty() {
            return Err(Untrusted::Keys);
        }
        Ok(Self(keys))
    }

    /// The key that a token names, of the kind that it says it was signed with.
    /// A token may name none where there is only one of its kind.
    pub(super) fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&DecodingKey, Untrusted> {
        let mut fit = self.0.iter().filter(|key| key.algorithm == algorithm);
        let found = match id {
            Some(id) => fit.find(|key| key.id.as_deref() == Some(id)),
            None => fit.next().filter(|_| fit.next().is_none()),
        };
        found.map(|key| &key.key).ok_or(Untrusted::UnknownKey)
    }
}

fn read(value: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let is_for_signing = matches!(
        jwk.common.public_key_use,
        None | Some(PublicKeyUse::Signature)
    );
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            Algorithm::ES256
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            Algorithm::EdDSA
        }
        _ => return None,
    };
    let is_of_it = jwk
        .common
        .key_algorithm
        .is_none_or(|named| named == algorithm.into());
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    (is_for_signing && is_of_it).then_some(Key {
        id: jwk.common.key_id,
        algorithm,
        key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: usize) {
        let found = Keys::read(json.as_bytes()).map_or(0, |keys| keys.0.len());
        assert_eq!(found, expected, "{json}");
    }

    #[test]
    fn keys_of_no_use_are_passed_over() {
        let ed = r#"{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        check(&format!(r#"{{"keys":[{ed}]}}"#), 1);
        let secret = r#"{"kty":"oct","k":"aGVsbG8","kid":"2","alg":"HS256"}"#;
        check(&format!(r#"{{"keys":[{secret}]}}"#), 0);
        let other = r#"{"kty":"MLDSA","alg":"ML-DSA-44"}"#;
        let sealing = ed.replace("\"kid\"", "\"use\":\"enc\",\"kid\"");
        let named = ed.replace("\"kid\"", "\"alg\":\"RS256\",\"kid\"");
        check(
            &format!(r#"{{"keys":[{secret},{other},{sealing},{named},7,{ed}]}}"#),
            1,
        );
        check("{}", 0);
        check("not JSON", 0);
    }
}
