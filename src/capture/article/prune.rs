//! What on a page is furniture and not its main text.

use std::collections::HashMap;

use super::marks::Role;
use super::notes;
use super::outline::{Outline, Part};
use super::record;

/// Elements that hold furniture by what they are.
const FURNITURE: &[&str] = &[
    "nav", "footer", "aside", "form", "button", "dialog", "label", "menu",
];

/// The longest label, in letters.
const SHORT: usize = 160;

/// The longest words about an author, in letters.
const BIOGRAPHY: usize = 700;

/// Below this many letters of prose the rest of a page is no article.
const REST: usize = 300;

/// A page's outline with what is known of each of its parts.
pub(super) struct Judged<'o, 'a> {
    pub(super) outline: &'o Outline<'a>,
    pub(super) roles: &'o [Role],
    /// The letters of prose in every subtree.
    pub(super) prose: Vec<usize>,
    /// The letters of prose in all parts that are called the same: a show of
    /// twenty pictures may be the article.
    kin: Vec<usize>,
    /// What the page calls itself.
    pub(super) titles: &'o [String],
    /// The letters of every subtree that the page's own record has.
    pub(super) witnessed: Vec<usize>,
    /// The headings of the first rank in every subtree.
    headlines: Vec<usize>,
}

impl<'o, 'a> Judged<'o, 'a> {
    pub(super) fn new(
        outline: &'o Outline<'a>,
        roles: &'o [Role],
        titles: &'o [String],
        record: Option<&str>,
    ) -> Self {
        let witnessed = record::witnessed(outline, record);
        let prose = outline.sums(Part::prose);
        let kin = kin(outline, roles, &prose);
        let headlines = outline.sums(|part| usize::from(part.name == "h1"));
        Self {
            outline,
            roles,
            prose,
            kin,
            titles,
            witnessed,
            headlines,
        }
    }

    /// Marks what is furniture anywhere on the page. What holds a good part
    /// of all prose is not, whatever it is called.
    pub(super) fn furniture(&self) -> Vec<bool> {
        let all = self.prose.first().copied().unwrap_or(0);
        let mut cut = vec![false; self.outline.parts.len()];
        let mut index = 0;
        while index < self.outline.parts.len() {
            let part = &self.outline.parts[index];
            if self.is_furniture(index, all) {
                cut[index..part.end].fill(true);
                index = part.end.max(index + 1);
            } else {
                index += 1;
            }
        }
        cut
    }

    fn is_furniture(&self, index: usize, all: usize) -> bool {
        let part = &self.outline.parts[index];
        let held = self.prose[index];
        if self.witnessed[index] * 2 > held.max(1) {
            return false;
        }
        if FURNITURE.contains(&part.name.as_str()) {
            // The foot of a quotation says whose words they are.
            let quoted =
                part.name == "footer" && self.outline.parts[part.parent].name == "blockquote";
            return !quoted && held * 10 <= all * 6;
        }
        if part.is_inline() && self.is_in_sentence(index) {
            return false;
        }
        match self.roles[index] {
            Role::Comments if self.headlines[index] == 0 => all.saturating_sub(held) >= REST,
            Role::Comments | Role::Furniture => {
                held * 10 <= all * 4 && self.kin[index] * 10 <= all * 6
            }
            Role::Author => part.chars <= BIOGRAPHY && held * 10 <= all,
            _ => false,
        }
    }

    /// Whether an inline element's words belong to prose around it.
    fn is_in_sentence(&self, index: usize) -> bool {
        let block = self
            .outline
            .above(index)
            .find(|&above| !self.outline.parts[above].is_inline());
        let prose = block.is_some_and(|block| self.outline.parts[block].prose() > 0);
        prose && !self.outline.parts[index].stands_alone()
    }

    /// Marks what inside the main text's container is not of it.
    pub(super) fn inside(&self, container: usize, cut: &mut [bool]) {
        let all = self.prose[container].max(1);
        let nested = self.are_nested_articles_foreign(container);
        self.each_below(container, cut, |index| {
            if nested && self.outline.parts[index].name == "article" {
                return true;
            }
            let small = self.prose[index] * 4 <= all && self.kin[index] * 10 <= all * 6;
            small && self.is_foreign(index)
        });
    }

    /// Goes over all parts below one that are not cut, and cuts those that
    /// are found wrong, with all below them.
    fn each_below(&self, root: usize, cut: &mut [bool], mut is_wrong: impl FnMut(usize) -> bool) {
        let parts = &self.outline.parts;
        let mut index = root + 1;
        while index < parts[root].end {
            if !cut[index] && is_wrong(index) {
                cut[index..parts[index].end].fill(true);
            }
            index = if cut[index] {
                parts[index].end.max(index + 1)
            } else {
                index + 1
            };
        }
    }

    /// Articles in an article are teasers or comments, unless nearly nothing
    /// stands outside of them or the page is a live report of many posts.
    fn are_nested_articles_foreign(&self, container: usize) -> bool {
        let parts = &self.outline.parts;
        if parts[container].name != "article" {
            return false;
        }
        let (mut nested, mut held, mut index) = (0, 0, container + 1);
        while index < parts[container].end {
            if parts[index].name != "article" {
                index += 1;
                continue;
            }
            if parts[index].marks.to_ascii_lowercase().contains("live") {
                return false;
            }
            nested += 1;
            held += self.prose[index];
            index = parts[index].end.max(index + 1);
        }
        let outside = self.prose[container].saturating_sub(held);
        nested > 0 && outside >= REST && (nested > 1 || outside > held)
    }

    /// Labels, captions and lists of links within the main text.
    fn is_foreign(&self, index: usize) -> bool {
        let part = &self.outline.parts[index];
        if part.chars == 0 || part.is_inline() {
            return false;
        }
        match self.roles[index] {
            Role::Label if part.chars < SHORT && !self.is_sentence(index) => return true,
            Role::Caption if part.substance == 0 => return true,
            _ => {}
        }
        if part.name == "h1" || self.is_picture(index) {
            return true;
        }
        let list = matches!(part.name.as_str(), "ul" | "ol" | "dl");
        part.link_share() > 90 && list || part.link_share() > 75 && part.passages >= 2
    }

    fn is_sentence(&self, index: usize) -> bool {
        self.prose[index] > 0 && notes::ends_a_sentence(&self.outline.parts[index].node.text())
    }

    /// A figure that shows no words of its own, or its caption.
    fn is_picture(&self, index: usize) -> bool {
        let part = &self.outline.parts[index];
        match part.name.as_str() {
            "figure" => part.substance == 0,
            "figcaption" => self.outline.parts[part.parent].substance == 0,
            _ => false,
        }
    }
}

/// For every part that may be cut for its names, the letters of prose in all
/// parts that are called the same.
fn kin(outline: &Outline<'_>, roles: &[Role], prose: &[usize]) -> Vec<usize> {
    let key = |index: usize| {
        let part = &outline.parts[index];
        (part.name.as_str(), part.marks.as_str())
    };
    let is_named = |index: usize| {
        !matches!(roles[index], Role::Plain | Role::Body)
            || matches!(outline.parts[index].name.as_str(), "figure" | "figcaption")
    };
    let mut sums: HashMap<(&str, &str), usize> = HashMap::new();
    for (index, held) in prose
        .iter()
        .enumerate()
        .filter(|&(index, _)| is_named(index))
    {
        *sums.entry(key(index)).or_default() += held;
    }
    let sum = |index| sums.get(&key(index)).copied().unwrap_or(0);
    (0..prose.len())
        .map(|index| if is_named(index) { sum(index) } else { 0 })
        .collect()
}
