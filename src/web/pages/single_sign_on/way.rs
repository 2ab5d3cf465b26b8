//! The way to a provider.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, web};

use crate::desk::single_sign_on::{self, Purpose, WAITS};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::next::NextPath;
use crate::web::render::Answer;
use crate::web::state::App;
use crate::web::whence;

use super::onward;
use super::refusal::{label, refused};

/// The cookie that a browser keeps until it is back. It is sent when another
/// site leads here, and only then by a link that somebody follows.
pub(super) fn cookie(app: &App, kept: String) -> Cookie<'static> {
    Cookie::build(cookie_name(app), kept)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_secure())
        .max_age(Duration::milliseconds(WAITS))
        .finish()
}

pub(super) fn cookie_name(app: &App) -> &'static str {
    if app.is_secure() {
        "__Host-citekeep-way"
    } else {
        "citekeep-way"
    }
}

/// Comes in. Only a form of our own begins it: another site cannot.
pub(in crate::web) async fn begin(
    app: web::Data<App>,
    request: HttpRequest,
    provider: web::Path<String>,
    form: Fields,
) -> Answer {
    let next = NextPath::parse(form.value("next"));
    let purpose = Purpose::Enter(next.map(|next| next.as_str().to_owned()));
    send(&app, &request, &provider, purpose).await
}

/// Links an account to whoever is signed in.
pub(in crate::web) async fn link(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    provider: web::Path<String>,
    _: Fields,
) -> Answer {
    let purpose = Purpose::Link(me.0.session_name().to_owned());
    send(&app, &request, &provider, purpose).await
}

/// Shows once more who somebody is.
pub(in crate::web) async fn prove(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    provider: web::Path<String>,
    _: Fields,
) -> Answer {
    let purpose = Purpose::Prove(me.0.session_name().to_owned());
    send(&app, &request, &provider, purpose).await
}

async fn send(app: &App, request: &HttpRequest, provider: &str, purpose: Purpose) -> Answer {
    let known = whence::of(app, request).known;
    let (desk, base) = (app.unblocked(), &app.facts().base);
    let sent = single_sign_on::begin(desk, base, provider, (purpose, known)).await;
    let sent = sent.map_err(|trouble| refused(app, request, (provider, &trouble)))?;
    let label = label(app, provider);
    let mut answer = onward(app, ("On to your provider", &label), &sent.address)?;
    // A cookie that is too long for the header is none: nobody comes back then.
    let _ = answer.add_cookie(&cookie(app, sent.kept));
    Ok(answer)
}
