//! Hooks: addresses that are told what happens, and what they were told.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::hooks::{self as deeds};
use crate::desk::{Actor, Desk, DeskError};
use crate::domain::hook::{About, Interest, Kind};
use crate::domain::ids::{DeliveryId, EntryIndex, HookId};
use crate::domain::time::Timestamp;
use crate::domain::words::{Address, Name};
use crate::store::local::deliveries::{self, Stage};
use crate::store::local::hooks::{self as rows, Sheet};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::BASE;
use super::answer::{Done, List, Made, Page, Reply, Shown};
use super::asked::{Asked, Body, Seen};
use super::claims::New;
use super::paging::{Limit, last, next};
use super::problems::{act, of};

/// A hook.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Hook {
    /// Its number.
    id: HookId,
    /// What it is called.
    name: String,
    /// The address that is told.
    url: String,
    /// What it is told of.
    about: About,
    /// The kinds of event, where they are chosen.
    kinds: Vec<Kind>,
    /// Why it is told nothing; null when it is told.
    paused: Option<String>,
    /// The place of the next entry of the log that it has not been told.
    next_entry: EntryIndex,
    /// Until when the secret before the newest one signs beside it.
    old_secret_until: Option<Timestamp>,
    /// When it was made.
    made_at: Timestamp,
}

impl Hook {
    fn new(hook: rows::Hook) -> Self {
        Self {
            id: hook.id,
            name: hook.name,
            url: hook.url,
            about: hook.interest.about(),
            kinds: hook.interest.kinds().to_vec(),
            paused: hook.paused,
            next_entry: hook.told,
            old_secret_until: hook.old.map(|(_, until)| until),
            made_at: hook.made_at,
        }
    }
}

/// Which hooks to list; they come in the order in which they were made.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after this hook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<HookId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Hook>, Problem> {
    let (after, limit) = (wanted.after, wanted.limit.get());
    let found = app
        .desk(move |desk| deeds::list(desk, after, limit))
        .await?;
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.after = Some(last.id);
        next("/hooks", &wanted)
    });
    let hooks = found.into_iter().map(Hook::new).collect();
    Ok(Page(List::new(hooks, next)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    hook: web::Path<HookId>,
) -> Result<Reply<Hook>, Problem> {
    let found = app.desk(move |desk| deeds::look(desk, *hook)).await?;
    // What was told is part of the state that is shown, not of what a change
    // is held against.
    let tag = format!("\"{}.{:x}\"", found.rev, found.told.get());
    Ok(Reply::Value(Hook::new(found), Some(tag)))
}

/// What is said of a hook.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HookSheet")]
pub(in crate::web) struct Said {
    /// What it is called.
    name: Name,
    /// The address that is told.
    url: Address,
    /// What it is told of.
    about: About,
    /// The kinds of event, where they are chosen.
    #[serde(default)]
    #[schemars(length(max = 100))]
    kinds: Vec<Kind>,
}

impl Said {
    fn sheet(self) -> Result<Sheet, Problem> {
        let interest = Interest::new(self.about, self.kinds);
        Ok(Sheet {
            name: self.name,
            url: self.url,
            interest: interest.ok_or_else(|| of(DeskError::HookKinds))?,
        })
    }
}

/// A secret, shown this once.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "HookSecret")]
pub(in crate::web) struct Secret {
    /// The hook.
    id: HookId,
    /// What receivers check signatures with.
    secret: String,
}

pub(in crate::web) async fn make(
    app: web::Data<App>,
    me: Visitor,
    Body(said): Body<Said>,
) -> Result<Shown<Secret>, Problem> {
    let (actor, sheet) = (me.0.actor(), said.sheet()?);
    let (id, secret) = act(&app, move |desk| deeds::make(desk, actor, sheet)).await?;
    Ok(shown(id, secret.written()))
}

fn shown(id: HookId, secret: String) -> Shown<Secret> {
    Shown(Made {
        value: Secret { id, secret },
        at: format!("{BASE}/hooks/{id}"),
    })
}

pub(in crate::web) async fn revise(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    Seen(seen): Seen,
    Body(said): Body<Said>,
) -> Result<Done, Problem> {
    let (actor, sheet) = (me.0.actor(), said.sheet()?);
    let seen = (*hook, seen.get());
    act(&app, move |desk| deeds::revise(desk, actor, seen, sheet)).await?;
    Ok(Done)
}

pub(in crate::web) async fn remove(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let (actor, seen) = (me.0.actor(), (*hook, seen.get()));
    act(&app, move |desk| deeds::remove(desk, actor, seen)).await?;
    Ok(Done)
}

pub(in crate::web) async fn pause(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
) -> Result<Done, Problem> {
    done(&app, me, *hook, deeds::pause).await
}

pub(in crate::web) async fn resume(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
) -> Result<Done, Problem> {
    done(&app, me, *hook, deeds::resume).await
}

async fn done(
    app: &App,
    me: Visitor,
    hook: HookId,
    deed: impl FnOnce(&Desk, Actor, HookId) -> Result<(), DeskError> + Send + 'static,
) -> Result<Done, Problem> {
    let actor = me.0.actor();
    act(app, move |desk| deed(desk, actor, hook)).await?;
    Ok(Done)
}

pub(in crate::web) async fn rotate(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
) -> Result<Shown<Secret>, Problem> {
    let (hook, actor) = (*hook, me.0.actor());
    let secret = act(&app, move |desk| deeds::rotate(desk, actor, hook)).await?;
    Ok(shown(hook, secret.written()))
}

pub(in crate::web) async fn test(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
) -> Result<Made<New<DeliveryId>>, Problem> {
    let (hook, actor) = (*hook, me.0.actor());
    let id = act(&app, move |desk| deeds::test(desk, actor, hook)).await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/hooks/{hook}/deliveries/{id}"),
    })
}

