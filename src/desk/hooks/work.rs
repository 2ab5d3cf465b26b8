//! Telling hooks what happened: each in the log's order and one message at a
//! time, all hooks beside each other, so that a slow receiver holds up nobody
//! but itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::{Id, JoinSet};

use crate::capture::fetch::{FetchTrouble, Fetcher, Parcel, Receipt};
use crate::desk::capturing::blocking;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::{EntryIndex, HookId};
use crate::domain::time::{Timestamp, later};
use crate::store::local::deliveries::{self, Delivery, Stage};
use crate::store::local::hooks::{self as rows, Hook};
use crate::store::trail::{self, Followed};
use crate::store::{Tx, log};

use super::{message, secrets, signature};

/// How long to sleep when nothing wakes us.
const NAP: Duration = Duration::from_secs(1);
/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest that a receiver is left alone at its own wish, in seconds.
const DAY: u64 = 86_400;
/// How many hooks are told something at a time.
const MOST_LANES: usize = 50;
/// How many entries are looked at before others have their turn.
const STRETCH: usize = 500;
/// The pauses after each try that fails, in seconds, as Standard Webhooks
/// proposes; after the last one the hook is paused.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Wakes those who tell hooks.
#[derive(Default)]
pub struct Bell(Notify);

impl Bell {
    pub(super) fn ring(&self) {
        self.0.notify_one();
    }
}

/// What tells hooks.
#[derive(Clone)]
pub struct Teller {
    desk: Desk,
    post: Arc<Fetcher>,
    /// The address below which claims are read.
    claims: String,
}

/// What there is to do for a hook.
enum Next {
    Nothing,
    /// Entries that it is not told of were passed over.
    Further,
    Send(Box<(Hook, Delivery)>),
}

impl Teller {
    /// Tells the hooks of a desk by `post`; `claims` is the address below
    /// which claims are read.
    pub const fn new(desk: Desk, post: Arc<Fetcher>, claims: String) -> Self {
        Self { desk, post, claims }
    }

    /// Works for ever.
    pub async fn run(&self) {
        let mut lanes = JoinSet::new();
        let mut working: HashMap<Id, HookId> = HashMap::new();
        loop {
            if let Err(error) = self.send_out(&mut lanes, &mut working).await {
                tracing::error!(%error, "the hooks could not be looked at; it is tried again");
            }
            tokio::select! {
                Some(done) = lanes.join_next_with_id(), if !lanes.is_empty() => {
                    let id = done.map_or_else(|broken| broken.id(), |(id, ())| id);
                    working.remove(&id);
                }
                _ = tokio::time::timeout(NAP, self.desk.bell.0.notified()) => {}
            }
        }
    }

    /// Begins to work for every hook for which there is something to do and
    /// nobody does it.
    async fn send_out(
        &self,
        lanes: &mut JoinSet<()>,
        working: &mut HashMap<Id, HookId>,
    ) -> Result<(), DeskError> {
        for hook in self.busy().await? {
            let is_taken = working.values().any(|other| *other == hook);
            if is_taken || lanes.len() >= MOST_LANES {
                continue;
            }
            let teller = self.clone();
            let lane = lanes.spawn(async move { teller.lane(hook).await });
            working.insert(lane.id(), hook);
        }
        Ok(())
    }

    async fn busy(&self) -> Result<Vec<HookId>, DeskError> {
        let desk = self.desk.clone();
        let now = desk.now();
        blocking(move || desk.read(|db| Ok(rows::busy(db, now, log::size(db)?)?))).await
    }

