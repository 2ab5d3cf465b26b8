//! Plain text: decoded and normalised, nothing else.

use super::ReadText;
use super::decode::decode;

pub(super) fn extract(bytes: &[u8]) -> ReadText {
    let decoded = decode(bytes, None);
    ReadText::new("plain/1", &decoded.text, decoded.flaws)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, flaws: usize) {
        let read = extract(bytes);
        assert_eq!((read.text.as_str(), read.flaws.len()), (text, flaws));
    }

    #[test]
    fn text_is_decoded_and_nothing_else() {
        check(b"\xef\xbb\xbfone\r\ntwo", "one\ntwo", 0);
        check("13\u{a0}men".as_bytes(), "13\u{a0}men", 0);
        check(
            b"he said \x93no\x94 and caf\xe9",
            "he said “no” and café",
            0,
        );
        check(b"\xff\xfeh\0i\0", "hi", 0);
        check(b"a\0b", "a\u{fffd}b", 1);
    }
}
