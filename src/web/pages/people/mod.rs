//! The people of the desk.

mod ways_in;

pub(in crate::web) use ways_in::{
    end_sessions, name_address, remove_factors, unlink, unname_address, ways_in,
};

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::DeskError;
use crate::desk::people as deeds;
use crate::domain::ids::PersonId;
use crate::domain::person::{Deed, Role};
use crate::domain::words::Name;
use crate::store::local::sessions;
use crate::store::people::{self as rows, Person};

use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::sentence;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;
use crate::web::whence;

#[derive(Template)]
#[template(path = "people/list.html")]
struct PeoplePage {
    frame: Frame,
    people: Vec<Person>,
    /// How many sessions each person has; none for those without one.
    sessions: BTreeMap<PersonId, u64>,
    form: Fields,
    link: Option<Link>,
}

/// A link that signs somebody in; shown this once.
struct Link {
    name: String,
    address: String,
    is_new: bool,
}

pub(in crate::web) async fn list(app: web::Data<App>, me: Visitor) -> Answer {
    draw(&app, me, Fields::default(), None).await
}

async fn draw(app: &web::Data<App>, me: Visitor, form: Fields, link: Option<Link>) -> Answer {
    let (people, sessions) = app
        .desk(|desk| {
            let limits = desk.policy().limits(desk.now());
            desk.read(|db| Ok((rows::list(db)?, sessions::count(db, limits)?)))
        })
        .await?;
    let status = form.status();
    let view = PeoplePage {
        frame: Frame::new(app, Some(me.0)),
        people,
        sessions: sessions.into_iter().collect(),
        form,
        link,
    };
    page_with(status, &view)
}

pub(in crate::web) async fn join(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let name = form.parse("name", Name::parse);
    let role = form.parse("role", str::parse::<Role>);
    let (Some(name), Some(role)) = (name, role) else {
        return draw(&app, me, form, None).await;
    };
    let (actor, called) = (me.0.actor(), name.to_string());
    let (_, secret) = app
        .desk(move |desk| deeds::join(desk, actor, name, role))
        .await?;
    let link = Link {
        name: called,
        address: format!("{}/enter/{secret}", app.facts().base),
        is_new: true,
    };
    draw(&app, me, Fields::default(), Some(link)).await
}

/// A new way in for somebody who lost theirs.
pub(in crate::web) async fn make_link(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    person: web::Path<PersonId>,
    _: Fields,
) -> Answer {
    let (actor, whence) = (me.0.actor(), whence::of(&app, &request));
    let (person, secret) = app
        .desk(move |desk| deeds::make_sign_in_link(desk, actor, *person, whence))
        .await?;
    app.live().sessions_changed();
    let link = Link {
        name: person.name,
        address: format!("{}/enter/{secret}", app.facts().base),
        is_new: false,
    };
    draw(&app, me, Fields::default(), Some(link)).await
}

pub(in crate::web) async fn change_role(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    mut form: Fields,
) -> Answer {
    let id = *person;
    let Some(role) = form.parse("role", str::parse::<Role>) else {
        return draw(&app, me, misplaced(&form, "role", id), None).await;
    };
    let actor = me.0.actor();
    let done = app
        .attempt(move |desk| deeds::change_role(desk, actor, id, role))
        .await?;
    after(&app, me, id, done).await
}

pub(in crate::web) async fn leave(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
    _: Fields,
) -> Answer {
    let (actor, id) = (me.0.actor(), *person);
    let done = app
        .attempt(move |desk| deeds::leave(desk, actor, id))
        .await?;
    after(&app, me, id, done).await
}

/// Shows the people again, with what was refused beside the person.
async fn after(
    app: &web::Data<App>,
    me: Visitor,
    id: PersonId,
    done: Result<(), DeskError>,
) -> Answer {
    match done {
        Ok(()) => see("/people"),
        Err(error @ DeskError::LastAdmin) => {
            let mut form = Fields::default();
            form.refuse(&format!("person-{id}"), sentence(&error));
            draw(app, me, form, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a field of one person's row, beside that person.
fn misplaced(form: &Fields, field: &str, id: PersonId) -> Fields {
    let mut placed = Fields::default();
    placed.refuse(
        &format!("person-{id}"),
        form.error(field).unwrap_or_default(),
    );
    placed
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

    fn sessions(&self, person: &Person) -> u64 {
        self.sessions.get(&person.id).copied().unwrap_or_default()
    }

    /// What was refused for a person.
    fn refused(&self, person: &Person) -> Option<&str> {
        self.form.error(&format!("person-{}", person.id))
    }

    fn is_me(&self, person: &Person) -> bool {
        let me = self.frame.me.as_ref();
        me.is_some_and(|me| me.person.id == person.id)
    }
}
