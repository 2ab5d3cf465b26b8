//! `citekeep restore`: put a backup back.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::Args;

use crate::desk::backup::age::{BadKey, Identity};
use crate::desk::backup::{Restored, Wanted, Watch, list, restore};
use crate::ledger::key::VerifierKey;

use super::backup::failure;
use super::{Failure, Ready, output};

/// Put a backup back: it is checked whole before it takes its place, and what
/// was there stays beside it under another name.
///
/// Exit 0 when it was put back, 1 when the backup is not whole, or is older
/// than or another history than what it was held against: nothing is replaced
/// then.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The directory of backups
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The data directory, instead of the desk's own; one that is not there yet
    /// makes a drill of it
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Which backup, instead of the newest
    #[arg(long, value_name = "NAME")]
    backup: Option<String>,
    /// List the backups, and do nothing
    #[arg(long)]
    list: bool,
    /// A file with the age keys that open encrypted backups
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// A copy of the log that you kept, to hold the backup against: a file of
    /// checkpoints, a mirror or a data directory
    #[arg(long, value_name = "PLACE")]
    against: Option<String>,
    /// Put it back although what is there, or what you kept, has more entries
    #[arg(long)]
    older: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl Restore {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        if self.list {
            return self.tell_all();
        }
        let identities = self.identities()?;
        let to = self.to.clone().unwrap_or_else(|| ready.data());
        let key = key(ready)?;
        let wanted = Wanted {
            from: &self.from,
            name: self.backup.as_deref(),
            to: &to,
            identities: &identities,
            key: key.as_ref(),
            kept: self.against.as_deref(),
            older: self.older,
        };
        let mut progress = output::Steps::new();
        let never = AtomicBool::new(false);
        let mut watch = Watch {
            tell: &mut |what, done, total| progress.tell(what, done, total),
            stop: &never,
        };
        let restored = restore(&wanted, &ready.world, &mut watch);
        progress.end();
        let restored = restored.map_err(failure)?;
        if self.json {
            let json = serde_json::to_string_pretty(&restored);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
        } else {
            tell(&restored, &to.display().to_string());
        }
        Ok(())
    }

    fn identities(&self) -> Result<Vec<Identity>, Failure> {
        let Some(path) = &self.identity else {
            return Ok(Vec::new());
        };
        let told =
            |error: &dyn std::fmt::Display| format!("--identity {}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| Failure::Broken(told(&error)))?;
        Identity::read_all(&text).map_err(|error: BadKey| Failure::Usage(told(&error)))
    }

    fn tell_all(&self) -> Result<(), Failure> {
        let all = list(&self.from).map_err(failure)?;
        if self.json {
            let json = serde_json::to_string_pretty(&all);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
            return Ok(());
        }
        for backup in all {
            let checked = if backup.verified {
                "whole"
            } else {
                "not checked, or not whole"
            };
            let sealed = if backup.encrypted { ", encrypted" } else { "" };
            output::line(&format!(
                "{}: {} entries of {}, {} bytes ({} new), {checked}{sealed}",
                backup.name, backup.entries, backup.origin, backup.bytes, backup.new_bytes
            ));
        }
        Ok(())
    }
}

/// The key of the log, where the configuration keeps it outside the data
/// directory.
fn key(ready: &Ready) -> Result<Option<VerifierKey>, Failure> {
    match ready.key_place()? {
        crate::desk::keys::KeyPlace::Beside => Ok(None),
        place => Ok(place.read(&ready.data())?.map(|key| key.verifier())),
    }
}

fn tell(restored: &Restored, to: &str) {
    output::line(&format!(
        "{to}: {} entries, {} documents and texts, checked whole",
        restored.entries, restored.blobs
    ));
    if let Some(aside) = &restored.aside {
        output::line(&format!("what was there lies in {}", aside.display()));
        if aside.join("witness").exists() {
            output::say(
                "the keys of this desk as a witness for others are there too; if they are whole, move that folder over before you start the desk",
            );
        }
    }
    if !restored.has_key {
        output::say(
            "the key that signs the log is not in the backup; put it back from where you keep it",
        );
    }
    if restored.lost > 0 {
        output::line(&format!(
            "{} entries are lost; go on with `citekeep accept-older-log --reason …`, which says so in the log",
            restored.lost
        ));
    }
}
