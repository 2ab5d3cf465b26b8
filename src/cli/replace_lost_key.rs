//! `citekeep replace-lost-key`: go on when the key that signed is lost.

use std::path::PathBuf;

use clap::Args;

use crate::desk::keys;
use crate::domain::words::Note;

use super::{Failure, Ready, output, rotate_key};

/// Go on with a new key because the one that signed the log is lost.
#[derive(Debug, Args)]
pub(super) struct ReplaceLostKey {
    /// How the key was lost; it goes into the log and onto the method page
    #[arg(long)]
    reason: String,
    /// The file for the new key, where the desk may not write its own
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ReplaceLostKey {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let reason = Note::parse(&self.reason)
            .map_err(|error| Failure::Usage(format!("--reason: {error}")))?;
        let (dir, place) = (ready.data(), ready.key_place()?);
        let own = (ready.rules(), ready.world.clone());
        let replaced = keys::replace_lost(&dir, &place, own, reason, self.out.as_deref())?;
        output::say(
            "the log goes on with a new key, and says that the old one was lost and did not sign for it; tell everybody who kept the old key, and let them hold the log against a checkpoint that they kept:",
        );
        rotate_key::tell(&replaced);
        Ok(())
    }
}
