//! `citekeep find`: where a quote may stand in a text. It needs no desk.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::domain::citation::QUOTE_LIMIT;
use crate::domain::hash::ContentHash;
use crate::text::find::{Candidate, Kind, Searchable};
use crate::text::normalise::normalise;
use crate::text::offset::OffsetIndex;
use crate::text::page::pages_of;
use crate::text::selector::{CONTEXT, around};

use super::{Failure, output};

/// The largest text file, in bytes.
const LARGEST: u64 = 256 << 20;

/// Find a quote in a text; needs no desk.
#[derive(Debug, Args)]
pub(super) struct Find {
    /// The text, in UTF-8; form feeds divide its pages
    #[arg(value_name = "TEXT-FILE")]
    file: PathBuf,
    /// The words to find; - reads them from standard input
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    quote: String,
    /// The code point near which they are expected
    #[arg(long, value_name = "N")]
    near: Option<u64>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Find {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let text = read_text(&self.file)?;
        let quote = read_quote(&self.quote)?;
        let index = OffsetIndex::new(&text);
        let candidates = Searchable::new(&text, &index).candidates(&quote, self.near);
        let found: Vec<Found<'_>> = candidates
            .iter()
            .filter_map(|candidate| Found::new(&text, &index, candidate))
            .collect();
        if self.json {
            let result = Finding {
                text_sha256: ContentHash::of(text.as_bytes()),
                chars: index.chars(),
                candidates: found,
            };
            output::line(&json(&result)?);
        } else {
            tell(&found);
        }
        let is_found = candidates
            .first()
            .is_some_and(|best| best.kind != Kind::Approximate);
        if is_found {
            Ok(())
        } else {
            Err(Failure::Found)
        }
    }
}

#[derive(Serialize)]
struct Finding<'t> {
    text_sha256: ContentHash,
    chars: u64,
    candidates: Vec<Found<'t>>,
}

#[derive(Serialize)]
struct Found<'t> {
    start: u64,
    end: u64,
    kind: Kind,
    score: u32,
    quote: &'t str,
    prefix: &'t str,
    suffix: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

impl<'t> Found<'t> {
    fn new(text: &'t str, index: &OffsetIndex, candidate: &Candidate) -> Option<Self> {
        let (prefix, suffix) = around(text, index, candidate.span, CONTEXT)?;
        let bytes = index.byte_span(text, candidate.span)?;
        Some(Self {
            start: candidate.span.start(),
            end: candidate.span.end(),
            kind: candidate.kind,
            score: candidate.score,
            quote: text.get(bytes.start..bytes.end)?,
            prefix,
            suffix,
            page: pages_of(text, bytes).map(|pages| pages.first),
        })
    }
}

fn tell(found: &[Found<'_>]) {
    if found.is_empty() {
        output::line("nothing like these words is in the text");
    }
    for found in found {
        let kind = match found.kind {
            Kind::Exact => "exact",
            Kind::Folded => "folded",
            Kind::Approximate => "approximate",
        };
        let page = found
            .page
            .map_or_else(String::new, |page| format!(", page {page}"));
        output::line(&format!(
            "{kind} {}.{:03} at {}..{}{page}",
            found.score / 1_000,
            found.score % 1_000,
            found.start,
            found.end
        ));
        output::line(&on_one_line(&format!(
            "…{}[{}]{}…",
            found.prefix, found.quote, found.suffix
        )));
    }
}

/// Indented, and every run of white space as one space.
fn on_one_line(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    format!("  {}", words.join(" "))
}

/// Reads a text file and brings it into the normal form.
pub(super) fn read_text(file: &Path) -> Result<String, Failure> {
    let unreadable = |error| Failure::Usage(format!("{} cannot be read: {error}", file.display()));
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // One byte more than the limit shows that there is more.
    let mut most = opened.take(LARGEST + 1);
    most.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::Usage(format!(
            "{} is too large for one text; the limit is {LARGEST} bytes",
            file.display()
        )));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        Failure::Usage(format!(
            "{} is not text in UTF-8: byte {} cannot be read; make a text of it first with citekeep extract",
            file.display(),
            error.utf8_error().valid_up_to()
        ))
    })?;
    Ok(normalise(&text))
}

/// The quote as typed, or from standard input; never empty or too long.
pub(super) fn read_quote(typed: &str) -> Result<String, Failure> {
    let quote = if typed == "-" {
        let mut read = String::new();
        // A code point has at most four bytes.
        let mut most = std::io::stdin().take(4 * QUOTE_LIMIT + 1_024);
        most.read_to_string(&mut read).map_err(|error| {
            Failure::Usage(format!(
                "the quote on standard input cannot be read: {error}"
            ))
        })?;
        read
    } else {
        typed.to_owned()
    };
    let quote = normalise(&quote).trim().to_owned();
    let length = quote.chars().count() as u64;
    if length == 0 {
        return Err(Failure::Usage("--quote: give the words to find".to_owned()));
    }
    if length > QUOTE_LIMIT {
        return Err(Failure::Usage(format!(
            "--quote: at least {length} characters are too long; the limit is {QUOTE_LIMIT}"
        )));
    }
    Ok(quote)
}

/// A result as JSON.
pub(super) fn json(result: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(result).map_err(|error| Failure::Broken(error.to_string()))
}
