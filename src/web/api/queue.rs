//! The queue: how many claims wait in each of its parts, the claims of one in
//! their order, and arranging several at once.

use std::collections::BTreeMap;

use actix_web::web;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

use crate::desk::arranging::{self as deeds, Arrangement};
use crate::desk::claims::MOST_AT_ONCE;
use crate::domain::ids::{ArticleId, ClaimId, PersonId};
use crate::domain::plan::Priority;
use crate::domain::scale::Rating;
use crate::domain::time::Timestamp;
use crate::domain::words::Name;
use crate::store::queue::{self as rows, Due, Filter, Holder, Key, Order, Queue, Waiting};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::BASE;
use super::answer::{List, Page, Reply, Told};
use super::asked::{Asked, Body};
use super::claims::{Line, State};
use super::paging::{Limit, last, next};
use super::problems::{act, not_right};

/// A part of the queue.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QueueCount")]
pub(in crate::web) struct Count {
    /// Its name.
    queue: Queue,
    /// What it is called.
    label: &'static str,
    /// How many claims it holds, for whoever asks.
    claims: u64,
    /// Its address.
    at: String,
}

pub(in crate::web) async fn counts(
    app: web::Data<App>,
    me: Visitor,
) -> Result<Reply<Vec<Count>>, Problem> {
    let me = me.0.person.id;
    let counts: BTreeMap<&str, u64> = app
        .desk(move |desk| {
            let now = desk.now();
            desk.read(|db| Ok(rows::counts(db, me, now)?))
        })
        .await?;
    let count = |queue: &Queue| Count {
        queue: *queue,
        label: queue.label(),
        claims: counts.get(queue.as_str()).copied().unwrap_or_default(),
        at: format!("{BASE}/queue/{}", queue.as_str()),
    };
    Ok(Reply::new(Queue::ALL.iter().map(count).collect()))
}

/// A place in a queue, as `next` names it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Place(Key);

impl TryFrom<String> for Place {
    type Error = rows::BadKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.0.to_string()
    }
}

impl JsonSchema for Place {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Place".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[0-9]{1,3}\.[0-9]{1,18}\.[1-9][0-9]{0,17}$" })
    }
}

/// Which claims of a queue to list.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Only those in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    /// Only those whose standing verdict has this rating, by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<String>,
    /// Only those that this person has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assignee: Option<PersonId>,
    /// Only those that nobody has.
    #[serde(default)]
    unassigned: bool,
    /// Only those made in this article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    article: Option<ArticleId>,
    /// Only those that are so urgent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
    /// Only those that are wanted by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<Due>,
    /// Only those by somebody whose name has these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    claimant: Option<Name>,
    /// In which order; left out: the most urgent first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<Order>,
    /// Go on after this place, as `next` names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Place>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

impl Wanted {
    fn filter(&self, queue: Queue, me: PersonId, now: Timestamp) -> Filter {
        let holder = match self.assignee {
            _ if self.unassigned => Holder::Nobody,
            Some(person) => Holder::Person(person),
            None => Holder::Anybody,
        };
        Filter {
            queue,
            state: self.state.map(|state| state.as_str().to_owned()),
            rating: self.rating.clone(),
            holder,
            article: self.article,
            priority: self.priority,
            due: self.due,
            claimant: self.claimant.as_ref().map(ToString::to_string),
            ..Filter::of(me, now)
        }
    }
}

/// A claim that waits.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WaitingClaim")]
pub(in crate::web) struct Waits {
    /// The claim.
    #[serde(flatten)]
    claim: Line,
    /// The name of who works on it.
    assignee_name: Option<String>,
    /// The title of the article in which it was marked.
    article_title: Option<String>,
    /// The rating of the verdict that stands.
    rating: Option<Rating>,
    /// When what is judged about it changed last.
    changed_at: Timestamp,
}

impl Waits {
    fn new(waiting: Waiting) -> Self {
        Self {
            claim: Line::new(waiting.claim),
            assignee_name: waiting.holder,
            article_title: waiting.article.map(|(_, title)| title),
            rating: waiting.rating.map(|(rating, _)| rating),
            changed_at: waiting.since,
        }
    }
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    queue: web::Path<Queue>,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Waits>, Problem> {
    let (queue, me) = (*queue, me.0.person.id);
    let (order, limit) = (wanted.order.unwrap_or(Order::Urgent), wanted.limit);
    let after = wanted.after.map(|place| place.0);
    let (found, mut wanted) = app
        .desk(move |desk| {
            let filter = wanted.filter(queue, me, desk.now());
            let found = desk.read(|db| Ok(rows::list(db, &filter, order, after, limit.get())?))?;
            wanted.after = None;
            Ok((found, wanted))
        })
        .await?;
    let next = last(&found, limit).map(|waiting| {
        wanted.after = Some(Place(waiting.key));
        next(&format!("/queue/{}", queue.as_str()), &wanted)
    });
    let lines = found.into_iter().map(Waits::new).collect();
    Ok(Page(List::new(lines, next)))
}

/// What becomes of several claims; what is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAssignment", extend("minProperties" = 2))]
pub(in crate::web) struct Assigned {
    /// The claims: all of them or none are arranged.
    #[schemars(length(min = 1, max = MOST_AT_ONCE))]
    claims: Vec<ClaimId>,
    /// Who works on them; null: nobody.
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<PersonId>")]
    assignee: Option<Option<PersonId>>,
    /// How urgent they are.
    #[serde(default, deserialize_with = "meant")]
    #[schemars(with = "Priority")]
    priority: Option<Priority>,
    /// By when they are wanted; null: at no time.
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<Timestamp>")]
    due: Option<Option<Timestamp>>,
}

/// A null that was said is not the same as nothing said.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// What cannot be null.
fn meant<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// What came of arranging several claims.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Arranged {
    /// How many claims were arranged.
    arranged: usize,
}

pub(in crate::web) async fn assign(
    app: web::Data<App>,
    me: Visitor,
    Body(new): Body<Assigned>,
) -> Result<Told<Arranged>, Problem> {
    if new.claims.is_empty() || new.claims.len() > MOST_AT_ONCE {
        let rule = format!("name at least one claim, and {MOST_AT_ONCE} at most");
        return Err(not_right("/claims", &rule));
    }
    let arrangement = Arrangement {
        assignee: new.assignee,
        priority: new.priority,
        due: new.due,
    };
    if arrangement == Arrangement::default() {
        return Err(not_right(
            "",
            "say what becomes of them: assignee, priority or due",
        ));
    }
    let (claims, actor) = (new.claims, me.0.actor());
    let arranged = act(&app, move |desk| {
        deeds::arrange(desk, actor, claims, arrangement)
    })
    .await?;
    Ok(Told(Arranged { arranged }))
}
