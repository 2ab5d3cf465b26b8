//! Claims are tied to words.

use crate::domain::citation::{Citation, Stance};
use crate::domain::event::Event;
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId, TextId};
use crate::domain::person::Deed;
use crate::domain::snapshot::DerivedText;
use crate::store::claims::Claim;
use crate::store::snapshots::Taken;
use crate::store::{Db, articles, citations, snapshots, sources};
use crate::text::anchor::{self, Located, NotLocated};
use crate::text::{page, selector};

use super::recheck;
use super::snapshots::main_text;
use super::{Actor, Desk, DeskError, Pen};

/// A citation as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCitation {
    /// The claim.
    pub claim: ClaimId,
    /// Whose word it is; nobody named: the snapshot's own source.
    pub source: Option<SourceId>,
    /// Where the words are read.
    pub snapshot: SnapshotId,
    /// In which of its texts; none named: in the one that people read, or else
    /// in the others.
    pub text: Option<TextId>,
    /// The words.
    pub quote: String,
    /// Near which code point, where they stand more than once.
    pub near: Option<u64>,
    /// What they do to the claim.
    pub stance: Stance,
}

/// Ties a claim to words. The quote is found in the snapshot's newest text and
/// stored as it stands there.
///
/// # Errors
/// When the words are not there or stand there more than once, when the
/// snapshot does not speak for the source, or when the article would support
/// itself.
pub fn make(desk: &Desk, actor: Actor, new: NewCitation) -> Result<CitationId, DeskError> {
    desk.act(actor, Deed::Cite, move |pen| make_with(pen, &new))
}

/// Logs a new citation.
pub(super) fn make_with(pen: &Pen<'_, '_>, new: &NewCitation) -> Result<CitationId, DeskError> {
    let claim = pen.claim(new.claim)?;
    claim.state.take_up()?;
    let count = citations::list(pen, new.claim)?.len();
    if count >= citations::MOST_PER_CLAIM {
        return Err(DeskError::TooManyCitations(count));
    }
    must_see(pen, new)?;
    let found = find(pen, new)?;
    if new.stance == Stance::Supports {
        refuse_own_article(pen, &claim, &found)?;
    }
    let citation = citation(pen, new, &found)?;
    let id = citation.id;
    pen.log(Event::CitationMade { citation })?;
    recheck::catch_up(pen, id)?;
    Ok(id)
}

/// Refuses to look for words in a sealed source that whoever acts may not see. An
/// act reads what is sealed too: whether the words stand there, and how often,
/// would be told by what becomes of it.
pub(super) fn must_see(pen: &Pen<'_, '_>, new: &NewCitation) -> Result<(), DeskError> {
    if let Some(taken) = snapshots::find(pen, new.snapshot)? {
        pen.must_see(taken.snapshot.source)?;
    }
    new.source.map_or(Ok(()), |source| pen.must_see(source))
}

/// Where a quote stands, and in what.
#[derive(Debug, Clone)]
pub struct Found {
    /// The snapshot.
    pub snapshot: Taken,
    /// Its newest text.
    pub text: DerivedText,
    /// Whose word it is.
    pub source: SourceId,
    /// The place.
    pub place: Located,
}

/// Finds the words of a citation without storing it.
pub fn find(db: &Db<'_>, new: &NewCitation) -> Result<Found, DeskError> {
    let (snapshot, texts) = views(db, new.snapshot)?;
    let own = snapshot.snapshot.source;
    let source = new.source.unwrap_or(own);
    let speaks = sources::chain(db, source)?
        .iter()
        .any(|link| link.id == own);
    if !speaks {
        return Err(DeskError::NotSpokenFor(source.get()));
    }
    // The text that was named comes first; words that are not in it may still
    // stand in another view of the same document.
    let (named, others): (Vec<_>, Vec<_>) = texts
        .into_iter()
        .partition(|text| new.text == Some(text.id));
    let mut first = None;
    for text in named.into_iter().chain(others) {
        let shelved = db.shelf().text(text.hash)?;
        if let Some(erased) = shelved.erased() {
            first = first.or(Some(DeskError::WordsErased { erased }));
            continue;
        }
        match anchor::locate(shelved.as_str(), shelved.offsets(), &new.quote, new.near) {
            Ok(place) => {
                return Ok(Found {
                    snapshot,
                    text,
                    source,
                    place,
                });
            }
            // Words that stand several times in the text that people read are
            // not looked for elsewhere: somebody chooses.
            Err(error @ NotLocated::Ambiguous { .. }) => return Err(error.into()),
            Err(error) => first = first.or(Some(error.into())),
        }
    }
    Err(first.unwrap_or(DeskError::NoSuch {
        what: "text",
        id: new.text.map_or(0, TextId::get),
    }))
}

