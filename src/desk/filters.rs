//! Filters of the queue that people gave a name: machinery, each person's own.

use crate::domain::hash::ContentHash;
use crate::domain::ids::PersonId;
use crate::domain::person::Deed;
use crate::store::Db;
use crate::store::local::filters::{self as rows, Saved};

use super::{Actor, Desk, DeskError, Pen};

/// The filters that somebody keeps, by name.
pub fn list(desk: &Desk, person: PersonId) -> Result<Vec<Saved>, DeskError> {
    desk.read(|db| Ok(rows::list(db, person)?))
}

/// One of somebody's filters.
///
/// # Errors
/// When they keep none of that name.
pub fn find(desk: &Desk, person: PersonId, name: &str) -> Result<Saved, DeskError> {
    desk.read(|db| of(db, person, name))
}

fn of(db: &Db<'_>, person: PersonId, name: &str) -> Result<Saved, DeskError> {
    let found = rows::find(db, person, name)?;
    found.ok_or_else(|| DeskError::NoFilter(name.to_owned()))
}

/// A number that tells the states of a filter apart.
pub fn print(saved: &Saved) -> u64 {
    let hash = ContentHash::of(saved.query.as_bytes());
    let start = &hash.as_bytes()[..6];
    start
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Keeps a filter of the queue for whoever acts, in place of one of that name.
///
/// # Errors
/// When they keep as many as they may.
pub fn keep(desk: &Desk, actor: Actor, saved: Saved) -> Result<(), DeskError> {
    on_filters(desk, actor, move |pen, person| put(pen, person, &saved))
}

/// Keeps a filter under a name that is not taken.
///
/// # Errors
/// When it is taken, or they keep as many as they may.
pub fn add(desk: &Desk, actor: Actor, saved: Saved) -> Result<(), DeskError> {
    on_filters(desk, actor, move |pen, person| {
        if rows::find(pen, person, &saved.name)?.is_some() {
            return Err(DeskError::FilterThere(saved.name.clone()));
        }
        put(pen, person, &saved)
    })
}

/// Lets a filter be another one, if it still is what was seen of it.
///
/// # Errors
/// When it is not, or there is none.
pub fn change(desk: &Desk, actor: Actor, saved: Saved, seen: u64) -> Result<(), DeskError> {
    on_filters(desk, actor, move |pen, person| {
        as_seen(&of(pen, person, &saved.name)?, seen)?;
        put(pen, person, &saved)
    })
}

/// Lets a filter go, if it still is what was seen of it.
///
/// # Errors
/// When it is not, or there is none.
pub fn remove(desk: &Desk, actor: Actor, name: String, seen: u64) -> Result<(), DeskError> {
    on_filters(desk, actor, move |pen, person| {
        as_seen(&of(pen, person, &name)?, seen)?;
        Ok(rows::remove(pen.tx, person, &name)?)
    })
}

/// Lets a filter go.
pub fn let_go(desk: &Desk, actor: Actor, name: String) -> Result<(), DeskError> {
    on_filters(desk, actor, move |pen, person| {
        Ok(rows::remove(pen.tx, person, &name)?)
    })
}

fn as_seen(saved: &Saved, seen: u64) -> Result<(), DeskError> {
    if print(saved) == seen {
        Ok(())
    } else {
        Err(DeskError::ChangedSince("filter"))
    }
}

fn put(pen: &Pen<'_, '_>, person: PersonId, saved: &Saved) -> Result<(), DeskError> {
    let is_new = rows::find(pen, person, &saved.name)?.is_none();
    if is_new && rows::list(pen, person)?.len() >= rows::MOST {
        return Err(DeskError::TooManyFilters(rows::MOST));
    }
    Ok(rows::put(pen.tx, person, saved)?)
}

/// Does something to the filters of whoever acts; the operator keeps none.
fn on_filters(
    desk: &Desk,
    actor: Actor,
    deed: impl FnOnce(&Pen<'_, '_>, PersonId) -> Result<(), DeskError> + Send + 'static,
) -> Result<(), DeskError> {
    let Some(by) = actor.byline() else {
        return Ok(());
    };
    desk.act(actor, Deed::Read, move |pen| deed(pen, by.person))
}
