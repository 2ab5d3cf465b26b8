//! The way to a provider.

use actix_web::{HttpRequest, web};

use crate::desk::single_sign_on::{self, Purpose};
use crate::web::auth::Visitor;
use crate::web::cookies;
use crate::web::fields::Fields;
use crate::web::next::NextPath;
use crate::web::render::Answer;
use crate::web::state::App;
use crate::web::whence;

use super::onward;
use super::refusal::{label, refused};

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
    let _ = answer.add_cookie(&cookies::WAY.with(app, sent.kept));
    Ok(answer)
}
