//! Floor 2: from bytes to the text that can be quoted.
//!
//! A capture never fails for what a document is like: what is odd about it is
//! told as flaws. Only bytes that hold no text that we can read are refused.

mod decode;
mod html;
mod plain;
mod sniff;

pub use self::sniff::MediaType;

/// The longest text that is kept, in bytes; the raw bytes are kept whole.
pub const LONGEST_TEXT: usize = 64 * 1024 * 1024;

/// What was made of a document's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// What the bytes are.
    pub media_type: MediaType,
    /// The text in its normal form.
    pub text: String,
    /// Name and version of what derived the text: `plain/1`, `html-visible/1`.
    pub extractor: &'static str,
    /// What was odd about the bytes, in sentences.
    pub flaws: Vec<String>,
    /// The title that the document gives itself.
    pub title: Option<String>,
}

/// Why bytes cannot become a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There are no bytes, or no words in them.
    #[error("there are no words in it; paste or upload the document's text")]
    Empty,
    /// The bytes are of a kind that is not read yet.
    #[error(
        "a {0} file cannot be read here yet; paste its text, or upload it as plain text or HTML"
    )]
    Kind(&'static str),
}

/// Derives the text of a document. `declared` is a media type or file name
/// that came with the bytes; the bytes themselves have the last word.
///
/// # Errors
/// When the bytes hold no text that can be read.
///
/// ```
/// let capture = citekeep::capture::extract(b"<p>No.<p>Yes.", Some("page.html")).expect("HTML");
/// assert_eq!(capture.text, "No.\n\nYes.\n");
/// ```
pub fn extract(bytes: &[u8], declared: Option<&str>) -> Result<Capture, Unreadable> {
    let media_type = sniff::media_type(bytes, declared)?;
    let mut capture = match media_type {
        MediaType::Plain => plain::extract(bytes),
        MediaType::Html => html::extract(bytes),
    };
    if capture.text.len() > LONGEST_TEXT {
        let cut = capture.text.floor_char_boundary(LONGEST_TEXT);
        capture.text.truncate(cut);
        capture
            .flaws
            .push(format!("the text was cut after {cut} bytes"));
    }
    if capture.text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(capture)
}
