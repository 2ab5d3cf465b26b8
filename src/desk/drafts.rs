//! Drafts: an article with its claims in their places, what was set aside,
//! what nobody looked at yet, and how much of it is decided.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::claim::ClaimState;
use crate::domain::ids::{ArticleId, PersonId, VerdictId};
use crate::domain::scale::Scale;
use crate::domain::source::Directness;
use crate::domain::span::CharSpan;
use crate::store::articles::{self, Article, Revised, SetAside};
use crate::store::claims::Claim;
use crate::store::drafts::{self as rows, Marked};
use crate::store::shelf::ShelvedText;
use crate::store::sources::Source;
use crate::store::verdicts::{Given, Voiced};
use crate::store::{Db, checkpoints, log, people, scales};

use super::DeskError;
use super::revising::MOST;

/// How many revisions of an article a page lists.
const REVISIONS: usize = 200;

/// How much of a draft is decided.
///
/// A **statement** is a claim whose words stand in the newest revision and
/// that is not withdrawn. It is **decided** when a verdict stands (its state
/// is decided, approved or published) and is not stale. It is **stale** when
/// words under its last verdict changed in a newer snapshot, and **drifted**
/// when its own passage changed in a newer revision and nobody confirmed it.
/// A sentence is **not looked at** when it says something (two words or more),
/// and no claim, withdrawn ones too, and no passage set aside touches it. What
/// looks like a heading counts too: headlines state things. People set it aside,
/// all at once if they like ([`Draft::headings`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Claims in the text that are not withdrawn.
    pub statements: usize,
    /// Those with a verdict that stands and is not stale.
    pub decided: usize,
    /// Those that are stale.
    pub stale: usize,
    /// Claims, also those that are gone from the text, whose passage changed.
    pub drifted: usize,
    /// Sentences that nobody looked at.
    pub open: usize,
    /// Passages set aside.
    pub aside: usize,
}

impl Coverage {
    /// Statements without a verdict that counts.
    pub const fn undecided(&self) -> usize {
        self.statements - self.decided
    }
}

/// Whether a claim counts as decided.
pub const fn is_decided(claim: &Claim) -> bool {
    let stands = matches!(
        claim.state,
        ClaimState::Decided { .. } | ClaimState::Approved { .. } | ClaimState::Published { .. }
    );
    stands && !claim.stale
}

/// Whether a claim was withdrawn.
pub const fn is_withdrawn(claim: &Claim) -> bool {
    matches!(claim.state, ClaimState::Withdrawn)
}

/// An article with everything that lies over its text.
pub struct Draft {
    /// The article.
    pub article: Article,
    /// The text of its newest revision.
    pub text: Arc<ShelvedText>,
    /// The claims that stand in it, in the order of their places.
    pub marked: Vec<(CharSpan, Marked)>,
    /// The claims whose words are gone from it.
    pub gone: Vec<Marked>,
    /// The passages set aside, in their order.
    pub asides: Vec<SetAside>,
    /// The sentences that nobody looked at, in their order.
    pub open: Vec<CharSpan>,
    /// Its revisions, newest first.
    pub revisions: Vec<Revised>,
    /// How much of it is decided.
    pub coverage: Coverage,
    /// Every version of every scale.
    pub scales: Vec<Scale>,
    /// The names of the people of the desk.
    pub names: BTreeMap<PersonId, String>,
}

impl Draft {
    /// Reads the draft of an article's newest revision, in a few queries
    /// whatever the number of its claims.
    pub fn read(db: &Db<'_>, id: ArticleId) -> Result<Self, DeskError> {
        let article = find(db, id)?;
        let text = db.shelf().text(article.text)?;
        let (mut marked, mut gone) = (Vec::new(), Vec::new());
        for found in rows::claims(db, id, MOST)? {
            match found.claim.span_in(article.revision) {
                Some(span) => marked.push((span, found)),
                None => gone.push(found),
            }
        }
        marked.sort_by_key(|(span, found)| (span.start(), span.end(), found.claim.id));
        let asides = articles::asides(db, id, MOST)?;
        let claimed = marked.iter().map(|(span, _)| *span);
        let touched = merged(claimed.chain(asides.iter().map(|aside| aside.span)));
        let open = untouched(text.sentences(), &touched);
        let coverage = coverage(&marked, &gone, (open.len(), asides.len()));
        Ok(Self {
            text,
            marked,
            gone,
            asides,
            open,
            revisions: articles::revisions(db, id, REVISIONS)?,
            coverage,
            scales: scales::list(db)?,
            names: people::names(db)?,
            article,
        })
    }

