//! Asking witnesses: each by itself, the newest checkpoint only, with pauses
//! that grow while it does not cosign.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::capture::fetch::{Fetcher, Question};
use crate::desk::capturing::blocking;
use crate::desk::{Desk, DeskError};
use crate::domain::time::{has_come, later};
use crate::ledger::proof::consistency;
use crate::ledger::submission;
use crate::store::cosignatures::{self as rows, Cosignature, Standing};
use crate::store::{StoreError, checkpoints};

use super::Asked;
use super::answer::{self, Obstacle, Outcome};

/// How long to sleep when there is nothing to do.
const NAP: Duration = Duration::from_secs(1);
/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest answer that is read, in bytes.
const MOST_HEARD: usize = 64 * 1024;
/// How long a witness is left alone after it cosigned, in milliseconds.
const GAP: i64 = 5_000;
/// How long it is left alone after each failure in a row, in seconds; the last
/// stays.
const PAUSES: [i64; 6] = [5, 30, 120, 600, 1_800, 3_600];

/// What asks the witnesses of a desk.
#[derive(Clone)]
pub struct Asker {
    desk: Desk,
    post: Arc<Fetcher>,
    asked: Arc<[Asked]>,
}

/// What is brought to a witness.
struct Errand {
    /// How many entries the checkpoint covers.
    size: u64,
    /// The checkpoint's signed note.
    note: String,
    /// How many entries we take the witness to have cosigned.
    old: u64,
    /// All of it, as it is sent.
    body: String,
}

impl Asker {
    /// Asks these witnesses by `post`.
    pub fn new(desk: Desk, post: Arc<Fetcher>, asked: Vec<Asked>) -> Self {
        let asked = asked.into();
        Self { desk, post, asked }
    }

    /// Works for ever.
    pub async fn run(&self) {
        let mut lanes = JoinSet::new();
        for at in 0..self.asked.len() {
            let asker = self.clone();
            lanes.spawn(async move { asker.lane(&asker.asked[at]).await });
        }
        while lanes.join_next().await.is_some() {}
    }

    async fn lane(&self, witness: &Asked) {
        loop {
            if let Err(error) = self.step(witness).await {
                tracing::error!(%error, witness = %witness.key.name(), "a witness could not be asked; it is tried again");
            }
            tokio::time::sleep(NAP).await;
        }
    }

    /// Asks a witness, if it is time and there is something to cosign; tells
    /// whether it was asked.
    ///
    /// # Errors
    /// When disk or database fail. A witness that fails is no error: how it
    /// stands with it says why.
    pub async fn step(&self, witness: &Asked) -> Result<bool, DeskError> {
        let Some(errand) = self.errand(witness, None).await? else {
            return Ok(false);
        };
        let outcome = self.bring(witness, &errand).await;
        let (errand, outcome) = match outcome {
            // It has cosigned less or more than we took it to have.
            Outcome::OtherSize(size) if size <= errand.size && size != errand.old => {
                match self.errand(witness, Some(size)).await? {
                    Some(errand) => {
                        let outcome = self.bring(witness, &errand).await;
                        (errand, outcome)
                    }
                    None => return Ok(true),
                }
            }
            outcome => (errand, outcome),
        };
        self.settle(witness, errand, outcome).await?;
        Ok(true)
    }

    /// What there is to bring to a witness now. `told` is how much it says that
    /// it has cosigned; it is asked again at once then.
    async fn errand(
        &self,
        witness: &Asked,
        told: Option<u64>,
    ) -> Result<Option<Errand>, DeskError> {
        let (desk, vkey) = (self.desk.clone(), witness.vkey());
        blocking(move || {
            let now = desk.now();
            desk.read(|db| {
                let standing = rows::standing(db, &vkey)?;
                let due = standing.as_ref().map(|found| found.due_at);
                let is_early = due.is_some_and(|due| !has_come(due, now));
                let Some((size, note)) = checkpoints::newest(db)? else {
                    return Ok(None);
                };
                let has = rows::newest_by(db, &vkey)?.is_some_and(|found| found.size == size);
                if told.is_none() && (is_early || has) {
                    return Ok(None);
                }
                let old = told.unwrap_or_else(|| standing.map_or(0, |found| found.size));
                // One that has cosigned more than there is will say so.
                let old = old.min(size);
                let proof = match old {
                    0 => Vec::new(),
                    old => consistency(old, size, db)
                        .map_err(|error| StoreError::corrupt("tree", error))?,
                };
                let body = submission::write(old, &proof, &note);
                Ok(Some(Errand {
                    size,
                    note,
                    old,
                    body,
                }))
            })
        })
        .await
    }

    /// One question.
    async fn bring(&self, witness: &Asked, errand: &Errand) -> Outcome {
        let question = Question {
            url: witness.address.clone(),
            media_type: "text/plain; charset=utf-8",
            body: errand.body.clone().into_bytes(),
            within: PATIENCE,
            most_bytes: MOST_HEARD,
        };
        let heard = self.post.inquire(question).await;
        answer::read(heard, &errand.note, &witness.key)
    }

    /// Writes what came of it.
    async fn settle(
        &self,
        witness: &Asked,
        errand: Errand,
        outcome: Outcome,
    ) -> Result<(), DeskError> {
        let (desk, vkey) = (self.desk.clone(), witness.vkey());
        blocking(move || {
            let now = desk.now();
            desk.store().write(move |tx| {
                let before = rows::standing(tx, &vkey)?;
                let failures = before.as_ref().map_or(0, |found| found.failures);
                let known = before.map_or(0, |found| found.size);
                let (obstacle, size) = match outcome {
                    Outcome::Cosigned(found) => {
                        let cosignature = Cosignature {
                            size: errand.size,
                            vkey: vkey.clone(),
                            time: found.time(),
                            line: found.line().to_owned(),
                        };
                        // An older log that was accepted meanwhile took the
                        // checkpoint away, and then there is nothing to keep.
                        let there = checkpoints::covering(tx, errand.size)?;
                        if there.is_some_and(|(_, note)| note == errand.note) {
                            rows::put(tx, &cosignature)?;
                        }
                        (None, errand.size)
                    }
                    Outcome::OtherSize(size) => (Some(disagreement(size, &errand)), size),
                    Outcome::Not(obstacle) => (Some(obstacle), known),
                };
                let failures = obstacle.as_ref().map_or(0, |_| failures.saturating_add(1));
                let standing = Standing {
                    size,
                    due_at: later(now, pause(failures, obstacle.as_ref())),
                    failures,
                    tried_at: Some(now),
                    is_serious: obstacle.as_ref().is_some_and(|found| found.is_serious),
                    words: obstacle.map(|found| found.words),
                };
                Ok::<_, DeskError>(rows::put_standing(tx, &vkey, &standing)?)
            })
        })
        .await
    }
}

/// What it means that a witness names a size which does not help.
fn disagreement(size: u64, errand: &Errand) -> Obstacle {
    if size > errand.size {
        answer::ahead(size, errand.size)
    } else if size == errand.old && size == errand.size {
        answer::two_histories(size)
    } else {
        answer::undecided()
    }
}

/// How long a witness is left alone, in milliseconds.
fn pause(failures: u32, obstacle: Option<&Obstacle>) -> i64 {
    let Some(obstacle) = obstacle else {
        return GAP;
    };
    let at = (failures.max(1) as usize - 1).min(PAUSES.len() - 1);
    obstacle.after.max(PAUSES[at] * 1_000)
}
