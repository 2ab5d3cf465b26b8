//! Tries to get in: each is counted, and of those that have to wait whoever
//! watches over the desk is told.

use actix_web::{HttpMessage, HttpRequest};

use crate::desk::people::SignedIn;

use super::auth;
use super::state::App;
use super::throttle::{Door, Try};

/// Lets a try through, or says for how many seconds it waits.
pub(super) fn lets(app: &App, request: &HttpRequest, doors: Vec<Door>) -> Result<Try, i64> {
    let tried = app.throttle().lets(doors, app.now());
    tried.inspect_err(|_| {
        let me = request.extensions().get::<SignedIn>().cloned();
        auth::tell(request, me.as_ref(), "too many tries");
    })
}
