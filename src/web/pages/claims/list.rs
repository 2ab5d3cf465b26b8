//! The queue: its names and counts at the side, its claims, and what can be
//! done with several of them at once.

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use askama::Template;

use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ArticleId, PersonId};
use crate::domain::person::Role;
use crate::domain::plan::Priority;
use crate::domain::scale::Rating;
use crate::domain::words::Title;
use crate::store::local::filters::{self, Saved};
use crate::store::people::{self, Person};
use crate::store::queue::{self, Due, Order, Queue};
use crate::store::{Db, articles, log, scales};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::view::{PAGE, STATES};
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;

use super::row::QueueRow;
use super::wanted::Wanted;

#[derive(Template)]
#[template(path = "claims/list.html")]
struct ListPage {
    frame: Frame,
    wanted: Wanted,
    query: String,
    rows: Vec<QueueRow>,
    counts: BTreeMap<&'static str, u64>,
    saved: Vec<Saved>,
    people: Vec<Person>,
    /// The newest articles, and the one that is filtered by.
    articles: Vec<(ArticleId, Title)>,
    ratings: Vec<Rating>,
    next: Option<String>,
    /// What was just done with several claims.
    said: Option<String>,
    form: Fields,
    /// The newest entry of the log that the page shows.
    newest: Option<u64>,
}

/// A queue as a link at the side.
struct QueueLink {
    queue: Queue,
    query: String,
    count: u64,
    is_current: bool,
}

impl QueueLink {
    /// Whether what stands in it should not be there for long.
    const fn is_alert(&self) -> bool {
        let bad = matches!(self.queue, Queue::Blocked | Queue::Stale | Queue::Overdue);
        bad && self.count > 0
    }
}

/// The queues of somebody's own, and those of the whole desk.
const GROUPS: [(&str, &[Queue]); 2] = [
    ("For you", &[Queue::Mine, Queue::Eyes]),
    (
        "The desk’s",
        &[
            Queue::Open,
            Queue::Unassigned,
            Queue::Blocked,
            Queue::Stale,
            Queue::Overdue,
            Queue::Due,
            Queue::Published,
            Queue::All,
        ],
    ),
];

impl ListPage {
    fn groups(&self) -> Vec<(&'static str, Vec<QueueLink>)> {
        let link = |queue: &Queue| QueueLink {
            queue: *queue,
            query: self.wanted.in_queue(*queue),
            count: self.counts.get(queue.as_str()).copied().unwrap_or_default(),
            is_current: *queue == self.wanted.queue(),
        };
        let groups = GROUPS.iter();
        groups
            .map(|(title, queues)| (*title, queues.iter().map(link).collect()))
            .collect()
    }

    /// The query as a value of another one.
    fn from(&self) -> String {
        url::form_urlencoded::byte_serialize(self.query.as_bytes()).collect()
    }

    /// Whether claims are to be arranged by whoever looks.
    fn may_arrange(&self) -> bool {
        self.frame.may(crate::domain::person::Deed::Assign) && !self.rows.is_empty()
    }

    fn helpers(&self) -> impl Iterator<Item = &Person> {
        let people = self.people.iter();
        people.filter(|person| !person.gone && person.role != Role::Reader)
    }

