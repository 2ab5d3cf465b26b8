//! The short passages of a main text: dates, bylines, pointers and labels.

use std::collections::HashSet;

use dom_query::NodeId;

use super::notes;
use super::outline::{Outline, Part};
use crate::capture::html::visible_text;

/// The longest passage, in letters, whose words are looked at.
const SHORT: usize = 160;

/// The longest link, in letters, that is kept as a passage of its own.
const NAME: usize = 40;

/// Where in the main text a passage stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// Before the prose has well begun.
    Head,
    Middle,
    /// After the last prose.
    Tail,
}

/// What is left of a main text's parts after cutting.
struct Rest<'o, 'a> {
    outline: &'o Outline<'a>,
    /// Letters of every subtree that are not cut.
    chars: Vec<usize>,
    cut_ids: HashSet<NodeId>,
    titles: &'o [String],
}

/// Cuts the short passages that speak of the article or of other pages.
pub(super) fn cut_notes(
    outline: &Outline<'_>,
    container: usize,
    titles: &[String],
    cut: &mut [bool],
) {
    let end = outline.parts[container].end;
    let rest = Rest::of(outline, titles, container, cut);
    let prose = |index: &usize| !cut[*index] && outline.parts[*index].prose() > 0;
    let all: usize = (container..end)
        .filter(prose)
        .map(|index| outline.parts[index].prose())
        .sum();
    let last = (container..end).rev().find(prose).unwrap_or(container);
    let (mut read, mut index) = (0, container + 1);
    while index < end {
        let part = &outline.parts[index];
        let zone = match index {
            _ if read * 10 < all => Zone::Head,
            _ if index > last => Zone::Tail,
            _ => Zone::Middle,
        };
        let heads_cut = zone != Zone::Head && heads_links(outline, index, cut);
        if !cut[index] && (heads_cut || rest.is_note(index, zone)) {
            cut[index..part.end].fill(true);
        }
        if cut[index] {
            index = part.end.max(index + 1);
        } else {
            read += part.prose();
            index += 1;
        }
    }
    cut_last_headings(outline, container, cut);
}

/// Whether a heading heads a list of links that is cut.
fn heads_links(outline: &Outline<'_>, index: usize, cut: &[bool]) -> bool {
    let part = &outline.parts[index];
    let Some(next) = outline.parts.get(part.end) else {
        return false;
    };
    part.is_heading()
        && next.parent == part.parent
        && cut[part.end]
        && next.link_share() > 60
        && next.chars >= NAME
}

/// A heading after which nothing follows headed something that is cut.
fn cut_last_headings(outline: &Outline<'_>, container: usize, cut: &mut [bool]) {
    for index in (container + 1..outline.parts[container].end).rev() {
        let part = &outline.parts[index];
        if cut[index] || part.own == 0 {
            continue;
        }
        if !part.is_heading() {
            return;
        }
        cut[index..part.end].fill(true);
    }
}

impl<'o, 'a> Rest<'o, 'a> {
    fn of(outline: &'o Outline<'a>, titles: &'o [String], container: usize, cut: &[bool]) -> Self {
        let mut chars: Vec<usize> = outline.parts.iter().map(|part| part.direct).collect();
        let mut cut_ids = HashSet::new();
        for index in (container + 1..outline.parts[container].end).rev() {
            if cut[index] {
                cut_ids.insert(outline.parts[index].node.id);
            } else {
                let below = chars[index];
                chars[outline.parts[index].parent] += below;
            }
        }
        Self {
            outline,
            chars,
            cut_ids,
            titles,
        }
    }

    /// Whether a part is one short passage and no words of the article.
    fn is_note(&self, index: usize, zone: Zone) -> bool {
        let part = &self.outline.parts[index];
        let chars = self.chars[index];
        if chars == 0 || chars > SHORT || !self.is_passage(index) {
            return false;
        }
        let text = visible_text(part.node, &|node| !self.cut_ids.contains(&node.id));
        let text = text.trim();
        if notes::is_label(text) {
            return true;
        }
        if part.linked * 2 > chars && notes::is_pointer(text) {
            return true;
        }
        let in_list = matches!(part.name.as_str(), "li" | "td" | "th" | "dt" | "dd");
        if in_list {
            return false;
        }
        if is_link(part, chars) && !is_name(part, text) {
            return true;
        }
        if notes::is_stamp(text) {
            return true;
        }
        match zone {
            Zone::Head => {
                self.titles
                    .iter()
                    .any(|title| notes::same_words(title, text))
                    || notes::is_date(text)
                    || notes::is_dateline(text)
                    || notes::is_byline(text)
            }
            Zone::Middle => false,
            Zone::Tail => notes::is_byline(text) || part.linked > 0 && notes::is_invitation(text),
        }
    }

    /// Words with nothing but inline elements among them, on lines of their own.
    fn is_passage(&self, index: usize) -> bool {
        let part = &self.outline.parts[index];
        if !part.is_inline() {
            return part.own > 0 && self.chars[index] <= part.own;
        }
        !self.outline.parts[part.parent].is_inline() && part.stands_alone()
    }
}

/// A block that is a link and nothing else.
fn is_link(part: &Part<'_>, chars: usize) -> bool {
    !part.is_inline() && !part.is_heading() && part.linked * 10 >= chars * 9
}

/// A short paragraph that is a link, such as the name of a thing in a list
/// without markers.
fn is_name(part: &Part<'_>, text: &str) -> bool {
    part.name == "p" && part.own <= NAME && text.chars().any(char::is_lowercase)
}
