//! `citekeep witness`: cosign the checkpoints of other desks' logs.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::web;

use super::{Failure, Listen, Ready, output, trust};

/// Cosign the checkpoints of other desks' logs.
#[derive(Debug, Args)]
pub(super) struct Witness {
    #[command(flatten)]
    listen: Listen,
    /// The verifier key of a log to witness, as its page /about shows it; may
    /// be given more than once
    #[arg(long = "log", value_name = "VKEY")]
    logs: Vec<String>,
    /// A C2SP tlog-policy file; the logs that it names are witnessed
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// What this witness is called, such as witness.example.org/w1; needed at
    /// the first start
    #[arg(long)]
    name: Option<String>,
}

impl Witness {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let section = &ready.config.witnessing;
        let mut logs = trust::keys(&self.logs)?;
        logs.extend(trust::keys(&section.logs)?);
        if let Some(path) = &self.policy {
            let policy = trust::read_policy(path)?;
            logs.extend(policy.logs().iter().map(|log| log.key.clone()));
        }
        if logs.is_empty() {
            return Err(Failure::Usage(
                "there is no log to witness; name one with --log, as its page /about shows it"
                    .to_owned(),
            ));
        }
        let name = self.name.as_ref().or(section.name.as_ref());
        let witnessing = Arc::new(trust::take_up(ready, name, logs)?);
        let listen = self.listen.listen.unwrap_or(ready.config.server.listen);
        web::block_on(async move {
            let running = web::witness::start(&witnessing, listen).map_err(|error| {
                Failure::Broken(format!(
                    "{listen} cannot be listened on: {error}; choose another with --listen"
                ))
            })?;
            output::say("logs and their readers need this witness's key:");
            output::line(&witnessing.verifier().to_string());
            for log in witnessing.logs() {
                let size = log.size.unwrap_or(0);
                output::say(&format!("{}: {size} entries cosigned", log.origin));
            }
            let address = running.address;
            output::say(&format!(
                "the witness is open at http://{address}; stop it with Ctrl-C"
            ));
            running.wait().await?;
            output::say("the witness is closed");
            Ok(())
        })
    }
}
