//! Two texts beside each other, word by word, with what is lit in them: what
//! the changes of a source and of an article show.

use std::sync::Arc;

use crate::store::shelf::ShelvedText;
use crate::text::diff::{self, Change, Passage};
use crate::text::offset::ByteSpan;

use super::view::PieceLink;

/// Of a longer unchanged stretch only this much is shown on either side, in
/// characters; the rest is folded.
const KEPT: usize = 160;

/// No more stretches than this are shown; a page of more helps nobody.
const MOST_STRETCHES: usize = 2_000;

/// The longest stretch that is shown whole, in bytes; of longer ones the rest
/// is only counted.
const LONGEST_SHOWN: usize = 100_000;

/// A piece of one text in a comparison.
pub(super) struct Lit {
    pub(super) text: String,
    /// `gone`, `new`, or nothing for what stands in both.
    pub(super) class: &'static str,
    pub(super) link: Option<PieceLink>,
}

impl Lit {
    fn gap() -> Self {
        Self {
            text: " ".to_owned(),
            class: "",
            link: None,
        }
    }
}

/// A stretch of the comparison.
pub(super) struct Stretch {
    pub(super) is_same: bool,
    pub(super) old: Vec<Lit>,
    pub(super) new: Vec<Lit>,
    /// Both in one, where they differ.
    pub(super) both: Vec<Lit>,
    /// What stands in the middle of a long unchanged stretch, folded.
    pub(super) folded: Vec<Lit>,
    /// Its length in characters, and how many citations stand in it.
    pub(super) folded_chars: usize,
    pub(super) folded_citations: usize,
    /// What follows the folded part.
    pub(super) after: Vec<Lit>,
}

/// A text with the places in it that are lit.
pub(super) struct Lighted {
    shelved: Arc<ShelvedText>,
    /// In bytes, in order.
    lit: Vec<(ByteSpan, PieceLink)>,
}

impl Lighted {
    pub(super) fn new(shelved: Arc<ShelvedText>, mut lit: Vec<(ByteSpan, PieceLink)>) -> Self {
        lit.sort_by_key(|(span, _)| span.start);
        Self { shelved, lit }
    }

    fn as_str(&self) -> &str {
        self.shelved.as_str()
    }
}

/// The stretches of two texts, paired.
pub(super) struct Comparison {
    pub(super) stretches: Vec<Stretch>,
    /// How many stretches differ.
    pub(super) changed: usize,
    /// How many stretches are not shown.
    pub(super) more: usize,
}

/// Compares an older text with a newer one.
pub(super) fn compare(from: &Lighted, to: &Lighted) -> Comparison {
    let passages = diff::passages(from.as_str(), to.as_str());
    Comparison {
        changed: passages.iter().filter(|passage| !passage.is_same).count(),
        more: passages.len().saturating_sub(MOST_STRETCHES),
        stretches: passages
            .into_iter()
            .take(MOST_STRETCHES)
            .map(|passage| stretch(from, to, passage))
            .collect(),
    }
}

fn stretch(from: &Lighted, to: &Lighted, passage: Passage) -> Stretch {
    if passage.is_same {
        return same_stretch(from, to, passage);
    }
    let changes = diff::words(
        &from.as_str()[passage.old.start..passage.old.end],
        &to.as_str()[passage.new.start..passage.new.end],
    );
    let mut stretch = Stretch {
        is_same: false,
        old: Vec::new(),
        new: Vec::new(),
        both: Vec::new(),
        folded: Vec::new(),
        folded_chars: 0,
        folded_citations: 0,
        after: Vec::new(),
    };
    let (mut old_at, mut new_at) = (passage.old.start, passage.new.start);
    for change in changes {
        match change {
            Change::Same(words) => {
                let old = next_span(&mut old_at, &words);
                let new = next_span(&mut new_at, &words);
                stretch.old.extend(lit(from, old, ""));
                stretch.new.extend(lit(to, new, ""));
                stretch.both.extend(lit(to, new, ""));
            }
            Change::Gone(words) => {
                let old = next_span(&mut old_at, &words);
                stretch.old.extend(lit(from, old, "gone"));
                stretch.both.extend(lit(from, old, "gone"));
            }
            Change::New(words) => {
                // Words that came in the place of others stand apart from them.
                if stretch.both.last().is_some_and(|last| last.class == "gone") {
                    stretch.both.push(Lit::gap());
                }
                let new = next_span(&mut new_at, &words);
                stretch.new.extend(lit(to, new, "new"));
                stretch.both.extend(lit(to, new, "new"));
            }
        }
    }
    stretch
}

