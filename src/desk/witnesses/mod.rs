//! Witnesses: others who cosign this log's checkpoints, so that nobody can be
//! shown one history here and another there.
//!
//! Each is told of the newest checkpoint, some seconds apart at most. What they
//! cosign is kept beside the log and in no proof of it; nothing waits for them.

mod answer;
mod work;

use url::Url;

use crate::domain::time::Timestamp;
use crate::ledger::cosignature::CosignerKey;
use crate::ledger::key::VerifierKey;
use crate::ledger::policy::{Log, Policy};
use crate::store::cosignatures::{self as rows, Cosignature, Standing};
use crate::store::{Db, StoreError, checkpoints, keys, people};

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

impl Seen {
    /// When it cosigned last, by its own clock.
    pub fn cosigned_at(&self) -> Option<Timestamp> {
        let seconds = i64::try_from(self.newest.as_ref()?.time).ok()?;
        Timestamp::from_millis(seconds.checked_mul(1_000)?).ok()
    }
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
/// itself, which is read at `base` and signed with the key that it names now.
///
/// # Errors
/// When the policy has no room for the log, or the database fails.
pub fn policy(desk: &Desk, witnesses: &Policy, base: &str) -> Result<Policy, DeskError> {
    let known = desk.read(|db| Ok(people::desk(db)?))?;
    let key = known.ok_or(DeskError::NoDesk)?.verifier_key;
    with_log(witnesses.clone(), &key, base)
}

/// The newest checkpoint that enough witnesses cosigned, for readers. One that
/// an older key of the log signed in its time counts until the first that the
/// new key signed is cosigned too.
///
/// # Errors
/// When the policy has no room for the log, or the database fails.
pub fn newest_for_readers(
    desk: &Desk,
    witnesses: &Policy,
    base: &str,
) -> Result<Option<String>, DeskError> {
    desk.read(|db| {
        let mut policy = witnesses.clone();
        // A policy has room for some hundred logs; older keys signed long ago.
        for key in keys::list(db)?.iter().rev().take(MOST_LOOKED_AT) {
            policy = with_log(policy, &key.verifier_key, base)?;
        }
        newest_enough(db, &policy)
    })
}

fn with_log(mut policy: Policy, key: &str, base: &str) -> Result<Policy, DeskError> {
    let key = key.parse();
    let key: VerifierKey = key.map_err(|error| StoreError::corrupt("key", error))?;
    let is_there = policy.logs().iter().any(|log| log.key == key);
    if !is_there {
        let url = Some(format!("{base}/log"));
        let added = policy.add_log(Log { key, url });
        added.map_err(|error| StoreError::corrupt("policy", error))?;
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
