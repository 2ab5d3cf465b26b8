//! What an authority signs: TSTInfo (RFC 3161, section 2.4.2).

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::StampError;
use super::algorithm::Digest;
use super::fields::{Field, Fields, plain, tagged};
use super::moment::Moment;

const WHAT: &str = "the timestamp";

/// What an authority says of something that was brought to it.
pub(super) struct Info<'a> {
    /// The digest of what was brought.
    pub(super) imprint: &'a [u8],
    /// The number that the authority gave the token.
    pub(super) serial: &'a [u8],
    /// When it says that it was brought.
    pub(super) at: Moment,
    /// By how much its clock may be wrong, in milliseconds, if it says so.
    pub(super) accuracy: Option<u64>,
    /// The number of the question, if the question had one.
    pub(super) nonce: Option<&'a [u8]>,
    /// Under which of its policies, as dotted numbers.
    pub(super) policy: String,
}

impl<'a> Info<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, StampError> {
        let mut fields = Fields::inside(bytes, Tag::Sequence, WHAT)?;
        let version = number(&fields.take(Tag::Integer)?)?;
        if version != 1 {
            return Err(StampError::Version(version));
        }
        let policy = fields.take(Tag::ObjectIdentifier)?.value;
        let policy = ObjectIdentifier::from_bytes(policy).map_err(|_| fields.wrong())?;
        let imprint = imprint(&fields.take(Tag::Sequence)?)?;
        let serial = fields.take(Tag::Integer)?.value;
        let at = Moment::general(&fields.take(Tag::GeneralizedTime)?)?;
        let accuracy = fields.optional(Tag::Sequence)?;
        let accuracy = accuracy.map(|field| accuracy_of(&field)).transpose()?;
        fields.optional(Tag::Boolean)?;
        let nonce = fields.optional(Tag::Integer)?.map(|nonce| nonce.value);
        // The authority's name for people; its certificate says the same.
        fields.optional(tagged(0))?;
        if let Some(extensions) = fields.optional(tagged(1))? {
            none_critical(&extensions)?;
        }
        fields.end()?;
        Ok(Self {
            imprint,
            serial,
            at,
            accuracy,
            nonce,
            policy: policy.to_string(),
        })
    }
}

/// The digest of an imprint, which must be a SHA-256: that was asked for.
fn imprint<'a>(field: &Field<'a>) -> Result<&'a [u8], StampError> {
    let mut fields = field.fields(WHAT)?;
    let by = fields.take(Tag::Sequence)?;
    let digest = fields.take(Tag::OctetString)?.value;
    fields.end()?;
    match Digest::read(&by, "imprint") {
        Ok(Digest::Sha256) => Ok(digest),
        Ok(_) | Err(StampError::Algorithm { .. }) => Err(StampError::ImprintAlgorithm),
        Err(other) => Err(other),
    }
}

/// Seconds, milliseconds and microseconds, each of which may be left out; in
/// milliseconds, rounded up.
fn accuracy_of(field: &Field<'_>) -> Result<u64, StampError> {
    let mut fields = field.fields(WHAT)?;
    let seconds = fields.optional(Tag::Integer)?;
    let millis = fields.optional(plain(0))?;
    let micros = fields.optional(plain(1))?;
    fields.end()?;
    let read = |field: Option<Field<'_>>| field.map_or(Ok(0), |field| number(&field));
    let (seconds, millis, micros) = (read(seconds)?, read(millis)?, read(micros)?);
    if millis > 999 || micros > 999 {
        return Err(StampError::Malformed(WHAT));
    }
    Ok(seconds.saturating_mul(1_000) + millis + micros.div_ceil(1_000))
}

/// A number that is not negative and has at most 32 bits.
fn number(field: &Field<'_>) -> Result<u64, StampError> {
    let bytes = field.value;
    let is_small = (1..=5).contains(&bytes.len());
    if !is_small || bytes[0] >= 0x80 || (bytes.len() == 5 && bytes[0] != 0) {
        return Err(StampError::Malformed(WHAT));
    }
    let grow = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
    Ok(bytes.iter().fold(0, grow))
}

/// Makes sure that nothing is marked as what must be understood.
fn none_critical(field: &Field<'_>) -> Result<(), StampError> {
    let mut fields = field.fields(WHAT)?;
    while !fields.is_at_end() {
        let mut extension = fields.take(Tag::Sequence)?.fields(WHAT)?;
        extension.take(Tag::ObjectIdentifier)?;
        let flag = extension.optional(Tag::Boolean)?;
        if flag.is_some_and(|flag| flag.value != [0]) {
            return Err(StampError::CriticalExtension);
        }
    }
    Ok(())
}
