//! A page that a browser saved as a single file (MHTML, RFC 2557): the HTML
//! in it, and the address from which it was saved.

use mail_parser::{MessageParser, PartType};

/// The page in a saved file.
pub(super) struct SavedPage {
    pub(super) html: String,
    /// Where the browser was when it saved it.
    pub(super) address: Option<String>,
}

/// Finds the page in a saved file; nothing where there is none.
pub(super) fn page(bytes: &[u8]) -> Option<SavedPage> {
    let message = MessageParser::default().parse(bytes)?;
    let html = message.parts.iter().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    })?;
    let address = message
        .header("Snapshot-Content-Location")
        .and_then(|value| value.as_text())
        .map(|address| address.trim().to_owned());
    Some(SavedPage { html, address })
}

/// Whether a file begins as browsers begin a saved page.
pub(super) fn looks_like(start: &str) -> bool {
    let start = start.to_ascii_lowercase();
    start.contains("mime-version:") && start.contains("multipart/related")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "From: <Saved by Blink>\r\n\
        Snapshot-Content-Location: https://example.org/bridges\r\n\
        Subject: Bridges\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related; type=\"text/html\"; boundary=\"----x\"\r\n\r\n\
        ------x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://example.org/bridges\r\n\r\n\
        <html><p>It opened in 19=\r\n32, =E2=80=9Cthey=E2=80=9D say.</html>\r\n\
        ------x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n------x--\r\n";

    #[test]
    fn the_page_and_its_address_are_found() {
        assert!(looks_like(FILE));
        let page = page(FILE.as_bytes()).expect("a page");
        assert!(
            page.html.contains("<p>It opened in 1932, “they” say."),
            "{}",
            page.html
        );
        assert_eq!(page.address.as_deref(), Some("https://example.org/bridges"));
    }

    #[test]
    fn a_letter_is_no_saved_page() {
        assert!(!looks_like(
            "From: somebody\r\nSubject: Hello\r\n\r\nWords."
        ));
        assert!(page(b"From: somebody\r\n\r\nWords.").is_none());
        assert!(page(b"").is_none());
    }
}
