//! `citekeep mirror`: the log as static files.

use std::path::PathBuf;

use clap::Args;

use crate::desk::DeskError;
use crate::desk::mirror::{MirrorError, mirror};

use super::{Failure, Ready, output};

/// Write the log as static files, to be served by anybody.
#[derive(Debug, Args)]
pub(super) struct Mirror {
    /// The directory; what is there already is gone on with
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Also compare every file that is there already
    #[arg(long)]
    whole: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Mirror {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let data = ready.data();
        if !data.join("desk.db").exists() {
            return Err(DeskError::NoDesk.into());
        }
        let mut progress = output::Progress::new("tiles");
        let done = mirror(&data, &self.out, self.whole, &mut |done, total| {
            progress.tell(done, total)
        });
        progress.end();
        let done = done.map_err(failure)?;
        if self.json {
            let json = serde_json::to_string_pretty(&done);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
        } else {
            output::line(&format!(
                "{} entries; {} files written, {} there already, {} partial tiles removed",
                done.size, done.written, done.kept, done.removed
            ));
        }
        Ok(())
    }
}

fn failure(error: MirrorError) -> Failure {
    let words = error.to_string();
    if error.is_finding() {
        output::complain(&words);
        return Failure::Found;
    }
    Failure::Broken(words)
}