fn next_span(at: &mut usize, words: &str) -> ByteSpan {
    let start = *at;
    *at += words.len();
    ByteSpan { start, end: *at }
}

/// An unchanged stretch; the middle of a long one is folded.
fn same_stretch(from: &Lighted, to: &Lighted, passage: Passage) -> Stretch {
    let (start, end) = (passage.new.start, passage.new.end);
    let text = to.as_str();
    let words = &text[start..end];
    let mut fold = ByteSpan { start: end, end };
    if words.len() > 3 * KEPT {
        let head = start + line_end(words, KEPT);
        let tail = end - line_start(words, KEPT);
        if head + KEPT < tail {
            fold = ByteSpan {
                start: head,
                end: tail,
            };
        }
    }
    let span = |start, end| ByteSpan { start, end };
    let old_shift = |at: usize| passage.old.start + (at - start);
    let within =
        |(cited, _): &&(ByteSpan, PieceLink)| cited.start < fold.end && cited.end > fold.start;
    Stretch {
        is_same: true,
        old: lit(from, span(passage.old.start, old_shift(fold.start)), ""),
        new: lit(to, span(start, fold.start), ""),
        both: lit(to, span(start, fold.start), ""),
        folded: lit(to, fold, ""),
        folded_chars: text[fold.start..fold.end].chars().count(),
        folded_citations: to.lit.iter().filter(within).count(),
        after: lit(to, span(fold.end, end), ""),
    }
}

/// How many bytes from the start reach past `kept` to the end of a line.
fn line_end(words: &str, kept: usize) -> usize {
    let from = words.ceil_char_boundary(kept);
    words[from..]
        .find('\n')
        .map_or(words.len(), |at| from + at + 1)
}

/// How many bytes from the end reach back past `kept` to the start of a line.
fn line_start(words: &str, kept: usize) -> usize {
    let to = words.floor_char_boundary(words.len().saturating_sub(kept));
    words[..to]
        .rfind('\n')
        .map_or(words.len(), |at| words.len() - at - 1)
}

/// A stretch of one side as pieces, cut where citations begin and end.
fn lit(side: &Lighted, span: ByteSpan, class: &'static str) -> Vec<Lit> {
    let text = side.as_str();
    let whole = span.end;
    let limit = text.floor_char_boundary(span.start.saturating_add(LONGEST_SHOWN));
    let span = ByteSpan {
        start: span.start,
        end: whole.min(limit),
    };
    let mut pieces = Vec::new();
    let mut at = span.start;
    let mut push = |start: usize, end: usize, link: Option<PieceLink>| {
        if start < end {
            pieces.push(Lit {
                text: text[start..end].to_owned(),
                class,
                link,
            });
        }
    };
    for (cited, link) in &side.lit {
        let (start, end) = (cited.start.max(at), cited.end.min(span.end));
        if start >= end {
            continue;
        }
        push(at, start, None);
        push(start, end, Some(link.clone()));
        at = end;
    }
    push(at, span.end, None);
    if span.end < whole {
        let more = text[span.end..whole].chars().count();
        pieces.push(Lit {
            text: format!(" […and {more} more characters]"),
            class,
            link: None,
        });
    }
    pieces
}
