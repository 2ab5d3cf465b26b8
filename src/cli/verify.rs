//! `citekeep verify`: check everything that the desk promises, or an evidence
//! bundle with nothing but the file.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::bundle::check::report::{Report as BundleReport, State};
use crate::bundle::check::{Known, check};
use crate::desk::audit;
use crate::desk::audit::report::Report;
use crate::desk::audit::timestamps;
use crate::desk::audit::verify::{Depth, verify};
use crate::desk::keys::KeyPlace;
use crate::ledger::checkpoint::read_run;
use crate::ledger::key::VerifierKey;
use crate::ledger::timestamp::Roots;

use super::{Failure, Ready, output, stamp, trust};

/// Check everything that the desk promises, or an evidence bundle.
///
/// Of the desk: exit 0 when all is as it should be, 1 when something is not.
/// Of a bundle: 0 ok, 1 altered, 4 something is missing, 5 it cannot be checked
/// by this program. 2 is a mistake in what was typed, 3 a file or a desk that
/// cannot be read.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// An evidence bundle to check; needs no desk and no network
    #[arg(value_name = "FILE.zip", conflicts_with = "log_only")]
    bundle: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    /// A verifier key that you kept, to check the checkpoints with
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// Notes of new keys of the log, as its address serves them at /log/keys:
    /// they lead from your key to an older one
    #[arg(long, value_name = "FILE", requires_all = ["bundle", "key"])]
    keys: Option<PathBuf>,
    /// Roots in PEM that timestamps in a bundle must lead to
    #[arg(long, value_name = "FILE.pem", requires = "bundle")]
    roots: Option<PathBuf>,
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
        if let Some(bundle) = &self.bundle {
            return self.bundle(bundle, self.given()?.as_ref());
        }
        let key = self.key(ready)?;
        let policy = self.policy.as_deref().map(trust::read_policy).transpose()?;
        let depth = if self.log_only {
            Depth::Log
        } else {
            Depth::Everything
        };
        let mut progress = output::Progress::new("entries");
        let plan = stamp::plan(&ready.config)?;
        let mut report = verify(&ready.data(), key.as_ref(), depth, &mut |done, total| {
            progress.tell(done, total)
        })?;
        progress.end();
        timestamps::check(&ready.data(), &plan, &mut report)?;
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

impl Verify {
    /// Reads the roots that timestamps must lead to.
    fn roots(&self) -> Result<Option<Roots>, Failure> {
        let Some(path) = &self.roots else {
            return Ok(None);
        };
        let told = |error: &dyn std::fmt::Display| format!("--roots {}: {error}", path.display());
        let pem = std::fs::read(path).map_err(|error| Failure::Broken(told(&error)))?;
        let roots = Roots::from_pem(&pem).map_err(|error| Failure::Usage(told(&error)))?;
        Ok(Some(roots))
    }

    /// The key that was named.
    fn given(&self) -> Result<Option<VerifierKey>, Failure> {
        let given = self.key.as_ref().map(|key| key.trim().parse());
        given
            .transpose()
            .map_err(|error| Failure::Usage(format!("--key: {error}")))
    }

    /// The key that was named, or the desk's own where the configuration keeps
    /// it outside the data directory.
    fn key(&self, ready: &Ready) -> Result<Option<VerifierKey>, Failure> {
        if let Some(key) = self.given()? {
            return Ok(Some(key));
        }
        match ready.key_place()? {
            KeyPlace::Beside => Ok(None),
            place => Ok(place.read(&ready.data())?.map(|key| key.verifier())),
        }
    }

    /// Checks a bundle, with nothing but the file.
    fn bundle(&self, path: &Path, key: Option<&VerifierKey>) -> Result<(), Failure> {
        let broken = |error| Failure::Broken(format!("{}: {error}", path.display()));
        let file = File::open(path).map_err(broken)?;
        let roots = self.roots()?;
        let policy = self.policy.as_deref().map(trust::read_policy).transpose()?;
        let notes = self
            .keys
            .as_deref()
            .map(trust::read_successions)
            .transpose()?;
        let (successions, _) = read_run(notes.as_deref().unwrap_or(""));
        let known = Known {
            key,
            successions: &successions,
            roots: roots.as_ref(),
            policy: policy.as_ref(),
        };
        let report = check(file, known).map_err(broken)?;
        if self.json {
            let json = serde_json::to_string_pretty(&report)
                .map_err(|error| Failure::Broken(error.to_string()))?;
            output::line(&json);
        } else {
            tell_bundle(&report);
        }
        match report.result {
            State::Ok => Ok(()),
            State::Altered => Err(Failure::Found),
            State::Missing => Err(Failure::Missing),
            State::Unverifiable => Err(Failure::Unverifiable),
        }
    }
}

fn tell_bundle(report: &BundleReport) {
    if let Some(key) = &report.key {
        let whose = match (key.given, key.through) {
            (false, _) => "the bundle's own".to_owned(),
            (true, 0) => "yours".to_owned(),
            (true, 1) => "one signed note leads to it from yours".to_owned(),
            (true, notes) => format!("{notes} signed notes lead to it from yours"),
        };
        output::line(&format!("key: {} ({whose})", key.vkey));
    }
    for finding in &report.findings {
        let state = finding.state.as_str().to_uppercase();
        output::line(&format!("{state} {}: {}", finding.place, finding.words));
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
    output::line(report.result.as_str());
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
