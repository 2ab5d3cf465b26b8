//! Claims from a table that somebody brings. A rehearsal tells of every row
//! what would become of it and why; the import judges the rows once more by
//! the same rules and does what it told, in one transaction.
//!
//! A row that looks like a claim of the desk is left out unless somebody says
//! otherwise: likeness is a suggestion, and people decide.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;

use crate::capture::table::{Row, Table};
use crate::domain::citation::Stance;
use crate::domain::claim::Claimant;
use crate::domain::ids::{CitationId, ClaimId, SnapshotId, SourceId};
use crate::domain::person::Deed;
use crate::domain::time::PartialDate;
use crate::domain::words::{Address, Name, Position, Statement};
use crate::store::search::similar;
use crate::store::{Db, snapshots};

use super::super::citations::{self, NewCitation};
use super::super::claims::{self, Made, NewClaim};
use super::super::{Actor, Desk, DeskError};
use super::columns::{Field, Map};

/// How alike wordings must be, in percent, for a row to be left out.
const ALIKE: u8 = 80;

/// What would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It becomes a claim.
    New,
    /// It says what an earlier row says, and adds a citation to its claim.
    More {
        /// The line of that row.
        line: u64,
    },
    /// It says what an earlier row says, and nothing more.
    Repeated {
        /// The line of that row.
        line: u64,
    },
    /// It looks like a claim of the desk.
    Alike {
        /// The claim.
        claim: ClaimId,
        /// Its wording.
        statement: String,
        /// How much of both wordings is the same, in percent.
        share: u8,
    },
    /// Something in it is wrong.
    Bad(Vec<Flaw>),
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What the cell should hold.
    pub field: Field,
    /// What is wrong with it.
    pub reason: String,
}

/// A row with what would become of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The line of the file on which it begins.
    pub line: u64,
    /// Its statement, as it was written.
    pub statement: String,
    /// Its fate.
    pub fate: Fate,
    draft: Option<Draft>,
}

/// What a good row holds.
#[derive(Debug, Clone)]
struct Draft {
    claim: NewClaim,
    citation: Option<(SnapshotId, String, Stance)>,
}

/// A row with what became of it.
#[derive(Debug, Clone)]
pub struct Became {
    /// The row.
    pub row: Judged,
    /// The claim that it opened, or to which it added a citation.
    pub claim: Option<ClaimId>,
    /// The citation that it made.
    pub citation: Option<CitationId>,
}

impl Became {
    /// A row of which nothing came.
    pub const fn nothing(row: Judged) -> Self {
        Self {
            row,
            claim: None,
            citation: None,
        }
    }
}

/// What was made of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Claims that were opened.
    pub claims: usize,
    /// Citations that were made.
    pub citations: usize,
    /// Rows that were left out.
    pub left_out: usize,
}

/// Which of the rows that look like claims of the desk are taken all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alike {
    /// Those on these lines.
    Only(BTreeSet<u64>),
    /// All of them.
    All,
}

impl Alike {
    fn has(&self, line: u64) -> bool {
        match self {
            Self::Only(lines) => lines.contains(&line),
            Self::All => true,
        }
    }
}

/// Tells what would become of every row, and changes nothing.
pub fn rehearse(desk: &Desk, table: &Table, map: &Map) -> Result<Vec<Judged>, DeskError> {
    // What is read so is seen as whoever asks sees it.
    desk.read(|db| judge(db, (table, map), &|_| Ok(())))
}

/// Takes a table in.
pub fn take(
    desk: &Desk,
    actor: Actor,
    (table, map): (Table, Map),
    alike: Alike,
) -> Result<Taken, DeskError> {
    let became = take_telling(desk, actor, (table, map), alike)?;
    let mut taken = Taken::default();
    for row in &became {
        let opens = !matches!(row.row.fate, Fate::More { .. });
        taken.claims += usize::from(row.claim.is_some() && opens);
        taken.citations += usize::from(row.citation.is_some());
        taken.left_out += usize::from(row.claim.is_none());
    }
    Ok(taken)
}

/// Takes a table in, and tells of every row what became of it.
pub fn take_telling(
    desk: &Desk,
    actor: Actor,
    (table, map): (Table, Map),
    alike: Alike,
) -> Result<Vec<Became>, DeskError> {
    actor.must(Deed::Cite)?;
    desk.act(actor, Deed::OpenClaim, move |pen| {
        let mut opened: HashMap<u64, ClaimId> = HashMap::new();
        let mut all = Vec::with_capacity(table.rows.len());
        let may_look = |new: &NewCitation| citations::must_see(pen, new);
        for row in judge(pen, (&table, &map), &may_look)? {
            let mut became = Became::nothing(row);
            let row = &mut became.row;
            became.claim = match row.fate {
                Fate::More { line } => opened.get(&line).copied(),
                Fate::Repeated { .. } | Fate::Bad(_) => None,
                Fate::Alike { .. } if !alike.has(row.line) => None,
                Fate::New | Fate::Alike { .. } => {
                    let new = row.draft.as_ref().map(|draft| draft.claim.clone());
                    let new = new.map(|new| claims::open_with(pen, new)).transpose()?;
                    opened.extend(new.map(|claim| (row.line, claim)));
                    new
                }
            };
            let cited = row.draft.take().and_then(|draft| draft.citation);
            if let (Some(claim), Some((snapshot, quote, stance))) = (became.claim, cited) {
                let new = citation(claim, snapshot, quote, stance);
                became.citation = Some(citations::make_with(pen, &new)?);
            }
            all.push(became);
        }
        Ok(all)
    })
}