    /// What a queue is for, when it has nothing to show.
    const fn lesson(&self, queue: Queue) -> (&'static str, &'static str) {
        match queue {
            Queue::Open => (
                "Nothing is open",
                "Everything here is published or withdrawn. Open a claim, or add an article and mark its statements.",
            ),
            Queue::Mine => (
                "Nothing is with you",
                "Claims come to you when an editor assigns them. Look through what is unassigned and ask for what you can do.",
            ),
            Queue::Unassigned => (
                "Everything has somebody",
                "New claims stand here until an editor gives them to a person.",
            ),
            Queue::Eyes => (
                "No verdict waits for you",
                "When a colleague has decided a claim, it stands here until a second person has read it against its sources. Your own verdicts wait for others, and are among the decided claims.",
            ),
            Queue::Stale => (
                "No words have changed",
                "When cited words change or vanish in a newer snapshot, the claim that rests on them is reopened and stands here first.",
            ),
            Queue::Blocked => (
                "Nothing is held up",
                "A claim is blocked by words that changed at its source, an open question, a dissent, or a draft that says something else by now.",
            ),
            Queue::Due => (
                "Nothing is due soon",
                "Claims stand here two days before they are wanted. An editor sets the deadline, of one claim or of several that are ticked.",
            ),
            Queue::Overdue => (
                "Nothing is late",
                "Claims whose deadline has passed before they were published stand here.",
            ),
            Queue::Published => (
                "Nothing is published yet",
                "A verdict with its approvals is published by an editor, from the claim’s page.",
            ),
            Queue::All => (
                "There is no claim yet",
                "Open one, or add an article and mark its statements.",
            ),
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    wanted: web::Query<Wanted>,
) -> Answer {
    draw(&app, me, wanted.into_inner(), Fields::default()).await
}

/// Draws the queue; what is wrong with a form stands beside it.
pub(super) async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    wanted: Wanted,
    form: Fields,
) -> Answer {
    let status = form.status();
    let id = me.0.person.id;
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| view(desk, (frame, id), wanted, form))
        .await?;
    page_with(status, &view)
}

fn view(
    desk: &Desk,
    (frame, me): (Frame, PersonId),
    wanted: Wanted,
    form: Fields,
) -> Result<ListPage, DeskError> {
    let now = desk.now();
    let ticked: Vec<i64> = form.all("claim").filter_map(|id| id.parse().ok()).collect();
    desk.read(|db| {
        let filter = wanted.filter(me, now);
        let found = queue::list(db, &filter, wanted.order(), wanted.after(), PAGE)?;
        let query = wanted.query();
        let last = found.last().filter(|_| found.len() == PAGE);
        let next = last.map(|last| format!("?{query}&after={}", last.key));
        let known = scales::list(db)?;
        let people = people::list(db)?;
        let current = scales::newest(db, &desk.rules().scale)?;
        let scales: HashMap<_, _> = known.into_iter().map(|scale| (scale.id, scale)).collect();
        Ok(ListPage {
            rows: found
                .into_iter()
                .map(|waiting| QueueRow::new(waiting, &scales, now, &ticked))
                .collect(),
            counts: queue::counts(db, me, now)?,
            newest: log::size(db)?.checked_sub(1),
            saved: filters::list(db, me)?,
            said: said(&wanted, &people),
            articles: offered(db, wanted.filter(me, now).article)?,
            ratings: current.map_or_else(Vec::new, |scale| scale.sheet.ratings().to_vec()),
            frame,
            query,
            people,
            next,
            wanted,
            form,
        })
    })
}

/// What was just done, in words: "12 claims are with Ana Reyes now."
fn said(wanted: &Wanted, people: &[Person]) -> Option<String> {
    let done: u32 = wanted.done.parse().ok()?;
    let claims = match done {
        1 => "1 claim is".to_owned(),
        n => format!("{n} claims are"),
    };
    let person = people
        .iter()
        .find(|person| person.id.to_string() == wanted.holder);
    Some(match (wanted.holder.as_str(), person) {
        ("none", _) => format!("{claims} with nobody now."),
        (_, Some(person)) => format!("{claims} with {} now.", person.name),
        _ => format!("{claims} planned."),
    })
}

/// The articles that the filter offers.
fn offered(db: &Db<'_>, chosen: Option<ArticleId>) -> Result<Vec<(ArticleId, Title)>, DeskError> {
    let mut offered = articles::list(db, None, PAGE)?;
    if let Some(chosen) = chosen
        && offered.iter().all(|article| article.id != chosen)
    {
        offered.extend(articles::find(db, chosen)?);
    }
    let titles = offered
        .into_iter()
        .map(|article| (article.id, article.sheet.title));
    Ok(titles.collect())
}
