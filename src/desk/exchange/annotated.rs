//! Annotations of others as citations. Each quote is looked for in a snapshot
//! that somebody chose, as any quote is: letter by letter, or in other
//! typography, and never approximately. Which claim it is cited for, and what
//! it does to that claim, people say.

use crate::capture::hypothesis::Annotation;
use crate::domain::citation::{FoundBy, QUOTE_LIMIT, Stance};
use crate::domain::ids::{ClaimId, SnapshotId, TextId};
use crate::domain::person::Deed;
use crate::domain::span::CharSpan;
use crate::store::shelf::ShelvedText;
use crate::store::{Db, snapshots};
use crate::text::anchor::{Located, places_near};
use crate::text::find::Searchable;
use crate::text::fold::Folded;
use crate::text::normalise::normalise;
use crate::text::utf16::Utf16Index;

use super::super::citations::{self, NewCitation, readable};
use super::super::{Actor, Desk, DeskError};

/// What became of an annotation's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They stand there.
    Found {
        /// Where, in code points.
        span: CharSpan,
        /// How they were found.
        by: FoundBy,
    },
    /// They stand at so many places, and nothing tells which is meant.
    Several(usize),
    /// They do not stand there.
    Nowhere,
    /// They are too long to be cited, or there are none.
    Unfit,
}

/// An annotation with what became of its words.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The annotation.
    pub annotation: Annotation,
    /// What became of it.
    pub fate: Fate,
}

/// What somebody says an annotation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The number of the annotation.
    pub number: usize,
    /// The claim that it is cited for.
    pub claim: ClaimId,
    /// What it does to the claim.
    pub stance: Stance,
}

/// Tells of every annotation where its words stand, and changes nothing.
pub fn rehearse(
    desk: &Desk,
    snapshot: SnapshotId,
    annotations: Vec<Annotation>,
) -> Result<Vec<Judged>, DeskError> {
    desk.read(|db| Ok(judge(db, snapshot, annotations)?.1))
}

/// Cites the annotations that somebody chose a claim for, all of them or none;
/// returns how many.
pub fn take(
    desk: &Desk,
    actor: Actor,
    snapshot: SnapshotId,
    annotations: Vec<Annotation>,
    choices: Vec<Choice>,
) -> Result<usize, DeskError> {
    desk.act(actor, Deed::Cite, move |pen| {
        // Before any words are looked for: which of them are cited would be told.
        if let Some(taken) = snapshots::find(pen, snapshot)? {
            pen.must_see(taken.snapshot.source)?;
        }
        let (text, judged) = judge(pen, snapshot, annotations)?;
        let mut made = 0;
        for choice in choices {
            let row = judged
                .iter()
                .find(|row| row.annotation.number == choice.number);
            let Some(Fate::Found { span, .. }) = row.map(|row| row.fate) else {
                continue;
            };
            let quote = text.words.slice(span).unwrap_or_default().to_owned();
            let new = NewCitation {
                claim: choice.claim,
                source: None,
                snapshot,
                text: Some(text.id),
                quote,
                near: Some(span.start()),
                stance: choice.stance,
            };
            citations::make_with(pen, &new)?;
            made += 1;
        }
        Ok(made)
    })
}

/// The text that quotes are looked for in.
struct Read {
    id: TextId,
    words: std::sync::Arc<ShelvedText>,
}

fn judge(
    db: &Db<'_>,
    snapshot: SnapshotId,
    annotations: Vec<Annotation>,
) -> Result<(Read, Vec<Judged>), DeskError> {
    let (_, text) = readable(db, snapshot)?;
    let words = db.shelf().text(text.hash)?;
    let reading = Searchable::new(words.as_str(), words.offsets());
    let units = Utf16Index::new(words.as_str());
    let judged = annotations.into_iter().map(|annotation| {
        let fate = fate(&words, &reading, &units, &annotation);
        Judged { annotation, fate }
    });
    let judged = judged.collect();
    drop(reading);
    Ok((Read { id: text.id, words }, judged))
}

fn fate(
    text: &ShelvedText,
    reading: &Searchable<'_>,
    units: &Utf16Index,
    annotation: &Annotation,
) -> Fate {
    let quote = normalise(&annotation.exact);
    let quote = quote.trim();
    if quote.is_empty() || quote.chars().count() as u64 > QUOTE_LIMIT {
        return Fate::Unfit;
    }
    let places = places_near(reading, quote, None);
    let found = |place: &Located| Fate::Found {
        span: place.span,
        by: place.found,
    };
    match places.as_slice() {
        [] => Fate::Nowhere,
        [only] => found(only),
        many => match meant(text, many, units, annotation) {
            Some(place) => found(place),
            None => Fate::Several(many.len()),
        },
    }
}

/// The one of several places whose surroundings are the annotation's, or else
/// the one that begins just where the annotation says.
fn meant<'p>(
    text: &ShelvedText,
    places: &'p [Located],
    units: &Utf16Index,
    annotation: &Annotation,
) -> Option<&'p Located> {
    let only = |fits: &dyn Fn(&&Located) -> bool| {
        let mut fitting = places.iter().filter(fits);
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    };
    let bare = |words: &str| {
        Folded::new(words)
            .as_str()
            .split_whitespace()
            .collect::<String>()
    };
    let (before, after) = (bare(&annotation.prefix), bare(&annotation.suffix));
    let is_told = !before.is_empty() || !after.is_empty();
    let around = |place: &&Located| {
        let bytes = text.offsets().byte_span(text.as_str(), place.span);
        bytes.is_some_and(|bytes| {
            let (left, right) = (&text.as_str()[..bytes.start], &text.as_str()[bytes.end..]);
            ends_with(left, &before, &bare) && begins_with(right, &after, &bare)
        })
    };
    let by_words = is_told.then(|| only(&around)).flatten();
    by_words.or_else(|| {
        let start = units.char_at(annotation.start?)?;
        only(&|place| place.span.start() == start)
    })
}

/// How many characters for each one of the annotation's are looked at: white
/// space and soft hyphens do not count.
const SLACK: usize = 4;

fn ends_with(text: &str, end: &str, bare: &impl Fn(&str) -> String) -> bool {
    let most = end.chars().count() * SLACK + 1;
    let from = text.char_indices().rev().take(most).last();
    bare(&text[from.map_or(text.len(), |(at, _)| at)..]).ends_with(end)
}

fn begins_with(text: &str, start: &str, bare: &impl Fn(&str) -> String) -> bool {
    let most = start.chars().count() * SLACK + 1;
    let to = text.char_indices().nth(most);
    bare(&text[..to.map_or(text.len(), |(at, _)| at)]).starts_with(start)
}
