//! `citekeep extract`: the text that would be stored for a file.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::capture::ReadText;
use crate::capture::proposal::Proposal;
use crate::domain::hash::ContentHash;
use crate::domain::locator::Locators;
use crate::domain::snapshot::family;

use super::{Failure, Ready, output};

/// Print the text that would be stored for a file, its pages divided by a
/// form feed.
#[derive(Debug, Args)]
pub(super) struct Extract {
    /// The file: PDF, Word, HTML, Markdown, plain text, SRT or VTT; - for
    /// standard input
    file: PathBuf,
    /// Print extractor, hashes, flaws and the proposed source sheet as JSON
    #[arg(long)]
    json: bool,
    /// Print this text instead of the main one: html-visible, plain
    #[arg(long, value_name = "EXTRACTOR")]
    text: Option<String>,
    /// The media type that came with the file, such as text/html;
    /// charset=utf-8
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
}

/// What is said about a file.
#[derive(Serialize)]
struct Said<'a> {
    media_type: &'static str,
    bytes: usize,
    raw_sha256: ContentHash,
    #[serde(flatten)]
    main: Text<'a>,
    /// Every text, the main one last.
    texts: Vec<Text<'a>>,
    proposal: &'a Proposal,
}

#[derive(Serialize)]
struct Text<'a> {
    extractor: &'a str,
    text_sha256: ContentHash,
    chars: usize,
    pages: Option<usize>,
    flaws: &'a [String],
    locators: Option<&'a Locators>,
    text: &'a str,
}

impl Extract {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let bytes = read(&self.file)?;
        let name = self.file.to_string_lossy();
        let declared = self.media_type.as_deref().unwrap_or(&name);
        let document = ready
            .world
            .reading
            .read(&bytes, Some(declared))
            .map_err(|unreadable| {
                output::complain(&format!("{}: {unreadable}", self.file.display()));
                Failure::Found
            })?;
        let chosen = match &self.text {
            Some(wanted) => document
                .texts
                .iter()
                .find(|read| read.extractor == *wanted || family(&read.extractor) == wanted),
            None => document.main(),
        };
        let Some(chosen) = chosen else {
            let known: Vec<&str> = document.texts.iter().map(|read| &*read.extractor).collect();
            return Err(Failure::Usage(format!(
                "this file has no such text; it has: {}",
                known.join(", ")
            )));
        };
        if !self.json {
            for flaw in &chosen.flaws {
                output::say(&format!("note: {flaw}"));
            }
            return output::whole(&chosen.text).map_err(Failure::from);
        }
        let said = Said {
            media_type: document.media_type.as_str(),
            bytes: bytes.len(),
            raw_sha256: ContentHash::of(&bytes),
            main: Text::new(chosen),
            texts: document.texts.iter().map(Text::new).collect(),
            proposal: &document.proposal,
        };
        let json = serde_json::to_string_pretty(&said)
            .map_err(|error| Failure::Broken(error.to_string()))?;
        output::line(&json);
        Ok(())
    }
}

impl<'a> Text<'a> {
    fn new(read: &'a ReadText) -> Self {
        let pages = memchr::memchr_iter(0x0c, read.text.as_bytes()).count();
        Self {
            extractor: &read.extractor,
            text_sha256: ContentHash::of(read.text.as_bytes()),
            chars: read.text.chars().count(),
            pages: (pages > 0 || read.extractor.starts_with("pdf")).then_some(pages + 1),
            flaws: &read.flaws,
            locators: read.locators.as_ref(),
            text: &read.text,
        }
    }
}

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// Reads a file, or standard input where it is named `-`.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::Usage(format!("{} cannot be read: {error}", file.display()))
    };
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        let stdin = std::io::stdin().lock();
        stdin
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
    } else {
        let open = std::fs::File::open(file).map_err(unreadable)?;
        open.take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::Usage(format!(
            "{} is larger than {LARGEST} bytes",
            file.display()
        )));
    }
    Ok(bytes)
}
