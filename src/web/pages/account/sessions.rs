//! Ending one's own sessions, and saying that one knows what happened.

use actix_web::{HttpRequest, web};

use crate::desk::sign_in;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::next::NextPath;
use crate::web::problem::Problem;
use crate::web::render::{Answer, see};
use crate::web::state::App;
use crate::web::whence;

pub(in crate::web) async fn end_one(
    app: web::Data<App>,
    me: Visitor,
    session: web::Path<String>,
    _: Fields,
) -> Answer {
    let name = session.into_inner();
    app.desk(move |desk| sign_in::end_named(desk, &me.0, name))
        .await?;
    app.live().sessions_changed();
    see("/me/security")
}

pub(in crate::web) async fn end_others(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    _: Fields,
) -> Answer {
    let whence = whence::of(&app, &request);
    app.desk(move |desk| sign_in::end_others(desk, &me.0, whence))
        .await?;
    app.live().sessions_changed();
    see("/me/security")
}

pub(in crate::web) async fn know(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    form: Fields,
) -> Answer {
    let up_to = form.value("up_to").parse();
    let up_to: i64 = up_to.map_err(|_| Problem::bad_request("which event is not said"))?;
    app.desk(move |desk| sign_in::know(desk, &me.0, up_to))
        .await?;
    let back = NextPath::sender(&request);
    see(back.as_ref().map_or("/me/security", NextPath::as_str))
}
