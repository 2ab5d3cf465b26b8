//! Feeds as JSON Feed 1.1, with what only this desk knows under `_citekeep`.

use serde::Serialize;

use crate::domain::time::Timestamp;

use super::{Entry, Feed, Kind};

/// What a JSON Feed is called on the wire.
pub const MEDIA_TYPE: &str = "application/feed+json";

#[derive(Serialize)]
struct Wire<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    language: &'static str,
    authors: Vec<Author<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: String,
    content_html: String,
    content_text: String,
    date_published: Timestamp,
    date_modified: Timestamp,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    tags: [&'static str; 1],
    #[serde(rename = "_citekeep")]
    own: Own<'a>,
}

#[derive(Serialize)]
struct Own<'a> {
    kind: &'static str,
    statement: &'a str,
    claimant: Option<&'a str>,
    rating: &'a str,
    corrects: Option<&'a str>,
    retracted: bool,
    corrected: bool,
}

/// Writes a page of a feed.
pub fn write(feed: &Feed) -> Vec<u8> {
    let wire = Wire {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.home,
        feed_url: &feed.here,
        next_url: feed.next.as_deref(),
        language: "en",
        authors: vec![Author { name: &feed.author }],
        items: feed.entries.iter().map(item).collect(),
    };
    serde_json::to_vec(&wire).expect("a feed holds nothing but words")
}

fn item(entry: &Entry) -> Item<'_> {
    let (retracted, corrected) = match entry.kind {
        Kind::Verdict {
            retracted,
            corrected,
        } => (retracted, corrected),
        Kind::Correction { .. } => (false, false),
    };
    let by = entry.by.iter();
    Item {
        id: &entry.id,
        url: &entry.url,
        title: entry.title(),
        content_html: entry.html(),
        content_text: entry.text(),
        date_published: entry.published,
        date_modified: entry.updated,
        authors: by.map(|name| Author { name }).collect(),
        tags: [entry.word()],
        own: Own {
            kind: entry.word(),
            statement: &entry.statement,
            claimant: entry.claimant.as_deref(),
            rating: &entry.rating,
            corrects: entry.corrects(),
            retracted,
            corrected,
        },
    }
}
