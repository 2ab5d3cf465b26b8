//! Documents of somebody else: what is read of them is a text in its normal
//! form, with places in it, whatever they are.

use std::io::{Cursor, Write};

use citekeep::capture::apart::Reading;
use citekeep::capture::{Document, LONGEST_TEXT, MediaType, Unreadable, extract, picture};
use citekeep::text::normalise::normalise;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The most flaws that are told of a text.
const MOST_FLAWS: usize = 50;
/// The longest names, labels and titles that are kept, in characters.
const LONGEST_NAME: usize = 200;
const LONGEST_TITLE: usize = 500;
/// The most authors that are proposed.
const MOST_AUTHORS: usize = 10;

/// Reads a document and holds what comes out against what a text is.
fn read(bytes: &[u8], declared: &str) -> Result<Document, Unreadable> {
    let read = extract(bytes, Some(declared));
    match &read {
        Ok(document) => check(document),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    read
}

fn check(document: &Document) {
    assert!(document.main().is_some());
    for read in &document.texts {
        assert!(!read.text.trim().is_empty());
        assert!(read.text.len() <= LONGEST_TEXT && read.flaws.len() <= MOST_FLAWS);
        assert_eq!(normalise(&read.text), read.text, "{}", read.extractor);
        let Some(locators) = &read.locators else {
            continue;
        };
        let chars = read.text.chars().count() as u64;
        let mut last = 0;
        for mark in &locators.marks {
            assert!(last <= mark.at && mark.at <= chars, "{locators:?}");
            assert!(mark.label.chars().count() <= LONGEST_NAME);
            last = mark.at;
        }
    }
    let own = &document.proposal;
    assert!(own.authors.len() <= MOST_AUTHORS);
    let dates = [&own.published, &own.file_date, &own.modified];
    let dates = dates.into_iter().flatten();
    for name in own.authors.iter().chain(&own.publisher).chain(dates) {
        assert!(name.chars().count() <= LONGEST_NAME, "{name}");
    }
    if let Some(title) = &own.title {
        assert!(title.chars().count() <= LONGEST_TITLE, "{title}");
    }
    if let Some(address) = &own.canonical {
        assert!(address.starts_with("http"), "{address}");
    }
}

/// An HTML page.
pub fn html(bytes: &[u8]) {
    drop(read(bytes, "text/html"));
}

/// Markdown, subtitles, plain text or a page that a browser saved as one file,
/// as the first byte says.
pub fn plain(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let declared = [
        "notes.md",
        "talk.srt",
        "talk.vtt",
        "notes.txt",
        "page.mhtml",
    ];
    drop(read(rest, declared[usize::from(*kind) % declared.len()]));
}

/// A PDF, its text alone.
pub fn pdf(bytes: &[u8]) {
    drop(read(bytes, "report.pdf"));
}

/// A page of a PDF as a picture, with words marked on it.
pub fn pdf_picture(bytes: &[u8]) {
    let Some((page, rest)) = bytes.split_first() else {
        return;
    };
    let page = u32::from(*page) % 4;
    let Ok(drawn) = picture(rest, page, Some("the bridge"), 120) else {
        return;
    };
    assert!(page > 0, "pages are numbered from 1");
    assert!(drawn.png.starts_with(b"\x89PNG"));
    assert!((1..=4_000).contains(&drawn.width) && (1..=8_001).contains(&drawn.height));
}

/// A Word file as bytes, or one whose parts these bytes are: its XML, past the
/// archive.
pub fn docx(bytes: &[u8]) {
    if bytes.starts_with(b"PK") {
        drop(read(bytes, "report.docx"));
        return;
    }
    const NAMES: [&str; 6] = [
        "word/document.xml",
        "word/styles.xml",
        "word/footnotes.xml",
        "word/_rels/document.xml.rels",
        "_rels/.rels",
        "docProps/core.xml",
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let parts = bytes.split(|byte| *byte == 0xff);
    for (name, part) in NAMES.iter().zip(parts) {
        // A part of nothing is none.
        if !part.is_empty() {
            archive.start_file(*name, stored).expect("a new name");
            archive.write_all(part).expect("memory");
        }
    }
    let file = archive.finish().expect("memory").into_inner();
    if let Ok(document) = read(&file, "report.docx") {
        assert_eq!(document.media_type, MediaType::Docx);
    }
}

/// The reviews of others in a page, a feed or a file.
pub(super) fn reviews(bytes: &[u8]) {
    let base = Some("https://checks.example/reviews/1");
    let Ok(reviews) = Reading::Here.reviews(bytes, base) else {
        return;
    };
    assert!(reviews.found.len() <= 500 && reviews.flaws.len() <= 20);
    for review in &reviews.found {
        // What is kept of a review is read again as the same.
        let written = serde_json::to_string(review).expect("JSON");
        let again = serde_json::from_str(&written);
        assert_eq!(again.ok().as_ref(), Some(review), "{written}");
    }
}
