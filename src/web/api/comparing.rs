//! Two texts held against each other: which stretches are the same, and how
//! the others differ, word by word.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::span::CharSpan;
use crate::store::shelf::ShelvedText;
use crate::text::diff::{self, Passage};
use crate::text::offset::ByteSpan;

/// No more stretches than this are told; a reader of more compares the texts.
const MOST: usize = 2_000;
/// The longest stretch that is told word by word, in bytes.
const LONGEST: usize = 100_000;

/// Two texts, held against each other.
#[derive(Serialize, JsonSchema)]
pub(super) struct Compared {
    /// Their stretches in order, no more than the first 2,000.
    stretches: Vec<Stretch>,
    /// How many stretches differ, all told.
    changed: usize,
    /// How many stretches are not told.
    more: usize,
}

/// A stretch of two texts.
#[derive(Serialize, JsonSchema)]
struct Stretch {
    /// Whether both say the same.
    same: bool,
    /// Where it stands in the older text; null where it has nothing there.
    old: Option<CharSpan>,
    /// Where it stands in the newer text; null where it has nothing there.
    new: Option<CharSpan>,
    /// How the two differ; empty where they do not, or where the stretch is
    /// longer than 100,000 bytes.
    words: Vec<Change>,
}

/// A run of words in a comparison.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WordChange")]
enum Change {
    /// In both texts.
    Same(String),
    /// Only in the older one.
    Gone(String),
    /// Only in the newer one.
    New(String),
}

/// Compares an older text with a newer one.
pub(super) fn compare(old: &ShelvedText, new: &ShelvedText) -> Compared {
    let passages = diff::passages(old.as_str(), new.as_str());
    Compared {
        changed: passages.iter().filter(|passage| !passage.is_same).count(),
        more: passages.len().saturating_sub(MOST),
        stretches: passages
            .into_iter()
            .take(MOST)
            .map(|passage| stretch(old, new, passage))
            .collect(),
    }
}

fn stretch(old: &ShelvedText, new: &ShelvedText, passage: Passage) -> Stretch {
    let span = |text: &ShelvedText, span| text.offsets().char_span(text.as_str(), span);
    let told = |span: ByteSpan| span.end - span.start <= LONGEST;
    let words = if !passage.is_same && told(passage.old) && told(passage.new) {
        diff::words(
            &old.as_str()[passage.old.start..passage.old.end],
            &new.as_str()[passage.new.start..passage.new.end],
        )
    } else {
        Vec::new()
    };
    Stretch {
        same: passage.is_same,
        old: span(old, passage.old),
        new: span(new, passage.new),
        words: words.into_iter().map(Change::new).collect(),
    }
}

impl Change {
    fn new(change: diff::Change) -> Self {
        match change {
            diff::Change::Same(words) => Self::Same(words),
            diff::Change::Gone(words) => Self::Gone(words),
            diff::Change::New(words) => Self::New(words),
        }
    }
}
