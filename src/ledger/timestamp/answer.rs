//! The answer of an authority: TimeStampResp (RFC 3161, section 2.4.2), which
//! holds a token or says why there is none.

use der::Tag;

use super::StampError;
use super::fields::{Field, Fields};

/// The largest answer that is read, in bytes. Those of public authorities have
/// 3,000 to 10,000.
pub const MAX_BYTES: usize = 65_536;

const WHAT: &str = "the answer";

/// The most characters of an authority's own words that are repeated.
const MOST_WORDS: usize = 300;

/// The reasons for which an authority may refuse: the bit, and what it means.
const REASONS: [(usize, &str); 8] = [
    (0, "it does not know the hash algorithm"),
    (2, "it does not allow the request"),
    (5, "it cannot read the request"),
    (14, "its clock is not available"),
    (15, "it does not stamp by that policy"),
    (16, "it does not know an extension"),
    (17, "it does not have something that was asked for"),
    (25, "something broke there"),
];

/// Takes the token out of an answer that grants one.
pub(super) fn token(answer: &[u8]) -> Result<&[u8], StampError> {
    if answer.len() > MAX_BYTES {
        return Err(StampError::TooLarge(answer.len()));
    }
    let mut fields = Fields::inside(answer, Tag::Sequence, WHAT)?;
    let status = fields.take(Tag::Sequence)?;
    granted(&status)?;
    let token = fields.optional(Tag::Sequence)?;
    fields.end()?;
    token.map(|token| token.whole).ok_or(StampError::NoToken)
}

/// Reads PKIStatusInfo: only "granted" and "granted with modifications" are
/// followed by a token.
fn granted(status: &Field<'_>) -> Result<(), StampError> {
    let mut fields = status.fields(WHAT)?;
    let number = fields.take(Tag::Integer)?;
    let words = fields.optional(Tag::Sequence)?;
    let reasons = fields.optional(Tag::BitString)?;
    fields.end()?;
    let what = match number.value {
        [0 | 1] => return Ok(()),
        [2] => "it rejects the request",
        [3] => "it says to wait and come back, which it should not",
        [4] => "it warns that its certificate will be revoked",
        [5] => "its certificate was revoked",
        _ => "it answers with a status that is not known",
    };
    let mut said = vec![what.to_owned()];
    if let Some(reasons) = reasons {
        said.extend(meanings(reasons.value));
    }
    if let Some(words) = words {
        said.extend(own_words(&words)?);
    }
    Err(StampError::Refused(said.join("; ")))
}

fn meanings(bits: &[u8]) -> impl Iterator<Item = String> + '_ {
    // The first byte counts the unused bits of the last one.
    let bytes = bits.get(1..).unwrap_or_default();
    let is_set = |bit: usize| {
        let byte = bytes.get(bit / 8).copied().unwrap_or_default();
        byte & (0x80 >> (bit % 8)) != 0
    };
    let set = REASONS.iter().filter(move |(bit, _)| is_set(*bit));
    set.map(|(_, meaning)| (*meaning).to_owned())
}

/// What the authority says itself, without anything that is no plain text.
fn own_words(field: &Field<'_>) -> Result<Option<String>, StampError> {
    let mut fields = field.fields(WHAT)?;
    let mut words = String::new();
    while !fields.is_at_end() {
        let line = fields.take(Tag::Utf8String)?;
        words.push_str(&String::from_utf8_lossy(line.value));
        words.push(' ');
    }
    let plain = words.chars().filter(|mark| !mark.is_control());
    let words: String = plain.take(MOST_WORDS).collect();
    let words = words.trim();
    Ok((!words.is_empty()).then(|| format!("it says: {words}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &[u8], expected: &str) {
        let error = token(answer).expect_err("no token");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }

    #[test]
    fn an_authority_that_refuses_is_heard() {
        check(
            &[0x30, 9, 0x30, 7, 2, 1, 2, 3, 2, 7, 0x80],
            "it rejects the request; it does not know the hash algorithm",
        );
        check(
            &[0x30, 12, 0x30, 10, 2, 1, 2, 0x30, 5, 0x0c, 3, b'n', 7, b'o'],
            "it says: no",
        );
        check(
            &[0x30, 12, 0x30, 10, 2, 1, 2, 3, 5, 6, 0, 0, 0, 0x40],
            "something broke there",
        );
        check(&[0x30, 5, 0x30, 3, 2, 1, 3], "wait and come back");
        check(&[0x30, 5, 0x30, 3, 2, 1, 0x7f], "not known");
        check(&[0x30, 5, 0x30, 3, 2, 1, 0], "sends no token");
    }

    #[test]
    fn what_is_no_answer() {
        check(b"", "not in order");
        check(b"<!doctype html><p>Please sign in", "not in order");
        check(&[0x30, 5, 0x30, 3, 2, 1, 0, 0], "not in order");
        check(&vec![0; MAX_BYTES + 1], "65537 bytes");
    }
}
