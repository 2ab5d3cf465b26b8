//! Articles: the texts under check.

use serde::{Deserialize, Serialize};

use super::hash::ContentHash;
use super::time::PartialDate;
use super::words::{Address, Language, Notice, Title};

/// What is said about an article beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleSheet {
    /// The headline.
    pub title: Title,
    /// Where it was published, if it was.
    pub url: Option<Address>,
    /// When it was published, as far as known.
    pub published: Option<PartialDate>,
    /// The language it is written in.
    pub language: Option<Language>,
    /// A warning shown wherever the text is shown.
    pub notice: Option<Notice>,
}

/// One numbered revision of an article's text, in normal form `text/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Counts the revisions of one article, from 1.
    pub number: u32,
    /// SHA-256 of the text's UTF-8 bytes.
    pub text: ContentHash,
    /// Length in code points.
    pub chars: u64,
}
