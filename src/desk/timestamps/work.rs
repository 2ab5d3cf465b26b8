//! Asking authorities, one after another, each when its turn has come.

use std::sync::Arc;
use std::time::Duration;

use crate::capture::authority::{AuthorityTrouble, ask};
use crate::capture::fetch::Fetcher;
use crate::desk::capturing::blocking;
use crate::desk::{Desk, DeskError, hooks};
use crate::domain::time::{Timestamp, later};
use crate::ledger::timestamp::{Nonce, request, verify};
use crate::store::timestamps::{self as rows, Kept, Turn};

use super::{Authority, Plan, due};

/// How often the desk looks whether somebody's turn has come.
const NAP: Duration = Duration::from_secs(5);
/// The pauses after tries that fail, in seconds; the last one repeats.
const PAUSES: [u64; 5] = [30, 300, 1_800, 7_200, 14_400];
/// The longest that an authority is left alone at its own wish, in seconds.
const DAY: u64 = 86_400;

/// What asks authorities.
#[derive(Clone)]
pub struct Stamper {
    desk: Desk,
    post: Arc<Fetcher>,
    plan: Arc<Plan>,
}

/// What became of one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// There was nothing to ask: the newest checkpoint is stamped, or the turn
    /// has not come.
    Nothing,
    /// The checkpoint of that size is stamped, at that moment.
    Stamped(u64, Timestamp),
    /// The authority did not answer, or not rightly; the words say why.
    Failed(String),
}

/// Why a question came to nothing.
struct Trouble {
    words: String,
    /// How long the authority asks to be left alone, in seconds.
    after: u64,
}

impl Stamper {
    /// Asks the authorities of a plan by `post`.
    pub const fn new(desk: Desk, post: Arc<Fetcher>, plan: Arc<Plan>) -> Self {
        Self { desk, post, plan }
    }

    /// Works for ever.
    pub async fn run(&self) {
        loop {
            for authority in &self.plan.authorities {
                if let Err(error) = self.step(authority).await {
                    tracing::error!(%error, authority = %authority.name,
                        "a timestamp could not be asked for; it is tried again");
                }
            }
            tokio::time::sleep(NAP).await;
        }
    }

    /// Asks an authority if its turn has come.
    ///
    /// # Errors
    /// When disk or database fail. An authority that fails is no error.
    pub async fn step(&self, authority: &Authority) -> Result<Asked, DeskError> {
        let now = self.desk.now();
        self.ask(authority, Some(now)).await
    }

    /// Asks an authority whether its turn has come or not, if the newest
    /// checkpoint lacks its timestamp.
    ///
    /// # Errors
    /// When disk or database fail. An authority that fails is no error.
    pub async fn step_now(&self, authority: &Authority) -> Result<Asked, DeskError> {
        self.ask(authority, None).await
    }

    async fn ask(&self, authority: &Authority, now: Option<Timestamp>) -> Result<Asked, DeskError> {
        let (desk, name) = (self.desk.clone(), authority.name.clone());
        let waiting = blocking(move || desk.read(|db| due(db, &name, now))).await?;
        let Some((size, note)) = waiting else {
            return Ok(Asked::Nothing);
        };
        let asked_at = self.desk.now();
        let mut nonce = [0; 8];
        self.desk.world.rng.fill(&mut nonce);
        let question = request(note.as_bytes(), Nonce::from_bytes(nonce));
        let answer = ask(&self.post, &authority.address, question).await;
        let kept = answer.map_err(heard).and_then(|answer| {
            let stamped_at = look_at(&answer, &note, nonce, authority)?;
            Ok(Kept {
                checkpoint: size,
                authority: authority.name.clone(),
                asked_at,
                stamped_at,
                nonce,
                answer,
            })
        });
        let (desk, every, name) = (self.desk.clone(), self.plan.every, authority.name.clone());
        blocking(move || match kept {
            Ok(kept) => {
                let asked = Asked::Stamped(kept.checkpoint, kept.stamped_at);
                keep(&desk, kept, every)?;
                Ok(asked)
            }
            Err(trouble) => {
                let words = trouble.words.clone();
                put_off(&desk, name, trouble)?;
                Ok(Asked::Failed(words))
            }
        })
        .await
    }
}

/// Checks an answer whole before it is kept, and tells when it was made.
fn look_at(
    answer: &[u8],
    note: &str,
    nonce: [u8; 8],
    authority: &Authority,
) -> Result<Timestamp, Trouble> {
    let (nonce, roots) = (Nonce::from_bytes(nonce), &authority.roots);
    let plain = |words: String| Trouble { words, after: 0 };
    let stamp = verify(answer, note.as_bytes(), Some(nonce), roots);
    let stamp = stamp.map_err(|error| plain(error.to_string()))?;
    Timestamp::from_millis(stamp.at()).map_err(|error| plain(error.to_string()))
}

fn heard(trouble: AuthorityTrouble) -> Trouble {
    match trouble {
        AuthorityTrouble::Fetch(trouble) => Trouble {
            words: hooks::trouble_words(&trouble),
            after: trouble.retry_after().map_or(0, |after| after.as_secs()),
        },
        AuthorityTrouble::Status { after, .. } => Trouble {
            words: trouble.to_string(),
            after: after.map_or(0, |after| after.as_secs()),
        },
        AuthorityTrouble::TooLarge { .. } => Trouble {
            words: trouble.to_string(),
            after: 0,
        },
    }
}

fn keep(desk: &Desk, kept: Kept, every: u64) -> Result<(), DeskError> {
    let now = desk.now();
    desk.store().write(move |tx| {
        rows::keep(tx, &kept)?;
        let turn = Turn {
            tries: 0,
            tried_at: now,
            due_at: later(now, seconds(every)),
            words: None,
        };
        Ok(rows::put_turn(tx, &kept.authority, &turn)?)
    })
}

fn put_off(
    desk: &Desk,
    name: crate::domain::authority::AuthorityName,
    trouble: Trouble,
) -> Result<(), DeskError> {
    let now = desk.now();
    desk.store().write(move |tx| {
        let failed = rows::turn(tx, &name)?.map_or(0, |turn| turn.tries);
        let pause = PAUSES[(failed as usize).min(PAUSES.len() - 1)];
        let turn = Turn {
            tries: failed.saturating_add(1),
            tried_at: now,
            due_at: later(now, seconds(pause.max(trouble.after.min(DAY)))),
            words: Some(trouble.words),
        };
        Ok(rows::put_turn(tx, &name, &turn)?)
    })
}

/// Seconds as the milliseconds that moments are counted in.
fn seconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / 1_000) * 1_000
}
