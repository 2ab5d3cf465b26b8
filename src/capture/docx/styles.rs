//! What a Word file's styles say about its paragraphs and runs: which are
//! items of a list, which are headings, which are hidden.

use std::collections::HashMap;

use super::xml::{Node, Xml};

/// A style inherits through at most this many others; cycles end here.
const LONGEST_LINE: usize = 16;

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    numbered: Option<bool>,
    heading: bool,
    hidden: Option<bool>,
}

/// A document's styles by their identifiers.
#[derive(Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub(super) fn read(text: &str) -> Self {
        let mut xml = Xml::new(text);
        let mut styles = HashMap::new();
        while let Some(node) = xml.next() {
            if let Node::Open(element) = node
                && element.name() == "style"
                && let Some(id) = element.attribute("styleId")
            {
                styles.insert(id, style(&mut xml));
            }
        }
        Self(styles)
    }

    /// Whether paragraphs of this style are items of a list. A numbered
    /// heading is a heading.
    pub(super) fn is_item(&self, id: &str) -> bool {
        let numbered = self.line(id).find_map(|style| style.numbered);
        numbered == Some(true) && !self.is_heading(id)
    }

    /// Whether paragraphs of this style are headings.
    pub(super) fn is_heading(&self, id: &str) -> bool {
        self.line(id).any(|style| style.heading)
    }

    /// Whether the style hides its text.
    pub(super) fn is_hidden(&self, id: &str) -> bool {
        self.line(id).find_map(|style| style.hidden) == Some(true)
    }

    /// A style and those that it is based on.
    fn line(&self, id: &str) -> impl Iterator<Item = &Style> {
        let first = self.0.get(id);
        std::iter::successors(first, |style| self.0.get(style.based_on.as_deref()?))
            .take(LONGEST_LINE)
    }
}

fn style(xml: &mut Xml<'_>) -> Style {
    let depth = xml.depth();
    let mut style = Style::default();
    while let Some(element) = xml.element_within(depth) {
        let value = || element.attribute("val");
        match element.name() {
            "basedOn" => style.based_on = value(),
            "name" => {
                let name = value().unwrap_or_default().to_lowercase();
                style.heading |= name.starts_with("heading ") || name == "title";
            }
            "outlineLvl" => style.heading |= value().as_deref() != Some("9"),
            "numId" => style.numbered = Some(value().as_deref() != Some("0")),
            // A style that names a level only takes its list from elsewhere.
            "vanish" => style.hidden = Some(element.is_on()),
            "rPrChange" | "pPrChange" | "tblStylePr" => xml.skip(),
            _ => {}
        }
    }
    style
}
