//! What lies over a text, as annotations: the facts, which `w3c` writes as the
//! W3C Web Annotation model has it and `hypothesis` as that service does.

pub mod hypothesis;
pub mod w3c;

use crate::domain::span::CharSpan;
use crate::domain::time::Timestamp;

/// The text that is annotated.
#[derive(Debug, Clone)]
pub struct Target {
    /// The address of our copy of the text, in which positions count.
    pub text: String,
    /// The address of the original, where it has one.
    pub original: Option<String>,
    /// What it is called.
    pub title: String,
    /// SHA-256 of the text.
    pub text_sha256: String,
    /// SHA-256 of the bytes that it was derived from, where it was captured.
    pub raw_sha256: Option<String>,
    /// When it was captured or brought.
    pub at: Timestamp,
}

/// Something said about a passage.
#[derive(Debug, Clone)]
pub struct Note {
    /// Its address.
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// The words.
    pub exact: String,
    /// The words before them.
    pub prefix: String,
    /// The words after them.
    pub suffix: String,
    /// Where they stand, in code points.
    pub span: CharSpan,
    /// The same in UTF-16 code units: start and end.
    pub units: (u64, u64),
    /// The claim that they make, or that they are cited for.
    pub claim: String,
    /// The address of the claim: its public one, once it has one.
    pub claim_url: String,
    /// What cited words do to the claim; nothing where they make it.
    pub stance: Option<&'static str>,
    /// The rating of the verdict that stands.
    pub rating: Option<String>,
    /// Where the claim stands, in words.
    pub state: &'static str,
}

impl Note {
    /// Why the note was made, in the words of the W3C's vocabulary.
    const fn motivation(&self) -> &'static str {
        match (self.stance, &self.rating) {
            (Some(_), _) => "linking",
            (None, Some(_)) => "assessing",
            (None, None) => "questioning",
        }
    }

    /// Short words that it can be found by.
    fn tags(&self) -> Vec<&str> {
        let rating = self.rating.as_deref();
        [Some(self.state), self.stance, rating]
            .into_iter()
            .flatten()
            .collect()
    }
}
