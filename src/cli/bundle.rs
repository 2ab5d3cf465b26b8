//! `citekeep bundle`: the evidence of a claim as one file.

use std::io;
use std::path::PathBuf;

use clap::Args;

use crate::desk::exchange::bundle::{self, Kind};
use crate::domain::ids::ClaimId;
use crate::store::Db;
use crate::web;

use super::export::file;
use super::{Failure, Ready, output};

/// Write the evidence bundle of a claim, one file that proves itself.
#[derive(Debug, Args)]
pub(super) struct Bundle {
    /// The claim
    #[arg(value_name = "CLAIM")]
    claim: ClaimId,
    /// Only what is published of it, for everybody
    #[arg(long)]
    public: bool,
    /// Where to write it, instead of claim-N.zip or published-N.zip here; `-` is
    /// standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Bundle {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let base = ready.base();
        let desk = ready.open_existing()?;
        let kind = if self.public {
            Kind::Public
        } else {
            Kind::Desk
        };
        let draw = |db: &Db<'_>, claim| web::published_file(&desk, db, (&base, claim));
        let mut progress = output::Progress::new("files");
        let mut tell = |done, total| progress.tell(done, total);
        let written = bundle::write_telling(&desk, (self.claim, kind), &draw, &mut tell);
        progress.end();
        let mut written = written?;
        let place = self.out.clone();
        let place = place.unwrap_or_else(|| PathBuf::from(&written.name));
        file::write(&place, None, |out| {
            io::copy(&mut written.file, out)?;
            Ok(())
        })
    }
}
