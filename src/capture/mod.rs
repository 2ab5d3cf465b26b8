//! Floor 2: from an address or from bytes to the text that can be quoted.
//!
//! A capture never fails for what a document is like: what is odd about it is
//! told as flaws. Only bytes that hold no text that we can read are refused,
//! and the desk keeps them all the same.

pub mod apart;
mod article;
pub mod authority;
mod child;
mod decode;
mod docx;
mod entities;
pub mod fetch;
mod html;
pub mod hypothesis;
mod markdown;
mod numeral;
mod pdf;
mod plain;
pub mod proposal;
mod reviews;
mod saved;
pub mod scan;
mod sheet;
mod sniff;
mod subtitles;
pub mod table;
mod walk;
pub mod wayback;

use serde::{Deserialize, Serialize};

use crate::domain::locator::{LocatorKind, Locators, Mark};
use crate::text::normalise::normalise;

pub use self::child::run as run_child;
pub use self::pdf::{Mark as PictureMark, PagePicture};
use self::proposal::Proposal;
pub use self::reviews::Reviews;
pub use self::sniff::MediaType;

/// The longest text that is kept, in bytes; the raw bytes are kept whole.
pub const LONGEST_TEXT: usize = 64 * 1024 * 1024;

/// How many bytes the parts of one packed document may unpack to.
const MOST_UNPACKED: usize = 128 * 1024 * 1024;

/// What was made of a document's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What the bytes are.
    pub media_type: MediaType,
    /// The texts that were derived, each by another extractor. The last one is
    /// what people read; the others are views in which words can also be cited.
    pub texts: Vec<ReadText>,
    /// What the document says of itself.
    pub proposal: Proposal,
}

/// One text of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadText {
    /// Name and version of what derived it: `plain/1`, `html-visible/1`.
    pub extractor: String,
    /// The text in its normal form.
    pub text: String,
    /// What was odd about the bytes, in sentences.
    pub flaws: Vec<String>,
    /// The places that the document names itself.
    pub locators: Option<Locators>,
}

impl Document {
    /// The text that people read.
    pub fn main(&self) -> Option<&ReadText> {
        self.texts.last()
    }
}

/// Why bytes cannot become a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Unreadable {
    /// There are no bytes.
    #[error("there are no words in it; paste or upload the document's text")]
    Empty,
    /// There are bytes, but no words in them.
    #[error("no words were found in it; paste the document's text, or upload it in another form")]
    Wordless,
    /// A page that shows its words only by running its scripts.
    #[error(
        "this page shows no words before its scripts run; open it in a browser, save it or print it as PDF, and upload that"
    )]
    Scripted,
    /// The bytes are of a kind that holds no text for us.
    #[error(
        "a {0} file cannot be read here; paste its text, or upload it as PDF, Word, HTML or plain text"
    )]
    Kind(String),
    /// The document's own kind of trouble, in a sentence.
    #[error("{0}")]
    Trouble(String),
    /// Reading took too long and was stopped.
    #[error(
        "reading this file took longer than {seconds} seconds and was stopped; save it in a simpler form, or paste the words"
    )]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// What was read is larger than the limit.
    #[error(
        "this file unpacks to more than {bytes} bytes and was not read on; save it in a simpler form, or paste the words"
    )]
    TooMuch {
        /// The limit.
        bytes: u64,
    },
    /// The program that reads foreign files did not start: the machine's
    /// trouble, which says nothing of the file.
    #[error(
        "the program that reads foreign files could not be started; nothing was saved. Try again in a moment"
    )]
    NotStarted,
    /// The program that reads foreign files broke down over this one.
    #[error(
        "this file broke the program that reads foreign files; nothing else was touched. Save it in a simpler form, or paste the words"
    )]
    Broke,
}

