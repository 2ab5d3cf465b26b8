//! The passkeys of somebody else, for those who look after the desk's people.

use actix_web::web;
use askama::Template;

use crate::desk::signing;
use crate::domain::ids::{EntryIndex, PersonId};
use crate::store::people::Person;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page, see};
use crate::web::state::App;

use super::Passkeys;

#[derive(Template)]
#[template(path = "people/passkeys.html")]
struct OthersPage {
    frame: Frame,
    person: Person,
    passkeys: Passkeys,
}

pub(in crate::web) async fn of_person(
    app: web::Data<App>,
    me: Visitor,
    person: web::Path<PersonId>,
) -> Answer {
    let id = *person;
    let frame = Frame::new(&app, Some(me.0));
    let view = app
        .desk(move |desk| {
            let (person, passkeys) = signing::of_person(desk, id)?;
            Ok(OthersPage {
                frame,
                person,
                passkeys: Passkeys::new(desk, passkeys),
            })
        })
        .await?;
    page(&view)
}

pub(in crate::web) async fn retire_for(
    app: web::Data<App>,
    me: Visitor,
    named: web::Path<(PersonId, EntryIndex)>,
    _: Fields,
) -> Answer {
    let (actor, named) = (me.0.actor(), *named);
    app.desk(move |desk| signing::retire_for(desk, actor, named))
        .await?;
    see(&format!("/people/{}/passkeys", named.0))
}
