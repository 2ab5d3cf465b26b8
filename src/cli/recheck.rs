//! `citekeep recheck`: look at sources again and tell what changed.

use clap::Args;

use crate::desk::capturing;
use crate::desk::{Actor, Desk, DeskError, audit};
use crate::domain::citation::Reanchoring;
use crate::domain::ids::SourceId;
use crate::store::local::captures::{Queued, Stage};
use crate::store::{citations, snapshots, sources};

use super::{Failure, Ready, fetching, output};

/// Look at sources again and tell what changed. Ends with 1 when cited words
/// changed or vanished.
#[derive(Debug, Args)]
pub(super) struct Recheck {
    /// The sources' numbers; none: those whose schedule says that it is time
    sources: Vec<SourceId>,
    /// Every source that has an address
    #[arg(long, conflicts_with = "sources")]
    all: bool,
}

/// How many sources are read at a time.
const CHUNK: usize = 200;

impl Recheck {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let desk = ready.open_existing()?;
        let wanted = self.wanted(&desk)?;
        let mut progress = output::Progress::new("sources");
        let (mut changed, mut failed) = (0, 0);
        for (done, source) in wanted.iter().enumerate() {
            progress.tell(done as u64, wanted.len() as u64);
            let id = match capturing::recheck(&desk, Actor::Operator, *source) {
                Err(DeskError::NoAddress) => {
                    output::line(&format!("source {source}: has no address"));
                    continue;
                }
                other => other?,
            };
            let ended = match fetching::run_one(&ready.config, &desk, id) {
                Err(Failure::Broken(words)) => {
                    output::line(&format!("source {source}: {words}"));
                    failed += 1;
                    continue;
                }
                other => other?,
            };
            match tell(&desk, *source, &ended)? {
                Told::Fine => {}
                Told::Changed => changed += 1,
                Told::Failed => failed += 1,
            }
        }
        progress.end();
        audit::checkpoint(&desk)?;
        output::say(&format!(
            "{} looked at, {changed} with changed citations, {failed} not reached",
            wanted.len()
        ));
        if changed > 0 {
            return Err(Failure::Found);
        }
        if failed > 0 {
            return Err(Failure::Broken("not every source was reached".to_owned()));
        }
        Ok(())
    }

    fn wanted(&self, desk: &Desk) -> Result<Vec<SourceId>, Failure> {
        if !self.sources.is_empty() {
            return Ok(self.sources.clone());
        }
        let now = desk.now();
        let mut wanted = Vec::new();
        if !self.all {
            let due = desk.read(|db| Ok(crate::store::changes::list_due(db, now, 10_000)?))?;
            return Ok(due);
        }
        let mut before = None;
        loop {
            let chunk = desk.read(|db| Ok(sources::list(db, before, CHUNK)?))?;
            let Some(last) = chunk.last() else {
                wanted.reverse();
                return Ok(wanted);
            };
            before = Some(last.id);
            for source in chunk {
                if desk.read(|db| capturing::address(db, source.id))?.is_some() {
                    wanted.push(source.id);
                }
            }
        }
    }
}

enum Told {
    Fine,
    Changed,
    Failed,
}

/// Tells what a look at one source found.
fn tell(desk: &Desk, source: SourceId, ended: &Queued) -> Result<Told, Failure> {
    match (ended.stage, ended.snapshot) {
        (Stage::Same, _) => {
            output::line(&format!("source {source}: nothing changed"));
            Ok(Told::Fine)
        }
        (Stage::Done, Some(snapshot)) => {
            let (unread, cited) = desk.read(|db| {
                let taken = snapshots::get(db, snapshot)?;
                Ok((taken.unread, citations::list_read_in(db, source)?))
            })?;
            output::line(&format!("source {source}: snapshot {snapshot}"));
            if let Some(unread) = unread {
                output::line(&format!("  {unread}"));
            }
            let mut changed = false;
            for cited in cited.iter().filter(|cited| cited.newer == Some(snapshot)) {
                let Some(result) = &cited.reanchored else {
                    continue;
                };
                changed |= result.is_stale();
                let citation = &cited.citation;
                output::line(&format!(
                    "  citation {} of claim {}: {}",
                    citation.id,
                    citation.claim,
                    result.as_str()
                ));
                if let Reanchoring::Altered { now, .. } = result {
                    output::line(&format!("    was: {}", one_line(&citation.passage.quote)));
                    output::line(&format!("    now: {}", one_line(now)));
                }
            }
            Ok(if changed { Told::Changed } else { Told::Fine })
        }
        _ => {
            let words = ended.words.as_deref().unwrap_or("no answer");
            output::line(&format!("source {source}: {words}"));
            Ok(Told::Failed)
        }
    }
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
