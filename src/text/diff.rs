//! What changed between two pieces of text, word by word.

use similar::{ChangeTag, TextDiff};

/// Pieces longer than this, in bytes, are shown as gone and new as a whole.
const LONGEST: usize = 200_000;

/// One run of words in a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// In both.
    Same(String),
    /// Only in the old one.
    Gone(String),
    /// Only in the new one.
    New(String),
}

/// Compares two pieces of text word by word; put together, `Same` and `Gone`
/// give the old one, `Same` and `New` the new one.
///
/// ```
/// use citekeep::text::diff::{Change, words};
/// let changes = words("at least 68 people", "at least 85 people");
/// assert_eq!(changes[1], Change::Gone("68".to_owned()));
/// assert_eq!(changes[2], Change::New("85".to_owned()));
/// ```
pub fn words(old: &str, new: &str) -> Vec<Change> {
    if old.len() > LONGEST || new.len() > LONGEST {
        return vec![Change::Gone(old.to_owned()), Change::New(new.to_owned())];
    }
    let diff = TextDiff::from_words(old, new);
    let mut changes: Vec<Change> = Vec::new();
    for change in diff.iter_all_changes() {
        let piece = change.value().to_owned();
        match (change.tag(), changes.last_mut()) {
            (ChangeTag::Equal, Some(Change::Same(run)))
            | (ChangeTag::Delete, Some(Change::Gone(run)))
            | (ChangeTag::Insert, Some(Change::New(run))) => run.push_str(&piece),
            (ChangeTag::Equal, _) => changes.push(Change::Same(piece)),
            (ChangeTag::Delete, _) => changes.push(Change::Gone(piece)),
            (ChangeTag::Insert, _) => changes.push(Change::New(piece)),
        }
    }
    changes
}
