//! Somebody's own page, and the way out.

use actix_web::http::header::{CLEAR_SITE_DATA, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::desk::sign_in::{self, Factors};
use crate::desk::single_sign_on::farewell;
use crate::desk::{Desk, DeskError};
use crate::domain::ids::PersonId;
use crate::domain::person::Role;
use crate::web::assets;
use crate::web::auth::Visitor;
use crate::web::confirm::too_many;
use crate::web::cookies;
use crate::web::fields::Fields;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;
use crate::web::throttle::Door;
use crate::web::tries;
use crate::web::whence;

use super::super::signing::Passkeys;
use super::super::single_sign_on::{Accounts, onward, provider_name};
use super::{field_of, let_in, read_credentials};

#[derive(Template)]
#[template(path = "people/me.html")]
struct MePage {
    frame: Frame,
    script: &'static str,
    form: Fields,
    passkeys: Passkeys,
    factors: Factors,
    accounts: Accounts,
    /// Whether people come in by providers alone, and this one is no exception.
    is_alone: bool,
    /// Whether a new password wants the old one beside it.
    wants_current: bool,
}

/// What lets somebody in, and what they sign with.
struct Own {
    passkeys: Passkeys,
    factors: Factors,
    accounts: Accounts,
}

impl Own {
    fn of(desk: &Desk, person: PersonId) -> Result<Self, DeskError> {
        Ok(Self {
            passkeys: Passkeys::of(desk, person)?,
            factors: sign_in::factors(desk, person)?,
            accounts: Accounts::of(desk, person)?,
        })
    }
}

impl MePage {
    /// Whether a passkey lets its owner in.
    fn lets_in(&self, credential: &impl ToString) -> bool {
        self.factors.passkeys.contains(&credential.to_string())
    }
}

pub(in crate::web) async fn sign_out(
    app: web::Data<App>,
    request: HttpRequest,
    _: Visitor,
    _: Fields,
) -> Answer {
    let mut answer = HttpResponse::SeeOther()
        .insert_header((LOCATION, "/sign-in"))
        .finish();
    if let Some(cookie) = request.cookie(cookies::SESSION.name(&app)) {
        if let Some(onward) = end(&app, cookie.value().to_owned()).await? {
            answer = onward;
        }
        app.live().sessions_changed();
    }
    let gone = cookies::SESSION.gone(&app);
    answer.add_cookie(&gone).map_err(|_| Problem::broken())?;
    // What was kept and what was being written stays on no shared machine.
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(CLEAR_SITE_DATA, all);
    Ok(answer)
}

/// Ends a session; the page that leads on to the provider by which it began,
/// where that has a place for signing out.
async fn end(app: &web::Data<App>, secret: String) -> Result<Option<HttpResponse>, Problem> {
    let ended = move |desk: &_| {
        let arrival = sign_in::arrival(desk, &secret)?;
        sign_in::sign_out(desk, &secret)?;
        Ok(arrival)
    };
    let Some(arrival) = app.desk(ended).await? else {
        return Ok(None);
    };
    let (desk, by) = (
        app.unblocked(),
        (arrival.issuer.as_str(), arrival.hint.as_str()),
    );
    let Some(to) = farewell(desk, &app.facts().base, by).await else {
        return Ok(None);
    };
    let label = provider_name(desk, &arrival.issuer);
    onward(app, ("You are signed out here", &label), &to).map(Some)
}

pub(in crate::web) async fn me(app: web::Data<App>, me: Visitor) -> Answer {
    draw_me(&app, me, Fields::default()).await
}

/// Draws somebody's own page; what is wrong with a form stands beside its
/// fields.
pub(in crate::web::pages) async fn draw_me(
    app: &web::Data<App>,
    me: Visitor,
    form: Fields,
) -> Answer {
    let person = me.0.person.id;
    let own = app.desk(move |desk| Own::of(desk, person)).await?;
    let status = form.status();
    let view = MePage {
        is_alone: app.policy().only.is_some() && me.0.person.role != Role::Admin,
        wants_current: own.factors.has_password && me.0.must_give_password(),
        frame: Frame::new(app, Some(me.0)),
        script: assets::way_in_script_path(),
        form,
        passkeys: own.passkeys,
        factors: own.factors,
        accounts: own.accounts,
    };
    page_with(status, &view)
}

pub(in crate::web) async fn choose_credentials(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    let (desk, name) = (app.name(), me.0.person.name.clone());
    let Some(credentials) = read_credentials(&mut form, &[&desk, &name]) else {
        return draw_me(&app, me, form).await;
    };
    let chosen = (credentials, form.value("current").to_owned());
    match choose(&app, &request, &me, chosen).await? {
        Ok(begun) => let_in(&app, begun, "/me"),
        Err((field, why)) => {
            form.refuse(field, why);
            draw_me(&app, me, form).await
        }
    }
}

/// Chooses, unless it was tried too often; the field and the reason where it
/// was refused.
async fn choose(
    app: &App,
    request: &HttpRequest,
    me: &Visitor,
    (credentials, current): (sign_in::Credentials, String),
) -> Result<Result<sign_in::Begun, (&'static str, String)>, Problem> {
    let doors = vec![Door::session(me.0.session_name())];
    let tried = match tries::lets(app, request, doors) {
        Ok(tried) => tried,
        Err(wait) => return Ok(Err(("current", too_many(wait)))),
    };
    let (who, whence) = (me.0.clone(), whence::of(app, request));
    let deed = move |desk: &_| sign_in::choose(desk, &who, (credentials, &current), whence);
    Ok(match app.hashed(deed).await? {
        Ok(begun) => {
            app.throttle().passed(&tried);
            app.live().sessions_changed();
            Ok(begun)
        }
        Err(error) => Err((field_of(&error), sentence(&error))),
    })
}
