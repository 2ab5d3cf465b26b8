//! An article gets a newer text: its claims keep their places, and what moved
//! or changed is recorded. Passages that need no check are set aside.

use crate::domain::article::{Aside, AsideKept, AsideReason};
use crate::domain::citation::Reanchoring;
use crate::domain::event::Event;
use crate::domain::ids::{ArticleId, ClaimId, EntryIndex};
use crate::domain::person::Deed;
use crate::domain::span::CharSpan;
use crate::store::articles::{self, Article};
use crate::store::shelf::ShelvedText;
use crate::store::{Db, claims};
use crate::text::find::Searchable;
use crate::text::reanchor::reanchor_in;
use crate::text::{anchor, selector};

use super::articles::{NewArticle, prepare};
use super::drafts::Draft;
use super::{Actor, Desk, DeskError, Pen};

/// How many claims and how many passages set aside one article may have.
pub const MOST: usize = 5_000;

/// Brings a newer text of an article, and looks up in it every passage that
/// is marked as a claim or set aside.
///
/// # Errors
/// When the bytes hold no text, when the text is the one that is there, or
/// when somebody else brought a revision since `seen`.
pub fn revise(
    desk: &Desk,
    actor: Actor,
    (article, seen): (ArticleId, u32),
    new: NewArticle,
) -> Result<u32, DeskError> {
    actor.must(Deed::OpenClaim)?;
    let prepared = prepare(desk.reading(), desk.store().shelf().blobs(), new)?;
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let found = find(pen, article)?;
        if found.revision != seen {
            return Err(DeskError::RevisedSince {
                article,
                now: found.revision,
            });
        }
        let (sheet, mut revision) = prepared.into_parts();
        let is_erased = pen.shelf().text(found.text)?.erased().is_some();
        if !is_erased && revision.text == found.text && sheet == found.sheet {
            return Err(DeskError::SameText);
        }
        revision.number = found.revision + 1;
        let number = revision.number;
        let kept = Kept::look_up(pen, &found, revision.text)?;
        pen.log(Event::ArticleRevised {
            article,
            sheet,
            revision,
            asides: kept.asides,
        })?;
        for (claim, result) in kept.claims {
            pen.log(Event::PassageReanchored {
                claim,
                article,
                revision: number,
                result,
            })?;
        }
        Ok(number)
    })
}

/// What of an article's marks stands where in a newer text.
struct Kept {
    claims: Vec<(ClaimId, Reanchoring)>,
    asides: Vec<AsideKept>,
}

impl Kept {
    fn look_up(
        db: &Db<'_>,
        found: &Article,
        newer: crate::domain::hash::ContentHash,
    ) -> Result<Self, DeskError> {
        let (old, new) = (db.shelf().text(found.text)?, db.shelf().text(newer)?);
        let before = Searchable::new(old.as_str(), old.offsets());
        let after = Searchable::new(new.as_str(), new.offsets());
        let mut kept = Self {
            claims: Vec::new(),
            asides: Vec::new(),
        };
        let filter = claims::Filter {
            article: Some(found.id),
            ..claims::Filter::default()
        };
        // The list has the newest first; they are told as they were opened.
        for claim in claims::list(db, &filter, None, MOST)?.into_iter().rev() {
            // What vanished from an earlier revision cannot be followed from
            // there; it may have come back as it was when it was marked.
            let result = match claim.span_in(found.revision) {
                Some(span) if old.erased().is_none() => reanchor_in(&before, span, &after),
                _ => came_back(&claim, &after),
            };
            kept.claims.push((claim.id, result));
        }
        for aside in articles::asides(db, found.id, MOST)? {
            if old.erased().is_some() {
                continue;
            }
            let result = reanchor_in(&before, aside.span, &after);
            if let Reanchoring::Unchanged { span } | Reanchoring::Moved { span } = result {
                kept.asides.push(AsideKept {
                    aside: aside.entry,
                    span,
                });
            }
        }
        Ok(kept)
    }
}

