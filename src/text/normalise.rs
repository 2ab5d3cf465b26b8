//! The normal form of every stored text: `text/1`.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Name and version of the normal form.
pub const NORMAL_FORM: &str = "text/1";

/// Brings a text into the normal form `text/1`: NFC, and every line end a
/// single line feed. Nothing else changes: a no-break space stays one, and
/// U+000C stays as the border between pages.
///
/// ```
/// use citekeep::text::normalise::normalise;
/// assert_eq!(normalise("cafe\u{301}\r\n13\u{a0}men\r"), "caf\u{e9}\n13\u{a0}men\n");
/// ```
pub fn normalise(text: &str) -> String {
    if is_nfc(text) {
        return text.replace("\r\n", "\n").replace('\r', "\n");
    }
    // NFC leaves carriage returns and line feeds alone, so the order does not
    // matter.
    let composed: String = text.nfc().collect();
    composed.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in ".{0,200}") {
            let once = normalise(&text);
            proptest::prop_assert_eq!(normalise(&once), once);
        }
    }
}
