//! ID tokens (OpenID Connect Core 1.0, section 3.1.3.7): whether one is believed,
//! and whom it names.
//!
//! It must not know the desk, the network or the clock: bytes, keys and what is
//! expected come in, and somebody or a reason comes out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use ring::digest::{SHA256, SHA512, digest};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::Keys;
use super::signature::{self, ALGORITHMS};
use super::trouble::Untrusted;

/// No longer ID token is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// By how much clocks may differ, in seconds.
const SKEW: i64 = 60;
/// An ID token is not older, in seconds: it is fetched as soon as it is there.
const OLDEST: i64 = 600;
/// No longer name of an account is taken, in bytes (OpenID Connect Core, section 2,
/// has 255).
const LONGEST_SUBJECT: usize = 255;

/// What an ID token is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The issuer, to the letter.
    pub issuer: &'a str,
    /// How it knows the desk.
    pub client: &'a str,
    /// What the desk gave it to be said again.
    pub nonce: &'a str,
    /// The access token that came beside it.
    pub access: Option<&'a str>,
    /// The claim that names the account.
    pub claim: &'a str,
    /// The moment that it is, in seconds since 1970.
    pub now: i64,
    /// The moment since which somebody must have shown who they are, in seconds
    /// since 1970; none: it need not say.
    pub shown_since: Option<i64>,
}

/// Whom an ID token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// What names the account for good.
    pub subject: String,
    /// The address, whether or not the provider vouches for it, in small letters.
    pub email: Option<String>,
    /// Whether the provider vouches for it.
    pub is_verified: bool,
    /// The person's name.
    pub name: Option<String>,
    /// The domain of Google Workspace.
    pub hosted: Option<String>,
    /// The tenant of Entra.
    pub tenant: Option<String>,
    /// When they showed who they are, in seconds since 1970.
    pub shown_at: Option<i64>,
    /// By what means (RFC 8176).
    pub means: Vec<String>,
    /// The class of the sign-in.
    pub class: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    auth_time: Option<i64>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    email: Option<String>,
    /// Only `true` is true: some providers send words.
    email_verified: Option<Value>,
    name: Option<String>,
    hd: Option<String>,
    tid: Option<String>,
}

/// Whom a token names, if it is believed.
///
/// # Errors
/// Why it is not.
pub fn check(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Identity, Untrusted> {
    let (all, algorithm) = signed(token, keys)?;
    let claims = serde_json::from_value(Value::Object(all.clone()));
    let claims: Claims = claims.map_err(|_| Untrusted::Unreadable)?;
    check_parties(&claims, expected)?;
    check_times(&claims, expected)?;
    if claims.nonce.as_deref() != Some(expected.nonce) || expected.nonce.is_empty() {
        return Err(Untrusted::Nonce);
    }
    if let Some(hash) = &claims.at_hash
        && expected
            .access
            .is_none_or(|access| half(access, algorithm) != *hash)
    {
        return Err(Untrusted::AccessToken);
    }
    let subject = all.get(expected.claim).and_then(Value::as_str);
    let is_usable = |subject: &&str| {
        let is_plain = subject.bytes().all(|b| b.is_ascii_graphic());
        is_plain && (1..=LONGEST_SUBJECT).contains(&subject.len())
    };
    Ok(Identity {
        subject: subject
            .filter(is_usable)
            .ok_or(Untrusted::Nobody)?
            .to_owned(),
        is_verified: claims.email_verified == Some(Value::Bool(true)),
        email: claims.email.map(|email| email.trim().to_lowercase()),
        name: claims.name,
        hosted: claims.hd.map(|domain| domain.to_lowercase()),
        tenant: claims.tid.map(|tenant| tenant.to_lowercase()),
        shown_at: claims.auth_time,
        means: claims.amr,
        class: claims.acr,
    })
}

/// What a token says, once its signature is found to be the provider's.
fn signed(token: &str, keys: &Keys) -> Result<(Map<String, Value>, Algorithm), Untrusted> {
    if token.len() > LONGEST {
        return Err(Untrusted::Unreadable);
    }
    let header = decode_header(token).map_err(|error| match error.kind() {
        // A header of another shape, or an algorithm that is none, such as "none".
        ErrorKind::Json(_) => Untrusted::Algorithm,
        _ => Untrusted::Unreadable,
    })?;
    // What must be understood and is not (RFC 7515, 4.1.11) makes it void.
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
        return Err(Untrusted::Algorithm);
    }
    let key = keys.find(header.kid.as_deref(), header.alg)?;
    signature::install();
    let mut validation = Validation::new(header.alg);
    // Who, for whom and when is held against the desk's own clock and provider,
    // in `check`.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let found = decode::<Map<String, Value>>(token, key, &validation);
    match found {
        Ok(found) => Ok((found.claims, header.alg)),
        Err(error) => Err(match error.kind() {
            ErrorKind::InvalidSignature => Untrusted::Signature,
            _ => Untrusted::Unreadable,
        }),
    }
}

