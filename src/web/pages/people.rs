//! The people of the desk.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use crate::desk::people as deeds;
use crate::domain::ids::PersonId;
use crate::domain::person::{Deed, Role};
use crate::domain::words::Name;
use crate::store::people::{self as rows, Person};

use super::super::auth::Visitor;
use super::super::fields::Fields;
use super::super::problem::Problem;
use super::super::render::{Answer, Frame, page_with, see};
use super::super::state::App;

#[derive(Template)]
#[template(path = "people/list.html")]
struct PeoplePage {
    frame: Frame,
    people: Vec<Person>,
    form: Fields,
    /// The link for somebody who was just added; shown this once.
    link: Option<String>,
}

pub(in super::super) async fn list(app: web::Data<App>, me: Visitor) -> Answer {
    draw(&app, me, Fields::default(), None).await
}

async fn draw(app: &web::Data<App>, me: Visitor, form: Fields, link: Option<String>) -> Answer {
    let people = app.desk(|desk| desk.read(|db| Ok(rows::list(db)?))).await?;
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page_with(
        status,
        &PeoplePage {
            frame: Frame::new(app, Some(me.0)),
            people,
            form,
            link,
        },
    )
}

pub(in super::super) async fn join(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let name = form.parse("name", Name::parse);
    let role = form.parse("role", str::parse::<Role>);
    let (Some(name), Some(role)) = (name, role) else {
        return draw(&app, me, form, None).await;
    };
    let actor = me.0.actor();
    let (_, secret) = app
        .desk(move |desk| deeds::join(desk, actor, name, role))
        .await?;
    let link = format!("{}/enter/{secret}", app.facts().base);
    draw(&app, me, Fields::default(), Some(link)).await
}

pub(in super::super) async fn change_role(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    form: Fields,
) -> Answer {
    let role: Role = form
        .value("role")
        .parse()
        .map_err(|_| Problem::bad_request("choose a role"))?;
    let actor = me.0.actor();
    app.desk(move |desk| deeds::change_role(desk, actor, *person, role))
        .await?;
    see("/people")
}

pub(in super::super) async fn leave(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    _: Fields,
) -> Answer {
    let actor = me.0.actor();
    app.desk(move |desk| deeds::leave(desk, actor, *person))
        .await?;
    see("/people")
}

impl PeoplePage {
    /// The roles with what each may do, as the page explains them.
    fn roles(&self) -> impl Iterator<Item = (Role, String)> {
        Role::ALL.into_iter().map(|role| {
            let own: Vec<&str> = Deed::ALL
                .into_iter()
                .filter(|deed| deed.least_role() == role)
                .map(Deed::in_words)
                .collect();
            (role, own.join("; "))
        })
    }
}
