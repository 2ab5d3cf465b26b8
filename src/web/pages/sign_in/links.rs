//! Coming in by a link that works once, and setting up the first admin.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::{people, sign_in};
use crate::domain::words::Name;
use crate::web::assets;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page, page_with, see};
use crate::web::state::App;
use crate::web::whence;

use super::{go_on, let_in, read_credentials};

#[derive(Template)]
#[template(path = "people/enter.html")]
struct EnterPage {
    frame: Frame,
    name: String,
    role: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "people/set_up.html")]
struct SetUpPage {
    frame: Frame,
    script: &'static str,
    form: Fields,
    secret: String,
}

pub(in crate::web) async fn enter_form(app: web::Data<App>, secret: web::Path<String>) -> Answer {
    let secret = secret.into_inner();
    let looked_up = secret.clone();
    let person = app
        .desk(move |desk| people::look_at_link(desk, &looked_up))
        .await?;
    match person {
        Some(person) => page(&EnterPage {
            frame: Frame::new(&app, None),
            name: person.name,
            role: person.role.to_string(),
            secret,
        }),
        None => see(&format!("/set-up/{secret}")),
    }
}

pub(in crate::web) async fn enter(
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
) -> Answer {
    let whence = whence::of(&app, &request);
    let entered = app
        .desk(move |desk| sign_in::by_link(desk, &secret, whence))
        .await?;
    app.live().sessions_changed();
    go_on(&app, entered, None)
}

pub(in crate::web) async fn set_up_form(app: web::Data<App>, secret: web::Path<String>) -> Answer {
    let secret = secret.into_inner();
    let looked_up = secret.clone();
    app.desk(move |desk| people::look_at_link(desk, &looked_up))
        .await?;
    draw(&app, StatusCode::OK, (Fields::default(), secret))
}

fn draw(app: &App, status: StatusCode, (form, secret): (Fields, String)) -> Answer {
    let view = SetUpPage {
        frame: Frame::new(app, None),
        script: assets::way_in_script_path(),
        form,
        secret,
    };
    page_with(status, &view)
}

pub(in crate::web) async fn set_up(
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
    mut form: Fields,
) -> Answer {
    let (secret, whence) = (secret.into_inner(), whence::of(&app, &request));
    let name = form.parse("name", Name::parse);
    let (desk, typed) = (app.name(), form.value("name").to_owned());
    let credentials = read_credentials(&mut form, &[&desk, &typed]);
    if let (Some(name), Some(credentials)) = (name, credentials) {
        let deed =
            move |desk: &_| sign_in::set_up_first_admin(desk, &secret, (name, credentials), whence);
        let begun = app.hashed(deed).await??;
        return let_in(&app, begun, "/people");
    }
    draw(&app, StatusCode::UNPROCESSABLE_ENTITY, (form, secret))
}
