//! The token: CMS SignedData around the timestamp (RFC 5652, section 5; RFC
//! 3161, section 2.4.2), taken apart and not believed yet.

use der::Tag;
use der::asn1::ObjectIdentifier;

use super::StampError;
use super::algorithm::Digest;
use super::certificate::Certificate;
use super::fields::{Field, Fields, plain, tagged};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The most certificates of a token that are looked at; public authorities
/// send two to four.
pub const MAX_CERTIFICATES: usize = 16;

/// The most signed attributes; a token has three to seven.
const MOST_ATTRIBUTES: usize = 32;

const WHAT: &str = "the token";

/// A token taken apart.
pub(super) struct Token<'a> {
    /// The timestamp: TSTInfo.
    pub(super) content: &'a [u8],
    /// Every certificate that it carries.
    pub(super) certificates: Vec<&'a [u8]>,
    /// The one signature.
    pub(super) signer: Signer<'a>,
}

/// The one signature of a token: SignerInfo.
pub(super) struct Signer<'a> {
    named: Named<'a>,
    /// How the content was hashed.
    pub(super) digest: Digest,
    /// The signed attributes, with the tag that they are sent under.
    signed: Field<'a>,
    /// How the attributes were signed.
    pub(super) by: Field<'a>,
    pub(super) signature: &'a [u8],
}

/// How a signature names its certificate.
enum Named<'a> {
    /// By its issuer's name and its number.
    Issued { issuer: &'a [u8], serial: &'a [u8] },
    /// By the identifier of its key.
    Key(&'a [u8]),
}

impl<'a> Token<'a> {
    pub(super) fn read(token: &'a [u8]) -> Result<Self, StampError> {
        let mut fields = Fields::inside(token, Tag::Sequence, WHAT)?;
        let kind = fields.take(Tag::ObjectIdentifier)?;
        if kind.value != SIGNED_DATA.as_bytes() {
            return Err(StampError::OtherContent);
        }
        let content = fields.take(tagged(0))?;
        fields.end()?;
        let mut fields = Fields::inside(content.value, Tag::Sequence, WHAT)?;
        // 3, or more where certificates of other kinds are sent along.
        let version = fields.take(Tag::Integer)?;
        let digests = fields.take(Tag::Set)?;
        let content = content_of(&fields.take(Tag::Sequence)?)?;
        if !matches!(version.value, [3..=5]) {
            return Err(fields.wrong());
        }
        let certificates = match fields.optional(tagged(0))? {
            Some(set) => certificates(&set)?,
            None => Vec::new(),
        };
        // Lists of revoked certificates, which nobody vouches for here.
        fields.optional(tagged(1))?;
        let signers = fields.take(Tag::Set)?;
        fields.end()?;
        let signer = Signer::only(&signers)?;
        if !names(&digests, signer.digest)? {
            return Err(StampError::Malformed(WHAT));
        }
        Ok(Self {
            content,
            certificates,
            signer,
        })
    }
}

fn content_of<'a>(field: &Field<'a>) -> Result<&'a [u8], StampError> {
    let mut fields = field.fields(WHAT)?;
    let kind = fields.take(Tag::ObjectIdentifier)?;
    if kind.value != TST_INFO.as_bytes() {
        return Err(StampError::OtherContent);
    }
    let content = fields.take(tagged(0))?;
    fields.end()?;
    let mut inner = content.fields(WHAT)?;
    let content = inner.take(Tag::OctetString)?;
    inner.end()?;
    Ok(content.value)
}

