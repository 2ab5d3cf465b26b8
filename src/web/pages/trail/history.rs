//! The history of a claim and of a person, to be printed: every entry with its
//! number, its time and the checkpoint that covers it, the oldest first.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ClaimId, EntryIndex, PersonId};
use crate::domain::time::{PartialDate, Timestamp};
use crate::store::trail::told::{self, Filter, Hand, Place};
use crate::store::{Db, checkpoints, claims, people};
use crate::web::auth::Visitor;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;
use crate::web::telling::{self, Line};

use super::asked::moment;

/// How many entries one part of a history has. A long one comes in parts, each
/// of which prints by itself.
const MOST: usize = 500;

/// Which part of a history, and of which time.
#[derive(Deserialize)]
pub(in crate::web) struct Part {
    after: Option<EntryIndex>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// Whose history it is.
enum Whose {
    Claim(ClaimId, String),
    Person(PersonId, String),
}

#[derive(Template)]
#[template(path = "trail/history.html")]
struct HistoryPage {
    frame: Frame,
    whose: Whose,
    /// The span that it is of, as it was typed.
    from: String,
    to: String,
    /// What is wrong with it.
    left_out: Vec<String>,
    /// Whether there are parts before this one.
    goes_on: bool,
    lines: Vec<Line>,
    /// Where the next part is.
    next: Option<String>,
    now: Timestamp,
    checkpoint: Option<(u64, String)>,
}

pub(in crate::web) async fn of_claim(
    app: web::Data<App>,
    me: Visitor,
    claim: web::Path<ClaimId>,
    part: web::Query<Part>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let whose = move |db: &Db<'_>| {
        let found = claims::find(db, *claim)?;
        let found = found.ok_or_else(|| no_such("claim", claim.get()))?;
        Ok(Whose::Claim(*claim, found.statement))
    };
    let part = part.into_inner();
    let view = app.desk(move |desk| view(desk, frame, part, whose)).await?;
    page(&view)
}

pub(in crate::web) async fn of_person(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    part: web::Query<Part>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let whose = move |db: &Db<'_>| {
        let found = people::find(db, *person)?;
        let found = found.ok_or_else(|| no_such("person", person.get()))?;
        Ok(Whose::Person(*person, found.name))
    };
    let part = part.into_inner();
    let view = app.desk(move |desk| view(desk, frame, part, whose)).await?;
    page(&view)
}

fn no_such(what: &'static str, id: i64) -> DeskError {
    DeskError::NoSuch { what, id }
}

fn view(
    desk: &Desk,
    frame: Frame,
    part: Part,
    whose: impl FnOnce(&Db<'_>) -> Result<Whose, DeskError>,
) -> Result<HistoryPage, DeskError> {
    let now = desk.now();
    desk.read(|db| {
        let whose = whose(db)?;
        let mut filter = whose.filter();
        let mut left_out = Vec::new();
        let mut read = |value: &str, end: fn(&PartialDate) -> Option<i64>| {
            let value = value.trim();
            let moment = (!value.is_empty()).then(|| moment(value, end));
            moment.and_then(|moment| moment.map_err(|why| left_out.push(why)).ok())
        };
        filter.from = read(&part.from, PartialDate::starts_at);
        filter.to = read(&part.to, PartialDate::ends_at);
        let found = told::list(db, &filter, Place::After(part.after), MOST)?;
        let last = found.last().filter(|_| found.len() == MOST);
        let next = last.map(|told| whose.next(&part, told.entry));
        Ok(HistoryPage {
            frame,
            whose,
            goes_on: part.after.is_some(),
            from: part.from,
            to: part.to,
            left_out,
            lines: telling::lines(db, found)?,
            next,
            now,
            checkpoint: checkpoints::newest(db)?,
        })
    })
}

impl Whose {
    fn filter(&self) -> Filter {
        match self {
            Self::Claim(claim, _) => Filter {
                claim: Some(*claim),
                ..Filter::default()
            },
            Self::Person(person, _) => Filter {
                by: Some(Hand::Person(*person)),
                ..Filter::default()
            },
        }
    }

    /// The address of the history.
    fn path(&self) -> String {
        match self {
            Self::Claim(claim, _) => format!("/claims/{claim}/history"),
            Self::Person(person, _) => format!("/people/{person}/history"),
        }
    }

    /// Where it goes on after an entry.
    fn next(&self, part: &Part, after: EntryIndex) -> String {
        let mut query = Serializer::new(String::new());
        let span = [("from", &part.from), ("to", &part.to)];
        query.extend_pairs(span.iter().filter(|(_, value)| !value.is_empty()));
        query.append_pair("after", &after.to_string());
        format!("{}?{}", self.path(), query.finish())
    }
}

impl HistoryPage {
    /// How many entries the newest checkpoint covers of those that are shown.
    fn covered(&self) -> usize {
        let size = self.checkpoint.as_ref().map_or(0, |(size, _)| *size);
        let inside = |line: &&Line| line.entry.get() < size;
        self.lines.iter().filter(inside).count()
    }
}
