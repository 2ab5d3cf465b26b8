//! An app that shows codes, as RFC 6238 has it, written apart from the desk's own.

use ring::hmac;

/// The code that an app shows for a secret at a moment, in seconds.
pub(crate) fn code(secret: &str, second: u64) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret
        .bytes()
        .map(|letter| letters.iter().position(|l| *l == letter).expect("Base 32"))
        .map(|five| format!("{five:05b}"))
        .collect();
    let bytes: Vec<u8> = (0..bits.len() / 8)
        .map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).expect("bits"))
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes);
    let tag = hmac::sign(&key, &(second / 30).to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let four: [u8; 4] = tag[at..at + 4].try_into().expect("four bytes");
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    )
}
