//! `citekeep rebuild`: drop what pages read and fill it again from the log.

use clap::Args;

use crate::desk::audit;

use super::{Failure, Ready, output};

/// Drop what pages read and fill it again from the log.
#[derive(Debug, Args)]
pub(super) struct Rebuild {}

impl Rebuild {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let desk = ready.open_existing()?;
        let mut progress = output::Progress::new("entries");
        let entries = audit::rebuild(&desk, move |done| progress.tell(done, 0))?;
        output::line(&format!("rebuilt the projections from {entries} entries"));
        Ok(())
    }
}
