//! Hooks: other systems are told what happens here (Standard Webhooks).
//!
//! Each hook keeps the place in the log up to which it was told. What comes
//! after is made into messages in the log's order, one at a time: a message is
//! kept before it is sent, under a name that stays the same in every try, and
//! the place moves on in the same transaction. So nothing is lost by a crash,
//! and what is sent twice is known again by its name.

mod message;
mod signature;
mod work;

use crate::domain::hook::HookSecret;
use crate::domain::ids::{DeliveryId, EntryIndex, HookId};
use crate::domain::person::Deed;
use crate::domain::time::{Timestamp, later};
use crate::store::local::deliveries::{self, Delivery, Stage};
use crate::store::local::hooks::{self as rows, Hook, Sheet};
use crate::store::{Db, log};

use super::{Actor, Desk, DeskError, Pen};

pub(in crate::desk) use self::work::words as trouble_words;
pub use self::work::{Bell, Teller};

/// How many hooks a desk may have.
pub const MOST_HOOKS: u64 = 50;
/// How long a secret signs beside the one that took its place, in
/// milliseconds: a day.
const OVERLAP: i64 = 24 * 60 * 60 * 1_000;
/// How many random bytes a secret has.
const SECRET: usize = 32;
/// What a hook says that somebody paused.
const BY_HAND: &str = "somebody paused it";

/// A hook, and what somebody saw of it.
pub type HookAsSeen = (HookId, u64);

/// Makes a hook that is told what happens from now on, and returns its secret.
///
/// # Errors
/// When there are too many hooks.
pub fn make(desk: &Desk, actor: Actor, sheet: Sheet) -> Result<(HookId, HookSecret), DeskError> {
    let secret = draw(desk);
    let kept = secret.clone();
    let id = desk.act(actor, Deed::ManageDesk, move |pen| {
        if rows::count(pen)? >= MOST_HOOKS {
            return Err(DeskError::TooManyHooks(MOST_HOOKS));
        }
        let next = EntryIndex::new(log::size(pen)?);
        Ok(rows::add(pen.tx, (&sheet, &kept), next, pen.at)?)
    })?;
    Ok((id, secret))
}

fn draw(desk: &Desk) -> HookSecret {
    let mut bytes = vec![0; SECRET];
    desk.world.rng.fill(&mut bytes);
    HookSecret::new(bytes)
}

/// Says something else of a hook. What waits goes to the new address.
///
/// # Errors
/// When somebody changed it since it was seen.
pub fn revise(
    desk: &Desk,
    actor: Actor,
    (hook, seen): HookAsSeen,
    sheet: Sheet,
) -> Result<(), DeskError> {
    act(desk, actor, hook, move |pen, found| {
        as_seen(found, seen)?;
        Ok(rows::revise(pen.tx, hook, &sheet)?)
    })
}

/// Lets a hook go, with the log of its messages.
///
/// # Errors
/// When somebody changed it since it was seen.
pub fn remove(desk: &Desk, actor: Actor, (hook, seen): HookAsSeen) -> Result<(), DeskError> {
    act(desk, actor, hook, move |pen, found| {
        as_seen(found, seen)?;
        Ok(rows::remove(pen.tx, hook)?)
    })
}

/// Lets a hook be told nothing until it is resumed; it misses nothing.
pub fn pause(desk: &Desk, actor: Actor, hook: HookId) -> Result<(), DeskError> {
    act(desk, actor, hook, move |pen, found| {
        if found.paused.is_some() {
            return Ok(());
        }
        Ok(rows::pause(pen.tx, hook, Some(BY_HAND))?)
    })
}

/// Tells a hook all that it missed, and goes on.
pub fn resume(desk: &Desk, actor: Actor, hook: HookId) -> Result<(), DeskError> {
    act(desk, actor, hook, move |pen, found| {
        deliveries::hurry(pen.tx, hook, pen.now())?;
        if found.paused.is_none() {
            return Ok(());
        }
        Ok(rows::pause(pen.tx, hook, None)?)
    })
}

