//! How somebody comes in, for those who look after people: their sessions,
//! their second factors, their accounts at providers, and what happened.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::DeskError;
use crate::desk::sign_in::{self, Factors};
use crate::domain::ids::PersonId;
use crate::store::people::{self as rows, Person};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::account::{EventLine, SessionLine, event_lines, session_lines};
use crate::web::pages::single_sign_on::Accounts;
use crate::web::problem::sentence;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;
use crate::web::whence;

#[derive(Template)]
#[template(path = "people/ways_in.html")]
struct WaysInPage {
    frame: Frame,
    person: Person,
    factors: Factors,
    accounts: Accounts,
    /// What was typed to name an address, where it was refused.
    form: Fields,
    sessions: Vec<SessionLine>,
    events: Vec<EventLine>,
    older: Option<i64>,
}

/// Which events to show.
#[derive(Deserialize)]
pub(in crate::web) struct Before {
    before: Option<i64>,
}

pub(in crate::web) async fn ways_in(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    wanted: web::Query<Before>,
) -> Answer {
    draw(&app, me, (*person, wanted.before), Fields::default()).await
}

async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    (person, before): (PersonId, Option<i64>),
    form: Fields,
) -> Answer {
    let status = form.status();
    let own = me.0.session_name().to_owned();
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| {
            let (events, older) = event_lines(desk, person, before)?;
            Ok(WaysInPage {
                frame,
                person: desk.read(|db| Ok(rows::get(db, person)?))?,
                factors: sign_in::factors(desk, person)?,
                accounts: Accounts::of(desk, person)?,
                form,
                sessions: session_lines(desk, person, &own)?,
                events,
                older,
            })
        })
        .await?;
    page_with(status, &view)
}

/// Back to the page of somebody's ways in.
fn back(person: PersonId) -> Answer {
    see(&format!("/people/{person}/sign-in"))
}

pub(in crate::web) async fn end_sessions(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    person: web::Path<PersonId>,
    form: Fields,
) -> Answer {
    let (person, actor, whence) = (*person, me.0.actor(), whence::of(&app, &request));
    let name = Some(form.value("session").to_owned()).filter(|name| !name.is_empty());
    app.desk(move |desk| sign_in::end_all(desk, actor, person, name, whence))
        .await?;
    app.live().sessions_changed();
    back(person)
}

pub(in crate::web) async fn remove_factors(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    person: web::Path<PersonId>,
    _: Fields,
) -> Answer {
    let (person, actor, whence) = (*person, me.0.actor(), whence::of(&app, &request));
    app.desk(move |desk| sign_in::remove_factors(desk, actor, person, whence))
        .await?;
    app.live().sessions_changed();
    back(person)
}

/// Takes an account at a provider away from somebody.
pub(in crate::web) async fn unlink(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    which: web::Path<(PersonId, i64)>,
    _: Fields,
) -> Answer {
    let (which, actor, whence) = (*which, me.0.actor(), whence::of(&app, &request));
    app.desk(move |desk| sign_in::unlink_of(desk, actor, which, whence))
        .await?;
    app.live().sessions_changed();
    back(which.0)
}

/// Names the address of an account that is to be somebody's.
pub(in crate::web) async fn name_address(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    person: web::Path<PersonId>,
    mut form: Fields,
) -> Answer {
    let (person, actor, whence) = (*person, me.0.actor(), whence::of(&app, &request));
    let typed = form.value("address").to_owned();
    let deed = move |desk: &_| sign_in::name_address(desk, actor, (person, &typed), whence);
    match app.attempt(deed).await? {
        Ok(()) => back(person),
        Err(error @ DeskError::NotLinked(_)) => {
            form.refuse("address", sentence(&error));
            draw(&app, me, (person, None), form).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(in crate::web) async fn unname_address(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    form: Fields,
) -> Answer {
    let (person, actor) = (*person, me.0.actor());
    let address = form.value("address").to_owned();
    app.desk(move |desk| sign_in::unname_address(desk, actor, (person, address)))
        .await?;
    back(person)
}
