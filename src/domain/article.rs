//! Articles: the texts under check.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::citation::Passage;
use super::hash::ContentHash;
use super::ids::{ArticleId, EntryIndex};
use super::span::CharSpan;
use super::time::PartialDate;
use super::words::{Address, Language, Notice, Title};

/// What is said about an article beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Counts the revisions of one article, from 1.
    pub number: u32,
    /// SHA-256 of the text's UTF-8 bytes.
    pub text: ContentHash,
    /// Length in code points.
    pub chars: u64,
}

choice! {
    /// Why a sentence of an article needs no check.
    AsideReason {
        /// It says what somebody thinks, not what is.
        Opinion = "opinion" / "opinion or judgement",
        /// It says what will be, which nobody can check yet.
        Forecast = "forecast" / "forecast or plan",
        /// Everybody knows it.
        Common = "common" / "common knowledge",
        /// It states nothing: a heading, a question, a caption.
        Nothing = "nothing" / "states nothing to check",
        /// Another claim of the article covers it.
        Covered = "covered" / "covered by another claim",
    }
}

/// A passage of an article that somebody judged to need no check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aside {
    /// The article.
    pub article: ArticleId,
    /// The revision in which it stands.
    pub revision: u32,
    /// The words.
    pub passage: Passage,
    /// Why they need no check.
    pub reason: AsideReason,
}

/// Where a passage that needs no check stands in a newer revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AsideKept {
    /// The entry that set it aside.
    pub aside: EntryIndex,
    /// Where the same words stand now.
    pub span: CharSpan,
}
