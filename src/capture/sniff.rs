//! Telling what bytes are: by themselves first, then by what came with them.

use serde::{Deserialize, Serialize};

use super::{docx, saved, subtitles};

/// The kinds of document that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaType {
    /// Plain text.
    Plain,
    /// Markdown.
    Markdown,
    /// A transcript with time codes: WebVTT or SubRip.
    Subtitles,
    /// HTML.
    Html,
    /// A page that a browser saved as one file (MHTML).
    SavedPage,
    /// PDF.
    Pdf,
    /// A Word document.
    Docx,
    /// A Word document that is locked with a password.
    LockedOffice,
    /// An office document of the kind before 2007.
    OldOffice,
    /// A picture.
    Picture(Picture),
    /// Something that was packed with gzip.
    Gzip,
    /// Bytes that are no text.
    Binary,
}

/// The kinds of picture that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Picture {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// TIFF.
    Tiff,
    /// WebP.
    WebP,
}

impl MediaType {
    /// The media type as MIME writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Subtitles => "text/vtt",
            Self::Html => "text/html",
            Self::SavedPage => "multipart/related",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::LockedOffice | Self::OldOffice => "application/x-ole-storage",
            Self::Picture(Picture::Png) => "image/png",
            Self::Picture(Picture::Jpeg) => "image/jpeg",
            Self::Picture(Picture::Gif) => "image/gif",
            Self::Picture(Picture::Tiff) => "image/tiff",
            Self::Picture(Picture::WebP) => "image/webp",
            Self::Gzip => "application/gzip",
            Self::Binary => "application/octet-stream",
        }
    }

    /// What people call it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Plain => "plain text",
            Self::Markdown => "Markdown",
            Self::Subtitles => "subtitles",
            Self::Html => "HTML",
            Self::SavedPage => "saved page",
            Self::Pdf => "PDF",
            Self::Docx => "Word",
            Self::LockedOffice => "password-protected Word",
            Self::OldOffice => "Word 97–2003 or other old office",
            Self::Picture(Picture::Png) => "PNG picture",
            Self::Picture(Picture::Jpeg) => "JPEG picture",
            Self::Picture(Picture::Gif) => "GIF picture",
            Self::Picture(Picture::Tiff) => "TIFF picture",
            Self::Picture(Picture::WebP) => "WebP picture",
            Self::Gzip => "gzip",
            Self::Binary => "binary",
        }
    }
}

/// First bytes that tell what a file is, whatever its name says.
const MAGIC: &[(&[u8], MediaType)] = &[
    (b"PK\x03\x04", MediaType::Docx),
    (b"PK\x05\x06", MediaType::Docx),
    (b"\x89PNG", MediaType::Picture(Picture::Png)),
    (b"\xff\xd8\xff", MediaType::Picture(Picture::Jpeg)),
    (b"GIF8", MediaType::Picture(Picture::Gif)),
    (b"II*\0", MediaType::Picture(Picture::Tiff)),
    (b"MM\0*", MediaType::Picture(Picture::Tiff)),
    (b"\x1f\x8b", MediaType::Gzip),
];

/// File names and media types that tell what a text is.
const NAMED: &[(&str, MediaType)] = &[
    ("text/html", MediaType::Html),
    ("application/xhtml+xml", MediaType::Html),
    (".html", MediaType::Html),
    (".htm", MediaType::Html),
    (".xhtml", MediaType::Html),
    ("text/markdown", MediaType::Markdown),
    (".md", MediaType::Markdown),
    (".markdown", MediaType::Markdown),
    ("text/vtt", MediaType::Subtitles),
    ("application/x-subrip", MediaType::Subtitles),
    (".vtt", MediaType::Subtitles),
    (".srt", MediaType::Subtitles),
    ("multipart/related", MediaType::SavedPage),
    (".mhtml", MediaType::SavedPage),
    (".mht", MediaType::SavedPage),
];

/// A PDF's mark stands within so many bytes of its start.
const PDF_WITHIN: usize = 1_024;

pub(super) fn media_type(bytes: &[u8], declared: Option<&str>) -> MediaType {
    let start = &bytes[..bytes.len().min(PDF_WITHIN)];
    let declared = declared.unwrap_or_default().to_ascii_lowercase();
    let bare = declared.split(';').next().unwrap_or_default().trim();
    let says_pdf = bare == "application/pdf" || bare.ends_with(".pdf");
    let is_pdf = start.windows(5).any(|five| five == b"%PDF-");
    if start.starts_with(b"%PDF-") || (says_pdf && is_pdf) {
        return MediaType::Pdf;
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        return if docx::is_locked_office(bytes) {
            MediaType::LockedOffice
        } else {
            MediaType::OldOffice
        };
    }
    if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
        return MediaType::Picture(Picture::WebP);
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
        return *kind;
    }
    let named = NAMED
        .iter()
        .find(|(name, _)| bare == *name || (name.starts_with('.') && bare.ends_with(name)));
    if let Some((_, kind)) = named {
        return *kind;
    }
    let named_plain = bare == "text/plain" || bare.ends_with(".txt");
    if named_plain {
        return MediaType::Plain;
    }
    by_content(bytes)
}

fn by_content(bytes: &[u8]) -> MediaType {
    if starts_like_html(bytes) {
        return MediaType::Html;
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(PDF_WITHIN)]);
    if saved::looks_like(&start) {
        return MediaType::SavedPage;
    }
    if subtitles::looks_like(&start) {
        return MediaType::Subtitles;
    }
    if is_binary(bytes) {
        return MediaType::Binary;
    }
    MediaType::Plain
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

/// Whether bytes without a byte order mark hold control characters that no
/// text has (the WHATWG's MIME sniffing standard, "binary data byte").
fn is_binary(bytes: &[u8]) -> bool {
    let marked = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]
        .iter()
        .any(|mark| bytes.starts_with(mark));
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    !marked
        && bytes
            .iter()
            .take(PDF_WITHIN)
            .filter(|byte| is_control(byte))
            .count()
            > 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&str>, expected: MediaType) {
        assert_eq!(media_type(bytes, declared), expected, "{declared:?}");
    }

    #[test]
    fn the_bytes_have_the_last_word() {
        check(b"words", None, MediaType::Plain);
        check(b" <!DOCTYPE HTML>", None, MediaType::Html);
        check(
            b"<p>words",
            Some("text/html; charset=utf-8"),
            MediaType::Html,
        );
        check(b"<html> is a tag", Some("notes.txt"), MediaType::Plain);
        check(b"%PDF-1.7", Some("report.txt"), MediaType::Pdf);
        check(b"\n\n%PDF-1.7", Some("report.pdf"), MediaType::Pdf);
        check(b"how %PDF-1.7 begins", Some("notes.txt"), MediaType::Plain);
        check(b"# Title", Some("notes.MD"), MediaType::Markdown);
        check(
            b"WEBVTT\n\n00:01.000 --> 00:02.000\nYes.",
            None,
            MediaType::Subtitles,
        );
        check(
            b"\x89PNG\r\n",
            Some("report.txt"),
            MediaType::Picture(Picture::Png),
        );
        check(b"\x01\x02\x03\x04\x05\x06", None, MediaType::Binary);
        check(b"\xff\xfeh\0i\0", None, MediaType::Plain);
    }
}
