//! `citekeep verify`: check everything that the desk promises.

use std::path::PathBuf;

use clap::Args;

use crate::desk::audit;
use crate::desk::audit::report::Report;
use crate::desk::audit::verify::{Depth, verify};
use crate::ledger::key::VerifierKey;

use super::{Failure, Ready, output, trust};

/// Check everything that the desk promises.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// A verifier key that you kept, to check the checkpoints with
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// A C2SP tlog-policy file that you kept: a checkpoint has to be cosigned as
    /// it asks
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Check entries, tree and checkpoints only
    #[arg(long)]
    log_only: bool,
}

impl Verify {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let key: Option<VerifierKey> = self
            .key
            .as_ref()
            .map(|key| key.trim().parse())
            .transpose()
            .map_err(|error| Failure::Usage(format!("--key: {error}")))?;
        let policy = self.policy.as_deref().map(trust::read_policy).transpose()?;
        let depth = if self.log_only {
            Depth::Log
        } else {
            Depth::Everything
        };
        let mut progress = output::Progress::new("entries");
        let mut report = verify(&ready.data(), key.as_ref(), depth, &mut |done, total| {
            progress.tell(done, total)
        })?;
        progress.end();
        if let Some(policy) = policy {
            audit::hold_to_policy(&ready.data(), &policy, &mut report)?;
        }
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
