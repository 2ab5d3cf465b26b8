//! The meta elements of a page by their names.

use dom_query::Document;

/// How many meta elements are read.
const MOST: usize = 500;

/// Names and contents, in the order of the page.
pub(super) struct Meta {
    pairs: Vec<(String, String)>,
}

impl Meta {
    pub(super) fn of(document: &Document) -> Self {
        let mut pairs = Vec::new();
        for node in document.select("meta").nodes().iter().take(MOST) {
            let Some(content) = node.attr("content") else {
                continue;
            };
            for key in ["property", "name", "itemprop", "http-equiv"] {
                let names = node.attr(key).unwrap_or_default();
                for name in names.split_whitespace().take(5) {
                    pairs.push((name.to_ascii_lowercase(), content.to_string()));
                }
            }
        }
        Self { pairs }
    }

    /// The first content that is not empty, by the order of the names.
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        names
            .iter()
            .find_map(|name| self.contents(name).next().map(str::to_owned))
    }

    /// All contents of the first name that has some.
    pub(super) fn all(&self, names: &[&str]) -> Vec<String> {
        let all = names
            .iter()
            .map(|name| self.contents(name).map(str::to_owned).collect::<Vec<_>>());
        all.into_iter()
            .find(|contents| contents.iter().any(|text| !text.contains("://")))
            .unwrap_or_default()
    }

    fn contents(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(key, content)| key == name && !content.trim().is_empty())
            .map(|(_, content)| content.as_str())
    }
}
