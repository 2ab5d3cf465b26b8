//! What somebody sends may be minutes on its way, and they were let in when it
//! began to arrive. Whoever lost the way in meanwhile has nothing done by a form
//! that was begun before, and is sent nothing more of a file that they began to
//! take.

use actix_web::{HttpMessage, HttpRequest};

use crate::desk::people::SignedIn;
use crate::desk::{Desk, DeskError, sign_in, tokens};

use super::bearer;
use super::cookies::SESSION;
use super::problem::Problem;
use super::state::App;

/// What somebody came in with, to be looked at again later.
pub(super) struct LetIn {
    me: SignedIn,
    /// The token that a program sent.
    token: Option<String>,
}

impl LetIn {
    /// What a request came with; nothing for a stranger's.
    pub(super) fn of(request: &HttpRequest, app: &App) -> Option<Self> {
        let me = request.extensions().get::<SignedIn>().cloned()?;
        let token = bearer::token(request, SESSION.name(app));
        let token = token.filter(|_| me.is_program());
        Some(Self { me, token })
    }

    /// Whether it still lets them in.
    pub(super) fn lasts(&self, desk: &Desk) -> Result<bool, DeskError> {
        match &self.token {
            Some(token) => Ok(tokens::who(desk, token)?.is_some()),
            None => sign_in::lasts(desk, &self.me),
        }
    }
}

/// Says of a request that its sender was still in when all of it had arrived.
struct StillIn;

/// Refuses what has arrived from a session or with a token that is over by now. Of
/// a request that has arrived this is asked once, however many readers its body has.
pub(super) async fn still_in(request: &HttpRequest, app: &App) -> Result<(), Problem> {
    if request.extensions().contains::<StillIn>() {
        return Ok(());
    }
    let Some(let_in) = LetIn::of(request, app) else {
        return Ok(());
    };
    if app.desk(move |desk| let_in.lasts(desk)).await? {
        request.extensions_mut().insert(StillIn);
        Ok(())
    } else {
        Err(Problem::signed_out(request))
    }
}

/// Ends the session that a browser had until it was given another: nobody goes on
/// with it who took its secret (ASVS 5, 7.2.4).
pub(super) async fn end_before(app: &App, request: &HttpRequest) {
    let Some(cookie) = request.cookie(SESSION.name(app)) else {
        return;
    };
    let secret = cookie.value().to_owned();
    let ended = app.desk(move |desk| sign_in::sign_out(desk, &secret)).await;
    if let Err(problem) = ended {
        tracing::warn!(%problem, "a session that another took the place of goes on");
    }
    app.live().sessions_changed();
}
