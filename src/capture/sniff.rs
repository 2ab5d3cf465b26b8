//! Telling what bytes are: by themselves first, then by what came with them.

use super::Unreadable;

/// The kinds of document that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// Plain text.
    Plain,
    /// HTML.
    Html,
}

impl MediaType {
    /// The media type as MIME writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "text/plain",
            Self::Html => "text/html",
        }
    }
}

/// First bytes of kinds that hold no plain text.
const UNREAD: &[(&[u8], &str)] = &[
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP or Word"),
    (b"\xd0\xcf\x11\xe0", "Word"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
];

pub(super) fn media_type(bytes: &[u8], declared: Option<&str>) -> Result<MediaType, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if let Some((_, name)) = UNREAD.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(Unreadable::Kind(name));
    }
    let declared = declared.unwrap_or_default().to_ascii_lowercase();
    let bare = declared.split(';').next().unwrap_or_default().trim();
    if bare == "text/html" || bare == "application/xhtml+xml" || is_html_name(bare) {
        return Ok(MediaType::Html);
    }
    let named_plain = bare == "text/plain" || [".txt", ".md"].iter().any(|end| bare.ends_with(end));
    if !named_plain && starts_like_html(bytes) {
        return Ok(MediaType::Html);
    }
    Ok(MediaType::Plain)
}

fn is_html_name(name: &str) -> bool {
    [".html", ".htm", ".xhtml"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn starts_like_html(bytes: &[u8]) -> bool {
    let start: String = bytes
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace() || **byte >= 0x80)
        .take(15)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| start.starts_with(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&str>, expected: Result<MediaType, Unreadable>) {
        assert_eq!(media_type(bytes, declared), expected, "{declared:?}");
    }

    #[test]
    fn the_bytes_have_the_last_word() {
        check(b"words", None, Ok(MediaType::Plain));
        check(b" <!DOCTYPE HTML>", None, Ok(MediaType::Html));
        check(
            b"<p>words",
            Some("text/html; charset=utf-8"),
            Ok(MediaType::Html),
        );
        check(b"<html> is a tag", Some("notes.txt"), Ok(MediaType::Plain));
        check(
            b"%PDF-1.7",
            Some("report.txt"),
            Err(Unreadable::Kind("PDF")),
        );
        check(b"", None, Err(Unreadable::Empty));
    }
}
