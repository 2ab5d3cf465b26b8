//! The elements of a page as a flat list in document order, with how much
//! prose and how much furniture stands below each.
//!
//! A subtree is a range of the list, so that everything that is asked of the
//! tree is a loop and no depth of nesting can overflow the stack.

use dom_query::{Document, NodeRef};

use crate::capture::html::{BLOCKS, HIDDEN, LINES, is_hidden};
use crate::capture::walk::{Visit, walk};

/// A passage with fewer letters than this is no evidence of prose.
const SHORT: usize = 40;

/// Elements that hold words of their own even in a figure.
const SUBSTANCE: &[&str] = &["table", "pre", "blockquote", "ul", "ol", "dl"];

/// One visible element.
pub(super) struct Part<'a> {
    pub(super) node: NodeRef<'a>,
    /// The element's name, in small letters.
    pub(super) name: String,
    /// Class, id and similar attributes: what the page calls the element.
    pub(super) marks: String,
    pub(super) parent: usize,
    /// One after the last element of the subtree.
    pub(super) end: usize,
    /// Letters of the subtree, white space not counted.
    pub(super) chars: usize,
    /// Letters of the subtree that stand in links.
    pub(super) linked: usize,
    /// Letters that stand in this element itself.
    pub(super) direct: usize,
    /// Letters that stand in this element itself or in inline elements in it.
    pub(super) own: usize,
    pub(super) own_linked: usize,
    /// Ends of sentences and clauses among its own letters.
    pub(super) stops: usize,
    /// Inside a link.
    pub(super) in_link: bool,
    /// How many passages (blocks with words of their own) the subtree has.
    pub(super) passages: usize,
    /// How many tables, lists and quotations the subtree has.
    pub(super) substance: usize,
}

impl Part<'_> {
    /// Whether an inline element fills its line alone, so that no sentence is
    /// torn when it is left out.
    pub(super) fn stands_alone(&self) -> bool {
        edge(self.node, |node| node.prev_sibling()) && edge(self.node, |node| node.next_sibling())
    }

    /// Whether the element flows with the words around it.
    pub(super) fn is_inline(&self) -> bool {
        let name = self.name.as_str();
        !BLOCKS.contains(&name) && !LINES.contains(&name) && !matches!(name, "td" | "th" | "html")
            || name == "br"
    }

    pub(super) fn is_heading(&self) -> bool {
        matches!(
            self.name.as_str(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hgroup"
        )
    }

    /// Letters of its own that speak for prose.
    pub(super) fn prose(&self) -> usize {
        let plain = self.own.saturating_sub(self.own_linked);
        let long = self.own >= SHORT && self.stops > 0 || self.own >= 3 * SHORT;
        if self.is_heading() || !long || self.own_linked * 2 > self.own {
            return 0;
        }
        plain
    }

    /// Letters of its own that speak against prose.
    pub(super) fn furniture(&self) -> usize {
        if self.is_heading() || self.prose() > 0 {
            return 0;
        }
        self.own.div_ceil(4).max(self.own_linked)
    }

    /// The share of the subtree's letters that stand in links, in percent.
    pub(super) fn link_share(&self) -> usize {
        self.linked * 100 / self.chars.max(1)
    }
}

/// All visible elements of a page.
pub(super) struct Outline<'a> {
    pub(super) parts: Vec<Part<'a>>,
}

/// An outline being drawn.
struct Drawing<'a> {
    outline: Outline<'a>,
    /// The list's places of the elements that are open; none for the root.
    open: Vec<usize>,
}

impl<'a> Visit<'a> for Drawing<'a> {
    fn enter(&mut self, node: &NodeRef<'a>) -> bool {
        self.outline.enter(node, &mut self.open)
    }

    fn leave(&mut self, node: &NodeRef<'a>) {
        self.outline.leave(node, &mut self.open);
    }
}

