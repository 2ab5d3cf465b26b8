//! What can be wrong with an answer of a timestamping authority.

use super::{MAX_BYTES, MAX_CERTIFICATES};

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// The answer is larger than [`MAX_BYTES`].
    #[error(
        "the answer has {0} bytes, and no timestamp needs more than {MAX_BYTES}; check the address"
    )]
    TooLarge(usize),
    /// Something in the answer is not strict DER, or is not what belongs there.
    #[error(
        "{0} is not in order: it is cut off, altered or no DER at all; check the address, and ask again"
    )]
    Malformed(&'static str),
    /// The authority refused.
    #[error("the authority refused: {0}")]
    Refused(String),
    /// The authority says yes and sends nothing.
    #[error("the authority says that it stamped, but sends no token; ask again")]
    NoToken,
    /// The answer is another kind of signed message.
    #[error("the answer is signed, but is no timestamp; check the address")]
    OtherContent,
    /// Another version of the format.
    #[error("the timestamp has version {0}, and only version 1 is known; ask another authority")]
    Version(u64),
    /// A token must have one signature, that of the authority.
    #[error("the token has {0} signatures instead of one; do not trust it")]
    Signatures(usize),
    /// More certificates than [`MAX_CERTIFICATES`].
    #[error("the token carries more than {MAX_CERTIFICATES} certificates; ask another authority")]
    TooManyCertificates,
    /// The token stamps other bytes.
    #[error("the timestamp is about other bytes than these; it proves nothing for them")]
    WrongImprint,
    /// The token hashes by something else than was asked for.
    #[error("the timestamp's imprint is not a SHA-256, which was asked for; ask another authority")]
    ImprintAlgorithm,
    /// The token answers another question.
    #[error(
        "the timestamp answers another question than was asked (its nonce differs); it may be an old answer"
    )]
    WrongNonce,
    /// The token holds something that must be understood and is not.
    #[error(
        "the timestamp says something that must be understood and is not known here; ask another authority"
    )]
    CriticalExtension,
    /// The certificate that the signature names is not in the token.
    #[error("the certificate of the signer is not in the token; do not trust it")]
    NoSigner,
    /// A signed attribute is missing, stands twice or is not right.
    #[error(
        "the signed attribute '{0}' is missing, stands twice or is not right; do not trust the token"
    )]
    Attribute(&'static str),
    /// What was signed is not what stands there.
    #[error("the timestamp was altered after it was signed (its digest differs); do not trust it")]
    WrongDigest,
    /// The signature names another certificate than the one that was meant.
    #[error(
        "the token names another signing certificate than the one that it carries; do not trust it"
    )]
    OtherSigner,
    /// An algorithm that is not known here.
    #[error(
        "the {what} of the token uses an algorithm that is not known here ({oid}); ask another authority"
    )]
    Algorithm {
        /// Where.
        what: &'static str,
        /// Which, as dotted numbers.
        oid: String,
    },
    /// The signer's key is of a kind that is not known here.
    #[error(
        "the signer's key is neither RSA of 2,048 to 8,192 bits nor on the curve P-256 or P-384, which are known here; ask another authority"
    )]
    SignersKey,
    /// The signature does not fit.
    #[error("the signature does not belong to this timestamp; do not trust it")]
    BadSignature,
    /// The certificate may not sign timestamps, or may sign other things too.
    #[error(
        "the signer's certificate {0}; a timestamp must be signed by a key that serves nothing else"
    )]
    KeyUsage(&'static str),
    /// A certificate on the way was not valid then.
    #[error(
        "a certificate of the signer was not valid at {0}, when the timestamp says that it was made; do not trust it"
    )]
    NotValidThen(String),
    /// The chain leads to nobody who is trusted.
    #[error(
        "the signer's certificate leads to no root that is configured for this authority; compare the roots with those that the authority publishes"
    )]
    UnknownRoot,
    /// The chain cannot be followed.
    #[error("the signer's certificates do not hold together ({0}); do not trust the token")]
    Chain(String),
}
