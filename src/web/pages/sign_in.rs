//! Coming in, going out, and choosing how.

use actix_web::http::StatusCode;
use actix_web::http::header::{CLEAR_SITE_DATA, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::people::{self, Credentials};
use crate::domain::words::Name;

use super::super::auth::{Guest, Visitor, cookie_name, session_cookie};
use super::super::fields::Fields;
use super::super::next::NextPath;
use super::super::problem::sentence;
use super::super::render::{Answer, Frame, page, page_with};
use super::super::state::App;
use super::signing::Passkeys;

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: Fields,
    next: Option<NextPath>,
}

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
    form: Fields,
    secret: String,
}

#[derive(Template)]
#[template(path = "people/me.html")]
struct MePage {
    frame: Frame,
    form: Fields,
    passkeys: Passkeys,
}

/// Where somebody was going who has to sign in first.
#[derive(Deserialize)]
pub(in super::super) struct Going {
    #[serde(default)]
    next: String,
}

pub(in super::super) async fn form(
    app: web::Data<App>,
    guest: Guest,
    going: web::Query<Going>,
) -> Answer {
    page(&SignInPage {
        frame: Frame::new(&app, guest.0),
        form: Fields::default(),
        next: NextPath::parse(&going.next),
    })
}

pub(in super::super) async fn sign_in(app: web::Data<App>, mut form: Fields) -> Answer {
    let (name, password) = (
        form.value("sign_in").to_owned(),
        form.value("password").to_owned(),
    );
    if !app.throttle().lets(&name) {
        let words = "There were too many tries. Wait a minute, then try again.";
        form.refuse("password", words);
        return keep_out(&app, StatusCode::TOO_MANY_REQUESTS, form);
    }
    match app
        .attempt(move |desk| people::sign_in(desk, &name, &password))
        .await?
    {
        Ok(secret) => {
            let next = NextPath::parse(form.value("next"));
            let path = next.as_ref().map_or("/claims", NextPath::as_str);
            let_in(&app, secret, path)
        }
        Err(error) => {
            form.refuse("password", sentence(&error));
            keep_out(&app, StatusCode::UNAUTHORIZED, form)
        }
    }
}

fn keep_out(app: &App, status: StatusCode, form: Fields) -> Answer {
    let view = SignInPage {
        frame: Frame::new(app, None),
        next: NextPath::parse(form.value("next")),
        form,
    };
    page_with(status, &view)
}

fn let_in(app: &App, secret: String, path: &str) -> Answer {
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .cookie(session_cookie(app, secret))
        .finish())
}

pub(in super::super) async fn enter_form(app: web::Data<App>, secret: web::Path<String>) -> Answer {
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
        None => super::super::render::see(&format!("/set-up/{secret}")),
    }
}

pub(in super::super) async fn enter(app: web::Data<App>, secret: web::Path<String>) -> Answer {
    let session = app.desk(move |desk| people::enter(desk, &secret)).await?;
    let_in(&app, session, "/claims")
}

pub(in super::super) async fn set_up_form(
    app: web::Data<App>,
    secret: web::Path<String>,
) -> Answer {
    let secret = secret.into_inner();
    let looked_up = secret.clone();
    app.desk(move |desk| people::look_at_link(desk, &looked_up))
        .await?;
    page(&SetUpPage {
        frame: Frame::new(&app, None),
        form: Fields::default(),
        secret,
    })
}

pub(in super::super) async fn set_up(
    app: web::Data<App>,
    secret: web::Path<String>,
    mut form: Fields,
) -> Answer {
    let secret = secret.into_inner();
    let name = form.parse("name", Name::parse);
    let credentials = read_credentials(&mut form);
    if let (Some(name), Some(credentials)) = (name, credentials) {
        let used = secret.clone();
        let session = app
            .desk(move |desk| people::set_up_first_admin(desk, &used, name, credentials))
            .await?;
        return let_in(&app, session, "/people");
    }
    let view = SetUpPage {
        frame: Frame::new(&app, None),
        form,
        secret,
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

pub(in super::super) async fn sign_out(
    app: web::Data<App>,
    request: HttpRequest,
    _: Visitor,
    _: Fields,
) -> Answer {
    if let Some(cookie) = request.cookie(cookie_name(&app)) {
        let secret = cookie.value().to_owned();
        app.desk(move |desk| people::sign_out(desk, &secret))
            .await?;
        app.live().sessions_changed();
    }
    let mut gone = session_cookie(&app, String::new());
    gone.make_removal();
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, "/sign-in"))
        // What was kept and what was being written stays on no shared machine.
        .insert_header((CLEAR_SITE_DATA, "\"cache\", \"storage\""))
        .cookie(gone)
        .finish())
}

pub(in super::super) async fn me(app: web::Data<App>, me: Visitor) -> Answer {
    draw_me(&app, me, Fields::default()).await
}

/// Draws somebody's own page; what is wrong with a form stands beside its
/// fields.
pub(super) async fn draw_me(app: &web::Data<App>, me: Visitor, form: Fields) -> Answer {
    let person = me.0.person.id;
    let passkeys = app.desk(move |desk| Passkeys::of(desk, person)).await?;
    let status = if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let view = MePage {
        frame: Frame::new(app, Some(me.0)),
        form,
        passkeys,
    };
    page_with(status, &view)
}

pub(in super::super) async fn choose_credentials(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    if let Some(credentials) = read_credentials(&mut form) {
        let who = me.0.clone();
        match app
            .attempt(move |desk| people::choose_credentials(desk, &who, credentials))
            .await?
        {
            Ok(session) => {
                app.live().sessions_changed();
                return let_in(&app, session, "/me");
            }
            Err(error) => form.refuse("sign_in", sentence(&error)),
        }
    }
    draw_me(&app, me, form).await
}

fn read_credentials(form: &mut Fields) -> Option<Credentials> {
    let chosen = Credentials::choose(form.value("sign_in"), form.value("password"));
    match chosen {
        Ok(credentials) => Some(credentials),
        Err(error) => {
            let field = match error {
                crate::desk::DeskError::WeakPassword => "password",
                _ => "sign_in",
            };
            form.refuse(field, sentence(&error));
            None
        }
    }
}
