//! PDF: the text page by page in reading order, and pictures of pages.
//!
//! The parser is a library that may fail on hostile bytes; whoever calls this
//! runs it in a process of its own, with limits on time and memory.

mod collections;
mod columns;
mod details;
mod glyphs;
mod labels;
mod lines;
mod marks;
mod picture;
mod reading;
mod right_to_left;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_interpret::InterpreterCache;
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

pub use self::marks::Mark;

/// The most pages that are read.
const MOST_PAGES: usize = 5_000;
/// The longest text that is read, in bytes.
const LONGEST_TEXT: usize = 64 * 1024 * 1024;

/// The end of a file in which the place of its table of contents is sought.
const LONGEST_END: usize = 8 * 1024;

/// The text of a PDF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PdfText {
    /// The text of each page, without a form feed.
    pub(super) pages: Vec<String>,
    /// The printed label of each page, where the file tells it.
    pub(super) labels: Vec<Option<String>>,
    /// The title that the file gives itself.
    pub(super) title: Option<String>,
    /// The author that the file names.
    pub(super) author: Option<String>,
    /// When the file was made, by RFC 3339.
    pub(super) created: Option<String>,
    /// What was odd about it, in sentences.
    pub(super) flaws: Vec<String>,
}

/// A page as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePicture {
    /// The picture as PNG.
    pub png: Vec<u8>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Where the quote stands, line by line; empty where it was not located.
    pub marks: Vec<Mark>,
}

/// Why a PDF, or a page of it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PdfTrouble {
    /// It opens with a password only.
    #[error("this PDF is locked with a password; save a copy without the password and upload that")]
    Password,
    /// It is locked in a way that is not known here.
    #[error(
        "this PDF is locked in a way that cannot be read here; print or save it anew without a lock, and upload that"
    )]
    Lock,
    /// It is no PDF any more.
    #[error(
        "this PDF is damaged and cannot be read; open it in a PDF reader, print or save it anew, and upload that"
    )]
    Malformed,
    /// None of its pages has text.
    #[error(
        "this PDF holds pictures of pages without text (a scan of {pages} {}); run text recognition (OCR) on it and upload that, or paste the words", if *pages == 1 { "page" } else { "pages" }
    )]
    Scanned {
        /// How many pages it has.
        pages: usize,
    },
    /// None of its pages has text or a picture.
    #[error(
        "there are no words in this PDF; if you see some, run text recognition (OCR) on it and upload that, or paste the words"
    )]
    Wordless,
    /// It has more pages than are read.
    #[error("this PDF has {pages} pages, and at most {MOST_PAGES} are read; upload it in parts")]
    TooManyPages {
        /// How many pages it has.
        pages: usize,
    },
    /// It has more text than is read.
    #[error("the text of this PDF is too long; upload it in parts")]
    TooLong,
    /// It has no such page.
    #[error("this PDF has {pages} pages and no page {page}; choose another")]
    NoSuchPage {
        /// The page that was asked for.
        page: u32,
        /// How many pages it has.
        pages: usize,
    },
    /// The page cannot be drawn.
    #[error("page {page} of this PDF cannot be drawn; its text can still be read")]
    NotDrawn {
        /// The page that was asked for.
        page: u32,
    },
}

/// What became of one page.
struct PageText {
    text: String,
    has_pictures: bool,
    /// Some of its characters have no known meaning.
    has_unknown: bool,
}

/// Reads the text of a PDF, page by page.
///
/// # Errors
/// When the file is locked, damaged beyond reading, too long, or without text.
pub(super) fn read(bytes: &[u8]) -> Result<PdfText, PdfTrouble> {
    catch_unwind(|| read_all(bytes)).unwrap_or(Err(PdfTrouble::Malformed))
}

fn read_all(bytes: &[u8]) -> Result<PdfText, PdfTrouble> {
    let pdf = open(bytes)?;
    let count = pdf.pages().len();
    let details = details::of(&pdf);
    let mut text = PdfText {
        labels: labels::of(&pdf, count),
        title: details.title,
        author: details.author,
        created: details.created,
        ..PdfText::default()
    };
    let mut cache = InterpreterCache::new();
    let mut troubles = Troubles::default();
    let mut length = 0_usize;
    for (number, page) in (1..).zip(pdf.pages().iter()) {
        let read = catch_unwind(AssertUnwindSafe(|| read_page(page, &cache)));
        let page = match read {
            Ok(page) => page,
            Err(_) => {
                // What panicked may have left the cache half made.
                cache = InterpreterCache::new();
                troubles.unread.push(number);
                text.pages.push(String::new());
                continue;
            }
        };
        if page.has_unknown {
            troubles.unknown.push(number);
        } else if page.text.trim().is_empty() && page.has_pictures {
            troubles.pictures.push(number);
        }
        length = length.saturating_add(page.text.len());
        if length > LONGEST_TEXT {
            return Err(PdfTrouble::TooLong);
        }
        text.pages.push(page.text);
    }
    if text.pages.iter().all(|page| page.trim().is_empty()) {
        return Err(troubles.without_text(count));
    }
    text.flaws = troubles.flaws();
    if is_cut_off(bytes) {
        text.flaws.push(
            "the end of the file is missing: it is damaged, and what could be read is here"
                .to_owned(),
        );
    }
    Ok(text)
}

