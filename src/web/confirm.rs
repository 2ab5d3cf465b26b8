//! Grave acts ask for a proof of who one is that is not old. A form that comes
//! without is answered with a page that carries all that was typed, and goes on
//! from there once the proof is given.

use actix_web::{HttpMessage, HttpRequest};
use askama::Template;

use crate::desk::people::SignedIn;
use crate::desk::sign_in::{self, Factors, PasskeyAnswer, Proof};
use crate::desk::signing::{Answer, Site};
use crate::desk::{Desk, DeskError};
use crate::domain::account::Means;
use crate::domain::passkey::{BadOctets, Octets};

use super::assets;
use super::auth::Renewed;
use super::cookies;
use super::fields::Fields;
use super::pages::single_sign_on::ProviderLine;
use super::passkey::Asking;
use super::problem::{Problem, sentence};
use super::render::Frame;
use super::routes;
use super::state::App;
use super::throttle::Door;
use super::tries;
use super::whence;

/// What the names of the fields that carry a proof begin with.
const PREFIX: &str = "confirm_";

#[derive(Template)]
#[template(path = "people/confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame,
    script: &'static str,
    action: &'a str,
    fields: &'a Fields,
    factors: Factors,
    /// The providers that can be asked, where an account there is linked.
    providers: Vec<ProviderLine>,
    passkey: Option<Asking>,
    error: Option<String>,
}

/// Lets a form through that is not grave, whose person showed lately who they
/// are, or that brings a proof; the fields of a proof go no further.
pub(super) async fn hold(
    request: &HttpRequest,
    app: &App,
    fields: &mut Fields,
) -> Result<(), Problem> {
    let me = request.extensions().get::<SignedIn>().cloned();
    let is_grave = routes::pattern(request)
        .is_some_and(|pattern| routes::is_grave(request.method(), &pattern));
    let Some(me) = me.filter(|me| is_grave && !me.is_program()) else {
        return Ok(());
    };
    let proof = proof(app, fields);
    fields.forget(PREFIX);
    if me.is_fresh(app.now(), app.policy().fresh) {
        return Ok(());
    }
    let person = me.person.id;
    let looked_up = move |desk: &Desk| {
        let provers = ProviderLine::provers(desk, person)?;
        Ok((sign_in::factors(desk, person)?, provers))
    };
    let (factors, providers) = app.desk(looked_up).await?;
    if routes::path(request) == "/me" && shows_itself(&me, &factors, fields) {
        return Ok(());
    }
    let error = match proof {
        None => None,
        Some(Err(error)) => Some(error.to_string()),
        Some(Ok(proof)) => match take(request, app, &me, proof).await? {
            Ok(()) => return Ok(()),
            Err(reason) => Some(reason),
        },
    };
    let shown = (factors, providers);
    Err(page(request, app, (me, shown), (fields, error)))
}

/// Whether the form for a new password is proof enough: it has the old one in
/// it, which is looked at where it is read; or there is nothing to show yet.
fn shows_itself(me: &SignedIn, factors: &Factors, fields: &Fields) -> bool {
    // Whoever a provider let in has shown nothing to the desk, and may be
    // sitting at somebody else's machine.
    let means = me.session.as_ref().map(|own| own.means);
    let came_by_one = matches!(means, Some(Means::Provider | Means::ProviderAndFactor));
    let has_nothing = !factors.has_password && !factors.any() && !came_by_one;
    let is_given = !fields.value("current").is_empty();
    has_nothing || (factors.has_password && me.must_give_password() && is_given)
}

/// The proof that came with a form, if one did.
fn proof(app: &App, fields: &Fields) -> Option<Result<Proof, BadOctets>> {
    let typed = |name: &str| fields.value(&format!("{PREFIX}{name}")).to_owned();
    if !typed("credential").is_empty() {
        let answer = answer(fields, PREFIX);
        let site = app.site()?;
        return Some(answer.map(|answer| Proof::Passkey(Box::new(answer), site)));
    }
    if !typed("code").trim().is_empty() {
        return Some(Ok(Proof::Code(typed("code"))));
    }
    let password = typed("password");
    (!password.is_empty()).then_some(Ok(Proof::Password(password)))
}

/// What a passkey answered, in fields whose names begin so.
pub(super) fn answer(fields: &Fields, prefix: &str) -> Result<PasskeyAnswer, BadOctets> {
    let typed = |name: &str| fields.value(&format!("{prefix}{name}"));
    let part = |name: &str| typed(name).parse::<Octets>();
    Ok(PasskeyAnswer {
        challenge: typed("challenge").to_owned(),
        answer: Answer {
            credential: part("credential")?,
            authenticator_data: part("authenticator_data")?,
            client_data: part("client_data")?,
            signature: part("signature")?,
        },
    })
}

/// Takes a proof; the reason where it is not right.
async fn take(
    request: &HttpRequest,
    app: &App,
    me: &SignedIn,
    proof: Proof,
) -> Result<Result<(), String>, Problem> {
    let doors = vec![Door::session(me.session_name())];
    let tried = match tries::lets(app, request, doors) {
        Ok(tried) => tried,
        Err(wait) => return Ok(Err(too_many(wait))),
    };
    let cookie = request.cookie(cookies::SESSION.name(app));
    let cookie = cookie.map_or_else(String::new, |cookie| cookie.value().to_owned());
    let (asks, shown) = (me.clone(), (proof, whence::of(app, request)));
    let deed = move |desk: &Desk| sign_in::confirm(desk, &asks, &cookie, shown);
    match app.hashed(deed).await? {
        Ok(secret) => {
            app.throttle().passed(&tried);
            request.extensions_mut().insert(Renewed(secret));
            app.live().sessions_changed();
            Ok(Ok(()))
        }
        Err(error @ (DeskError::WrongFactor | DeskError::StepGone)) => Ok(Err(sentence(&error))),
        Err(error) => Err(error.into()),
    }
}

/// What is said to whoever tries too often.
pub(super) fn too_many(wait: i64) -> String {
    match wait {
        1 => "There were too many tries. Wait a second, then try again.".to_owned(),
        wait if wait < 120 => {
            format!("There were too many tries. Wait {wait} seconds, then try again.")
        }
        wait => format!(
            "There were too many tries. Wait {} minutes, then try again.",
            wait / 60 + 1
        ),
    }
}

fn page(
    request: &HttpRequest,
    app: &App,
    (me, (factors, providers)): (SignedIn, (Factors, Vec<ProviderLine>)),
    (fields, error): (&Fields, Option<String>),
) -> Problem {
    let known = factors.passkeys.clone();
    let asking = |site: Site| Asking::new(app, site, known);
    let page = ConfirmPage {
        frame: Frame::new(app, Some(me)),
        script: assets::way_in_script_path(),
        action: routes::path(request),
        passkey: app
            .site()
            .filter(|_| !factors.passkeys.is_empty())
            .map(asking),
        fields,
        factors,
        providers,
        error,
    };
    match page.render() {
        Ok(html) => Problem::confirm_first().shown_as(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            Problem::broken()
        }
    }
}
