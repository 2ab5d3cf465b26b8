//! JSON-LD: what a page records of itself in schema.org's words.

use dom_query::Document;
use serde_json::{Map, Value};

/// How many script elements are read.
const MOST_SCRIPTS: usize = 20;

/// The longest script that is read, in bytes.
const LONGEST: usize = 2 * 1024 * 1024;

/// How many things are looked at, and how deep they may lie in each other.
const MOST_THINGS: usize = 2_000;
const DEEPEST: usize = 8;

/// Kinds that are the page's article, in the words of schema.org.
const ARTICLES: &[&str] = &[
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "AskPublicNewsArticle",
    "ReviewNewsArticle",
    "Article",
    "BlogPosting",
    "LiveBlogPosting",
    "ScholarlyArticle",
    "MedicalScholarlyArticle",
    "TechArticle",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "Report",
    "GovernmentPublication",
    "PressRelease",
    "Legislation",
    "Dataset",
    "ClaimReview",
    "CreativeWork",
    "WebPage",
];

/// The things that a page records, outermost first.
pub(super) struct Linked {
    things: Vec<Map<String, Value>>,
}

impl Linked {
    pub(super) fn of(document: &Document) -> Self {
        let mut linked = Self { things: Vec::new() };
        let scripts = document.select("script");
        let records = scripts.nodes().iter().filter(|node| {
            node.attr("type")
                .is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
        });
        for node in records.take(MOST_SCRIPTS) {
            let text = node.text();
            if text.len() <= LONGEST
                && let Some(value) = read(&text)
            {
                linked.take(value, 0);
            }
        }
        linked
    }

    /// The thing that tells most of the article, by its kind.
    pub(super) fn article(&self) -> Option<&Map<String, Value>> {
        ARTICLES.iter().find_map(|kind| {
            let is = |thing: &&Map<String, Value>| is_a(thing, kind);
            self.things.iter().find(is)
        })
    }

    /// The thing that a reference (`{"@id": …}`) names.
    fn named(&self, id: &str) -> Option<&Map<String, Value>> {
        self.things
            .iter()
            .find(|thing| thing.len() > 1 && thing.get("@id").and_then(Value::as_str) == Some(id))
    }

    fn take(&mut self, value: Value, depth: usize) {
        if depth > DEEPEST || self.things.len() >= MOST_THINGS {
            return;
        }
        match value {
            Value::Array(values) => {
                for value in values {
                    self.take(value, depth + 1);
                }
            }
            Value::Object(mut thing) => {
                let inner: Vec<Value> = ["@graph", "mainEntity", "mainEntityOfPage"]
                    .iter()
                    .filter_map(|key| thing.remove(*key))
                    .collect();
                self.things.push(thing);
                for value in inner {
                    self.take(value, depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// Reads a record; many pages wrap it in a comment or leave line ends in its
/// strings, which JSON forbids.
pub(in crate::capture) fn read(text: &str) -> Option<Value> {
    let text = text.trim();
    let text = text.strip_prefix("<!--").unwrap_or(text);
    let text = text.strip_suffix("-->").unwrap_or(text);
    let text = text
        .trim()
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("<![CDATA[");
    let text = text
        .trim_end_matches("//]]>")
        .trim_end_matches("]]>")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(text).ok().or_else(|| {
        let plain: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        serde_json::from_str(&plain).ok()
    })
}

pub(in crate::capture) fn is_a(thing: &Map<String, Value>, kind: &str) -> bool {
    let matches = |value: &Value| {
        value
            .as_str()
            .is_some_and(|name| name.rsplit(['/', '#', ':']).next() == Some(kind))
    };
    match thing.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(matches),
        Some(value) => matches(value),
        None => false,
    }
}

/// A value's words: a string, a number, or the first of several.
pub(in crate::capture) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values
            .first()
            .filter(|first| !first.is_array())
            .and_then(text_of),
        Value::Object(thing) => thing
            .get("@value")
            .or_else(|| thing.get("name"))
            .and_then(Value::as_str)
            .map(str::to_owned),
        _ => None,
    }
}

/// The names of one or several persons or bodies.
pub(super) fn names_of(value: &Value, linked: &Linked) -> Vec<String> {
    match value {
        Value::Array(values) => {
            let few = values.iter().take(50).filter(|value| !value.is_array());
            few.flat_map(|value| names_of(value, linked)).collect()
        }
        Value::Object(thing) => {
            let name = thing.get("name").or_else(|| {
                let id = thing.get("@id")?.as_str()?;
                linked.named(id)?.get("name")
            });
            match name {
                Some(Value::Array(names)) => names
                    .iter()
                    .take(50)
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                Some(name) => text_of(name).into_iter().collect(),
                None => Vec::new(),
            }
        }
        value => text_of(value).into_iter().collect(),
    }
}
