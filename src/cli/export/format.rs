//! The kinds of files that `citekeep export` writes. A new kind is a case of
//! [`Format`], and a line in each of the two functions below it.

use std::io::Write;

use clap::ValueEnum;

use crate::desk::Desk;
use crate::desk::exchange::bibliography;
use crate::desk::exchange::outgoing::{self, Scope};
use crate::desk::exchange::stream;
use crate::desk::exchange::tables::{Kind, Of, Table};
use crate::domain::ids::{ClaimId, PersonId};
use crate::export::record::Holds;
use crate::store::{public, queue};

use super::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The format of docs/json.md, which `import` reads
    Json,
    /// One record a line, for a desk of any size
    Ndjson,
    /// Claims as a table, one row each
    ClaimsCsv,
    /// Citations as a table, one row each
    CitationsCsv,
    /// Sources for TeX
    Bibtex,
    /// Sources for reference managers
    CslJson,
}

/// What of the desk is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// One claim, instead of everything.
    pub(super) claim: Option<ClaimId>,
    /// What is published, instead of everything.
    pub(super) published: bool,
    /// The desk's address, for those files that name public pages.
    pub(super) base: &'a str,
}

impl Format {
    /// Whether this kind of file can hold what is wanted: with --claim, with
    /// --published.
    pub(super) fn takes(self, wanted: Wanted<'_>) -> Result<(), Failure> {
        let (one, published) = match self {
            Self::Json => (true, false),
            Self::Ndjson => (false, true),
            Self::ClaimsCsv | Self::CitationsCsv => (true, true),
            Self::Bibtex | Self::CslJson => (true, false),
        };
        let name = self.to_possible_value();
        let name = name.as_ref().map_or("this", |name| name.get_name());
        let refused = |option: &str| {
            let words = format!("{option} does not go with --format {name}");
            Err(Failure::Usage(words))
        };
        match wanted {
            Wanted { claim: Some(_), .. } if !one => refused("--claim"),
            Wanted {
                published: true, ..
            } if !published => refused("--published"),
            _ => Ok(()),
        }
    }

    /// Writes a file of this kind; `tell` hears how many claims are done.
    pub(super) fn write(
        self,
        desk: &Desk,
        wanted: Wanted<'_>,
        out: &mut dyn Write,
        tell: &mut dyn FnMut(u64),
    ) -> Result<(), Failure> {
        match self {
            Self::Json => {
                let scope = wanted.claim.map_or(Scope::Desk, Scope::Claim);
                outgoing::write(desk, scope, out, tell)?;
            }
            Self::Ndjson if wanted.published => {
                stream::write(desk, Holds::Published, out, tell)?;
            }
            Self::Ndjson => stream::write(desk, Holds::Desk, out, tell)?,
            Self::ClaimsCsv => table(desk, Kind::Claims, wanted, (out, tell))?,
            Self::CitationsCsv => table(desk, Kind::Citations, wanted, (out, tell))?,
            Self::Bibtex => sources(desk, bibliography::Format::Bibtex, wanted, out)?,
            Self::CslJson => sources(desk, bibliography::Format::Csl, wanted, out)?,
        }
        Ok(())
    }
}

fn table(
    desk: &Desk,
    kind: Kind,
    wanted: Wanted<'_>,
    (out, tell): (&mut dyn Write, &mut dyn FnMut(u64)),
) -> Result<(), Failure> {
    let of = match wanted {
        Wanted {
            claim: None,
            published: true,
            ..
        } => Of::Published(public::Filter::default()),
        Wanted {
            claim: Some(claim), ..
        } => Of::Claim(claim),
        _ => Of::Queue(queue::Filter {
            queue: queue::Queue::All,
            ..queue::Filter::of(PersonId::FIRST, desk.now())
        }),
    };
    let mut table = Table::new(kind, of, wanted.base);
    while let Some(part) = table.next(desk)? {
        out.write_all(&part)?;
        tell(table.done());
    }
    Ok(())
}

fn sources(
    desk: &Desk,
    format: bibliography::Format,
    wanted: Wanted<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let of = wanted
        .claim
        .map_or(bibliography::Of::Desk, bibliography::Of::Claim);
    let mut list = bibliography::List::new(format, of);
    while let Some(part) = list.next(desk)? {
        out.write_all(&part)?;
    }
    Ok(())
}
