//! Looks whether hostile words mean something where they stand, by the kind of
//! what was sent.

use std::io::Read;

use citekeep::export::csv::is_formula;
use dom_query::Document;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::words::SUM;
use crate::support::http::Answer;

/// What is wrong with an answer; nothing, if all is well.
pub(crate) fn amiss(answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in &answer.headers {
        if value.contains("stolen") || name.contains("stolen") {
            faults.push(format!("a header: {name}: {value}"));
        }
    }
    if answer.body.contains(SUM) {
        faults.push("a template was worked out".to_owned());
    }
    let kind = answer.header("content-type").unwrap_or_default();
    let body = answer.body.as_str();
    match kind.split(';').next().unwrap_or_default() {
        "text/html" => faults.extend(page(body)),
        "application/x-ndjson" => faults.extend(body.lines().filter_map(json)),
        kind if kind.ends_with("json") => faults.extend(json(body)),
        "text/csv" => faults.extend(csv(body)),
        kind if kind.ends_with("xml") => faults.extend(xml(body)),
        _ => {}
    }
    faults
}

/// What a browser would take for more than words.
fn page(html: &str) -> Vec<String> {
    let page = Document::from(html);
    let mut faults = Vec::new();
    for part in [
        "script:not([src^='/static/']):not([type='application/ld+json'])",
        "style",
        "[style]",
        "iframe",
        "object",
        "embed",
        "base",
        "[srcdoc]",
        "img[src='x']",
        "link:not([href^='/']):not([rel=canonical]):not([rel=alternate])",
    ] {
        let count = page.select(part).length();
        // A page to keep on a disk has its style in itself, once.
        let is_alone = part == "style" && count == 1 && html.contains("style-src 'unsafe-inline'");
        if count > 0 && !is_alone {
            faults.push(format!("{count} of {part}"));
        }
    }
    for node in page.select("*").iter() {
        for attr in node.attrs() {
            let (name, value) = (
                attr.name.local.to_string(),
                attr.value.trim().to_lowercase(),
            );
            let is_link = ["href", "src", "action", "formaction"].contains(&name.as_str());
            let leads_astray = ["javascript:", "data:", "vbscript:", "//"];
            if name.starts_with("on") {
                faults.push(format!("{name}={value}"));
            } else if is_link && leads_astray.iter().any(|scheme| value.starts_with(scheme)) {
                faults.push(format!("a link to {value}"));
            }
        }
    }
    for data in page.select("script[type='application/ld+json']").iter() {
        faults.extend(json(&data.text()));
    }
    faults
}

fn json(text: &str) -> Option<String> {
    let read: Result<Value, _> = serde_json::from_str(text);
    read.err().map(|error| format!("no JSON: {error}: {text}"))
}

fn csv(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let cells = rows.records().flat_map(|row| match row {
        Ok(row) => row
            .iter()
            .filter(|cell| is_formula(cell))
            .map(|cell| format!("a formula: {cell}"))
            .collect(),
        Err(error) => vec![format!("no table: {error}")],
    });
    cells.collect()
}

fn xml(text: &str) -> Vec<String> {
    // XML 1.0 has no way to write these, not even as a number (2.2).
    let cannot_be = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    let found = text.chars().filter(|c| cannot_be(*c));
    let mut faults: Vec<String> = found
        .map(|c| format!("no character of XML: {c:?}"))
        .collect();
    let mut reader = Reader::from_reader(text.as_bytes());
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return faults,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let name = tag.local_name().as_ref().to_lowercase();
                if ["script", "img", "iframe", "style", "foreignobject"].contains(&name.as_str()) {
                    faults.push(format!("an element: {name}"));
                }
            }
            Ok(_) => {}
            Err(error) => {
                faults.push(format!("no XML: {error}"));
                return faults;
            }
        }
    }
}

/// The texts of an archive, by their names.
pub(crate) fn archive(bytes: &[u8]) -> Vec<(String, String)> {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a file");
        let mut held = Vec::new();
        file.read_to_end(&mut held).expect("its bytes");
        texts.push((
            file.name().expect("a name").to_string(),
            String::from_utf8_lossy(&held).into_owned(),
        ));
    }
    texts
}
