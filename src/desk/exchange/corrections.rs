//! The register of corrections as a table, a part at a time.

use crate::domain::ids::CorrectionId;
use crate::export::csv::{self, CorrectionRow, Words};
use crate::store::register::{self, Change, Filter};

use super::super::{Desk, DeskError};

/// How many corrections are read at a time.
const CHUNK: usize = 500;

/// Where the next part begins.
#[derive(Debug, Clone, Copy)]
enum Place {
    Start,
    Before(CorrectionId),
    End,
}

/// A table of corrections that is being written, the newest first.
#[derive(Debug)]
pub struct Table {
    filter: Filter,
    base: String,
    place: Place,
}

impl Table {
    /// Begins a table; `base` is the desk's address without a final slash.
    pub fn new(filter: Filter, base: &str) -> Self {
        Self {
            filter,
            base: base.to_owned(),
            place: Place::Start,
        }
    }

    /// Writes the next part of the table: the names of its columns and some
    /// rows first, then more rows; nothing at its end.
    pub fn next(&mut self, desk: &Desk) -> Result<Option<Vec<u8>>, DeskError> {
        let (mut part, before) = match self.place {
            Place::End => return Ok(None),
            Place::Start => (csv::head::<CorrectionRow>(), None),
            Place::Before(correction) => (Vec::new(), Some(correction)),
        };
        let found = desk.read(|db| Ok(register::list(db, &self.filter, before, CHUNK)?))?;
        let last = found.last().filter(|_| found.len() == CHUNK);
        self.place = last.map_or(Place::End, |last| Place::Before(last.id));
        let rows: Vec<CorrectionRow> = found.into_iter().map(|one| self.row(one)).collect();
        part.extend(csv::rows(&rows));
        Ok(Some(part))
    }

    fn row(&self, change: Change) -> CorrectionRow {
        let url = format!("{}/published/{}", self.base, change.claim);
        CorrectionRow {
            correction: change.id.get(),
            entry: change.entry.get(),
            at: Some(change.at),
            kind: change.kind.as_str(),
            note: Words::new(change.note),
            corrected_by: Words::maybe(change.who),
            claim: change.claim.get(),
            statement: Words::new(change.statement),
            published_rating: Words::new(change.rating),
            published_at: Some(change.published_at),
            published_entry: change.published_entry.get(),
            next_rating: Words::maybe(change.next.as_ref().map(|next| next.rating.clone())),
            next_at: change.next.as_ref().map(|next| next.at),
            next_entry: change.next.map(|next| next.entry.get()),
            url: Words::new(url),
        }
    }
}
