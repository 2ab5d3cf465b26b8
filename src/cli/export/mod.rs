//! `citekeep export`: the desk, or a part of it, as a file.

pub(super) mod file;
mod format;
mod wanted;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::desk::exchange::coding::Coding;
use crate::desk::exchange::feeds::Place;
use crate::domain::ids::{ArticleId, ClaimId, SnapshotId, SourceId};
use crate::domain::time::PartialDate;

use self::format::Format;
use self::wanted::{Of, Wanted};
use super::{Failure, Ready, output};

/// Write the desk, or a part of it, as a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// What kind of file
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// One claim and what it rests on, instead of the whole desk
    #[arg(long, value_name = "NUMBER", group = "one")]
    claim: Option<ClaimId>,
    /// One article
    #[arg(
        long,
        value_name = "NUMBER",
        group = "one",
        conflicts_with = "published"
    )]
    article: Option<ArticleId>,
    /// One snapshot
    #[arg(
        long,
        value_name = "NUMBER",
        group = "one",
        conflicts_with = "published"
    )]
    snapshot: Option<SnapshotId>,
    /// One source
    #[arg(
        long,
        value_name = "NUMBER",
        group = "one",
        conflicts_with = "published"
    )]
    source: Option<SourceId>,
    /// Only what is published, as readers see it
    #[arg(long)]
    published: bool,
    /// A page of annotations, counted from 0, instead of the whole with the first
    #[arg(long, value_name = "NUMBER")]
    page: Option<usize>,
    /// An older part of a feed: the place in the address of its next page
    #[arg(long, value_name = "PLACE")]
    before: Option<Place>,
    /// The first day of an assessment: 2026, 2026-01 or 2026-01-31
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    from: Option<PartialDate>,
    /// The last day of an assessment
    #[arg(long, value_name = "DATE", value_parser = PartialDate::parse)]
    until: Option<PartialDate>,
    /// Begin a table with a byte order mark, which Excel needs
    #[arg(long)]
    bom: bool,
    /// Where to write it; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Make it smaller; a FILE that ends in .gz or .zst is made smaller anyway
    #[arg(long, value_enum)]
    compress: Option<Compress>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Compress {
    /// gzip, which everything reads
    Gzip,
    /// Zstandard, which is quicker and smaller
    Zstd,
}

impl Export {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let base = ready.base();
        let wanted = Wanted {
            of: self.of(),
            gzip: matches!(self.coding(), Some(Coding::Gzip)),
            page: self.page,
            before: self.before,
            days: (self.from.as_ref(), self.until.as_ref()),
            bom: self.bom,
            base: &base,
        };
        wanted.check(self.format)?;
        let desk = ready.open_existing()?;
        let mut progress = output::Progress::new("claims");
        let mut tell = |done: u64| progress.tell(done, 0);
        let coding = self
            .coding()
            .filter(|coding| !self.format.packs_itself(*coding));
        let written = file::write(&self.out, coding, |out| {
            self.format.write(&desk, wanted, out, &mut tell)
        });
        progress.end();
        written
    }

    const fn of(&self) -> Of {
        match (self.claim, self.article, self.snapshot, self.source) {
            (Some(claim), ..) if self.published => Of::PublishedClaim(claim),
            (Some(claim), ..) => Of::Claim(claim),
            (None, Some(article), ..) => Of::Article(article),
            (None, None, Some(snapshot), _) => Of::Snapshot(snapshot),
            (None, None, None, Some(source)) => Of::Source(source),
            (None, None, None, None) if self.published => Of::Published,
            (None, None, None, None) => Of::Desk,
        }
    }

    fn coding(&self) -> Option<Coding> {
        let ending = self.out.extension().and_then(|ending| ending.to_str());
        match (self.compress, ending) {
            (Some(Compress::Gzip), _) | (None, Some("gz")) => Some(Coding::Gzip),
            (Some(Compress::Zstd), _) | (None, Some("zst")) => Some(Coding::Zstd),
            (None, _) => None,
        }
    }
}
