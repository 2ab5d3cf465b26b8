//! `citekeep accept-older-log`: go on with a database that was put back.

use clap::Args;

use crate::desk::set_up;
use crate::domain::words::Note;

use super::{Failure, Ready, output};

/// Go on with a database that is older than its newest checkpoint.
#[derive(Debug, Args)]
pub(super) struct AcceptOlderLog {
    /// Why the lost entries cannot be put back; it goes into the log
    #[arg(long)]
    reason: String,
}

impl AcceptOlderLog {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let reason = Note::parse(&self.reason)
            .map_err(|error| Failure::Usage(format!("--reason: {error}")))?;
        let place = ready.key_place()?;
        let (dir, rules, world) = (ready.data(), ready.rules(), ready.world.clone());
        set_up::accept_older_log(&dir, &place, rules, world, reason)?;
        output::line(
            "the older log is accepted; the loss stands in the log, the lost checkpoints in the data directory",
        );
        Ok(())
    }
}