/// Who issued it, and for whom. A token for several is not taken: the desk
/// knows none of the others.
fn check_parties(claims: &Claims, expected: &Expected<'_>) -> Result<(), Untrusted> {
    if claims.iss != expected.issuer {
        return Err(Untrusted::Issuer);
    }
    let is_ours = match &claims.aud {
        Audience::One(one) => one == expected.client,
        Audience::Many(many) => matches!(many.as_slice(), [one] if one == expected.client),
    };
    let is_party = claims.azp.as_ref().is_none_or(|azp| azp == expected.client);
    if is_ours && is_party {
        Ok(())
    } else {
        Err(Untrusted::Audience)
    }
}

fn check_times(claims: &Claims, expected: &Expected<'_>) -> Result<(), Untrusted> {
    let now = expected.now;
    let later = now.saturating_add(SKEW);
    if claims.exp <= now - SKEW || claims.iat < now - OLDEST - SKEW {
        return Err(Untrusted::Expired);
    }
    let is_early = |at: i64| at > later;
    if is_early(claims.iat) || claims.nbf.is_some_and(is_early) {
        return Err(Untrusted::NotYet);
    }
    match expected.shown_since {
        None => Ok(()),
        Some(since) => match claims.auth_time {
            Some(at) if at >= since.saturating_sub(SKEW) && !is_early(at) => Ok(()),
            _ => Err(Untrusted::Time),
        },
    }
}

