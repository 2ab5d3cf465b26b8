//! What is said where nobody came in by a provider: on the page, what happened
//! and what to do; in the log, why. Neither has a secret in it.

use std::error::Error;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use crate::desk::single_sign_on::Trouble;
use crate::web::problem::{Problem, as_sentence};
use crate::web::state::App;
use crate::web::whence;

/// A provider's name on pages; its name in addresses where there is none.
pub(super) fn label(app: &App, name: &str) -> String {
    let mut all = app.unblocked().single_sign_on().providers();
    let found = all.find(|provider| provider.name == name);
    found.map_or_else(|| name.to_owned(), |provider| provider.label.clone())
}

/// The page for a refusal, which is noted.
pub(super) fn refused(
    app: &App,
    request: &HttpRequest,
    (name, trouble): (&str, &Trouble),
) -> Problem {
    if let Trouble::Desk(error) = trouble {
        return error.clone().into();
    }
    if matches!(trouble, Trouble::NoProvider) {
        return Problem::not_found();
    }
    let address = whence::address(app, request).map(|ip| ip.to_string());
    let source = trouble.source().map(ToString::to_string);
    tracing::warn!(
        provider = name,
        address,
        %trouble,
        source,
        "nobody came in by a provider"
    );
    let label = label(app, name);
    let (status, what_to_do) = advice(trouble);
    let detail = format!(
        "{label}: {} {what_to_do}",
        as_sentence(&trouble.to_string())
    );
    let problem = Problem::new(
        status,
        "not-signed-in-there",
        "Nobody was signed in",
        detail,
    );
    problem.leading_to("/sign-in", "Back to signing in")
}

/// Too many tries from one address.
pub(super) fn too_often(_: i64) -> Problem {
    Problem::too_often()
}

fn advice(trouble: &Trouble) -> (StatusCode, &'static str) {
    match trouble {
        Trouble::NotBegun => (
            StatusCode::BAD_REQUEST,
            "Begin again from the page for signing in, in this browser and in one window.",
        ),
        Trouble::MixedUp => (
            StatusCode::BAD_REQUEST,
            "Begin again; if it happens once more, tell an admin of the desk at once.",
        ),
        Trouble::Refused(_) => (
            StatusCode::FORBIDDEN,
            "Try again, or ask whoever runs your accounts to let you use this desk.",
        ),
        Trouble::Unreachable(_)
        | Trouble::Status(_)
        | Trouble::Resting
        | Trouble::TooLongAgo(..) => (
            StatusCode::BAD_GATEWAY,
            "Try again in a minute; if you have a password or a passkey here, it may let you in meanwhile.",
        ),
        Trouble::NotConfirmed(_) | Trouble::Untrusted(_) => (
            StatusCode::BAD_GATEWAY,
            "Begin again; if it happens once more, tell an admin of the desk, who finds the reason in its log.",
        ),
        Trouble::Outside => (
            StatusCode::FORBIDDEN,
            "Sign out there, and come with your account of the newsroom.",
        ),
        Trouble::Unknown => (
            StatusCode::FORBIDDEN,
            "Ask an admin of the desk for a link, come in by it, and link the account on your page; or ask them to name its address, which the provider must vouch for.",
        ),
        Trouble::Taken => (
            StatusCode::CONFLICT,
            "Choose another account there; if this one is yours, tell an admin of the desk.",
        ),
        Trouble::NotYours => (
            StatusCode::FORBIDDEN,
            "Begin again, with the account there that is linked to you.",
        ),
        Trouble::SignedOut => (
            StatusCode::UNAUTHORIZED,
            "Sign in, and do it again from there.",
        ),
        Trouble::NoProvider | Trouble::Desk(_) => (StatusCode::NOT_FOUND, ""),
    }
}
