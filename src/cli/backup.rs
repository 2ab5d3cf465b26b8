//! `citekeep backup`: copy the desk while it runs.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::Args;

use crate::config::BackupSection;
use crate::desk::backup::age::{BadKey, Recipient};
use crate::desk::backup::keep::{BadKeep, Keep};
use crate::desk::backup::{BackupError, Keeper, Order, Taken, Watch, take_now};

use super::{Failure, Ready, output};

/// Copy the desk while it runs. What is not said here is as in config.toml.
///
/// Exit 0 when the backup was taken and is whole, 1 when it was taken and
/// something is wrong with the desk or with what was written.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The directory of backups; each shares its files with those before it
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Encrypt for whoever has this age key; may be given several times
    #[arg(long, value_name = "RECIPIENT")]
    encrypt_to: Vec<String>,
    /// Keep the newest of each of so many days, weeks, months, such as
    /// 7d,4w,12m, and let the other backups go
    #[arg(long, value_name = "RULE")]
    keep: Option<String>,
    /// Do not check the copy, nor read back what was written
    #[arg(long)]
    unchecked: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let section = &ready.config.backup;
        let Some(to) = self.to.clone().or_else(|| section.to.clone()) else {
            return Err(Failure::Usage(
                "say where to: --to DIR, or `to` in [backup] of config.toml".to_owned(),
            ));
        };
        let named = if self.encrypt_to.is_empty() {
            &section.encrypt_to
        } else {
            &self.encrypt_to
        };
        let order = Order {
            to,
            recipients: recipients(named)?,
            keep: self.keep.as_deref().map(rule).transpose()?,
            check: !self.unchecked,
        };
        let mut progress = output::Steps::new();
        let never = AtomicBool::new(false);
        let mut watch = Watch {
            tell: &mut |what, done, total| progress.tell(what, done, total),
            stop: &never,
        };
        let taken = take_now(&ready.data(), &order, &ready.world, &mut watch);
        progress.end();
        let taken = taken.map_err(failure)?;
        if self.json {
            let json = serde_json::to_string_pretty(&taken);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
        } else {
            tell(&taken, order.check);
        }
        if taken.findings.is_empty() {
            Ok(())
        } else {
            Err(Failure::Found)
        }
    }
}

fn tell(taken: &Taken, checked: bool) {
    for finding in &taken.findings {
        output::line(&format!("WRONG {finding}"));
    }
    if !taken.has_key {
        output::say(
            "the key that signs the log is kept elsewhere and is not in the backup; keep a copy of it apart",
        );
    }
    output::line(&format!(
        "{}: {} entries, {} bytes; {} files with {} bytes are new",
        taken.name, taken.entries, taken.bytes, taken.written.0, taken.written.1
    ));
    if taken.gone != (0, 0) {
        output::line(&format!(
            "older backups let go: {} by the rule, {} because something in them was erased since",
            taken.gone.0, taken.gone.1
        ));
    }
    output::line(match (taken.findings.is_empty(), checked) {
        (true, true) => "whole",
        (true, false) => "not checked",
        (false, _) => "not whole: no older backup was let go",
    });
}

/// What takes backups while the desk is served, as the configuration wants it.
pub(super) fn keeper(ready: &Ready) -> Result<Option<Keeper>, Failure> {
    let section = &ready.config.backup;
    let Some(to) = section.to.clone() else {
        return Ok(None);
    };
    let order = Order {
        to,
        recipients: recipients(&section.encrypt_to)?,
        keep: kept(section)?,
        check: section.check,
    };
    let every = section.every.max(60);
    Ok(Some(Keeper::new(
        ready.data(),
        order,
        every,
        ready.world.clone(),
    )))
}

fn kept(section: &BackupSection) -> Result<Option<Keep>, Failure> {
    let named = section.keep.as_deref().filter(|rule| !rule.is_empty());
    named.map(rule).transpose()
}

fn rule(text: &str) -> Result<Keep, Failure> {
    text.parse()
        .map_err(|error: BadKeep| Failure::Usage(format!("keep: {error}")))
}

fn recipients(named: &[String]) -> Result<Vec<Recipient>, Failure> {
    let parsed = named.iter().map(|name| name.parse());
    parsed
        .collect::<Result<_, _>>()
        .map_err(|error: BadKey| Failure::Usage(format!("encrypt-to: {error}")))
}

pub(super) fn failure(error: BackupError) -> Failure {
    let words = error.to_string();
    if error.is_finding() {
        output::complain(&words);
        return Failure::Found;
    }
    match error {
        BackupError::Inside(_)
        | BackupError::Foreign(_)
        | BackupError::OtherSeal { .. }
        | BackupError::NoBackup { .. } => Failure::Usage(words),
        _ => Failure::Broken(words),
    }
}
