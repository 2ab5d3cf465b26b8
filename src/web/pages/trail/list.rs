//! The log for the people of the desk: its entries in plain sentences.

use actix_web::web;
use askama::Template;

use crate::desk::DeskError;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::domain::time::Timestamp;
use crate::store::people::Person;
use crate::store::trail::told::{self, Hand, Part, Place};
use crate::store::{Db, people};
use crate::web::auth::Visitor;
use crate::web::here;
use crate::web::pages::view::PAGE;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;
use crate::web::telling::{self, Line};

use super::asked::{Asked, DESK, Narrowed};

/// The entries of one day.
struct Day {
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "trail/list.html")]
struct ListPage {
    frame: Frame,
    asked: Narrowed,
    people: Vec<Person>,
    days: Vec<Day>,
    /// The narrowed list has one page at least.
    next: Option<String>,
    /// Whom the list is narrowed to.
    person: Option<PersonId>,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    let asked = Narrowed::new(asked.into_inner());
    let frame = Frame::new(&app, Some(me.0));
    let view = app
        .desk(move |desk| desk.read(|db| view(db, frame, asked)))
        .await?;
    page(&view)
}

fn view(db: &Db<'_>, frame: Frame, asked: Narrowed) -> Result<ListPage, DeskError> {
    let found = told::list(db, &asked.filter, Place::Before(asked.before), PAGE)?;
    let last = found.last().filter(|_| found.len() == PAGE);
    let last = last.map(|told| told.entry).filter(|entry| entry.get() > 0);
    let person = match asked.filter.by {
        Some(Hand::Person(person)) => Some(person),
        _ => None,
    };
    Ok(ListPage {
        frame,
        people: people::list(db)?,
        days: days(telling::lines(db, found)?),
        next: last.map(|entry: EntryIndex| asked.from(entry)),
        person,
        asked,
    })
}

/// Entries by the day on which they were made; a hole belongs to the day of
/// what stands before it in the list.
fn days(lines: Vec<Line>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for line in lines {
        let at = line.step.as_ref().map(|step| step.at);
        let name = at.map(|at: Timestamp| at.day_written(here::locale()));
        match (days.last_mut(), name) {
            (Some(day), None) => day.lines.push(line),
            (Some(day), Some(name)) if day.name == name => day.lines.push(line),
            (_, name) => days.push(Day {
                name: name.unwrap_or_else(|| "Missing".to_owned()),
                lines: vec![line],
            }),
        }
    }
    days
}

impl ListPage {
    /// Whether a person is the one whose acts are shown.
    fn is_chosen(&self, person: &Person) -> bool {
        self.person == Some(person.id)
    }
}
