//! The page on which somebody sees their ways in.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use serde::Deserialize;

use crate::desk::sign_in::{self, Factors, NewApp};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Means;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::store::local::security::SecurityEvent;
use crate::store::local::sessions::Session;
use crate::store::people;
use crate::web::auth::Visitor;
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;
use crate::web::whence;

use super::super::single_sign_on::provider_name;
use super::picture;

#[derive(Template)]
#[template(path = "people/security.html")]
pub(super) struct SecurityPage {
    frame: Frame,
    factors: Factors,
    /// Whether the desk wants this person to have a second factor.
    is_needed: bool,
    sessions: Vec<SessionLine>,
    events: Vec<EventLine>,
    /// Where older events are.
    older: Option<i64>,
    told: Told,
}

/// What the page says this once.
#[derive(Default)]
pub(super) struct Told {
    /// A new app, with its picture.
    pub(super) app: Option<(NewApp, Option<(i32, String)>)>,
    /// Recovery codes.
    pub(super) codes: Vec<String>,
    /// What was refused.
    pub(super) error: Option<String>,
}

impl Told {
    pub(super) fn app(app: NewApp, error: Option<String>) -> Self {
        let picture = picture::of(&app.address);
        Self {
            app: Some((app, picture)),
            error,
            ..Self::default()
        }
    }
}

/// A session as pages list it.
pub(in crate::web::pages) struct SessionLine {
    pub(in crate::web::pages) name: String,
    pub(in crate::web::pages) browser: String,
    pub(in crate::web::pages) address: String,
    pub(in crate::web::pages) means: String,
    pub(in crate::web::pages) started_at: Timestamp,
    pub(in crate::web::pages) seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub(in crate::web::pages) is_this: bool,
}

/// Something that happened, as pages list it.
pub(in crate::web::pages) struct EventLine {
    pub(in crate::web::pages) at: Timestamp,
    pub(in crate::web::pages) what: &'static str,
    pub(in crate::web::pages) by: String,
    pub(in crate::web::pages) address: String,
    pub(in crate::web::pages) browser: String,
}

/// Which events to show.
#[derive(Deserialize)]
pub(in crate::web) struct Before {
    before: Option<i64>,
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    wanted: web::Query<Before>,
) -> Answer {
    draw(&app, me, wanted.before, Told::default()).await
}

/// Draws the page, with what it says this once.
pub(super) async fn draw(
    app: &web::Data<App>,
    me: Visitor,
    before: Option<i64>,
    told: Told,
) -> Answer {
    let status = match told.error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let (person, own) = (me.0.person.id, me.0.session_name().to_owned());
    let is_needed = app.policy().second_factor.binds(me.0.person.role);
    let frame = Frame::new(app, Some(me.0));
    let view = app
        .desk(move |desk| {
            let (events, older) = event_lines(desk, person, before)?;
            Ok(SecurityPage {
                frame,
                factors: sign_in::factors(desk, person)?,
                is_needed,
                sessions: session_lines(desk, person, &own)?,
                events,
                older,
                told,
            })
        })
        .await?;
    page_with(status, &view)
}

/// Somebody's sessions as pages list them.
pub(in crate::web::pages) fn session_lines(
    desk: &Desk,
    person: PersonId,
    own: &str,
) -> Result<Vec<SessionLine>, DeskError> {
    let issuers = sign_in::issuers(desk, person)?;
    let means = |session: &Session| match issuers.get(&session.name) {
        Some(issuer) if session.means == Means::Provider => {
            format!("by {}", provider_name(desk, issuer))
        }
        Some(issuer) => format!("by {}, with a second factor", provider_name(desk, issuer)),
        None => session.means.label().to_owned(),
    };
    let line = |session: Session| SessionLine {
        means: means(&session),
        is_this: session.name == own,
        name: session.name,
        browser: whence::in_words(&session.browser),
        address: session.address,
        started_at: session.started_at,
        seen_at: session.seen_at,
    };
    Ok(sign_in::list(desk, person)?.into_iter().map(line).collect())
}

/// What happened with somebody's way in as pages list it, and the event before
/// which there is more.
pub(in crate::web::pages) fn event_lines(
    desk: &Desk,
    person: PersonId,
    before: Option<i64>,
) -> Result<(Vec<EventLine>, Option<i64>), DeskError> {
    let events = sign_in::happened(desk, person, before)?;
    let everybody = desk.read(|db| Ok(people::list(db)?))?;
    let names: BTreeMap<PersonId, String> = everybody
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect();
    let older = events.last().filter(|_| events.len() == 100).map(|e| e.id);
    let line = |event: SecurityEvent| EventLine {
        at: event.at,
        what: event.kind.label(),
        by: match event.by {
            Some(by) => names.get(&by).cloned().unwrap_or_default(),
            None => "whoever runs the desk’s machine".to_owned(),
        },
        address: event.address,
        browser: whence::in_words(&event.browser),
    };
    Ok((events.into_iter().map(line).collect(), older))
}
