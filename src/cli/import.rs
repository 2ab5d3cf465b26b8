//! `citekeep import`: fill the desk from a file.

mod table;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::desk::Actor;
use crate::desk::audit;
use crate::desk::exchange::incoming::{self, BadRecord, ImportError, Policy};
use crate::desk::other_checks;
use crate::domain::ids::ClaimId;
use crate::domain::words::FileName;

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
    /// The file is somebody else's page, feed or JSON-LD: note its ClaimReviews
    /// beside a claim
    #[arg(long, requires = "claim", conflicts_with = "keep_going")]
    claim_review: bool,
    /// The claim beside which they are noted
    #[arg(long, requires = "claim_review", value_name = "NUMBER")]
    claim: Option<ClaimId>,
    #[command(flatten)]
    table: table::FromTable,
}

impl Import {
    /// Notes every review in the file beside a claim.
    fn note(
        &self,
        ready: &Ready,
        claim: ClaimId,
        (bytes, file): (&[u8], &Path),
    ) -> Result<(), Failure> {
        let desk = ready.open()?;
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.and_then(|name| FileName::parse(name).ok());
        let found = other_checks::look(&desk, bytes, (None, name))?;
        for flaw in &found.reviews.flaws {
            output::say(flaw);
        }
        let reviews = found.reviews.found;
        if reviews.is_empty() {
            output::say("no ClaimReview was found in it; nothing was noted");
            return Err(Failure::Found);
        }
        for review in &reviews {
            let rating = review.rating.shown();
            output::line(&format!("{}: {rating} ({})", review.publisher, review.url));
        }
        let noted = other_checks::note(&desk, Actor::Operator, claim, (reviews, found.read_in))?;
        audit::checkpoint(&desk)?;
        output::say(&format!("{} noted beside claim {claim}", noted.len()));
        Ok(())
    }

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
        if let Some(claim) = self.claim {
            return self.note(ready, claim, (&json, file));
        }
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