impl<'a> Outline<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut drawing = Drawing {
            outline: Self { parts: Vec::new() },
            open: Vec::new(),
        };
        walk(document.root(), &mut drawing);
        drawing.outline.sum_up();
        drawing.outline
    }

    /// The elements from the page's root down to a part, the part left out,
    /// nearest first.
    pub(super) fn above(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(index), |&at| (at > 0).then(|| self.parts[at].parent)).skip(1)
    }

    /// For every part, the sum of a count over its subtree.
    pub(super) fn sums(&self, count: impl FnMut(&Part<'a>) -> usize) -> Vec<usize> {
        let mut sums: Vec<usize> = self.parts.iter().map(count).collect();
        for index in (1..sums.len()).rev() {
            let below = sums[index];
            sums[self.parts[index].parent] += below;
        }
        sums
    }

    fn enter(&mut self, node: &NodeRef<'a>, open: &mut Vec<usize>) -> bool {
        if node.is_text() {
            self.take_words(&node.text(), open);
            return true;
        }
        let Some(name) = node.node_name() else {
            return !node.is_comment() && !node.is_doctype();
        };
        if HIDDEN.contains(&&*name) || is_hidden(node) {
            return false;
        }
        let parent = open.last().copied().unwrap_or(0);
        let in_link = &*name == "a" || self.parts.get(parent).is_some_and(|part| part.in_link);
        open.push(self.parts.len());
        self.parts.push(Part {
            node: *node,
            name: name.to_ascii_lowercase(),
            marks: marks(node),
            parent,
            end: 0,
            chars: 0,
            linked: 0,
            direct: 0,
            own: 0,
            own_linked: 0,
            stops: 0,
            in_link,
            passages: 0,
            substance: usize::from(SUBSTANCE.contains(&&*name)),
        });
        true
    }

    fn leave(&mut self, node: &NodeRef<'a>, open: &mut Vec<usize>) {
        if node.is_element()
            && let Some(index) = open.pop()
        {
            self.parts[index].end = self.parts.len();
        }
    }

    /// Counts words for the element they stand in and for the block that the
    /// element flows in.
    fn take_words(&mut self, text: &str, open: &[usize]) {
        let Some(&innermost) = open.last() else {
            return;
        };
        let chars: usize = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(weight)
            .sum();
        if chars == 0 {
            return;
        }
        let in_link = self.parts[innermost].in_link;
        let linked = if in_link { chars } else { 0 };
        self.parts[innermost].chars += chars;
        self.parts[innermost].direct += chars;
        self.parts[innermost].linked += linked;
        let block = open
            .iter()
            .rev()
            .copied()
            .find(|&index| !self.parts[index].is_inline())
            .unwrap_or(innermost);
        let part = &mut self.parts[block];
        part.own += chars;
        part.own_linked += linked;
        if !in_link {
            part.stops += stops(text);
        }
    }

    /// Adds every element's letters to its parent's; children come after
    /// their parents, so one way back through the list does it.
    fn sum_up(&mut self) {
        for index in (0..self.parts.len()).rev() {
            let part = &mut self.parts[index];
            part.passages += usize::from(part.own > 0);
            let (chars, linked) = (part.chars, part.linked);
            let (passages, substance) = (part.passages, part.substance);
            let parent = part.parent;
            if parent < index {
                let parent = &mut self.parts[parent];
                parent.chars += chars;
                parent.linked += linked;
                parent.passages += passages;
                parent.substance += substance;
            }
        }
    }
}

/// A letter of Han, kana or Hangul says as much as three Latin ones.
fn weight(c: char) -> usize {
    if matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}') {
        3
    } else {
        1
    }
}

/// Whether the nearest sibling with words or a border is a border.
fn edge<'a>(node: NodeRef<'a>, next: impl Fn(&NodeRef<'a>) -> Option<NodeRef<'a>>) -> bool {
    let mut current = next(&node);
    for _ in 0..FAR {
        let Some(sibling) = current else {
            return true;
        };
        if let Some(name) = sibling.node_name()
            && !HIDDEN.contains(&&*name)
        {
            return BLOCKS.contains(&&*name) || LINES.contains(&&*name);
        }
        if sibling.is_text() && !sibling.text().trim().is_empty() {
            return false;
        }
        current = next(&sibling);
    }
    false
}

/// Siblings that are looked at for a border.
const FAR: usize = 20;

/// Ends of sentences and clauses in several scripts.
fn stops(text: &str) -> usize {
    text.chars()
        .filter(|c| {
            matches!(
                c,
                '.' | ',' | '!' | '?' | ';' | ':' | '。' | '、' | '，' | '؟' | '،' | '।' | '…'
            )
        })
        .count()
}

/// What a page calls an element, its parts divided by spaces.
fn marks(node: &NodeRef<'_>) -> String {
    let mut marks = String::new();
    for name in [
        "class",
        "id",
        "role",
        "itemprop",
        "data-component",
        "data-testid",
    ] {
        if let Some(value) = node.attr(name) {
            let end = value.floor_char_boundary(LONGEST_MARK);
            marks.push_str(&value[..end]);
            marks.push(' ');
        }
    }
    marks
}

/// Bytes of an attribute that are looked at.
const LONGEST_MARK: usize = 300;
