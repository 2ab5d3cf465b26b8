//! Sources as CSL-JSON, the format that Zotero, pandoc and citeproc read.

use serde::Serialize;

use crate::domain::source::SourceKind;

use super::Work;

/// What a file of CSL-JSON is called on the wire.
pub const MEDIA_TYPE: &str = "application/vnd.citationstyles.csl+json";

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Name<'a>>,
    publisher: &'a str,
    #[serde(rename = "container-title", skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
    genre: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Day>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Day>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    custom: Custom<'a>,
}

/// A name that is not taken apart: it may be of a body.
#[derive(Serialize)]
struct Name<'a> {
    literal: &'a str,
}

#[derive(Serialize)]
struct Day {
    #[serde(rename = "date-parts")]
    parts: [Vec<u16>; 1],
}

#[derive(Serialize)]
struct Custom<'a> {
    sha256: Vec<&'a str>,
}

/// Writes one source as an item of the list.
pub fn item(work: &Work, origin: &str) -> String {
    let is_article = matches!(work.kind, SourceKind::Article);
    let item = Item {
        id: work.key(origin),
        kind: kind(work.kind),
        title: &work.title,
        author: work
            .author
            .iter()
            .map(|name| Name { literal: name })
            .collect(),
        publisher: &work.publisher,
        container: is_article.then_some(work.publisher.as_str()),
        genre: work.kind.label(),
        issued: work.published.as_ref().map(|date| day(date.as_str())),
        accessed: work.captured_on().map(|date| day(&date)),
        url: work.url.as_deref(),
        note: work.note(origin),
        custom: Custom {
            sha256: work
                .captures
                .iter()
                .map(|capture| capture.sha256.as_str())
                .collect(),
        },
    };
    serde_json::to_string(&item).expect("an item holds nothing but words")
}

const fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Assessment | SourceKind::InspectorGeneralReport | SourceKind::Report => {
            "report"
        }
        SourceKind::Interview => "interview",
        SourceKind::Briefing => "speech",
        SourceKind::CourtRecord => "legal_case",
        SourceKind::Dataset => "dataset",
        SourceKind::Article => "article-newspaper",
        SourceKind::Statement | SourceKind::Other => "document",
    }
}

fn day(date: &str) -> Day {
    let parts = date.split('-').filter_map(|part| part.parse().ok());
    Day {
        parts: [parts.collect()],
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::work;
    use super::*;

    #[test]
    fn an_item_says_what_the_source_is_and_which_bytes_were_captured() {
        let item: serde_json::Value =
            serde_json::from_str(&item(&work(), "desk.example/log")).expect("JSON");
        assert_eq!(item["id"], "desk.example-log-s7");
        assert_eq!(item["type"], "report");
        assert_eq!(item["author"][0]["literal"], "Office of Facts and Figures");
        assert_eq!(item["issued"]["date-parts"], serde_json::json!([[2021, 8]]));
        assert_eq!(
            item["accessed"]["date-parts"],
            serde_json::json!([[2022, 3, 1]])
        );
        assert_eq!(item["custom"]["sha256"][0], "ab".repeat(32));
    }
}
