//! A sentence as words, names, quotes and links, so that a page can link it, a
//! paper print it and a program read it.

use std::fmt;

use crate::domain::article::ArticleSheet;
use crate::domain::claim::Claimant;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, PersonId, SnapshotId, SourceId};

use super::Teller;

/// How much of somebody's words a sentence quotes, in characters.
const QUOTED: usize = 160;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) enum Part {
    /// The desk's own words.
    Plain(String),
    /// What somebody or something is called.
    Name(String),
    /// Words of people or sources.
    Quote(String),
    /// Something with a page of its own.
    Link {
        /// Its address.
        to: String,
        /// What it is called here.
        words: String,
    },
}

/// A sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::web) struct Sentence(Vec<Part>);

impl Sentence {
    /// Its pieces, in order.
    pub(in crate::web) fn parts(&self) -> &[Part] {
        &self.0
    }

    /// What ends it: nothing where the words that it quotes last end by
    /// themselves.
    pub(in crate::web) fn end(&self) -> &'static str {
        match self.0.last() {
            Some(Part::Quote(words)) if words.ends_with(['.', '!', '?', '…']) => "",
            _ => ".",
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Plain(words) | Part::Name(words) | Part::Link { words, .. } => {
                    f.write_str(words)?;
                }
                Part::Quote(words) => write!(f, "“{words}”")?,
            }
        }
        Ok(())
    }
}

/// The beginning of a text, up to the end of a word, in one line.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(most) else {
        return line;
    };
    let kept = &line[..end];
    let kept = kept.rfind(' ').map_or(kept, |at| &kept[..at]);
    format!("{kept} …")
}

/// How many of something: `1 citation`, `3 citations`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    let grouped = crate::web::numbers::grouped(count, crate::web::here::locale());
    format!("{grouped} {}", if count == 1 { one } else { many })
}

impl Teller<'_> {
    /// Goes on with words of the desk's own.
    pub(super) fn say(&mut self, words: impl Into<String>) {
        self.sentence.0.push(Part::Plain(words.into()));
    }

    /// Names something.
    pub(super) fn name(&mut self, name: impl fmt::Display) {
        self.sentence
            .0
            .push(Part::Name(shortened(&name.to_string(), QUOTED)));
    }

    /// Quotes words, in short.
    pub(super) fn quote(&mut self, words: impl AsRef<str>) {
        self.sentence
            .0
            .push(Part::Quote(shortened(words.as_ref(), QUOTED)));
    }

    /// Goes on with why: `: “…”`.
    pub(super) fn because(&mut self, words: impl AsRef<str>) {
        self.say(": ");
        self.quote(words);
    }

    fn link(&mut self, to: String, words: String) {
        self.sentence.0.push(Part::Link { to, words });
    }

    /// Names one of the desk's people.
    pub(super) fn person(&mut self, person: PersonId) {
        match self.names.people.get(&person) {
            Some(name) => self.name(name),
            None => self.say(format!("person {person}")),
        }
    }

    /// Names a claim.
    pub(super) fn claim(&mut self, claim: ClaimId) {
        self.link(format!("/claims/{claim}"), format!("claim {claim}"));
    }

    /// Names a source, with its title where that is known.
    pub(super) fn named_source(&mut self, source: SourceId) {
        self.source_link(source, format!("source {source}"));
        if let Some(title) = self.names.sources.get(&source).cloned() {
            self.say(" (");
            self.name(title);
            self.say(")");
        }
    }

    /// Names a source as these words do.
    pub(super) fn source_link(&mut self, source: SourceId, words: String) {
        self.link(format!("/sources/{source}"), words);
    }

    /// Names a snapshot.
    pub(super) fn snapshot(&mut self, snapshot: SnapshotId) {
        self.link(
            format!("/snapshots/{snapshot}"),
            format!("snapshot {snapshot}"),
        );
    }

    /// Names the source that the entry is about.
    pub(super) fn own_source(&mut self) {
        if let Some(source) = self.about.source {
            self.say(" of ");
            self.named_source(source);
        }
    }

    /// Names an article by its title, where that is known.
    pub(super) fn article(&mut self, article: ArticleId) {
        self.say("the article ");
        let title = self.names.articles.get(&article);
        let words = title.map_or_else(
            || format!("number {article}"),
            |title| format!("“{}”", shortened(title, QUOTED)),
        );
        self.link(format!("/articles/{article}"), words);
    }

    /// Names an article as its sheet does.
    pub(super) fn titled(&mut self, article: ArticleId, sheet: &ArticleSheet) {
        self.say("the article ");
        let words = format!("“{}”", shortened(sheet.title.as_str(), QUOTED));
        self.link(format!("/articles/{article}"), words);
    }

    /// Names an entry of the log.
    pub(super) fn entry(&mut self, entry: EntryIndex) {
        self.link(format!("/log/entries/{entry}"), format!("entry {entry}"));
    }

    /// Says who made a claim.
    pub(super) fn said_by(&mut self, claimant: Option<&Claimant>) {
        if let Some(claimant) = claimant {
            self.say(", said by ");
            self.name(&claimant.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, most: usize, expected: &str) {
        assert_eq!(shortened(text, most), expected);
    }

    #[test]
    fn words_are_quoted_in_one_line_and_cut_between_two() {
        check("It rained.", 40, "It rained.");
        check("It rained\nagain.", 12, "It rained …");
        check("Überraschung", 4, "Über …");
        check("a\u{202e}b", 9, "a\u{202e}b");
    }
}
