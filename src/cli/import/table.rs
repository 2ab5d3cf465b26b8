//! `citekeep import --csv`: claims from a table.

use std::path::PathBuf;

use clap::Args;

use crate::capture::table::{self, MOST_BYTES};
use crate::desk::Actor;
use crate::desk::audit;
use crate::desk::exchange::columns::Map;
use crate::desk::exchange::intake::{self, Alike, Fate, Judged};

use super::super::{Failure, Ready, output};

/// Claims from a table instead of a whole desk.
#[derive(Debug, Args)]
pub(super) struct FromTable {
    /// Claims from a table of comma-separated values, its first row names the columns
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Which column holds what: statement=Claim,claimant=Who
    #[arg(long, value_name = "MAP", requires = "csv")]
    map: Option<String>,
    /// Tell what would become of every row, and change nothing
    #[arg(long, requires = "csv")]
    dry_run: bool,
    /// Take rows that look like claims of the desk too
    #[arg(long, requires = "csv")]
    take_alike: bool,
}

impl FromTable {
    pub(super) fn run(&self, ready: &Ready, keep_going: bool) -> Result<(), Failure> {
        let file = self.csv.as_deref();
        let file = file.ok_or_else(|| Failure::Usage("name a file".to_owned()))?;
        let unreadable =
            |error| Failure::Usage(format!("{} cannot be read: {error}", file.display()));
        let size = std::fs::metadata(file).map_err(unreadable)?.len();
        if size > MOST_BYTES as u64 {
            let bad = table::BadTable::TooLarge(size as usize);
            return Err(Failure::Usage(bad.to_string()));
        }
        let bytes = std::fs::read(file).map_err(unreadable)?;
        let table = table::read(&bytes).map_err(|bad| Failure::Usage(bad.to_string()))?;
        let map = match &self.map {
            Some(text) => Map::parse(text, &table.names),
            None => {
                let map = Map::guess(&table.names);
                map.check(&table.names).map(|()| map)
            }
        };
        let map = map.map_err(|bad| Failure::Usage(format!("--map: {bad}")))?;
        let desk = if self.dry_run {
            ready.open_existing()?
        } else {
            ready.open()?
        };
        let rows = intake::rehearse(&desk, &table, &map)?;
        rows.iter().for_each(tell);
        let has_bad = rows.iter().any(|row| matches!(row.fate, Fate::Bad(_)));
        if has_bad && !keep_going && !self.dry_run {
            output::say(
                "nothing was imported; mend these rows, or leave them out with --keep-going",
            );
            return Err(Failure::Found);
        }
        if !self.dry_run {
            let alike = if self.take_alike {
                Alike::All
            } else {
                Alike::Only(Default::default())
            };
            let taken = intake::take(&desk, Actor::Operator, (table, map), alike)?;
            audit::checkpoint(&desk)?;
            output::line(&format!(
                "imported {} claims, {} citations; left out {} rows",
                taken.claims, taken.citations, taken.left_out
            ));
        }
        if has_bad { Err(Failure::Found) } else { Ok(()) }
    }
}

/// A line about a row.
fn tell(row: &Judged) {
    let fate = match &row.fate {
        Fate::New => "a new claim".to_owned(),
        Fate::More { line } => format!("another citation for the claim of line {line}"),
        Fate::Repeated { line } => format!("left out: the same as line {line}"),
        Fate::Alike { claim, share, .. } => {
            format!("looks like claim {claim} ({share}% the same)")
        }
        Fate::Bad(flaws) => {
            let each = flaws.iter();
            let each = each.map(|flaw| format!("{}: {}", flaw.field.as_str(), flaw.reason));
            format!("bad: {}", each.collect::<Vec<_>>().join("; "))
        }
    };
    output::line(&format!("line {}: {fate}", row.line));
}