    /// The sentences that nobody looked at and that look like headings.
    pub fn headings(&self) -> Vec<CharSpan> {
        let known = self.text.headings();
        let open = self.open.iter();
        open.filter(|span| known.binary_search(span).is_ok())
            .copied()
            .collect()
    }

    /// One of its revisions.
    pub fn revision(&self, number: u32) -> Result<&Revised, DeskError> {
        let found = self.revisions.iter().find(|known| known.number == number);
        found.ok_or(DeskError::NoSuch {
            what: "revision",
            id: number.into(),
        })
    }

    /// A person's name, or words for nobody.
    pub fn name(&self, person: Option<PersonId>) -> &str {
        person
            .and_then(|person| self.names.get(&person))
            .map_or("the desk", String::as_str)
    }
}

/// Finds an article that a page asks for.
pub fn find(db: &Db<'_>, id: ArticleId) -> Result<Article, DeskError> {
    articles::find(db, id)?.ok_or(DeskError::NoSuch {
        what: "article",
        id: id.get(),
    })
}

fn coverage(
    marked: &[(CharSpan, Marked)],
    gone: &[Marked],
    (open, aside): (usize, usize),
) -> Coverage {
    let mut coverage = Coverage {
        open,
        aside,
        ..Coverage::default()
    };
    for (_, Marked { claim, .. }) in marked {
        if !is_withdrawn(claim) {
            coverage.statements += 1;
            coverage.decided += usize::from(is_decided(claim));
            coverage.stale += usize::from(claim.stale);
        }
    }
    let all = marked.iter().map(|(_, found)| found).chain(gone);
    let drifted = all.filter(|found| has_drifted(&found.claim));
    coverage.drifted = drifted.count();
    coverage
}

/// Whether somebody still has to look at a claim's changed passage.
pub const fn has_drifted(claim: &Claim) -> bool {
    claim.drifted && !is_withdrawn(claim)
}

/// Spans in order, those that touch each other made one.
fn merged(spans: impl Iterator<Item = CharSpan>) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64)> = spans.map(|span| (span.start(), span.end())).collect();
    spans.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The sentences that no span touches.
fn untouched(sentences: &[CharSpan], touched: &[(u64, u64)]) -> Vec<CharSpan> {
    let is_free = |span: &&CharSpan| {
        let next = touched.partition_point(|(_, end)| *end <= span.start());
        touched
            .get(next)
            .is_none_or(|(start, _)| *start >= span.end())
    };
    sentences.iter().filter(is_free).copied().collect()
}

/// What a draft needs beside itself when it is printed and filed.
pub struct Papers {
    /// The newest verdict of every claim that has one.
    pub verdicts: Vec<Given>,
    /// What colleagues said of verdicts.
    pub opinions: Vec<(VerdictId, Voiced)>,
    /// The sources that the verdicts rest on, and those that cite them.
    pub sources: Vec<Source>,
    /// How many entries the log has.
    pub log_size: u64,
    /// The size that the newest checkpoint signs, and the signed note.
    pub checkpoint: Option<(u64, String)>,
}

impl Papers {
    /// Reads what is printed beside a draft, in a few queries.
    pub fn read(db: &Db<'_>, id: ArticleId) -> Result<Self, DeskError> {
        let verdicts = rows::verdicts(db, id, MOST)?;
        let rests_on = verdicts.iter().flat_map(|given| &given.verdict.evidence);
        let mut wanted: Vec<_> = rests_on.map(|evidence| evidence.source).collect();
        wanted.sort_unstable();
        wanted.dedup();
        Ok(Self {
            sources: rows::sources(db, &wanted)?,
            opinions: rows::opinions(db, id, MOST)?,
            log_size: log::size(db)?,
            checkpoint: checkpoints::newest(db)?,
            verdicts,
        })
    }

    /// A source, where something rests on it.
    pub fn source(&self, id: crate::domain::ids::SourceId) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// Whether a verdict rests on secondary sources alone.
    pub fn only_secondary(&self, given: &Given) -> bool {
        let evidence = &given.verdict.evidence;
        let mut sources = evidence
            .iter()
            .filter_map(|found| self.source(found.source));
        !evidence.is_empty()
            && sources.all(|source| source.sheet.directness == Directness::Secondary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u64, end: u64) -> CharSpan {
        CharSpan::new(start, end).expect("not empty")
    }

    #[test]
    fn a_sentence_that_anything_touches_was_looked_at() {
        let sentences = [span(0, 5), span(6, 10), span(11, 20), span(21, 30)];
        let touched = merged([span(12, 13), span(3, 6), span(12, 21)].into_iter());
        assert_eq!(touched, [(3, 6), (12, 21)]);
        assert_eq!(untouched(&sentences, &touched), [span(6, 10), span(21, 30)]);
        assert_eq!(untouched(&sentences, &[]), sentences);
    }
}
