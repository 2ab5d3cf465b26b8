//! `citekeep export`: the desk, or a part of it, as a file.

mod file;
mod format;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::desk::exchange::coding::Coding;
use crate::domain::ids::ClaimId;

use self::format::{Format, Wanted};
use super::{Failure, Ready, output};

/// Write the desk, or a part of it, as a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// What kind of file
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// One claim and what it rests on, instead of the whole desk
    #[arg(long, value_name = "NUMBER", conflicts_with = "published")]
    claim: Option<i64>,
    /// Only what is published, as readers see it
    #[arg(long)]
    published: bool,
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
        let claim = self.claim.map(ClaimId::new).transpose();
        let base = ready.base();
        let wanted = Wanted {
            claim: claim.map_err(|error| Failure::Usage(format!("--claim: {error}")))?,
            published: self.published,
            base: &base,
        };
        self.format.takes(wanted)?;
        let desk = ready.open_existing()?;
        let mut progress = output::Progress::new("claims");
        let mut tell = |done: u64| progress.tell(done, 0);
        let written = file::write(&self.out, self.coding(), |out| {
            self.format.write(&desk, wanted, out, &mut tell)
        });
        progress.end();
        written
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
