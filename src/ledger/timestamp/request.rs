//! The question to an authority: TimeStampReq (RFC 3161, section 2.4.1).

use sha2::{Digest, Sha256};

/// What stands before a SHA-256 in an imprint: `SEQUENCE { AlgorithmIdentifier
/// { id-sha256, NULL }, OCTET STRING of 32 bytes }` without its first header.
const BEFORE_DIGEST: [u8; 17] = [
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
    0x20,
];

/// A number that nobody could foresee: the answer repeats it, so that an old
/// answer is known as one. 64 bits, as RFC 3161 proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 8]);

impl Nonce {
    /// Takes 8 random bytes, which the caller drew.
    ///
    /// ```
    /// use citekeep::ledger::timestamp::Nonce;
    /// assert_eq!(Nonce::from_bytes([7; 8]).bytes(), [7; 8]);
    /// ```
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The 8 bytes, the highest first.
    ///
    /// ```
    /// use citekeep::ledger::timestamp::Nonce;
    /// assert_eq!(Nonce::from_bytes([0, 0, 0, 0, 0, 0, 0, 9]).bytes()[7], 9);
    /// ```
    pub const fn bytes(self) -> [u8; 8] {
        self.0
    }

    /// The number as DER writes it, without tag and length: as short as it
    /// can be, and with a zero first where it would seem negative.
    pub(super) fn integer(self) -> Vec<u8> {
        let zeros = self.0.iter().take_while(|byte| **byte == 0).count();
        let short = &self.0[zeros.min(7)..];
        let sign: &[u8] = if short[0] >= 0x80 { &[0] } else { &[] };
        [sign, short].concat()
    }
}

/// Makes the question that asks an authority to stamp `message`: its SHA-256,
/// the nonce, and the wish to get the signer's certificate too. The content
/// type is `application/timestamp-query`.
///
/// ```
/// use citekeep::ledger::timestamp::{Nonce, request};
/// let question = request(b"the bytes of a checkpoint", Nonce::from_bytes([7; 8]));
/// assert_eq!(question[0], 0x30);
/// assert_eq!(question.len(), usize::from(question[1]) + 2);
/// ```
pub fn request(message: &[u8], nonce: Nonce) -> Vec<u8> {
    let digest = Sha256::digest(message);
    let imprint = [&BEFORE_DIGEST[..], digest.as_slice()].concat();
    let fields = [
        integer(&[1]),
        value(0x30, &imprint),
        integer(&nonce.integer()),
        value(0x01, &[0xff]),
    ];
    value(0x30, &fields.concat())
}

fn integer(number: &[u8]) -> Vec<u8> {
    value(0x02, number)
}

/// One value; everything in a question is short, so that its length is one
/// byte.
fn value(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
    debug_assert!(length < 0x80, "a question has at most 80 bytes");
    [&[tag, length], bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_a_positive_number_in_as_few_bytes_as_can_be() {
        let written = |bytes| Nonce::from_bytes(bytes).integer();
        assert_eq!(written([0; 8]), [0]);
        assert_eq!(written([0, 0, 0, 0, 0, 0, 0, 0x7f]), [0x7f]);
        assert_eq!(written([0, 0, 0, 0, 0, 0, 0, 0x80]), [0, 0x80]);
        assert_eq!(written([1, 0, 0, 0, 0, 0, 0, 0]), [1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(written([0xff; 8]).len(), 9);
    }
}
