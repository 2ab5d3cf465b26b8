//! How somebody comes in, for those who look after people: their sessions,
//! their second factors, and what happened.

use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::sign_in::{self, Factors};
use crate::domain::ids::PersonId;
use crate::store::people::{self as rows, Person};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::account::{EventLine, SessionLine, event_lines, session_lines};
use crate::web::pages::single_sign_on::Accounts;
use crate::web::render::{Answer, Frame, page, see};
use crate::web::state::App;
use crate::web::whence;

#[derive(Template)]
#[template(path = "people/ways_in.html")]
struct WaysInPage {
    frame: Frame,
    person: Person,
    factors: Factors,
    accounts: Accounts,
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
    let (person, own) = (*person, me.0.session_name().to_owned());
    let frame = Frame::new(&app, Some(me.0));
    let view = app
        .desk(move |desk| {
            let (events, older) = event_lines(desk, person, wanted.before)?;
            Ok(WaysInPage {
                frame,
                person: desk.read(|db| Ok(rows::get(db, person)?))?,
                factors: sign_in::factors(desk, person)?,
                accounts: Accounts::of(desk, person)?,
                sessions: session_lines(desk, person, &own)?,
                events,
                older,
            })
        })
        .await?;
    page(&view)
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
    see(&format!("/people/{person}/sign-in"))
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
    see(&format!("/people/{person}/sign-in"))
}