    /// Tells a hook what there is to tell it now.
    async fn lane(&self, hook: HookId) {
        loop {
            match self.step(hook).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::error!(%error, hook = hook.get(), "a hook could not be told; it is tried again");
                    // Disk or database are in trouble: not at once.
                    return tokio::time::sleep(NAP).await;
                }
            }
        }
    }

    /// Does the next thing for a hook; false when there is nothing to do now.
    ///
    /// # Errors
    /// When disk or database fail. A receiver that fails is no error: the log
    /// of messages says why.
    pub async fn step(&self, hook: HookId) -> Result<bool, DeskError> {
        let (hook, delivery) = match self.next(hook).await? {
            Next::Nothing => return Ok(false),
            Next::Further => return Ok(true),
            Next::Send(send) => *send,
        };
        let answer = self.send(&hook, &delivery).await;
        let desk = self.desk.clone();
        blocking(move || settle(&desk, delivery, &answer)).await?;
        Ok(true)
    }

    async fn next(&self, hook: HookId) -> Result<Next, DeskError> {
        let (desk, claims) = (self.desk.clone(), self.claims.clone());
        blocking(move || {
            let now = desk.now();
            let message = message::name(&desk);
            let waits = desk.read(|db| {
                let Some(found) = rows::find(db, hook)? else {
                    return Ok(Some(Next::Nothing));
                };
                Ok(match deliveries::first(db, hook)? {
                    Some(first)
                        if first.due_at <= now && (first.by_hand || found.paused.is_none()) =>
                    {
                        Some(Next::Send(Box::new((found, first))))
                    }
                    Some(_) => Some(Next::Nothing),
                    None if found.paused.is_some() || found.told.get() >= log::size(db)? => {
                        Some(Next::Nothing)
                    }
                    None => None,
                })
            })?;
            match waits {
                Some(next) => Ok(next),
                None => desk
                    .store()
                    .write(move |tx| advance(tx, hook, message, &claims, now)),
            }
        })
        .await
    }

    /// One try.
    async fn send(&self, hook: &Hook, delivery: &Delivery) -> Result<Receipt, FetchTrouble> {
        let now = self.desk.now();
        let seconds = now.as_millis().div_euclid(1_000);
        let url = url::Url::parse(&hook.url);
        let url = url.map_err(|_| FetchTrouble::Scheme(hook.url.clone()))?;
        let name = (delivery.message.as_str(), seconds);
        let signature = signature::sign(secrets(hook, now), name, &delivery.body);
        let parcel = Parcel {
            url,
            headers: vec![
                ("webhook-id", delivery.message.clone()),
                ("webhook-timestamp", seconds.to_string()),
                ("webhook-signature", signature),
            ],
            body: delivery.body.clone().into_bytes(),
            within: PATIENCE,
        };
        self.post.post(parcel).await
    }
}

/// Looks at what comes next in the log for a hook: makes a message of the first
/// entry that it is told of, and moves its place on, both or neither.
fn advance(
    tx: &Tx<'_>,
    hook: HookId,
    message: String,
    claims: &str,
    now: Timestamp,
) -> Result<Next, DeskError> {
    // What was seen before may have changed until this transaction began.
    let Some(found) = rows::find(tx, hook)?.filter(|found| found.paused.is_none()) else {
        return Ok(Next::Nothing);
    };
    if deliveries::first(tx, hook)?.is_some() {
        return Ok(Next::Further);
    }
    let steps = trail::since(tx, Followed::Desk, found.told, STRETCH)?;
    let wanted = steps.iter().find(|step| found.interest.holds(&step.kind));
    let Some(last) = wanted.or(steps.last()) else {
        return Ok(Next::Nothing);
    };
    rows::told(tx, hook, EntryIndex::new(last.entry.get() + 1))?;
    let Some(step) = wanted else {
        return Ok(Next::Further);
    };
    let id = deliveries::add(tx, &message::about(hook, message, step, claims), now)?;
    let delivery = deliveries::find(tx, hook, id)?;
    Ok(delivery.map_or(Next::Further, |delivery| {
        Next::Send(Box::new((found, delivery)))
    }))
}

/// Why a try was not taken.
struct Refused {
    status: Option<u16>,
    words: String,
    /// How long the receiver asks to be left alone, in milliseconds.
    after: i64,
    /// Whether another try would be in vain.
    for_good: bool,
}

