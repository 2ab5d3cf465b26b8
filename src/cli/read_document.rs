//! `citekeep read-document`: the child process that reads one foreign
//! document. Its input and output are the desk's own; see `capture::child`.

use clap::Args;

use crate::capture;

use super::Failure;

/// Read one document within limits.
#[derive(Debug, Args)]
pub(super) struct ReadDocument {
    /// How much memory it may ask for, in bytes
    #[arg(long)]
    memory: u64,
    /// How long it may use the processor, in seconds
    #[arg(long)]
    seconds: u64,
}

impl ReadDocument {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let limits = (self.memory, self.seconds);
        capture::run_child(&mut std::io::stdin(), &mut std::io::stdout(), limits)?;
        Ok(())
    }
}
