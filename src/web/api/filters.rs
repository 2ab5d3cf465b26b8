//! Filters of the queue that whoever asks gave a name.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::filters::{self as deeds, print};
use crate::domain::words::{Name, Title};
use crate::store::local::filters::Saved;
use crate::web::auth::Visitor;
use crate::web::pages::claims::Wanted as Queue;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::BASE;
use super::answer::{Done, List, Made, Page, Reply};
use super::asked::{Asked, Body, Seen};
use super::paging::{Limit, last, next};
use super::problems::act;

/// A filter with its name.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Filter {
    /// What its owner calls it.
    name: String,
    /// What stands after `?` in the address of the queue.
    query: String,
}

impl Filter {
    fn new(saved: Saved) -> Self {
        Self {
            name: saved.name,
            query: saved.query,
        }
    }
}

/// Which filters to list, in the order of their names.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    me: Visitor,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Filter>, Problem> {
    let person = me.0.person.id;
    let all = app.desk(move |desk| deeds::list(desk, person)).await?;
    let limit = wanted.limit.get();
    // Names are told apart, and sorted, without regard to capital letters.
    let after = wanted.after.as_deref().map(str::to_ascii_lowercase);
    let rest = all.into_iter().filter(|saved| {
        let name = saved.name.to_ascii_lowercase();
        after.as_ref().is_none_or(|after| name > *after)
    });
    let found: Vec<Filter> = rest.take(limit).map(Filter::new).collect();
    let last = last(&found, wanted.limit);
    let next = last.map(|last| {
        wanted.after = Some(last.name.clone());
        next("/filters", &wanted)
    });
    Ok(Page(List::new(found, next)))
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    name: web::Path<String>,
) -> Result<Reply<Filter>, Problem> {
    let (person, name) = (me.0.person.id, name.into_inner());
    let saved = app
        .desk(move |desk| deeds::find(desk, person, &name))
        .await?;
    let tag = format!("\"{}\"", print(&saved));
    Ok(Reply::Value(Filter::new(saved), Some(tag)))
}

/// A filter that is to be kept.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewFilter")]
pub(in crate::web) struct New {
    /// What to call it.
    name: Name,
    /// What stands after `?` in the address of the queue; what the queue does
    /// not know is left out.
    query: Title,
}

pub(in crate::web) async fn keep(
    app: web::Data<App>,
    me: Visitor,
    Body(new): Body<New>,
) -> Result<Made<Filter>, Problem> {
    let actor = me.0.actor();
    let saved = saved(new.name.to_string(), &new.query);
    let kept = saved.clone();
    act(&app, move |desk| deeds::add(desk, actor, kept)).await?;
    let name = url::form_urlencoded::byte_serialize(saved.name.as_bytes());
    let name = name.collect::<String>().replace('+', "%20");
    Ok(Made {
        at: format!("{BASE}/filters/{name}"),
        value: Filter::new(saved),
    })
}

fn saved(name: String, query: &Title) -> Saved {
    let query = query.as_str().trim_start_matches('?');
    Saved {
        name,
        query: Queue::from_query(query).query(),
    }
}

/// What a filter is to be from now on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FilterQuery")]
pub(in crate::web) struct Changed {
    /// What stands after `?` in the address of the queue; what the queue does
    /// not know is left out.
    query: Title,
}

pub(in crate::web) async fn change(
    app: web::Data<App>,
    me: Visitor,
    name: web::Path<String>,
    Seen(seen): Seen,
    Body(Changed { query }): Body<Changed>,
) -> Result<Done, Problem> {
    let actor = me.0.actor();
    let saved = saved(name.into_inner(), &query);
    let deed = move |desk: &_| deeds::change(desk, actor, saved, seen.get());
    act(&app, deed).await?;
    Ok(Done)
}

pub(in crate::web) async fn remove(
    app: web::Data<App>,
    me: Visitor,
    name: web::Path<String>,
    Seen(seen): Seen,
) -> Result<Done, Problem> {
    let (actor, name) = (me.0.actor(), name.into_inner());
    let deed = move |desk: &_| deeds::remove(desk, actor, name, seen.get());
    act(&app, deed).await?;
    Ok(Done)
}