/// Writes what became of a try.
fn settle(
    desk: &Desk,
    mut delivery: Delivery,
    answer: &Result<Receipt, FetchTrouble>,
) -> Result<(), DeskError> {
    let now = desk.now();
    let refused = refused(answer);
    delivery.tried_at = Some(now);
    desk.store().write(move |tx| {
        // Meanwhile somebody may have let the hook go, or asked again.
        let there = deliveries::find(tx, delivery.hook, delivery.id)?;
        let Some(there) = there.filter(|there| there.message == delivery.message) else {
            return Ok(());
        };
        delivery.tries = there.tries + 1;
        let refused = match refused {
            Ok(status) => {
                delivery.stage = Stage::Delivered;
                (delivery.status, delivery.words) = (Some(status), None);
                return Ok(deliveries::put(tx, &delivery)?);
            }
            Err(refused) => refused,
        };
        let pause = PAUSES.get(delivery.tries as usize - 1).copied();
        delivery.status = refused.status;
        if delivery.by_hand {
            delivery.stage = Stage::Failed;
        } else if let Some(seconds) = pause.filter(|_| !refused.for_good) {
            delivery.due_at = later(now, refused.after.max(seconds * 1_000));
        } else {
            rows::pause(tx, delivery.hook, Some(&refused.words))?;
        }
        delivery.words = Some(refused.words);
        Ok::<_, DeskError>(deliveries::put(tx, &delivery)?)
    })
}

/// The status of a message that was taken, or why it was not.
fn refused(answer: &Result<Receipt, FetchTrouble>) -> Result<u16, Refused> {
    let receipt = match answer {
        Ok(receipt) => receipt,
        Err(trouble) => {
            return Err(Refused {
                status: None,
                words: words(trouble),
                after: 0,
                for_good: is_closed(trouble),
            });
        }
    };
    let words = match receipt.status {
        200..=299 => return Ok(receipt.status),
        410 => "the receiver says that it is gone for good (status 410)".to_owned(),
        300..=399 => format!(
            "the receiver sends us elsewhere (status {}), which is not followed; write the address where it is now",
            receipt.status
        ),
        status => format!("the receiver does not take it (status {status})"),
    };
    let after = receipt
        .retry_after
        .map_or(0, |after| after.as_secs().min(DAY));
    Err(Refused {
        status: Some(receipt.status),
        words,
        after: after as i64 * 1_000,
        for_good: receipt.status == 410,
    })
}

/// Whether the door stays shut until an administrator opens it.
const fn is_closed(trouble: &FetchTrouble) -> bool {
    matches!(
        trouble,
        FetchTrouble::Scheme(_)
            | FetchTrouble::Credentials { .. }
            | FetchTrouble::Port { .. }
            | FetchTrouble::Insecure { .. }
            | FetchTrouble::NotPublic { .. }
            | FetchTrouble::ThisMachine { .. }
    )
}

/// What stands in the way, for those who look after a hook or another address
/// that the desk speaks to by itself.
pub(in crate::desk) fn words(trouble: &FetchTrouble) -> String {
    const OPEN: &str = "an administrator can name it to allow under [fetch] in config.toml";
    match trouble {
        FetchTrouble::Credentials { host } => {
            format!("there is a user name or a password in the address of {host}; leave it out")
        }
        FetchTrouble::Port { host, port } => {
            format!("nothing is sent to {host} at port {port}; {OPEN}")
        }
        FetchTrouble::Insecure { host } => {
            format!(
                "{host} would be asked without HTTPS, which this desk does not do; give its address with https://, or {OPEN}"
            )
        }
        FetchTrouble::NotPublic {
            host,
            address,
            special,
        } => {
            format!("{host} is not a public host: {address} is {special}; {OPEN}")
        }
        FetchTrouble::ThisMachine { host } => format!("{host} is this machine itself; {OPEN}"),
        FetchTrouble::Unknown { host, .. } => format!("the name {host} leads to no address"),
        FetchTrouble::Unreachable { host, .. } => format!("{host} cannot be reached"),
        FetchTrouble::Certificate { host, source } => {
            format!("{host} cannot prove that it is {host}: {source}")
        }
        FetchTrouble::Slow { host, within } => {
            format!("{host} does not answer within {} seconds", within.as_secs())
        }
        FetchTrouble::BrokenOff { host, .. } => format!("{host} broke off before it answered"),
        FetchTrouble::NotHttp { host, .. } => format!("what {host} answers is not HTTP"),
        other => other.to_string(),
    }
}
