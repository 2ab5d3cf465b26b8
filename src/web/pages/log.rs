//! The log, for the people of the desk.

use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::time::Timestamp;
use crate::store::{Db, log, people, trail};

use super::super::auth::Visitor;
use super::super::render::{Answer, Frame, page};
use super::super::state::App;
use super::view::{PAGE, deed_words};

struct Line {
    entry: u64,
    at: Timestamp,
    who: String,
    kind: String,
    claim: Option<i64>,
    source: Option<i64>,
    leaf: String,
}

impl Line {
    fn deed(&self) -> &str {
        deed_words(&self.kind)
    }
}

#[derive(Template)]
#[template(path = "desk/log.html")]
struct LogPage {
    frame: Frame,
    lines: Vec<Line>,
    next: Option<u64>,
}

#[derive(Deserialize)]
pub(in super::super) struct Place {
    before: Option<u64>,
}

pub(in super::super) async fn list(
    app: web::Data<App>,
    me: Visitor,
    place: web::Query<Place>,
) -> Answer {
    let before = place.before.map(EntryIndex::new);
    let lines = app
        .desk(move |desk| desk.read(|db| lines(db, before)))
        .await?;
    let next = lines
        .last()
        .map(|line| line.entry)
        .filter(|entry| *entry > 0);
    page(&LogPage {
        frame: Frame::new(&app, Some(me.0)),
        lines,
        next,
    })
}

/// A page of the log, in a few queries.
fn lines(db: &Db<'_>, before: Option<EntryIndex>) -> Result<Vec<Line>, DeskError> {
    let steps = trail::list(db, before, PAGE)?;
    let (Some(newest), Some(oldest)) = (steps.first(), steps.last()) else {
        return Ok(Vec::new());
    };
    let mut leaves = log::leaves(db, (oldest.entry, newest.entry))?;
    let names = people::names(db)?;
    let lines = steps.into_iter().map(|step| {
        let leaf = leaves.remove(&step.entry).unwrap_or_default();
        line(step, leaf, &names)
    });
    Ok(lines.collect())
}

fn line(step: trail::Step, leaf: String, names: &BTreeMap<PersonId, String>) -> Line {
    let who = step.by.and_then(|by| names.get(&by.person));
    let who = who.map_or("the desk", String::as_str).to_owned();
    Line {
        entry: step.entry.get(),
        at: step.at,
        who,
        kind: step.kind,
        claim: step.claim.map(|claim| claim.get()),
        source: step.source.map(|source| source.get()),
        leaf,
    }
}