/// Whether the list of digests holds the one that the signer used (RFC 5652,
/// section 5.1).
fn names(digests: &Field<'_>, wanted: Digest) -> Result<bool, StampError> {
    let mut fields = digests.fields(WHAT)?;
    while !fields.is_at_end() {
        if Digest::read(&fields.take(Tag::Sequence)?, "digest") == Ok(wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn certificates<'a>(set: &Field<'a>) -> Result<Vec<&'a [u8]>, StampError> {
    let mut fields = set.fields(WHAT)?;
    let mut found = Vec::new();
    while !fields.is_at_end() {
        let one = fields.next()?;
        if found.len() == MAX_CERTIFICATES {
            return Err(StampError::TooManyCertificates);
        }
        // Attribute certificates and other kinds say nothing about a key.
        if one.tag == Tag::Sequence {
            found.push(one.whole);
        }
    }
    Ok(found)
}

impl<'a> Signer<'a> {
    /// Reads the one signature that there must be.
    fn only(set: &Field<'a>) -> Result<Self, StampError> {
        let mut fields = set.fields(WHAT)?;
        let mut found = Vec::new();
        while !fields.is_at_end() && found.len() <= MAX_CERTIFICATES {
            found.push(fields.take(Tag::Sequence)?);
        }
        match found.as_slice() {
            [only] => Self::read(only),
            several => Err(StampError::Signatures(several.len())),
        }
    }

    fn read(field: &Field<'a>) -> Result<Self, StampError> {
        let mut fields = field.fields(WHAT)?;
        let version = fields.take(Tag::Integer)?.value;
        let named = Named::read(&fields.next()?)?;
        // The version follows from how the certificate is named.
        let expected = match named {
            Named::Issued { .. } => [1],
            Named::Key(_) => [3],
        };
        if version != expected {
            return Err(fields.wrong());
        }
        let digest = Digest::read(&fields.take(Tag::Sequence)?, "digest")?;
        let signed = fields.optional(tagged(0))?;
        let by = fields.take(Tag::Sequence)?;
        let signature = fields.take(Tag::OctetString)?.value;
        // What was added after signing, such as stamps on the stamp.
        fields.optional(tagged(1))?;
        fields.end()?;
        Ok(Self {
            named,
            digest,
            signed: signed.ok_or(StampError::Attribute("content-type"))?,
            by,
            signature,
        })
    }

    /// The certificate that the signature names, among those of the token.
    pub(super) fn certificate(
        &self,
        certificates: &[&'a [u8]],
    ) -> Result<Certificate<'a>, StampError> {
        for der in certificates {
            // Another one that is not in order is nobody's business here.
            let Ok(certificate) = Certificate::read(der) else {
                continue;
            };
            let is_meant = match &self.named {
                Named::Issued { issuer, serial } => {
                    certificate.issuer == *issuer && certificate.serial == *serial
                }
                Named::Key(identifier) => certificate.has_key_identifier(identifier),
            };
            if is_meant {
                return Ok(certificate);
            }
        }
        Err(StampError::NoSigner)
    }

    /// The bytes that were signed: the attributes as a SET, which is not the
    /// tag that they are sent under (RFC 5652, section 5.4).
    pub(super) fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = self.signed.whole.to_vec();
        bytes[0] = 0x31;
        bytes
    }

    /// Holds the signed attributes against the content and the certificate.
    pub(super) fn check_attributes(
        &self,
        content: &[u8],
        certificate: &Certificate<'_>,
    ) -> Result<(), StampError> {
        let attributes = Attributes::read(&self.signed)?;
        let kind = attributes.required(CONTENT_TYPE, "content-type")?;
        if kind.tag != Tag::ObjectIdentifier || kind.value != TST_INFO.as_bytes() {
            return Err(StampError::Attribute("content-type"));
        }
        let digest = attributes.required(MESSAGE_DIGEST, "message-digest")?;
        if digest.tag != Tag::OctetString {
            return Err(StampError::Attribute("message-digest"));
        }
        if digest.value != self.digest.hash(content).as_ref() {
            return Err(StampError::WrongDigest);
        }
        attributes.name_signer(certificate)
    }
}

impl<'a> Named<'a> {
    fn read(field: &Field<'a>) -> Result<Self, StampError> {
        if field.tag == plain(0) {
            return Ok(Self::Key(field.value));
        }
        if field.tag != Tag::Sequence {
            return Err(StampError::Malformed(WHAT));
        }
        let mut fields = field.fields(WHAT)?;
        let issuer = fields.take(Tag::Sequence)?.whole;
        let serial = fields.take(Tag::Integer)?.value;
        fields.end()?;
        Ok(Self::Issued { issuer, serial })
    }
}

