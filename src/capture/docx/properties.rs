//! What a Word file says about itself: title, author, dates.

use super::xml::{Node, Xml};

/// The longest property that is taken over, in characters.
const LONGEST: usize = 1_000;

/// A file's core properties.
#[derive(Default)]
pub(super) struct Properties {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) created: Option<String>,
    pub(super) modified: Option<String>,
}

impl Properties {
    pub(super) fn read(text: &str) -> Self {
        let mut xml = Xml::new(text);
        let mut properties = Self::default();
        while let Some(node) = xml.next() {
            let Node::Open(element) = node else { continue };
            let place = match element.name() {
                "title" => &mut properties.title,
                "creator" => &mut properties.author,
                "created" => &mut properties.created,
                "modified" => &mut properties.modified,
                _ => continue,
            };
            let text = xml.text();
            let words: Vec<&str> = text.split_whitespace().collect();
            if !words.is_empty() {
                *place = Some(words.join(" ").chars().take(LONGEST).collect());
            }
        }
        properties
    }
}
