//! Who the desk is, and how it writes dates and numbers.

use actix_web::web;
use askama::Template;

use crate::desk::settings;
use crate::domain::sheet::{DeskSheet, Locale};
use crate::domain::words::{Address, Name, Policy, Position};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;

use super::Done;

#[derive(Template)]
#[template(path = "settings/desk.html")]
struct DeskPage {
    frame: Frame,
    form: Fields,
    is_saved: bool,
}

impl DeskPage {
    fn locales() -> &'static [Locale] {
        Locale::ALL
    }
}

pub(in crate::web) async fn desk(
    app: web::Data<App>,
    me: Visitor,
    done: web::Query<Done>,
) -> Answer {
    let form = filled(&app.sheet(), &app.name());
    draw(&app, me, form, done.is_saved())
}

/// The form with what the desk says of itself now.
fn filled(sheet: &DeskSheet, name: &str) -> Fields {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    Fields::proposed(&[
        ("name", name),
        (
            "tagline",
            &text(sheet.tagline.as_ref().map(Position::as_str)),
        ),
        ("url", &text(sheet.url.as_ref().map(Address::as_str))),
        ("owner", &text(sheet.owner.as_ref().map(Name::as_str))),
        ("country", &text(sheet.country.as_ref().map(Name::as_str))),
        ("contact", &text(sheet.contact.as_ref().map(Policy::as_str))),
        ("locale", sheet.locale.as_str()),
    ])
}

fn draw(app: &App, me: Visitor, form: Fields, is_saved: bool) -> Answer {
    page_with(
        form.status(),
        &DeskPage {
            frame: Frame::new(app, Some(me.0)),
            form,
            is_saved,
        },
    )
}

pub(in crate::web) async fn describe(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let Some(sheet) = read(&mut form, &app.sheet()) else {
        return draw(&app, me, form, false);
    };
    let actor = me.0.actor();
    app.desk(move |desk| settings::describe(desk, actor, sheet))
        .await?;
    see("/settings/desk?saved=yes")
}

/// The sheet as it was typed; its policies stay what they are.
fn read(form: &mut Fields, now: &DeskSheet) -> Option<DeskSheet> {
    let name = form.parse("name", Name::parse);
    let tagline = form.parse("tagline", Position::parse_optional);
    let url = form.parse("url", Address::parse_optional);
    let owner = form.parse("owner", Name::parse_optional);
    let country = form.parse("country", Name::parse_optional);
    let contact = form.parse("contact", Policy::parse_optional);
    let locale = form.parse("locale", str::parse::<Locale>);
    Some(DeskSheet {
        name: name?,
        tagline: tagline?,
        url: url?,
        owner: owner?,
        country: country?,
        contact: contact?,
        locale: locale?,
        policies: now.policies.clone(),
    })
}
