//! What feeds tell, a page at a time, read at one moment.

use std::str::FromStr;

use crate::domain::ids::EntryIndex;
use crate::domain::time::Timestamp;
use crate::export::feed::{self, Entry, Feed, Kind, atom, json};
use crate::store::feeds::{self as rows, Told};
use crate::store::register::{self, Change};
use crate::store::{Db, StoreError, log, people};

use super::super::{Desk, DeskError};

/// How many entries a page has.
pub const PAGE: usize = 50;

/// Where a page begins: before this publication and before this correction,
/// by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    publication: i64,
    correction: i64,
}

impl Place {
    /// The newest of all.
    pub const FIRST: Self = Self {
        publication: i64::MAX,
        correction: i64::MAX,
    };
}

/// A text that is not a place in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in the feed looks like 120-14; take the address of the next page from the feed")]
pub struct BadPlace;

impl FromStr for Place {
    type Err = BadPlace;

    fn from_str(text: &str) -> Result<Self, BadPlace> {
        let (publication, correction) = text.split_once('-').ok_or(BadPlace)?;
        let number = |text: &str| text.parse().ok().filter(|n| *n >= 1).ok_or(BadPlace);
        Ok(Self {
            publication: number(publication)?,
            correction: number(correction)?,
        })
    }
}

/// Where a feed can be found.
#[derive(Debug, Clone, Copy)]
pub struct Addresses<'a> {
    /// The desk's address, without a final slash.
    pub base: &'a str,
    /// The feed's path.
    pub path: &'a str,
}

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As Atom.
    Atom,
    /// As JSON Feed.
    Json,
}

impl Format {
    /// What such a file is called on the wire.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Atom => atom::MEDIA_TYPE,
            Self::Json => json::MEDIA_TYPE,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Atom => "/feed.atom",
            Self::Json => "/feed.json",
        }
    }

    /// Writes a page of the feed; `base` is the desk's address without a final
    /// slash.
    pub fn write(self, desk: &Desk, place: Place, base: &str) -> Result<Vec<u8>, DeskError> {
        let path = self.path();
        let feed = page(desk, place, Addresses { base, path })?;
        Ok(match self {
            Self::Atom => atom::write(&feed),
            Self::Json => json::write(&feed),
        })
    }
}

/// Reads a page of the feed.
pub fn page(desk: &Desk, place: Place, at: Addresses<'_>) -> Result<Feed, DeskError> {
    let title = desk.sheet().name.to_string();
    desk.read(|db| {
        let tag = Tag::read(db)?;
        let mut told = Vec::new();
        for one in rows::publications(db, place.publication, PAGE + 1)? {
            told.push(published(&one, &tag, at.base));
        }
        let correction = place.correction.try_into().ok();
        for one in register::list(db, &register::Filter::default(), correction, PAGE + 1)? {
            told.push(corrected(&one, &tag, at.base));
        }
        // Both lists are by their moments already; of one moment, what was
        // corrected comes after what corrects it.
        told.sort_by_key(|(entry, is_correction, _)| {
            std::cmp::Reverse((entry.published, *is_correction))
        });
        let more = told.len() > PAGE;
        told.truncate(PAGE);
        let next = more.then(|| follow(place, &told));
        let first = format!("{}{}", at.base, at.path);
        let here =
            |place: Place| format!("{first}?before={}-{}", place.publication, place.correction);
        let entries: Vec<Entry> = told.into_iter().map(|(entry, ..)| entry).collect();
        let newest = entries.iter().map(|entry| entry.updated).max();
        Ok(Feed {
            id: tag.name("feed"),
            title: format!("{title}: fact checks"),
            author: title,
            home: format!("{}/published", at.base),
            here: if place == Place::FIRST {
                first.clone()
            } else {
                here(place)
            },
            next: next.map(here),
            updated: newest.unwrap_or(tag.opened),
            entries,
            first,
        })
    })
}

/// An entry, whether it is a correction, and its number.
type Numbered = (Entry, bool, i64);

/// The place after the last of these entries.
fn follow(from: Place, told: &[Numbered]) -> Place {
    let last = |wanted: bool| {
        let these = told.iter().filter(move |(_, is, _)| *is == wanted);
        these.map(|(.., number)| *number).min()
    };
    Place {
        publication: last(false).unwrap_or(from.publication),
        correction: last(true).unwrap_or(from.correction),
    }
}

/// The beginning of every name.
struct Tag {
    start: String,
    opened: Timestamp,
}

impl Tag {
    fn read(db: &Db<'_>) -> Result<Self, DeskError> {
        let desk = people::desk(db)?.ok_or(DeskError::NoDesk)?;
        let first = log::find(db, EntryIndex::new(0))?.and_then(|entry| entry.body);
        let first = first.ok_or_else(|| StoreError::corrupt("first entry", "it is not there"))?;
        let opened = log::decode(&first)?.at;
        Ok(Self {
            start: feed::tag(desk.origin(), opened),
            opened,
        })
    }

    fn name(&self, rest: &str) -> String {
        format!("{}{rest}", self.start)
    }

    fn publication(&self, number: i64) -> String {
        self.name(&format!("publications/{number}"))
    }
}

fn published(told: &Told, tag: &Tag, base: &str) -> Numbered {
    let entry = Entry {
        id: tag.publication(told.id.get()),
        url: format!("{base}/published/{}", told.claim),
        kind: Kind::Verdict {
            retracted: told.retracted,
            corrected: told.corrected.is_some(),
        },
        statement: told.verdict.statement.to_string(),
        claimant: told.claimant.as_ref().map(|by| by.name.to_string()),
        rating: told.verdict.rating.label.to_string(),
        words: told.verdict.rationale.to_string(),
        by: told.reviewer.clone(),
        published: told.at,
        updated: told.corrected.map_or(told.at, |at| at.max(told.at)),
    };
    (entry, false, told.id.get())
}

fn corrected(change: &Change, tag: &Tag, base: &str) -> Numbered {
    let entry = Entry {
        id: tag.name(&format!("corrections/{}", change.id)),
        url: format!("{base}/published/{}", change.claim),
        kind: Kind::Correction {
            kind: change.kind.as_str(),
            corrects: tag.publication(change.publication.get()),
        },
        statement: change.statement.clone(),
        claimant: None,
        rating: change.rating.clone(),
        words: change.note.clone(),
        by: change.who.clone(),
        published: change.at,
        updated: change.at,
    };
    (entry, true, change.id.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_two_numbers() {
        assert_eq!(
            "120-14".parse(),
            Ok(Place {
                publication: 120,
                correction: 14
            })
        );
        for bad in ["", "120", "120-", "a-b", "-1-2", "1-2-3"] {
            assert_eq!(bad.parse::<Place>(), Err(BadPlace), "{bad}");
        }
    }
}
