//! The kinds of files that `citekeep export` writes. A new kind is a case of
//! [`Format`], a line in [`Format::write`], and a line in `wanted.rs`.

use std::io::Write;

use clap::ValueEnum;

use crate::desk::Desk;
use crate::desk::claim_reviews;
use crate::desk::exchange::annotations::{self, Annotated};
use crate::desk::exchange::bibliography;
use crate::desk::exchange::coding::Coding;
use crate::desk::exchange::corrections as register;
use crate::desk::exchange::feeds::{self, Place};
use crate::desk::exchange::outgoing::{self, Scope};
use crate::desk::exchange::stream;
use crate::desk::exchange::tables::{Kind, Of as TableOf, Table};
use crate::desk::exchange::warc::{Format as Captured, Of as CapturesOf, Plan};
use crate::domain::ids::PersonId;
use crate::export::csv::BOM;
use crate::export::record::Holds;
use crate::export::warc::Packing;
use crate::store::register::Filter;
use crate::store::{public, queue};
use crate::web;

use super::Failure;
use super::wanted::{Of, Wanted};

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
    /// Corrections as a table, one row each
    CorrectionsCsv,
    /// Sources for TeX
    Bibtex,
    /// Sources for reference managers
    CslJson,
    /// Published verdicts as search engines read them, one or all
    ClaimReview,
    /// The newest publications and corrections for feed readers
    Atom,
    /// The same as JSON Feed
    JsonFeed,
    /// What lies over an article or a snapshot, as W3C Web Annotation
    Annotations,
    /// The same as Hypothesis has it
    Hypothesis,
    /// An article with its notes and sources, one file that opens anywhere
    DraftHtml,
    /// What an assessment by the IFCN asks for, one file that opens anywhere
    Assessment,
    /// The same as JSON
    AssessmentJson,
    /// Captures with their texts, as WARC 1.1; with .gz each record is made smaller
    Warc,
    /// The same as WACZ, which ReplayWeb.page opens
    Wacz,
}

/// Hears how many claims are done.
type Tell<'t> = &'t mut dyn FnMut(u64);

impl Format {
    /// What it is called on the command line.
    pub(super) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Whether a file of this kind is made smaller in a way of its own: the
    /// records of a WARC are compressed one by one.
    pub(super) fn packs_itself(self, coding: Coding) -> bool {
        self == Self::Warc && coding == Coding::Gzip
    }

    /// Writes a file of this kind, of what [`Wanted::check`] let pass.
    pub(super) fn write(
        self,
        desk: &Desk,
        wanted: Wanted<'_>,
        out: &mut dyn Write,
        tell: Tell<'_>,
    ) -> Result<(), Failure> {
        match self {
            Self::Json => outgoing::write(desk, scope(wanted.of), out, tell)?,
            Self::Ndjson => stream::write(desk, holds(wanted.of), out, tell)?,
            Self::ClaimsCsv => table(desk, Kind::Claims, wanted, (out, tell))?,
            Self::CitationsCsv => table(desk, Kind::Citations, wanted, (out, tell))?,
            Self::CorrectionsCsv => corrections(desk, wanted, out)?,
            Self::Bibtex => sources(desk, bibliography::Format::Bibtex, wanted.of, out)?,
            Self::CslJson => sources(desk, bibliography::Format::Csl, wanted.of, out)?,
            Self::ClaimReview => reviews(desk, wanted, out, tell)?,
            Self::Atom => feed(desk, feeds::Format::Atom, wanted, out)?,
            Self::JsonFeed => feed(desk, feeds::Format::Json, wanted, out)?,
            Self::Annotations => {
                let written = annotated(desk, wanted)?.w3c(wanted.page);
                let none = || Failure::Usage("--page: there is no such page".to_owned());
                out.write_all(written.ok_or_else(none)?.as_bytes())?;
            }
            Self::Hypothesis => out.write_all(&annotated(desk, wanted)?.hypothesis())?,
            Self::Assessment => {
                let html = web::assessment_file(desk, wanted.base, wanted.span(desk.now()))?;
                out.write_all(html.as_bytes())?;
            }
            Self::AssessmentJson => {
                let json = web::assessment_json(desk, wanted.base, wanted.span(desk.now()))?;
                out.write_all(json.as_bytes())?;
            }
            Self::DraftHtml => {
                if let Of::Article(article) = wanted.of {
                    out.write_all(web::draft_file(desk, article)?.as_bytes())?;
                }
            }
            Self::Warc if wanted.gzip => {
                captures(desk, wanted, Captured::Warc(Packing::Gzip), out)?
            }
            Self::Warc => captures(desk, wanted, Captured::Warc(Packing::Plain), out)?,
            Self::Wacz => captures(desk, wanted, Captured::Wacz, out)?,
        }
        Ok(())
    }
}

