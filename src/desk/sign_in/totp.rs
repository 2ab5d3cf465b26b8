//! Codes that an app shows and that change every thirty seconds (RFC 6238 over
//! RFC 4226, with SHA-1 and six digits, which every app knows).

use ring::hmac;
use subtle::ConstantTimeEq;

use crate::domain::time::Timestamp;

/// How long one code stands, in milliseconds.
const STEP: i64 = 30_000;
/// How many steps a clock may be off, either way.
const DRIFT: i64 = 1;
/// How many digits a code has.
const DIGITS: usize = 6;
/// How many bytes a secret has: as many as SHA-1 gives (RFC 4226, section 4).
pub(super) const SECRET: usize = 20;

/// The letters of Base 32 (RFC 4648, section 6).
const BASE_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step of which this is the code, however it is spaced, if it is one of those
/// near `now`.
pub(super) fn step_of(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let digits = typed.chars().filter(|c| !c.is_whitespace());
    let typed: String = digits.take(DIGITS + 1).collect();
    let here = now.as_millis().div_euclid(STEP);
    let near = (here - DRIFT)..=(here + DRIFT);
    // Every step is looked at, so that the time does not tell which one fits.
    near.fold(None, |found, step| {
        let fits = code(secret, step).as_bytes().ct_eq(typed.as_bytes());
        if bool::from(fits) { Some(step) } else { found }
    })
}

/// The code of a step.
fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[bytes.len() - 1] & 0x0f);
    let number = u32::from_be_bytes([
        bytes[at] & 0x7f,
        bytes[at + 1],
        bytes[at + 2],
        bytes[at + 3],
    ]);
    format!("{:06}", number % 1_000_000)
}

/// A secret as people type it into an app: Base 32 without padding.
pub(super) fn base_32(secret: &[u8]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in secret {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE_32[((held >> bits) & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(BASE_32[((held << (5 - bits)) & 31) as usize]));
    }
    text
}

/// The address that an app reads from a picture: Google's "Key Uri Format",
/// which apps of all makers know.
pub(super) fn address(secret: &[u8], issuer: &str, account: &str) -> String {
    let encode = |text: &str| {
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        encoded.replace('+', "%20")
    };
    let (issuer, account) = (encode(issuer), encode(account));
    let secret = base_32(secret);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples of both documents.
    const EXAMPLE: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_documents() {
        // RFC 4226, appendix D: counts 0 to 9.
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (count, expected) in codes.into_iter().enumerate() {
            assert_eq!(code(EXAMPLE, count as i64), expected, "{count}");
        }
        // RFC 6238, appendix B: the last six of eight digits.
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(EXAMPLE, second / 30), expected, "{second}");
        }
    }

    #[test]
    fn a_code_of_the_step_before_or_after_is_taken_and_no_other() {
        let now = Timestamp::from_millis(1_111_111_111_000).expect("a moment");
        let here = 1_111_111_111 / 30;
        for (off, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let typed = code(EXAMPLE, here + off);
            let expected = taken.then_some(here + off);
            assert_eq!(step_of(EXAMPLE, &typed, now), expected, "{off}");
        }
        for typed in ["", "05047", "0504711", "050472", "٠٥٠٤٧١"] {
            assert_eq!(step_of(EXAMPLE, typed, now), None, "{typed}");
        }
        for typed in ["050 471", " 050471\n", "0 5 0 4 7 1"] {
            assert_eq!(step_of(EXAMPLE, typed, now), Some(here), "{typed}");
        }
        assert_eq!(step_of(EXAMPLE, "050 471 1", now), None);
    }

    #[test]
    fn a_secret_is_written_in_base_32() {
        // RFC 4648, section 10, without padding.
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base_32(bytes.as_bytes()), text);
        }
        let address = address(EXAMPLE, "Test desk", "ann@desk");
        assert_eq!(
            address,
            "otpauth://totp/Test%20desk:ann%40desk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Test%20desk&algorithm=SHA1&digits=6&period=30"
        );
    }
}