/// A snapshot with the text that people read.
///
/// # Errors
/// When there is no such snapshot, or no text could be read from it.
pub fn readable(db: &Db<'_>, snapshot: SnapshotId) -> Result<(Taken, DerivedText), DeskError> {
    let (taken, mut texts) = views(db, snapshot)?;
    Ok((taken, texts.swap_remove(0)))
}

/// A snapshot with its texts: the one that people read, then the others, the
/// newest first.
///
/// # Errors
/// When there is no such snapshot, or no text could be read from it.
pub fn views(db: &Db<'_>, snapshot: SnapshotId) -> Result<(Taken, Vec<DerivedText>), DeskError> {
    let taken = snapshots::find(db, snapshot)?.ok_or(DeskError::NoSuch {
        what: "snapshot",
        id: snapshot.get(),
    })?;
    let all = snapshots::texts(db, snapshot)?;
    let Some(main) = main_text(all.clone()) else {
        let why = taken.unread.clone().unwrap_or_default();
        return Err(DeskError::Unread(why));
    };
    let others = all.into_iter().rev().filter(|text| text.id != main.id);
    let texts = std::iter::once(main.clone()).chain(others).collect();
    Ok((taken, texts))
}

fn citation(db: &Db<'_>, new: &NewCitation, found: &Found) -> Result<Citation, DeskError> {
    let shelved = db.shelf().text(found.text.hash)?;
    let (text, index) = (shelved.as_str(), shelved.offsets());
    let lost = NotLocated::Nowhere { nearest: None };
    let passage = selector::describe(text, index, found.place.span).ok_or(lost.clone())?;
    let bytes = index.byte_span(text, found.place.span).ok_or(lost)?;
    Ok(Citation {
        id: citations::next(db)?,
        claim: new.claim,
        source: found.source,
        snapshot: new.snapshot,
        text: found.text.id,
        text_hash: found.text.hash,
        passage,
        pages: page::pages_of(text, bytes),
        stance: new.stance,
        found: found.place.found,
    })
}

fn refuse_own_article(db: &Db<'_>, claim: &Claim, found: &Found) -> Result<(), DeskError> {
    let Some(passage) = &claim.appearance.passage else {
        return Ok(());
    };
    let article = articles::get(db, passage.article)?;
    let same_text = article.text == found.text.hash;
    let same_address = article.sheet.url.is_some()
        && (article.sheet.url == found.snapshot.snapshot.url
            || article.sheet.url == sources::get(db, found.snapshot.snapshot.source)?.sheet.url);
    if same_text || same_address {
        return Err(DeskError::OwnArticle);
    }
    Ok(())
}

/// Takes a citation out of use; verdicts that rest on it keep it.
pub fn remove(
    desk: &Desk,
    actor: Actor,
    claim: ClaimId,
    citation: CitationId,
) -> Result<(), DeskError> {
    desk.act(actor, Deed::Cite, move |pen| {
        pen.claim(claim)?.state.take_up()?;
        let cited = citations::find(pen, citation)?
            .filter(|cited| cited.citation.claim == claim && !cited.removed);
        cited.ok_or(DeskError::NotCited(citation.get()))?;
        pen.log(Event::CitationRemoved { claim, citation })?;
        Ok(())
    })
}