/// A message to a hook.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Delivery {
    /// Its number.
    id: DeliveryId,
    /// What it was sent as (webhook-id), the same in every try.
    message: String,
    /// The kind of event, or test.
    kind: String,
    /// The entry that it tells; null for a test.
    entry: Option<EntryIndex>,
    /// How far it has come.
    state: Stage,
    /// How often it was tried.
    tries: u32,
    /// When it was made.
    made_at: Timestamp,
    /// When it was tried last.
    tried_at: Option<Timestamp>,
    /// When it is tried next, while it waits.
    due_at: Option<Timestamp>,
    /// The status of the last answer.
    status: Option<u16>,
    /// What stood in the way.
    trouble: Option<String>,
    /// What is sent, as it is sent.
    body: String,
}

impl Delivery {
    fn new(delivery: deliveries::Delivery) -> Self {
        let waits = delivery.stage == Stage::Waiting;
        Self {
            id: delivery.id,
            message: delivery.message,
            kind: delivery.kind,
            entry: delivery.entry,
            state: delivery.stage,
            tries: delivery.tries,
            made_at: delivery.made_at,
            tried_at: delivery.tried_at,
            due_at: waits.then_some(delivery.due_at),
            status: delivery.status,
            trouble: delivery.words,
            body: delivery.body,
        }
    }
}

/// Which messages to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Before {
    /// Go on before this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<DeliveryId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn deliveries(
    app: web::Data<App>,
    _: Visitor,
    hook: web::Path<HookId>,
    Asked(mut wanted): Asked<Before>,
) -> Result<Page<Delivery>, Problem> {
    let (hook, before, limit) = (*hook, wanted.before, wanted.limit.get());
    let found = app
        .desk(move |desk| deeds::deliveries(desk, hook, before, limit))
        .await?;
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.before = Some(last.id);
        next(&format!("/hooks/{hook}/deliveries"), &wanted)
    });
    let messages = found.into_iter().map(Delivery::new).collect();
    Ok(Page(List::new(messages, next)))
}

pub(in crate::web) async fn delivery(
    app: web::Data<App>,
    _: Visitor,
    path: web::Path<(HookId, DeliveryId)>,
) -> Result<Reply<Delivery>, Problem> {
    let (hook, delivery) = path.into_inner();
    let found = app
        .desk(move |desk| deeds::look_at(desk, hook, delivery))
        .await?;
    Ok(Reply::new(Delivery::new(found)))
}

pub(in crate::web) async fn send_again(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(HookId, DeliveryId)>,
) -> Result<Done, Problem> {
    let (hook, delivery) = path.into_inner();
    let again = move |desk: &Desk, actor, hook| deeds::send_again(desk, actor, hook, delivery);
    done(&app, me, hook, again).await
}
