//! Annotations as the API of Hypothesis answers a search: `rows`, each with a
//! quote and a position in UTF-16 code units.

use serde::Serialize;

use crate::domain::time::Timestamp;

use super::{Note, Target};

#[derive(Serialize)]
struct Answer<'a> {
    total: usize,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    created: Timestamp,
    updated: Timestamp,
    uri: &'a str,
    text: String,
    tags: Vec<&'a str>,
    document: Document<'a>,
    target: [Place<'a>; 1],
    links: Links<'a>,
}

#[derive(Serialize)]
struct Document<'a> {
    title: [&'a str; 1],
}

#[derive(Serialize)]
struct Links<'a> {
    html: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    source: &'a str,
    selector: (Position, Quote<'a>),
}

#[derive(Serialize)]
struct Position {
    #[serde(rename = "type")]
    kind: &'static str,
    start: u64,
    end: u64,
}

#[derive(Serialize)]
struct Quote<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    exact: &'a str,
    prefix: &'a str,
    suffix: &'a str,
}

/// Writes every note over a text.
pub fn write(target: &Target, notes: &[Note]) -> Vec<u8> {
    let answer = Answer {
        total: notes.len(),
        rows: notes.iter().map(|note| row(target, note)).collect(),
    };
    serde_json::to_vec(&answer).expect("annotations hold nothing but words")
}

fn row<'a>(target: &'a Target, note: &'a Note) -> Row<'a> {
    let uri = target.original.as_deref().unwrap_or(&target.text);
    Row {
        id: &note.id,
        created: note.created,
        updated: note.created,
        uri,
        text: said(note),
        tags: note.tags(),
        document: Document {
            title: [&target.title],
        },
        target: [Place {
            source: uri,
            selector: (
                Position {
                    kind: "TextPositionSelector",
                    start: note.units.0,
                    end: note.units.1,
                },
                Quote {
                    kind: "TextQuoteSelector",
                    exact: &note.exact,
                    prefix: &note.prefix,
                    suffix: &note.suffix,
                },
            ),
        }],
        links: Links {
            html: &note.claim_url,
        },
    }
}

/// The note in a few words, as Markdown, which Hypothesis shows.
fn said(note: &Note) -> String {
    let rated = note.rating.as_deref().unwrap_or(note.state);
    match note.stance {
        Some(stance) => format!("{stance}: {} ({rated})\n\n<{}>", note.claim, note.claim_url),
        None => format!("{rated}: {}\n\n<{}>", note.claim, note.claim_url),
    }
}
