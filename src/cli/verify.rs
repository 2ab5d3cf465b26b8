//! `citekeep verify`: check everything that the desk promises.

use clap::Args;

use crate::desk::audit::report::Report;
use crate::desk::audit::verify::{Depth, verify};
use crate::desk::keys::KeyPlace;
use crate::ledger::key::VerifierKey;

use super::{Failure, Ready, output};

/// Check everything that the desk promises.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// A verifier key that you kept, to check the checkpoints with
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// Check entries, tree and checkpoints only
    #[arg(long)]
    log_only: bool,
}

impl Verify {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let key = self.key(ready)?;
        let depth = if self.log_only {
            Depth::Log
        } else {
            Depth::Everything
        };
        let mut progress = output::Progress::new("entries");
        let report = verify(&ready.data(), key.as_ref(), depth, &mut |done, total| {
            progress.tell(done, total)
        })?;
        progress.end();
        if self.json {
            let json = serde_json::to_string_pretty(&report)
                .map_err(|error| Failure::Broken(error.to_string()))?;
            output::line(&json);
        } else {
            tell(&report);
        }
        if report.is_clean() {
            Ok(())
        } else {
            Err(Failure::Found)
        }
    }
}

impl Verify {
    /// The key that was named, or the desk's own where the configuration keeps
    /// it outside the data directory.
    fn key(&self, ready: &Ready) -> Result<Option<VerifierKey>, Failure> {
        if let Some(key) = &self.key {
            let key = key.trim().parse();
            let key = key.map_err(|error| Failure::Usage(format!("--key: {error}")))?;
            return Ok(Some(key));
        }
        match ready.key_place()? {
            KeyPlace::Beside => Ok(None),
            place => Ok(place.read(&ready.data())?.map(|key| key.verifier())),
        }
    }
}

fn tell(report: &Report) {
    for finding in &report.findings {
        output::line(&format!(
            "WRONG {} at {}: {}",
            finding.kind.as_str(),
            finding.place,
            finding.words
        ));
    }
    if report.more_findings > 0 {
        output::line(&format!("and {} more", report.more_findings));
    }
    for proven in &report.proven {
        output::line(&format!("proven: {proven}"));
    }
    for open in &report.not_proven {
        output::line(&format!("not proven: {open}"));
    }
    let words = if report.is_clean() {
        "clean".to_owned()
    } else {
        format!("{} findings", report.findings.len())
    };
    output::line(&words);
}
