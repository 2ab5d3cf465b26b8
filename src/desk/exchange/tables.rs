//! Claims and citations as tables, a batch of claims at a time: whoever writes
//! a table holds no transaction and no more than one batch in memory, however
//! many claims there are and however slowly they are taken. A claim that
//! changes meanwhile is in the table as it was when its batch was read.

mod facts;

use crate::domain::ids::{ClaimId, PublicationId};
use crate::export::csv::{self, CitationRow, ClaimRow};
use crate::store::queue::{self, Key, Order};
use crate::store::{Db, public};

use self::facts::{Facts, Subject};
use super::super::{Desk, DeskError};

/// How many claims are read at a time.
const CHUNK: usize = 200;

/// Which of the two tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One row a claim.
    Claims,
    /// One row a citation.
    Citations,
}

/// Whose claims a table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Those of a queue, by number.
    Queue(queue::Filter),
    /// One claim.
    Claim(ClaimId),
    /// What is published, the newest first.
    Published(public::Filter),
    /// What is published of one claim.
    PublishedClaim(ClaimId),
}

/// Where the next batch begins.
#[derive(Debug, Clone, Copy)]
enum Place {
    Start,
    After(Key),
    Before(PublicationId),
    End,
}

/// A table that is being written.
#[derive(Debug)]
pub struct Table {
    kind: Kind,
    of: Of,
    base: String,
    place: Place,
    done: u64,
}

impl Table {
    /// Begins a table; `base` is the desk's address without a final slash.
    pub fn new(kind: Kind, of: Of, base: &str) -> Self {
        Self {
            kind,
            of,
            base: base.to_owned(),
            place: Place::Start,
            done: 0,
        }
    }

    /// How many claims are in it so far.
    pub const fn done(&self) -> u64 {
        self.done
    }

    /// Writes the next part of the table: the names of its columns and a batch
    /// of rows first, then a batch at a time; nothing at its end.
    ///
    /// # Errors
    /// When cited words do not stand in their text, or there is no such claim.
    pub fn next(&mut self, desk: &Desk) -> Result<Option<Vec<u8>>, DeskError> {
        let mut part = match (self.place, self.kind) {
            (Place::End, _) => return Ok(None),
            (Place::Start, Kind::Claims) => csv::head::<ClaimRow>(),
            (Place::Start, Kind::Citations) => csv::head::<CitationRow>(),
            _ => Vec::new(),
        };
        let (rows, place, count) = desk.read(|db| {
            let (subjects, place) = self.batch(db)?;
            Ok((self.rows(db, &subjects)?, place, subjects.len()))
        })?;
        self.done += count as u64;
        self.place = place;
        part.extend(rows);
        Ok(Some(part))
    }

    fn batch(&self, db: &Db<'_>) -> Result<(Vec<Subject>, Place), DeskError> {
        match &self.of {
            Of::Queue(filter) => {
                let after = match self.place {
                    Place::After(key) => Some(key),
                    _ => None,
                };
                let found = queue::list(db, filter, Order::Number, after, CHUNK)?;
                let last = found.last().filter(|_| found.len() == CHUNK);
                let place = last.map_or(Place::End, |last| Place::After(last.key));
                let claims = found.into_iter().map(|waiting| waiting.claim).collect();
                Ok((facts::inside(db, claims)?, place))
            }
            Of::Published(filter) => {
                let before = match self.place {
                    Place::Before(publication) => Some(publication),
                    _ => None,
                };
                let found = public::list(db, filter, before, CHUNK)?;
                let last = found.last().filter(|_| found.len() == CHUNK);
                let place = last.map_or(Place::End, |last| Place::Before(last.id));
                Ok((facts::outside(db, found)?, place))
            }
            Of::Claim(claim) => {
                let found = crate::store::claims::find(db, *claim)?;
                let found = found.ok_or_else(|| no_such("claim", *claim))?;
                Ok((facts::inside(db, vec![found])?, Place::End))
            }
            Of::PublishedClaim(claim) => {
                let found = public::find(db, *claim)?;
                let found = found.ok_or_else(|| no_such("published claim", *claim))?;
                Ok((facts::outside(db, vec![found])?, Place::End))
            }
        }
    }

    fn rows(&self, db: &Db<'_>, subjects: &[Subject]) -> Result<Vec<u8>, DeskError> {
        let facts = Facts::read(db, subjects, &self.base)?;
        Ok(match self.kind {
            Kind::Claims => {
                let rows = subjects.iter().map(|subject| facts.claim(subject));
                csv::rows(&rows.collect::<Vec<_>>())
            }
            Kind::Citations => {
                let all = subjects.iter();
                let rows = all.flat_map(|subject| facts.citations(subject));
                csv::rows(&rows.collect::<Vec<_>>())
            }
        })
    }
}

fn no_such(what: &'static str, claim: ClaimId) -> DeskError {
    DeskError::NoSuch {
        what,
        id: claim.get(),
    }
}
