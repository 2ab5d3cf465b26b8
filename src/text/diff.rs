//! What changed between two pieces of text, word by word.

use std::time::Duration;

use similar::{ChangeTag, DiffTag, TextDiff};

use super::offset::ByteSpan;

/// Pieces longer than this, in bytes, are shown as gone and new as a whole.
const LONGEST: usize = 200_000;

/// How long a comparison looks for a smaller difference; after that it shows a
/// larger one, which is as right.
const PATIENCE: Duration = Duration::from_millis(800);

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
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(old, new);
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

/// A stretch of two texts, as their comparison pairs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Where it stands in the old text, in bytes; may be empty.
    pub old: ByteSpan,
    /// Where it stands in the new text, in bytes; may be empty.
    pub new: ByteSpan,
    /// Whether both say the same.
    pub is_same: bool,
}

/// Pairs the stretches of two texts, line by line, in order: together they
/// are both texts whole. Inside a stretch that differs, [`words`] tells how.
///
/// ```
/// use citekeep::text::diff::passages;
/// let found = passages("one\ntwo\nthree\n", "one\n2\nthree\n");
/// let same: Vec<bool> = found.iter().map(|passage| passage.is_same).collect();
/// assert_eq!(same, [true, false, true]);
/// assert_eq!(&"one\n2\nthree\n"[found[1].new.start..found[1].new.end], "2\n");
/// ```
pub fn passages(old: &str, new: &str) -> Vec<Passage> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let (old_starts, new_starts) = (line_starts(old), line_starts(new));
    let span = |starts: &[usize], lines: std::ops::Range<usize>, text: &str| {
        let at = |line: usize| starts.get(line).copied().unwrap_or(text.len());
        ByteSpan {
            start: at(lines.start),
            end: at(lines.end),
        }
    };
    let mut passages: Vec<Passage> = Vec::new();
    for op in diff.ops() {
        let next = Passage {
            old: span(&old_starts, op.old_range(), old),
            new: span(&new_starts, op.new_range(), new),
            is_same: op.tag() == DiffTag::Equal,
        };
        match passages.last_mut() {
            // A stretch that went and one that came in its place are one.
            Some(last) if !last.is_same && !next.is_same => {
                last.old.end = next.old.end;
                last.new.end = next.new.end;
            }
            _ => passages.push(next),
        }
    }
    passages
}

/// Where each line starts, as [`TextDiff`] cuts lines.
fn line_starts(text: &str) -> Vec<usize> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let at = start;
            start += line.len();
            at
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows what goes as `[-…-]` and what comes as `{+…+}`.
    fn check(old: &str, new: &str, expected: &str) {
        let found = passages(old, new);
        let shown: String = found
            .iter()
            .map(|passage| {
                let gone = &old[passage.old.start..passage.old.end];
                let came = &new[passage.new.start..passage.new.end];
                if passage.is_same {
                    gone.to_owned()
                } else {
                    format!("[-{gone}-]{{+{came}+}}")
                }
            })
            .collect();
        assert_eq!(shown, expected);
        let (olds, news): (String, String) = found
            .iter()
            .map(|p| (&old[p.old.start..p.old.end], &new[p.new.start..p.new.end]))
            .unzip();
        assert_eq!((olds.as_str(), news.as_str()), (old, new));
    }

    #[test]
    fn both_texts_are_whole_in_their_passages() {
        check("a\nb\nc\n", "a\nB\nc\n", "a\n[-b\n-]{+B\n+}c\n");
        check("a\nb", "b", "[-a\n-]{++}b");
        check("", "new\n", "[--]{+new\n+}");
        check("a\u{c}b\r\nc", "a\u{c}b\r\nd", "a\u{c}b\r\n[-c-]{+d+}");
        check("same", "same", "same");
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(old in "[ab\n]{0,40}", new in "[ab\n]{0,40}") {
            let found = passages(&old, &new);
            let olds: String = found.iter().map(|p| &old[p.old.start..p.old.end]).collect();
            let news: String = found.iter().map(|p| &new[p.new.start..p.new.end]).collect();
            proptest::prop_assert_eq!((olds, news), (old, new));
        }
    }
}
