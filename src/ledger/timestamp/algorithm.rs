//! The digests and signatures that an authority may use.
//!
//! Signatures are checked by `rustls-webpki` and `ring`, which also check the
//! desk's own connections.

use der::Tag;
use der::asn1::ObjectIdentifier;
use ring::digest;
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::EndEntityCert;
use webpki::ring::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
};

use super::StampError;
use super::fields::Field;

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
/// A signature named by its key alone, as `openssl ts` writes it.
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

const ECDSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");
/// `ring` knows it and `openssl ts` does not: what readers could not check with
/// somebody else's program is no timestamp here.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A way to hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    /// For the older form of the attribute that names the signer, and for
    /// nothing else (RFC 2634, 5.4.1).
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// Reads an `AlgorithmIdentifier` that names a digest.
    pub(super) fn read(field: &Field<'_>, what: &'static str) -> Result<Self, StampError> {
        match identifier(field, what)? {
            (SHA256, true) => Ok(Self::Sha256),
            (SHA384, true) => Ok(Self::Sha384),
            (SHA512, true) => Ok(Self::Sha512),
            (other, _) => Err(unknown(other, what)),
        }
    }

    pub(super) fn hash(self, bytes: &[u8]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }
}

/// The algorithm that an `AlgorithmIdentifier` names, and whether it has no
/// parameters: none, or the NULL that stands for none.
fn identifier(
    field: &Field<'_>,
    what: &'static str,
) -> Result<(ObjectIdentifier, bool), StampError> {
    let mut fields = field.fields(what)?;
    let oid = fields.take(Tag::ObjectIdentifier)?;
    let is_plain = fields.is_at_end() || {
        let parameters = fields.next()?;
        parameters.tag == Tag::Null && parameters.value.is_empty()
    };
    fields.end()?;
    let oid = ObjectIdentifier::from_bytes(oid.value).map_err(|_| StampError::Malformed(what))?;
    Ok((oid, is_plain))
}

fn unknown(oid: ObjectIdentifier, what: &'static str) -> StampError {
    let number = oid.to_string();
    let name = match oid {
        ECDSA_SHA512 => Some("ECDSA with SHA-512"),
        ED25519 => Some("Ed25519"),
        _ => None,
    };
    let oid = name.map_or(number.clone(), |name| format!("{name}, {number}"));
    StampError::Algorithm { what, oid }
}

/// Checks that `signature`, made as the `AlgorithmIdentifier` `by` says over
/// something hashed by `digest`, belongs to `message` and to the certificate.
pub(super) fn check(
    signer: &EndEntityCert<'_>,
    (by, digest): (&Field<'_>, Digest),
    message: &[u8],
    signature: &[u8],
) -> Result<(), StampError> {
    const WHAT: &str = "signature";
    let (oid, is_plain) = identifier(by, WHAT)?;
    let candidates: Vec<&dyn SignatureVerificationAlgorithm> = if oid == RSA_ENCRYPTION && is_plain
    {
        vec![match digest {
            Digest::Sha256 => RSA_PKCS1_2048_8192_SHA256,
            Digest::Sha384 => RSA_PKCS1_2048_8192_SHA384,
            Digest::Sha512 => RSA_PKCS1_2048_8192_SHA512,
            Digest::Sha1 => return Err(unknown(oid, WHAT)),
        }]
    } else if oid == ED25519 {
        return Err(unknown(oid, WHAT));
    } else {
        // With parameters and all: those of RSA-PSS say how to check it.
        let all = webpki::ALL_VERIFICATION_ALGS.iter().copied();
        all.filter(|one| one.signature_alg_id().as_ref() == by.value)
            .collect()
    };
    if candidates.is_empty() {
        return Err(unknown(oid, WHAT));
    }
    let mut is_known = false;
    for candidate in candidates {
        match signer.verify_signature(candidate, message, signature) {
            Ok(()) => return Ok(()),
            // ECDSA is named without its curve, which the certificate names.
            Err(webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {}
            Err(_) => is_known = true,
        }
    }
    if is_known {
        Err(StampError::BadSignature)
    } else {
        Err(StampError::SignersKey)
    }
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::CertificateDer;

    use super::super::answer;
    use super::super::fields::Fields;
    use super::super::token::Token;
    use super::*;

    const ANSWER: &[u8] = include_bytes!("../../../tests/it/golden/timestamp/answer.tsr");

    #[test]
    fn ed25519_is_refused_by_name_whoever_signs() {
        let token = Token::read(answer::token(ANSWER).expect("a token")).expect("a token");
        let der = CertificateDer::from(*token.certificates.first().expect("a certificate"));
        let signer = EndEntityCert::try_from(&der).expect("a certificate");
        let by = [0x30, 5, 6, 3, 0x2b, 0x65, 0x70];
        let by = Fields::of(&by, "test").and_then(|mut fields| fields.next());
        let by = by.expect("an algorithm");
        let found = check(&signer, (&by, Digest::Sha512), b"", b"");
        let (what, oid) = ("signature", "Ed25519, 1.3.101.112".to_owned());
        assert_eq!(found, Err(StampError::Algorithm { what, oid }));
    }
}