/// The attributes that a signature covers, each with its one value.
struct Attributes<'a>(Vec<(&'a [u8], Field<'a>)>);

impl<'a> Attributes<'a> {
    fn read(field: &Field<'a>) -> Result<Self, StampError> {
        let mut fields = field.fields(WHAT)?;
        let mut found: Vec<(&[u8], Field<'_>)> = Vec::new();
        while !fields.is_at_end() {
            let mut attribute = fields.take(Tag::Sequence)?.fields(WHAT)?;
            let kind = attribute.take(Tag::ObjectIdentifier)?.value;
            let mut values = attribute.take(Tag::Set)?.fields(WHAT)?;
            attribute.end()?;
            let value = values.next()?;
            let stands_twice = found.iter().any(|(other, _)| *other == kind);
            if !values.is_at_end() || stands_twice || found.len() == MOST_ATTRIBUTES {
                return Err(fields.wrong());
            }
            found.push((kind, value));
        }
        Ok(Self(found))
    }

    fn find(&self, wanted: ObjectIdentifier) -> Option<&Field<'a>> {
        let found = self.0.iter();
        let mut found = found.filter(|(kind, _)| *kind == wanted.as_bytes());
        found.next().map(|(_, value)| value)
    }

    fn required(
        &self,
        wanted: ObjectIdentifier,
        name: &'static str,
    ) -> Result<&Field<'a>, StampError> {
        self.find(wanted).ok_or(StampError::Attribute(name))
    }

    /// Makes sure that the signer meant this certificate: the attribute names
    /// it by its digest (RFC 2634, section 5.4; RFC 5816). Both forms may be
    /// there; each must be right.
    fn name_signer(&self, certificate: &Certificate<'_>) -> Result<(), StampError> {
        const NAME: &str = "signing-certificate";
        let newer = self.find(SIGNING_CERTIFICATE_V2);
        let older = self.find(SIGNING_CERTIFICATE);
        if newer.is_none() && older.is_none() {
            return Err(StampError::Attribute(NAME));
        }
        for (value, is_newer) in [(newer, true), (older, false)] {
            let Some(value) = value else { continue };
            let mut fields = Fields::inside(value.whole, Tag::Sequence, NAME)?;
            // Further certificates are those of the way, which is checked.
            let mut named = fields.take(Tag::Sequence)?.fields(NAME)?;
            let first = named.take(Tag::Sequence)?;
            is_named(&first, is_newer, certificate)?;
        }
        Ok(())
    }
}

/// Holds ESSCertID or ESSCertIDv2 against a certificate.
fn is_named(
    field: &Field<'_>,
    is_newer: bool,
    certificate: &Certificate<'_>,
) -> Result<(), StampError> {
    const WHAT: &str = "the attribute that names the signer";
    let mut fields = field.fields(WHAT)?;
    let digest = match fields.optional(Tag::Sequence)? {
        Some(by) if is_newer => Digest::read(&by, "name of the signer")?,
        Some(_) => return Err(fields.wrong()),
        None if is_newer => Digest::Sha256,
        None => Digest::Sha1,
    };
    let hash = fields.take(Tag::OctetString)?.value;
    let issued = fields.optional(Tag::Sequence)?;
    fields.end()?;
    if hash != digest.hash(certificate.der).as_ref() {
        return Err(StampError::OtherSigner);
    }
    let Some(issued) = issued else { return Ok(()) };
    let mut fields = issued.fields(WHAT)?;
    let mut issuer = fields.take(Tag::Sequence)?.fields(WHAT)?;
    let serial = fields.take(Tag::Integer)?.value;
    fields.end()?;
    let name = issuer.take(tagged(4))?.value;
    if serial != certificate.serial || name != certificate.issuer {
        return Err(StampError::OtherSigner);
    }
    Ok(())
}