/// The passage of a claim as it was marked, where it stands exactly once.
fn came_back(claim: &claims::Claim, text: &Searchable<'_>) -> Reanchoring {
    let marked = claim.appearance.passage.as_ref();
    let places = marked.map_or_else(Vec::new, |marked| {
        anchor::places(text.text(), text.index(), &marked.passage.quote)
    });
    match places.as_slice() {
        [place] => Reanchoring::Moved { span: place.span },
        _ => Reanchoring::Gone,
    }
}

/// Says that a claim still says what its changed passage says.
///
/// # Errors
/// When its passage did not change.
pub fn accept(desk: &Desk, actor: Actor, claim: ClaimId) -> Result<ArticleId, DeskError> {
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let found = pen.claim(claim)?;
        let passage = found.appearance.passage.filter(|_| found.drifted);
        let (Some(passage), Some(placed)) = (passage, found.placed) else {
            return Err(DeskError::NotDrifted);
        };
        pen.log(Event::PassageAccepted {
            claim,
            article: passage.article,
            revision: placed.revision,
        })?;
        Ok(passage.article)
    })
}

/// Sets a passage of an article's newest revision aside: it needs no check.
/// Returns the entry that says so, which names it.
///
/// # Errors
/// When the words do not stand there, or stand at several places and `near`
/// does not say which.
pub fn set_aside(
    desk: &Desk,
    actor: Actor,
    (article, quote, near): (ArticleId, String, Option<u64>),
    reason: AsideReason,
) -> Result<EntryIndex, DeskError> {
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let found = find(pen, article)?;
        let text = pen.shelf().text(found.text)?;
        let place = anchor::locate(text.as_str(), text.offsets(), &quote, near)?;
        put_aside(pen, &found, &text, (place.span, reason))
    })
}

/// Sets aside what looks like a heading in an article and what nobody looked
/// at yet, and says how many passages that were.
///
/// # Errors
/// When somebody brought a revision since `seen`: what is set aside is what
/// the page showed.
pub fn set_headings_aside(
    desk: &Desk,
    actor: Actor,
    (article, seen): (ArticleId, u32),
) -> Result<usize, DeskError> {
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let draft = Draft::read(pen, article)?;
        let now = draft.article.revision;
        if now != seen {
            return Err(DeskError::RevisedSince { article, now });
        }
        let room = MOST.saturating_sub(draft.asides.len());
        let headings = draft.headings().into_iter().take(room);
        let mut count = 0;
        for span in headings {
            let apart = (span, AsideReason::Nothing);
            put_aside(pen, &draft.article, &draft.text, apart)?;
            count += 1;
        }
        Ok(count)
    })
}

fn put_aside(
    pen: &Pen<'_, '_>,
    article: &Article,
    text: &ShelvedText,
    (span, reason): (CharSpan, AsideReason),
) -> Result<EntryIndex, DeskError> {
    if let Some(erased) = text.erased() {
        return Err(DeskError::WordsErased { erased });
    }
    let passage = selector::describe(text.as_str(), text.offsets(), span)
        .ok_or(anchor::NotLocated::Nowhere { nearest: None })?;
    let logged = pen.log(Event::PassageSetAside {
        aside: Aside {
            article: article.id,
            revision: article.revision,
            passage,
            reason,
        },
    })?;
    Ok(logged.index)
}

/// Takes a passage up again that was set aside.
///
/// # Errors
/// When no passage of the article was set aside by that entry.
pub fn take_up(
    desk: &Desk,
    actor: Actor,
    (article, aside): (ArticleId, EntryIndex),
) -> Result<(), DeskError> {
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let there = articles::asides(pen, article, MOST)?;
        if there.iter().all(|known| known.entry != aside) {
            return Err(DeskError::NoSuch {
                what: "passage set aside by entry",
                id: aside.get() as i64,
            });
        }
        pen.log(Event::PassageTakenUp { article, aside })?;
        Ok(())
    })
}

fn find(pen: &Pen<'_, '_>, article: ArticleId) -> Result<Article, DeskError> {
    articles::find(pen, article)?.ok_or(DeskError::NoSuch {
        what: "article",
        id: article.get(),
    })
}