/// Derives the texts of a document, here and now. `declared` is a media type
/// or file name that came with the bytes; the bytes themselves have the last
/// word.
///
/// # Errors
/// When the bytes hold no text that can be read.
///
/// ```
/// let document = citekeep::capture::extract(b"<p>No.<p>Yes.", Some("page.html")).expect("HTML");
/// assert_eq!(document.texts[0].text, "No.\n\nYes.\n");
/// ```
pub fn extract(bytes: &[u8], declared: Option<&str>) -> Result<Document, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let media_type = sniff::media_type(bytes, declared);
    let declared = declared.unwrap_or_default();
    let mut document = match media_type {
        MediaType::Plain => Document::of(media_type, vec![plain::extract(bytes)]),
        MediaType::Markdown => markdown_document(bytes),
        MediaType::Subtitles => subtitles_document(bytes),
        MediaType::Html => html_document(bytes, declared),
        MediaType::SavedPage => saved_document(bytes)?,
        MediaType::Pdf => pdf_document(bytes)?,
        MediaType::Docx => docx_document(bytes)?,
        other => return Err(Unreadable::Kind(other.label().to_owned())),
    };
    document.texts.retain(|read| !read.text.trim().is_empty());
    for read in &mut document.texts {
        cut(read);
        read.flaws.truncate(MOST_FLAWS);
    }
    if document.texts.is_empty() {
        let scripted = memchr::memmem::find(bytes, b"<script").is_some();
        return Err(match media_type {
            MediaType::Html if scripted => Unreadable::Scripted,
            _ => Unreadable::Wordless,
        });
    }
    Ok(document)
}

/// What bytes are, by themselves and by what came with them.
pub fn media_type(bytes: &[u8], declared: Option<&str>) -> MediaType {
    sniff::media_type(bytes, declared)
}

/// Draws a page of a PDF, numbered from 1, with the place of some words on it.
///
/// # Errors
/// When the bytes are no PDF that can be read, or have no such page.
pub fn picture(
    bytes: &[u8],
    page: u32,
    quote: Option<&str>,
    width: u32,
) -> Result<PagePicture, Unreadable> {
    pdf::picture(bytes, page, quote, width)
        .map_err(|trouble| Unreadable::Trouble(trouble.to_string()))
}

impl Document {
    fn of(media_type: MediaType, texts: Vec<ReadText>) -> Self {
        Self {
            media_type,
            texts,
            proposal: Proposal::default(),
        }
    }
}

impl ReadText {
    fn new(extractor: &str, text: &str, flaws: Vec<String>) -> Self {
        Self {
            extractor: extractor.to_owned(),
            text: normalise(text),
            flaws,
            locators: None,
        }
    }
}

/// No more flaws than this are told of one text.
const MOST_FLAWS: usize = 50;

/// The longest title, name or label that a document gives, in characters.
const LONGEST_NAME: usize = 200;

/// Cuts what a document says of itself.
fn short(text: String) -> String {
    match text.char_indices().nth(LONGEST_NAME) {
        Some((at, _)) => text[..at].to_owned(),
        None => text,
    }
}

/// Cuts a text that is longer than what is kept.
fn cut(read: &mut ReadText) {
    if read.text.len() <= LONGEST_TEXT {
        return;
    }
    let cut = read.text.floor_char_boundary(LONGEST_TEXT);
    read.text.truncate(cut);
    if let Some(locators) = &mut read.locators {
        let chars = read.text.chars().count() as u64;
        locators.marks.retain(|mark| mark.at < chars);
    }
    read.flaws
        .push(format!("the text was cut after {cut} bytes"));
}

fn html_document(bytes: &[u8], declared: &str) -> Document {
    let page = html::Page::read(bytes, declared);
    let visible = ReadText::new("html-visible/1", &page.visible(), page.flaws.clone());
    let mut texts = vec![visible];
    if let Some(main) = article::main_text(page.tree()) {
        texts.push(ReadText::new("html-article/1", &main.text, main.flaws));
    }
    Document {
        media_type: MediaType::Html,
        texts,
        proposal: proposal::propose(page.tree()),
    }
}

