//! Every cookie of the desk. Where people reach it by HTTPS, a cookie's name binds
//! it to host and path, so that no other host sets it (RFC 6265bis, `__Host-`).

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::desk::single_sign_on::WAITS;

use super::state::App;

/// A cookie of the desk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    bound: &'static str,
    bare: &'static str,
    same_site: SameSite,
    /// How long a browser keeps it; none: until it is closed.
    kept: Option<Duration>,
}

/// Carries a session's secret. It is sent when somebody follows a link of another
/// site to the desk, and in nothing else that other sites begin.
pub(super) const SESSION: Kind = Kind {
    bound: "__Host-citekeep",
    bare: "citekeep",
    same_site: SameSite::Lax,
    kept: None,
};

/// By which a browser is known in which somebody signed in before, for as long as
/// the desk knows it. It lets nobody in.
pub(super) const KNOWN: Kind = Kind {
    bound: "__Host-citekeep-known",
    bare: "citekeep-known",
    same_site: SameSite::Strict,
    kept: Some(Duration::days(90)),
};

/// What a browser keeps while somebody is at a provider. It is sent when the
/// provider leads back here.
pub(super) const WAY: Kind = Kind {
    bound: "__Host-citekeep-way",
    bare: "citekeep-way",
    same_site: SameSite::Lax,
    kept: Some(Duration::milliseconds(WAITS)),
};

impl Kind {
    /// Its name at this desk.
    pub(super) fn name(self, app: &App) -> &'static str {
        if app.is_secure() {
            self.bound
        } else {
            self.bare
        }
    }

    /// The cookie with a value.
    pub(super) fn with(self, app: &App, value: String) -> Cookie<'static> {
        let mut cookie = Cookie::build(self.name(app), value)
            .path("/")
            .http_only(true)
            .same_site(self.same_site)
            .secure(app.is_secure())
            .finish();
        cookie.set_max_age(self.kept);
        cookie
    }

    /// The cookie that has a browser forget it.
    pub(super) fn gone(self, app: &App) -> Cookie<'static> {
        let mut cookie = self.with(app, String::new());
        cookie.make_removal();
        cookie
    }
}
