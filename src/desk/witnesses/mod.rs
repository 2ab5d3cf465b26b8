//! Witnesses: others who cosign this log's checkpoints, so that nobody can be
//! shown one history here and another there.
//!
//! Each is told of the newest checkpoint, some seconds apart at most. What they
//! cosign is kept beside the log and in no proof of it; nothing waits for them.

mod answer;
mod work;

use url::Url;

use crate::ledger::cosignature::CosignerKey;
use crate::ledger::policy::{Log, Policy, PolicyError};
use crate::store::cosignatures::{self as rows, Cosignature, Standing};
use crate::store::{Db, checkpoints};

use super::{Desk, DeskError};

pub use self::work::Asker;

/// How many cosigned checkpoints are looked through for one that enough
/// witnesses cosigned.
const MOST_LOOKED_AT: usize = 100;

/// A witness that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What checks its cosignatures.
    pub key: CosignerKey,
    /// Where `add-checkpoint` is asked.
    pub address: Url,
}

/// How it stands with a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its name in the policy.
    pub name: String,
    /// What checks its cosignatures.
    pub key: CosignerKey,
    /// Where it is asked; none: it is not.
    pub url: Option<String>,
    /// The newest of its cosignatures.
    pub newest: Option<Cosignature>,
    /// What came of the last try.
    pub standing: Option<Standing>,
}

impl Asked {
    /// A witness below whose address `add-checkpoint` is asked; nothing where
    /// that is no address.
    pub fn at(prefix: &str, key: CosignerKey) -> Option<Self> {
        let prefix = prefix.trim_end_matches('/');
        let address = Url::parse(&format!("{prefix}/add-checkpoint")).ok()?;
        Some(Self { key, address })
    }

    /// The verifier key as it names rows.
    fn vkey(&self) -> String {
        self.key.to_string()
    }
}

/// The policy that readers of this log are offered: its witnesses and the log
/// itself, which is read at `base`.
///
/// # Errors
/// When the policy has no room for the log.
pub fn policy(desk: &Desk, witnesses: &Policy, base: &str) -> Result<Policy, PolicyError> {
    let mut policy = witnesses.clone();
    let key = desk.key.key().verifier();
    let is_there = policy.logs().iter().any(|log| log.key == key);
    if !is_there {
        let url = Some(format!("{base}/log"));
        policy.add_log(Log { key, url })?;
    }
    Ok(policy)
}

/// How it stands with each witness of a policy, in its order.
///
/// # Errors
/// When the database fails.
pub fn overview(desk: &Desk, policy: &Policy) -> Result<Vec<Seen>, DeskError> {
    desk.read(|db| {
        let witnesses = policy.witnesses().map(|witness| {
            let vkey = witness.key.to_string();
            Ok(Seen {
                name: witness.name.clone(),
                key: witness.key.clone(),
                url: witness.url.clone(),
                newest: rows::newest_by(db, &vkey)?,
                standing: rows::standing(db, &vkey)?,
            })
        });
        witnesses.collect()
    })
}

/// Finds the newest checkpoint that a policy is content with, with the lines of
/// all who cosigned it.
///
/// # Errors
/// When the database fails.
pub fn newest_enough(db: &Db<'_>, policy: &Policy) -> Result<Option<String>, DeskError> {
    if !policy.asks_for_witnesses() {
        return rows::newest(db);
    }
    for size in rows::sizes(db, MOST_LOOKED_AT)? {
        let Some(found) = checkpoints::covering(db, size)? else {
            continue;
        };
        let note = rows::with_lines(db, found)?;
        if policy.judge(&note).is_ok_and(|found| found.is_enough) {
            return Ok(Some(note));
        }
    }
    Ok(None)
}