/// Signs with a new secret from now on, and returns it; the one before signs
/// beside it for a day, so that receivers can change in peace.
pub fn rotate(desk: &Desk, actor: Actor, hook: HookId) -> Result<HookSecret, DeskError> {
    let secret = draw(desk);
    let kept = secret.clone();
    act(desk, actor, hook, move |pen, _| {
        Ok(rows::rotate(
            pen.tx,
            hook,
            &kept,
            later(pen.now(), OVERLAP),
        )?)
    })?;
    Ok(secret)
}

/// Sends a hook a test, paused or not.
pub fn test(desk: &Desk, actor: Actor, hook: HookId) -> Result<DeliveryId, DeskError> {
    let message = message::name(desk);
    act(desk, actor, hook, move |pen, _| {
        let new = message::test(hook, message, pen.at);
        Ok(deliveries::add(pen.tx, &new, pen.now())?)
    })
}

/// Sends a message once more, under the same name; what waits is tried now.
///
/// # Errors
/// When there is no such message, or it is not remembered any more.
pub fn send_again(
    desk: &Desk,
    actor: Actor,
    hook: HookId,
    delivery: DeliveryId,
) -> Result<(), DeskError> {
    act(desk, actor, hook, move |pen, _| {
        let mut found = message_of(pen, hook, delivery)?;
        if found.stage != Stage::Waiting {
            found.by_hand = true;
            found.stage = Stage::Waiting;
        }
        (found.tries, found.due_at) = (0, pen.now());
        Ok(deliveries::put(pen.tx, &found)?)
    })
}

/// Does something to a hook that is there, and wakes those who tell.
fn act<T: Send + 'static>(
    desk: &Desk,
    actor: Actor,
    hook: HookId,
    deed: impl FnOnce(&Pen<'_, '_>, &Hook) -> Result<T, DeskError> + Send + 'static,
) -> Result<T, DeskError> {
    let done = desk.act(actor, Deed::ManageDesk, move |pen| {
        let found = get(pen, hook)?;
        deed(pen, &found)
    })?;
    desk.bell.ring();
    Ok(done)
}

fn as_seen(found: &Hook, seen: u64) -> Result<(), DeskError> {
    if found.rev == seen {
        Ok(())
    } else {
        Err(DeskError::ChangedSince("hook"))
    }
}

fn get(db: &Db<'_>, hook: HookId) -> Result<Hook, DeskError> {
    rows::find(db, hook)?.ok_or(DeskError::NoSuch {
        what: "hook",
        id: hook.get(),
    })
}

/// Finds a hook.
///
/// # Errors
/// When there is none of this number.
pub fn look(desk: &Desk, hook: HookId) -> Result<Hook, DeskError> {
    desk.read(|db| get(db, hook))
}

/// Lists hooks in the order in which they were made, after one.
pub fn list(desk: &Desk, after: Option<HookId>, limit: usize) -> Result<Vec<Hook>, DeskError> {
    desk.read(|db| Ok(rows::list(db, after, limit)?))
}

/// Lists messages to a hook, newest first, that come before `before`.
///
/// # Errors
/// When there is no such hook.
pub fn deliveries(
    desk: &Desk,
    hook: HookId,
    before: Option<DeliveryId>,
    limit: usize,
) -> Result<Vec<Delivery>, DeskError> {
    desk.read(|db| {
        get(db, hook)?;
        Ok(deliveries::list(db, hook, before, limit)?)
    })
}

/// Finds a message to a hook.
///
/// # Errors
/// When there is no such message, or it is not remembered any more.
pub fn look_at(desk: &Desk, hook: HookId, delivery: DeliveryId) -> Result<Delivery, DeskError> {
    desk.read(|db| message_of(db, hook, delivery))
}

fn message_of(db: &Db<'_>, hook: HookId, delivery: DeliveryId) -> Result<Delivery, DeskError> {
    let found = deliveries::find(db, hook, delivery)?;
    found.ok_or(DeskError::NoSuch {
        what: "message of this hook",
        id: delivery.get(),
    })
}

/// The secrets that sign a hook's messages at `now`, the newest first.
fn secrets(hook: &Hook, now: Timestamp) -> impl Iterator<Item = &HookSecret> {
    let old = hook.old.as_ref().filter(|(_, until)| *until > now);
    std::iter::once(&hook.secret).chain(old.map(|(secret, _)| secret))
}
