//! Annotations as JSON-LD of the W3C Web Annotation Data Model: a collection,
//! in pages. Positions are code points of the text that `source` names, and
//! its SHA-256 goes with its state, so that nobody applies them to another.

use serde_json::{Value, json};

use super::{Note, Target};

/// What such a file is called on the wire.
pub const MEDIA_TYPE: &str =
    "application/ld+json; profile=\"http://www.w3.org/ns/anno.jsonld\"; charset=utf-8";

/// How many annotations a page has.
pub const PAGE: usize = 100;

/// Where a collection can be found, and what it is called.
#[derive(Debug, Clone)]
pub struct Collection {
    /// Its address.
    pub id: String,
    /// What it holds, in words.
    pub label: String,
}

/// The collection as a whole, with its first page in it.
pub fn collection(of: &Collection, target: &Target, notes: &[Note]) -> Value {
    let last = pages(notes).saturating_sub(1);
    let mut first = page(of, target, notes, 0);
    // What stands within the collection need not say again what that is.
    if let Some(first) = first.as_object_mut() {
        first.remove("@context");
        first.remove("partOf");
    }
    json!({
        "@context": context(),
        "id": of.id,
        "type": "AnnotationCollection",
        "label": of.label,
        "total": notes.len(),
        "first": first,
        "last": address(of, last),
    })
}

/// One page of a collection, counted from 0.
pub fn page(of: &Collection, target: &Target, notes: &[Note], number: usize) -> Value {
    let start = number.saturating_mul(PAGE);
    let items = notes.iter().skip(start).take(PAGE);
    let mut page = json!({
        "@context": context(),
        "id": address(of, number),
        "type": "AnnotationPage",
        "partOf": { "id": of.id, "label": of.label, "total": notes.len() },
        "startIndex": start,
        "items": items.map(|note| annotation(target, note)).collect::<Vec<_>>(),
    });
    if number > 0 {
        page["prev"] = json!(address(of, number - 1));
    }
    if number + 1 < pages(notes) {
        page["next"] = json!(address(of, number + 1));
    }
    page
}

/// How many pages a collection has; an empty one has one.
pub fn pages(notes: &[Note]) -> usize {
    notes.len().div_ceil(PAGE).max(1)
}

fn address(of: &Collection, page: usize) -> String {
    format!("{}?page={page}", of.id)
}

/// The W3C's own context, and one word more: schema.org's for SHA-256.
fn context() -> Value {
    json!(["http://www.w3.org/ns/anno.jsonld", { "sha256": "https://schema.org/sha256" }])
}

fn annotation(target: &Target, note: &Note) -> Value {
    let mut bodies = vec![text("describing", &note.claim)];
    bodies.extend(note.rating.iter().map(|rating| text("assessing", rating)));
    bodies.extend(note.stance.map(|stance| text("classifying", stance)));
    bodies.push(text("tagging", note.state));
    bodies.push(json!({
        "type": "SpecificResource", "purpose": "linking", "source": note.claim_url,
    }));
    let mut place = json!({
        "type": "SpecificResource",
        "source": target.text,
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": note.exact,
                "prefix": note.prefix,
                "suffix": note.suffix,
            },
            {
                "type": "TextPositionSelector",
                "start": note.span.start(),
                "end": note.span.end(),
            },
        ],
        "state": {
            "type": "TimeState",
            "sourceDate": target.at,
            "cached": target.text,
            "sha256": target.text_sha256,
        },
    });
    if let Some(original) = &target.original {
        place["scope"] = json!(original);
    }
    json!({
        "id": note.id,
        "type": "Annotation",
        "motivation": note.motivation(),
        "created": note.created,
        "body": bodies,
        "target": place,
    })
}

fn text(purpose: &str, value: &str) -> Value {
    json!({ "type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain" })
}
