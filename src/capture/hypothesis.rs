//! Annotations that people bring from Hypothesis: the JSON of its API, as the
//! answer to a search (`rows`) or as a plain list.

use serde::Deserialize;
use serde_json::Value;

/// The most annotations of a file.
pub const MOST_ROWS: usize = 300;
/// The largest file, in bytes.
pub const MOST_BYTES: usize = 5 << 20;

/// An annotation of some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Its place in the file, from 1.
    pub number: usize,
    /// The page that was annotated.
    pub uri: String,
    /// The words.
    pub exact: String,
    /// The words before them.
    pub prefix: String,
    /// The words after them.
    pub suffix: String,
    /// Where they began on the page as the annotator's browser had it, in
    /// UTF-16 code units.
    pub start: Option<u64>,
    /// What was said about them.
    pub text: String,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotations {
    /// Annotations of words.
    pub quotes: Vec<Annotation>,
    /// How many are about a whole page, or answer another one.
    pub others: usize,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// It is too large.
    #[error("the file has {0} bytes; the limit is {MOST_BYTES}")]
    TooLarge(usize),
    /// It has too many annotations.
    #[error("the file has {0} annotations; bring at most {MOST_ROWS} at a time")]
    TooMany(usize),
    /// It is something else.
    #[error("this is not the JSON of Hypothesis: {0}")]
    NotJson(String),
    /// It has neither rows nor a list.
    #[error("this JSON has no annotations: they stand in a list, or in a list named 'rows'")]
    NoRows,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    uri: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    references: Vec<Value>,
    #[serde(default)]
    target: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    selector: Vec<Selector>,
}

#[derive(Deserialize)]
struct Selector {
    #[serde(rename = "type")]
    kind: String,
    exact: Option<String>,
    prefix: Option<String>,
    suffix: Option<String>,
    start: Option<u64>,
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Result<Annotations, BadFile> {
    if bytes.len() > MOST_BYTES {
        return Err(BadFile::TooLarge(bytes.len()));
    }
    let bad = |error: serde_json::Error| BadFile::NotJson(error.to_string());
    let file: Value = serde_json::from_slice(bytes).map_err(bad)?;
    let rows = match file {
        Value::Array(rows) => rows,
        Value::Object(mut file) => match file.remove("rows") {
            Some(Value::Array(rows)) => rows,
            _ => return Err(BadFile::NoRows),
        },
        _ => return Err(BadFile::NoRows),
    };
    if rows.len() > MOST_ROWS {
        return Err(BadFile::TooMany(rows.len()));
    }
    let mut found = Annotations::default();
    for (at, row) in rows.into_iter().enumerate() {
        match annotation(at + 1, serde_json::from_value(row).map_err(bad)?) {
            Some(quote) => found.quotes.push(quote),
            None => found.others += 1,
        }
    }
    Ok(found)
}

/// An annotation of words; nothing for a note to a page or an answer.
fn annotation(number: usize, row: Row) -> Option<Annotation> {
    if !row.references.is_empty() {
        return None;
    }
    let selectors: Vec<Selector> = row.target.into_iter().flat_map(|t| t.selector).collect();
    let of = |kind: &str| selectors.iter().find(|selector| selector.kind == kind);
    let quote = of("TextQuoteSelector")?;
    Some(Annotation {
        number,
        uri: row.uri,
        exact: quote.exact.clone()?,
        prefix: quote.prefix.clone().unwrap_or_default(),
        suffix: quote.suffix.clone().unwrap_or_default(),
        start: of("TextPositionSelector").and_then(|place| place.start),
        text: row.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"uri":"https://x.example/","text":"see","target":[{"source":"https://x.example/",
        "selector":[{"type":"RangeSelector","startContainer":"/p[1]","endContainer":"/p[1]"},
        {"type":"TextPositionSelector","start":4,"end":8},
        {"type":"TextQuoteSelector","exact":"yes.","prefix":"no. ","suffix":""}]}]}"#;

    #[test]
    fn annotations_are_read_as_a_list_or_as_an_answer() {
        let note = r#"{"uri":"https://x.example/","target":[{"source":"https://x.example/"}]}"#;
        let answer = format!(r#"{{"total":2,"rows":[{ROW},{note}]}}"#);
        let found = read(answer.as_bytes()).expect("annotations");
        assert_eq!((found.quotes.len(), found.others), (1, 1));
        let quote = &found.quotes[0];
        assert_eq!((quote.exact.as_str(), quote.start), ("yes.", Some(4)));
        let list = read(format!("[{ROW}]").as_bytes()).expect("annotations");
        assert_eq!(list.quotes, found.quotes);
    }

    #[test]
    fn other_files_are_refused_in_words() {
        for (file, part) in [
            ("", "not the JSON of Hypothesis"),
            ("{}", "no annotations"),
            ("7", "no annotations"),
            ("[{\"target\":7}]", "not the JSON of Hypothesis"),
        ] {
            let bad = read(file.as_bytes()).expect_err("a bad file").to_string();
            assert!(bad.contains(part), "{file}: {bad}");
        }
        let many = format!("[{}{{}}]", "{},".repeat(MOST_ROWS));
        assert_eq!(read(many.as_bytes()), Err(BadFile::TooMany(MOST_ROWS + 1)));
    }
}
