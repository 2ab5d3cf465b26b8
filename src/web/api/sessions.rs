//! Sessions: where somebody is signed in. They are people's own, and no token
//! looks at them or ends them.

use actix_web::{HttpRequest, web};
use schemars::JsonSchema;
use serde::Serialize;

use crate::desk::sign_in;
use crate::domain::account::Means;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::local::sessions;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;
use crate::web::whence;

use super::answer::{Done, List, Page};
use super::problems::act;

/// A session that is not over.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Session {
    /// Names it; it lets nobody in.
    name: String,
    /// How its person came in.
    means: Means,
    /// When it began.
    started_at: Timestamp,
    /// When it was used last, to the minute.
    seen_at: Timestamp,
    /// When it ends, used or not.
    expires_at: Timestamp,
    /// The address that it was used from last; empty where it is not known.
    address: String,
    /// What the browser called itself when it began.
    browser: String,
    /// Whether it is the one that asks.
    is_this: bool,
}

/// The sessions of somebody, all of them: there are never many.
async fn of(app: &App, me: &Visitor, person: PersonId) -> Result<Page<Session>, Problem> {
    let all = app.desk(move |desk| sign_in::list(desk, person)).await?;
    let known = |session: sessions::Session| Session {
        is_this: session.name == me.0.session_name(),
        name: session.name,
        means: session.means,
        started_at: session.started_at,
        seen_at: session.seen_at,
        expires_at: session.expires_at,
        address: session.address,
        browser: session.browser,
    };
    Ok(Page(List::new(all.into_iter().map(known).collect(), None)))
}

pub(in crate::web) async fn mine(
    app: web::Data<App>,
    me: Visitor,
) -> Result<Page<Session>, Problem> {
    of(&app, &me, me.0.person.id).await
}

pub(in crate::web) async fn end_mine(
    app: web::Data<App>,
    me: Visitor,
    session: web::Path<String>,
) -> Result<Done, Problem> {
    let name = session.into_inner();
    act(&app, move |desk| sign_in::end_named(desk, &me.0, name)).await?;
    app.live().sessions_changed();
    Ok(Done)
}

pub(in crate::web) async fn theirs(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
) -> Result<Page<Session>, Problem> {
    of(&app, &me, *person).await
}

pub(in crate::web) async fn end_theirs(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    person: web::Path<PersonId>,
) -> Result<Done, Problem> {
    let (person, actor, whence) = (*person, me.0.actor(), whence::of(&app, &request));
    let deed = move |desk: &_| sign_in::end_all(desk, actor, person, None, whence);
    act(&app, deed).await?;
    app.live().sessions_changed();
    Ok(Done)
}
