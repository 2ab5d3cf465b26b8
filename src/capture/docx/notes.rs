//! Footnotes and endnotes: their marks in the text, and their words after it.

use std::collections::HashMap;

use crate::capture::numeral::roman;

use super::body::Walk;
use super::xml::{Node, Xml};

/// A note as the text refers to it.
struct Note {
    id: String,
    /// Its mark; none when the author wrote one by hand.
    mark: Option<String>,
}

/// Notes of one kind, in the order in which the text refers to them.
#[derive(Default)]
struct Series {
    order: Vec<Note>,
    places: HashMap<String, usize>,
    numbered: usize,
}

/// The notes that a text refers to.
#[derive(Default)]
pub(super) struct Notes {
    foot: Series,
    end: Series,
}

impl Notes {
    /// The mark of a note: `[1]` for a footnote, `[i]` for an endnote, as Word
    /// counts them unless it is told otherwise.
    pub(super) fn refer(&mut self, id: String, at_end: bool, own_mark: bool) -> Option<String> {
        let series = if at_end {
            &mut self.end
        } else {
            &mut self.foot
        };
        if let Some(place) = series.places.get(&id) {
            return series.order[*place].mark.clone();
        }
        let mark = (!own_mark).then(|| {
            series.numbered += 1;
            if at_end {
                format!(
                    "[{}]",
                    roman(u32::try_from(series.numbered).unwrap_or(u32::MAX))
                )
            } else {
                format!("[{}]", series.numbered)
            }
        });
        series.places.insert(id.clone(), series.order.len());
        let note = Note {
            id,
            mark: mark.clone(),
        };
        series.order.push(note);
        mark
    }

    /// Whether the text refers to footnotes, or to endnotes.
    pub(super) fn has(&self, at_end: bool) -> bool {
        !self.series(at_end).order.is_empty()
    }

    fn series(&self, at_end: bool) -> &Series {
        if at_end { &self.end } else { &self.foot }
    }

    /// Writes the notes of one kind below a text, each under its mark.
    /// Answers how many are missing.
    pub(super) fn write(
        &self,
        at_end: bool,
        words: &HashMap<String, String>,
        text: &mut String,
    ) -> usize {
        let mut missing = 0;
        for note in &self.series(at_end).order {
            let Some(words) = words.get(&note.id) else {
                missing += 1;
                continue;
            };
            if !text.is_empty() {
                text.push('\n');
            }
            if let Some(mark) = &note.mark {
                text.push_str(mark);
                text.push(if words.is_empty() { '\n' } else { ' ' });
            }
            text.push_str(words);
        }
        missing
    }
}

/// The words of every note in a part, by the notes' identifiers.
pub(super) fn words(xml: &mut Xml<'_>, walk: &mut Walk<'_>) -> HashMap<String, String> {
    let mut words = HashMap::new();
    while let Some(node) = xml.next() {
        let Node::Open(element) = node else { continue };
        if !matches!(element.name(), "footnote" | "endnote") {
            continue;
        }
        if let Some(id) = element.attribute("id") {
            words.entry(id).or_insert_with(|| walk.read(xml));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_one_mark_wherever_it_is_named() {
        let mut notes = Notes::default();
        let mut mark = |id: &str, own| notes.refer(id.to_owned(), false, own);
        assert_eq!(mark("7", false).as_deref(), Some("[1]"));
        assert_eq!(mark("8", true), None);
        assert_eq!(mark("9", false).as_deref(), Some("[2]"));
        assert_eq!(mark("7", false).as_deref(), Some("[1]"));
    }
}