const fn scope(of: Of) -> Scope {
    match of {
        Of::Claim(claim) => Scope::Claim(claim),
        _ => Scope::Desk,
    }
}

const fn holds(of: Of) -> Holds {
    match of {
        Of::Published => Holds::Published,
        _ => Holds::Desk,
    }
}

fn table(
    desk: &Desk,
    kind: Kind,
    wanted: Wanted<'_>,
    (out, tell): (&mut dyn Write, Tell<'_>),
) -> Result<(), Failure> {
    let of = match wanted.of {
        Of::Published => TableOf::Published(public::Filter::default()),
        Of::Claim(claim) => TableOf::Claim(claim),
        Of::PublishedClaim(claim) => TableOf::PublishedClaim(claim),
        _ => TableOf::Queue(queue::Filter {
            queue: queue::Queue::All,
            ..queue::Filter::of(PersonId::FIRST, desk.now())
        }),
    };
    let mut table = Table::new(kind, of, wanted.base);
    if wanted.bom {
        out.write_all(BOM.as_bytes())?;
    }
    while let Some(part) = table.next(desk)? {
        out.write_all(&part)?;
        tell(table.done());
    }
    Ok(())
}

fn corrections(desk: &Desk, wanted: Wanted<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut table = register::Table::new(Filter::default(), wanted.base);
    if wanted.bom {
        out.write_all(BOM.as_bytes())?;
    }
    while let Some(part) = table.next(desk)? {
        out.write_all(&part)?;
    }
    Ok(())
}

fn sources(
    desk: &Desk,
    format: bibliography::Format,
    of: Of,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let of = match of {
        Of::Claim(claim) => bibliography::Of::Claim(claim),
        Of::PublishedClaim(claim) => bibliography::Of::Published(claim),
        Of::Article(article) => bibliography::Of::Article(article),
        _ => bibliography::Of::Desk,
    };
    let mut list = bibliography::List::new(format, of);
    while let Some(part) = list.next(desk)? {
        out.write_all(&part)?;
    }
    Ok(())
}

/// The review of one claim, or the whole feed of them.
fn reviews(
    desk: &Desk,
    wanted: Wanted<'_>,
    out: &mut dyn Write,
    tell: Tell<'_>,
) -> Result<(), Failure> {
    let (Of::Claim(claim) | Of::PublishedClaim(claim)) = wanted.of else {
        return Ok(claim_reviews::write(desk, wanted.base, out, tell)?);
    };
    let written = claim_reviews::file(desk, wanted.base, claim)?;
    let gone = || {
        let words = format!(
            "the desk took its verdict on claim {claim} back, so there is no review of it; \
             without --claim the file tells when"
        );
        Failure::Usage(words)
    };
    Ok(out.write_all(written.ok_or_else(gone)?.as_bytes())?)
}

fn feed(
    desk: &Desk,
    format: feeds::Format,
    wanted: Wanted<'_>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let place = wanted.before.unwrap_or(Place::FIRST);
    let written = format.write(desk, place, wanted.base)?;
    Ok(out.write_all(&written)?)
}

fn captures(
    desk: &Desk,
    wanted: Wanted<'_>,
    format: Captured,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let of = match wanted.of {
        Of::Snapshot(snapshot) => CapturesOf::Snapshot(snapshot),
        Of::Source(source) => CapturesOf::Source(source),
        Of::Claim(claim) => CapturesOf::Claim(claim),
        _ => {
            let words = "name a snapshot, a source or a claim whose captures are wanted";
            return Err(Failure::Usage(words.to_owned()));
        }
    };
    Ok(Plan::new(desk, of)?.write(desk, format, out)?)
}

fn annotated(desk: &Desk, wanted: Wanted<'_>) -> Result<Annotated, Failure> {
    match wanted.of {
        Of::Article(article) => Ok(annotations::of_article(desk, article, wanted.base)?),
        Of::Snapshot(snapshot) => Ok(annotations::of_snapshot(desk, snapshot, wanted.base)?),
        _ => Err(Failure::Usage(
            "name an article or a snapshot whose text is annotated".to_owned(),
        )),
    }
}
