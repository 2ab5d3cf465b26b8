//! From the configuration to those who cosign, and to what is cosigned for
//! others.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::desk::witnesses::Asked;
use crate::desk::witnessing::{CannotWitness, Witnessing};
use crate::ledger::key::{KeyName, VerifierKey};
use crate::ledger::policy::{self, Policy, Witness};

use super::{Failure, Ready};

/// Who cosigns the desk's log, and what it cosigns. A desk that is thrown away
/// has neither, which is the default.
#[derive(Default)]
pub(super) struct Trusted {
    /// Who cosigns, and how many are enough.
    pub(super) witnesses: Arc<Policy>,
    /// Those of them that are asked.
    pub(super) asked: Vec<Asked>,
    /// What the desk is as a witness, if it is one.
    pub(super) witnessing: Option<Arc<Witnessing>>,
}

/// Reads it from the configuration, and takes the desk's work as a witness up.
pub(super) fn trusted(ready: &Ready) -> Result<Trusted, Failure> {
    let witnesses = witnesses(&ready.config)?;
    Ok(Trusted {
        asked: asked(&witnesses)?,
        witnesses: Arc::new(witnesses),
        witnessing: witnessing(ready)?.map(Arc::new),
    })
}

/// Who cosigns the log's checkpoints, as the configuration names them.
pub(super) fn witnesses(config: &Config) -> Result<Policy, Failure> {
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::Usage(format!("the witnesses in the configuration: {error}"))
    };
    let mut listed = Vec::new();
    for section in &config.witness {
        let key: crate::ledger::cosignature::CosignerKey =
            section.vkey.trim().parse().map_err(|e| wrong(&e))?;
        listed.push(Witness {
            name: key.name().as_str().to_owned(),
            key,
            url: Some(section.address.as_str().trim_end_matches('/').to_owned()),
        });
    }
    let Some(path) = &config.witnesses.policy else {
        return Policy::of(listed, config.witnesses.quorum).map_err(|error| wrong(&error));
    };
    let mut policy = read_policy(path)?;
    for witness in listed {
        policy.add_witness(witness).map_err(|error| wrong(&error))?;
    }
    Ok(policy)
}

/// Those of a policy's witnesses that can be asked.
fn asked(policy: &Policy) -> Result<Vec<Asked>, Failure> {
    let with_address = policy
        .witnesses()
        .filter_map(|witness| Some((witness, witness.url.as_ref()?)));
    let asked = with_address.map(|(witness, url)| {
        Asked::at(url, witness.key.clone()).ok_or_else(|| {
            let name = &witness.name;
            Failure::Usage(format!(
                "the address of the witness {name} is none: {url}; write one that begins with https://"
            ))
        })
    });
    asked.collect()
}

/// What the desk is as a witness; nothing where no log is named.
fn witnessing(ready: &Ready) -> Result<Option<Witnessing>, Failure> {
    let section = &ready.config.witnessing;
    if section.logs.is_empty() {
        return Ok(None);
    }
    let default = format!("{}/witness", ready.config.desk.origin);
    let name = section.name.as_ref().unwrap_or(&default);
    let witnessing = take_up(ready, Some(name), keys(&section.logs)?)?;
    Ok(Some(witnessing))
}

/// Takes up the work of a witness whose files stand in the data directory.
pub(super) fn take_up(
    ready: &Ready,
    name: Option<&String>,
    logs: Vec<VerifierKey>,
) -> Result<Witnessing, Failure> {
    let name = name.map(|name| name.parse::<KeyName>());
    let name = name
        .transpose()
        .map_err(|error| Failure::Usage(format!("the witness's name: {error}")))?;
    let dir = ready.data().join("witness");
    Witnessing::take_up(&dir, name.as_ref(), logs, &ready.world).map_err(|error| match error {
        CannotWitness::NoName | CannotWitness::Renamed { .. } => Failure::Usage(error.to_string()),
        error => Failure::Broken(error.to_string()),
    })
}

/// Reads the verifier keys of logs.
pub(super) fn keys(texts: &[String]) -> Result<Vec<VerifierKey>, Failure> {
    let keys = texts.iter().map(|text| {
        let key = text.trim().parse();
        key.map_err(|error| Failure::Usage(format!("the log's key {text}: {error}")))
    });
    keys.collect()
}

/// Reads a file of notes of new keys of a log; a longer one cannot come of the
/// thousand changes that a desk lists.
pub(super) fn read_successions(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    read_text(path, 1024 * 1024)
        .map_err(|error| Failure::Usage(format!("the notes {shown} cannot be read: {error}")))
}

fn read_text(path: &Path, most: u64) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}

/// Reads a policy file.
pub(super) fn read_policy(path: &Path) -> Result<Policy, Failure> {
    let shown = path.display();
    let text = read_text(path, policy::MAX_BYTES as u64 + 1)
        .map_err(|error| Failure::Usage(format!("the policy {shown} cannot be read: {error}")))?;
    text.parse()
        .map_err(|error| Failure::Usage(format!("the policy {shown} is not right: {error}")))
}
