//! What lies over the text of an article or of a snapshot, for files.

use std::collections::BTreeMap;

use crate::domain::ids::{ArticleId, ClaimId, EntryIndex, SnapshotId};
use crate::domain::span::CharSpan;
use crate::export::annotation::w3c::{self, Collection};
use crate::export::annotation::{Note, Target, hypothesis};
use crate::store::claims::Claim;
use crate::store::drafts::Marked;
use crate::store::shelf::ShelvedText;
use crate::store::verdicts::Given;
use crate::store::{Db, batches, citations, snapshots, sources};
use crate::text::selector;
use crate::text::utf16::Utf16Index;

use super::super::citations::views;
use super::super::drafts::Draft;
use super::super::verdicts::check_words;
use super::super::{Desk, DeskError};

/// A text with everything over it, in the order of the words.
#[derive(Debug, Clone)]
pub struct Annotated {
    /// The text.
    pub target: Target,
    /// What is said about it.
    pub notes: Vec<Note>,
    /// Where all of it can be found, and what it is called.
    pub collection: Collection,
}

impl Annotated {
    /// Writes it as W3C Web Annotation: the collection with its first page in
    /// it, or one page, counted from 0; nothing where there is no such page.
    pub fn w3c(&self, page: Option<usize>) -> Option<String> {
        let Self {
            target,
            notes,
            collection,
        } = self;
        let value = match page {
            None => w3c::collection(collection, target, notes),
            Some(number) if number < w3c::pages(notes) => {
                w3c::page(collection, target, notes, number)
            }
            Some(_) => return None,
        };
        Some(value.to_string())
    }

    /// Writes it as Hypothesis has it.
    pub fn hypothesis(&self) -> Vec<u8> {
        hypothesis::write(&self.target, &self.notes)
    }
}

/// The claims of an article, over the text of its newest revision.
pub fn of_article(desk: &Desk, id: ArticleId, base: &str) -> Result<Annotated, DeskError> {
    desk.read(|db| {
        let draft = Draft::read(db, id)?;
        let article = &draft.article;
        let ids: Vec<ClaimId> = draft.marked.iter().map(|(_, one)| one.claim.id).collect();
        let verdicts = batches::newest_verdicts(db, &ids)?;
        let lit = Lit::new(&draft.text, base, &verdicts);
        let notes = draft.marked.iter().filter_map(|(span, marked)| {
            let Marked { claim, .. } = marked;
            let id = format!("{base}/articles/{}#claim-{}", article.id, claim.id);
            lit.note(id, *span, claim, None)
        });
        Ok(Annotated {
            notes: notes.collect(),
            collection: Collection {
                id: format!("{base}/articles/{}/annotations.jsonld", article.id),
                label: format!("Claims in “{}”", article.sheet.title),
            },
            target: Target {
                text: format!(
                    "{base}/articles/{}/revisions/{}",
                    article.id, article.revision
                ),
                original: article.sheet.url.as_ref().map(ToString::to_string),
                title: article.sheet.title.to_string(),
                text_sha256: article.text.to_string(),
                raw_sha256: None,
                at: draft
                    .revisions
                    .first()
                    .map_or(article.added_at, |newest| newest.at),
            },
        })
    })
}

/// The citations in use of a snapshot, over the text that people read.
/// Citations of another view of the same document stand in that one.
pub fn of_snapshot(desk: &Desk, id: SnapshotId, base: &str) -> Result<Annotated, DeskError> {
    desk.read(|db| {
        let (taken, texts) = views(db, id)?;
        let text = &texts[0];
        let shelved = db.shelf().text(text.hash)?;
        let mut cited = citations::list_in_snapshot(db, id)?;
        cited.retain(|one| one.citation.text_hash == text.hash);
        cited.sort_by_key(|one| one.citation.passage.span);
        let ids: Vec<ClaimId> = cited.iter().map(|one| one.citation.claim).collect();
        let claims = batches::claims(db, &ids)?;
        let verdicts = batches::newest_verdicts(db, &ids)?;
        let entries: Vec<EntryIndex> = cited.iter().map(|one| one.entry).collect();
        let made = batches::moments(db, &entries)?;
        let lit = Lit::new(&shelved, base, &verdicts);
        let mut notes = Vec::new();
        for one in &cited {
            check_words(db, one)?;
            let citation = &one.citation;
            let Some(claim) = claims.get(&citation.claim) else {
                continue;
            };
            let id = format!("{base}/claims/{}#citation-{}", claim.id, citation.id);
            let stance = Some(citation.stance.as_str());
            let note = lit.note(id, citation.passage.span, claim, stance);
            notes.extend(note.map(|note| Note {
                created: made.get(&one.entry).copied().unwrap_or(note.created),
                ..note
            }));
        }
        let target = snapshot_target(db, &taken, text, base)?;
        Ok(Annotated {
            collection: Collection {
                id: format!("{base}/snapshots/{id}/annotations.jsonld"),
                label: format!("Citations of “{}”", target.title),
            },
            target,
            notes,
        })
    })
}

fn snapshot_target(
    db: &Db<'_>,
    taken: &snapshots::Taken,
    text: &crate::domain::snapshot::DerivedText,
    base: &str,
) -> Result<Target, DeskError> {
    let source = sources::get(db, taken.snapshot.source)?.sheet;
    let original = taken.snapshot.url.as_ref().or(source.url.as_ref());
    Ok(Target {
        text: format!(
            "{base}/snapshots/{}/text?text={}",
            taken.snapshot.id, text.id
        ),
        original: original.map(ToString::to_string),
        title: source.title.to_string(),
        text_sha256: text.hash.to_string(),
        raw_sha256: Some(taken.snapshot.raw.to_string()),
        at: taken.at,
    })
}

/// A text that notes are written over.
struct Lit<'t> {
    text: &'t ShelvedText,
    units: Utf16Index,
    base: &'t str,
    verdicts: &'t BTreeMap<ClaimId, Given>,
}

impl<'t> Lit<'t> {
    fn new(text: &'t ShelvedText, base: &'t str, verdicts: &'t BTreeMap<ClaimId, Given>) -> Self {
        Self {
            units: Utf16Index::new(text.as_str()),
            text,
            base,
            verdicts,
        }
    }

    fn note(
        &self,
        id: String,
        span: CharSpan,
        claim: &Claim,
        stance: Option<&'static str>,
    ) -> Option<Note> {
        let passage = selector::describe(self.text.as_str(), self.text.offsets(), span)?;
        let given = self.verdicts.get(&claim.id);
        let stands = given.filter(|given| claim.state.verdict() == Some(given.verdict.id));
        let folder = if claim.published.is_some() {
            "published"
        } else {
            "claims"
        };
        Some(Note {
            id,
            created: claim.opened_at,
            exact: passage.quote,
            prefix: passage.prefix,
            suffix: passage.suffix,
            span,
            units: (
                self.units.units_at(span.start()),
                self.units.units_at(span.end()),
            ),
            claim: claim.statement.clone(),
            claim_url: format!("{}/{folder}/{}", self.base, claim.id),
            stance,
            rating: stands.map(|given| given.verdict.rating.label.to_string()),
            state: claim.state.as_str(),
        })
    }
}
