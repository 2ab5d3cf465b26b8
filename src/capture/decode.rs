//! From bytes to characters, as browsers do it: byte order mark, then UTF-8,
//! then what the document declares, then a guess.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

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
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    // Bytes that are UTF-8 are hardly ever anything else, whatever they say;
    // but ISO-2022-JP is written in ASCII bytes throughout.
    if std::str::from_utf8(bytes).is_ok() {
        let switches = declared == Some(ISO_2022_JP) && memchr::memchr(0x1b, bytes).is_some();
        return if switches { ISO_2022_JP } else { UTF_8 };
    }
    match declared {
        // A page that says UTF-16 in bytes that can be read to there is not
        // UTF-16 (the HTML standard, "prescan a byte stream").
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => return encoding,
        _ => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}
