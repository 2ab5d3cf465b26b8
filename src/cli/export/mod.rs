//! `citekeep export`: the desk, or one claim, as a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::desk::exchange::outgoing::{self, Scope};
use crate::domain::ids::ClaimId;

use super::{Failure, Ready, output};

/// Write the desk, or one claim, as a file.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// What kind of file
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// One claim and what it rests on, instead of the whole desk
    #[arg(long, value_name = "NUMBER")]
    claim: Option<i64>,
    /// Where to write it; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The format of docs/json.md, which `import` reads
    Json,
}

impl Export {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let Format::Json = self.format;
        let scope = match self.claim {
            None => Scope::Desk,
            Some(number) => Scope::Claim(
                ClaimId::new(number)
                    .map_err(|error| Failure::Usage(format!("--claim: {error}")))?,
            ),
        };
        let desk = ready.open_existing()?;
        let mut progress = output::Progress::new("claims");
        let mut tell = |done: u64| progress.tell(done, 0);
        if self.out.as_os_str() == "-" {
            let mut out = BufWriter::new(io::stdout().lock());
            outgoing::write(&desk, scope, &mut out, &mut tell)?;
            out.flush()?;
        } else {
            let mut out = BufWriter::new(File::create(&self.out)?);
            outgoing::write(&desk, scope, &mut out, &mut tell)?;
            out.flush()?;
        }
        Ok(())
    }
}
