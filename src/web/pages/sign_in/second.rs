//! The second step: a code, a recovery code or a passkey.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use crate::desk::sign_in::{self, HalfWay, Whence};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::PersonId;
use crate::web::assets;
use crate::web::confirm::too_many;
use crate::web::fields::Fields;
use crate::web::next::NextPath;
use crate::web::passkey::Asking;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page_with};
use crate::web::state::App;
use crate::web::throttle::Door;
use crate::web::tries;
use crate::web::whence;

use super::{let_on, waiting};

/// Of so many wrong second factors in a row somebody is told.
const MANY_WRONG: u32 = 5;

#[derive(Template)]
#[template(path = "people/second.html")]
struct SecondPage {
    frame: Frame,
    script: &'static str,
    half: HalfWay,
    next: Option<NextPath>,
    passkey: Option<Asking>,
    error: Option<String>,
}

/// Asks for a second factor; the reason where one was not right.
pub(super) fn draw(
    app: &App,
    status: StatusCode,
    half: HalfWay,
    (next, error): (Option<NextPath>, Option<String>),
) -> Answer {
    let site = app.site().filter(|_| !half.passkeys.is_empty());
    let view = SecondPage {
        frame: Frame::new(app, None),
        script: assets::way_in_script_path(),
        passkey: site.map(|site| Asking::new(app, site, half.passkeys.clone())),
        half,
        next,
        error,
    };
    page_with(status, &view)
}

pub(in crate::web) async fn second(
    app: web::Data<App>,
    request: HttpRequest,
    form: Fields,
) -> Answer {
    let mut whence = whence::of(&app, &request);
    let (step, code) = (form.value("step").to_owned(), form.value("code").to_owned());
    let (seen, known) = (step.clone(), whence.known.clone());
    let (person, half, door) = app.desk(move |desk| look(desk, &seen, known)).await?;
    let next = NextPath::parse(form.value("next"));
    let tried = match tries::lets(&app, &request, vec![door]) {
        Ok(tried) => tried,
        Err(wait) => return hold_up(&app, half, next, wait),
    };
    whence.tries = tried.before;
    let deed = move |desk: &_| try_factor(desk, person, (&step, code), whence);
    let done = app.attempt(deed).await?;
    finish(
        &app,
        done.inspect(|_| app.throttle().passed(&tried)),
        half,
        next,
    )
}

/// Says how long the next try waits.
fn hold_up(app: &App, half: HalfWay, next: Option<NextPath>, wait: i64) -> Answer {
    let why = (next, Some(too_many(wait)));
    waiting(draw(app, StatusCode::TOO_MANY_REQUESTS, half, why), wait)
}

/// Who is half-way in, and what their tries count at.
fn look(
    desk: &Desk,
    step: &str,
    known: Option<String>,
) -> Result<(PersonId, HalfWay, Door), DeskError> {
    let (person, half) = sign_in::look_at_step(desk, step)?;
    let is_known = match known {
        Some(known) => sign_in::knows(desk, &known, person)?,
        None => false,
    };
    Ok((person, half, Door::second(person, is_known)))
}

/// Tries a second factor. Its person is told once of many wrong ones: whoever
/// types them has the password already.
fn try_factor(
    desk: &Desk,
    person: PersonId,
    (step, code): (&str, String),
    whence: Whence,
) -> Result<sign_in::Begun, DeskError> {
    let is_to_be_told = whence.tries + 1 == MANY_WRONG;
    let done = sign_in::by_second_factor(desk, step, code, whence.clone());
    if is_to_be_told && matches!(done, Err(DeskError::WrongFactor)) {
        sign_in::tell_of_half_way(desk, person, whence)?;
    }
    done
}

fn finish(
    app: &App,
    done: Result<sign_in::Begun, DeskError>,
    half: HalfWay,
    next: Option<NextPath>,
) -> Answer {
    match done {
        Ok(begun) => let_on(app, begun, next.as_ref()),
        Err(error @ DeskError::WrongFactor) => {
            let why = (next, Some(sentence(&error)));
            draw(app, StatusCode::UNAUTHORIZED, half, why)
        }
        Err(error) => Err(Problem::from(error)),
    }
}
