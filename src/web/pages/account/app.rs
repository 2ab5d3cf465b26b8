//! The app that shows codes, and recovery codes.

use actix_web::{HttpRequest, web};

use crate::desk::sign_in;
use crate::web::auth::Visitor;
use crate::web::confirm::too_many;
use crate::web::fields::Fields;
use crate::web::problem::sentence;
use crate::web::render::{Answer, see};
use crate::web::state::App;
use crate::web::throttle::Door;
use crate::web::tries;
use crate::web::whence;

use super::show::{Told, draw};

const NOT_NOW: &str = "This is not the code that the app shows now. Try the next one.";

pub(in crate::web) async fn begin_app(app: web::Data<App>, me: Visitor, _: Fields) -> Answer {
    let who = me.0.clone();
    let begun = app
        .attempt(move |desk| sign_in::propose_app(desk, &who))
        .await?;
    let told = match begun {
        Ok(new) => Told::app(new, None),
        Err(error) => refused(sentence(&error)),
    };
    draw(&app, me, None, told).await
}

fn refused(error: String) -> Told {
    Told {
        error: Some(error),
        ..Told::default()
    }
}

fn shown(codes: Vec<String>) -> Told {
    Told {
        codes,
        ..Told::default()
    }
}

pub(in crate::web) async fn confirm_app(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    form: Fields,
) -> Answer {
    let doors = vec![Door::session(me.0.session_name())];
    let tried = match tries::lets(&app, &request, doors) {
        Ok(tried) => tried,
        Err(wait) => return draw(&app, me, None, refused(too_many(wait))).await,
    };
    let (who, whence) = (me.0.clone(), whence::of(&app, &request));
    let code = form.value("code").to_owned();
    let deed = move |desk: &_| sign_in::confirm_app(desk, &who, &code, whence);
    let told = match app.attempt(deed).await? {
        Ok(Ok(codes)) => {
            app.throttle().passed(&tried);
            shown(codes)
        }
        Ok(Err(new)) => Told::app(new, Some(NOT_NOW.to_owned())),
        Err(error) => refused(sentence(&error)),
    };
    draw(&app, me, None, told).await
}

pub(in crate::web) async fn remove_app(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    _: Fields,
) -> Answer {
    let (who, whence) = (me.0.clone(), whence::of(&app, &request));
    let done = app
        .attempt(move |desk| sign_in::remove_app(desk, &who, whence))
        .await?;
    match done {
        Ok(()) => see("/me/security"),
        Err(error) => draw(&app, me, None, refused(sentence(&error))).await,
    }
}

pub(in crate::web) async fn renew_codes(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    _: Fields,
) -> Answer {
    let (who, whence) = (me.0.clone(), whence::of(&app, &request));
    let done = app
        .attempt(move |desk| sign_in::new_recovery_codes(desk, &who, whence))
        .await?;
    let told = match done {
        Ok(codes) => shown(codes),
        Err(error) => refused(sentence(&error)),
    };
    draw(&app, me, None, told).await
}
