//! Coming in, going out, and choosing how.

mod links;
mod me;
mod password;
mod second;

pub(in crate::web) use links::{enter, enter_form, set_up, set_up_form};
pub(super) use me::draw_me;
pub(in crate::web) use me::{choose_credentials, me, sign_out};
pub(in crate::web) use password::{form, passkey, sign_in};
pub(in crate::web) use second::second;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, RETRY_AFTER};

use crate::desk::DeskError;
use crate::desk::sign_in::{Begun, Credentials, Entered};
use crate::web::cookies;
use crate::web::fields::Fields;
use crate::web::next::NextPath;
use crate::web::problem::sentence;
use crate::web::render::Answer;
use crate::web::state::App;

/// Lets somebody in: a session's cookie, the one by which the browser is known,
/// and the page that they were going to.
fn let_in(app: &App, begun: Begun, path: &str) -> Answer {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, path));
    answer.cookie(cookies::SESSION.with(app, begun.secret));
    answer.cookie(cookies::KNOWN.with(app, begun.known));
    Ok(answer.finish())
}

/// Lets somebody in to where they were going, or to the queue.
fn let_on(app: &App, begun: Begun, next: Option<&NextPath>) -> Answer {
    let_in(app, begun, next.map_or("/claims", NextPath::as_str))
}

/// Goes on after a first step: in, or to the question for a second factor.
pub(in crate::web::pages) fn go_on(app: &App, entered: Entered, next: Option<NextPath>) -> Answer {
    match entered {
        Entered::In(begun) => let_on(app, begun, next.as_ref()),
        Entered::HalfWay(half) => second::draw(app, StatusCode::OK, half, (next, None)),
    }
}

/// Says to an answer how long the next try waits.
fn waiting(answer: Answer, seconds: i64) -> Answer {
    answer.map(|mut answer| {
        if let Ok(value) = seconds.to_string().parse() {
            answer.headers_mut().insert(RETRY_AFTER, value);
        }
        answer
    })
}

/// Reads what somebody chose to sign in with; what is wrong stands beside its
/// field. The names are those that no password may be made of.
fn read_credentials(form: &mut Fields, names: &[&str]) -> Option<Credentials> {
    let chosen = Credentials::choose(form.value("sign_in"), form.value("password"), names);
    match chosen {
        Ok(credentials) => Some(credentials),
        Err(error) => {
            form.refuse(field_of(&error), sentence(&error));
            None
        }
    }
}

/// The field that a refusal is about.
fn field_of(error: &DeskError) -> &'static str {
    match error {
        DeskError::BadSignIn => "sign_in",
        DeskError::WrongPassword => "current",
        _ => "password",
    }
}
