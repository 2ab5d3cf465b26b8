//! The people of the desk.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::people as deeds;
use crate::desk::terms::{self, Subject};
use crate::domain::ids::PersonId;
use crate::domain::person::Role;
use crate::domain::words::Name;
use crate::store::people::{self as rows, Person};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::BASE;
use super::answer::{Done, List, Made, Page, Reply, Shown};
use super::asked::{Asked, Body, Seen};
use super::paging::{Limit, last, next};
use super::problems::act;

/// Somebody who works at the desk, or did.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Person")]
pub(in crate::web) struct Known {
    /// The person's number.
    id: PersonId,
    /// The name as pages show it.
    name: String,
    /// What the person may do.
    role: Role,
    /// Whether the person left.
    gone: bool,
}

impl Known {
    fn new(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            role: person.role,
            gone: person.gone,
        }
    }
}

/// Which people to list; they come in the order in which they joined.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<PersonId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Known>, Problem> {
    let (after, limit) = (wanted.after, wanted.limit.get());
    let everybody = app.desk(|desk| desk.read(|db| Ok(rows::list(db)?))).await?;
    let later = everybody
        .into_iter()
        .filter(|person| after.is_none_or(|after| person.id > after));
    let found: Vec<Known> = later.take(limit).map(Known::new).collect();
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.after = Some(last.id);
        next("/people", &wanted)
    });
    Ok(Page(List::new(found, next)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    _: Visitor,
    person: web::Path<PersonId>,
) -> Result<Reply<Known>, Problem> {
    let id = *person;
    let (found, entry) = app
        .desk(move |desk| {
            desk.read(|db| {
                let entry = terms::state(db, Subject::Person(id))?;
                Ok((rows::get(db, id)?, entry))
            })
        })
        .await?;
    Ok(Reply::Value(
        Known::new(found),
        Some(format!("\"{entry}\"")),
    ))
}

/// Somebody who joins.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewPerson")]
pub(in crate::web) struct New {
    /// The name as pages show it.
    name: Name,
    /// What the person may do.
    role: Role,
}

/// Somebody who joined.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Joined {
    /// The person's number.
    id: PersonId,
    /// The address at which they choose a password: it works once, for three
    /// days.
    link: String,
}

pub(in crate::web) async fn join(
    app: web::Data<App>,
    me: Visitor,
    Body(new): Body<New>,
) -> Result<Shown<Joined>, Problem> {
    let actor = me.0.actor();
    let deed = move |desk: &_| deeds::join(desk, actor, new.name, new.role);
    let (id, secret) = act(&app, deed).await?;
    let link = format!("{}/enter/{secret}", app.facts().base);
    Ok(Shown(Made {
        value: Joined { id, link },
        at: format!("{BASE}/people/{id}"),
    }))
}

/// A role for somebody.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewRole")]
pub(in crate::web) struct Given {
    /// What the person may do from now on.
    role: Role,
}

pub(in crate::web) async fn change_role(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    Seen(seen): Seen,
    Body(Given { role }): Body<Given>,
) -> Result<Done, Problem> {
    let (id, actor) = (*person, me.0.actor());
    act(&app, move |desk| {
        let desk = desk.if_still_so(Subject::Person(id), seen);
        deeds::change_role(&desk, actor, id, role)
    })
    .await?;
    Ok(Done)
}

pub(in crate::web) async fn leave(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let (id, actor) = (*person, me.0.actor());
    act(&app, move |desk| {
        let desk = desk.if_still_so(Subject::Person(id), seen);
        deeds::leave(&desk, actor, id)
    })
    .await?;
    app.live().sessions_changed();
    Ok(Done)
}
