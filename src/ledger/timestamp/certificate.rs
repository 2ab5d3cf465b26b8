//! What matters of an X.509 certificate beside its path, which
//! `rustls-webpki` follows: who issued it, its names and its key's purposes.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::StampError;
use super::fields::{Field, Fields, plain, tagged};
use super::moment::Moment;

const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");

/// The purpose that RFC 3161 (section 2.3) wants: `id-kp-timeStamping`.
pub(super) const TIME_STAMPING: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

const WHAT: &str = "a certificate";

/// The most extensions of a certificate that are read.
const MOST_EXTENSIONS: usize = 64;

/// A certificate, taken apart as far as it is needed.
pub(super) struct Certificate<'a> {
    /// The whole of it.
    pub(super) der: &'a [u8],
    /// Its number, as its issuer wrote it.
    pub(super) serial: &'a [u8],
    /// The name of its issuer, with tag and length.
    pub(super) issuer: &'a [u8],
    /// From when to when it is valid.
    pub(super) valid: (Moment, Moment),
    extensions: Vec<Extension<'a>>,
}

struct Extension<'a> {
    id: ObjectIdentifier,
    is_critical: bool,
    value: &'a [u8],
}

/// Tells when a certificate in DER ends (RFC 5280, section 4.1.2.5), in
/// milliseconds since 1970; nothing where it is none.
///
/// ```
/// use citekeep::ledger::timestamp::certificate_ends;
///
/// assert_eq!(certificate_ends(b"no certificate"), None);
/// ```
pub fn certificate_ends(der: &[u8]) -> Option<i64> {
    let certificate = Certificate::read(der).ok()?;
    Some(certificate.valid.1.as_millis())
}

impl<'a> Certificate<'a> {
    /// Takes a certificate apart (RFC 5280, section 4.1).
    pub(super) fn read(der: &'a [u8]) -> Result<Self, StampError> {
        let mut outer = Fields::inside(der, Tag::Sequence, WHAT)?;
        let mut fields = outer.take(Tag::Sequence)?.fields(WHAT)?;
        outer.take(Tag::Sequence)?;
        outer.take(Tag::BitString)?;
        outer.end()?;
        fields.optional(tagged(0))?;
        let serial = fields.take(Tag::Integer)?.value;
        fields.take(Tag::Sequence)?;
        let issuer = fields.take(Tag::Sequence)?.whole;
        let mut valid = fields.take(Tag::Sequence)?.fields(WHAT)?;
        let from = Moment::of_certificate(&valid.next()?)?;
        let to = Moment::of_certificate(&valid.next()?)?;
        valid.end()?;
        // The subject and its key, which the path needs and we do not.
        fields.take(Tag::Sequence)?;
        fields.take(Tag::Sequence)?;
        fields.optional(plain(1))?;
        fields.optional(plain(2))?;
        let extensions = match fields.optional(tagged(3))? {
            Some(field) => extensions(&field)?,
            None => Vec::new(),
        };
        fields.end()?;
        Ok(Self {
            der,
            serial,
            issuer,
            valid: (from, to),
            extensions,
        })
    }

    fn extension(&self, id: ObjectIdentifier) -> Option<&Extension<'a>> {
        self.extensions.iter().find(|one| one.id == id)
    }

    /// Whether the certificate says that its key has this identifier.
    pub(super) fn has_key_identifier(&self, wanted: &[u8]) -> bool {
        let Some(extension) = self.extension(SUBJECT_KEY_IDENTIFIER) else {
            return false;
        };
        let mut fields = match Fields::of(extension.value, WHAT) {
            Ok(fields) => fields,
            Err(_) => return false,
        };
        let found = fields.take(Tag::OctetString);
        found.is_ok_and(|found| found.value == wanted && fields.is_at_end())
    }

    /// Makes sure that the key serves timestamping and nothing else: one
    /// extended key usage, which is critical (RFC 3161, section 2.3), and where
    /// there is a key usage, signing alone.
    pub(super) fn serves_timestamping_alone(&self) -> Result<(), StampError> {
        let wrong = |what| Err(StampError::KeyUsage(what));
        let Some(extended) = self.extension(EXTENDED_KEY_USAGE) else {
            return wrong("does not say that it is for timestamping");
        };
        let mut purposes = Fields::inside(extended.value, Tag::Sequence, WHAT)?;
        let mut found = Vec::new();
        while !purposes.is_at_end() {
            found.push(purposes.take(Tag::ObjectIdentifier)?.value);
        }
        if !found.contains(&TIME_STAMPING.as_bytes()) {
            return wrong("is not for timestamping");
        }
        if found.len() > 1 {
            return wrong("is for other purposes too");
        }
        if !extended.is_critical {
            return wrong("does not mark its purpose as critical");
        }
        match self.extension(KEY_USAGE) {
            Some(usage) if !is_signing_alone(usage.value)? => {
                wrong("lets its key do other things than sign")
            }
            _ => Ok(()),
        }
    }
}

/// Whether a key usage names digital signature, non-repudiation or both, and
/// nothing else: the two highest bits.
fn is_signing_alone(value: &[u8]) -> Result<bool, StampError> {
    let mut fields = Fields::of(value, WHAT)?;
    let bits = fields.take(Tag::BitString)?.value;
    fields.end()?;
    let bytes = bits.get(1..).unwrap_or_default();
    let (first, rest) = match bytes {
        [first, rest @ ..] => (*first, rest),
        [] => return Ok(false),
    };
    Ok(first & 0xc0 != 0 && first & 0x3f == 0 && rest.iter().all(|byte| *byte == 0))
}

fn extensions<'a>(field: &Field<'a>) -> Result<Vec<Extension<'a>>, StampError> {
    let mut fields = Fields::inside(field.value, Tag::Sequence, WHAT)?;
    let mut found: Vec<Extension<'_>> = Vec::new();
    while !fields.is_at_end() {
        let extension = Extension::read(&fields.take(Tag::Sequence)?)?;
        let stands_twice = found.iter().any(|other| other.id == extension.id);
        if stands_twice || found.len() == MOST_EXTENSIONS {
            return Err(fields.wrong());
        }
        found.push(extension);
    }
    Ok(found)
}

impl<'a> Extension<'a> {
    fn read(field: &Field<'a>) -> Result<Self, StampError> {
        let mut fields = field.fields(WHAT)?;
        let id = fields.take(Tag::ObjectIdentifier)?.value;
        let id = ObjectIdentifier::from_bytes(id).map_err(|_| fields.wrong())?;
        let is_critical = match fields.optional(Tag::Boolean)? {
            Some(flag) if flag.value == [0xff] => true,
            // DER leaves it out; some old roots write it.
            Some(flag) if flag.value == [0] => false,
            Some(_) => return Err(fields.wrong()),
            None => false,
        };
        let value = fields.take(Tag::OctetString)?.value;
        fields.end()?;
        Ok(Self {
            id,
            is_critical,
            value,
        })
    }
}