/// A page that a browser saved as one file: read as the page that is in it.
fn saved_document(bytes: &[u8]) -> Result<Document, Unreadable> {
    let saved = saved::page(bytes).ok_or(Unreadable::Wordless)?;
    let mut document = html_document(saved.html.as_bytes(), "text/html; charset=utf-8");
    document.media_type = MediaType::SavedPage;
    let address = saved.address.filter(|address| address.starts_with("http"));
    let own = document.proposal.canonical.take();
    document.proposal.canonical = own.or(address);
    Ok(document)
}

fn markdown_document(bytes: &[u8]) -> Document {
    let plain = plain::extract(bytes);
    let read = markdown::read(&plain.text);
    let proposal = Proposal {
        title: read.title.map(short),
        authors: read.authors.into_iter().map(short).collect(),
        published: read.date.map(short),
        ..Proposal::default()
    };
    let main = ReadText::new("markdown/1", &read.text, read.flaws);
    Document {
        media_type: MediaType::Markdown,
        texts: vec![plain, main],
        proposal,
    }
}

fn subtitles_document(bytes: &[u8]) -> Document {
    let plain = plain::extract(bytes);
    let read = subtitles::read(&plain.text);
    let text = normalise(&read.text);
    let marks = read.cues.into_iter();
    let main = ReadText {
        locators: locators(&text, LocatorKind::Time, marks),
        ..ReadText::new("subtitles/1", &text, read.flaws)
    };
    Document::of(MediaType::Subtitles, vec![plain, main])
}

fn pdf_document(bytes: &[u8]) -> Result<Document, Unreadable> {
    let read = pdf::read(bytes).map_err(|trouble| Unreadable::Trouble(trouble.to_string()))?;
    let pages: Vec<String> = read.pages.iter().map(|page| normalise(page)).collect();
    let text = pages.join("\u{c}");
    let mut start = 0;
    let starts = pages.iter().map(|page| {
        let at = start;
        start += page.len() + 1;
        at
    });
    let labels = starts
        .zip(read.labels)
        .filter_map(|(at, label)| label.map(|label| (at, label)));
    let main = ReadText {
        locators: locators(&text, LocatorKind::Page, labels),
        ..ReadText::new("pdf/1", &text, read.flaws)
    };
    Ok(Document {
        media_type: MediaType::Pdf,
        texts: vec![main],
        proposal: Proposal {
            title: read.title.filter(|title| !is_file_name(title)).map(short),
            authors: read.author.into_iter().map(short).collect(),
            file_date: read.created,
            ..Proposal::default()
        },
    })
}

fn docx_document(bytes: &[u8]) -> Result<Document, Unreadable> {
    let read = docx::read(bytes, MOST_UNPACKED)
        .map_err(|trouble| Unreadable::Trouble(trouble.to_string()))?;
    Ok(Document {
        media_type: MediaType::Docx,
        texts: vec![ReadText::new("docx/1", &read.text, read.flaws)],
        proposal: Proposal {
            title: read.title.filter(|title| !is_file_name(title)).map(short),
            authors: read.author.into_iter().map(short).collect(),
            file_date: read.created.map(short),
            modified: read.modified.map(short),
            ..Proposal::default()
        },
    })
}

/// Whether a file's own title is only the name of some file, as programs that
/// print to PDF write it.
fn is_file_name(title: &str) -> bool {
    let title = title.trim();
    let Some((_, ending)) = title.rsplit_once('.') else {
        return title.eq_ignore_ascii_case("untitled");
    };
    (2..=4).contains(&ending.len())
        && ending.chars().all(|c| c.is_ascii_alphanumeric())
        && ending.chars().any(|c| c.is_ascii_alphabetic())
}

/// Turns places in bytes into code points.
fn locators(
    text: &str,
    kind: LocatorKind,
    places: impl Iterator<Item = (usize, String)>,
) -> Option<Locators> {
    let (mut marks, mut seen, mut chars) = (Vec::new(), 0, 0);
    for (at, label) in places.take(Locators::MOST) {
        let Some(passed) = text.get(seen..at) else {
            continue;
        };
        chars += passed.chars().count() as u64;
        seen = at;
        let label = short(label);
        marks.push(Mark { at: chars, label });
    }
    (!marks.is_empty()).then_some(Locators { kind, marks })
}