fn citation(claim: ClaimId, snapshot: SnapshotId, quote: String, stance: Stance) -> NewCitation {
    NewCitation {
        claim,
        source: None,
        snapshot,
        text: None,
        quote,
        near: None,
        stance,
    }
}

/// Whether words may be looked for.
type MayLook<'l> = &'l dyn Fn(&NewCitation) -> Result<(), DeskError>;

fn judge(
    db: &Db<'_>,
    (table, map): (&Table, &Map),
    may_look: MayLook<'_>,
) -> Result<Vec<Judged>, DeskError> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut judged = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let statement = map.cell(row, Field::Statement).to_owned();
        let mut reading = Reading {
            map,
            row,
            may_look,
            flaws: Vec::new(),
        };
        let draft = reading.draft(db)?;
        let fate = match &draft {
            None => Fate::Bad(reading.flaws),
            Some(draft) => {
                let key = bare(draft.claim.statement.as_str());
                match seen.get(&key) {
                    Some(line) if draft.citation.is_some() => Fate::More { line: *line },
                    Some(line) => Fate::Repeated { line: *line },
                    None => {
                        seen.insert(key, row.line);
                        known(db, &draft.claim.statement)?
                    }
                }
            }
        };
        judged.push(Judged {
            line: row.line,
            statement,
            fate,
            draft,
        });
    }
    Ok(judged)
}

/// Whether the desk has a claim like it.
fn known(db: &Db<'_>, statement: &Statement) -> Result<Fate, DeskError> {
    let found = similar(db, statement.as_str(), None, 1)?;
    let found = found.into_iter().find(|found| found.share >= ALIKE);
    Ok(found.map_or(Fate::New, |found| Fate::Alike {
        claim: found.claim,
        statement: found.statement,
        share: found.share,
    }))
}

/// A wording by which rows are told apart: case and space do not.
fn bare(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// A row that is being read.
struct Reading<'r> {
    map: &'r Map,
    row: &'r Row,
    may_look: MayLook<'r>,
    flaws: Vec<Flaw>,
}

impl Reading<'_> {
    fn draft(&mut self, db: &Db<'_>) -> Result<Option<Draft>, DeskError> {
        let statement = self.parse(Field::Statement, Statement::parse);
        let name = self.parse(Field::Claimant, Name::parse_optional).flatten();
        let role = self.parse(Field::Role, Position::parse_optional).flatten();
        let url = self.parse(Field::Url, Address::parse_optional).flatten();
        let date = self.optional(Field::Date, PartialDate::parse);
        let claimant = match (name, role) {
            (Some(name), role) => Some(Claimant { name, role }),
            (None, Some(_)) => {
                self.bad(Field::Claimant, "a role needs the name of whoever has it");
                None
            }
            (None, None) => None,
        };
        let citation = self.citation(db)?;
        let Some(statement) = statement.filter(|_| self.flaws.is_empty()) else {
            return Ok(None);
        };
        let made = Made {
            passage: None,
            url,
            date,
        };
        let claim = NewClaim {
            statement,
            claimant,
            made,
        };
        Ok(Some(Draft { claim, citation }))
    }

    /// The words that the row cites, which must stand in the snapshot.
    fn citation(&mut self, db: &Db<'_>) -> Result<Option<(SnapshotId, String, Stance)>, DeskError> {
        let quote = self.map.cell(self.row, Field::Quote).to_owned();
        let named = self.optional(Field::Snapshot, str::parse::<SnapshotId>);
        let source = self.optional(Field::Source, str::parse::<SourceId>);
        let stance = self.optional(Field::Stance, str::parse::<Stance>);
        if quote.is_empty() || !self.flaws.is_empty() {
            return Ok(None);
        }
        let newest = match (named, source) {
            (Some(_), _) | (None, None) => None,
            (None, Some(source)) => snapshots::newest(db, source)?,
        };
        let Some(snapshot) = named.or(newest.map(|taken| taken.snapshot.id)) else {
            self.bad(
                Field::Quote,
                "name the snapshot that it stands in, or a source that has one",
            );
            return Ok(None);
        };
        let stance = stance.unwrap_or(Stance::Context);
        let new = citation(ClaimId::FIRST, snapshot, quote.clone(), stance);
        let found = (self.may_look)(&new).and_then(|()| citations::find(db, &new));
        match found {
            Ok(_) => Ok(Some((snapshot, quote, stance))),
            Err(DeskError::Store(error)) => Err(error.into()),
            Err(error) => {
                self.bad(Field::Quote, error);
                Ok(None)
            }
        }
    }

    fn parse<T, E: Display>(
        &mut self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.map.cell(self.row, field)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.bad(field, error);
                None
            }
        }
    }

    fn optional<T, E: Display>(
        &mut self,
        field: Field,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.map.cell(self.row, field).is_empty() {
            return None;
        }
        self.parse(field, parse)
    }

    fn bad(&mut self, field: Field, reason: impl Display) {
        self.flaws.push(Flaw {
            field,
            reason: reason.to_string(),
        });
    }
}
