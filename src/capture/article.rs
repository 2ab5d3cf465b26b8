//! HTML: the main text of a page, without the furniture around it
//! (`html-article/1`).
//!
//! The words come from the visible page alone, written down by the same walk
//! as the whole visible text, so that a quote of one is found in the other.

mod ending;
mod lines;
mod marks;
mod notes;
mod outline;
mod place;
mod prune;
mod record;

use std::collections::{HashMap, HashSet};

use dom_query::{Document, NodeId};

use self::marks::Role;
use self::outline::Outline;
use self::prune::Judged;
use super::html::visible_text;
use super::proposal::Record;

/// The main text of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MainText {
    /// The text in its normal form.
    pub(super) text: String,
    /// What was odd, in sentences.
    pub(super) flaws: Vec<String>,
}

/// The main text; none when a page holds nothing like an article.
pub(super) fn main_text(document: &Document) -> Option<MainText> {
    let outline = Outline::of(document);
    let roles = roles(&outline);
    let titles = titles(document);
    let record = Record::of(document);
    let judged = Judged::new(&outline, &roles, &titles, record.words.as_deref());
    let mut cut = judged.furniture();
    let container = place::container(&judged, &cut)?;
    judged.inside(container, &mut cut);
    ending::cut_after(&outline, container, &mut cut);
    lines::cut_notes(&outline, container, &titles, &mut cut);
    let dropped: HashSet<NodeId> = (container..outline.parts[container].end)
        .filter(|&index| cut[index])
        .map(|index| outline.parts[index].node.id)
        .collect();
    let root = outline.parts[container].node;
    let text = visible_text(root, &|node| !dropped.contains(&node.id));
    let mut flaws = Vec::new();
    if record.is_partly_paid {
        flaws.push(PAID.to_owned());
    }
    (!text.is_empty()).then_some(MainText { text, flaws })
}

/// What each part is by its names; pages use the same names again and again.
fn roles(outline: &Outline<'_>) -> Vec<Role> {
    let mut known: HashMap<&str, Role> = HashMap::new();
    let marks = outline.parts.iter().map(|part| part.marks.as_str());
    marks
        .map(|marks| *known.entry(marks).or_insert_with(|| marks::role(marks)))
        .collect()
}

/// What is told of a page that calls itself not free to read.
const PAID: &str =
    "the page says that it is not free to read; compare the end of the text with the page";

/// How many headings are taken for the page's title.
const MOST_HEADINGS: usize = 5;

/// How many bytes of a title are compared.
const LONGEST_TITLE: usize = 1_000;

/// What the page calls itself, in its headings of the first rank and its head.
fn titles(document: &Document) -> Vec<String> {
    let headings = document.select("h1");
    let headings = headings
        .nodes()
        .iter()
        .take(MOST_HEADINGS)
        .map(|node| node.text().to_string());
    let mut titles: Vec<String> = headings.collect();
    let og = document.select_single("meta[property='og:title']");
    titles.extend(og.attr("content").map(|title| title.to_string()));
    titles.push(document.select_single("title").text().to_string());
    for title in &mut titles {
        title.truncate(title.floor_char_boundary(LONGEST_TITLE));
    }
    titles
}

#[cfg(test)]
mod tests;
