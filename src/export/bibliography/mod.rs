//! Lists of sources for reference managers: the facts, which `bibtex` and
//! `csl` write down. What such programs do not know of, the hashes of the
//! captured bytes, stands in the note, and once more in a field of its own.

pub mod bibtex;
pub mod csl;

use crate::domain::source::SourceKind;
use crate::domain::time::{PartialDate, Timestamp};

/// A source with the captures of it.
#[derive(Debug, Clone)]
pub struct Work {
    /// Its number.
    pub source: i64,
    /// What kind of thing it is.
    pub kind: SourceKind,
    /// Its title.
    pub title: String,
    /// Who wrote or said it.
    pub author: Option<String>,
    /// Who published it.
    pub publisher: String,
    /// When, as far as known.
    pub published: Option<PartialDate>,
    /// Where it can be found.
    pub url: Option<String>,
    /// The source through which alone it is known.
    pub as_cited_by: Option<i64>,
    /// Its captures, the newest first.
    pub captures: Vec<Capture>,
}

/// A capture of a source.
#[derive(Debug, Clone)]
pub struct Capture {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was taken.
    pub at: Timestamp,
}

impl Work {
    /// The name by which texts cite it: of the origin that the log was opened
    /// with and of the source's number, so that it never changes.
    pub fn key(&self, origin: &str) -> String {
        key(origin, self.source)
    }

    /// What a reader should know beside the usual fields.
    fn note(&self, origin: &str) -> String {
        let mut parts = Vec::new();
        if let Some(citing) = self.as_cited_by {
            parts.push(format!("As cited by {}", key(origin, citing)));
        }
        for capture in &self.captures {
            let day = &capture.at.to_string()[..10];
            parts.push(format!("Captured {day}, SHA-256 {}", capture.sha256));
        }
        parts.join(". ")
    }

    fn captured_on(&self) -> Option<String> {
        let newest = self.captures.first()?;
        Some(newest.at.to_string()[..10].to_owned())
    }
}

fn key(origin: &str, source: i64) -> String {
    let fits = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    let origin: String = origin.chars().map(fits).collect();
    format!("{origin}-s{source}")
}

#[cfg(test)]
mod samples {
    use super::*;

    pub(super) fn work() -> Work {
        Work {
            source: 7,
            kind: SourceKind::Report,
            title: "50% of {Größe} & \\cost_1 #2 ~ $3^4".to_owned(),
            author: Some("Office of Facts and Figures".to_owned()),
            publisher: "Ministère".to_owned(),
            published: PartialDate::parse("2021-08").ok(),
            url: Some("https://example.org/a_b?c=%7Bd%7D&e".to_owned()),
            as_cited_by: Some(9),
            captures: vec![Capture {
                sha256: "ab".repeat(32),
                at: "2022-03-01T08:00:00Z".parse().expect("a moment"),
            }],
        }
    }
}
