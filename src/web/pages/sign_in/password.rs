//! Signing in with a name and a password, or with a passkey alone.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::sign_in::{self, Whence};
use crate::web::assets;
use crate::web::auth::Guest;
use crate::web::confirm::{answer, too_many};
use crate::web::fields::Fields;
use crate::web::next::NextPath;
use crate::web::passkey::Asking;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;
use crate::web::throttle::Door;
use crate::web::tries;
use crate::web::whence;

use super::super::single_sign_on::ProviderLine;
use super::{go_on, let_on, waiting};

/// What is said where a browser sent nothing that a passkey answered.
const NO_ANSWER: &str = "Your browser sent no answer of a passkey. Try again.";

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    frame: Frame,
    script: &'static str,
    form: Fields,
    next: Option<NextPath>,
    passkey: Option<Asking>,
    providers: Vec<ProviderLine>,
    /// Whether people come in by providers alone.
    is_alone: bool,
}

/// Where somebody was going who has to sign in first.
#[derive(Deserialize)]
pub(in crate::web) struct Going {
    #[serde(default)]
    next: String,
}

pub(in crate::web) async fn form(
    app: web::Data<App>,
    guest: Guest,
    going: web::Query<Going>,
) -> Answer {
    let form = Fields::proposed(&[("next", &going.next)]);
    draw(&app, StatusCode::OK, Frame::new(&app, guest.0), form)
}

fn draw(app: &App, status: StatusCode, frame: Frame, form: Fields) -> Answer {
    let view = SignInPage {
        frame,
        script: assets::way_in_script_path(),
        next: NextPath::parse(form.value("next")),
        providers: ProviderLine::all(app.unblocked()),
        is_alone: app.policy().only.is_some(),
        passkey: app.site().map(|site| Asking::new(app, site, Vec::new())),
        form,
    };
    page_with(status, &view)
}

fn keep_out(app: &App, status: StatusCode, form: Fields) -> Answer {
    draw(app, status, Frame::new(app, None), form)
}

/// Says how long the next try waits.
fn hold_up(app: &App, mut form: Fields, wait: i64) -> Answer {
    form.refuse("password", too_many(wait));
    waiting(keep_out(app, StatusCode::TOO_MANY_REQUESTS, form), wait)
}

/// What a try of a name counts at: in a browser where its person signed in
/// before, there alone.
async fn doors(
    app: &App,
    whence: &Whence,
    request: &HttpRequest,
    name: &str,
) -> Result<Vec<Door>, Problem> {
    if let Some(known) = whence.known.clone() {
        let (browser, looked_up) = (known.clone(), name.to_owned());
        let deed = move |desk: &_| sign_in::knows_name(desk, &known, &looked_up);
        if app.desk(deed).await? {
            return Ok(vec![Door::known(name, &browser)]);
        }
    }
    let address = whence::address(app, request).map(Door::address);
    Ok([Door::name(name)].into_iter().chain(address).collect())
}

pub(in crate::web) async fn sign_in(
    app: web::Data<App>,
    request: HttpRequest,
    form: Fields,
) -> Answer {
    let mut whence = whence::of(&app, &request);
    let typed = |field| form.value(field).to_owned();
    let (name, password) = (typed("sign_in"), typed("password"));
    let doors = doors(&app, &whence, &request, &name).await?;
    let tried = match tries::lets(&app, &request, doors) {
        Ok(tried) => tried,
        Err(wait) => return hold_up(&app, form, wait),
    };
    whence.tries = tried.before;
    let deed = move |desk: &_| sign_in::by_password(desk, (&name, &password), whence);
    match app.hashed(deed).await? {
        Ok(entered) => {
            app.throttle().passed(&tried);
            go_on(&app, entered, NextPath::parse(form.value("next")))
        }
        Err(error) => refuse(&app, form, ("password", sentence(&error))),
    }
}

fn refuse(app: &App, mut form: Fields, (field, why): (&str, String)) -> Answer {
    form.refuse(field, why);
    keep_out(app, StatusCode::UNAUTHORIZED, form)
}

pub(in crate::web) async fn passkey(
    app: web::Data<App>,
    request: HttpRequest,
    form: Fields,
) -> Answer {
    let whence = whence::of(&app, &request);
    let site = app.site().ok_or_else(Problem::not_found)?;
    let Ok(answer) = answer(&form, "") else {
        return refuse(&app, form, ("passkey", NO_ANSWER.to_owned()));
    };
    let shown = (answer, form.value("step").to_owned());
    let deed = move |desk: &_| sign_in::by_passkey(desk, shown, &site, whence);
    match app.attempt(deed).await? {
        Ok(begun) => {
            let next = NextPath::parse(form.value("next"));
            let_on(&app, begun, next.as_ref())
        }
        Err(error) => refuse(&app, form, ("passkey", sentence(&error))),
    }
}
