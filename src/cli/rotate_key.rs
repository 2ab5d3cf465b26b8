//! `citekeep rotate-key`: go over to a new key.

use std::path::PathBuf;

use clap::Args;

use crate::desk::keys::{self, Rotated};

use super::{Failure, Ready, output};

/// Change the key that signs the log; the old one signs for the new one.
#[derive(Debug, Args)]
pub(super) struct RotateKey {
    /// The file for the new key, where the desk may not write its own: one
    /// that comes from the environment or from systemd
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl RotateKey {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let desk = ready.open_existing()?;
        let rotated = keys::rotate(&desk, self.out.as_deref())?;
        output::say(
            "the log goes over to a new key, for which the old one signed; publish it where you published the old one, give it to your witnesses, and destroy the copies of the old key:",
        );
        tell(&rotated);
        Ok(())
    }
}

/// Names the new key, and the file from which somebody has to take it.
pub(super) fn tell(rotated: &Rotated) {
    output::line(&rotated.verifier_key);
    if let Some(path) = &rotated.waits_in {
        output::say(&format!(
            "the new key is in {}; lay it down where the desk takes its key from, then start the desk again",
            path.display()
        ));
    }
}
