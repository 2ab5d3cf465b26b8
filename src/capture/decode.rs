//! From bytes to characters, as browsers do it: byte order mark, then UTF-8,
//! then what the document declares, then a guess.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// Characters, and what was odd about their bytes.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) flaws: Vec<String>,
}

/// Decodes bytes; `declared` is an encoding label found in the document.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None => (choose(bytes, declared), bytes),
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let mut flaws = Vec::new();
    if broken {
        let name = encoding.name();
        flaws.push(format!(
            "some bytes are not valid {name}; each stands as U+FFFD"
        ));
    }
    let text = if text.contains('\0') {
        flaws.push("NUL characters were replaced by U+FFFD".to_owned());
        text.replace('\0', "\u{fffd}")
    } else {
        text.into_owned()
    };
    Decoded { text, flaws }
}

fn choose(bytes: &[u8], declared: Option<&str>) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    if let Some(encoding) = declared.and_then(|label| Encoding::for_label(label.as_bytes())) {
        return encoding;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}
