//! `citekeep reanchor`: what became of a quote in a newer text. It needs no
//! desk.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::domain::citation::Reanchoring;
use crate::domain::span::CharSpan;
use crate::text::anchor::{NotLocated, locate};
use crate::text::diff::{Change, words};
use crate::text::find::Searchable;
use crate::text::offset::OffsetIndex;
use crate::text::reanchor::reanchor_in;

use super::find::{json, read_quote, read_text};
use super::{Failure, output};

/// Tell what became of a quote in a newer text; needs no desk.
#[derive(Debug, Args)]
pub(super) struct Reanchor {
    /// The text in which the quote was read, in UTF-8
    #[arg(value_name = "OLD-TEXT")]
    old: PathBuf,
    /// The newer text, in UTF-8
    #[arg(value_name = "NEW-TEXT")]
    new: PathBuf,
    /// The words as they stand in the old text; - reads them from standard input
    #[arg(long, value_name = "Q", allow_hyphen_values = true)]
    quote: String,
    /// The code point near which they stand in the old text
    #[arg(long, value_name = "N")]
    near: Option<u64>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Reanchor {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let (old, new) = (read_text(&self.old)?, read_text(&self.new)?);
        let quote = read_quote(&self.quote)?;
        let (old_index, new_index) = (OffsetIndex::new(&old), OffsetIndex::new(&new));
        let place = locate(&old, &old_index, &quote, self.near).map_err(not_located)?;
        let result = reanchor_in(
            &Searchable::new(&old, &old_index),
            place.span,
            &Searchable::new(&new, &new_index),
        );
        let was = Place::new(&old, &old_index, place.span);
        let is = span_of(&result).and_then(|span| Place::new(&new, &new_index, span));
        let (before, after) = (quote_of(was.as_ref()), quote_of(is.as_ref()));
        let outcome = Outcome {
            outcome: result.as_str(),
            diff: words(before, after).iter().map(Piece::new).collect(),
            old: was,
            new: is,
        };
        if self.json {
            output::line(&json(&outcome)?);
        } else {
            tell(&outcome);
        }
        if result.is_stale() {
            Err(Failure::Found)
        } else {
            Ok(())
        }
    }
}

#[derive(Serialize)]
struct Outcome<'t> {
    outcome: &'static str,
    old: Option<Place<'t>>,
    new: Option<Place<'t>>,
    diff: Vec<Piece>,
}

#[derive(Serialize)]
struct Place<'t> {
    start: u64,
    end: u64,
    quote: &'t str,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, index: &OffsetIndex, span: CharSpan) -> Option<Self> {
        Some(Self {
            start: span.start(),
            end: span.end(),
            quote: index.slice(text, span)?,
        })
    }
}

fn quote_of<'t>(place: Option<&Place<'t>>) -> &'t str {
    place.map_or("", |place| place.quote)
}

#[derive(Serialize)]
struct Piece {
    op: &'static str,
    text: String,
}

impl Piece {
    fn new(change: &Change) -> Self {
        let (op, text) = match change {
            Change::Same(text) => ("same", text),
            Change::Gone(text) => ("gone", text),
            Change::New(text) => ("new", text),
        };
        Self {
            op,
            text: text.clone(),
        }
    }
}

const fn span_of(result: &Reanchoring) -> Option<CharSpan> {
    match result {
        Reanchoring::Unchanged { span }
        | Reanchoring::Moved { span }
        | Reanchoring::Altered { span, .. } => Some(*span),
        Reanchoring::Gone | Reanchoring::Unreadable => None,
    }
}

fn tell(outcome: &Outcome<'_>) {
    let at = |place: &Option<Place<'_>>| {
        place.as_ref().map_or_else(
            || "nowhere".to_owned(),
            |place| format!("{}..{}", place.start, place.end),
        )
    };
    let (old, new) = (at(&outcome.old), at(&outcome.new));
    output::line(&format!("{}: {old} -> {new}", outcome.outcome));
    let pieces = outcome.diff.iter().map(|piece| match piece.op {
        "gone" => format!("[-{}-]", piece.text),
        "new" => format!("{{+{}+}}", piece.text),
        _ => piece.text.clone(),
    });
    output::line(&pieces.collect::<String>());
}

/// The quote has to stand at one place of the old text.
fn not_located(reason: NotLocated) -> Failure {
    let words = match &reason {
        NotLocated::Ambiguous { places } => {
            let starts: Vec<String> = places
                .iter()
                .take(10)
                .map(|place| place.span.start().to_string())
                .collect();
            format!("{reason} with --near, such as {}", starts.join(", "))
        }
        NotLocated::Nowhere { .. } => {
            "these words are not in the old text; give them as they stand there".to_owned()
        }
        NotLocated::Empty | NotLocated::TooLong { .. } => reason.to_string(),
    };
    Failure::Usage(words)
}