/// The left half of an access token's hash, as the ID token beside it has it;
/// Ed25519 goes with SHA-512.
fn half(access: &str, algorithm: Algorithm) -> String {
    let hash = match algorithm {
        Algorithm::EdDSA => digest(&SHA512, access.as_bytes()),
        _ => digest(&SHA256, access.as_bytes()),
    };
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_646_092_800;

    struct Provider {
        pair: Ed25519KeyPair,
        keys: Keys,
    }

    fn provider() -> Provider {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x}]});
        let keys = Keys::read(set.to_string().as_bytes()).expect("keys");
        Provider { pair, keys }
    }

    impl Provider {
        fn sign(&self, header: &Value, claims: &Value) -> String {
            let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
            let said = format!("{}.{}", part(header), part(claims));
            let signature = self.pair.sign(said.as_bytes());
            format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
        }

        fn try_it(&self, header: &Value, claims: &Value) -> Result<Identity, Untrusted> {
            check(&self.sign(header, claims), &self.keys, &EXPECTED)
        }
    }

    const EXPECTED: Expected<'_> = Expected {
        issuer: "https://id.example",
        client: "desk",
        nonce: "n-1",
        access: Some("access"),
        claim: "sub",
        now: NOW,
        shown_since: Some(NOW - 100),
    };

    fn header() -> Value {
        json!({"alg": "EdDSA", "kid": "one", "typ": "JWT"})
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "desk", "azp": "desk", "sub": "s-1", "nonce": "n-1",
            "exp": NOW + 300, "iat": NOW, "auth_time": NOW - 50, "email": "Ann@Example.org",
            "email_verified": true, "amr": ["pwd", "mfa"], "hd": "Example.org",
            "at_hash": half("access", Algorithm::EdDSA),
        })
    }

    #[test]
    fn a_token_in_order_names_somebody() {
        let found = provider().try_it(&header(), &claims()).expect("believed");
        assert_eq!(found.subject, "s-1");
        assert_eq!(found.email.as_deref(), Some("ann@example.org"));
        assert!(found.is_verified);
        assert_eq!(found.hosted.as_deref(), Some("example.org"));
        assert_eq!(found.means, ["pwd", "mfa"]);
    }

    #[test]
    fn each_claim_that_is_not_right_makes_it_void() {
        let provider = provider();
        for (claim, value, expected) in [
            ("iss", json!("https://id.example/"), Untrusted::Issuer),
            ("aud", json!("other"), Untrusted::Audience),
            ("aud", json!(["desk", "other"]), Untrusted::Audience),
            ("aud", json!([]), Untrusted::Audience),
            ("azp", json!("other"), Untrusted::Audience),
            ("exp", json!(NOW - 60), Untrusted::Expired),
            ("exp", json!("soon"), Untrusted::Unreadable),
            ("iat", json!(NOW - 661), Untrusted::Expired),
            ("iat", json!(NOW + 61), Untrusted::NotYet),
            ("nbf", json!(NOW + 61), Untrusted::NotYet),
            ("nonce", json!("n-2"), Untrusted::Nonce),
            ("nonce", Value::Null, Untrusted::Nonce),
            ("auth_time", json!(NOW - 161), Untrusted::Time),
            ("auth_time", json!(NOW + 61), Untrusted::Time),
            ("auth_time", Value::Null, Untrusted::Time),
            ("at_hash", json!("AAAA"), Untrusted::AccessToken),
            ("sub", json!(""), Untrusted::Nobody),
            ("sub", json!("a b"), Untrusted::Nobody),
            ("sub", json!(7), Untrusted::Nobody),
            ("sub", json!("s".repeat(256)), Untrusted::Nobody),
        ] {
            let mut changed = claims();
            changed[claim] = value.clone();
            let found = provider.try_it(&header(), &changed);
            assert_eq!(found.err(), Some(expected), "{claim}: {value}");
        }
        for claim in ["iss", "aud", "exp", "iat"] {
            let mut changed = claims();
            changed.as_object_mut().expect("an object").remove(claim);
            let found = provider.try_it(&header(), &changed);
            assert_eq!(found.err(), Some(Untrusted::Unreadable), "without {claim}");
        }
    }

    #[test]
    fn only_true_is_true() {
        let provider = provider();
        for value in [json!("true"), json!(1), json!(false), Value::Null] {
            let mut changed = claims();
            changed["email_verified"] = value.clone();
            let found = provider.try_it(&header(), &changed).expect("believed");
            assert!(!found.is_verified, "{value}");
        }
    }

    #[test]
    fn a_token_signed_in_any_other_way_is_void() {
        let provider = provider();
        for (name, value, expected) in [
            ("alg", json!("none"), Untrusted::Algorithm),
            ("alg", json!("HS256"), Untrusted::Algorithm),
            ("alg", json!("RS512"), Untrusted::Algorithm),
            ("alg", json!("RS256"), Untrusted::UnknownKey),
            ("alg", json!("ES256"), Untrusted::UnknownKey),
            ("kid", json!("two"), Untrusted::UnknownKey),
            ("crit", json!(["b64"]), Untrusted::Algorithm),
        ] {
            let mut changed = header();
            changed[name] = value.clone();
            let found = provider.try_it(&changed, &claims());
            assert_eq!(found.err(), Some(expected), "{name}: {value}");
        }
        let other = self::provider().sign(&header(), &claims());
        let found = check(&other, &provider.keys, &EXPECTED);
        assert_eq!(found.err(), Some(Untrusted::Signature), "another key");
        let good = provider.sign(&header(), &claims());
        let (said, _) = good.rsplit_once('.').expect("three parts");
        let bare = format!("{said}.");
        assert!(
            check(&bare, &provider.keys, &EXPECTED).is_err(),
            "no signature"
        );
        for odd in ["", ".", "..", "a.b.c", "a.b.c.d", &"a".repeat(20_000)] {
            assert!(check(odd, &provider.keys, &EXPECTED).is_err(), "{odd:.9}");
        }
    }
}