fn open(bytes: &[u8]) -> Result<Pdf, PdfTrouble> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => PdfTrouble::Password,
        LoadPdfError::Decryption(_) => PdfTrouble::Lock,
        LoadPdfError::Invalid => PdfTrouble::Malformed,
    })?;
    match pdf.pages().len() {
        0 => Err(PdfTrouble::Malformed),
        pages if pages > MOST_PAGES => Err(PdfTrouble::TooManyPages { pages }),
        _ => Ok(pdf),
    }
}

/// A PDF ends with the place of its table of contents; what follows it is
/// short.
fn is_cut_off(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(LONGEST_END)..];
    !end.windows(9).any(|word| word == b"startxref")
}

fn read_page<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> PageText {
    let drawing = glyphs::collect(page, cache);
    PageText {
        text: reading::read(&drawing.glyphs).text,
        has_pictures: drawing.pictures > 0,
        has_unknown: drawing.unknown > drawing.glyphs.len() / 10,
    }
}

/// Draws a page, counted from 1, as a picture about `width` pixels wide, and
/// tells where the quote stands on it. A quote that goes over the page's edge
/// is marked as far as it is on the page.
///
/// # Errors
/// When the file is locked or damaged, or has no such page.
pub(super) fn picture(
    bytes: &[u8],
    page: u32,
    quote: Option<&str>,
    width: u32,
) -> Result<PagePicture, PdfTrouble> {
    catch_unwind(|| draw(bytes, page, quote, width)).unwrap_or(Err(PdfTrouble::NotDrawn { page }))
}

fn draw(
    bytes: &[u8],
    number: u32,
    quote: Option<&str>,
    width: u32,
) -> Result<PagePicture, PdfTrouble> {
    let pdf = open(bytes)?;
    let pages = pdf.pages();
    let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    let page = index.and_then(|index| pages.get(index));
    let Some(page) = page else {
        return Err(PdfTrouble::NoSuchPage {
            page: number,
            pages: pages.len(),
        });
    };
    let Some(drawn) = picture::draw(page, width) else {
        return Err(PdfTrouble::NotDrawn { page: number });
    };
    let marks = quote.map(|quote| {
        let drawing = glyphs::collect(page, &InterpreterCache::new());
        marks::around(&drawing, &reading::read(&drawing.glyphs), quote)
    });
    Ok(PagePicture {
        png: drawn.png,
        width: drawn.width,
        height: drawn.height,
        marks: marks.unwrap_or_default(),
    })
}

/// The pages at which something was odd.
#[derive(Default)]
struct Troubles {
    unread: Vec<usize>,
    pictures: Vec<usize>,
    unknown: Vec<usize>,
}

impl Troubles {
    /// Why there is no text at all.
    fn without_text(&self, pages: usize) -> PdfTrouble {
        if !self.unread.is_empty() {
            PdfTrouble::Malformed
        } else if self.pictures.is_empty() {
            PdfTrouble::Wordless
        } else {
            PdfTrouble::Scanned { pages }
        }
    }

    fn flaws(&self) -> Vec<String> {
        let tell = |pages: &[usize], one: &str, more: &str| {
            (!pages.is_empty()).then(|| {
                let ending = if pages.len() == 1 { one } else { more };
                format!("{} {ending}", named(pages))
            })
        };
        [
            tell(&self.unread, "could not be read", "could not be read"),
            tell(
                &self.pictures,
                "holds pictures without text: it may be a scan; run text recognition (OCR) on it and upload that",
                "hold pictures without text: it may be a scan; run text recognition (OCR) on it and upload that",
            ),
            tell(
                &self.unknown,
                "has characters whose meaning the file does not tell; look at its picture before you cite it",
                "have characters whose meaning the file does not tell; look at their pictures before you cite them",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// `page 7`, `pages 3 to 5`, `pages 1, 3 to 5 and 9`.
fn named(pages: &[usize]) -> String {
    let runs: Vec<String> = pages
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| match run {
            [only] => only.to_string(),
            [first, second] => format!("{first}, {second}"),
            [first, .., last] => format!("{first} to {last}"),
            [] => String::new(),
        })
        .collect();
    let listed = match runs.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => runs.concat(),
    };
    let word = if pages.len() == 1 { "page" } else { "pages" };
    format!("{word} {listed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pages: &[usize], expected: &str) {
        assert_eq!(named(pages), expected);
    }

    #[test]
    fn pages_are_named_in_words() {
        check(&[7], "page 7");
        check(&[3, 4, 5], "pages 3 to 5");
        check(&[1, 3, 4, 5, 9], "pages 1, 3 to 5 and 9");
        check(&[1, 2, 9], "pages 1, 2 and 9");
        check(&[1, 9], "pages 1 and 9");
    }

    #[test]
    fn bytes_that_are_no_pdf_are_told() {
        for bytes in [&b""[..], b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"hello"] {
            assert_eq!(read(bytes), Err(PdfTrouble::Malformed), "{bytes:?}");
            assert!(picture(bytes, 1, None, 300).is_err(), "{bytes:?}");
        }
    }
}
