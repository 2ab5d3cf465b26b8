//! `citekeep import`: fill the desk from a file.

mod table;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::desk::Actor;
use crate::desk::audit;
use crate::desk::exchange::incoming::{self, BadRecord, ImportError, Policy};

use super::{Failure, Ready, output};

/// The largest import file, in bytes.
const LARGEST: u64 = 1 << 30;

/// Fill the desk from a file.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file, as docs/json.md describes it
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    file: Option<PathBuf>,
    /// Leave bad records out instead of importing nothing
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    table: table::FromTable,
}

impl Import {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        match &self.file {
            Some(file) => self.whole(ready, file),
            None => self.table.run(ready, self.keep_going),
        }
    }

    fn whole(&self, ready: &Ready, file: &Path) -> Result<(), Failure> {
        let unreadable =
            |error| Failure::Usage(format!("{} cannot be read: {error}", file.display()));
        let size = std::fs::metadata(file).map_err(unreadable)?.len();
        if size > LARGEST {
            return Err(Failure::Usage(format!(
                "{size} bytes is too much for one file; the limit is {LARGEST}"
            )));
        }
        let json = std::fs::read(file).map_err(unreadable)?;
        let folder = file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let policy = if self.keep_going {
            Policy::KeepGoing
        } else {
            Policy::Whole
        };
        let desk = ready.open()?;
        let mut progress = output::Progress::new("records");
        let tell = move |done: usize, total: usize| progress.tell(done as u64, total as u64);
        match incoming::import(&desk, Actor::Operator, (&json, folder), policy, tell) {
            Ok(outcome) => {
                audit::checkpoint(&desk)?;
                report(&outcome);
                if outcome.bad.is_empty() {
                    Ok(())
                } else {
                    Err(Failure::Found)
                }
            }
            Err(ImportError::BadRecords(bad)) => {
                list(&bad);
                output::say(
                    "nothing was imported; mend these records, or leave them out with --keep-going",
                );
                Err(Failure::Found)
            }
            Err(ImportError::NotAFile(reason)) => Err(Failure::Usage(format!(
                "this is not an import file: {reason}"
            ))),
            Err(ImportError::Desk(error)) => Err(error.into()),
        }
    }
}

fn report(outcome: &incoming::Outcome) {
    list(&outcome.bad);
    output::line(&format!(
        "imported {} articles, {} sources, {} snapshots, {} claims, {} citations; left out {} bad records",
        outcome.articles.len(),
        outcome.sources.len(),
        outcome.snapshots.len(),
        outcome.claims.len(),
        outcome.citations.len(),
        outcome.bad.len()
    ));
    if outcome.ignored_verdicts > 0 {
        let count = outcome.ignored_verdicts;
        output::say(&format!(
            "{count} verdicts in the file were not imported: people give verdicts, files do not"
        ));
    }
}

fn list(bad: &[BadRecord]) {
    for record in bad {
        output::line(&format!("{}: {}", record.place, record.reason));
    }
}
